//! Atomic operations: what one of them makes of a field.

use serde_json::{Number, Value, json};

use super::answer::Refusal;
use super::types::ColumnType;
use super::values::{same, stored};

/// Ids that an operation on a relation names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Related {
    Added(Vec<String>),
    Removed(Vec<String>),
}

/// What becomes of a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    Set(Value),
    Unset,
    /// The class that the relation leads to, and whom it gains or loses.
    Relate(String, Related),
}

/// The most objects that one operation on a relation may name.
const MOST_RELATED: usize = 1000;

/// What `change` makes of a field that holds `current`.
pub(super) fn apply(field: &str, current: Option<&Value>, change: &Value) -> Result<Effect, Refusal> {
    let Some(name) = change.get("__op").and_then(Value::as_str) else {
        return stored(change).map(Effect::Set);
    };
    match name {
        "Delete" => Ok(Effect::Unset),
        "Increment" => step(field, current, amount(change)?),
        "Decrement" => step(field, current, -amount(change)?),
        "Add" | "AddUnique" | "Remove" => list(field, current, name, objects(change)?),
        "BitAnd" | "BitOr" | "BitXor" => bits(field, current, name, change),
        "AddRelation" | "RemoveRelation" => relate(name, objects(change)?),
        other => Err(Refusal::bad(1, format!("Unsupported operation '{other}'."))),
    }
}

fn amount(change: &Value) -> Result<f64, Refusal> {
    let amount = change.get("amount").and_then(Value::as_f64);
    amount.ok_or_else(|| Refusal::bad(1, "An amount is expected."))
}

fn objects(change: &Value) -> Result<&Vec<Value>, Refusal> {
    let objects = change.get("objects").and_then(Value::as_array);
    objects.ok_or_else(|| Refusal::bad(1, "An array of objects is expected."))
}

fn number(sum: f64) -> Value {
    // Whole numbers stay whole, as they do in every client's language.
    let whole = sum as i64;
    if whole as f64 == sum {
        return Value::from(whole);
    }
    Number::from_f64(sum).map_or(Value::Null, Value::Number)
}

fn step(field: &str, current: Option<&Value>, by: f64) -> Result<Effect, Refusal> {
    let before = match current {
        None | Some(Value::Null) => 0.0,
        Some(value) => {
            ColumnType::Number.check(field, value)?;
            value.as_f64().unwrap_or_default()
        }
    };
    Ok(Effect::Set(number(before + by)))
}

fn list(field: &str, current: Option<&Value>, name: &str, objects: &[Value]) -> Result<Effect, Refusal> {
    let mut items = match current {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.clone(),
        Some(other) => {
            ColumnType::Array.check(field, other)?;
            Vec::new()
        }
    };
    for object in objects {
        let object = stored(object)?;
        match name {
            "Remove" => items.retain(|item| !same(item, &object)),
            "AddUnique" if items.iter().any(|item| same(item, &object)) => {}
            _ => items.push(object),
        }
    }
    Ok(Effect::Set(Value::Array(items)))
}

fn bits(field: &str, current: Option<&Value>, name: &str, change: &Value) -> Result<Effect, Refusal> {
    let mask = change.get("value").and_then(Value::as_i64);
    let mask = mask.ok_or_else(|| Refusal::bad(1, "A whole value is expected."))?;
    if let Some(value) = current {
        ColumnType::Number.check(field, value)?;
    }
    let before = current.and_then(Value::as_i64).unwrap_or(0);
    let after = match name {
        "BitAnd" => before & mask,
        "BitOr" => before | mask,
        _ => before ^ mask,
    };
    Ok(Effect::Set(json!(after)))
}

fn relate(name: &str, objects: &[Value]) -> Result<Effect, Refusal> {
    if objects.len() > MOST_RELATED {
        return Err(Refusal::bad(128, "Too many objects in one relation operation."));
    }
    let text = |pointer: &Value, name: &str| pointer.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let malformed = || Refusal::bad(106, "Malformed pointer.");
    let class = objects
        .first()
        .and_then(|pointer| text(pointer, "className"))
        .ok_or_else(malformed)?;
    let ids: Option<Vec<_>> = objects.iter().map(|pointer| text(pointer, "objectId")).collect();
    let ids = ids.ok_or_else(malformed)?;
    let related = if name == "AddRelation" {
        Related::Added(ids)
    } else {
        Related::Removed(ids)
    };
    Ok(Effect::Relate(class, related))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(current: Value, change: Value, after: Value) {
        let current = (!current.is_null()).then_some(current);
        assert_eq!(apply("f", current.as_ref(), &change), Ok(Effect::Set(after)));
    }

    #[test]
    fn numbers_step_from_nothing_too() {
        becomes(json!(5), json!({"__op": "Increment", "amount": 2}), json!(7));
        becomes(
            Value::Null,
            json!({"__op": "Increment", "amount": 1.5}),
            json!(1.5),
        );
        becomes(json!(5), json!({"__op": "Decrement", "amount": 30}), json!(-25));
    }

    #[test]
    fn lists_gain_and_lose() {
        becomes(
            json!(["a"]),
            json!({"__op": "Add", "objects": ["a", "b"]}),
            json!(["a", "a", "b"]),
        );
        becomes(
            json!(["a"]),
            json!({"__op": "AddUnique", "objects": ["a", "b"]}),
            json!(["a", "b"]),
        );
        becomes(
            json!(["a", "b", "a"]),
            json!({"__op": "Remove", "objects": ["a"]}),
            json!(["b"]),
        );
    }

    #[test]
    fn bits_are_masked() {
        becomes(json!(6), json!({"__op": "BitAnd", "value": 4}), json!(4));
        becomes(json!(6), json!({"__op": "BitOr", "value": 1}), json!(7));
        becomes(json!(6), json!({"__op": "BitXor", "value": 3}), json!(5));
    }

    #[test]
    fn an_operation_on_a_value_of_another_type_is_a_mismatch() {
        let refusal = apply("f", Some(&json!("x")), &json!({"__op": "Increment", "amount": 1})).unwrap_err();
        assert_eq!(refusal.code, 111);
        let refusal = apply("f", Some(&json!("x")), &json!({"__op": "Add", "objects": [1]})).unwrap_err();
        assert_eq!(refusal.code, 111);
    }
}
