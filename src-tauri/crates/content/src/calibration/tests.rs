//! The set as whoever tries out a judge gets it, and what a damaged file says.

use std::collections::BTreeSet;

use super::*;

const WHOLE: &str = r#"
kind = "silent_trainee"
language = "en"
scenario = "ask-for-a-raise"
outcome = "insufficient_evidence"
why = "Nobody could hear it."

[[turns]]
partner = "Well?"

[[turns]]
trainee = " "

[expected]
clear-ask = 4
assertiveness = "not_observed"
"#;

fn read_text(text: &str) -> Result<CalibrationCase, String> {
    read(&SourceFile {
        name: "calibration/a-silence.en.toml",
        text,
    })
    .map_err(|error| error.to_string())
}

#[test]
fn every_transcript_is_read_and_has_its_scenario_and_its_skills() {
    let cases = calibration_cases().unwrap();
    assert_eq!(cases.len(), calibration_files().len());
    let library = Library::built_in().unwrap();
    for case in &cases {
        let scenario = case.scenario_in(&library).unwrap();
        assert_eq!(
            (scenario.language, &scenario.family),
            (case.language, &case.scenario)
        );
        for skill in case.expected.keys() {
            assert!(
                library.skill(skill, case.language).is_some(),
                "{}: {skill}",
                case.name
            );
        }
    }
    let names: BTreeSet<_> = cases.iter().map(|case| (&case.name, case.language)).collect();
    assert_eq!(names.len(), cases.len());
}

#[test]
fn a_file_becomes_a_case_and_a_turn_without_words_is_unheard() {
    let case = read_text(WHOLE).unwrap();
    assert_eq!(case.name, "a-silence");
    assert_eq!(case.kind, CalibrationKind::SilentTrainee);
    assert_eq!(case.outcome, Outcome::InsufficientEvidence);
    assert_eq!(
        case.turns,
        [
            (Speaker::Partner, Some("Well?".to_owned())),
            (Speaker::Trainee, None)
        ]
    );
    assert_eq!(case.heard().count(), 0);
    let expected: Vec<_> = case.expected.values().copied().collect();
    assert_eq!(
        expected,
        [Expected::NotObserved, Expected::Level(Rating::new(4).unwrap())]
    );
}

#[test]
fn a_level_out_of_range_or_another_word_is_an_error_that_names_the_line() {
    for wrong in ["0", "6", "-1", "\"none\"", "4.5"] {
        let reason = read_text(&WHOLE.replace("clear-ask = 4", &format!("clear-ask = {wrong}"))).unwrap_err();
        assert!(reason.contains("1 to 5"), "{reason}");
        assert!(reason.starts_with("line 1"), "{reason}");
    }
}

#[test]
fn an_unknown_kind_field_or_speaker_is_an_error() {
    for (from, to) in [
        ("silent_trainee", "silent"),
        ("why =", "reason ="),
        ("trainee = \" \"", "trainer = \" \""),
        ("trainee = \" \"", "trainee = \" \"\npartner = \"Both at once.\""),
    ] {
        assert!(read_text(&WHOLE.replace(from, to)).is_err(), "{to}");
    }
}
