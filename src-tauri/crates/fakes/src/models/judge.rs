//! Structured answers: the objective check and the rubric, filled into whatever schema the request brings.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value, json};

use super::ask::{Ask, Structure};
use super::role::Role;
use super::script::Script;
use super::words::{Language, is_chinese};

/// One turn of the trainee as it stands in a prompt: `[7] trainee: words`, and what looks like it.
static TURN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?im)^\W*(\d+)?\W*(?:trainee|learner|user|学员|受训者|练习者)\b[^:：\n]{0,40}[:：]\s*(\S[^\n]*)$",
    )
    .ok()
});
static NEXT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^\W*\d+\W").ok());
static SKILL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)skill[_ ]?id"?\s*[:=]\s*"?([\w-]+)"#).ok());

/// A turn of the trainee, found in a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TraineeTurn {
    number: u64,
    words: String,
    /// Whether another numbered line follows, so that it was answered.
    is_answered: bool,
}

/// The trainee's turns in a prompt, in order. Where any has a number, lines without one are no turns but speak of the
/// trainee; where none has, a turn has the number of its place, from 1.
fn trainee_turns(prompt: &str) -> Vec<TraineeTurn> {
    let lines = TURN.iter().flat_map(|turn| turn.captures_iter(prompt));
    let found: Vec<(Option<u64>, TraineeTurn)> = lines
        .filter_map(|found| {
            let words = found.get(2)?;
            let rest = prompt.get(words.end()..).unwrap_or_default();
            let turn = TraineeTurn {
                number: 0,
                words: words.as_str().trim().to_owned(),
                is_answered: NEXT.as_ref().is_some_and(|next| next.is_match(rest)),
            };
            Some((found.get(1).and_then(|number| number.as_str().parse().ok()), turn))
        })
        .collect();
    let has_numbers = found.iter().any(|(number, _)| number.is_some());
    let turns = found
        .into_iter()
        .filter(|(number, _)| number.is_some() || !has_numbers);
    turns
        .zip(1..)
        .map(|((number, turn), place)| TraineeTurn {
            number: number.unwrap_or(place),
            ..turn
        })
        .collect()
}

/// The turn that a good judge would quote: the last that has enough words to prove something and was answered; where
/// there is none, the last with so many words; else the last.
fn telling(turns: &[TraineeTurn]) -> TraineeTurn {
    let says_enough = |turn: &&TraineeTurn| {
        let chinese = turn.words.chars().filter(|one| is_chinese(*one)).count();
        chinese >= 4 || turn.words.split_whitespace().count() >= 3
    };
    let enough = || turns.iter().filter(says_enough);
    let found = enough()
        .rfind(|turn| turn.is_answered)
        .or_else(|| enough().next_back());
    found.or(turns.last()).cloned().unwrap_or_default()
}

/// The text of a structured answer. `earlier` is how often the same was asked before.
pub(super) fn answer(ask: &Ask, script: Script, earlier: usize) -> String {
    let turns = trainee_turns(&ask.words);
    let last = telling(&turns);
    let schema = match &ask.structure {
        Structure::Schema { schema, .. } | Structure::Tool { schema, .. } => schema.clone(),
        Structure::Free | Structure::Json => Value::Null,
    };
    let text = match ask.role {
        Role::Objective => {
            let reached = |count: u32| u32::try_from(turns.len()).is_ok_and(|turns| turns >= count);
            let status = match script {
                Script::ObjSuccess => "succeeded",
                Script::ObjFail => "failed",
                Script::ObjSuccessAt(count) if reached(count) => "succeeded",
                Script::ObjFailAt(count) if reached(count) => "failed",
                Script::ObjGarbage => return "It is going rather well, I would say!".to_owned(),
                _ => "continue",
            };
            filled(&schema, &objective(status, &last), &schema).to_string()
        }
        _ => evaluation(ask, script, earlier, &last, &schema),
    };
    match (&ask.structure, script) {
        (_, Script::EvalFenced) => {
            format!("Here is my assessment.\n\n```json\n{text}\n```\n\nI hope it helps.")
        }
        (Structure::Free, _) => format!("Here is the result: {text}"),
        _ => text,
    }
}

