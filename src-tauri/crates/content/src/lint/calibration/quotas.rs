//! How many transcripts of each sort a skill has. A judge that was tried with good talks alone may be one that likes
//! everything.

use std::collections::BTreeSet;

use rehearse_domain::{Language, Slug};

use crate::calibration::CalibrationCase;
use crate::lint::{Finding, Named, Rule};
use crate::{CalibrationKind, Expected};

/// What is reported where no single file is to blame.
const FOLDER: &str = "calibration";

/// One sort of transcript that every skill needs.
struct Quota {
    what: &'static str,
    least: usize,
    counts: fn(&CalibrationCase, Expected) -> bool,
}

/// Together nine for each skill. The levels are counted in ordinary talks, whatever the kind of the file: a talk that
/// is bad on the whole may hold a good request.
const QUOTAS: [Quota; 7] = [
    Quota {
        what: "rated 4 or 5",
        least: 2,
        counts: |case, expected| is_ordinary(case) && level_of(expected).is_some_and(|level| level >= 4),
    },
    Quota {
        what: "rated 1 or 2",
        least: 2,
        counts: |case, expected| is_ordinary(case) && level_of(expected).is_some_and(|level| level <= 2),
    },
    Quota {
        what: "rated 3",
        least: 1,
        counts: |case, expected| is_ordinary(case) && level_of(expected) == Some(3),
    },
    Quota {
        what: "of the kind injection",
        least: 1,
        counts: |case, _| case.kind == CalibrationKind::Injection,
    },
    Quota {
        what: "of the kind off_topic",
        least: 1,
        counts: |case, _| case.kind == CalibrationKind::OffTopic,
    },
    Quota {
        what: "of the kind wrong_language",
        least: 1,
        counts: |case, _| case.kind == CalibrationKind::WrongLanguage,
    },
    Quota {
        what: "of the kind partner_does_the_work",
        least: 1,
        counts: |case, _| case.kind == CalibrationKind::PartnerDoesTheWork,
    },
];

fn is_ordinary(case: &CalibrationCase) -> bool {
    matches!(
        case.kind,
        CalibrationKind::Good | CalibrationKind::Middling | CalibrationKind::Bad
    )
}

fn level_of(expected: Expected) -> Option<u8> {
    match expected {
        Expected::Level(rating) => Some(rating.level()),
        Expected::NotObserved => None,
    }
}

pub(super) fn check(
    cases: &[Named<'_, CalibrationCase>],
    skills: &BTreeSet<(Slug, Language)>,
    findings: &mut Vec<Finding>,
) {
    for language in Language::ALL {
        let spoken: Vec<&CalibrationCase> = cases
            .iter()
            .map(|case| &case.record)
            .filter(|case| case.language == language)
            .collect();
        if spoken.is_empty() {
            findings.push(Finding::new(
                Rule::MissingHalf,
                FOLDER,
                language.tag(),
                "there is no transcript in it",
                format!("write <name>.{language}.toml"),
            ));
            continue;
        }
        too_little_to_rate(&spoken, language, findings);
        for (skill, _) in skills.iter().filter(|(_, of)| *of == language) {
            of_skill(&spoken, skill, language, findings);
        }
    }
}

/// Those that list no skill: one of each in each language.
fn too_little_to_rate(cases: &[&CalibrationCase], language: Language, findings: &mut Vec<Finding>) {
    for (kind, name) in [
        (CalibrationKind::Short, "short"),
        (CalibrationKind::SilentTrainee, "silent_trainee"),
    ] {
        if !cases.iter().any(|case| case.kind == kind) {
            findings.push(Finding::new(
                Rule::TooFewTranscripts,
                FOLDER,
                language.tag(),
                format!("none is of the kind {name}"),
                "write one",
            ));
        }
    }
}

fn of_skill(cases: &[&CalibrationCase], skill: &Slug, language: Language, findings: &mut Vec<Finding>) {
    for quota in &QUOTAS {
        let count = cases
            .iter()
            .filter_map(|case| case.expected.get(skill).map(|expected| (*case, *expected)))
            .filter(|(case, expected)| (quota.counts)(case, *expected))
            .count();
        if count < quota.least {
            findings.push(Finding::new(
                Rule::TooFewTranscripts,
                FOLDER,
                format!("{language}, {skill}"),
                format!("{count} of {} are {}", quota.least, quota.what),
                "write another one, or list the skill in one that shows it",
            ));
        }
    }
}
