//! Deleting sessions: hidden first, for as long as the user may change their mind, then gone for good. A purge that
//! is killed at any point goes on at the next one.

use std::fs;
use std::io;
use std::time::Duration;

use rehearse_domain::{SessionId, Timestamp};
use rusqlite::{Connection, params};
use serde_json::json;

use crate::backup::forget;
use crate::columns::{At, Columns, Key};
use crate::connection::BUSY;
use crate::recording::{is_open, save_session};
use crate::table::{
    audit_log, clip, delivery, evaluation, evaluation_sample, exchange, outbox, own_rating, purging,
    remote_row, search, session, snapshot, turn,
};
use crate::trace::Trace;
use crate::{Store, StoreError, migrate};

/// How long emptying the log waits for somebody who reads.
const READER_WAIT: Duration = Duration::from_millis(250);

/// What goes with the sessions that were deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeleteReceipt {
    /// Sessions; those that were deleted before, or never there, do not count.
    pub sessions: u32,
    /// Their turns.
    pub turns: u32,
    /// Their clips.
    pub clips: u32,
    /// Bytes of their clips.
    pub bytes: u64,
}

/// What a purge removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// The sessions whose rows went.
    pub sessions: Vec<SessionId>,
    /// Whether all traces are gone: false while another process still reads an older state of the database or a file
    /// could not be removed. The next purge tries again.
    pub complete: bool,
}

impl Store {
    /// Hides sessions that have ended from every read. They go for good with the next purge that is late enough;
    /// until then they can be spared.
    ///
    /// # Errors
    /// [`StoreError::StillOpen`] when one of them has not ended, and then none is hidden;
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn doom_sessions(&self, sessions: &[SessionId], now: Timestamp) -> Result<DeleteReceipt, StoreError> {
        self.write(|connection| {
            let mut receipt = DeleteReceipt::default();
            for id in sessions {
                if session::status(connection, *id)?.is_some_and(is_open) {
                    return Err(StoreError::StillOpen(*id));
                }
                doom(connection, *id, now, &mut receipt)?;
            }
            Ok(receipt)
        })
    }

    /// Takes back that sessions were deleted; gives back how many were still there.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn spare_sessions(&self, sessions: &[SessionId]) -> Result<u32, StoreError> {
        // Their changes may go out again.
        self.news.notice();
        self.write(|connection| {
            let mut spared = 0;
            let mut statement = connection.prepare_cached(
                "UPDATE session SET doomed_at = NULL, revision = revision + 1
                 WHERE id = ?1 AND doomed_at IS NOT NULL",
            )?;
            for id in sessions {
                spared += u32::try_from(statement.execute([Key(*id)])?).unwrap_or(u32::MAX);
            }
            Ok(spared)
        })
    }

    /// Removes for good what was hidden at `older_than` or before: rows, words in the index, links of take twos,
    /// changes that wait for the remote, files; and leaves no byte of it in the database, its log or its backups.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says. Files that cannot be removed make the purge
    /// incomplete, not fail.
    pub fn purge_doomed(&self, older_than: Timestamp, now: Timestamp) -> Result<Purged, StoreError> {
        let sessions = self.write(|connection| {
            let doomed = doomed(connection, older_than)?;
            for (number, id) in &doomed {
                erase(connection, *number, *id, now)?;
            }
            if !doomed.is_empty() {
                snapshot::drop_unused(connection)?;
            }
            Ok(doomed.into_iter().map(|(_, id)| id).collect())
        })?;
        Ok(Purged {
            sessions,
            complete: self.finish_purging(now)?,
        })
    }

    /// Removes the files of sessions whose rows are gone, takes them out of the backups and empties the log. Says
    /// whether nothing is left to do.
    pub(crate) fn finish_purging(&self, now: Timestamp) -> Result<bool, StoreError> {
        let begun = self.write(purging::all)?;
        if begun.is_empty() {
            return Ok(true);
        }
        let mut gone = Vec::new();
        for session in &begun {
            let folder = self.folder.audio_of(*session);
            match fs::remove_dir_all(&folder) {
                Ok(()) => gone.push(*session),
                Err(error) if error.kind() == io::ErrorKind::NotFound => gone.push(*session),
                Err(error) => {
                    tracing::warn!(%session, %error, "the sound of a deleted session could not be removed");
                }
            }
        }
        self.rewrite_index()?;
        let forgotten = forget(&self.folder, &begun, now)?;
        if !self.empty_log()? || !forgotten {
            return Ok(false);
        }
        self.write(|connection| {
            gone.iter()
                .try_for_each(|session| purging::finish(connection, *session))
        })?;
        Ok(gone.len() == begun.len())
    }

    /// Writes the search index anew, in pieces of one transaction each, so that a turn never waits long.
    fn rewrite_index(&self) -> Result<(), StoreError> {
        self.write(search::begin_rewriting)?;
        while self.write(search::rewrite_piece)? {}
        self.write(search::end_rewriting)
    }

    /// Gives freed pages back and moves the log into the database, so that neither holds what was deleted. Says
    /// whether nobody was in the way.
    fn empty_log(&self) -> Result<bool, StoreError> {
        let connection = self.writing()?.lock();
        let mut vacuum = connection.prepare("PRAGMA incremental_vacuum")?;
        let mut pages = vacuum.query([])?;
        // Each step gives one page back.
        while pages.next()?.is_some() {}
        drop(pages);
        drop(vacuum);
        // A reader in the way must not make a turn wait that is to be saved.
        connection.busy_timeout(READER_WAIT)?;
        let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        connection.busy_timeout(BUSY)?;
        Ok(busy? != 1)
    }
}

