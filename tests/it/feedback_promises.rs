//! What goes to a judge by itself: only what its trainee could know of before they spoke, whatever happened in between.

use rehearse_core::settings::FeedbackWhen;
use rehearse_core::view::FeedbackStatus;
use rehearse_domain::TranscriptStatus;
use rehearse_fakes::models::{Role, Script};

use crate::app::App;
use crate::judge::{
    BOTH, JUDGE, Judged, TURNS, change, choose, choose_elsewhere, done, judged, served, typed, until,
    waits_because,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_practised_on_request_is_not_sent_because_it_comes_by_itself_later() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose_elsewhere(&app, &served.url, &fake.options().key).await;
    change(&app, |settings| settings.feedback = FeedbackWhen::OnRequest).await;
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    until(&app, session, "a reason", |view| {
        waits_because(view, "feedback_on_request")
    })
    .await;
    change(&app, |settings| settings.feedback = FeedbackWhen::ByItself).await;
    until(&app, session, "another reason", |view| {
        waits_because(view, "feedback_earlier")
    })
    .await;
    assert_eq!(judged(&fake), 0);
    app.core.ask_for_feedback(session).await.unwrap();
    until(&app, session, "the feedback", done).await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_judge_that_an_earlier_version_knew_gets_nothing_of_what_was_practised_then() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose_elsewhere(&app, &served.url, &fake.options().key).await;
    let session = typed(&app, &TURNS).await;
    app.core.shut_down().await;
    drop(app);
    // Earlier versions noted nothing of the kind.
    let database = rusqlite::Connection::open(folder.path().join("rehearse.db")).unwrap();
    let gone = database
        .execute("DELETE FROM setting WHERE key = 'feedback.since'", [])
        .unwrap();
    assert_eq!(gone, 1);
    drop(database);

    let app = App::open(folder.path()).await;
    app.core.give_feedback();
    until(&app, session, "a reason", |view| {
        waits_because(view, "feedback_earlier")
    })
    .await;
    assert_eq!(judged(&fake), 0);
    let next = typed(&app, &TURNS).await;
    until(&app, next, "the feedback", done).await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_of_one_host_is_not_sent_to_another() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (first, first_served) = served().await;
    choose(&app, &first, &first_served, &JUDGE).await;
    first.always(Role::Judge, Script::Err401);
    change(&app, |settings| settings.feedback = FeedbackWhen::OnRequest).await;
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    app.core.ask_for_feedback(session).await.unwrap();
    until(&app, session, "a reason", |view| {
        waits_because(view, "feedback_judge_key")
    })
    .await;
    let (second, second_served) = served().await;
    choose_elsewhere(&app, &second_served.url, &second.options().key).await;
    until(&app, session, "another reason", |view| {
        waits_because(view, "feedback_earlier")
    })
    .await;
    assert_eq!(judged(&second), 0);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_comes_before_all_that_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &JUDGE).await;
    change(&app, |settings| settings.feedback = FeedbackWhen::OnRequest).await;
    for _ in 0..5 {
        typed(&app, &TURNS).await;
        app.core.close_practice().await.unwrap();
    }
    let asked = typed(&app, &TURNS).await;
    fake.script(Role::Judge, [Script::Err401]);
    app.core.ask_for_feedback(asked).await.unwrap();
    until(&app, asked, "a reason", |view| {
        matches!(view.status, FeedbackStatus::Waiting { .. }) && judged(&fake) > 0
    })
    .await;
    // The host is tried again, and nobody asks once more.
    change(&app, |settings| settings.show_silence_countdown = false).await;
    until(&app, asked, "the feedback", done).await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_somebody_writes_themselves_stand_whenever_the_transcript_comes() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &BOTH).await;
    fake.script(Role::Transcriber, [Script::AsrLate]);
    app.start(|options| options.partner_voice = false).await;
    app.speak_turn(1.0).await;
    let session = app.end().await.session;
    until(&app, session, "a beginning", |view| {
        matches!(view.status, FeedbackStatus::Transcribing { .. })
    })
    .await;
    let own = "These are my own words.";
    app.core.correct_turn(session, 1, own.to_owned()).await.unwrap();
    until(&app, session, "the feedback", done).await;
    let turn = app.core.review(session).await.unwrap().turns[1].line.clone();
    assert_eq!(turn.text.as_deref(), Some(own));
    assert_eq!(turn.transcript_status, TranscriptStatus::Completed);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_practised_before_a_host_was_chosen_does_not_go_there_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.core.give_feedback();
    let session = typed(&app, &TURNS).await;
    let (fake, served) = served().await;
    choose_elsewhere(&app, &served.url, &fake.options().key).await;
    let view = until(&app, session, "a reason", |view| {
        waits_because(view, "feedback_earlier")
    })
    .await;
    assert_eq!(view.hosts.len(), 1, "it is said who would read it");
    assert_eq!(judged(&fake), 0);
    // The next one could be known of before it was begun.
    let slug = "ask-for-a-raise".parse().unwrap();
    let brief = app.core.brief(slug).await.unwrap();
    assert_eq!(brief.partners[0].feedback_by, view.hosts);
    assert!(brief.partners[0].voice_goes_to.is_empty());
    assert_eq!(
        brief.partners[0].unencrypted, view.hosts,
        "it speaks no https, which is said of it before anything goes there"
    );
    app.core.close_practice().await.unwrap();
    let next = typed(&app, &TURNS).await;
    until(&app, next, "the feedback", done).await;
    assert!(waits_because(
        &app.core.feedback(session).await.unwrap(),
        "feedback_earlier"
    ));
    app.core.ask_for_earlier_feedback().await.unwrap();
    until(&app, session, "the feedback on the earlier one", done).await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_as_many_as_it_may_and_offline_nothing_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    choose_elsewhere(&app, &served.url, &fake.options().key).await;
    change(&app, |settings| {
        settings.feedback_per_day = Some(1);
        settings.offline = true;
    })
    .await;
    app.core.give_feedback();
    let first = typed(&app, &TURNS).await;
    until(&app, first, "a reason", |view| {
        waits_because(view, "feedback_offline")
    })
    .await;
    assert_eq!(judged(&fake), 0);
    change(&app, |settings| settings.offline = false).await;
    until(&app, first, "the feedback", done).await;
    app.core.close_practice().await.unwrap();
    let second = typed(&app, &TURNS).await;
    until(&app, second, "a reason", |view| {
        waits_because(view, "feedback_budget")
    })
    .await;
    app.core.ask_for_feedback(second).await.unwrap();
    until(&app, second, "what was asked for by hand", done).await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_that_wait_do_not_stand_in_the_way_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let mut earlier = Vec::new();
    for _ in 0..6 {
        earlier.push(typed(&app, &TURNS).await);
        app.core.close_practice().await.unwrap();
    }
    let (fake, served) = served().await;
    choose_elsewhere(&app, &served.url, &fake.options().key).await;
    let next = typed(&app, &TURNS).await;
    app.core.give_feedback();
    until(&app, next, "the feedback", done).await;
    for session in earlier {
        let view = app.core.feedback(session).await.unwrap();
        assert!(waits_because(&view, "feedback_earlier"), "{:?}", view.status);
    }
    app.core.shut_down().await;
}
