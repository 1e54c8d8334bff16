//! What a crash left behind: sessions that nobody ended, takes that were being written, clips that no row claims.

use std::fs;
use std::path::{Path, PathBuf};

use rehearse_domain::{ClipId, EndReason, SessionId, Speaker, Timestamp, Turn};
use rusqlite::Connection;

use crate::recording::{SessionEnd, append, finish, is_open};
use crate::table::{clip, outbox, purging, search, session, snapshot, turn};
use crate::{Store, StoreError};

/// Why a file was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterruptedKind {
    /// It was still being written; what is there plays.
    Part,
    /// It is whole, but no turn has it.
    Unclaimed,
}

/// A take that never became a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interrupted {
    /// The session it was made in; `None` when there is no row of it, so that it cannot be adopted.
    pub session: Option<SessionId>,
    /// The clip, from the file's name.
    pub clip: ClipId,
    /// The file.
    pub path: PathBuf,
    /// Why it was found.
    pub kind: InterruptedKind,
    /// When it was last written to.
    pub modified: Timestamp,
}

impl Store {
    /// Ends every session that nobody ended, with [`EndReason::ClientClosed`], as of the last moment it is known to
    /// have run. One with neither turns nor files leaves no trace. Gives back those that were ended. Only right
    /// before a session of this process begins.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn close_interrupted_sessions(&self, now: Timestamp) -> Result<Vec<SessionId>, StoreError> {
        self.write(|connection| {
            let mut closed = Vec::new();
            for unended in session::unended(connection)? {
                if unended.turns == 0 && !has_files(&self.folder.audio_of(unended.id)) {
                    drop_silently(connection, unended.number, unended.id)?;
                    continue;
                }
                let end = SessionEnd {
                    id: unended.id,
                    ended_at: unended.last_seen,
                    active: unended.active,
                    reason: EndReason::ClientClosed,
                    objective: unended.objective,
                };
                finish(connection, unended.number, &end, now)?;
                closed.push(unended.id);
            }
            Ok(closed)
        })
    }

    /// The takes that never became turns, the oldest first. Nothing that was deleted is among them, nor anything of a
    /// session that has not ended: it may be recorded this very moment. Folders of sessions that are not there and hold
    /// nothing are removed on the way, and so is sound of the partner that became no
    /// turn of a session that is there.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`] (another process may be writing a file this very moment), or what the system or
    /// the database says.
    pub fn interrupted(&self) -> Result<Vec<Interrupted>, StoreError> {
        self.writing()?;
        let deleted = self.read(purging::all)?;
        let mut found = Vec::new();
        for folder in children(&self.folder.audio())? {
            let Some(session) = named::<SessionId>(&folder) else {
                continue;
            };
            if deleted.contains(&session) {
                continue;
            }
            let status = self.read(|connection| session::status(connection, session))?;
            if status.is_some_and(is_open) {
                continue;
            }
            for path in children(&folder)? {
                let Some(ClipName { clip, speaker, kind }) = ClipName::of(&path) else {
                    continue;
                };
                if kind == InterruptedKind::Unclaimed
                    && self.read(|connection| clip::claimed(connection, clip))?
                {
                    continue;
                }
                if speaker == Speaker::Partner {
                    // Nobody's words are lost: the partner can say it again. Where the session is not known, its
                    // database may be the one that was set aside, and this its recording.
                    if status.is_some() {
                        fs::remove_file(&path).map_err(|source| StoreError::file(&path, source))?;
                    }
                    continue;
                }
                let modified = modified(&path);
                found.push(Interrupted {
                    session: status.map(|_| session),
                    clip,
                    path,
                    kind,
                    modified,
                });
            }
            if status.is_none() {
                // Succeeds only when the folder is empty.
                let _ = fs::remove_dir(&folder);
            }
        }
        found.sort_by_key(|one| (one.modified, one.clip));
        Ok(found)
    }

    /// Makes a recovered take the last turn of its session, which has ended. The clip's file has to be whole and in
    /// its place. The turn gets the next sequence number, whatever it says, and is given back with it.
    ///
    /// # Errors
    /// [`StoreError::StillOpen`], [`StoreError::NoSession`], [`StoreError::ReaderAccess`], or what the database says.
    pub fn adopt_clip(&self, turn: &Turn, now: Timestamp) -> Result<Turn, StoreError> {
        self.write(|connection| append(connection, turn, now))
    }

    /// Removes the file of a take that its session does not want, while that session still runs. Says whether it
    /// was there; the clip of a turn stays.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the system or the database says.
    pub fn drop_take(&self, session: SessionId, clip: ClipId, speaker: Speaker) -> Result<bool, StoreError> {
        self.writing()?;
        if self.clip(clip)?.is_some() {
            return Ok(false);
        }
        let path = self.folder.clip(session, clip, speaker);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(StoreError::file(path, source)),
        }
    }

    /// Removes a take that never became a turn. A session that has neither turns nor takes then goes too: it was kept
    /// for this take alone. Says whether the take was there.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the system or the database says.
    pub fn discard_interrupted(&self, clip: ClipId) -> Result<bool, StoreError> {
        let mut discarded = false;
        for interrupted in self.interrupted()? {
            if interrupted.clip != clip {
                continue;
            }
            let path = &interrupted.path;
            fs::remove_file(path).map_err(|source| StoreError::file(path, source))?;
            discarded = true;
            let folder = path.parent().unwrap_or(path);
            if children(folder)?.is_empty() {
                // A folder that stays behind holds nothing and goes the next time somebody looks.
                let _ = fs::remove_dir(folder);
                self.write(|connection| match interrupted.session {
                    Some(session) => drop_if_empty(connection, session),
                    None => Ok(()),
                })?;
            }
        }
        Ok(discarded)
    }
}

