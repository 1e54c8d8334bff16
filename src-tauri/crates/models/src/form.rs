//! Whether an answer has the form that was asked for, and what is wrong with it otherwise.
//!
//! The part of JSON Schema that hosts accept in their strict modes, in its usual meaning. A keyword outside of it is a
//! complaint of its own, so that a form never promises more than is looked at. Complaints quote the schema and never the
//! answer: they travel further than what was said may.

use serde_json::{Map, Value};

/// Beyond so many a model is no better off, and neither is a reader.
const MOST_COMPLAINTS: usize = 8;

/// What is wrong with `value`, one sentence each; empty when it has the form.
pub(crate) fn complaints(schema: &Value, value: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    check(schema, value, "answer", &mut complaints);
    complaints.truncate(MOST_COMPLAINTS);
    complaints
}

fn check(schema: &Value, value: &Value, place: &str, complaints: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else {
        complaints.push(format!("{place}: its form is no object"));
        return;
    };
    if let Some(wanted) = schema.get("type")
        && !has_type(wanted, value)
    {
        complaints.push(format!("{place}: must be of type {wanted}"));
        return;
    }
    for (keyword, rule) in schema {
        match keyword.as_str() {
            "enum" => {
                if !rule
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|allowed| is_same(allowed, value))
                {
                    complaints.push(format!("{place}: must be one of {rule}"));
                }
            }
            "minimum" | "maximum" => check_number(keyword, rule, value, place, complaints),
            "minItems" | "maxItems" | "minLength" | "maxLength" => {
                check_size(keyword, rule, value, place, complaints);
            }
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(rule, item, &format!("{place}[{number}]"), complaints);
                }
            }
            "properties" | "required" | "additionalProperties" => {}
            "type" | "title" | "description" => {}
            unknown => complaints.push(format!("{place}: its form uses {unknown}, which nobody looks at")),
        }
    }
    if let Some(members) = value.as_object() {
        check_members(schema, members, place, complaints);
    }
}

fn check_members(
    schema: &Map<String, Value>,
    members: &Map<String, Value>,
    place: &str,
    complaints: &mut Vec<String>,
) {
    let none = Map::new();
    let known = schema
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    for name in schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if !name.as_str().is_some_and(|name| members.contains_key(name)) {
            complaints.push(format!("{place}: the property {name} is missing"));
        }
    }
    for (name, rule) in known {
        if let Some(member) = members.get(name) {
            check(rule, member, &format!("{place}.{name}"), complaints);
        }
    }
    let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    if is_closed && members.keys().any(|name| !known.contains_key(name)) {
        let mut names: Vec<&str> = known.keys().map(String::as_str).collect();
        names.sort_unstable();
        complaints.push(format!("{place}: no other properties than {}", names.join(", ")));
    }
}

/// 3.0 is 3 to JSON Schema.
fn is_same(allowed: &Value, value: &Value) -> bool {
    match (allowed.as_f64(), value.as_f64()) {
        (Some(allowed), Some(value)) => allowed == value,
        _ => allowed == value,
    }
}

/// Whether a value is of a type, or of one of several.
fn has_type(wanted: &Value, value: &Value) -> bool {
    match wanted {
        Value::Array(several) => several.iter().any(|wanted| has_type(wanted, value)),
        Value::String(name) => match name.as_str() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            "number" => value.is_number(),
            // 3.0 is an integer to JSON Schema.
            "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            _ => false,
        },
        _ => false,
    }
}

fn check_number(keyword: &str, rule: &Value, value: &Value, place: &str, complaints: &mut Vec<String>) {
    let (Some(limit), Some(number)) = (rule.as_f64(), value.as_f64()) else {
        return;
    };
    if keyword == "minimum" && number < limit {
        complaints.push(format!("{place}: must be at least {rule}"));
    } else if keyword == "maximum" && number > limit {
        complaints.push(format!("{place}: must be at most {rule}"));
    }
}

