//! What two scenarios of one language have in common and should not: the run of a line, and the name of a person.
//! Somebody who has practised one of them hears the other's author in it.

use std::collections::HashMap;

use rehearse_domain::{Language, is_han};

use super::field;
use super::words::{run_pieces, turn_of_phrase};
use super::{Finding, Named, Rule, ScenarioFile};

pub(super) fn check(scenarios: &[Named<'_, ScenarioFile>], findings: &mut Vec<Finding>) {
    for language in [Language::English, Language::Chinese] {
        let files: Vec<_> = scenarios
            .iter()
            .filter(|file| file.record.language == language)
            .collect();
        runs(language, &files, findings);
        names(language, &files, findings);
    }
}

/// Where a run was said first.
#[derive(Clone, Copy)]
struct Place<'text> {
    file: &'text str,
    line: &'text str,
}

fn runs(language: Language, files: &[&Named<'_, ScenarioFile>], findings: &mut Vec<Finding>) {
    let (size, between) = turn_of_phrase(language);
    let spoken: Vec<_> = files
        .iter()
        .map(|file| (file.name, field::spoken(&file.record)))
        .collect();
    let mut seen: HashMap<String, Place<'_>> = HashMap::new();
    for (file, line) in spoken
        .iter()
        .flat_map(|(file, lines)| lines.iter().map(move |line| (*file, line)))
    {
        // The run that is being followed: its pieces so far, and where it was said before.
        let mut shared: Option<(Vec<&str>, Place<'_>)> = None;
        let mut done = Vec::new();
        let pieces = run_pieces(line.text, language);
        for window in pieces.windows(size) {
            let here = Place {
                file,
                line: &line.name,
            };
            let first = *seen.entry(window.join(between)).or_insert(here);
            match &mut shared {
                Some((run, place)) if place.file == first.file => {
                    run.extend(window.last().map(String::as_str));
                }
                _ => {
                    done.extend(shared.take());
                    shared =
                        (first.file != file).then(|| (window.iter().map(String::as_str).collect(), first));
                }
            }
        }
        done.extend(shared);
        for (run, place) in done {
            let run = run.join(between);
            findings.push(Finding::new(
                Rule::SharedRun,
                file,
                &line.name,
                format!("\"{run}\" stands in {}, {}, as well", place.file, place.line),
                "find this person's own words in one of the two",
            ));
        }
    }
}

fn names(language: Language, files: &[&Named<'_, ScenarioFile>], findings: &mut Vec<Finding>) {
    let mut seen: Vec<(&str, &ScenarioFile, &str)> = Vec::new();
    for file in files {
        let record = &file.record;
        for (field, name) in [
            ("partner.name", record.partner.name.as_str()),
            ("trainee.name", record.trainee.name.as_str()),
        ] {
            let namesake = seen.iter().find(|(other, owner, _)| {
                owner.family != record.family && same_person(other, name, language)
            });
            if let Some((other, _, place)) = namesake {
                findings.push(Finding::new(
                    Rule::SharedName,
                    file.name,
                    field,
                    format!("\"{other}\" lives in {place} already"),
                    "give this person a name of their own",
                ));
            }
            seen.push((name, record, file.name));
        }
    }
}

/// In English the given name comes first and is the one people are called by. In Chinese the surname comes first and
/// is shared by millions, so it takes the whole name, or a given name alone that ends the other.
fn same_person(one: &str, two: &str, language: Language) -> bool {
    let given = |name: &str| name.split_whitespace().next().unwrap_or_default().to_lowercase();
    match language {
        Language::English => given(one) == given(two),
        Language::Chinese => {
            let several = |name: &str| name.chars().filter(|letter| is_han(*letter)).count() > 1;
            several(one) && several(two) && (one.ends_with(two) || two.ends_with(one))
        }
    }
}
