//! The objective check over a socket, on every rung and in both languages.

use rehearse_domain::{Language, Speaker};
use rehearse_fakes::models::{Role, Script};
use rehearse_models::objective::{Goal, Verdict, judge};
use rehearse_models::{Abilities, HistoryTurn, ModelError};

use crate::bench::{Bench, CLOUD, LOCAL};

fn goal(language: Language) -> Goal {
    Goal {
        language,
        title: "A raise".into(),
        objective: "A yes.".into(),
        end_criteria: vec!["You name a figure.".into()],
        partner: "Dana".into(),
        trainee: "Robin".into(),
    }
}

fn dialogue(language: Language) -> Vec<HistoryTurn> {
    let lines = match language {
        Language::English => ["Come in.", "I would like forty-six thousand.", "We will see."],
        Language::Chinese => ["进来吧。", "我想把月薪调到一万六千五。", "我看看吧。"],
    };
    let speakers = [Speaker::Partner, Speaker::Trainee, Speaker::Partner];
    let turn = |(speaker, words): (Speaker, &str)| HistoryTurn {
        speaker,
        text: Some(words.into()),
    };
    speakers.into_iter().zip(lines).map(turn).collect()
}

#[tokio::test]
async fn a_verdict_comes_with_the_words_that_show_it_on_every_rung_and_in_both_languages() {
    let bench = Bench::new().await;
    for (script, verdict) in [
        (Script::ObjSuccess, Verdict::Succeeded),
        (Script::ObjFail, Verdict::Failed),
        (Script::ObjContinue, Verdict::Continue),
    ] {
        bench.fake.always(Role::Objective, script);
        for language in Language::ALL {
            for model in [
                "fake-judge-schema",
                "fake-judge-tool",
                "fake-judge-json",
                "fake-judge-text",
            ] {
                let evaluator = bench.evaluator(LOCAL, model, Abilities::default());
                let dialogue = dialogue(language);
                let judged = judge(&evaluator, &goal(language), &dialogue).await.unwrap();
                let judgement = judged.judgement;
                assert_eq!((judgement.verdict, judgement.doubt), (verdict, None), "{model}");
                if verdict != Verdict::Continue {
                    assert_eq!(judgement.turn, Some(1));
                    assert_eq!(judgement.quote, dialogue[1].text);
                    assert!(!judgement.reason.is_empty());
                }
                assert_eq!(bench.requests(), judged.requests as usize);
            }
        }
    }
}

#[tokio::test]
async fn a_judge_who_only_babbles_is_told_once_what_is_wrong_and_then_given_up() {
    let bench = Bench::new().await;
    let evaluator = bench.evaluator(CLOUD, "test/obj_garbage", Abilities::default());
    let language = Language::English;
    let judged = judge(&evaluator, &goal(language), &dialogue(language)).await;
    assert!(
        matches!(judged, Err(ModelError::Malformed(Some(_)))),
        "{judged:?}"
    );
    assert_eq!(bench.requests(), 5);
}
