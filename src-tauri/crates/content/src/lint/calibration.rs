//! The rules for calibration transcripts: whether a file is what its kind says, and speaks in its own phrases. Whether
//! the levels are right is for two people to settle who rate it without having seen them.

mod quotas;
mod speech;
mod standing;

use std::collections::{BTreeSet, HashMap};

use rehearse_domain::{Language, Slug};

use super::words::{run_pieces, turn_of_phrase};
use super::{Finding, Named, Rule, field, raw};
use crate::SourceFile;
use crate::calibration::{self, CalibrationCase};
use crate::file::{self, Parsed};

/// All findings about `transcripts`; `records` are the scenarios and skills that they name.
pub fn lint_calibration(records: &[SourceFile<'_>], transcripts: &[SourceFile<'_>]) -> Vec<Finding> {
    let known = Known::of(records);
    let mut findings = Vec::new();
    let mut cases = Vec::new();
    for source in transcripts {
        raw::check(source, &mut findings);
        match calibration::read(source) {
            Ok(record) => {
                let case = Named {
                    name: source.name,
                    record,
                };
                names(&case, &known, &mut findings);
                standing::check(&case, &mut findings);
                speech::check(&case, &known, &mut findings);
                cases.push(case);
            }
            Err(error) => findings.push(Finding::new(
                Rule::Unreadable,
                source.name,
                "the whole file",
                error.to_string(),
                "mend it, or no judge can be tried out",
            )),
        }
    }
    quotas::check(&cases, &known.skills, &mut findings);
    findings
}

/// What transcripts can name, and what they may not repeat.
#[derive(Default)]
struct Known<'text> {
    families: BTreeSet<(Slug, Language)>,
    skills: BTreeSet<(Slug, Language)>,
    /// Turns of phrase of the scripts and of the examples, with the file they stand in.
    phrases: HashMap<String, &'text str>,
}

impl<'text> Known<'text> {
    /// A record that cannot be read is left out; the rules for records name it.
    fn of(records: &[SourceFile<'text>]) -> Self {
        let mut known = Self::default();
        for source in records {
            match file::parse(source) {
                Ok(Parsed::Scenario(record)) => {
                    for line in field::spoken(&record) {
                        known.learn(source.name, line.text, record.language);
                    }
                    known.families.insert((record.family, record.language));
                }
                Ok(Parsed::Skill(record)) => {
                    let examples = &record.examples;
                    for text in [&examples.good, &examples.poor, &examples.counter] {
                        known.learn(source.name, text, record.language);
                    }
                    known.skills.insert((record.slug, record.language));
                }
                Err(_) => {}
            }
        }
        known
    }

    fn learn(&mut self, file: &'text str, text: &str, language: Language) {
        let (size, between) = turn_of_phrase(language);
        for run in run_pieces(text, language).windows(size) {
            self.phrases.entry(run.join(between)).or_insert(file);
        }
    }
}

/// The name of the file, and the names in it.
fn names(case: &Named<'_, CalibrationCase>, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let CalibrationCase {
        name,
        language,
        scenario,
        ..
    } = &case.record;
    if case.name != format!("calibration/{name}.{language}.toml") || name.parse::<Slug>().is_err() {
        findings.push(Finding::new(
            Rule::Name,
            case.name,
            "language",
            format!("the file says {language}, and its name does not"),
            format!("call it <name>.{language}.toml, in small letters joined by hyphens"),
        ));
    }
    if !known.families.contains(&(scenario.clone(), *language)) {
        findings.push(Finding::new(
            Rule::UnknownScenario,
            case.name,
            "scenario",
            format!("no scenario of the family \"{scenario}\" is there in {language}"),
            "name a family of the folder scenarios",
        ));
    }
    for skill in case.record.expected.keys() {
        if !known.skills.contains(&(skill.clone(), *language)) {
            findings.push(Finding::new(
                Rule::UnknownSkill,
                case.name,
                "expected",
                format!("no file describes \"{skill}\" in {language}"),
                "name a skill of the folder skills",
            ));
        }
    }
}
