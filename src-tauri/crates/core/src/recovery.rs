//! Takes that a crash interrupted: what can be heard of them, and the user's decision to keep or discard each.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rehearse_audio::clip::{self, ClipError, FinishedClip};
use rehearse_domain::{Clip, ClipId, Speaker, Timestamp, TranscriptStatus, Turn, TurnId};
use rehearse_store::{Interrupted, InterruptedKind, Store};

use crate::error::{ErrorView, of_clip, of_store};
use crate::house::{Core, blocking};
use crate::lines::millis;
use crate::view::{InterruptedTake, RecoveryView, Topic};

/// Folder, inside the data folder, of kept takes whose session is lost.
const LOOSE: &str = "recovered";

impl Core {
    /// What waits for a decision, newest first. Takes that were being written are made whole first, so that each
    /// can be listened to; that changes no row.
    pub async fn recovery(&self) -> Result<RecoveryView, ErrorView> {
        let store = self.0.store()?;
        blocking(move || {
            let mut takes = Vec::new();
            for found in store.interrupted().map_err(|error| of_store(&error))? {
                let title = match found.session {
                    Some(id) => store.session(id).map_err(|error| of_store(&error))?,
                    None => None,
                };
                let sound = whole(&found);
                takes.push(InterruptedTake {
                    clip: found.clip,
                    session: title.as_ref().map(|session| session.id),
                    title: title.map(|session| session.snapshot.scenario.title),
                    at: found.modified,
                    duration_ms: sound.as_ref().map_or(0, |sound| millis(sound.duration)),
                    unplayable: matches!(sound, Err(ClipError::NothingToRecover | ClipError::Sound(_))),
                    error: sound.as_ref().err().map(of_clip),
                    peaks: sound.map(|sound| sound.peaks).unwrap_or_default(),
                });
            }
            takes.sort_by_key(|take| std::cmp::Reverse(take.at));
            Ok(RecoveryView { takes })
        })
        .await
    }

    /// Keeps an interrupted take as the next turn of its session. When that session is lost, the take becomes a
    /// file of its own in the data folder, and its path is answered.
    pub async fn keep_take(&self, clip: ClipId) -> Result<Option<String>, ErrorView> {
        let store = self.0.store()?;
        let turn = TurnId::new(&*self.0.parts.ids);
        let loose = self.0.folder.join(LOOSE);
        let now = self.0.now();
        let kept = blocking(move || keep(&store, clip, turn, &loose, now)).await?;
        self.told();
        Ok(kept.map(|path| path.display().to_string()))
    }

    /// Discards an interrupted take for good.
    pub async fn discard_take(&self, clip: ClipId) -> Result<(), ErrorView> {
        self.0
            .on_store(move |store| store.discard_interrupted(clip))
            .await?;
        self.told();
        Ok(())
    }

    fn told(&self) {
        for topic in [Topic::Recovery, Topic::Sessions, Topic::App] {
            self.0.bus.changed(topic);
        }
    }
}

/// The take as a whole clip. A `.part` is made whole, which is safe to do twice.
fn whole(found: &Interrupted) -> Result<FinishedClip, ClipError> {
    match found.kind {
        InterruptedKind::Part => clip::recover(&found.path),
        InterruptedKind::Unclaimed => clip::inspect(&found.path),
    }
}

fn keep(
    store: &Arc<Store>,
    clip: ClipId,
    id: TurnId,
    loose: &Path,
    now: Timestamp,
) -> Result<Option<PathBuf>, ErrorView> {
    let found = store.interrupted().map_err(|error| of_store(&error))?;
    let found = found
        .into_iter()
        .find(|one| one.clip == clip)
        .ok_or_else(|| ErrorView::audio_missing(clip))?;
    let sound = whole(&found).map_err(|error| of_clip(&error))?;
    let session = match found.session {
        Some(id) => store.session(id).map_err(|error| of_store(&error))?,
        None => None,
    };
    let Some(session) = session else {
        return set_apart(&sound.path, loose).map(Some);
    };
    let turns = store.turns(session.id).map_err(|error| of_store(&error))?;
    // Speakers take turns strictly, so the one whose take is not saved is the one who did not speak last.
    let speaker = match turns.last().map(|turn| turn.speaker) {
        Some(Speaker::Trainee) => Speaker::Partner,
        Some(Speaker::Partner) | None => Speaker::Trainee,
    };
    let ended_at = found.modified;
    let length = i64::try_from(sound.duration.as_millis()).unwrap_or(0);
    let turn = Turn {
        id,
        session: session.id,
        sequence: turns.last().map_or(0, |turn| turn.sequence.saturating_add(1)),
        speaker,
        clip: Some(claimed(store, clip, sound)),
        transcript: None,
        transcript_status: TranscriptStatus::Pending,
        started_at: Timestamp::from_millis(ended_at.as_millis().saturating_sub(length)),
        ended_at,
        latency: None,
    };
    store.adopt_clip(&turn, now).map_err(|error| of_store(&error))?;
    Ok(None)
}

/// The clip's record, with its place relative to the audio folder.
pub(crate) fn claimed(store: &Store, id: ClipId, sound: FinishedClip) -> Clip {
    let place = sound
        .path
        .strip_prefix(store.audio_folder())
        .unwrap_or(&sound.path);
    let parts: Vec<_> = place.iter().map(|part| part.to_string_lossy()).collect();
    Clip {
        id,
        file: parts.join("/"),
        sha256: sound.sha256,
        bytes: sound.bytes,
        duration: sound.duration,
        loudness: sound.loudness,
        peaks: sound.peaks,
    }
}

/// Moves a take whose session is lost to where the user can find it and recovery does not.
fn set_apart(from: &Path, folder: &Path) -> Result<PathBuf, ErrorView> {
    let failed = |error: std::io::Error| {
        ErrorView::new("export_failed")
            .with("folder", folder.display())
            .with("detail", error)
    };
    fs::create_dir_all(folder).map_err(failed)?;
    let to = folder.join(from.file_name().unwrap_or_default());
    fs::rename(from, &to).map_err(failed)?;
    Ok(to)
}
