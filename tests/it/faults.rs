//! Devices that fail and data folders that cannot be used: a clear word, and nothing lost.

use std::sync::Arc;
use std::time::Duration;

use rehearse_core::view::{Action, HistoryQuery, Notice, PauseCause, PracticePhase};
use rehearse_core::{Access, SystemClock};
use rehearse_devices::DeviceError;
use rehearse_domain::{EndReason, Opener};
use rehearse_testkit::SmallDisk;

use crate::app::{App, BUILT_IN, HEADSET, saved, tone};

#[tokio::test(flavor = "multi_thread")]
async fn an_unplugged_microphone_is_replaced_and_the_take_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| options.opener = Opener::Trainee).await;
    app.speak(1.0).await;
    app.input.unplug(BUILT_IN);
    let view = app.until("the notice", |view| view.notice.is_some()).await;
    let expected = Notice::MicrophoneSwitched {
        device: HEADSET.to_owned(),
    };
    assert_eq!(view.notice.unwrap().notice, expected);
    app.input.speak(HEADSET, &tone(0.5));
    tokio::time::sleep(Duration::from_millis(500)).await;
    app.act(Action::Release).await;
    let view = app.until("the turn", |view| saved(view) > 0).await;
    assert!(view.lines[0].duration_ms.unwrap() >= 1_000);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_microphone_stops_the_clocks_and_the_user_decides() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| options.opener = Opener::Trainee).await;
    app.speak(1.0).await;
    app.input.unplug(HEADSET);
    app.input.unplug(BUILT_IN);
    let view = app.until_phase(PracticePhase::Paused).await;
    let Some(PauseCause::Media { error }) = view.paused else {
        panic!("{:?}", view.paused)
    };
    assert!(error.code.starts_with("microphone_"), "{}", error.code);
    assert!(!view.clocks_run && view.allowed.end && view.allowed.carry_on);
    let ended = app.end().await;
    assert_eq!(ended.end.unwrap().reason, EndReason::MediaError);
    let kept = ended.lines.len() + app.core.recovery().await.unwrap().takes.len();
    assert_eq!(kept, 1, "what was said is a turn or is offered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_microphone_is_named_and_typing_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.input.refuse(BUILT_IN, Some(DeviceError::PermissionDenied));
    app.input.refuse(HEADSET, Some(DeviceError::PermissionDenied));
    app.start(|options| {
        options.opener = Opener::Trainee;
        options.partner_voice = false;
    })
    .await;
    let ready = app
        .until("my turn or the pause", |view| {
            matches!(view.phase, PracticePhase::YourTurn | PracticePhase::Paused)
        })
        .await;
    if ready.phase == PracticePhase::YourTurn {
        app.act(Action::Press).await;
    }
    let view = app.until_phase(PracticePhase::Paused).await;
    let Some(PauseCause::Media { error }) = view.paused else {
        panic!("{:?}", view.paused)
    };
    assert_eq!(error.code, "microphone_denied");
    app.act(Action::CarryOn).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.act(Action::Type {
        text: "Then I write.".into(),
    })
    .await;
    app.until("the answer", |view| saved(view) == 2).await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loudspeaker_that_fails_leaves_the_captions() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.output.refuse(Some(DeviceError::NoDevice));
    app.start(|_| ()).await;
    let view = app.until_phase(PracticePhase::YourTurn).await;
    assert_eq!(view.notice.unwrap().notice, Notice::VoiceFailed);
    assert!(view.lines[0].text.is_some());
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_owner_is_told_who_holds_the_folder_and_may_read() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let session = app.start(|options| options.partner_voice = false).await.session;
    app.until_phase(PracticePhase::YourTurn).await;
    let second = App::open(folder.path()).await;
    let problem = second.core.app().await.unwrap().problem.expect("it is held");
    assert_eq!(problem.code, "store_held");
    assert_eq!(problem.params["pid"], std::process::id().to_string());
    assert_eq!(second.core.home().await.unwrap_err().code, "store_held");
    let reader = App::open_with(folder.path(), Arc::new(SystemClock::default()), Access::Reader).await;
    assert_eq!(reader.core.review(session).await.unwrap().turns.len(), 1);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_set_aside_and_the_recordings_stay() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| options.opener = Opener::Trainee).await;
    app.speak_turn(1.0).await;
    app.end().await;
    app.core.shut_down().await;
    drop(app);
    let database = folder.path().join("rehearse.db");
    let size = std::fs::metadata(&database).unwrap().len();
    std::fs::write(&database, vec![0x5a; usize::try_from(size).unwrap()]).unwrap();

    let app = App::open(folder.path()).await;
    let problem = app.core.app().await.unwrap().problem.expect("it is damaged");
    assert_eq!(problem.code, "store_damaged");
    let view = app.core.set_aside_damaged().await.unwrap();
    assert!(view.problem.is_none());
    assert!(view.interrupted_takes >= 1, "the recordings are offered");
    let takes = app.core.recovery().await.unwrap().takes;
    let kept = app
        .core
        .keep_take(takes[0].clip)
        .await
        .unwrap()
        .expect("a file of its own");
    assert!(std::path::Path::new(&kept).is_file());
    let aside = std::fs::read_dir(folder.path()).unwrap().flatten();
    assert!(aside.into_iter().any(|file| {
        file.file_name()
            .to_string_lossy()
            .starts_with("rehearse.damaged-")
    }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_finds_no_room_waits_and_leaving_loses_its_reason_alone() {
    let disk = match SmallDisk::mounted(16_384) {
        Ok(disk) => disk,
        Err(why) => return eprintln!("left out: {why}"),
    };
    let app = App::open(disk.path()).await;
    app.start(|options| options.partner_voice = false).await;
    app.until_phase(PracticePhase::YourTurn).await;
    disk.fill_up_to(0).unwrap();
    app.act(Action::End).await;
    let view = app.until_phase(PracticePhase::Paused).await;
    let Some(PauseCause::Storage { error, end }) = view.paused else {
        panic!("{:?}", view.paused)
    };
    assert_eq!((error.code.as_str(), end), ("save_disk_full", true));
    assert!(view.allowed.retry && view.allowed.end);

    app.act(Action::End).await;
    app.until_phase(PracticePhase::Ended).await;
    disk.empty().unwrap();
    app.core.shut_down().await;
    drop(app);
    let app = App::open(disk.path()).await;
    assert_eq!(app.core.app().await.unwrap().closed_at_start, 1);
    let history = app.core.history(HistoryQuery::default()).await.unwrap();
    assert_eq!(history.rows[0].end_reason, Some(EndReason::ClientClosed));
}
