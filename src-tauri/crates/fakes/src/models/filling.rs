//! A value for whatever schema comes.

use serde_json::{Map, Value, json};

/// The schema that a prompt asks for in words: the last line that is one. Null where there is none.
pub(super) fn schema_in(prompt: &str) -> Value {
    let objects = prompt.lines().rev().filter(|line| line.starts_with('{'));
    objects
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|object| object.get("properties").is_some())
        .unwrap_or_default()
}

/// A value that fits the schema, with what the hint knows where it fits, and the least that fits elsewhere.
pub(super) fn filled(schema: &Value, hint: &Value, root: &Value) -> Value {
    let Some(rules) = schema.as_object() else {
        return hint.clone();
    };
    if let Some(target) = rules.get("$ref").and_then(Value::as_str) {
        let target = target.strip_prefix('#').and_then(|path| root.pointer(path));
        return filled(target.unwrap_or(&Value::Null), hint, root);
    }
    if let Some(only) = rules.get("const") {
        return only.clone();
    }
    if let Some(values) = rules.get("enum").and_then(Value::as_array) {
        let known = values.iter().find(|value| *value == hint);
        return known.or(values.first()).cloned().unwrap_or_default();
    }
    let ways = rules
        .get("anyOf")
        .or_else(|| rules.get("oneOf"))
        .and_then(Value::as_array);
    if let Some(ways) = ways {
        let fits = ways.iter().find(|way| types(way).contains(&type_of(hint)));
        return filled(fits.or(ways.first()).unwrap_or(&Value::Null), hint, root);
    }
    let types = types(schema);
    let kind = types
        .iter()
        .find(|kind| **kind == type_of(hint))
        .or(types.first());
    match kind.copied().unwrap_or("object") {
        "object" => object(rules, hint, root),
        "array" => array(rules, hint, root),
        // No words at all, where that may be said with a null.
        "string" if hint == "" && types.contains(&"null") => Value::Null,
        "string" => hint.as_str().unwrap_or("-").into(),
        "integer" | "number" => hint
            .as_i64()
            .or_else(|| rules.get("minimum")?.as_i64())
            .unwrap_or(1)
            .into(),
        "boolean" => hint.as_bool().unwrap_or_default().into(),
        _ => Value::Null,
    }
}

fn object(rules: &Map<String, Value>, hint: &Value, root: &Value) -> Value {
    let properties = rules.get("properties").and_then(Value::as_object);
    let fields = properties.into_iter().flatten().map(|(name, schema)| {
        let hint = hint.get(name).unwrap_or(&Value::Null);
        (name.clone(), filled(schema, hint, root))
    });
    Value::Object(fields.collect())
}

/// The items of the hint. Where it has none and each item has an `id` out of a list, as the checks of a rubric have,
/// one for each of them, every other one met: as goes with a level in the middle.
fn array(rules: &Map<String, Value>, hint: &Value, root: &Value) -> Value {
    let item = rules.get("items").unwrap_or(&Value::Null);
    let given = hint.as_array().cloned().unwrap_or_default();
    let resolved = item
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|target| root.pointer(target.strip_prefix('#')?));
    let ids = resolved
        .unwrap_or(item)
        .pointer("/properties/id/enum")
        .and_then(Value::as_array);
    let items = match ids {
        Some(ids) if given.is_empty() => {
            let met = ["yes", "no"].into_iter().cycle();
            ids.iter()
                .zip(met)
                .map(|(id, met)| json!({"id": id, "met": met}))
                .collect()
        }
        _ => given,
    };
    let least = rules
        .get("minItems")
        .and_then(Value::as_u64)
        .and_then(|least| usize::try_from(least).ok());
    let missing = least.unwrap_or_default().saturating_sub(items.len());
    let more = std::iter::repeat_n(Value::Null, missing);
    Value::Array(
        items
            .iter()
            .cloned()
            .chain(more)
            .map(|hint| filled(item, &hint, root))
            .collect(),
    )
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_filled_with_what_is_known_and_the_least_elsewhere() {
        let schema = json!({
            "type": "object",
            "properties": {
                "skill_id": {"const": "open_questions"},
                "level": {"type": ["integer", "null"]},
                "opportunity": {"enum": ["no", "yes"]},
                "checks": {"type": "array", "items": {"$ref": "#/$defs/check"}},
                "unheard_of": {"type": "integer", "minimum": 4},
                "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]}
            },
            "$defs": {"check": {"type": "object", "properties": {
                "id": {"enum": ["a", "b"]}, "met": {"enum": ["no", "yes"]}}}}
        });
        let hint = json!({"level": 3, "opportunity": "yes", "checks": []});
        assert_eq!(
            filled(&schema, &hint, &schema),
            json!({
                "skill_id": "open_questions", "level": 3, "opportunity": "yes", "unheard_of": 4, "maybe": null,
                "checks": [{"id": "a", "met": "yes"}, {"id": "b", "met": "no"}]
            })
        );
    }

    #[test]
    fn a_schema_is_found_among_the_words_of_a_prompt() {
        let prompt = "Rate it.\n{\"a\": 1}\n{\"type\":\"object\",\"properties\":{}}\nThank you.";
        assert_eq!(schema_in(prompt)["type"], "object");
        assert_eq!(schema_in("Answer with JSON: {}\n{\"properties\""), Value::Null);
    }
}
