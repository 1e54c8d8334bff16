//! The outbox: which local changes the remote has not confirmed. Rows name what changed and carry no payload; it is
//! read when it is sent, so the newest state goes out and nothing private is kept twice.

use rehearse_domain::{SessionId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::StoreError;
use crate::columns::{At, Columns, Key, Word};

/// Migration 1. Ids are never used again: a sender that comes back late must not confirm somebody else's row.
pub(crate) const V1: &str = "
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        lane BLOB NOT NULL CHECK (length(lane) = 16),
        kind TEXT NOT NULL,
        subject BLOB NOT NULL CHECK (length(subject) = 16),
        parent INTEGER REFERENCES outbox (id) ON DELETE SET NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at INTEGER NOT NULL,
        last_error TEXT,
        stuck_reason TEXT,
        created_at INTEGER NOT NULL,
        object_id TEXT
    ) STRICT;
    CREATE INDEX outbox_lane ON outbox (lane, id);
    CREATE INDEX outbox_parent ON outbox (parent) WHERE parent IS NOT NULL;
";

/// The first version in which changes are sent.
pub(crate) const SENT_SINCE: u32 = 3;

/// Migration 3.
pub(crate) const V3: &str = "
    ALTER TABLE outbox ADD COLUMN unsure_since INTEGER;
    ALTER TABLE outbox ADD COLUMN begun TEXT;
    ALTER TABLE outbox ADD COLUMN look_first INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE stuck_reason IS NULL AND parent IS NULL;
";

/// What the remote has to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxKind {
    /// A clip's file has to be uploaded; the subject is the clip.
    Upload,
    /// A turn is new; the subject is the turn.
    CreateTurn,
    /// A turn changed after it was made; the subject is the turn.
    SaveTurn,
    /// A session is new or changed; the subject is the session.
    SaveSession,
    /// A session and all that belongs to it has to go; the subject is the session.
    DeleteSession,
    /// A scenario is new or changed; the subject and the lane are the scenario.
    SaveScenario,
    /// A skill is new or changed; the subject and the lane are the skill.
    SaveSkill,
}

/// One change that the remote has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Grows with every change.
    pub id: i64,
    /// Changes of one lane go out one after the other: the session, or the scenario or skill, that it is about.
    pub lane: Uuid,
    /// What has to be done.
    pub kind: OutboxKind,
    /// What it has to be done to.
    pub subject: Uuid,
    /// The row that has to be confirmed before this one.
    pub parent: Option<i64>,
    /// How often it was tried.
    pub attempts: u32,
    /// Not to be tried before.
    pub next_attempt_at: Timestamp,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Why it will not be tried again without the user.
    pub stuck_reason: Option<String>,
    /// When the change was made.
    pub created_at: Timestamp,
    /// Of a deletion: the remote's own id of the session, whose row is gone.
    pub object_id: Option<String>,
    /// When the last attempt began whose outcome nobody knows: the remote may have acted on it, or still act.
    pub unsure_since: Option<Timestamp>,
    /// Of an upload: the file on the remote that was begun.
    pub begun: Option<String>,
    /// Whether the remote may have the record from another time, so that it is looked for before it is made.
    pub look_first: bool,
}

impl OutboxRow {
    /// The session that it belongs to, unless it is about a scenario or a skill.
    pub fn session(&self) -> SessionId {
        self.lane.into()
    }

    /// Whether it is about a scenario or a skill.
    pub const fn is_authored(&self) -> bool {
        matches!(self.kind, OutboxKind::SaveScenario | OutboxKind::SaveSkill)
    }
}

/// Adds a change; gives back its id.
pub(crate) fn add(
    connection: &Connection,
    lane: impl Into<Uuid>,
    kind: OutboxKind,
    subject: Uuid,
    parent: Option<i64>,
    now: Timestamp,
) -> Result<i64, StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO outbox (lane, kind, subject, parent, next_attempt_at, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        )?
        .execute(params![
            lane.into().as_bytes(),
            Word(kind),
            subject.as_bytes(),
            parent,
            At(now)
        ])?;
    Ok(connection.last_insert_rowid())
}

/// Whether a change that would carry this one along waits and was never tried: its payload is read when it is sent.
pub(crate) fn waits_untried(
    connection: &Connection,
    lane: impl Into<Uuid>,
    kinds: [OutboxKind; 2],
    subject: Uuid,
) -> Result<bool, StoreError> {
    let [first, second] = kinds;
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM outbox WHERE lane = ?1 AND kind IN (?2, ?3) AND subject = ?4 AND attempts = 0",
        )?
        .exists(params![
            lane.into().as_bytes(),
            Word(first),
            Word(second),
            subject.as_bytes()
        ])?)
}

