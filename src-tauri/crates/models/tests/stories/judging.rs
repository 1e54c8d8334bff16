//! An evaluator that looks for its rung, and one whose host answers badly.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rehearse_fakes::models::Script;
use rehearse_models::{
    Abilities, Answer, AnswerForm, Evaluator, ModelError, Question, RefusalKind, Rung, ThinkingSwitch,
};
use serde_json::json;

use crate::bench::{Bench, CLOUD, LOCAL};

fn question() -> Question {
    let evidence = json!({
        "type": "object",
        "properties": {"turn": {"type": "integer"}, "quote": {"type": "string"}},
        "required": ["turn", "quote"],
        "additionalProperties": false,
    });
    let remark = |more: &[&str]| {
        let mut names = vec!["turn", "text"];
        names.extend(more);
        let mut properties = json!({"turn": {"type": "integer"}});
        for name in &names[1..] {
            properties[*name] = json!({"type": "string"});
        }
        json!({"type": "object", "properties": properties, "required": names, "additionalProperties": false})
    };
    let names = [
        "skill_id",
        "rubric_version",
        "checks",
        "evidence",
        "opportunity",
        "reasoning",
        "level",
        "strength",
        "improvement",
    ];
    Question {
        system: "You rate one skill.".into(),
        shared:
            "<dialogue>\n[0] partner: Come in.\n[1] trainee: I would like to talk about Friday.\n</dialogue>"
                .into(),
        task: "This is an evaluation: name a level, with evidence. skill_id: clear-ask".into(),
        form: Arc::new(AnswerForm {
            name: "evaluation",
            purpose: "Rates one skill.",
            schema: json!({
                "type": "object",
                "properties": {
                    "skill_id": {"type": "string", "enum": ["clear-ask"]},
                    "rubric_version": {"type": "integer"},
                    "checks": {"type": "array", "items": {"type": "string"}},
                    "evidence": {"type": "array", "items": evidence},
                    "opportunity": {"type": "string", "enum": ["yes", "no"]},
                    "reasoning": {"type": "string"},
                    "level": {"type": "integer", "minimum": 0, "maximum": 5},
                    "strength": remark(&[]),
                    "improvement": remark(&["say_instead"]),
                },
                "required": names,
                "additionalProperties": false,
            }),
        }),
        temperature: 0.3,
        seed: Some(1),
        budget: Duration::from_secs(60),
    }
}

fn refused(answer: Result<Answer, ModelError>) -> RefusalKind {
    match answer {
        Err(ModelError::Refused(refusal)) => refusal.kind,
        other => panic!("no refusal: {other:?}"),
    }
}

#[tokio::test]
async fn every_model_is_met_on_its_rung_on_both_kinds_of_host_and_remembered_there() {
    let bench = Bench::new().await;
    for path in [CLOUD, LOCAL] {
        for (model, rung, requests) in [
            ("fake-judge-schema", Rung::JsonSchema, 1),
            ("fake-judge-tool", Rung::ForcedTool, 2),
            ("fake-judge-json", Rung::JsonObject, 3),
            ("fake-judge-text", Rung::PlainText, 4),
        ] {
            let evaluator = bench.evaluator(path, model, Abilities::default());
            let answer = evaluator.answer(question()).await.unwrap();
            assert_eq!(answer.value["level"], 3, "{path} {model}");
            assert_eq!(
                answer.value["evidence"][0]["quote"],
                "I would like to talk about Friday."
            );
            assert_eq!((answer.requests, bench.requests()), (requests, requests as usize));
            assert_eq!(evaluator.rung(), Some(rung));
            assert!(
                answer.usage.text_in > 0 && answer.usage.text_out > 0,
                "{path} {model}"
            );

            assert_eq!(evaluator.answer(question()).await.unwrap().requests, 1);
            assert_eq!(bench.requests(), 1);

            let knowing = Abilities {
                rung: Some(rung),
                must_stream: true,
                stream_usage: true,
                ..Abilities::default()
            };
            let streamed = bench.evaluator(path, model, knowing);
            assert_eq!(streamed.answer(question()).await.unwrap().value["level"], 3);
            assert_eq!(bench.requests(), 1, "{path} {model}");
        }
    }
}

