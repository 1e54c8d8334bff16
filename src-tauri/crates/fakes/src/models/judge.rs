//! Structured answers: the objective check and the rubric, filled into whatever schema the request brings.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use super::ask::{Ask, Structure};
use super::filling::{filled, schema_in};
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
        Structure::Free | Structure::Json => schema_in(&ask.words),
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
}