/// Replaces all rows of a session that is deleted by the one that tells the remote, unless the remote cannot know of
/// the session: never confirmed, never tried, and not one that it may have from another time (`sought`).
pub(crate) fn replace_by_deletion(
    connection: &Connection,
    lane: SessionId,
    object_id: Option<&str>,
    sought: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tried = connection
        .prepare_cached("SELECT 1 FROM outbox WHERE lane = ?1 AND attempts > 0")?
        .exists([Key(lane)])?;
    drop_lane(connection, lane)?;
    if tried || sought || object_id.is_some() {
        connection
            .prepare_cached(
                "INSERT INTO outbox (lane, kind, subject, next_attempt_at, created_at, object_id)
                 VALUES (?1, ?2, ?1, ?3, ?3, ?4)",
            )?
            .execute(params![
                Key(lane),
                Word(OutboxKind::DeleteSession),
                At(now),
                object_id
            ])?;
    }
    Ok(())
}

/// Forgets all changes of a lane.
pub(crate) fn drop_lane(connection: &Connection, lane: impl Into<Uuid>) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM outbox WHERE lane = ?1")?
        .execute([lane.into().as_bytes()])?;
    Ok(())
}

/// How many changes wait.
pub(crate) fn pending(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM outbox")?
        .query_row([], |row| row.get(0))?)
}

/// The changes of a lane in the order in which they go out.
pub(crate) fn of_lane(connection: &Connection, lane: impl Into<Uuid>) -> Result<Vec<OutboxRow>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT * FROM outbox WHERE lane = ?1 ORDER BY id")?;
    let rows = statement.query_map([lane.into().as_bytes()], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The records of these changes may be on the remote from another time.
pub(crate) fn look_first(connection: &Connection, lane: impl Into<Uuid>) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE outbox SET look_first = 1 WHERE lane = ?1")?
        .execute([lane.into().as_bytes()])?;
    Ok(())
}

/// Its record was looked for.
pub(crate) fn looked_for(connection: &Connection, id: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE outbox SET look_first = 0 WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Counts an attempt that is about to be made. From here on nobody knows what the remote did, until it is settled.
pub(crate) fn begin_attempt(connection: &Connection, id: i64, now: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE outbox SET attempts = attempts + 1, unsure_since = ?2 WHERE id = ?1")?
        .execute(params![id, At(now)])?;
    Ok(())
}

/// Notes the file that an upload began, or that there is none any more.
pub(crate) fn set_begun(connection: &Connection, id: i64, file: Option<&str>) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("UPDATE outbox SET begun = ?2 WHERE id = ?1")?
        .execute(params![id, file])?
        == 1)
}

/// The remote confirmed it. What waited for it waits no more.
pub(crate) fn confirm(connection: &Connection, id: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM outbox WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// It did not work, and may later. `unsure` when the remote may have done it all the same.
pub(crate) fn fail(connection: &Connection, id: i64, error: &str, unsure: bool) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE outbox SET last_error = ?2, unsure_since = iif(?3, unsure_since, NULL) WHERE id = ?1",
        )?
        .execute(params![id, error, unsure])?;
    Ok(())
}

/// It will not be tried again without the user.
pub(crate) fn stick(connection: &Connection, id: i64, reason: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE outbox SET stuck_reason = ?2, unsure_since = NULL WHERE id = ?1")?
        .execute(params![id, reason])?;
    Ok(())
}

/// Lets a change that is stuck be tried again.
pub(crate) fn unstick(connection: &Connection, id: i64, now: Timestamp) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "UPDATE outbox SET stuck_reason = NULL, next_attempt_at = ?2 WHERE id = ?1 AND stuck_reason IS NOT NULL",
        )?
        .execute(params![id, At(now)])?
        == 1)
}

/// A change by its id.
pub(crate) fn get(connection: &Connection, id: i64) -> Result<Option<OutboxRow>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT * FROM outbox WHERE id = ?1")?
        .query_row([id], from_row)
        .optional()?)
}

/// The changes that are stuck, the oldest first.
pub(crate) fn stuck(connection: &Connection) -> Result<Vec<OutboxRow>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM outbox WHERE stuck_reason IS NOT NULL ORDER BY id")?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The remote's own id of a session whose deletion waits to be told, which had none when it was deleted here.
pub(crate) fn name_deleted(
    connection: &Connection,
    lane: SessionId,
    object_id: &str,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE outbox SET object_id = ?3 WHERE lane = ?1 AND kind = ?2 AND object_id IS NULL",
        )?
        .execute(params![Key(lane), Word(OutboxKind::DeleteSession), object_id])?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    let (lane, subject): ([u8; 16], [u8; 16]) = (row.get("lane")?, row.get("subject")?);
    Ok(OutboxRow {
        id: row.get("id")?,
        lane: Uuid::from_bytes(lane),
        kind: row.word("kind")?,
        subject: Uuid::from_bytes(subject),
        parent: row.get("parent")?,
        attempts: row.get("attempts")?,
        next_attempt_at: row.at("next_attempt_at")?,
        last_error: row.get("last_error")?,
        stuck_reason: row.get("stuck_reason")?,
        created_at: row.at("created_at")?,
        object_id: row.get("object_id")?,
        unsure_since: row.at_if_any("unsure_since")?,
        begun: row.get("begun")?,
        look_first: row.get("look_first")?,
    })
}
