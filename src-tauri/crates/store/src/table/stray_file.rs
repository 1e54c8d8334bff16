//! Files on the remote that nothing refers to: of deleted sessions, and of uploads that were broken off. They have to
//! go; those that the remote refuses to delete are kept here, so that the user can be told.

use rehearse_domain::{SessionId, Timestamp};
use rusqlite::{Connection, Row, params};

use crate::StoreError;
use crate::columns::{At, Columns, Key};

/// Migration 3.
pub(crate) const V3: &str = "
    CREATE TABLE stray_file (
        file_id TEXT PRIMARY KEY NOT NULL,
        session BLOB NOT NULL CHECK (length(session) = 16),
        since INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at INTEGER NOT NULL,
        refused INTEGER NOT NULL DEFAULT 0
    ) STRICT;
";

/// A file on the remote that has to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrayFile {
    /// What the remote calls it.
    pub file: String,
    /// The session that it was recorded in, which may be gone.
    pub session: SessionId,
    /// Since when it has to go.
    pub since: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Whether the remote does not let this user delete it.
    pub refused: bool,
}

pub(crate) fn add(
    connection: &Connection,
    file: &str,
    session: SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO stray_file (file_id, session, since, next_attempt_at) VALUES (?1, ?2, ?3, ?3)",
        )?
        .execute(params![file, Key(session), At(now)])?;
    Ok(())
}

/// Those whose turn it is, the oldest first.
pub(crate) fn due(connection: &Connection, now: Timestamp, limit: u32) -> Result<Vec<StrayFile>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM stray_file WHERE refused = 0 AND next_attempt_at <= ?1 ORDER BY since, file_id LIMIT ?2",
    )?;
    let rows = statement.query_map(params![At(now), limit], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those that stay on the remote, the oldest first.
pub(crate) fn refused(connection: &Connection) -> Result<Vec<StrayFile>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM stray_file WHERE refused = 1 ORDER BY since, file_id")?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<StrayFile> {
    Ok(StrayFile {
        file: row.get("file_id")?,
        session: row.key("session")?,
        since: row.at("since")?,
        attempts: row.get("attempts")?,
        refused: row.get("refused")?,
    })
}

pub(crate) fn gone(connection: &Connection, file: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM stray_file WHERE file_id = ?1")?
        .execute([file])?;
    Ok(())
}

pub(crate) fn put_off(connection: &Connection, file: &str, until: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE stray_file SET attempts = attempts + 1, next_attempt_at = ?2 WHERE file_id = ?1",
        )?
        .execute(params![file, At(until)])?;
    Ok(())
}

pub(crate) fn refuse(connection: &Connection, file: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE stray_file SET attempts = attempts + 1, refused = 1 WHERE file_id = ?1")?
        .execute([file])?;
    Ok(())
}

/// Lets all that were refused be tried again, such as by somebody with other rights.
pub(crate) fn reconsider(connection: &Connection, now: Timestamp) -> Result<usize, StoreError> {
    Ok(connection
        .prepare_cached("UPDATE stray_file SET refused = 0, next_attempt_at = ?1 WHERE refused = 1")?
        .execute([At(now)])?)
}

/// Takes back what lies in the future because the clock was ahead. Whether anything did.
pub(crate) fn set_clock(connection: &Connection, now: Timestamp) -> Result<bool, StoreError> {
    let changed = connection
        .prepare_cached("UPDATE stray_file SET next_attempt_at = ?1 WHERE next_attempt_at > ?1")?
        .execute([At(now)])?;
    Ok(changed > 0)
}

/// When the next one is to be tried.
pub(crate) fn next_due(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<At> = connection
        .prepare_cached("SELECT min(next_attempt_at) FROM stray_file WHERE refused = 0")?
        .query_row([], |row| row.get(0))?;
    Ok(next.map(|next| next.0))
}
