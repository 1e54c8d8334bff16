//! A server of one's own, as the window meets it: the sender wakes by itself, pauses, and says what needs the user.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rehearse_core::view::{
    AudioChoice, ChangeKind, HistoryQuery, PracticePhase, SignInAs, SignInRequest, SyncMark, SyncOptions,
    SyncPause, SyncPhase, Topic,
};
use rehearse_core::{Access, Core, SystemClock};
use rehearse_domain::{Clock, Moment};
use rehearse_fakes::leancloud::{Fault, Reply};

use crate::app::App;
use crate::remote::{
    PATIENCE, request, server, set_offline, sign_in_as_somebody, sign_in_with, sound, told, until,
    until_there,
};

async fn marks(core: &Core) -> Vec<Option<SyncMark>> {
    let page = core.history(HistoryQuery::default()).await.unwrap();
    page.rows.into_iter().map(|row| row.sync).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_made_without_a_network_arrives_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, served) = server().await;
    let app = App::open(folder.path()).await;
    assert_eq!(app.core.sync().await.unwrap().phase, SyncPhase::Off);
    app.core.sign_in(request(&fake, &served)).await.unwrap();

    set_offline(&app.core, true).await;
    app.start(|_| ()).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.speak_turn(1.5).await;
    app.end().await;
    app.core.close_practice().await.unwrap();
    let paused = until(&app.core, "the pause", |view| {
        view.phase
            == SyncPhase::Paused {
                pause: SyncPause::Offline,
            }
    })
    .await;
    assert!(paused.offline && paused.waiting > 0 && paused.waiting_bytes > 0.0);
    assert_eq!(marks(&app.core).await, [Some(SyncMark::Waiting)]);
    assert_eq!(fake.rows("PracticeSession").len(), 0);

    set_offline(&app.core, false).await;
    until(&app.core, "everything told", told).await;
    assert_eq!(marks(&app.core).await, [Some(SyncMark::Sent)]);
    assert_eq!((fake.rows("Turn").len(), fake.files().len()), (3, 3));
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_that_nobody_has_makes_nobody_new() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, served) = server().await;
    let app = App::open(folder.path()).await;
    let who = SignInAs::RecoveryCode {
        code: "11111111-2222-3333-4444-555555555555".to_owned(),
    };
    let mistyped = SignInRequest {
        who,
        ..request(&fake, &served)
    };
    let error = app.core.sign_in(mistyped).await.err().unwrap();
    assert_eq!(error.code, "recovery_code_unknown");
    assert!(fake.rows("_User").is_empty());
    assert_eq!(app.core.sync().await.unwrap().phase, SyncPhase::Off);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_master_key_is_found_out_before_anybody_signs_in() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, served) = server().await;
    let app = App::open(folder.path()).await;
    let with = |key: String| SignInRequest {
        master_key: Some(key),
        ..request(&fake, &served)
    };
    let error = app.core.sign_in(with("wrong".to_owned())).await.err().unwrap();
    assert_eq!(error.code, "remote_wrong_master_key");
    assert!(fake.rows("_User").is_empty());
    let right = fake.options().master_key;
    app.core.sign_in(with(right)).await.unwrap();
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_turns_go_out_without_being_asked_and_the_window_hears_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, served) = server().await;
    let app = App::open(folder.path()).await;
    app.core.sign_in(request(&fake, &served)).await.unwrap();
    let mut changes = app.core.changes();
    app.typed_practice("I came about my pay.").await;
    until(&app.core, "everything told", |view| {
        told(view) && view.last_success.is_some()
    })
    .await;
    assert_eq!(fake.rows("PracticeSession").len(), 1);
    let heard = async {
        while changes
            .next()
            .await
            .is_some_and(|changed| changed.topic != Topic::Sessions)
        {}
    };
    tokio::time::timeout(PATIENCE, heard).await.unwrap();
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_a_recording_is_on_its_way_is_told_in_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, served) = server().await;
    let app = App::open(folder.path()).await;
    // The host of files takes all of it, and then its time.
    let slow = Fault::Slow(Duration::from_secs(2));
    fake.faults().always("PUT", "*", slow);
    app.core.sign_in(request(&fake, &served)).await.unwrap();
    assert_eq!(app.core.sync().await.unwrap().uploading, None);
    app.start(|options| options.partner_voice = false).await;
    app.speak_turn(1.5).await;
    app.end().await;
    let going = until(&app.core, "a recording on its way", |view| {
        view.uploading.is_some_and(|uploading| uploading.sent > 0.0)
    })
    .await;
    let uploading = going.uploading.unwrap();
    assert_eq!(uploading.sent, uploading.bytes, "{going:?}");
    assert_eq!(going.waiting_bytes, 0.0, "what has gone does not wait");
    assert!(going.waiting > 0, "and yet it has not arrived");
    until(&app.core, "everything told", told).await;
    assert_eq!(app.core.sync().await.unwrap().uploading, None);
    let sent: u64 = fake.files().iter().map(|file| file.length).sum();
    assert_eq!(uploading.bytes, sent as f64);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_only_keeps_every_recording_here() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, served) = server().await;
    let app = App::open(folder.path()).await;
    app.core.sign_in(request(&fake, &served)).await.unwrap();
    let options = SyncOptions {
        audio: AudioChoice::StaysHere,
        stub_user: Some("u-1".to_owned()),
        all_audio: false,
    };
    let view = app.core.change_sync_options(options).await.unwrap();
    assert_eq!(view.account.unwrap().audio, AudioChoice::StaysHere);
    app.start(|_| ()).await;
    app.speak_turn(1.5).await;
    app.end().await;
    until(&app.core, "everything told", |view| {
        told(view) && view.last_success.is_some()
    })
    .await;
    assert_eq!((fake.rows("Turn").len(), fake.files().len()), (3, 0));
    assert_eq!(fake.rows("PracticeSession")[0]["stubUserId"], "u-1");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_refused_needs_the_user_who_can_try_again_or_give_up() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, served) = server().await;
    let app = App::open(folder.path()).await;
    fake.faults().always(
        "POST",
        "/1.1/batch",
        Fault::Before(Reply::error(413, 413, "too large")),
    );
    app.core.sign_in(request(&fake, &served)).await.unwrap();
    app.typed_practice("I came about my pay.").await;
    let stuck = until(&app.core, "a change that is stuck", |view| view.stuck > 0).await;
    assert!(stuck.stuck > 0);
    assert_eq!(marks(&app.core).await, [Some(SyncMark::Stuck)]);
    let troubles = app.core.sync_troubles().await.unwrap();
    assert_eq!(troubles.stuck[0].change, ChangeKind::Session);
    assert_eq!(troubles.stuck[0].reason, "too_large");
    assert!(troubles.stuck[0].title.is_some());

    fake.faults().clear();
    for change in troubles.stuck {
        app.core.retry_change(change.id).await.unwrap();
    }
    until(&app.core, "everything told", |view| told(view) && view.stuck == 0).await;
    assert_eq!(fake.rows("PracticeSession").len(), 1);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_outlives_a_restart_and_signing_out_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, served) = server().await;
    let app = App::open(folder.path()).await;
    app.core.sign_in(request(&fake, &served)).await.unwrap();
    app.core.shut_down().await;
    drop(app);

    let app = App::open(folder.path()).await;
    app.typed_practice("I came about my pay.").await;
    until(&app.core, "everything told", |view| {
        told(view) && view.last_success.is_some()
    })
    .await;
    assert_eq!(fake.rows("_User").len(), 1);
    let view = app.core.sign_out().await.unwrap();
    assert_eq!((view.phase, view.account), (SyncPhase::Off, None));
    assert!(!folder.path().join("keys.json").exists());
    let before = fake.requests().len();
    app.typed_practice("And about my hours.").await;
    assert_eq!(marks(&app.core).await, [None, None]);
    assert_eq!(fake.requests().len(), before, "nothing leaves after that");
    app.core.shut_down().await;
    drop(app);

    // Keys that were lost are said, and everything waits.
    let app = App::open(folder.path()).await;
    app.core.sign_in(request(&fake, &served)).await.unwrap();
    app.core.shut_down().await;
    drop(app);
    std::fs::remove_file(folder.path().join("keys.json")).unwrap();
    let app = App::open(folder.path()).await;
    let view = until(&app.core, "the keys", |view| view.phase == SyncPhase::Locked).await;
    assert_eq!(view.problem.unwrap().code, "keys_missing");
    app.core.shut_down().await;
}

