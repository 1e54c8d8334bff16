//! A schema as it is sent: the properties of an object in the order in which it requires them.
//!
//! A model writes an answer in that order, and a host that holds it to the schema leaves it no other: evidence has to
//! come before what rests on it. A [`Value`] sorts its names, so that the order is only in `required`.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

/// For `serialize_with`.
pub(crate) fn in_order<S: Serializer>(schema: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    InOrder(schema).serialize(serializer)
}

/// The schema as text.
pub(crate) fn text(schema: &Value) -> String {
    // A schema has only names for keys, which is all that could fail.
    serde_json::to_string(&InOrder(schema)).unwrap_or_else(|_| schema.to_string())
}

struct InOrder<'a>(&'a Value);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(rules) => {
                let mut map = serializer.serialize_map(Some(rules.len()))?;
                for (keyword, rule) in rules {
                    match (keyword.as_str(), rule) {
                        ("properties", Value::Object(properties)) => {
                            map.serialize_entry(keyword, &Properties(properties, rules.get("required")))?;
                        }
                        _ => map.serialize_entry(keyword, &InOrder(rule))?,
                    }
                }
                map.end()
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(InOrder)),
            other => other.serialize(serializer),
        }
    }
}

/// Properties, and the list that has their order.
struct Properties<'a>(&'a Map<String, Value>, Option<&'a Value>);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(properties, required) = self;
        let names: Vec<&str> = required
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let place = |name: &str| names.iter().position(|required| *required == name);
        let mut ordered: Vec<(&String, &Value)> = properties.iter().collect();
        ordered.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
        serializer.collect_map(ordered.into_iter().map(|(name, rule)| (name, InOrder(rule))))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn properties_come_in_the_order_in_which_they_are_required() {
        let schema = json!({
            "type": "object",
            "properties": {
                "level": {"type": ["integer", "null"]},
                "evidence": {"type": "array", "items": {
                    "type": "object",
                    "properties": {"quote": {"type": "string"}, "turn": {"type": "integer"}},
                    "required": ["turn", "quote"],
                }},
                "afterwards": {"type": "string"},
            },
            "required": ["evidence", "level"],
        });
        let text = text(&schema);
        let order = [
            "\"evidence\":{",
            "\"turn\":{",
            "\"quote\":{",
            "\"level\":{",
            "\"afterwards\":{",
        ];
        let places: Vec<usize> = order.iter().map(|name| text.find(name).unwrap()).collect();
        assert!(places.is_sorted(), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), schema);
    }
}
