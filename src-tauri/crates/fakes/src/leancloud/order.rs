//! The order of results: `createdAt,-sequence`.

use std::cmp::Ordering;

use serde_json::Value;

use super::class::Row;
use super::values::{compare, lookup};

/// A column to sort by, and whether downwards.
pub(super) type Key<'a> = (&'a str, bool);

pub(super) fn keys<'a>(list: &[&'a str]) -> Vec<Key<'a>> {
    let key = |item: &&'a str| {
        item.strip_prefix('-')
            .map_or((*item, false), |column| (column, true))
    };
    list.iter().map(key).collect()
}

/// How two rows follow each other. A value that is not there comes first, then the kinds of values one by one.
pub(super) fn by(keys: &[Key<'_>], left: &Row, right: &Row) -> Ordering {
    let orders = keys.iter().map(|(column, down)| {
        let order = values(lookup(left, column).as_ref(), lookup(right, column).as_ref());
        if *down { order.reverse() } else { order }
    });
    orders.fold(Ordering::Equal, Ordering::then)
}

pub(super) fn values(left: Option<&Value>, right: Option<&Value>) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => {
            compare(left, right).unwrap_or_else(|| rank(Some(left)).cmp(&rank(Some(right))))
        }
        _ => rank(left).cmp(&rank(right)),
    }
}

const fn rank(value: Option<&Value>) -> u8 {
    match value {
        None | Some(Value::Null) => 0,
        Some(Value::Number(_)) => 1,
        Some(Value::String(_)) => 2,
        Some(Value::Object(_)) => 3,
        Some(Value::Array(_)) => 4,
        Some(Value::Bool(_)) => 5,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_sort_by_several_columns_and_missing_ones_come_first() {
        let mut rows: Vec<Row> = [
            json!({"a": 2, "b": 1}),
            json!({"b": 3}),
            json!({"a": 2, "b": 5}),
            json!({"a": 1}),
        ]
        .iter()
        .filter_map(|row| row.as_object().cloned())
        .collect();
        let keys = keys(&["a", "-b"]);
        rows.sort_by(|left, right| by(&keys, left, right));
        let sorted = serde_json::to_value(rows).unwrap_or_default();
        assert_eq!(
            sorted,
            json!([{"b": 3}, {"a": 1}, {"a": 2, "b": 5}, {"a": 2, "b": 1}])
        );
    }
}
