//! Queries: found, sorted, paged, shaped, and cut where they are too long.

use serde_json::{Value, json};

use super::access::may_read;
use super::answer::{Answer, Outcome, Refusal};
use super::call::{Call, Params};
use super::class::Row;
use super::condition::Conditions;
use super::engine::Engine;
use super::order;
use super::permission::{Permission, check};
use super::shape::{Shaper, View};
use super::types::ColumnType;

/// Results without a limit, and with one that is none.
const USUAL_LIMIT: usize = 100;
/// The most results of one query.
pub(super) const MOST_RESULTS: usize = 1000;

impl Engine<'_> {
    pub(super) fn find(&mut self, call: &Call, class: &str) -> Outcome {
        let class = self.redirected(call, class);
        let class = class.as_str();
        check(self.options, class, Permission::Find, &call.caller)?;
        let mut rows = self.matching(call, class)?;
        let keys = order::keys(&call.params.list("order"));
        rows.sort_by(|left, right| order::by(&keys, left, right));
        let counted = call.params.is_on("count");
        let count = rows.len();
        let limit = limit(&call.params, counted);
        let skip = call
            .params
            .get("skip")
            .and_then(|skip| skip.parse().ok())
            .unwrap_or(0);
        let view = View::of(&call.params, self.options.acl_in_results, self.file_host());
        let shaper = Shaper {
            state: self.state,
            caller: &call.caller,
            view: &view,
        };
        let page = rows
            .into_iter()
            .skip(skip)
            .take(limit)
            .map(|row| shaper.shape(class, row));
        let mut body = json!({"results": cut(page, self.options.result_bytes)});
        if counted && let Some(body) = body.as_object_mut() {
            body.insert("count".to_owned(), json!(count));
        }
        Ok(Answer::ok(body))
    }

    /// The class that a query is about: that of a relation, where only its column is named.
    fn redirected(&self, call: &Call, class: &str) -> String {
        let columns = self.state.classes.get(class).map(|class| &class.columns);
        let key = call.params.get("redirectClassNameForKey");
        match key.and_then(|key| columns?.get(key)) {
            Some(ColumnType::Relation(to) | ColumnType::Pointer(to)) => to.clone(),
            _ => class.to_owned(),
        }
    }

    /// Rows that fulfil the condition and that the caller may read, oldest first.
    pub(super) fn matching(&self, call: &Call, class: &str) -> Result<Vec<&Row>, Refusal> {
        let known = self.state.classes.get(class).ok_or_else(Refusal::no_class)?;
        let condition = call.params.json("where")?.unwrap_or_else(|| json!({}));
        let strict = self.options.unknown_columns_are_refused;
        let conditions = Conditions {
            state: self.state,
            caller: &call.caller,
            strict,
        };
        conditions.check(known, &condition)?;
        for item in call.params.list("order") {
            conditions.check_column(known, item.trim_start_matches('-'))?;
        }
        let mut rows = Vec::new();
        for row in known.rows.values() {
            if may_read(row, &call.caller) && conditions.holds(row, &condition)? {
                rows.push(row);
            }
        }
        Ok(rows)
    }
}

/// Outside of 1 to 1000 a limit falls back to the usual one; 0 is for counting.
fn limit(params: &Params, counted: bool) -> usize {
    match params.get("limit").map(str::parse) {
        Some(Ok(0)) if counted => 0,
        Some(Ok(limit)) if (1..=MOST_RESULTS).contains(&limit) => limit,
        _ => USUAL_LIMIT,
    }
}

/// The results that fit, without a word about the others. One always does.
fn cut(rows: impl Iterator<Item = Value>, most_bytes: usize) -> Vec<Value> {
    let mut results = Vec::new();
    let mut bytes = 0;
    for row in rows {
        bytes += serde_json::to_vec(&row).map_or(0, |row| row.len() + 1);
        if bytes > most_bytes && !results.is_empty() {
            break;
        }
        results.push(row);
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_none_is_the_usual_one() {
        for (query, expected) in [
            ("", 100),
            ("limit=1", 1),
            ("limit=1000", 1000),
            ("limit=1001", 100),
            ("limit=0", 100),
            ("limit=-1", 100),
            ("limit=abc", 100),
        ] {
            assert_eq!(limit(&Params::from_query(query), false), expected, "{query}");
        }
        assert_eq!(limit(&Params::from_query("limit=0"), true), 0);
    }

    #[test]
    fn long_results_are_cut_and_one_always_fits() {
        let rows = |count: usize| (0..count).map(|_| json!("x".repeat(98)));
        assert_eq!(cut(rows(5), 303).len(), 3);
        assert_eq!(cut(rows(5), 10).len(), 1);
    }
}
