//! Whether there is enough in a transcript to rate, and whether the file says so.

use rehearse_domain::{Language, Outcome, Speaker};

use crate::CalibrationKind;
use crate::calibration::CalibrationCase;
use crate::lint::words::length;
use crate::lint::{Finding, Named, Rule};

/// Under so many turns of the trainee with words nothing is rated,
const TURNS: usize = 2;
/// nor under so many words and so many Chinese characters.
const WORDS: usize = 60;
const CHARACTERS: usize = 120;

pub(super) fn check(case: &Named<'_, CalibrationCase>, findings: &mut Vec<Finding>) {
    let record = &case.record;
    let mut find = |rule, field: &str, problem: String, advice: &str| {
        findings.push(Finding::new(rule, case.name, field, problem, advice));
    };
    let enough = has_enough(record);
    let claims = record.outcome == Outcome::Scored;
    if enough != claims {
        let found = if enough { "enough" } else { "too little" };
        find(
            Rule::Outcome,
            "outcome",
            format!("the trainee says {found} to be rated"),
            "write the other outcome, or other turns",
        );
    }
    let too_little = matches!(
        record.kind,
        CalibrationKind::Short | CalibrationKind::SilentTrainee
    );
    if claims == too_little {
        find(
            Rule::Outcome,
            "kind",
            "the kind does not go with the outcome".to_owned(),
            "short and silent_trainee are insufficient_evidence, all others are scored",
        );
    }
    if claims == record.expected.is_empty() {
        find(
            Rule::Outcome,
            "expected",
            format!("{} skills are listed", record.expected.len()),
            "list the skills of what is scored, and none otherwise",
        );
    }
    let unheard = |speaker| record.turns.contains(&(speaker, None));
    if unheard(Speaker::Partner) {
        find(
            Rule::Length,
            "turns",
            "the partner has a turn without words".to_owned(),
            "write what the partner says",
        );
    }
    if record.kind == CalibrationKind::SilentTrainee && !unheard(Speaker::Trainee) {
        find(
            Rule::Count,
            "turns",
            "every turn of the trainee has words".to_owned(),
            "leave at least one empty",
        );
    }
    if record.why.trim().is_empty() || record.why.contains('\n') {
        find(
            Rule::Length,
            "why",
            "it is not one line".to_owned(),
            "say in one line why these are the levels",
        );
    }
}

/// The language of the practice does not count here: who speaks the other one has spoken.
fn has_enough(case: &CalibrationCase) -> bool {
    let said = |language| case.heard().map(|text| length(text, language)).sum::<usize>();
    case.heard().count() >= TURNS
        && (said(Language::English) >= WORDS || said(Language::Chinese) >= CHARACTERS)
}
