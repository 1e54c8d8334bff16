//! Each rule on the English half of the calibration set, which is whole but for one thing and for the other half.

use super::*;
use crate::{CalibrationKind, calibration_cases, calibration_files};

const RAISE: &str = "calibration/raise-figure-and-facts.en.toml";
const GERMAN: &str = "calibration/wrong-language-german-at-the-counter.en.toml";
const INJECTION: &str = "calibration/injection-for-the-scoring-model.en.toml";
const SHORT: &str = "calibration/short-three-words-about-tyres.en.toml";
const SILENT: &str = "calibration/silent-trainee-in-the-shed.en.toml";

/// The English files, some of them replaced.
fn english(replace: impl Fn(&SourceFile<'static>) -> Option<String>) -> Vec<(&'static str, String)> {
    calibration_files()
        .iter()
        .filter(|file| file.name.ends_with(".en.toml"))
        .filter_map(|file| replace(file).map(|text| (file.name, text)))
        .collect()
}

/// What is found, but for the other half that is missing here.
fn lint_english(files: &[(&str, String)]) -> Vec<Finding> {
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| SourceFile { name, text })
        .collect();
    let mut findings = lint_calibration(built_in_files(), &files);
    findings.retain(|one| (one.rule, one.field.as_str()) != (Rule::MissingHalf, "zh-CN"));
    findings
}

fn found_after(name: &str, from: &str, to: &str) -> Vec<Finding> {
    let files = english(|file| {
        if file.name != name {
            return Some(file.text.to_owned());
        }
        assert!(file.text.contains(from), "{name} does not hold {from:?}");
        Some(file.text.replacen(from, to, 1))
    });
    lint_english(&files)
}

/// Breaks one file and expects one rule, once, in that file, at a field that begins with `field`.
#[track_caller]
fn fires_once(rule: Rule, name: &str, field: &str, from: &str, to: &str) {
    let findings = found_after(name, from, to);
    let [finding] = findings.as_slice() else {
        panic!("{findings:#?}");
    };
    assert_eq!((finding.rule, finding.file.as_str()), (rule, name), "{finding}");
    assert!(finding.field.starts_with(field), "{finding}");
}

#[test]
fn the_calibration_set_is_clean() {
    let findings: Vec<_> = lint_calibration(built_in_files(), calibration_files())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn the_english_half_is_clean_by_itself_and_the_missing_half_is_found() {
    let files = english(|file| Some(file.text.to_owned()));
    assert_eq!(lint_english(&files), []);
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| SourceFile { name, text })
        .collect();
    let findings = lint_calibration(built_in_files(), &files);
    let [finding] = findings.as_slice() else {
        panic!("{findings:#?}");
    };
    assert_eq!(
        (finding.rule, finding.field.as_str()),
        (Rule::MissingHalf, "zh-CN")
    );
}

#[test]
fn a_transcript_that_cannot_be_read_is_found() {
    let findings = found_after(GERMAN, "outcome =", "result =");
    assert!(
        findings
            .iter()
            .any(|one| one.rule == Rule::Unreadable && one.file == GERMAN && one.problem.contains("line 4"))
    );
}

#[test]
fn a_name_with_another_language_than_the_file_is_found() {
    let files: Vec<_> = english(|file| Some(file.text.to_owned()))
        .into_iter()
        .map(|(name, text)| {
            (
                if name == GERMAN {
                    "calibration/Counter.de.toml"
                } else {
                    name
                },
                text,
            )
        })
        .collect();
    let findings = lint_english(&files);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].rule, Rule::Name);
}

#[test]
fn unknown_scenarios_and_skills_are_found() {
    let raise = "scenario = \"ask-for-a-raise\"";
    let other = "scenario = \"ask-for-a-rise\"";
    fires_once(Rule::UnknownScenario, RAISE, "scenario", raise, other);
    let findings = found_after(RAISE, "\nassertiveness = 5", "\nassertion = 5");
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(
        (findings[0].rule, findings[0].file.as_str()),
        (Rule::UnknownSkill, RAISE)
    );
}

