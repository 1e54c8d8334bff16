//! Sessions. What lists filter and sort by stands in columns of its own; the rest of the scenario is in the snapshot.

use std::time::Duration;

use rehearse_domain::{
    EndReason, Limits, Objective, Session, SessionId, SessionStatus, Snapshot, TakeTwo, Timestamp,
};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::snapshot;
use crate::StoreError;
use crate::columns::{At, Columns, Key, Millis, Word};

/// Migration 1. Words that may gain members later (reason, partner, objective) are not listed in a CHECK: a
/// constraint cannot be changed without rebuilding the table.
pub(crate) const V1: &str = "
    CREATE TABLE session (
        number INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        snapshot INTEGER NOT NULL REFERENCES snapshot (number),
        slug TEXT NOT NULL,
        family TEXT NOT NULL,
        category TEXT NOT NULL,
        title TEXT NOT NULL,
        language TEXT NOT NULL,
        partner TEXT NOT NULL DEFAULT 'scripted',
        idle_limit_ms INTEGER,
        duration_limit_ms INTEGER,
        status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'active', 'ended')),
        created_at INTEGER NOT NULL,
        started_at INTEGER,
        ended_at INTEGER,
        active_ms INTEGER NOT NULL DEFAULT 0,
        objective_status TEXT NOT NULL DEFAULT 'unknown',
        objective_reason TEXT,
        end_reason TEXT,
        parent_session BLOB,
        parent_turn BLOB,
        revision INTEGER NOT NULL DEFAULT 1,
        doomed_at INTEGER,
        object_id TEXT,
        CHECK ((status = 'ended') = (end_reason IS NOT NULL)),
        CHECK ((status = 'ended') = (ended_at IS NOT NULL)),
        CHECK ((parent_session IS NULL) = (parent_turn IS NULL))
    ) STRICT;
    CREATE INDEX session_newest ON session (created_at DESC, number DESC) WHERE doomed_at IS NULL;
    CREATE INDEX session_snapshot ON session (snapshot);
    CREATE INDEX session_parent ON session (parent_session) WHERE parent_session IS NOT NULL;
    CREATE INDEX session_doomed ON session (doomed_at) WHERE doomed_at IS NOT NULL;
    CREATE INDEX session_open ON session (status) WHERE status <> 'ended';
";

/// Migration 3: whether it was recorded elsewhere and is only shown here.
pub(crate) const V3: &str = "ALTER TABLE session ADD COLUMN is_mirror INTEGER NOT NULL DEFAULT 0;";

/// What a write has to know of a session before it touches it.
pub(crate) struct Standing {
    pub(crate) number: i64,
    pub(crate) end_reason: Option<EndReason>,
    pub(crate) ended_at: Option<Timestamp>,
}

/// The session's number and whether it has ended; an error when it is not there or doomed.
pub(crate) fn standing(connection: &Connection, id: SessionId) -> Result<Standing, StoreError> {
    connection
        .prepare_cached(
            "SELECT number, end_reason, ended_at FROM session WHERE id = ?1 AND doomed_at IS NULL",
        )?
        .query_row([Key(id)], |row| {
            Ok(Standing {
                number: row.get("number")?,
                end_reason: row.word_if_any("end_reason")?,
                ended_at: row.at_if_any("ended_at")?,
            })
        })
        .optional()?
        .ok_or(StoreError::NoSession(id))
}

