//! How the trainee sounded in a practice: figures that are there at its end, made again when they have to be, and gone
//! with their session.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rehearse_core::Access;
use rehearse_core::view::{
    Action, DeliveryView, FigureKind, FigureView, MissingReason, PracticePhase, TurnDelivery,
};
use rehearse_devices::{FileInput, Pace};
use rehearse_domain::{Opener, SessionId, Timestamp};
use rehearse_store::{Delivery, Store};

use crate::app::{App, RATE, saved, tone};

/// A figure by its kind.
pub(crate) fn figure(figures: &[FigureView], kind: FigureKind) -> &FigureView {
    figures.iter().find(|figure| figure.kind == kind).unwrap()
}

/// The value of a turn's figure.
fn value(turn: &TurnDelivery, kind: FigureKind) -> f32 {
    let figure = figure(&turn.figures, kind);
    figure.value.unwrap_or_else(|| panic!("{figure:?}"))
}

/// What the store keeps of a session.
fn kept(folder: &Path, session: SessionId) -> Vec<Delivery> {
    let store = Store::open(folder, Access::Reader, Timestamp::from_millis(0)).unwrap();
    let rows = store.deliveries(session).unwrap();
    rows.into_iter().map(|(_, delivery)| delivery).collect()
}

/// A practice in which the trainee opens and speaks once; its session.
pub(crate) async fn one_turn(app: &App) -> SessionId {
    app.start(|options| {
        options.opener = Opener::Trainee;
        options.partner_voice = false;
    })
    .await;
    app.speak_turn(0.8).await;
    let session = app.end().await.session;
    app.core.close_practice().await.unwrap();
    session
}

