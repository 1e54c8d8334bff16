//! The rules for one scenario.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use rehearse_domain::{Language, Limits};

use super::field::{self, Kind};
use super::{Finding, Named, Rule, ScenarioFile, leaks, lengths, listening, repeats, wording};

/// Time to find words in, without the silence becoming a second examiner.
const IDLE_SECONDS: RangeInclusive<u64> = 30..=45;
const END_CRITERIA: RangeInclusive<usize> = 2..=4;
const SKILLS: RangeInclusive<usize> = 3..=5;
const FEWEST_PUSH_BACK: usize = 10;
const FEWEST_WORDINGS: usize = 2;

pub(super) fn check(file: &Named<'_, ScenarioFile>, findings: &mut Vec<Finding>) {
    let record = &file.record;
    name(file, findings);
    for field in field::of_scenario(record) {
        lengths::check(file.name, record.language, &field, findings);
        wording::check(file.name, record.language, &field, findings);
    }
    limits(file, findings);
    counts(file, findings);
    second_person(file, findings);
    voice(file, findings);
    repeats::check(file.name, &field::spoken(record), findings);
    let criteria: Vec<_> = field::of_scenario(record)
        .into_iter()
        .filter(|field| field.kind == Kind::Criterion)
        .collect();
    repeats::check(file.name, &criteria, findings);
    leaks::check(file, findings);
    listening::check(file, findings);
}

/// The English half has its family's name, the Chinese half the same with `-zh`, and the file is named after both.
fn name(file: &Named<'_, ScenarioFile>, findings: &mut Vec<Finding>) {
    let record = &file.record;
    let slug = match record.language {
        Language::English => record.family.to_string(),
        Language::Chinese => format!("{}-zh", record.family),
    };
    if record.slug.as_str() != slug {
        let problem = format!("\"{}\" in the family \"{}\"", record.slug, record.family);
        findings.push(Finding::new(
            Rule::Name,
            file.name,
            "slug",
            problem,
            format!("write \"{slug}\""),
        ));
    }
    let expected = format!("scenarios/{}.{}.toml", record.family, record.language);
    if file.name != expected {
        let problem = "not named after its family and language";
        findings.push(Finding::new(
            Rule::Name,
            file.name,
            "file",
            problem,
            format!("call it {expected}"),
        ));
    }
}

fn limits(file: &Named<'_, ScenarioFile>, findings: &mut Vec<Finding>) {
    let (idle, duration) = (file.record.idle_seconds, file.record.duration_seconds);
    if !IDLE_SECONDS.contains(&idle) {
        let advice = format!("choose {} to {} s", IDLE_SECONDS.start(), IDLE_SECONDS.end());
        findings.push(Finding::new(
            Rule::Limit,
            file.name,
            "idle_seconds",
            format!("{idle} s"),
            advice,
        ));
    }
    if duration == 0 || Duration::from_secs(duration) > Limits::MAX {
        let advice = format!("choose 1 to {} s", Limits::MAX.as_secs());
        findings.push(Finding::new(
            Rule::Limit,
            file.name,
            "duration_seconds",
            format!("{duration} s"),
            advice,
        ));
    }
}

fn counts(file: &Named<'_, ScenarioFile>, findings: &mut Vec<Finding>) {
    let record = &file.record;
    let mut find = |field: &str, problem: String, advice: String| {
        findings.push(Finding::new(Rule::Count, file.name, field, problem, advice));
    };
    for (field, range, found) in [
        ("end_criteria", END_CRITERIA, record.end_criteria.len()),
        ("skills", SKILLS, record.skills.len()),
    ] {
        if !range.contains(&found) {
            find(
                field,
                format!("{found} of them"),
                format!("name {} to {}", range.start(), range.end()),
            );
        }
    }
    if record.skills.iter().collect::<BTreeSet<_>>().len() != record.skills.len() {
        find("skills", "one is named twice".into(), "name each once".into());
    }
    let lines = record.script.push_back.len();
    if lines < FEWEST_PUSH_BACK {
        find(
            "script.push_back",
            format!("{lines} lines"),
            format!("write at least {FEWEST_PUSH_BACK}"),
        );
    }
    for (name, line) in field::lines(record) {
        if line.0.len() < FEWEST_WORDINGS {
            let advice = format!("write at least {FEWEST_WORDINGS} that can stand in for one another");
            find(&name, format!("{} wording", line.0.len()), advice);
        }
    }
}

fn second_person(file: &Named<'_, ScenarioFile>, findings: &mut Vec<Finding>) {
    let story = &file.record.description;
    let (spoken_to, word) = match file.record.language {
        Language::English => (
            story
                .to_lowercase()
                .split(|letter: char| !letter.is_alphabetic())
                .any(|word| word == "you"),
            "you",
        ),
        Language::Chinese => (story.contains(['你', '您']), "你"),
    };
    if !spoken_to {
        let problem = "it does not speak to the trainee";
        let advice = format!("tell it in the second person, with \"{word}\"");
        findings.push(Finding::new(
            Rule::SecondPerson,
            file.name,
            "description",
            problem,
            advice,
        ));
    }
}

/// A word that is none of a voice is read as nothing, so that this finds it as well.
fn voice(file: &Named<'_, ScenarioFile>, findings: &mut Vec<Finding>) {
    if file.record.partner.voice.is_none() {
        findings.push(Finding::new(
            Rule::NoVoice,
            file.name,
            "partner.voice",
            "nothing says which voice fits the partner",
            "write \"feminine\" or \"masculine\"",
        ));
    }
}