pub(crate) fn insert(connection: &Connection, session: &Session) -> Result<i64, StoreError> {
    let snapshot = snapshot::keep(connection, &session.snapshot)?;
    let scenario = &session.snapshot.scenario;
    connection
        .prepare_cached(
            "INSERT INTO session (
                id, snapshot, slug, family, category, title, language, partner, idle_limit_ms, duration_limit_ms,
                status, created_at, started_at, ended_at, active_ms, objective_status, objective_reason, end_reason,
                parent_session, parent_turn
             ) VALUES (
                :id, :snapshot, :slug, :family, :category, :title, :language, :partner, :idle, :duration,
                :status, :created_at, :started_at, :ended_at, :active, :objective, :objective_reason, :end_reason,
                :parent_session, :parent_turn
             )",
        )?
        .execute(named_params! {
            ":id": Key(session.id),
            ":snapshot": snapshot,
            ":slug": scenario.slug.as_str(),
            ":family": scenario.family.as_str(),
            ":category": scenario.category.as_str(),
            ":title": scenario.title,
            ":language": Word(session.language),
            ":partner": Word(session.partner),
            ":idle": session.limits.idle.map(Millis),
            ":duration": session.limits.duration.map(Millis),
            ":status": Word(session.status),
            ":created_at": At(session.created_at),
            ":started_at": session.started_at.map(At),
            ":ended_at": session.ended_at.map(At),
            ":active": Millis(session.active),
            ":objective": Word(session.objective.status),
            ":objective_reason": session.objective.reason,
            ":end_reason": session.end_reason.map(Word),
            ":parent_session": session.parent.map(|parent| Key(parent.session)),
            ":parent_turn": session.parent.map(|parent| Key(parent.turn)),
        })?;
    Ok(connection.last_insert_rowid())
}

pub(crate) fn get(connection: &Connection, id: SessionId) -> Result<Option<Session>, StoreError> {
    let session = connection
        .prepare_cached(
            "SELECT session.*, snapshot.json AS snapshot_json
             FROM session JOIN snapshot ON snapshot.number = session.snapshot
             WHERE session.id = ?1 AND session.doomed_at IS NULL",
        )?
        .query_row([Key(id)], from_row)
        .optional()?;
    Ok(session)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Session> {
    let column = row.as_ref().column_index("snapshot_json")?;
    let snapshot: Snapshot = serde_json::from_str(row.get_ref(column)?.as_str()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()))?;
    Ok(Session {
        id: row.key("id")?,
        snapshot,
        language: row.word("language")?,
        partner: row.word("partner")?,
        limits: Limits {
            idle: row.millis_if_any("idle_limit_ms")?,
            duration: row.millis_if_any("duration_limit_ms")?,
        },
        status: row.word("status")?,
        created_at: row.at("created_at")?,
        started_at: row.at_if_any("started_at")?,
        ended_at: row.at_if_any("ended_at")?,
        active: row.millis("active_ms")?,
        objective: Objective {
            status: row.word("objective_status")?,
            reason: row.get("objective_reason")?,
        },
        end_reason: row.word_if_any("end_reason")?,
        parent: parent(row)?,
    })
}

/// The session and turn that a row is a take two of.
pub(crate) fn parent(row: &Row<'_>) -> rusqlite::Result<Option<TakeTwo>> {
    let session = row.key_if_any("parent_session")?;
    let turn = row.key_if_any("parent_turn")?;
    Ok(session.zip(turn).map(|(session, turn)| TakeTwo { session, turn }))
}

/// The revision of a session, which grows with every change to it.
pub(crate) fn revision(connection: &Connection, id: SessionId) -> Result<Option<u64>, StoreError> {
    let revision: Option<i64> = connection
        .prepare_cached("SELECT revision FROM session WHERE id = ?1 AND doomed_at IS NULL")?
        .query_row([Key(id)], |row| row.get(0))
        .optional()?;
    Ok(revision.map(i64::unsigned_abs))
}

/// A session that nobody ended, with what is known about how far it came.
pub(crate) struct Unended {
    pub(crate) number: i64,
    pub(crate) id: SessionId,
    pub(crate) turns: u32,
    pub(crate) objective: Objective,
    /// The last moment it certainly still ran.
    pub(crate) last_seen: Timestamp,
    /// The time that counted: what was noted last, and at least what was recorded, up to the trainee's last turn. Of a line
    /// that nobody answered it is not known how much was heard.
    pub(crate) active: Duration,
}