/// The clip of a session's first trainee turn.
async fn clip(app: &App, folder: &Path, session: SessionId) -> PathBuf {
    let review = app.core.review(session).await.unwrap();
    let own = |line: &rehearse_core::view::LineView| line.speaker == rehearse_domain::Speaker::Trainee;
    let turn = review.turns.iter().find(|turn| own(&turn.line)).unwrap();
    let name = format!("{}.mp3", turn.line.clip.as_ref().unwrap());
    folder.join("audio").join(session.to_string()).join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_that_has_ended_has_its_figures_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|_| ()).await;
    app.until_phase(PracticePhase::YourTurn).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    app.speak(2.0).await;
    app.act(Action::Release).await;
    app.until("the turn", |view| saved(view) >= 2).await;
    let session = app.end().await.session;
    let asked = Instant::now();
    let view = app.core.delivery(session).await.unwrap();
    assert!(
        asked.elapsed() < Duration::from_millis(300),
        "{:?}",
        asked.elapsed()
    );

    let turn = &view.turns[0];
    assert_eq!((view.turns.len(), turn.sequence, turn.unavailable), (1, 1, None));
    // The pre-roll and the tail are of the turn, and are no speech.
    let spoken = value(turn, FigureKind::SpeakingTimeMs);
    assert!((1_700.0..2_200.0).contains(&spoken), "{spoken} ms");
    let pitch = value(turn, FigureKind::PitchMedianHz);
    assert!((178.0..182.0).contains(&pitch), "the tone has 180 Hz: {pitch}");
    let delay = value(turn, FigureKind::ResponseDelayMs);
    assert!(
        (450.0..1_200.0).contains(&delay),
        "half a second and a hand: {delay} ms"
    );
    assert_eq!(
        turn.pitch.as_ref().unwrap().hertz.len() / 50,
        turn.duration_ms as usize / 1_000
    );
    let words = figure(&turn.figures, FigureKind::WordsPerMinute);
    assert_eq!(
        words.missing,
        Some(MissingReason::NoWords),
        "nobody has written it down"
    );

    let share = figure(&view.figures, FigureKind::TalkRatio).value.unwrap();
    assert!(
        (0.05..0.6).contains(&share),
        "the partner had a line too: {share}"
    );
    let delay = figure(&view.figures, FigureKind::ResponseDelayMs);
    assert_eq!(delay.turn, Some(turn.turn), "there it can be heard");
    for figure in view.figures.iter().chain(&turn.figures) {
        assert_eq!(figure.value.is_some(), figure.missing.is_none(), "{figure:?}");
        assert_eq!(figure.usual, None, "nothing is usual yet");
    }
    assert_eq!(kept(folder.path(), session).len(), 1, "the live figures are kept");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_another_method_are_made_again_from_the_clip_and_keep_the_delay() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let session = one_turn(&app).await;
    let live = app.core.delivery(session).await.unwrap();
    app.core.shut_down().await;
    drop(app);
    let turn = live.turns[0].turn;
    let older = Delivery {
        method: 0,
        figures: r#"{"lead_ms":-40,"figures":{"of":"another form"}}"#.to_owned(),
        made_at: Timestamp::from_millis(0),
    };
    let store = Store::open(folder.path(), Access::Owner, older.made_at).unwrap();
    store.save_delivery(turn, &older).unwrap();
    drop(store);

    let app = App::open(folder.path()).await;
    let again = app.core.delivery(session).await.unwrap();
    let of = |view: &DeliveryView, kind| value(&view.turns[0], kind);
    // A frame or two of the detector is a large share of so short a turn.
    for (kind, apart) in [
        (FigureKind::SpeakingTimeMs, 70.0),
        (FigureKind::PitchMedianHz, 1.8),
        (FigureKind::LoudnessLufs, 0.1),
    ] {
        let (live, again) = (of(&live, kind), of(&again, kind));
        assert!((live - again).abs() < apart, "{kind:?}: {live}, {again}");
    }
    let rows = kept(folder.path(), session);
    assert_eq!(rows[0].method, again.method);
    assert!(
        rows[0].figures.starts_with(r#"{"lead_ms":-40,"#),
        "it is in no clip"
    );
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_without_a_clip_to_measure_says_why_and_spoils_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| {
        options.opener = Opener::Trainee;
        options.partner_voice = false;
    })
    .await;
    app.speak_turn(0.8).await;
    app.act(Action::Type {
        text: "I would rather write this.".into(),
    })
    .await;
    app.until("the answer", |view| {
        saved(view) == 4 && view.phase == PracticePhase::YourTurn
    })
    .await;
    app.speak_turn(0.8).await;
    let session = app.end().await.session;
    app.core.close_practice().await.unwrap();
    let view = app.core.delivery(session).await.unwrap();
    assert_eq!(view.turns[1].unavailable, Some(MissingReason::NoClip));
    assert!(view.turns[1].figures.is_empty());
    let delay = figure(&view.turns[0].figures, FigureKind::ResponseDelayMs);
    assert_eq!(delay.missing, Some(MissingReason::NoPartner));
    let ratio = figure(&view.figures, FigureKind::TalkRatio);
    assert_eq!(ratio.missing, Some(MissingReason::NoPartner));
    let before = figure(&view.figures, FigureKind::SpeakingTimeMs).value.unwrap();
    app.core.shut_down().await;
    drop(app);

    // The figures are lost, and so is the sound of one turn.
    let store = Store::open(folder.path(), Access::Owner, Timestamp::from_millis(0)).unwrap();
    for turn in [&view.turns[0], &view.turns[2]] {
        let none = Delivery {
            method: 0,
            figures: String::new(),
            made_at: Timestamp::from_millis(0),
        };
        store.save_delivery(turn.turn, &none).unwrap();
    }
    drop(store);
    let app = App::open(folder.path()).await;
    let clip = clip(&app, folder.path(), session).await;
    let mut bytes = std::fs::read(&clip).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 200].fill(0x55);
    let whole = std::fs::read(&clip).unwrap();
    for damage in [Some(bytes), None] {
        match &damage {
            Some(bytes) => std::fs::write(&clip, bytes).unwrap(),
            None => std::fs::remove_file(&clip).unwrap(),
        }
        let view = app.core.delivery(session).await.unwrap();
        assert_eq!(view.turns[0].unavailable, Some(MissingReason::Unreadable));
        assert_eq!(view.turns[2].unavailable, None);
        let spoken = figure(&view.figures, FigureKind::SpeakingTimeMs).value.unwrap();
        assert!(spoken > 0.0 && spoken < before * 0.8, "{spoken} of {before} ms");
        let rows = kept(folder.path(), session);
        assert_eq!(rows[0].method, view.method, "this method has tried it");
        tokio::time::sleep(Duration::from_millis(5)).await;
        app.core.delivery(session).await.unwrap();
        assert_eq!(kept(folder.path(), session), rows, "and does not try it again");
        assert_eq!(app.core.progress(None).await.unwrap().still_measuring, 0);
    }
    std::fs::write(&clip, whole).unwrap();
    let view = app.core.delivery(session).await.unwrap();
    assert_eq!(view.turns[0].unavailable, None, "the file is back");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_that_came_faster_than_it_is_spoken_has_no_delay() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("speech.wav");
    std::fs::write(&file, wav(&tone(1.5))).unwrap();
    let input = Arc::new(FileInput::new(&[file], Pace::Fast).unwrap());
    let app = App::open_from(folder.path(), input).await;
    app.start(|_| ()).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.act(Action::ToggleTalk).await;
    app.until("the turn", |view| saved(view) >= 2).await;
    let session = app.end().await.session;
    let view = app.core.delivery(session).await.unwrap();
    assert!(value(&view.turns[0], FigureKind::SpeakingTimeMs) > 1_000.0);
    let delay = figure(&view.turns[0].figures, FigureKind::ResponseDelayMs);
    assert_eq!(delay.missing, Some(MissingReason::NotTimed));
    app.core.shut_down().await;
}

