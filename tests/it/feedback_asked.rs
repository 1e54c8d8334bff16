//! Feedback that somebody asks for, asks for again or takes back, and what they say themselves.

use std::time::Duration;

use rehearse_core::settings::FeedbackWhen;
use rehearse_core::view::{FeedbackStatus, ModelForm, ModelRole, OwnRating, PracticePhase};
use rehearse_domain::Rating;
use rehearse_fakes::models::Role;

use crate::app::App;
use crate::judge::{
    JUDGE, Judged, LOOKS, SKILLS, TURNS, change, done, form, judged, typed, until, waits_because,
};

#[tokio::test(flavor = "multi_thread")]
async fn on_request_nothing_is_sent_until_somebody_asks_and_a_second_result_is_kept_beside_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &JUDGE).await;
    change(&app, |settings| settings.feedback = FeedbackWhen::OnRequest).await;
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "a reason", |view| {
        waits_because(view, "feedback_on_request")
    })
    .await;
    assert!(matches!(
        view.status,
        FeedbackStatus::Waiting { can_ask: true, .. }
    ));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(judged(&fake), 0);
    app.core.ask_for_feedback(session).await.unwrap();
    let first = until(&app, session, "the feedback", done).await;
    assert!(first.earlier.is_empty());

    app.core
        .correct_turn(session, 1, format!("{} That is all.", TURNS[0]))
        .await
        .unwrap();
    assert_eq!(judged(&fake), SKILLS * LOOKS, "a correction asks nobody");
    app.core.ask_for_feedback(session).await.unwrap();
    let second = until(&app, session, "the second result", |view| {
        let shown = view.result.as_ref().and_then(|result| result.completed_at);
        assert!(shown.is_some(), "the first one stays until the second is there");
        done(view) && view.earlier.len() == 1
    })
    .await;
    assert_eq!(judged(&fake), 2 * SKILLS * LOOKS);
    assert!(second.earlier[0].comparable, "same rubric, same judge");
    assert_eq!(second.earlier[0].completed_at, first.result.unwrap().completed_at);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_judge_goes_on_at_once_and_what_the_first_was_asked_is_in_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let Judged { app, fake, served } = Judged::open(folder.path(), &JUDGE).await;
    fake.configure(|options| options.before_first_byte = Duration::from_millis(300));
    let session = typed(&app, &TURNS).await;
    until(&app, session, "a beginning", |view| {
        matches!(view.status, FeedbackStatus::Judging { done: 2.., .. })
    })
    .await;
    let address = format!("{}/compatible-mode/v1", served.url);
    let another = ModelForm {
        model: "qwen3.7-plus".to_owned(),
        ..form(ModelRole::Evaluator, &address, &fake.options().key)
    };
    app.core.choose_model(another).await.unwrap();
    until(&app, session, "the feedback", done).await;
    let review = app.core.review(session).await.unwrap();
    let noted = |model: &str| -> u32 {
        let of_model = review.exchanges.iter().filter(|one| one.model == model);
        of_model.map(|one| one.requests).sum()
    };
    let seen = |model: &str| {
        let asked = fake.requests_for(Role::Judge);
        asked
            .iter()
            .filter(|one| one.model.as_deref() == Some(model))
            .count()
    };
    for model in ["qwen-plus", "qwen3.7-plus"] {
        assert!(seen(model) > 0, "{model}");
        // One that was taken back while it was being sent may count, though it did not arrive: four at most.
        let arrived = seen(model)..=seen(model) + 4;
        assert!(
            arrived.contains(&(noted(model) as usize)),
            "{model}: {}",
            noted(model)
        );
    }
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_deleted_or_goes_on_is_asked_about_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &JUDGE).await;
    fake.configure(|options| options.before_first_byte = Duration::from_millis(400));
    let session = typed(&app, &TURNS).await;
    until(&app, session, "a beginning", |view| {
        matches!(view.status, FeedbackStatus::Judging { done: 1.., .. })
    })
    .await;
    app.core.close_practice().await.unwrap();
    app.core.delete_sessions(vec![session]).await.unwrap();
    // What was on its way then has arrived by now.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let asked = judged(&fake);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(judged(&fake), asked);
    assert_eq!(
        app.core.feedback(session).await.unwrap_err().code,
        "no_such_session"
    );
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_trainee_gave_themselves_stands_beside_the_result() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake: _fake,
        served: _served,
    } = Judged::open(folder.path(), &JUDGE).await;
    let session = typed(&app, &TURNS).await;
    let view = until(&app, session, "the feedback", done).await;
    assert!(!view.revealed);
    let own = OwnRating {
        skill: view.result.unwrap().skills[0].skill.clone(),
        rating: Rating::new(4).unwrap(),
    };
    let view = app
        .core
        .reveal_feedback(session, vec![own.clone()])
        .await
        .unwrap();
    assert!(view.revealed);
    let skills = view.result.unwrap().skills;
    assert_eq!(skills[0].own, Some(own.rating));
    assert!(skills[1..].iter().all(|skill| skill.own.is_none()));
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_for_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.core.give_feedback();
    app.start(|options| options.partner_voice = false).await;
    let session = app.until_phase(PracticePhase::YourTurn).await.session;
    let refused = async |session| app.core.ask_for_feedback(session).await.unwrap_err().code;
    assert_eq!(refused(session).await, "feedback_open");
    app.end().await;
    assert_eq!(refused(session).await, "feedback_nothing_said");
    let view = app.core.feedback(session).await.unwrap();
    assert_eq!((view.status, view.result), (FeedbackStatus::NothingSaid, None));
    let wrong = async |sequence, words: &str| {
        let corrected = app.core.correct_turn(session, sequence, words.to_owned()).await;
        corrected.unwrap_err().code
    };
    assert_eq!(wrong(1, "words").await, "no_such_turn");
    assert_eq!(wrong(0, "not the trainee's").await, "no_such_turn");
    assert_eq!(wrong(1, "  ").await, "correct_empty");
    app.core.shut_down().await;
}
