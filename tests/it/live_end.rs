//! What still comes when a session has ended, and words and ends that cannot be put on disk.

use rehearse_core::view::{Action, HistoryQuery, Notice, PracticePhase, PracticeView};
use rehearse_domain::{EndReason, TranscriptStatus};
use rehearse_fakes::models::{FakeModels, Role, Script, Verdict};
use rehearse_testkit::SmallDisk;

use crate::app::{App, saved};
use crate::live::{ALL, qwen, settled};

const SAID: &str = "I would like to talk about my salary.";

fn notice(view: &PracticeView) -> Option<&Notice> {
    view.notice.as_ref().map(|notice| &notice.notice)
}

async fn type_words(app: &App, words: &str) {
    app.until("my turn", settled).await;
    let text = words.to_owned();
    app.act(Action::Type { text }).await;
}

/// A session that its checker has ended after one turn.
async fn ended_by_the_checker(app: &App, fake: &FakeModels) {
    fake.objective_after(1, Verdict::Succeeded);
    app.start(|options| options.partner_voice = false).await;
    type_words(app, SAID).await;
    app.until_phase(PracticePhase::Ended).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_come_after_the_end_count_and_are_not_judged() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL).await;
    fake.always(Role::Objective, Script::ObjContinue);
    fake.script(Role::Transcriber, [Script::AsrLate]);
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    app.speak(1.0).await;
    app.act(Action::Release).await;
    app.until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    let ended = app.end().await;
    assert_eq!(ended.lines[1].transcript_status, TranscriptStatus::Pending);
    let view = app
        .until("the words", |view| {
            view.lines[1].transcript_status == TranscriptStatus::Completed
        })
        .await;
    assert!(view.lines[1].text.is_some());
    assert!(
        fake.requests_for(Role::Objective).is_empty(),
        "nothing is left to judge"
    );
    app.core.correct_words(1, SAID.to_owned()).await.unwrap();
    app.until("the correction", |view| {
        view.lines[1].text.as_deref() == Some(SAID)
    })
    .await;
    app.core.close_practice().await.unwrap();
    let review = app.core.review(view.session).await.unwrap();
    assert_eq!(review.turns[1].line.text.as_deref(), Some(SAID));
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_corrections_one_after_the_other_the_last_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (_fake, _served) = qwen(&app, &ALL[..1]).await;
    app.start(|_| ()).await;
    type_words(&app, SAID).await;
    app.until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    for number in 0..20 {
        app.core
            .correct_words(1, format!("Correction {number}"))
            .await
            .unwrap();
    }
    let last = |view: &PracticeView| view.lines[1].text.as_deref() == Some("Correction 19");
    let view = app.until("the last one", last).await;
    app.end().await;
    app.core.close_practice().await.unwrap();
    let review = app.core.review(view.session).await.unwrap();
    assert_eq!(review.turns[1].line.text.as_deref(), Some("Correction 19"));
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_and_words_that_find_no_room_are_said_to_be_where_they_were() {
    let disk = match SmallDisk::mounted(16_384) {
        Ok(disk) => disk,
        Err(why) => return eprintln!("left out: {why}"),
    };
    let app = App::open(disk.path()).await;
    let (fake, _served) = qwen(&app, &ALL).await;
    ended_by_the_checker(&app, &fake).await;

    disk.fill_up_to(0).unwrap();
    app.core.correct_words(1, "Other words".to_owned()).await.unwrap();
    let told = |view: &PracticeView| notice(view) == Some(&Notice::WordsNotSaved);
    let view = app.until("it is said", told).await;
    assert_eq!(
        view.lines[1].text.as_deref(),
        Some(SAID),
        "what is on disk is shown"
    );
    app.act(Action::Reopen).await;
    let told = |view: &PracticeView| notice(view) == Some(&Notice::NotReopened);
    let view = app.until("it is said", told).await;
    assert_eq!(view.phase, PracticePhase::Ended);
    assert!(view.allowed.reopen, "it can be tried again");

    disk.empty().unwrap();
    app.core.correct_words(1, "Other words".to_owned()).await.unwrap();
    let written = |view: &PracticeView| view.lines[1].text.as_deref() == Some("Other words");
    app.until("the words", written).await;
    app.act(Action::Reopen).await;
    app.until("my turn again", settled).await;
    app.end().await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_closed_while_an_end_is_taken_back_leaves_no_session_open() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL).await;
    ended_by_the_checker(&app, &fake).await;
    app.act(Action::Reopen).await;
    app.core.shut_down().await;
    drop(app);
    let app = App::open(folder.path()).await;
    assert_eq!(app.core.app().await.unwrap().closed_at_start, 0);
    let history = app.core.history(HistoryQuery::default()).await.unwrap();
    assert_eq!(history.rows[0].end_reason, Some(EndReason::ClientClosed));
    app.core.shut_down().await;
}