/// Mono samples as a WAV file of 16 bits.
fn wav(samples: &[f32]) -> Vec<u8> {
    let data = u32::try_from(samples.len() * 2).unwrap();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + data).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(RATE.to_le_bytes());
    bytes.extend((RATE * 2).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(data.to_le_bytes());
    let whole = |sample: &f32| ((sample * 32_767.0) as i16).to_le_bytes();
    bytes.extend(samples.iter().flat_map(whole));
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_a_pause_was_not_timed() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|_| ()).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.act(Action::Pause).await;
    app.until_phase(PracticePhase::Paused).await;
    app.act(Action::Resume).await;
    app.speak(0.8).await;
    app.act(Action::Release).await;
    app.until("the turn", |view| saved(view) >= 2).await;
    let session = app.end().await.session;
    let view = app.core.delivery(session).await.unwrap();
    let delay = figure(&view.turns[0].figures, FigureKind::ResponseDelayMs);
    assert_eq!(delay.missing, Some(MissingReason::NotTimed));
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_exported_and_go_with_their_session() {
    let folder = tempfile::tempdir().unwrap();
    let target = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let session = one_turn(&app).await;
    let files = app
        .core
        .export_sessions(vec![session], target.path().display().to_string())
        .await
        .unwrap();
    let json = files.iter().find(|file| file.ends_with("session.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    let view = app.core.delivery(session).await.unwrap();
    let exported: DeliveryView = serde_json::from_value(json["delivery"].clone()).unwrap();
    assert_eq!(exported, view);
    assert_eq!(kept(folder.path(), session).len(), 1);
    assert!(holds(folder.path(), b"lead_ms"), "the text of the figures");

    app.core.delete_sessions(vec![session]).await.unwrap();
    assert_eq!(
        app.core.delivery(session).await.unwrap_err().code,
        "no_such_session"
    );
    assert_eq!(app.core.progress(None).await.unwrap().runs, 0);
    app.core.shut_down().await;
    drop(app);
    assert!(!holds(folder.path(), b"lead_ms"), "no byte of them is left");
}

/// Whether these bytes are in any file below.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        if entry.path().is_dir() {
            return holds(&entry.path(), bytes);
        }
        let file = std::fs::read(entry.path()).unwrap();
        file.windows(bytes.len()).any(|window| window == bytes)
    })
}
