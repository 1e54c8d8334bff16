//! What to bring of which rows, in which order.

use serde_json::{Map, Value};

use crate::{Condition, Dialect, Error, Invalid, Object};

/// The most rows that one query brings.
pub const MOST_ROWS: u32 = 1000;

/// A query: which rows of a class, how many, in which order and with what.
///
/// Without an order of one's own the oldest rows come first, because without any the servers promise none.
///
/// ```
/// use rehearse_leancloud::{Condition, Query};
/// let query = Query::new()
///     .matching(Condition::all().equals("sessionId", "5d83080")?)
///     .ascending("sequence")
///     .limit(50)?;
/// # Ok::<(), rehearse_leancloud::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    condition: Condition,
    order: Vec<String>,
    keys: Vec<String>,
    include: Vec<String>,
    limit: u32,
    skip: u32,
    acl: bool,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            condition: Condition::all(),
            order: Vec::new(),
            keys: Vec::new(),
            include: Vec::new(),
            limit: 100,
            skip: 0,
            acl: false,
        }
    }
}

impl Query {
    /// The first 100 rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only rows of which this holds, besides what was asked before.
    #[must_use]
    pub fn matching(mut self, condition: Condition) -> Self {
        self.condition = self.condition.and(condition);
        self
    }

    /// Smallest first. A second order sorts what is equal in the first.
    #[must_use]
    pub fn ascending(mut self, field: &str) -> Self {
        self.order.push(field.to_owned());
        self
    }

    /// Largest first.
    #[must_use]
    pub fn descending(mut self, field: &str) -> Self {
        self.order.push(format!("-{field}"));
        self
    }

    /// Brings only these fields, besides id and dates.
    #[must_use]
    pub fn keys<'k>(mut self, fields: impl IntoIterator<Item = &'k str>) -> Self {
        self.keys.extend(fields.into_iter().map(str::to_owned));
        self
    }

    /// Brings the row that a pointer leads to in its place.
    #[must_use]
    pub fn include(mut self, field: &str) -> Self {
        self.include.push(field.to_owned());
        self
    }

    /// At most so many rows, 1 to 1000.
    ///
    /// # Errors
    ///
    /// [`Invalid::Limit`]. Beyond it LeanCloud would bring 100 without a word.
    pub fn limit(mut self, rows: u32) -> Result<Self, Invalid> {
        if !(1..=MOST_ROWS).contains(&rows) {
            return Err(Invalid::Limit(rows));
        }
        self.limit = rows;
        Ok(self)
    }

    /// Leaves out the first rows. Slow when there are many.
    #[must_use]
    pub fn skip(mut self, rows: u32) -> Self {
        self.skip = rows;
        self
    }

    /// Brings who may see and change each row. LeanCloud does so only where its console allows it.
    #[must_use]
    pub fn with_acl(mut self) -> Self {
        self.acl = true;
        self
    }

    /// The same query in no order and from its first row.
    pub(crate) fn unordered(mut self) -> Self {
        self.order.clear();
        self.skip = 0;
        self
    }

    pub(crate) fn rows(&self) -> u32 {
        self.limit
    }

    /// The parameters of the request: texts as they are, the condition as an object.
    pub(crate) fn parameters(&self, dialect: Dialect) -> Map<String, Value> {
        let mut parameters = Map::new();
        let mut put = |name: &str, value: Value| drop(parameters.insert(name.to_owned(), value));
        put("where", self.condition.for_server(dialect));
        let order = match self.order.is_empty() {
            true => "createdAt,objectId".to_owned(),
            false => self.order.join(","),
        };
        put("order", Value::from(order));
        put("limit", Value::from(self.limit));
        // How many there are is the only way to notice that the server cut the answer short.
        put("count", Value::from(1));
        if self.skip > 0 {
            put("skip", Value::from(self.skip));
        }
        if !self.keys.is_empty() {
            put("keys", Value::from(self.keys.join(",")));
        }
        if !self.include.is_empty() {
            put("include", Value::from(self.include.join(",")));
        }
        // Parse Server always brings it, and refuses parameters that it does not know.
        if self.acl && dialect == Dialect::LeanCloud {
            put("returnACL", Value::from(true));
        }
        parameters
    }

    /// Reads the answer to this query.
    pub(crate) fn read(&self, answer: Value) -> Result<Found, Error> {
        let Value::Object(mut answer) = answer else {
            return Err(Error::malformed("the result of a query is no object"));
        };
        let Some(Value::Array(rows)) = answer.remove("results") else {
            return Err(Error::malformed("a query has no results"));
        };
        let objects = rows
            .into_iter()
            .map(Object::read)
            .collect::<Result<Vec<_>, _>>()?;
        let brought = objects.len() as u64;
        let count = answer.get("count").and_then(Value::as_u64).unwrap_or(brought);
        let wanted = count.saturating_sub(self.skip.into()).min(self.limit.into());
        Ok(Found {
            objects,
            count,
            whole: brought >= wanted,
        })
    }
}

/// What a query found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The rows.
    pub objects: Vec<Object>,
    /// How many rows match, those beyond the limit counted.
    pub count: u64,
    /// Whether all rows came that should have. LeanCloud cuts an answer at 6 MB without a word; ask for less at once.
    pub whole: bool,
}

impl Found {
    /// What is found in a class that is not there.
    pub(crate) fn nothing() -> Self {
        Self {
            whole: true,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_query_always_has_an_order_a_limit_and_a_count() {
        let parameters = Value::Object(Query::new().parameters(Dialect::LeanCloud));
        assert_eq!(
            parameters,
            json!({"where": {}, "order": "createdAt,objectId", "limit": 100, "count": 1})
        );
        let query = Query::new()
            .matching(Condition::all().equals("a", 1).unwrap())
            .matching(Condition::all().equals("b", 2).unwrap())
            .ascending("sequence")
            .descending("createdAt")
            .keys(["a", "b.c"])
            .include("session")
            .include("session.scenario")
            .skip(5)
            .with_acl()
            .limit(1000)
            .unwrap();
        assert_eq!(
            Value::Object(query.parameters(Dialect::LeanCloud)),
            json!({
                "where": {"a": 1, "$and": [{"b": 2}]}, "order": "sequence,-createdAt", "limit": 1000, "count": 1,
                "skip": 5, "keys": "a,b.c", "include": "session,session.scenario", "returnACL": true,
            })
        );
        assert!(!query.parameters(Dialect::Parse).contains_key("returnACL"));
        let all = Query::new().parameters(Dialect::Parse);
        assert_eq!(all["where"], json!({"objectId": {"$exists": true}}));
        assert_eq!(Query::new().limit(0), Err(Invalid::Limit(0)));
        assert_eq!(Query::new().limit(1001), Err(Invalid::Limit(1001)));
    }

    #[test]
    fn an_answer_that_was_cut_short_is_noticed() {
        let row = json!({"objectId": "a", "createdAt": "2019-09-19T04:45:53.884Z"});
        let read = |query: Query, count: u64| {
            query
                .read(json!({"results": [row.clone()], "count": count}))
                .unwrap()
        };
        assert!(read(Query::new(), 1).whole);
        assert!(!read(Query::new(), 2).whole);
        assert!(read(Query::new().limit(1).unwrap(), 2).whole);
        assert!(read(Query::new().skip(6), 7).whole);
        assert!(read(Query::new().skip(9), 7).whole);
        assert!(!read(Query::new().skip(5), 7).whole);
        assert!(Query::new().read(json!({"count": 1})).is_err());
        assert!(Query::new().read(json!([])).is_err());
        assert!(Query::new().read(json!({"results": [{}]})).is_err());
    }
}