/// Removes an ended session that has no turn.
fn drop_if_empty(connection: &Connection, id: SessionId) -> Result<(), StoreError> {
    let standing = session::standing(connection, id)?;
    if standing.end_reason.is_some() && turn::next_sequence(connection, standing.number)? == 0 {
        drop_silently(connection, standing.number, id)?;
    }
    Ok(())
}

/// Removes a session in which nothing was ever said, as if it had not been prepared.
fn drop_silently(connection: &Connection, number: i64, id: SessionId) -> Result<(), StoreError> {
    search::take_session(connection, number)?;
    session::delete(connection, number)?;
    outbox::drop_lane(connection, id)?;
    snapshot::drop_unused(connection)
}

fn has_files(folder: &Path) -> bool {
    children(folder).is_ok_and(|files| {
        files
            .iter()
            .any(|file| ClipName::of(file).is_some_and(|name| name.speaker == Speaker::Trainee))
    })
}

/// What lies in a folder; nothing when it is not there.
pub(crate) fn children(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(StoreError::file(folder, source)),
    };
    let paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>();
    paths.map_err(|source| StoreError::file(folder, source))
}

/// The id that a file or folder is named after.
pub(crate) fn named<T: std::str::FromStr>(path: &Path) -> Option<T> {
    path.file_name()?.to_str()?.parse().ok()
}

/// What the name of a sound file says.
pub(crate) struct ClipName {
    pub(crate) clip: ClipId,
    pub(crate) speaker: Speaker,
    pub(crate) kind: InterruptedKind,
}

impl ClipName {
    /// `<clip>.mp3` or, for the partner, `<clip>.partner.mp3`, with `.part` behind it while it is written.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let (name, kind) = match name.strip_suffix(".part") {
            Some(name) => (name, InterruptedKind::Part),
            None => (name, InterruptedKind::Unclaimed),
        };
        let name = name.strip_suffix(".mp3")?;
        let (name, speaker) = match name.strip_suffix(".partner") {
            Some(name) => (name, Speaker::Partner),
            None => (name, Speaker::Trainee),
        };
        Some(Self {
            clip: name.parse().ok()?,
            speaker,
            kind,
        })
    }
}

fn modified(path: &Path) -> Timestamp {
    let since_epoch = fs::metadata(path)
        .and_then(|file| file.modified())
        .ok()
        .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok())
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