fn check_size(keyword: &str, rule: &Value, value: &Value, place: &str, complaints: &mut Vec<String>) {
    let size = match value {
        Value::Array(items) if keyword.ends_with("Items") => items.len(),
        Value::String(text) if keyword.ends_with("Length") => text.chars().count(),
        _ => return,
    };
    let Some(limit) = rule.as_u64().and_then(|limit| usize::try_from(limit).ok()) else {
        return;
    };
    if keyword.starts_with("min") && size < limit {
        complaints.push(format!("{place}: must have a length of at least {rule}"));
    } else if keyword.starts_with("max") && size > limit {
        complaints.push(format!("{place}: must have a length of at most {rule}"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {
                "status": {"type": "string", "enum": ["yes", "no"]},
                "turn": {"type": ["integer", "null"], "minimum": 0},
                "level": {"type": "number", "maximum": 5},
                "quotes": {"type": "array", "maxItems": 2, "items": {"type": "string", "minLength": 1}},
            },
            "required": ["status", "turn", "level", "quotes"],
            "additionalProperties": false,
        })
    }

    #[test]
    fn what_fits_fits() {
        for fitting in [
            json!({"status": "yes", "turn": 3, "level": 2.5, "quotes": []}),
            json!({"status": "no", "turn": null, "level": 5, "quotes": ["a", "b"]}),
            json!({"status": "no", "turn": 3.0, "level": -1, "quotes": ["我"]}),
        ] {
            assert_eq!(complaints(&schema(), &fitting), Vec::<String>::new());
        }
    }

    #[test]
    fn each_fault_is_named_by_its_place() {
        for (name, wrong, complaint) in [
            (
                "status",
                json!("maybe"),
                "answer.status: must be one of [\"yes\",\"no\"]",
            ),
            ("status", json!(1), "answer.status: must be of type \"string\""),
            ("turn", json!(-1), "answer.turn: must be at least 0"),
            (
                "turn",
                json!(1.5),
                "answer.turn: must be of type [\"integer\",\"null\"]",
            ),
            (
                "turn",
                json!("3"),
                "answer.turn: must be of type [\"integer\",\"null\"]",
            ),
            ("level", json!(5.5), "answer.level: must be at most 5"),
            ("level", json!(null), "answer.level: must be of type \"number\""),
            (
                "quotes",
                json!(["a", ""]),
                "answer.quotes[1]: must have a length of at least 1",
            ),
            (
                "quotes",
                json!(["a", "b", "c"]),
                "answer.quotes: must have a length of at most 2",
            ),
            (
                "quotes",
                json!({"0": "a"}),
                "answer.quotes: must be of type \"array\"",
            ),
        ] {
            let mut answer = json!({"status": "yes", "turn": 3, "level": 2, "quotes": []});
            answer[name] = wrong;
            assert_eq!(complaints(&schema(), &answer), [complaint]);
        }
    }

    #[test]
    fn a_number_of_a_list_may_be_written_in_either_way() {
        let levels = json!({"type": ["integer", "null"], "enum": [0, 3, null]});
        for fitting in [json!(3), json!(3.0), json!(null), json!(0)] {
            assert_eq!(complaints(&levels, &fitting), Vec::<String>::new());
        }
        assert_eq!(complaints(&levels, &json!(4)).len(), 1);
    }

    #[test]
    fn missing_and_foreign_properties_are_told_without_a_word_of_the_answer() {
        let answer = json!({"status": "yes", "turn": 1, "level": 2, "I want a raise": true});
        assert_eq!(
            complaints(&schema(), &answer),
            [
                "answer: the property \"quotes\" is missing",
                "answer: no other properties than level, quotes, status, turn",
            ]
        );
        assert_eq!(
            complaints(&schema(), &json!([])),
            ["answer: must be of type \"object\""]
        );
    }

    #[test]
    fn a_keyword_that_nobody_looks_at_makes_every_answer_unfit() {
        let lenient = json!({"type": "string", "pattern": "^a"});
        assert_eq!(
            complaints(&lenient, &json!("a")),
            ["answer: its form uses pattern, which nobody looks at"]
        );
    }

    #[test]
    fn many_faults_are_not_all_told() {
        let answer = json!({"status": "yes", "turn": 1, "level": 2, "quotes": vec![""; 30]});
        assert_eq!(complaints(&schema(), &answer).len(), MOST_COMPLAINTS);
    }
}
