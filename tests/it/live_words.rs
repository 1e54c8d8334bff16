//! Whose words stand, and that they reach the disk: what is written by hand, what a model writes down, and what is noted
//! of the exchange with it.

use std::time::Duration;

use rehearse_core::view::{Action, ExchangeView, PauseCause, PracticePhase, PracticeView};
use rehearse_domain::{SessionId, TranscriptStatus};
use rehearse_fakes::models::{FakeModels, Role, Script};
use rusqlite::Connection;

use crate::app::{App, saved};
use crate::live::{ALL, one_that_reads, qwen, settled};

const OWN: &str = "I asked for ten percent more.";

async fn text_on_disk(app: &App, session: SessionId, turn: usize) -> Option<String> {
    let review = app.core.review(session).await.unwrap();
    review.turns[turn].line.text.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_correction_is_on_disk_when_the_app_is_closed() {
    for ended in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path()).await;
        let (_fake, _served) = qwen(&app, &ALL[..1]).await;
        app.start(|options| options.partner_voice = false).await;
        app.until("my turn", settled).await;
        let text = "I would like a raise.".to_owned();
        app.act(Action::Type { text }).await;
        let view = app
            .until("the answer", |view| settled(view) && saved(view) == 3)
            .await;
        if ended {
            app.end().await;
        }
        for number in 0..20 {
            let words = format!("Correction {number}");
            app.core.correct_words(1, words).await.unwrap();
        }
        app.core.shut_down().await;
        drop(app);
        let app = App::open(folder.path()).await;
        let kept = text_on_disk(&app, view.session, 1).await;
        assert_eq!(kept.as_deref(), Some("Correction 19"), "ended: {ended}");
        app.core.shut_down().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_written_by_hand_stand_whenever_the_transcript_comes() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL[..2]).await;
    fake.script(Role::Transcriber, [Script::AsrLate]);
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    app.speak(1.0).await;
    app.act(Action::Release).await;
    let view = app.until("the turn", |view| saved(view) >= 2).await;
    assert_eq!(view.lines[1].transcript_status, TranscriptStatus::Pending);
    while fake.requests_for(Role::Transcriber).is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    app.core.correct_words(1, OWN.to_owned()).await.unwrap();
    app.until("my words", |view| view.lines[1].text.as_deref() == Some(OWN))
        .await;
    // The transcript would have come after six seconds.
    tokio::time::sleep(Duration::from_secs(7)).await;
    let view = app.core.practice().await.unwrap().unwrap();
    assert_eq!(view.lines[1].text.as_deref(), Some(OWN));
    assert_eq!(text_on_disk(&app, view.session, 1).await.as_deref(), Some(OWN));
    let asked = fake.requests_for(Role::Transcriber);
    assert!(asked.len() == 1 && asked[0].left_early, "it was taken back");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_written_by_hand_are_not_written_down_once_more_by_asking_again() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = one_that_reads(&app).await;
    fake.script(Role::Transcriber, [Script::Err401]);
    app.start(|options| options.partner_voice = false).await;
    app.until("my turn", settled).await;
    app.speak(1.0).await;
    app.act(Action::Release).await;
    let failed = |view: &PracticeView| matches!(view.paused, Some(PauseCause::Partner { .. }));
    app.until("nobody wrote it down", failed).await;

    // Both at once: the words are not on disk yet when the partner is asked again.
    app.core.correct_words(1, OWN.to_owned()).await.unwrap();
    app.act(Action::Retry).await;
    let view = app
        .until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    assert_eq!(view.lines[1].text.as_deref(), Some(OWN));
    assert_eq!(
        fake.requests_for(Role::Transcriber).len(),
        1,
        "nobody else has to write it down"
    );
    let asked = fake.requests_for(Role::Partner);
    assert!(asked[0].body.to_string().contains(OWN), "the partner reads it");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_noted_of_an_exchange_holds_nothing_up_and_is_noted_later() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL[..1]).await;
    let database = Connection::open(folder.path().join("rehearse.db")).unwrap();
    database
        .execute_batch(
            "CREATE TRIGGER no_room BEFORE INSERT ON exchange
             BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END;",
        )
        .unwrap();
    app.start(|options| options.partner_voice = false).await;
    for turns in [3, 5] {
        app.until("my turn", settled).await;
        let text = "I would like a raise.".to_owned();
        app.act(Action::Type { text }).await;
        app.until("the answer", |view| settled(view) && saved(view) == turns)
            .await;
    }
    let view = app.core.practice().await.unwrap().unwrap();
    assert_eq!((view.phase, &view.paused), (PracticePhase::YourTurn, &None));
    let noted = |app: &App| {
        let core = app.core.clone();
        async move { core.review(view.session).await.unwrap().exchanges }
    };
    assert_eq!(noted(&app).await, []);
    database.execute_batch("DROP TRIGGER no_room;").unwrap();
    drop(database);
    app.end().await;
    app.core.shut_down().await;

    drop(app);
    let app = App::open(folder.path()).await;
    let exchanges = noted(&app).await;
    assert_eq!(exchanges.len(), 1, "{exchanges:?}");
    assert_eq!(exchanges[0].requests, 2);
    let told: u64 = fake
        .requests_for(Role::Partner)
        .iter()
        .filter_map(|one| one.usage.as_ref()?.get("completion_tokens")?.as_u64())
        .sum();
    let tokens = exchanges[0].tokens.as_ref().unwrap();
    assert_eq!(u64::from(tokens.text_out + tokens.audio_out), told);
    assert_eq!(app.core.review(view.session).await.unwrap().turns.len(), 5);
    app.core.shut_down().await;
}

/// A practice whose end card is left while its one spoken turn is with the transcriber.
async fn left_with_words_on_their_way(app: &App, fake: &FakeModels, script: Script) -> SessionId {
    fake.script(Role::Transcriber, [script]);
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    app.speak(1.0).await;
    app.act(Action::Release).await;
    let left = app.until("my turn on disk", |view| saved(view) >= 2).await;
    app.end().await;
    app.core.close_practice().await.unwrap();
    left.session
}

/// What the record holds of the exchange with the transcriber.
async fn with_transcriber(app: &App, session: SessionId) -> ExchangeView {
    let exchanges = app.core.review(session).await.unwrap().exchanges;
    let mut with = exchanges.into_iter().filter(|one| one.role == "transcriber");
    with.next().expect("it was asked")
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_on_their_way_when_the_end_card_was_left_are_in_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL[..2]).await;
    let session = left_with_words_on_their_way(&app, &fake, Script::AsrLate).await;
    let mut kept = None;
    for _ in 0..200 {
        kept = text_on_disk(&app, session, 1).await;
        if kept.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(kept.is_some(), "it was sent, and its words are waited for");
    let noted = with_transcriber(&app, session).await;
    assert_eq!(noted.requests, 1, "it is sent once");
    assert!(noted.received > 0.0, "what came after the end is noted too");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_that_was_left_lets_the_next_one_begin_and_the_app_close() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL[..2]).await;
    let session = left_with_words_on_their_way(&app, &fake, Script::SlowFirst).await;
    let next = app.start(|_| ()).await;
    assert_ne!(next.session, session);
    app.until("my turn", settled).await;
    let begun = std::time::Instant::now();
    app.core.shut_down().await;
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "nobody waits for a slow host"
    );
    let noted = with_transcriber(&app, session).await;
    assert!(noted.sent > 0.0, "what was sent is in the record: {noted:?}");
}
