//! The goal must not stand where the partner reads it: a partner who knows how it is won plays along or plays
//! against it, and neither is practice.

use super::field::{self, Field, Kind};
use super::words::{content, letters, sentences};
use super::{Finding, Named, Rule, ScenarioFile};

/// This share of the goal's own words in two neighbouring sentences, in per cent, is no accident any more.
const TOO_CLOSE: usize = 60;
/// A goal with fewer words of its own is compared letter by letter only.
const FEWEST_WORDS: usize = 4;

pub(super) fn check(file: &Named<'_, ScenarioFile>, findings: &mut Vec<Finding>) {
    let record = &file.record;
    let fields = field::of_scenario(record);
    let (goals, open): (Vec<_>, Vec<_>) = fields
        .iter()
        .filter(|field| {
            matches!(
                field.kind,
                Kind::Goal | Kind::Criterion | Kind::Brief | Kind::Spoken
            )
        })
        .partition(|field| matches!(field.kind, Kind::Goal | Kind::Criterion));
    for goal in goals {
        for place in &open {
            if let Some(problem) = leak(record, goal, place) {
                let advice = "the partner must not know the goal: say what moves or hardens them instead";
                findings.push(Finding::new(Rule::Leak, file.name, &place.name, problem, advice));
            }
        }
    }
}

fn leak(record: &ScenarioFile, goal: &Field<'_>, place: &Field<'_>) -> Option<String> {
    let secret = letters(goal.text);
    if !secret.is_empty() && letters(place.text).contains(&secret) {
        return Some(format!("it holds {} word for word", goal.name));
    }
    let names = content(
        &format!("{} {}", record.partner.name, record.trainee.name),
        record.language,
    );
    let wanted: Vec<_> = content(goal.text, record.language)
        .into_iter()
        .filter(|word| !names.contains(word))
        .collect();
    if wanted.len() < FEWEST_WORDS {
        return None;
    }
    let parts = sentences(place.text);
    let windows = if parts.len() < 2 {
        vec![place.text.to_owned()]
    } else {
        pairs(&parts)
    };
    windows.iter().find_map(|window| {
        let said = content(window, record.language);
        let shared = wanted.iter().filter(|word| said.contains(*word)).count();
        (shared * 100 >= wanted.len() * TOO_CLOSE).then(|| {
            format!(
                "{shared} of the {} words of {} stand together",
                wanted.len(),
                goal.name
            )
        })
    })
}

fn pairs(parts: &[&str]) -> Vec<String> {
    parts.windows(2).map(|two| two.join(" \n")).collect()
}
