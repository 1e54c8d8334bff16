//! What conditions hold for which rows.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::access::Session;
use super::*;

fn nobody() -> Caller {
    Caller {
        master: false,
        session: Session::None,
        roles: BTreeSet::new(),
    }
}

fn outcome(row: &Value, condition: &Value) -> Result<bool, Refusal> {
    let (state, caller) = (State::default(), nobody());
    let conditions = Conditions {
        state: &state,
        caller: &caller,
        strict: true,
    };
    conditions.holds(row.as_object().unwrap(), condition)
}

#[track_caller]
fn holds(row: Value, condition: Value) {
    assert_eq!(outcome(&row, &condition), Ok(true), "{condition} on {row}");
}

#[track_caller]
fn fails(row: Value, condition: Value) {
    assert_eq!(outcome(&row, &condition), Ok(false), "{condition} on {row}");
}

#[test]
fn equality_order_and_membership() {
    holds(json!({"n": 5}), json!({"n": 5.0}));
    holds(json!({"n": 5}), json!({"n": {"$gt": 4, "$lte": 5}}));
    fails(json!({"n": 5}), json!({"n": {"$gt": 5}}));
    holds(json!({"s": "a"}), json!({"s": {"$in": ["b", "a"]}}));
    fails(json!({"s": "a"}), json!({"s": {"$nin": ["b", "a"]}}));
    holds(
        json!({"l": [1, 2, 3]}),
        json!({"l": {"$all": [1, 3], "$size": 3}}),
    );
    holds(json!({"l": [1, 2]}), json!({"l": 2}));
}

#[test]
fn what_is_not_there() {
    holds(json!({}), json!({"a": {"$exists": false}}));
    holds(json!({}), json!({"a": {"$ne": 1}}));
    fails(json!({}), json!({"a": 1}));
    fails(json!({}), json!({"a": {"$lt": 1}}));
}

#[test]
fn dates_need_the_date_form() {
    let row = json!({"updatedAt": "2026-01-02T03:04:05.678Z"});
    holds(
        row.clone(),
        json!({"updatedAt": {"$gte": {"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}}}),
    );
    fails(row, json!({"updatedAt": {"$gte": "2026-01-01T00:00:00.000Z"}}));
}

#[test]
fn words_patterns_and_paths() {
    holds(json!({"a": {"b": {"c": 1}}}), json!({"a.b.c": 1}));
    holds(
        json!({"t": "Ask for a raise"}),
        json!({"t": {"$regex": "^ask", "$options": "i"}}),
    );
    holds(json!({"t": "a.b"}), json!({"t": {"$regex": "^\\Qa.\\E"}}));
    fails(json!({"t": "axb"}), json!({"t": {"$regex": "^\\Qa.\\E"}}));
}

#[test]
fn several_conditions() {
    holds(json!({"a": 1, "b": 2}), json!([{"a": 1}, {"b": 2}]));
    fails(json!({"a": 1, "b": 3}), json!({"$and": [{"a": 1}, {"b": 2}]}));
    holds(json!({"a": 1}), json!({"$or": [{"a": 2}, {"a": 1}]}));
}

#[test]
fn an_operator_that_nobody_knows_is_refused() {
    assert_eq!(
        outcome(&json!({"a": 1}), &json!({"a": {"$near": 1}}))
            .unwrap_err()
            .code,
        1
    );
}

#[test]
fn a_column_that_the_class_lacks_is_refused() {
    let (state, caller) = (State::default(), nobody());
    let conditions = Conditions {
        state: &state,
        caller: &caller,
        strict: true,
    };
    let class = Class::default();
    assert!(
        conditions
            .check(&class, &json!({"objectId": "1", "createdAt": {"$exists": true}}))
            .is_ok()
    );
    assert_eq!(
        conditions
            .check(&class, &json!({"$or": [{"clientId": "1"}]}))
            .unwrap_err()
            .code,
        700
    );
}