pub(crate) fn unended(connection: &Connection) -> Result<Vec<Unended>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT session.number, session.id, session.objective_status, session.objective_reason,
                count(turn.number) AS turns,
                max(coalesce(max(turn.ended_at), 0), coalesce(session.started_at, session.created_at)) AS last_seen,
                max(active_ms, coalesce(sum(clip.duration_ms) FILTER (WHERE turn.sequence <= (
                    SELECT max(own.sequence) FROM turn AS own
                    WHERE own.session = session.number AND own.speaker = 'trainee'
                )), 0)) AS active
         FROM session
         LEFT JOIN turn ON turn.session = session.number
         LEFT JOIN clip ON clip.turn = turn.number
         WHERE session.status <> 'ended' AND session.doomed_at IS NULL
         GROUP BY session.number",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Unended {
            number: row.get("number")?,
            id: row.key("id")?,
            turns: row.get("turns")?,
            objective: Objective {
                status: row.word("objective_status")?,
                reason: row.get("objective_reason")?,
            },
            last_seen: row.at("last_seen")?,
            active: row.millis("active")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where a session stands, doomed or not; `None` when there is no row.
pub(crate) fn status(connection: &Connection, id: SessionId) -> Result<Option<SessionStatus>, StoreError> {
    let status = connection
        .prepare_cached("SELECT status FROM session WHERE id = ?1")?
        .query_row([Key(id)], |row| row.word("status"))
        .optional()?;
    Ok(status)
}

/// The number of a session, doomed or not; `None` when there is no row.
pub(crate) fn number(connection: &Connection, id: SessionId) -> Result<Option<i64>, StoreError> {
    let number = connection
        .prepare_cached("SELECT number FROM session WHERE id = ?1")?
        .query_row([Key(id)], |row| row.get(0))
        .optional()?;
    Ok(number)
}

/// The remote calls it so. Whether there is such a session.
pub(crate) fn name(connection: &Connection, id: SessionId, object_id: &str) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("UPDATE session SET object_id = ?2 WHERE id = ?1")?
        .execute(params![Key(id), object_id])?
        == 1)
}

/// Removes the row. Everything that refers to it has to be gone.
pub(crate) fn delete(connection: &Connection, number: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM session WHERE number = ?1")?
        .execute([number])?;
    Ok(())
}

/// Whether a session was recorded elsewhere, doomed or not; `None` when there is no row.
pub(crate) fn is_mirror(connection: &Connection, id: SessionId) -> Result<Option<bool>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT is_mirror FROM session WHERE id = ?1")?
        .query_row([Key(id)], |row| row.get(0))
        .optional()?)
}

/// From now on it is one that was recorded elsewhere.
pub(crate) fn set_mirror(connection: &Connection, number: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE session SET is_mirror = 1 WHERE number = ?1")?
        .execute([number])?;
    Ok(())
}

/// Makes a session that has ended look as it does where it was recorded; the scenario that it ran with never changes.
pub(crate) fn reflect(connection: &Connection, number: i64, session: &Session) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE session
             SET created_at = :created_at, started_at = :started_at, ended_at = :ended_at, active_ms = :active,
                 objective_status = :objective, objective_reason = :objective_reason, end_reason = :end_reason,
                 parent_session = :parent_session, parent_turn = :parent_turn, revision = revision + 1
             WHERE number = :number",
        )?
        .execute(named_params! {
            ":number": number,
            ":created_at": At(session.created_at),
            ":started_at": session.started_at.map(At),
            ":ended_at": session.ended_at.map(At),
            ":active": Millis(session.active),
            ":objective": Word(session.objective.status),
            ":objective_reason": session.objective.reason,
            ":end_reason": session.end_reason.map(Word),
            ":parent_session": session.parent.map(|parent| Key(parent.session)),
            ":parent_turn": session.parent.map(|parent| Key(parent.turn)),
        })?;
    Ok(())
}