/// A clock that can be put forward.
#[derive(Default)]
struct Ahead {
    clock: SystemClock,
    seconds: AtomicU64,
}

impl Clock for Ahead {
    fn now(&self) -> Moment {
        let now = self.clock.now();
        let utc = now
            .utc
            .after(Duration::from_secs(self.seconds.load(Ordering::Relaxed)));
        Moment { utc, ..now }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_computer_recorded_is_heard_on_another_and_goes_when_it_is_deleted() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (fake, served) = server().await;
    let app = App::open(here.path()).await;
    let code = sign_in_as_somebody(&app.core, &fake, &served).await;
    app.start(|_| ()).await;
    app.speak_turn(1.5).await;
    let session = app.end().await.session;
    app.core.close_practice().await.unwrap();
    until(&app.core, "everything told", |view| {
        told(view) && view.last_success.is_some()
    })
    .await;

    let clock = Arc::new(Ahead::default());
    let kept = Arc::clone(&clock);
    let other = App::open_with(there.path(), kept, Access::Owner).await;
    sign_in_with(&other.core, &fake, &served, &code).await;
    until_there(&other.core, &[session]).await;
    let (own, mirror) = (
        app.core.review(session).await.unwrap(),
        other.core.review(session).await.unwrap(),
    );
    assert_eq!((&own.title, own.turns.len()), (&mirror.title, mirror.turns.len()));
    for (own, mirror) in own.turns.iter().zip(&mirror.turns) {
        assert!(!mirror.audio_missing);
        assert_eq!(sound(&app.core, own).await, sound(&other.core, mirror).await);
    }
    // A practice of the other computer comes here in the same way.
    let second = other.typed_practice("I came about my hours.").await;
    until(&other.core, "everything told", told).await;
    until_there(&app.core, &[second, session]).await;

    app.core.delete_sessions(vec![session]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(11_000)).await;
    until(&app.core, "everything told", told).await;
    // It is missing in one look, and in another a minute later.
    let missing = other.core.sync_now().await.unwrap().looked_at;
    until(&other.core, "a look", |view| view.looked_at != missing).await;
    clock.seconds.store(120, Ordering::Relaxed);
    until_there(&other.core, &[second]).await;
    app.core.shut_down().await;
    other.core.shut_down().await;
}
