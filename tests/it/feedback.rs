//! Feedback that comes by itself once a practice is over: words first, then the judge, and nothing is asked twice.

use std::collections::BTreeMap;
use std::time::Duration;

use rehearse_core::view::FeedbackStatus;
use rehearse_domain::{Judge, Outcome, Standing};
use rehearse_fakes::models::{FakeModels, Role, Script};

use crate::app::App;
use crate::judge::{
    BOTH, JUDGE, Judged, LOOKS, SKILLS, TURNS, choose, done, judged, served, typed, until, waits_because,
};

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_by_itself_with_quotes_that_stand_in_the_transcript() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &JUDGE).await;
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "the feedback", done).await;
    assert_eq!(
        judged(&fake),
        SKILLS * LOOKS,
        "each skill is looked at three times"
    );
    let result = view.result.unwrap();
    assert_eq!(result.outcome, Outcome::Scored);
    assert_eq!(
        result.judge,
        Judge::Model {
            name: "qwen-plus".to_owned()
        }
    );
    assert_eq!(result.skills.len(), SKILLS);
    assert!(result.comparable && result.completed_at.is_some());
    let review = app.core.review(session).await.unwrap();
    let words: BTreeMap<u32, String> = review
        .turns
        .iter()
        .map(|turn| (turn.line.sequence, turn.line.text.clone().unwrap_or_default()))
        .collect();
    for skill in &result.skills {
        assert!(
            matches!(skill.standing, Standing::Rated { .. }),
            "{}: {:?}",
            skill.skill,
            skill.standing
        );
        assert!(!skill.quotes.is_empty() && skill.anchors.len() == 5);
        assert!(skill.checks.iter().all(|check| check.answer.is_some()));
        for quote in &skill.quotes {
            let units: Vec<u16> = words[&quote.turn].encode_utf16().collect();
            let there = &units[quote.start as usize..quote.end as usize];
            assert_eq!(String::from_utf16(there).unwrap(), quote.text);
            assert!(quote.turn % 2 == 1, "the trainee's");
        }
    }
    assert!(result.advice.len() <= 3);
    // It is in the record of what went where.
    let asked: u32 = review
        .exchanges
        .iter()
        .filter(|one| one.role == "evaluator")
        .map(|one| one.requests)
        .sum();
    assert_eq!(asked as usize, SKILLS * LOOKS);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_spoken_is_written_down_first_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &BOTH).await;
    fake.hears(TURNS.join(" "));
    app.start(|options| options.partner_voice = false).await;
    for _ in 0..2 {
        app.speak_turn(1.0).await;
    }
    let session = app.end().await.session;
    let view = until(&app, session, "the feedback", done).await;
    assert_eq!(fake.requests_for(Role::Transcriber).len(), 2);
    assert_eq!(judged(&fake), SKILLS * LOOKS);
    let result = view.result.unwrap();
    assert_eq!((result.coverage.turns, result.coverage.heard), (2, 2));
    let first = fake.requests();
    let first_judged = first.iter().position(|one| one.role == Some(Role::Judge));
    let last_heard = first.iter().rposition(|one| one.role == Some(Role::Transcriber));
    assert!(last_heard < first_judged, "the words come first");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_cannot_be_written_down_lowers_what_is_covered_and_holds_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &BOTH).await;
    fake.hears(TURNS.join(" "));
    fake.script(Role::Transcriber, [Script::AsrEmpty]);
    app.start(|options| options.partner_voice = false).await;
    for _ in 0..3 {
        app.speak_turn(1.0).await;
    }
    let session = app.end().await.session;
    let view = until(&app, session, "the feedback", done).await;
    let result = view.result.unwrap();
    assert_eq!((result.coverage.turns, result.coverage.heard), (3, 2));
    assert_eq!(result.outcome, Outcome::Scored);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_little_is_said_to_be_too_little_and_nobody_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &JUDGE).await;
    let session = typed(&app, &["I would like to talk about my pay."]).await;
    let view = until(&app, session, "the feedback", done).await;
    let result = view.result.unwrap();
    assert_eq!(result.outcome, Outcome::InsufficientEvidence);
    assert!(result.skills.is_empty() && result.counts.trainee_words == 8);
    assert_eq!(judged(&fake), 0);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_judge_rules_count_and_it_is_done_once_somebody_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "a reason", |view| {
        waits_because(view, "feedback_no_judge")
    })
    .await;
    let counted = view.result.unwrap();
    assert_eq!((counted.judge, counted.completed_at), (Judge::Rules, None));
    assert!(counted.counts.open_questions >= 1);
    assert!(counted.advice.is_empty(), "rules advise nothing");
    let (fake, served) = served().await;
    choose(&app, &fake, &served, &JUDGE).await;
    until(&app, session, "the feedback", done).await;
    assert_eq!(judged(&fake), SKILLS * LOOKS);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_asks_for_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &JUDGE).await;
    fake.configure(|options| options.before_first_byte = Duration::from_millis(150));
    let session = typed(&app, &TURNS).await;
    until(&app, session, "some answers", |view| {
        matches!(view.status, FeedbackStatus::Judging { done: 4.., .. })
    })
    .await;
    app.core.shut_down().await;
    drop(app);
    let whole = |fake: &FakeModels| {
        let asked = fake.requests_for(Role::Judge);
        asked.iter().filter(|one| !one.left_early).count()
    };
    let before = whole(&fake);
    assert!((4..SKILLS * LOOKS).contains(&before), "{before}");

    let app = App::open(folder.path()).await;
    app.core.give_feedback();
    let view = until(&app, session, "the feedback", done).await;
    assert!(view.result.is_some());
    assert_eq!(whole(&fake), SKILLS * LOOKS, "none of those that had come");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_no_sessions_fault_and_ends_when_somebody_tries_again() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &JUDGE).await;
    fake.always(Role::Judge, Script::Err401);
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "a reason", |view| {
        waits_because(view, "feedback_judge_key")
    })
    .await;
    assert!(matches!(
        view.status,
        FeedbackStatus::Waiting { until: Some(_), .. }
    ));
    let asked = judged(&fake);
    assert!(asked <= 2, "who is refused does not ask on: {asked}");
    fake.always(Role::Judge, Script::EvalOk);
    app.core.ask_for_feedback(session).await.unwrap();
    until(&app, session, "the feedback", done).await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_used_is_given_up_after_some_tries_and_can_be_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &JUDGE).await;
    fake.always(Role::Judge, Script::EvalBadJson);
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "another try", |view| {
        matches!(&view.status, FeedbackStatus::Waiting { why, until: Some(_), can_ask: true }
            if why.code == "feedback_judge_malformed")
    })
    .await;
    assert!(view.result.is_some(), "what rules count is there");
    fake.always(Role::Judge, Script::EvalOk);
    app.core.ask_for_feedback(session).await.unwrap();
    until(&app, session, "the feedback", done).await;
    app.core.shut_down().await;
}
