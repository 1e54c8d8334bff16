//! What is kept when the light goes out, and the time limits on a clock in the story's hand.

use std::sync::Arc;
use std::time::Duration;

use rehearse_core::Access;
use rehearse_core::view::{Action, PracticePhase};
use rehearse_domain::{EndReason, Opener, Speaker, TimeFactor};
use rehearse_testkit::HandClock;

use crate::app::App;

/// Moves the clock in steps that are no sleep, and lets the practice notice each.
async fn pass(clock: &HandClock, total: Duration) {
    let step = Duration::from_secs(4);
    let mut left = total;
    while !left.is_zero() {
        let now = step.min(left);
        clock.advance(now);
        left -= now;
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_that_is_torn_away_is_closed_and_its_take_offered() {
    let folder = tempfile::tempdir().unwrap();
    let copy = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let session = app.start(|_| ()).await.session;
    app.speak_turn(1.0).await;
    app.speak(2.6).await;
    // What a power cut would leave: the folder as it is at this moment.
    copy_folder(folder.path(), copy.path());
    app.core.shut_down().await;

    let after = App::open(copy.path()).await;
    assert_eq!(after.core.app().await.unwrap().closed_at_start, 1);
    let review = after.core.review(session).await.unwrap();
    assert_eq!(review.end.as_ref().unwrap().reason, EndReason::ClientClosed);
    assert_eq!(review.turns.len(), 3, "every committed turn is there");
    let takes = after.core.recovery().await.unwrap().takes;
    assert_eq!(takes.len(), 1);
    assert!(
        takes[0].duration_ms >= 1_400,
        "at most the last second is lost: {} ms",
        takes[0].duration_ms
    );
    assert!(
        !after.core.clip_bytes(takes[0].clip).await.unwrap().is_empty(),
        "it can be listened to"
    );
    after.core.keep_take(takes[0].clip).await.unwrap();
    let review = after.core.review(session).await.unwrap();
    assert_eq!(review.turns.len(), 4);
    assert_eq!(review.turns[3].line.speaker, Speaker::Trainee);
    assert!(after.core.recovery().await.unwrap().takes.is_empty());
    assert!(after.core.verify().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_take_and_the_one_after_it_are_both_the_trainees_when_all_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let copy = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let session = app.start(|_| ()).await.session;
    app.speak(0.8).await;
    app.act(Action::Cancel).await;
    app.act(Action::Release).await;
    app.until("the offer to undo", |view| view.undo_left_ms.is_some())
        .await;
    app.speak(2.6).await;
    copy_folder(folder.path(), copy.path());
    app.core.shut_down().await;

    let after = App::open(copy.path()).await;
    let done = after.core.keep_all_takes().await.unwrap();
    assert_eq!((done.kept.len(), done.files.len(), done.failed), (2, 0, None));
    let turns = after.core.review(session).await.unwrap().turns;
    let said = turns
        .iter()
        .map(|turn| (turn.line.speaker, turn.line.clip.clone()));
    let kept = done
        .kept
        .iter()
        .map(|clip| (Speaker::Trainee, Some(clip.to_string())));
    assert!(said.skip(1).eq(kept), "{turns:#?}");
    assert!(after.core.verify().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn quitting_in_mid_take_keeps_the_take_and_says_why_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let session = app
        .start(|options| options.opener = Opener::Trainee)
        .await
        .session;
    app.speak(1.2).await;
    app.core.shut_down().await;
    drop(app);

    let after = App::open(folder.path()).await;
    let review = after.core.review(session).await.unwrap();
    assert_eq!(review.end.unwrap().reason, EndReason::ClientClosed);
    let kept = review.turns.len() + after.core.recovery().await.unwrap().takes.len();
    assert_eq!(kept, 1, "the take is a turn or is offered, and never both");
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_past_the_limit_ends_the_practice() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(HandClock::default());
    let app = App::open_with(folder.path(), clock.clone(), Access::Owner).await;
    let opened = app.start(|options| options.partner_voice = false).await;
    app.until_phase(PracticePhase::YourTurn).await;
    let limit = app.core.brief(opened.slug).await.unwrap().idle_limit_s;
    pass(&clock, Duration::from_secs(u64::from(limit) - 4)).await;
    let view = app.core.practice().await.unwrap().unwrap();
    assert!(view.end.is_none());
    assert!(
        view.silence_left_ms.is_some_and(|left| left <= 4_000),
        "the countdown is shown: {view:#?}"
    );
    pass(&clock, Duration::from_secs(8)).await;
    let view = app.until_phase(PracticePhase::Ended).await;
    assert_eq!(view.end.unwrap().reason, EndReason::Idle);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_limits_nothing_ends_by_itself_and_sleep_pauses() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(HandClock::default());
    let app = App::open_with(folder.path(), clock.clone(), Access::Owner).await;
    app.start(|options| {
        options.partner_voice = false;
        options.factor = TimeFactor::Off;
    })
    .await;
    app.until_phase(PracticePhase::YourTurn).await;
    pass(&clock, Duration::from_secs(40)).await;
    assert_eq!(
        app.core.practice().await.unwrap().unwrap().phase,
        PracticePhase::YourTurn
    );
    clock.sleep_machine(Duration::from_secs(3_600));
    let view = app.until_phase(PracticePhase::Paused).await;
    assert!(view.elapsed_ms < 60_000, "an hour of sleep does not count");
    app.act(Action::Resume).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.end().await;
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_goes_on_past_a_missing_file_and_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let target = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|_| ()).await;
    let view = app.speak_turn(0.8).await;
    let session = app.end().await.session;
    let whole = app
        .core
        .export_sessions(vec![session], target.path().display().to_string())
        .await
        .unwrap();
    assert_eq!(whole.iter().filter(|file| file.ends_with(".mp3")).count(), 3);
    let lost = view.lines[1].clip.clone().unwrap();
    std::fs::remove_file(
        folder
            .path()
            .join("audio")
            .join(session.to_string())
            .join(format!("{lost}.mp3")),
    )
    .unwrap();
    let error = app
        .core
        .export_sessions(vec![session], target.path().display().to_string())
        .await
        .unwrap_err();
    assert_eq!(error.code, "export_incomplete");
    assert!(error.params["missing"].contains(&lost));
    let second = target
        .path()
        .read_dir()
        .unwrap()
        .flatten()
        .map(|one| one.path())
        .max()
        .unwrap();
    let mp3s = second
        .read_dir()
        .unwrap()
        .flatten()
        .filter(|file| file.path().extension().is_some_and(|end| end == "mp3"));
    assert_eq!(mp3s.count(), 2, "the others are there");
}
