//! Interrupted after every answer: exactly what is missing is asked for, and nothing twice.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// What a look answers: a skill with far looks, one without quotes, one that agrees.
fn value(look: &Look) -> Value {
    match (look.skill.as_str(), look.look) {
        ("clear-ask", number) => rated([2, 4, 3, 2, 4][number as usize]),
        ("empathy", _) => with(rated(4), "evidence", json!([])),
        _ => rated(3),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_restart_after_any_answer_asks_for_the_rest_and_for_nothing_twice(picks in proptest::collection::vec(0_usize..100, 20)) {
        let case = raise(&["clear-ask", "empathy", "open-questions"]);
        let mut samples: Vec<Sample> = Vec::new();
        let mut answered = BTreeSet::new();
        let mut picks = picks.into_iter().cycle();
        let done = loop {
            // Whoever comes back has only what was stored, in any order.
            let turn = picks.next().unwrap() % (samples.len() + 1);
            samples.rotate_left(turn);
            let looks = match case.next(&samples) {
                Next::Done(done) => break done,
                Next::Ask(looks) => looks,
            };
            let missing: BTreeSet<(String, u32)> =
                looks.iter().map(|look| (look.skill.to_string(), look.look)).collect();
            prop_assert_eq!(missing.len(), looks.len(), "one look twice");
            prop_assert!(missing.is_disjoint(&answered), "asked again");
            let look = &looks[picks.next().unwrap() % looks.len()];
            answered.insert((look.skill.to_string(), look.look));
            samples.push(answer(look, value(look)));
        };
        let count = |skill: &str| answered.iter().filter(|(name, _)| name == skill).count();
        prop_assert_eq!((count("clear-ask"), count("empathy"), count("open-questions")), (5, 4, 3));
        let (whole, _) = judged(&case, value);
        prop_assert_eq!(*done, whole);
    }
}

#[test]
fn answers_that_were_never_asked_for_or_cannot_be_read_change_nothing() {
    let case = raise(&["clear-ask"]);
    let looks = asked(&case);
    let mut samples: Vec<Sample> = looks.iter().map(|look| answer(look, rated(3))).collect();
    let Next::Done(done) = case.next(&samples) else {
        panic!("something is still asked");
    };
    let foreign = |skill: &str, look: u32, answer: &str| Sample {
        skill: skill.parse().unwrap(),
        look,
        model: "judge-1".into(),
        answer: answer.into(),
    };
    let fifth = samples[0].answer.replace("\"level\":3", "\"level\":5");
    samples.push(foreign("clear-ask", 3, &fifth));
    samples.push(foreign("clear-ask", 0, &fifth));
    samples.push(foreign("kindness", 0, &fifth));
    assert!(matches!(case.next(&samples), Next::Done(again) if again == done));

    // An unreadable look was asked for, and is no vote.
    samples[1].answer = "{\"level\": 9}".into();
    samples.truncate(3);
    let Next::Done(done) = case.next(&samples) else {
        panic!("something is still asked");
    };
    assert!(matches!(
        done.skills[0].standing,
        Standing::Rated {
            confidence: Confidence::Medium,
            ..
        }
    ));
}