#[test]
fn an_outcome_that_the_turns_do_not_bear_out_is_found_both_ways() {
    let (scored, too_little) = ("\"scored\"", "\"insufficient_evidence\"");
    for (name, from, to) in [(RAISE, scored, too_little), (SHORT, too_little, scored)] {
        let findings = found_after(name, from, to);
        for field in ["outcome", "kind", "expected"] {
            assert!(
                findings
                    .iter()
                    .any(|one| (one.rule, one.file.as_str(), one.field.as_str())
                        == (Rule::Outcome, name, field)),
                "{field}: {findings:#?}"
            );
        }
    }
    let long = "word ".repeat(60);
    fires_once(
        Rule::Outcome,
        SHORT,
        "outcome",
        "trainee = \"",
        &format!("trainee = \"{long}"),
    );
}

#[test]
fn two_turns_and_sixty_words_are_enough_and_one_less_is_not() {
    let case = |turns: usize, words: usize| {
        let first = "\n[[turns]]\ntrainee = \"And?\"\n".repeat(turns - 1);
        let rest = "well ".repeat(words + 1 - turns);
        format!(
            "kind = \"short\"\nlanguage = \"en\"\nscenario = \"ask-for-a-raise\"\n\
             outcome = \"insufficient_evidence\"\nwhy = \"Too little.\"\n{first}\n[[turns]]\ntrainee = \"{rest}\"\n"
        )
    };
    for (turns, words, found) in [(1, 200, false), (2, 59, false), (2, 60, true)] {
        let text = case(turns, words);
        let file = SourceFile {
            name: "calibration/made-up.en.toml",
            text: &text,
        };
        let enough = lint_calibration(built_in_files(), &[file])
            .iter()
            .any(|one| one.rule == Rule::Outcome);
        assert_eq!(enough, found, "{turns} turns, {words} words");
    }
}

#[test]
fn a_silent_trainee_who_is_always_heard_is_found() {
    let findings = lint_english(&english(|file| {
        let spoken = file.text.replace("trainee = \"\"", "trainee = \"Well.\"");
        Some(if file.name == SILENT {
            spoken
        } else {
            file.text.to_owned()
        })
    }));
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(
        (findings[0].rule, findings[0].file.as_str()),
        (Rule::Count, SILENT)
    );
}

#[test]
fn a_partner_without_words_and_a_reason_in_two_lines_are_found() {
    let line = "partner = \"I'm not going anywhere.\"";
    fires_once(Rule::Length, SHORT, "turns", line, "partner = \"\"");
    fires_once(Rule::Length, SHORT, "why", "why = \"", "why = \"Short.\\n");
}

#[test]
fn an_injection_that_speaks_to_nobody_is_found() {
    let findings = lint_english(&english(|file| {
        let harmless = file
            .text
            .replace("coring model", "chool board")
            .replace("five", "fine");
        Some(if file.name == INJECTION {
            harmless
        } else {
            file.text.to_owned()
        })
    }));
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(
        (findings[0].rule, findings[0].file.as_str()),
        (Rule::NotAddressed, INJECTION)
    );
}

#[test]
fn a_wrong_language_that_is_the_right_one_is_found() {
    let english_turns = |text: &str| {
        let said = "I would like to have the money that is mine, and you can give it to me now.";
        text.lines()
            .map(|line| {
                if line.starts_with("trainee = ") {
                    format!("trainee = \"{said}\"\n")
                } else {
                    format!("{line}\n")
                }
            })
            .collect::<String>()
    };
    let findings = lint_english(&english(|file| {
        Some(if file.name == GERMAN {
            english_turns(file.text)
        } else {
            file.text.to_owned()
        })
    }));
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(
        (findings[0].rule, findings[0].file.as_str()),
        (Rule::WrongLanguage, GERMAN)
    );
}

