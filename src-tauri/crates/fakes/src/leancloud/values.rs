//! Values: how they are stored, found in a row, and compared.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::class::Row;
use super::dates;

/// A value as it is stored: dates in milliseconds, files by their id, bad nested keys refused.
pub(super) fn stored(value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Array(items) => items
            .iter()
            .map(stored)
            .collect::<Result<_, _>>()
            .map(Value::Array),
        Value::Object(fields) => match fields.get("__type").and_then(Value::as_str) {
            Some("Date") => stored_date(fields),
            Some("File") => stored_file(fields),
            Some("Pointer") => stored_pointer(fields),
            Some(_) => Ok(value.clone()),
            None => stored_object(fields),
        },
        plain => Ok(plain.clone()),
    }
}

fn stored_date(fields: &Map<String, Value>) -> Result<Value, Refusal> {
    let millis = fields.get("iso").and_then(Value::as_str).and_then(dates::millis);
    let millis = millis.ok_or_else(|| Refusal::bad(111, "Invalid date."))?;
    Ok(json!({"__type": "Date", "iso": dates::iso(millis)}))
}

/// The documents name a file by `id`; the SDKs send the whole of it with `objectId`.
fn stored_file(fields: &Map<String, Value>) -> Result<Value, Refusal> {
    let id = fields
        .get("id")
        .or_else(|| fields.get("objectId"))
        .and_then(Value::as_str);
    let id = id.ok_or_else(|| Refusal::bad(106, "Malformed file."))?;
    Ok(json!({"__type": "File", "id": id}))
}

fn stored_pointer(fields: &Map<String, Value>) -> Result<Value, Refusal> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let (Some(class), Some(id)) = (text("className"), text("objectId")) else {
        return Err(Refusal::bad(106, "Malformed pointer."));
    };
    Ok(json!({"__type": "Pointer", "className": class, "objectId": id}))
}

fn stored_object(fields: &Map<String, Value>) -> Result<Value, Refusal> {
    let mut stored_fields = Map::new();
    for (name, value) in fields {
        if name.contains(['$', '.']) {
            return Err(Refusal::bad(
                121,
                "Keys in NSDictionary values may not include '$' or '.'.",
            ));
        }
        stored_fields.insert(name.clone(), stored(value)?);
    }
    Ok(Value::Object(stored_fields))
}

/// The value at a dotted path of a row. The two built-in times are dates here, plain strings elsewhere.
pub(super) fn lookup(row: &Row, path: &str) -> Option<Value> {
    let (column, rest) = path
        .split_once('.')
        .map_or((path, None), |(column, rest)| (column, Some(rest)));
    let value = row.get(column)?;
    match rest {
        None if matches!(column, "createdAt" | "updatedAt") => Some(json!({"__type": "Date", "iso": value})),
        None => Some(value.clone()),
        Some(rest) => rest
            .split('.')
            .try_fold(value, |value, name| value.get(name))
            .cloned(),
    }
}

/// Whether two values are the same one: numbers by size, pointers and files by what they name.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Object(left), Value::Object(right)) => {
            match (
                left.get("__type").and_then(Value::as_str),
                right.get("__type").and_then(Value::as_str),
            ) {
                (Some("Pointer"), Some("Pointer")) => {
                    left.get("className") == right.get("className")
                        && left.get("objectId") == right.get("objectId")
                }
                (Some("Date"), Some("Date")) => moment(left) == moment(right),
                _ => left == right,
            }
        }
        (left, right) => left == right,
    }
}

/// Whether an equality holds for a field: of the value itself, or of one item where it is an array.
pub(super) fn equals(field: Option<&Value>, wanted: &Value) -> bool {
    match field {
        None => wanted.is_null(),
        Some(field) if same(field, wanted) => true,
        Some(Value::Array(items)) => items.iter().any(|item| same(item, wanted)),
        Some(_) => false,
    }
}

/// How two values of one kind compare; `None` where they are of different kinds.
pub(super) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Object(left), Value::Object(right)) => Some(moment(left)?.cmp(&moment(right)?)),
        _ => None,
    }
}

fn moment(date: &Map<String, Value>) -> Option<i64> {
    if date.get("__type")?.as_str()? != "Date" {
        return None;
    }
    dates::millis(date.get("iso")?.as_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_stored_in_one_form() {
        let date = stored(&json!({"__type": "Date", "iso": "2026-01-02T03:04:05Z"}));
        assert_eq!(
            date,
            Ok(json!({"__type": "Date", "iso": "2026-01-02T03:04:05.000Z"}))
        );
        let file = stored(&json!({"__type": "File", "objectId": "f1", "name": "a.mp3", "base64": ""}));
        assert_eq!(file, Ok(json!({"__type": "File", "id": "f1"})));
        assert_eq!(stored(&json!({"a": {"b.c": 1}})).unwrap_err().code, 121);
    }

    #[test]
    fn dates_compare_by_moment_and_never_with_strings() {
        let early = json!({"__type": "Date", "iso": "2026-01-02T03:04:05.000Z"});
        let late = json!({"__type": "Date", "iso": "2026-01-02T04:04:05.001+00:00"});
        assert_eq!(compare(&early, &late), Some(Ordering::Less));
        assert_eq!(compare(&early, &json!("2026-01-02T03:04:05.000Z")), None);
    }

    #[test]
    fn an_array_equals_its_items_too() {
        assert!(equals(Some(&json!([1, 2])), &json!(2)));
        assert!(equals(Some(&json!([1, 2])), &json!([1, 2])));
        assert!(!equals(Some(&json!([1, 2])), &json!(3)));
        assert!(equals(None, &Value::Null));
    }
}