fn doom(
    connection: &Connection,
    id: SessionId,
    now: Timestamp,
    receipt: &mut DeleteReceipt,
) -> Result<(), StoreError> {
    let hidden = connection
        .prepare_cached(
            "UPDATE session SET doomed_at = ?2, revision = revision + 1 WHERE id = ?1 AND doomed_at IS NULL",
        )?
        .execute(params![Key(id), At(now)])?;
    if hidden == 0 {
        return Ok(());
    }
    let (turns, clips, bytes): (u32, u32, i64) = connection
        .prepare_cached(
            "SELECT count(turn.number), count(clip.id), coalesce(sum(clip.bytes), 0)
             FROM session JOIN turn ON turn.session = session.number LEFT JOIN clip ON clip.turn = turn.number
             WHERE session.id = ?1",
        )?
        .query_row([Key(id)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    receipt.sessions += 1;
    receipt.turns += turns;
    receipt.clips += clips;
    receipt.bytes += u64::try_from(bytes).unwrap_or(0);
    Ok(())
}

fn doomed(connection: &Connection, older_than: Timestamp) -> Result<Vec<(i64, SessionId)>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT number, id FROM session WHERE doomed_at <= ?1")?;
    let rows = statement.query_map([At(older_than)], |row| Ok((row.get("number")?, row.key("id")?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes every row of a session, in a database of any version, and notes that its files have to follow, here and on
/// the remote.
pub(crate) fn erase(
    connection: &Connection,
    number: i64,
    id: SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let object_id: Option<String> = connection.query_row(
        "SELECT object_id FROM session WHERE number = ?1",
        [number],
        |row| row.get(0),
    )?;
    let trace = match knows_remote(connection)? {
        true => Some(Trace::of(connection, id, number)?),
        false => None,
    };
    let sought = trace.as_ref().is_some_and(Trace::is_sought);
    let details = erase_rows(connection, number, id)?;
    outbox::replace_by_deletion(connection, id, object_id.as_deref(), sought, now)?;
    if let Some(trace) = trace {
        trace.keep(connection, id, now)?;
    }
    unlink_take_twos(connection, id, now)?;
    audit_log::add(connection, "delete", "session", id.into(), now, &details)?;
    purging::begin(connection, id, now)
}

/// Removes every row of a session that was recorded elsewhere and is gone there. The remote is told nothing.
pub(crate) fn erase_mirror(
    connection: &Connection,
    number: i64,
    id: SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let details = erase_rows(connection, number, id)?;
    outbox::drop_lane(connection, id)?;
    unlink_take_twos(connection, id, now)?;
    audit_log::add(connection, "vanish", "session", id.into(), now, &details)?;
    purging::begin(connection, id, now)
}

/// Whether the database is one that knows of a remote. A backup may be older than a table or a column.
fn knows_remote(connection: &Connection) -> Result<bool, StoreError> {
    Ok(migrate::version(connection)? >= outbox::SENT_SINCE)
}

/// Removes the rows of a session and what belongs to it; gives back what may be said about them.
fn erase_rows(connection: &Connection, number: i64, id: SessionId) -> Result<serde_json::Value, StoreError> {
    search::take_session(connection, number)?;
    if migrate::version(connection)? >= evaluation_sample::SINCE {
        evaluation_sample::delete_of(connection, number)?;
    }
    if migrate::version(connection)? >= own_rating::SINCE {
        own_rating::delete_of(connection, number)?;
    }
    evaluation::delete_of(connection, number)?;
    if migrate::version(connection)? >= delivery::SINCE {
        delivery::delete_of(connection, number)?;
    }
    if migrate::version(connection)? >= exchange::SINCE {
        exchange::delete_of(connection, number)?;
    }
    if knows_remote(connection)? {
        remote_row::delete_of(connection, id)?;
    }
    let bytes = clip::delete_of(connection, number)?;
    let turns = turn::delete_of(connection, number)?;
    session::delete(connection, number)?;
    Ok(json!({ "turns": turns, "bytes": bytes }))
}

/// A take two of a session that is gone stands on its own, here and on the remote.
fn unlink_take_twos(connection: &Connection, parent: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "UPDATE session SET parent_session = NULL, parent_turn = NULL, revision = revision + 1
         WHERE parent_session = ?1 RETURNING id",
    )?;
    let children: Vec<SessionId> = statement
        .query_map([Key(parent)], |row| row.key("id"))?
        .collect::<Result<_, _>>()?;
    let knows_remote = knows_remote(connection)?;
    for child in children {
        // The remote is told of a mirror by the machine that recorded it.
        if !(knows_remote && session::is_mirror(connection, child)? == Some(true)) {
            save_session(connection, child, now)?;
        }
    }
    Ok(())
}