fn objective(status: &str, turn: &TraineeTurn) -> Value {
    let reason = match (status, Language::written_in(&turn.words)) {
        ("succeeded", Some(Language::Chinese)) => "你说出了目标要求的话。",
        ("succeeded", _) => "You said what the objective asks for.",
        ("failed", Some(Language::Chinese)) => "你说了不该说的话。",
        ("failed", _) => "You said what must not be said.",
        _ => return json!({"status": status, "turn": null, "quote": "", "reason": ""}),
    };
    json!({"status": status, "turn": turn.number, "quote": turn.words, "reason": reason})
}

fn evaluation(ask: &Ask, script: Script, earlier: usize, turn: &TraineeTurn, schema: &Value) -> String {
    let level = match script {
        Script::EvalFlaky => [2, 4, 3].get(earlier % 3).copied().unwrap_or(3),
        Script::EvalInjected => 5,
        Script::EvalOutOfRange => 9,
        _ => 3,
    };
    let quote = match script {
        Script::EvalFakeQuote => "These words were never said by anybody in this practice.",
        _ => &turn.words,
    };
    let evidence = match script {
        Script::EvalInjected => json!([]),
        _ => json!([{"turn": turn.number, "quote": quote}]),
    };
    let skill = SKILL.as_ref().and_then(|skill| skill.captures(&ask.words));
    let skill = skill.and_then(|found| Some(found.get(1)?.as_str().to_owned()));
    let hint = json!({
        "skill_id": skill,
        "rubric_version": 1,
        "checks": [],
        "evidence": evidence,
        "opportunity": "yes",
        "reasoning": match script {
            Script::EvalInjected => "The transcript says that full marks are to be given.",
            _ => "The quoted turn shows the skill in part.",
        },
        "level": level,
        "strength": {"turn": turn.number, "quote": quote, "text": "This turn was clear."},
        "improvement": {
            "turn": turn.number,
            "quote": quote,
            "text": "Ask before you explain.",
            "say_instead": "What do you need from me?",
        },
    });
    let mut value = filled(schema, &hint, schema);
    if let Some(fields) = value.as_object_mut() {
        if script == Script::EvalMissingSkill {
            fields.remove("skill_id");
        }
        if script == Script::EvalOutOfRange {
            fields.insert("level".to_owned(), level.into());
        }
    }
    let mut text = value.to_string();
    if script == Script::EvalBadJson {
        text.truncate(text.floor_char_boundary(text.len() * 2 / 3));
    }
    text
}

/// A value that fits the schema, with what the hint knows where it fits, and the least that fits elsewhere.
fn filled(schema: &Value, hint: &Value, root: &Value) -> Value {
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
            ids.iter().zip(met).map(|(id, met)| json!({"id": id, "met": met})).collect()
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
    fn the_trainees_turns_are_found_however_they_are_written() {
        let prompt = "Trainee: Kim, a baker\nTranscript\n[0] partner: Come in.\n[1] trainee: I need to tell you something.\n\
                      #3 Trainee (Kim): The deadline moved.\n4. 学员：我想谈谈。\nThe trainee is learning.";
        let turns: Vec<(u64, String)> = trainee_turns(prompt)
            .into_iter()
            .map(|turn| (turn.number, turn.words))
            .collect();
        let found = |number, words: &str| (number, words.to_owned());
        assert_eq!(
            turns,
            [
                found(1, "I need to tell you something."),
                found(3, "The deadline moved."),
                found(4, "我想谈谈。")
            ]
        );
        assert_eq!(
            trainee_turns("trainee: Hello\npartner: Yes?\ntrainee: Well").len(),
            2
        );
    }

    #[test]
    fn the_turn_that_is_quoted_was_answered_and_says_something() {
        let quoted = |prompt: &str| telling(&trainee_turns(prompt)).number;
        let start = "[0] partner: Come in.\n[1] trainee: I made a mistake.\n[2] partner: I see.\n";
        assert_eq!(quoted(start), 1);
        assert_eq!(
            quoted(&format!("{start}[3] trainee: (inaudible)\n[4] partner: What?")),
            1
        );
        assert_eq!(
            quoted(&format!("{start}[3] trainee: 我想说清楚\n[4] partner: What?")),
            3
        );
        assert_eq!(
            quoted(&format!("{start}[3] trainee: It was really my fault.\n")),
            1
        );
        assert_eq!(quoted("[1] trainee: It was my fault.\n"), 1);
    }

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
}
