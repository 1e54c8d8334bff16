//! What was recorded on another computer looks and is described as if it had been recorded here, once its sound has come;
//! and nobody is told of that.

use std::collections::BTreeMap;
use std::time::Duration;

use rehearse_core::Core;
use rehearse_core::view::{FigureKind, MissingReason, ReviewTurn, SignInAs, SignInRequest, TurnDelivery};
use rehearse_domain::{SessionId, Speaker};
use rehearse_fakes::leancloud::{FakeLeanCloud, Served};
use serde_json::Value;

use crate::app::App;
use crate::figures::figure;
use crate::remote::{request, server, sound, told, until, until_there};

const PATIENCE: Duration = Duration::from_secs(30);

/// A computer that recorded one spoken turn, and one that mirrors it.
struct Two {
    fake: FakeLeanCloud,
    _served: Served,
    recorder: App,
    mirror: App,
    session: SessionId,
}

impl Two {
    async fn open(here: &std::path::Path, there: &std::path::Path) -> Self {
        let (fake, served) = server().await;
        let recorder = App::open(here).await;
        let signed_in = recorder.core.sign_in(request(&fake, &served)).await.unwrap();
        recorder.start(|_| ()).await;
        recorder.speak_turn(1.5).await;
        let session = recorder.end().await.session;
        recorder.core.close_practice().await.unwrap();
        until(&recorder.core, "everything told", |view| {
            told(view) && view.last_success.is_some()
        })
        .await;
        let mirror = App::open(there).await;
        let who = SignInAs::RecoveryCode {
            code: signed_in.recovery_code.unwrap(),
        };
        let request = SignInRequest {
            who,
            ..request(&fake, &served)
        };
        mirror.core.sign_in(request).await.unwrap();
        until_there(&mirror.core, &[session]).await;
        Self {
            fake,
            _served: served,
            recorder,
            mirror,
            session,
        }
    }

    /// All rows of the server.
    fn rows(&self) -> BTreeMap<String, Vec<Value>> {
        let classes = self.fake.classes().into_iter();
        classes
            .map(|class| (class.clone(), self.fake.rows(&class)))
            .collect()
    }

    async fn shut_down(self) {
        self.recorder.core.shut_down().await;
        self.mirror.core.shut_down().await;
    }
}

/// The turn that was spoken, as Review shows it.
async fn spoken(core: &Core, session: SessionId) -> ReviewTurn {
    let review = core.review(session).await.unwrap();
    let mut turns = review.turns.into_iter();
    turns.find(|turn| turn.line.speaker == Speaker::Trainee).unwrap()
}

/// How it was said.
async fn how(core: &Core, session: SessionId) -> TurnDelivery {
    core.delivery(session).await.unwrap().turns.remove(0)
}

/// Waits until every turn with a sound has an outline.
async fn until_outlined(core: &Core, session: SessionId) {
    let mut changes = core.changes();
    let waiting = async {
        loop {
            let turns = core.review(session).await.unwrap().turns;
            let mut sounds = turns.iter().filter(|turn| turn.line.clip.is_some());
            if sounds.all(|turn| !turn.line.peaks.is_empty()) {
                return;
            }
            changes.next().await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.expect("an outline of each");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_outlined_and_measured_here_once_its_sound_has_come() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let two = Two::open(here.path(), there.path()).await;
    let (recorder, mirror, session) = (&two.recorder.core, &two.mirror.core, two.session);

    let before = how(mirror, session).await;
    assert_eq!(before.unavailable, Some(MissingReason::Elsewhere));
    assert!(spoken(mirror, session).await.line.peaks.is_empty());
    assert_eq!(
        mirror.measure_earlier_sessions().await.unwrap(),
        0,
        "it is not here"
    );

    let rows = two.rows();
    for turn in mirror.review(session).await.unwrap().turns {
        sound(mirror, &turn).await;
    }
    until_outlined(mirror, session).await;
    let (own, other) = (spoken(recorder, session).await, spoken(mirror, session).await);
    assert_eq!(own.line.peaks.len(), other.line.peaks.len());
    let apart = own.line.peaks.iter().zip(&other.line.peaks);
    let farthest = apart.map(|(own, other)| own.abs_diff(*other)).max().unwrap();
    assert!(farthest <= 12, "of 255, after encoding: {farthest}");

    let (own, other) = (how(recorder, session).await, how(mirror, session).await);
    assert_eq!(other.unavailable, None);
    assert_eq!(own.duration_ms / 100, other.duration_ms / 100);
    for (kind, most) in [
        (FigureKind::PitchMedianHz, 0.01),
        (FigureKind::SpeakingTimeMs, 0.05),
        (FigureKind::LoudnessLufs, 0.05),
    ] {
        let value = |turn: &TurnDelivery| figure(&turn.figures, kind).value.unwrap();
        let (own, other) = (value(&own), value(&other));
        let apart = (own - other).abs() / own.abs();
        assert!(apart < most, "{kind:?}: {own} and {other}");
    }
    let delay = figure(&other.figures, FigureKind::ResponseDelayMs);
    assert!(delay.missing.is_some(), "only the recorder knows it: {delay:?}");

    mirror.sync_now().await.unwrap();
    until(mirror, "a look", |view| told(view) && view.looked_at.is_some()).await;
    assert_eq!(two.rows(), rows, "nobody is told");
    assert_eq!(mirror.sync().await.unwrap().waiting, 0);
    two.shut_down().await;

    // It was kept.
    let again = App::open(there.path()).await;
    let kept = how(&again.core, session).await;
    assert_eq!(kept.figures, other.figures);
    assert!(!spoken(&again.core, session).await.line.peaks.is_empty());
    again.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_come_by_themselves_are_measured_without_being_asked_for() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let two = Two::open(here.path(), there.path()).await;
    let mirror = &two.mirror.core;
    let options = rehearse_core::view::SyncOptions {
        audio: rehearse_core::view::AudioChoice::Sent,
        all_audio: true,
        stub_user: None,
    };
    mirror.change_sync_options(options).await.unwrap();
    until_outlined(mirror, two.session).await;
    let measured = async {
        while mirror.progress(None).await.unwrap().still_measuring > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, measured).await.unwrap();
    assert_eq!(mirror.measure_earlier_sessions().await.unwrap(), 0, "it is done");
    assert_eq!(how(mirror, two.session).await.unavailable, None);
    two.shut_down().await;
}