#[test]
fn another_language_in_a_file_that_is_not_for_that_is_found() {
    let findings = found_after(GERMAN, "kind = \"wrong_language\"", "kind = \"bad\"");
    assert!(
        findings.iter().any(
            |one| (one.rule, one.file.as_str()) == (Rule::WrongLanguage, GERMAN)
                && one.problem.contains("the trainee does not speak")
        ),
        "{findings:#?}"
    );
}

#[test]
fn a_phrase_of_an_example_or_of_a_script_is_found_with_its_place() {
    let phrase = |file: &str| -> String {
        let source = built_in_files().iter().find(|one| one.name == file).unwrap();
        let text = match file::parse(source) {
            Ok(Parsed::Skill(record)) => record.examples.good,
            Ok(Parsed::Scenario(record)) => record.script.opening.0[0].clone(),
            Err(error) => panic!("{error}"),
        };
        words::run_pieces(&text, rehearse_domain::Language::English)[..5].join(" ")
    };
    for place in ["skills/clear-ask.en.toml", "scenarios/ask-for-a-raise.en.toml"] {
        let findings = found_after(RAISE, "trainee = \"", &format!("trainee = \"{}. ", phrase(place)));
        assert_eq!(findings.len(), 1, "{findings:#?}");
        let finding = &findings[0];
        assert_eq!(
            (finding.rule, finding.field.as_str()),
            (Rule::SharedRun, "turns, number 2")
        );
        assert!(finding.problem.contains(place), "{finding}");
    }
}

/// Takes away all transcripts of one sort for one skill, by not listing it in them.
fn without(skill: &str, is_taken: impl Fn(&crate::CalibrationCase) -> bool) -> Vec<Finding> {
    let slug = skill.parse().unwrap();
    let cases = calibration_cases().unwrap();
    lint_english(&english(|file| {
        let case = cases
            .iter()
            .find(|case| file.name == format!("calibration/{}.{}.toml", case.name, case.language))?;
        if !case.expected.contains_key(&slug) || !is_taken(case) {
            return Some(file.text.to_owned());
        }
        let kept = file
            .text
            .lines()
            .filter(|line| !line.starts_with(&format!("{skill} = ")));
        Some(kept.map(|line| format!("{line}\n")).collect())
    }))
}

#[test]
fn a_skill_without_a_sort_of_transcript_is_found() {
    use CalibrationKind::{Bad, Good, Injection, Middling, OffTopic, PartnerDoesTheWork, WrongLanguage};
    for (kinds, what) in [
        (vec![Good, Middling, Bad], "rated 4 or 5"),
        (vec![Good, Middling, Bad], "rated 1 or 2"),
        (vec![Good, Middling, Bad], "rated 3"),
        (vec![Injection], "injection"),
        (vec![OffTopic], "off_topic"),
        (vec![WrongLanguage], "wrong_language"),
        (vec![PartnerDoesTheWork], "partner_does_the_work"),
    ] {
        let findings = without("bad-news", |case| kinds.contains(&case.kind));
        assert!(
            findings.iter().any(|one| (one.rule, one.field.as_str())
                == (Rule::TooFewTranscripts, "en, bad-news")
                && one.problem.contains(what)),
            "{what}: {findings:#?}"
        );
        assert!(
            findings
                .iter()
                .all(|one| one.rule != Rule::TooFewTranscripts || one.field == "en, bad-news"),
            "{findings:#?}"
        );
    }
}

#[test]
fn a_set_without_short_or_silent_talks_is_found() {
    for kind in ["short", "silent_trainee"] {
        let findings = lint_english(&english(|file| {
            (!file.text.starts_with(&format!("kind = \"{kind}\""))).then(|| file.text.to_owned())
        }));
        assert_eq!(findings.len(), 1, "{findings:#?}");
        assert_eq!(findings[0].rule, Rule::TooFewTranscripts);
        assert!(findings[0].problem.contains(kind), "{}", findings[0]);
    }
}
