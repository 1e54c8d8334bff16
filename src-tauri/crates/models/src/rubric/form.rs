//! The form that a judge fills in for one skill. What it rests on comes before what it comes to: a model writes in this
//! order and should think in it (arXiv 2303.16634).
//!
//! Only what the strict modes of all hosts take: every property required, no others, types that may be null, lists of
//! values; no bounds and no lengths.

use rehearse_domain::Skill;
use serde_json::{Value, json};

use crate::AnswerForm;

/// The id of a check by its place in the rubric.
pub(super) fn check_id(place: usize) -> String {
    format!("c{}", place + 1)
}

/// The form for a skill. A rubric without checks has none to answer.
pub(super) fn form(skill: &Skill) -> AnswerForm {
    let checks: Vec<String> = (0..skill.checks.len()).map(check_id).collect();
    let mut properties = json!({
        "skill_id": {"type": "string", "enum": [skill.slug.as_str()]},
        "evidence": {"type": "array", "items": closed(&[
            ("turn", json!({"type": "integer"})),
            ("quote", json!({"type": "string"})),
        ])},
        "opportunity": {"type": "string", "enum": ["yes", "no"]},
        "reasoning": {"type": "string"},
        "level": {"type": ["integer", "null"], "enum": [0, 1, 2, 3, 4, 5, null]},
        "strength": closed(&[
            ("turn", json!({"type": ["integer", "null"]})),
            ("quote", json!({"type": ["string", "null"]})),
            ("text", json!({"type": ["string", "null"]})),
        ]),
        "improvement": closed(&[
            ("turn", json!({"type": ["integer", "null"]})),
            ("quote", json!({"type": ["string", "null"]})),
            ("text", json!({"type": ["string", "null"]})),
            ("say_instead", json!({"type": ["string", "null"]})),
        ]),
    });
    let mut order = vec!["skill_id"];
    if let (Some(properties), false) = (properties.as_object_mut(), checks.is_empty()) {
        let check = closed(&[
            ("id", json!({"type": "string", "enum": checks})),
            ("met", json!({"type": "string", "enum": ["yes", "no", "unclear"]})),
        ]);
        properties.insert("checks".to_owned(), json!({"type": "array", "items": check}));
        order.push("checks");
    }
    order.extend([
        "evidence",
        "opportunity",
        "reasoning",
        "level",
        "strength",
        "improvement",
    ]);
    AnswerForm {
        name: "skill_evaluation",
        purpose: "Rates one skill by its rubric, with the trainee's words that show it.",
        schema: json!({
            "type": "object",
            "properties": properties,
            "required": order,
            "additionalProperties": false,
        }),
    }
}

/// An object of these properties, in this order, and no others.
fn closed(properties: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let rules: serde_json::Map<String, Value> = properties
        .iter()
        .map(|(name, rule)| ((*name).to_owned(), rule.clone()))
        .collect();
    json!({"type": "object", "properties": rules, "required": names, "additionalProperties": false})
}
