//! The set before judges of which it is known what they say. No model is asked here.

mod made;
mod obeying;

use rehearse_content::{CalibrationKind, Library, calibration_cases};
use rehearse_domain::{Assessment, Outcome};
use serde_json::{Value, json};

use super::known::{cases, prepared};
use super::*;

fn library() -> Library {
    Library::built_in().unwrap()
}

/// Every transcript of which something is to be found.
fn all() -> Vec<KnownCase> {
    cases(&library(), &CalibrationChoice::default()).unwrap()
}

/// A whole answer: these words as evidence, and a level; none is that there was no sign.
fn answer(skill: &str, evidence: &[(u32, &str)], level: Option<u8>) -> Value {
    let evidence: Vec<Value> = evidence
        .iter()
        .map(|(turn, quote)| json!({"turn": turn, "quote": quote}))
        .collect();
    json!({
        "skill_id": skill,
        "checks": [],
        "evidence": evidence,
        "opportunity": "yes",
        "reasoning": "It is so.",
        "level": level,
        "strength": {"turn": null, "quote": null, "text": null},
        "improvement": {"turn": null, "quote": null, "text": null, "say_instead": null},
    })
}

/// What a case comes to before a judge who answers so.
fn assessed(case: &rehearse_models::rubric::Case, judge: impl Fn(&str) -> Value) -> Assessment {
    let mut samples = Vec::new();
    loop {
        match case.next(&samples) {
            Next::Done(assessment) => return *assessment,
            Next::Ask(looks) => {
                assert!(samples.len() < 100, "it never ends");
                samples.extend(looks.iter().map(|look| rehearse_domain::Sample {
                    skill: look.skill.clone(),
                    look: look.look,
                    model: "made".to_owned(),
                    answer: judge(look.skill.as_str()).to_string(),
                }));
            }
        }
    }
}

#[test]
fn short_and_silent_transcripts_come_out_without_a_question() {
    let (library, mut too_little) = (library(), 0);
    for known in calibration_cases().unwrap() {
        let scenario = known.scenario_in(&library).unwrap();
        let mut case = prepared(&known, &library).unwrap().case;
        case.skills = library.skills_of(scenario).cloned().collect();
        assert!(!case.skills.is_empty());
        let says_too_little = matches!(
            known.kind,
            CalibrationKind::Short | CalibrationKind::SilentTrainee
        );
        match case.next(&[]) {
            Next::Ask(_) => assert!(
                !says_too_little && known.outcome == Outcome::Scored,
                "{}: somebody is asked",
                known.name
            ),
            Next::Done(done) => {
                too_little += 1;
                assert_eq!(done.outcome, Outcome::InsufficientEvidence, "{}", known.name);
                assert_eq!(known.outcome, Outcome::InsufficientEvidence, "{}", known.name);
                assert!(
                    done.skills.is_empty() && known.expected.is_empty(),
                    "{}",
                    known.name
                );
            }
        }
    }
    assert!(too_little >= 11, "{too_little}");
}

#[test]
fn who_chooses_gets_what_fits_and_a_few_are_spread_over_the_set() {
    let library = library();
    let chosen = |language, skills: &[&str], cases| CalibrationChoice {
        language,
        skills: skills.iter().map(|skill| skill.parse().unwrap()).collect(),
        cases,
    };
    let found = |choice: &CalibrationChoice| cases(&library, choice).unwrap();
    let everything = all();
    let chinese = found(&chosen(Some(Language::Chinese), &[], None));
    assert!(!chinese.is_empty() && chinese.len() < everything.len());
    assert!(chinese.iter().all(|known| known.language == Language::Chinese));
    let repair = found(&chosen(None, &["repair-after-a-rupture"], None));
    assert!(!repair.is_empty());
    for known in &repair {
        assert_eq!(known.case.skills.len(), 1, "{}", known.name);
        assert!(
            known
                .expected
                .contains_key(&"repair-after-a-rupture".parse().unwrap())
        );
    }
    for most in [2, 3, 4, 8] {
        let few = found(&chosen(None, &[], Some(most)));
        assert_eq!(few.len(), most as usize);
        let english = few.iter().filter(|known| known.language == Language::English);
        let of_both = (1..most as usize).contains(&english.count());
        assert!(of_both, "{most} are all of one language");
    }
    let four = found(&chosen(Some(Language::English), &[], Some(4)));
    let english = found(&chosen(Some(Language::English), &[], None));
    let names = |some: &[KnownCase]| -> Vec<String> { some.iter().map(|one| one.name.clone()).collect() };
    let quarters = [0, 1, 2, 3].map(|place| english[place * english.len() / 4].name.clone());
    assert_eq!(names(&four), quarters);
    assert_eq!(found(&chosen(None, &[], Some(10_000))).len(), everything.len());
    let nothing = cases(&library, &chosen(None, &["no-such-skill"], None));
    assert_eq!(nothing.err().unwrap().code, "calibrate_none");
}
