//! What a crash left behind: sessions that nobody ended, takes that were being written, clips that no row claims.

use std::fs;
use std::path::{Path, PathBuf};

use rehearse_domain::{ClipId, EndReason, SessionId, Speaker, Timestamp, Turn};
use rusqlite::Connection;

use crate::recording::{SessionEnd, append, finish, is_open};
use crate::sending::remote_name;
use crate::sound_files::{ClipName, children, modified, named};
use crate::table::{clip, outbox, purging, search, session, snapshot, turn};
use crate::trace::Trace;
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
    /// Who is heard in it. The partner is only where the session is lost and nothing of the trainee lies there.
    pub speaker: Speaker,
    /// The file.
    pub path: PathBuf,
    /// Why it was found.
    pub kind: InterruptedKind,
    /// When it was last written to.
    pub modified: Timestamp,
    /// What the partner said in the same lost session: it shares the fate of the trainee's takes.
    pub beside: Vec<PathBuf>,
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
                    drop_unbegun(connection, unended.number, unended.id, now)?;
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
            match self.read(|connection| session::status(connection, session))? {
                Some(status) if is_open(status) => {}
                Some(_) => found.extend(self.left_of(session, &folder)?),
                None => {
                    found.extend(self.left_of_lost(&folder)?);
                    // Succeeds only when the folder is empty.
                    let _ = fs::remove_dir(&folder);
                }
            }
        }
        found.sort_by_key(|one| (one.modified, one.clip));
        Ok(found)
    }

    /// The takes in the folder of a session that has ended.
    fn left_of(&self, session: SessionId, folder: &Path) -> Result<Vec<Interrupted>, StoreError> {
        let mut takes = Vec::new();
        for take in self.unclaimed(folder)? {
            match take.speaker {
                Speaker::Trainee => takes.push(Interrupted {
                    session: Some(session),
                    ..take
                }),
                // Nobody's words are lost: the partner can say it again.
                Speaker::Partner => {
                    fs::remove_file(&take.path).map_err(|source| StoreError::file(&take.path, source))?;
                }
            }
        }
        Ok(takes)
    }

    /// The takes in the folder of a session that is not known: its database may be the one that was set aside. The
    /// partner's lines go with the trainee's takes, and wait for themselves only where there are none.
    fn left_of_lost(&self, folder: &Path) -> Result<Vec<Interrupted>, StoreError> {
        let (mut takes, lines): (Vec<_>, Vec<_>) = self
            .unclaimed(folder)?
            .into_iter()
            .partition(|take| take.speaker == Speaker::Trainee);
        if takes.is_empty() {
            return Ok(lines);
        }
        for take in &mut takes {
            take.beside = lines.iter().map(|line| line.path.clone()).collect();
        }
        Ok(takes)
    }

    /// The sound in a folder that no turn has.
    fn unclaimed(&self, folder: &Path) -> Result<Vec<Interrupted>, StoreError> {
        let mut found = Vec::new();
        for path in children(folder)? {
            let Some(ClipName { clip, speaker, kind }) = ClipName::of(&path) else {
                continue;
            };
            if kind == InterruptedKind::Unclaimed
                && self.read(|connection| clip::claimed(connection, clip))?
            {
                continue;
            }
            found.push(Interrupted {
                session: None,
                clip,
                speaker,
                modified: modified(&path),
                path,
                kind,
                beside: Vec::new(),
            });
        }
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
    /// for this take alone. With the last take of a session that is lost, what the partner said in it goes. Says whether
    /// the take was there.
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
            if interrupted.session.is_none() && !has_files(folder) {
                for line in &interrupted.beside {
                    fs::remove_file(line).map_err(|source| StoreError::file(line, source))?;
                }
            }
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
    if let Some(ended_at) = standing.ended_at
        && turn::next_sequence(connection, standing.number)? == 0
    {
        drop_unbegun(connection, standing.number, id, ended_at)?;
    }
    Ok(())
}

/// Removes a session in which nothing was ever said, as if it had not been prepared. A remote that may know of it is
/// told.
fn drop_unbegun(
    connection: &Connection,
    number: i64,
    id: SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let object_id = remote_name(connection, id)?;
    let trace = Trace::of(connection, id, number)?;
    search::take_session(connection, number)?;
    session::delete(connection, number)?;
    outbox::replace_by_deletion(connection, id, object_id.as_deref(), trace.is_sought(), now)?;
    trace.keep(connection, id, now)?;
    snapshot::drop_unused(connection)
}

fn has_files(folder: &Path) -> bool {
    children(folder).is_ok_and(|files| {
        files
            .iter()
            .any(|file| ClipName::of(file).is_some_and(|name| name.speaker == Speaker::Trainee))
    })
}
