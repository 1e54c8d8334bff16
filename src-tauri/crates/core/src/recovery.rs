//! Takes that a crash interrupted: what can be heard of them, and the user's decision to keep or discard each, or to
//! keep them all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rehearse_audio::clip::{self, ClipError, FinishedClip};
use rehearse_domain::{Clip, ClipId, IdSource, Timestamp, TranscriptStatus, Turn, TurnId};
use rehearse_store::{Interrupted, InterruptedKind, Store};

use crate::error::{ErrorView, of_store};
use crate::house::{Core, blocking};
use crate::lines::millis;
use crate::view::{InterruptedTake, KeptTakes, RecoveryView, Topic};

/// Folder, inside the data folder, of kept takes whose session is lost.
const LOOSE: &str = "recovered";

impl Core {
    /// What waits for a decision, newest first. Takes that were being written are made whole first, so that each
    /// can be listened to; that changes no row.
    pub async fn recovery(&self) -> Result<RecoveryView, ErrorView> {
        let store = self.0.store()?;
        let folder = self.0.folder.clone();
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
                    speaker: found.speaker,
                    at: found.modified,
                    duration_ms: sound.as_ref().map_or(0, |sound| millis(sound.duration)),
                    unplayable: sound.as_ref().is_err_and(is_unplayable),
                    error: sound.as_ref().err().map(|error| of_take(&folder, error)),
                    peaks: sound.map(|sound| sound.peaks).unwrap_or_default(),
                });
            }
            takes.sort_by_key(|take| std::cmp::Reverse(take.at));
            Ok(RecoveryView { takes })
        })
        .await
    }

    /// Keeps an interrupted take as the next turn of its session. When that session is lost, the take becomes a
    /// file of its own in the data folder, and its path is answered; what the partner said there goes with it.
    pub async fn keep_take(&self, clip: ClipId) -> Result<Option<String>, ErrorView> {
        let keeper = self.keeper()?;
        let kept = blocking(move || {
            let found = keeper.interrupted()?.into_iter().find(|one| one.clip == clip);
            let found = found.ok_or_else(|| gone(clip))?;
            keeper.keep(&found, whole(&found))
        })
        .await;
        self.told();
        Ok(kept?.map(|path| path.display().to_string()))
    }

    /// Keeps every interrupted take that can be played, the oldest first, so that several takes of one session become
    /// turns in the order they were spoken. One that fails keeps no other from being kept; the first error stands in
    /// the answer, beside what was kept.
    pub async fn keep_all_takes(&self) -> Result<KeptTakes, ErrorView> {
        let keeper = self.keeper()?;
        let done = blocking(move || {
            let mut done = KeptTakes::default();
            for found in keeper.interrupted()? {
                let sound = whole(&found);
                if sound.as_ref().is_err_and(is_unplayable) {
                    done.unplayable.push(found.clip);
                    continue;
                }
                match keeper.keep(&found, sound) {
                    Ok(file) => {
                        done.files.extend(file.map(|path| path.display().to_string()));
                        done.kept.push(found.clip);
                    }
                    Err(error) => {
                        done.failed.get_or_insert(error);
                    }
                }
            }
            if !done.files.is_empty() {
                done.folder = Some(keeper.loose().display().to_string());
            }
            Ok(done)
        })
        .await;
        self.told();
        done
    }

    /// Discards an interrupted take for good. With the last one of a lost session goes what the partner said in it.
    pub async fn discard_take(&self, clip: ClipId) -> Result<(), ErrorView> {
        let discarded = self
            .0
            .on_store(move |store| store.discard_interrupted(clip))
            .await;
        self.told();
        if discarded? { Ok(()) } else { Err(gone(clip)) }
    }

    fn keeper(&self) -> Result<Keeper, ErrorView> {
        Ok(Keeper {
            store: self.0.store()?,
            ids: Arc::clone(&self.0.parts.ids),
            folder: self.0.folder.clone(),
            now: self.0.now(),
        })
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

/// Nothing but noise or nothing at all is in it.
fn is_unplayable(error: &ClipError) -> bool {
    matches!(error, ClipError::NothingToRecover | ClipError::Sound(_))
}

fn gone(clip: ClipId) -> ErrorView {
    ErrorView::new("recovery_gone").with("clip", clip)
}

/// A take that could not be made whole, read or moved. Nobody is speaking now, so the words are not those of a
/// recording that fails.
fn of_take(folder: &Path, error: &ClipError) -> ErrorView {
    match error {
        ClipError::DiskFull => ErrorView::new("recovery_disk_full"),
        ClipError::NotWritable => ErrorView::new("recovery_read_only").with("folder", folder.display()),
        ClipError::Disk(cause) => ErrorView::new("recovery_failed").with("detail", cause),
        other => ErrorView::new("recovery_failed").with("detail", other),
    }
}

/// What keeping takes needs.
struct Keeper {
    store: Arc<Store>,
    ids: Arc<dyn IdSource>,
    folder: PathBuf,
    now: Timestamp,
}

impl Keeper {
    fn interrupted(&self) -> Result<Vec<Interrupted>, ErrorView> {
        self.store.interrupted().map_err(|error| of_store(&error))
    }

    fn loose(&self) -> PathBuf {
        self.folder.join(LOOSE)
    }

    /// Keeps one; answers its path when it has become a file of its own.
    fn keep(
        &self,
        found: &Interrupted,
        sound: Result<FinishedClip, ClipError>,
    ) -> Result<Option<PathBuf>, ErrorView> {
        let failed = |error: ClipError| of_take(&self.folder, &error);
        let sound = sound.map_err(failed)?;
        let Some(session) = found.session else {
            let loose = self.loose();
            let kept = set_apart(&sound.path, &loose).map_err(failed)?;
            for line in &found.beside {
                // The take is kept by now. A line that does not follow it waits for a decision of its own.
                if let Err(error) = set_line_apart(line, &loose) {
                    tracing::warn!(%error, clip = %found.clip, "a line of the partner stays where it was");
                }
            }
            return Ok(Some(kept));
        };
        let turns = self.store.turns(session).map_err(|error| of_store(&error))?;
        let ended_at = found.modified;
        let length = i64::try_from(sound.duration.as_millis()).unwrap_or(0);
        let turn = Turn {
            id: TurnId::new(&*self.ids),
            session,
            sequence: turns.last().map_or(0, |turn| turn.sequence.saturating_add(1)),
            // Not who should speak now: a take that was cancelled just before waits beside the one that replaced it.
            speaker: found.speaker,
            clip: Some(claimed(&self.store, found.clip, sound)),
            transcript: None,
            transcript_status: TranscriptStatus::Pending,
            started_at: Timestamp::from_millis(ended_at.as_millis().saturating_sub(length)),
            ended_at,
            latency: None,
        };
        match self.store.adopt_clip(&turn, self.now) {
            Ok(_) => Ok(None),
            // It is a turn all the same: what failed came after the commit, or somebody else kept it meanwhile.
            Err(error) if matches!(self.store.clip(found.clip), Ok(Some(_))) => {
                tracing::warn!(%error, %session, clip = %found.clip, "a take is kept, but not all that follows is done");
                Ok(None)
            }
            Err(error) => Err(of_store(&error)),
        }
    }
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

/// Moves sound whose session is lost to where the user can find it and recovery does not.
fn set_apart(from: &Path, folder: &Path) -> Result<PathBuf, ClipError> {
    let failed = |error: io::Error| match error.kind() {
        // Something else of that name is in the way; no recording is.
        io::ErrorKind::AlreadyExists => ClipError::Disk(error),
        _ => error.into(),
    };
    fs::create_dir_all(folder).map_err(failed)?;
    let to = folder.join(from.file_name().unwrap_or_default());
    fs::rename(from, &to).map_err(failed)?;
    Ok(to)
}

/// The same with a line of the partner. One that went with an earlier take, or holds nothing, is no reason to stop.
fn set_line_apart(line: &Path, folder: &Path) -> Result<(), ClipError> {
    let whole = if line.extension().is_some_and(|end| end == "part") {
        clip::recover(line).map(|sound| sound.path)
    } else {
        Ok(line.to_owned())
    };
    match whole.and_then(|path| set_apart(&path, folder)) {
        Ok(_) | Err(ClipError::Missing) => Ok(()),
        Err(error) if is_unplayable(&error) => Ok(()),
        Err(error) => Err(error),
    }
}