#[tokio::test]
async fn a_tool_is_forced_only_on_a_model_that_was_told_not_to_think() {
    let bench = Bench::new().await;
    for (thinking, rung, requests) in [
        (ThinkingSwitch::EnableThinking, Rung::ForcedTool, 2),
        (ThinkingSwitch::ReasoningEffort, Rung::ForcedTool, 2),
        (ThinkingSwitch::None, Rung::JsonObject, 3),
    ] {
        let abilities = Abilities {
            thinking,
            ..Abilities::default()
        };
        let evaluator = bench.evaluator(CLOUD, "qwen3.5-flash", abilities);
        assert_eq!(evaluator.answer(question()).await.unwrap().requests, requests);
        assert_eq!(evaluator.rung(), Some(rung), "{thinking:?}");
    }
}

#[tokio::test]
async fn answers_are_taken_when_they_fit_and_given_up_after_one_repair() {
    let bench = Bench::new().await;
    for (script, fits, requests) in [
        (Script::EvalOk, true, 1),
        (Script::EvalFenced, true, 1),
        (Script::EvalInjected, true, 1),
        (Script::EvalFakeQuote, true, 1),
        (Script::EvalBadJson, false, 5),
        (Script::EvalMissingSkill, false, 5),
        (Script::EvalOutOfRange, false, 5),
    ] {
        let model = format!("test/{}", script.name());
        let evaluator = bench.evaluator(CLOUD, &model, Abilities::default());
        let answer = evaluator.answer(question()).await;
        match answer {
            Ok(answer) => assert_eq!((fits, answer.requests), (true, 1), "{model}"),
            Err(ModelError::Malformed(Some(_))) => assert!(!fits, "{model}"),
            Err(error) => panic!("{model}: {error}"),
        }
        assert_eq!(bench.requests(), requests, "{model}");
        assert_eq!(evaluator.rung(), fits.then_some(Rung::JsonSchema), "{model}");
    }
}

#[tokio::test]
async fn what_will_pass_is_waited_for_and_nothing_else_leads_down_the_ladder() {
    let bench = Bench::new().await;
    let ask = |script: Script| {
        let evaluator = bench.evaluator(CLOUD, &format!("test/{}", script.name()), Abilities::default());
        async move { evaluator.answer(question()).await }
    };
    for (script, requests) in [(Script::TooManyThenOk, 3), (Script::UnavailableThenOk, 2)] {
        assert_eq!(ask(script).await.unwrap().requests, requests, "{script:?}");
        assert_eq!(bench.requests(), requests as usize, "{script:?}");
    }
    for (script, kind) in [
        (Script::Err401, RefusalKind::Key),
        (Script::ErrNative, RefusalKind::Key),
        (Script::Err403, RefusalKind::Permission),
        (Script::Err404, RefusalKind::NoSuchModel),
        (Script::ErrArrearage, RefusalKind::Billing),
        (Script::Billing, RefusalKind::Billing),
        (Script::Err400DataPrefix, RefusalKind::Filtered),
    ] {
        assert_eq!(refused(ask(script).await), kind, "{script:?}");
        assert_eq!(bench.requests(), 1, "{script:?}");
    }
}

#[tokio::test]
async fn a_slow_host_is_left_when_the_time_is_up() {
    let bench = Bench::new().await;
    bench
        .fake
        .configure(|options| options.before_first_byte = Duration::from_secs(5));
    let evaluator = bench.evaluator(LOCAL, "fake-judge-schema", Abilities::default());
    let hurried = Question {
        budget: Duration::from_millis(600),
        ..question()
    };
    let began = Instant::now();
    let answer = evaluator.answer(hurried).await;
    assert!(matches!(answer, Err(ModelError::TimedOut(_))), "{answer:?}");
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(bench.requests(), 1);
}
