//! A session judged over a socket by judges of every kind.

use rehearse_domain::{
    Assessment, Check, Confidence, Examples, Judge, Language, NotObserved, RecordStatus, Sample, Skill,
    Speaker, Standing,
};
use rehearse_fakes::models::Script;
use rehearse_models::rubric::{Case, Next, SpokenTurn};
use rehearse_models::{Abilities, ChatEvaluator, Evaluator, ModelError};
use serde_json::json;

use crate::bench::{Bench, CLOUD, LOCAL};

fn skill(slug: &str) -> Skill {
    Skill {
        id: serde_json::from_value(json!("018f0000-0000-7000-8000-000000000001")).unwrap(),
        slug: slug.parse().unwrap(),
        language: Language::English,
        revision: 1,
        category: "asking".parse().unwrap(),
        name: "A skill".into(),
        description: "What it is.".into(),
        anchors: [1, 2, 3, 4, 5].map(|level| format!("Anchor {level}.")),
        checks: [
            "Is it one sentence?",
            "Is there a date?",
            "Is there a reason?",
            "Is it said twice?",
        ]
        .map(|check| Check(check.into()))
        .into(),
        examples: Examples {
            good: "Good.".into(),
            poor: "Poor.".into(),
            counter: "Only looks like it.".into(),
        },
        record_status: RecordStatus::Active,
    }
}

fn case(language: Language) -> Case {
    let lines = match language {
        Language::English => [
            "Come in.",
            "Thank you. I would like to go to forty-six thousand from January, because I have run both supplier \
             lists on my own since March and nobody has complained about a single late delivery.",
            "We will see.",
            "You said that nine people share one pot. What would have to be in it before you put my name in front of \
             Martin? I can have the figures on your desk by Friday at nine, on one page.",
            "Fine.",
        ],
        Language::Chinese => [
            "进来吧。",
            "陈经理，谢谢您抽时间。我想从一月起把月薪调到一万六千五，因为三月份到现在，三家店的单子都是我一个人在管，\
             没有出过一次差错，客户那头也没有一句怨言，这些我都有记录可以给您看，您随时要我随时拿。",
            "我看看吧。",
            "您刚才说九个人分一个盘子，您不好办，这我知道。那您觉得名单上要写清楚哪几样，您才方便去跟马总开口？\
             周五上午九点以前，我把数目归拢成一页纸，放到您桌上。",
            "行。",
        ],
    };
    let turns = lines.iter().zip(0..).map(|(line, number)| SpokenTurn {
        number,
        speaker: if number % 2 == 0 {
            Speaker::Partner
        } else {
            Speaker::Trainee
        },
        text: Some((*line).to_owned()),
    });
    Case {
        language,
        title: "A raise".into(),
        objective: "A yes.".into(),
        partner: "Dana".into(),
        trainee: "Robin".into(),
        skills: vec![skill("clear-ask"), skill("empathy")],
        turns: turns.collect(),
    }
}

/// Asks until nothing is missing.
async fn judged(case: &Case, evaluator: &ChatEvaluator) -> Result<(Assessment, usize), ModelError> {
    let mut samples: Vec<Sample> = Vec::new();
    loop {
        let looks = match case.next(&samples) {
            Next::Done(assessment) => return Ok((*assessment, samples.len())),
            Next::Ask(looks) => looks,
        };
        for look in looks {
            let answer = evaluator.answer(look.question.clone()).await?;
            samples.push(look.answered(evaluator.model(), &answer));
        }
    }
}

fn level(standing: Standing) -> Option<(u8, u8, u8, Confidence)> {
    match standing {
        Standing::Rated {
            rating,
            low,
            high,
            confidence,
        } => Some((low.level(), rating.level(), high.level(), confidence)),
        Standing::NotObserved { .. } => None,
    }
}

