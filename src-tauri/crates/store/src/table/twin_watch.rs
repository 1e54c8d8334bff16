//! Records that were created twice, perhaps: the first answer was lost, and what was asked for then may be done at any
//! time. A while later somebody looks whether the remote has two.

use rehearse_domain::{SessionId, Timestamp};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::StoreError;
use crate::columns::{At, Columns, Key, Word};
use crate::table::outbox::OutboxKind;

/// Migration 3.
pub(crate) const V3: &str = "
    CREATE TABLE twin_watch (
        subject BLOB PRIMARY KEY NOT NULL CHECK (length(subject) = 16),
        kind TEXT NOT NULL,
        session BLOB NOT NULL CHECK (length(session) = 16),
        due_at INTEGER NOT NULL
    ) STRICT;
";

/// A record that the remote may have twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwinWatch {
    /// Its own id.
    pub subject: Uuid,
    /// What it is: a turn ([`OutboxKind::CreateTurn`]), a clip's file ([`OutboxKind::Upload`]), or a session with its
    /// evaluation.
    pub kind: OutboxKind,
    /// The session that it belongs to, which may be gone.
    pub session: SessionId,
}

pub(crate) fn add(connection: &Connection, watch: &TwinWatch, due: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO twin_watch (subject, kind, session, due_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (subject) DO UPDATE SET due_at = excluded.due_at",
        )?
        .execute(params![
            watch.subject.as_bytes(),
            Word(watch.kind),
            Key(watch.session),
            At(due)
        ])?;
    Ok(())
}

/// Those whose time has come, the oldest first.
pub(crate) fn due(connection: &Connection, now: Timestamp, limit: u32) -> Result<Vec<TwinWatch>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT subject, kind, session FROM twin_watch WHERE due_at <= ?1 ORDER BY due_at, subject LIMIT ?2",
    )?;
    let rows = statement.query_map(params![At(now), limit], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<TwinWatch> {
    let subject: [u8; 16] = row.get("subject")?;
    Ok(TwinWatch {
        subject: Uuid::from_bytes(subject),
        kind: row.word("kind")?,
        session: row.key("session")?,
    })
}

/// Somebody looked who began at `looked_at`. One that was asked for meanwhile is due later, and stays.
pub(crate) fn settled(
    connection: &Connection,
    subject: Uuid,
    looked_at: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM twin_watch WHERE subject = ?1 AND due_at <= ?2")?
        .execute(params![subject.as_bytes(), At(looked_at)])?;
    Ok(())
}

pub(crate) fn put_off(connection: &Connection, subject: Uuid, until: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE twin_watch SET due_at = max(due_at, ?2) WHERE subject = ?1")?
        .execute(params![subject.as_bytes(), At(until)])?;
    Ok(())
}

/// Takes back what is due later than any can be, because the clock was ahead. Whether anything was.
pub(crate) fn set_clock(connection: &Connection, latest: Timestamp) -> Result<bool, StoreError> {
    let changed = connection
        .prepare_cached("UPDATE twin_watch SET due_at = ?1 WHERE due_at > ?1")?
        .execute([At(latest)])?;
    Ok(changed > 0)
}

/// When the next one is to be looked after.
pub(crate) fn next_due(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<At> = connection
        .prepare_cached("SELECT min(due_at) FROM twin_watch")?
        .query_row([], |row| row.get(0))?;
    Ok(next.map(|next| next.0))
}
