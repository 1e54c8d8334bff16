//! The sound check: which devices there are, the live meter, and 3 s of echo. It never blocks a practice; one
//! that begins takes the desk over.

use std::sync::Arc;
use std::time::Duration;

use rehearse_audio::mp3;
use rehearse_audio::pieces::Pieces;
use rehearse_devices::{CaptureEvent, PlayEvent, PlayId, TakeId};
use rehearse_domain::{SoundNote, Timestamp};
use rehearse_store::Store;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::error::ErrorView;
use crate::house::{Core, blocking};
use crate::sound::{Desk, Report, Seat};
use crate::view::{EchoPhase, EchoView, SoundView};

/// How long the echo test records.
const ECHO: Duration = Duration::from_secs(3);
/// Longest wait for a report of the sound threads; past it the test is given up.
const PATIENCE: Duration = Duration::from_secs(10);
/// The only take of an echo test.
const ECHO_TAKE: TakeId = TakeId(1);
/// How long a check counts.
const RECENT: Duration = Duration::from_secs(24 * 60 * 60);
/// Key of the last check in the store.
const LAST_CHECK: &str = "sound_check";

/// The last check that went well.
#[derive(Serialize, Deserialize)]
pub(crate) struct LastCheck {
    microphone: Option<String>,
    at: Timestamp,
}

impl Core {
    /// Devices and the sound check.
    pub async fn sound(&self) -> Result<SoundView, ErrorView> {
        let recent = self.checked_recently().await;
        let desk = Arc::clone(&self.0.desk);
        blocking(move || Ok(desk.view(recent))).await
    }

    /// Opens the microphone for the meter, unless a practice has it already.
    pub async fn open_microphone(&self) -> Result<(), ErrorView> {
        self.0.desk.open_meter();
        Ok(())
    }

    /// Closes the meter's microphone; one that a practice uses stays open.
    pub async fn close_microphone(&self) -> Result<(), ErrorView> {
        self.0.desk.close_meter();
        Ok(())
    }

    /// Records 3 s and plays them back. Returns at once; [`SoundView::echo`] shows how far it is.
    pub async fn echo_test(&self) -> Result<(), ErrorView> {
        if self.0.desk.is_taken() {
            return Err(ErrorView::new("practice_open"));
        }
        let core = self.clone();
        let (reports, inbox) = mpsc::unbounded_channel();
        let tell = move |report| drop(reports.send(report));
        let seat = self.0.desk.join(true, Box::new(tell));
        tokio::spawn(async move {
            let desk = Arc::clone(&core.0.desk);
            let note = echo(&desk, &seat, inbox).await;
            seat.cancel_take(ECHO_TAKE);
            drop(seat);
            if let Err(error) = &note {
                tracing::warn!(code = error.code, "the echo test failed");
            }
            desk.show_echo(EchoView {
                phase: EchoPhase::Done,
                note: note.clone().ok().flatten(),
            });
            if let Ok(None) = note {
                core.remember_check().await;
            }
        });
        Ok(())
    }

    /// Remembers that the chosen microphone works.
    async fn remember_check(&self) {
        let (microphone, now) = (self.0.settings().microphone, self.0.now());
        let kept = self.0.on_store(move |store| {
            LastCheck::remember(store, microphone, now);
            Ok(())
        });
        if let Err(error) = kept.await {
            tracing::warn!(code = error.code, "the sound check could not be remembered");
        }
    }

    async fn checked_recently(&self) -> bool {
        let last = self
            .0
            .on_store(|store| store.get_setting::<LastCheck>(LAST_CHECK))
            .await;
        let same = |last: &LastCheck| last.microphone == self.0.settings().microphone;
        matches!(last, Ok(Some(last)) if same(&last) && self.0.now().since(last.at) < RECENT)
    }
}

impl LastCheck {
    /// Remembers that this microphone works. Blocking; a check that cannot be kept is made again.
    pub(crate) fn remember(store: &Store, microphone: Option<String>, at: Timestamp) {
        if let Err(error) = store.put_setting(LAST_CHECK, &Self { microphone, at }) {
            tracing::warn!(%error, "the sound check could not be remembered");
        }
    }
}

/// The test itself. What was recorded lies in a private temporary folder and goes with it.
async fn echo(
    desk: &Desk,
    seat: &Seat,
    mut inbox: mpsc::UnboundedReceiver<Report>,
) -> Result<Option<SoundNote>, ErrorView> {
    let folder = blocking(|| tempfile::tempdir().map_err(ErrorView::internal)).await?;
    desk.show_echo(EchoView {
        phase: EchoPhase::Recording,
        note: None,
    });
    seat.start_take(ECHO_TAKE, folder.path().join("echo.mp3"));
    wait_for(&mut inbox, |report| {
        matches!(report, Report::Capture(CaptureEvent::Started { .. }))
    })
    .await?;
    tokio::time::sleep(ECHO).await;
    seat.stop_take(ECHO_TAKE);
    let finished = wait_for(&mut inbox, |report| {
        matches!(report, Report::Capture(CaptureEvent::Finished { .. }))
    })
    .await?;
    let Report::Capture(CaptureEvent::Finished { clip, .. }) = finished else {
        return Ok(None);
    };
    let note = clip.loudness.note();
    desk.show_echo(EchoView {
        phase: EchoPhase::Playing,
        note,
    });
    let pcm = blocking(move || mp3::decode(&clip.path).map_err(ErrorView::internal)).await?;
    seat.play(PlayId(1), &Pieces::of(pcm));
    wait_for(&mut inbox, |report| {
        matches!(
            report,
            Report::Play(PlayEvent::Drained { .. } | PlayEvent::Failed { .. })
        )
    })
    .await?;
    Ok(note)
}

async fn wait_for(
    inbox: &mut mpsc::UnboundedReceiver<Report>,
    wanted: impl Fn(&Report) -> bool,
) -> Result<Report, ErrorView> {
    let search = async {
        while let Some(report) = inbox.recv().await {
            match report {
                Report::Capture(CaptureEvent::Failed { error, .. }) => {
                    return Err(crate::error::of_microphone(&error));
                }
                report if wanted(&report) => return Ok(report),
                _ => {}
            }
        }
        // Somebody else has joined the desk.
        Err(ErrorView::new("practice_open"))
    };
    tokio::time::timeout(PATIENCE, search)
        .await
        .unwrap_or_else(|_| Err(ErrorView::new("microphone_lost")))
}