#[tokio::test]
async fn a_good_judge_rates_each_skill_on_every_rung_and_in_both_languages() {
    let bench = Bench::new().await;
    for language in Language::ALL {
        let case = case(language);
        for model in [
            "fake-judge-schema",
            "fake-judge-tool",
            "fake-judge-json",
            "fake-judge-text",
        ] {
            let evaluator = bench.evaluator(LOCAL, model, Abilities::default());
            let (assessment, asked) = judged(&case, &evaluator).await.unwrap();
            assert_eq!(asked, 6, "{model}");
            assert_eq!(assessment.judge, Judge::Model { name: model.into() });
            for finding in &assessment.skills {
                assert_eq!(
                    level(finding.standing),
                    Some((3, 3, 3, Confidence::High)),
                    "{model}"
                );
                assert_eq!(finding.quotes.len(), 1);
                let said = case.turns[3].text.as_deref().unwrap();
                assert!(said.contains(&finding.quotes[0].text) && finding.quotes[0].turn == 3);
                assert_eq!(finding.checks.len(), 4);
                assert_eq!(finding.note, "The quoted turn shows the skill in part.");
                assert!(finding.worked.is_some() && finding.change.is_some());
            }
            // Both skills point at the same words, which are advised about once.
            assert_eq!(assessment.advice.len(), 1);
        }
    }
}

#[tokio::test]
async fn what_the_server_is_sent_has_the_dialogue_first_and_the_form_in_its_order() {
    let bench = Bench::new().await;
    let evaluator = bench.evaluator(CLOUD, "test/eval_ok", Abilities::default());
    judged(&case(Language::English), &evaluator).await.unwrap();
    let prompts: Vec<String> = bench
        .fake
        .requests()
        .iter()
        .map(|request| {
            request.body["messages"][1]["content"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(prompts.len(), 6);
    let end = prompts[0].find("</dialogue>").unwrap();
    for prompt in &prompts {
        assert_eq!(prompt[..end], prompts[0][..end]);
        let form = prompt.rsplit_once("JSON schema").unwrap().1;
        let place = |name: &str| form.find(&format!("\"{name}\":{{")).unwrap();
        assert!(
            place("checks") < place("evidence") && place("evidence") < place("level"),
            "{form}"
        );
    }
}

#[tokio::test]
async fn judges_who_are_unsure_invent_or_obey_are_found_out() {
    let bench = Bench::new().await;
    let not_observed = |why| Standing::NotObserved { why };
    for (script, wanted, asked) in [
        (Script::EvalOk, Ok((3, 3, 3, Confidence::High)), 6),
        (Script::EvalFenced, Ok((3, 3, 3, Confidence::High)), 6),
        (Script::EvalFlaky, Ok((2, 3, 4, Confidence::Low)), 10),
        (Script::EvalFakeQuote, Err(NotObserved::NoQuote), 8),
        (Script::EvalInjected, Err(NotObserved::NoQuote), 8),
    ] {
        let model = format!("test/{}", script.name());
        let evaluator = bench.evaluator(CLOUD, &model, Abilities::default());
        let (assessment, looks) = judged(&case(Language::English), &evaluator).await.unwrap();
        assert_eq!((looks, bench.requests()), (asked, asked), "{model}");
        for finding in &assessment.skills {
            match wanted {
                Ok(levels) => assert_eq!(level(finding.standing), Some(levels), "{model}"),
                Err(why) => {
                    assert_eq!(finding.standing, not_observed(why), "{model}");
                    assert!(
                        finding.quotes.is_empty() && assessment.advice.is_empty(),
                        "{model}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn judges_who_cannot_fill_in_a_form_are_given_up_and_nothing_is_lost() {
    let bench = Bench::new().await;
    for script in [
        Script::EvalBadJson,
        Script::EvalMissingSkill,
        Script::EvalOutOfRange,
    ] {
        let model = format!("test/{}", script.name());
        let evaluator = bench.evaluator(CLOUD, &model, Abilities::default());
        let answer = judged(&case(Language::English), &evaluator).await;
        assert!(matches!(answer, Err(ModelError::Malformed(Some(_)))), "{model}");
        assert_eq!(bench.requests(), 5, "{model}");
    }
}
