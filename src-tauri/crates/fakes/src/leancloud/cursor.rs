//! Scans: every row of a class with the master key, page after page by a cursor.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::engine::{Engine, master_only};
use super::order;
use super::query::MOST_RESULTS;
use super::shape::{Shaper, View};
use super::state::ScanPlace;
use super::values::lookup;

/// How long a cursor lives, in milliseconds.
const CURSOR_LIFE: i64 = 10 * 60 * 1000;

impl Engine<'_> {
    pub(super) fn scan(&mut self, call: &Call, class: &str) -> Outcome {
        master_only(call)?;
        let key = call
            .params
            .get("scan_key")
            .filter(|key| !key.is_empty())
            .unwrap_or("objectId");
        let (column, down) = key
            .strip_prefix('-')
            .map_or((key, false), |column| (column, true));
        let after = self.place(call, class)?;
        let mut rows = self.matching(call, class)?;
        let keys = [(column, down)];
        rows.sort_by(|left, right| order::by(&keys, left, right));
        if let Some(after) = &after {
            let beyond = if down { Ordering::Less } else { Ordering::Greater };
            rows.retain(|row| order::values(lookup(row, column).as_ref(), Some(after)) == beyond);
        }
        let wanted = call.params.get("limit").and_then(|limit| limit.parse().ok());
        let limit = wanted
            .filter(|limit| (1..=MOST_RESULTS).contains(limit))
            .unwrap_or(100);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().and_then(|row| lookup(row, column));
        let mut view = View::of(&call.params, self.options.acl_in_results, self.file_host());
        view.file_host = None;
        view.include.clear();
        let shaper = Shaper {
            state: self.state,
            caller: &call.caller,
            view: &view,
        };
        let results: Vec<Value> = rows.into_iter().map(|row| shaper.shape(class, row)).collect();
        let cursor = match last {
            Some(after) if more => Value::String(self.keep_place(class, after)),
            _ => Value::Null,
        };
        Ok(Answer::ok(json!({"results": results, "cursor": cursor})))
    }

    fn place(&self, call: &Call, class: &str) -> Result<Option<Value>, Refusal> {
        let Some(cursor) = call.params.get("cursor").filter(|cursor| !cursor.is_empty()) else {
            return Ok(None);
        };
        let place = self.state.scans.get(cursor);
        let alive = place.filter(|place| place.class == class && place.deadline >= self.now);
        let alive = alive.ok_or_else(|| Refusal::bad(1, "Invalid cursor."))?;
        Ok(Some(alive.after.clone()))
    }

    fn keep_place(&mut self, class: &str, after: Value) -> String {
        let cursor = self.state.ids.letters(16);
        let place = ScanPlace {
            class: class.to_owned(),
            after,
            deadline: self.now + CURSOR_LIFE,
        };
        self.state.scans.insert(cursor.clone(), place);
        cursor
    }
}
