//! Evaluations of sessions. At most one of a session is current; earlier ones are kept with the moment they were
//! superseded.

use rehearse_domain::{EvaluationId, SessionId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::StoreError;
use crate::columns::{At, Columns, Key, Word};

/// Migration 1.
pub(crate) const V1: &str = "
    CREATE TABLE evaluation (
        number INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        session INTEGER NOT NULL REFERENCES session (number),
        status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0,
        last_error TEXT,
        queued_at INTEGER NOT NULL,
        next_attempt_at INTEGER NOT NULL,
        completed_at INTEGER,
        superseded_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX evaluation_current ON evaluation (session) WHERE superseded_at IS NULL;
    CREATE INDEX evaluation_session ON evaluation (session);
";

/// Migration 3: the remote's own id; and a result that was made elsewhere, as JSON.
pub(crate) const V3: &str = "
    ALTER TABLE evaluation ADD COLUMN object_id TEXT;
    ALTER TABLE evaluation ADD COLUMN result TEXT;
";

/// How far an evaluation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvaluationStatus {
    /// Waits for transcripts or for its turn.
    Pending,
    /// Somebody works on it.
    Running,
    /// Its result stands.
    Completed,
    /// Given up after its retries.
    Failed,
}

/// A request for a rubric result of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Identity.
    pub id: EvaluationId,
    /// The session it judges.
    pub session: SessionId,
    /// How far it is.
    pub status: EvaluationStatus,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was asked for.
    pub queued_at: Timestamp,
    /// Not to be tried before.
    pub next_attempt_at: Timestamp,
    /// When its result was there.
    pub completed_at: Option<Timestamp>,
    /// When a newer one took its place.
    pub superseded_at: Option<Timestamp>,
}

/// Asks for the first evaluation of a session, once. Its id follows from the session's, so asking again after a
/// crash, or on another machine, makes no second one.
pub(crate) fn request(
    connection: &Connection,
    session_number: i64,
    session: SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = EvaluationId::from(Uuid::new_v5(&session.into(), b"first evaluation"));
    connection
        .prepare_cached(
            "INSERT INTO evaluation (id, session, status, queued_at, next_attempt_at)
             SELECT ?1, ?2, 'pending', ?3, ?3
             WHERE NOT EXISTS (SELECT 1 FROM evaluation WHERE session = ?2)",
        )?
        .execute(params![Key(id), session_number, At(now)])?;
    Ok(())
}

/// Takes the request back, as long as nobody has begun with it.
pub(crate) fn withdraw(connection: &Connection, session_number: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM evaluation
             WHERE session = ?1 AND status = 'pending' AND attempts = 0 AND object_id IS NULL",
        )?
        .execute([session_number])?;
    Ok(())
}

/// The evaluations of a session, the oldest first.
pub(crate) fn of_session(connection: &Connection, session: SessionId) -> Result<Vec<Evaluation>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT evaluation.id, evaluation.status, attempts, last_error, queued_at, next_attempt_at, completed_at,
                superseded_at
         FROM evaluation JOIN session ON session.number = evaluation.session
         WHERE session.id = ?1 AND session.doomed_at IS NULL
         ORDER BY evaluation.number",
    )?;
    let rows = statement.query_map([Key(session)], |row| from_row(row, session))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn from_row(row: &Row<'_>, session: SessionId) -> rusqlite::Result<Evaluation> {
    Ok(Evaluation {
        id: row.key("id")?,
        session,
        status: row.word("status")?,
        attempts: row.get("attempts")?,
        last_error: row.get("last_error")?,
        queued_at: row.at("queued_at")?,
        next_attempt_at: row.at("next_attempt_at")?,
        completed_at: row.at_if_any("completed_at")?,
        superseded_at: row.at_if_any("superseded_at")?,
    })
}

/// The remote calls it so.
pub(crate) fn name(connection: &Connection, id: EvaluationId, object_id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE evaluation SET object_id = ?2 WHERE id = ?1")?
        .execute(params![Key(id), object_id])?;
    Ok(())
}

/// Whether a session has a current evaluation that the remote does not know.
pub(crate) fn is_new(connection: &Connection, session: SessionId) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM evaluation JOIN session ON session.number = evaluation.session
             WHERE session.id = ?1 AND session.doomed_at IS NULL
               AND superseded_at IS NULL AND evaluation.object_id IS NULL",
        )?
        .exists([Key(session)])?)
}

/// What the remote calls an evaluation.
pub(crate) fn object_id(connection: &Connection, id: EvaluationId) -> Result<Option<String>, StoreError> {
    let name: Option<Option<String>> = connection
        .prepare_cached("SELECT object_id FROM evaluation WHERE id = ?1")?
        .query_row([Key(id)], |row| row.get(0))
        .optional()?;
    Ok(name.flatten())
}

/// Removes the evaluations of a session.
pub(crate) fn delete_of(connection: &Connection, session: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM evaluation WHERE session = ?1")?
        .execute([session])?;
    Ok(())
}

/// How far an evaluation is; `None` when there is none of this id.
pub(crate) fn status(
    connection: &Connection,
    id: EvaluationId,
) -> Result<Option<EvaluationStatus>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT status FROM evaluation WHERE id = ?1")?
        .query_row([Key(id)], |row| row.word("status"))
        .optional()?)
}

/// Makes an evaluation look as it does on the remote. Of several of one session the one that was asked for last is
/// current.
pub(crate) fn reflect(
    connection: &Connection,
    session_number: i64,
    evaluation: &Evaluation,
    result: Option<&str>,
) -> Result<(), StoreError> {
    let last: Option<At> = connection
        .prepare_cached("SELECT max(queued_at) FROM evaluation WHERE session = ?1 AND id <> ?2")?
        .query_row(params![session_number, Key(evaluation.id)], |row| row.get(0))?;
    let superseded_at = last
        .map(|last| last.0)
        .filter(|last| *last > evaluation.queued_at);
    if superseded_at.is_none() {
        connection
            .prepare_cached(
                "UPDATE evaluation SET superseded_at = ?3
                 WHERE session = ?1 AND id <> ?2 AND superseded_at IS NULL",
            )?
            .execute(params![
                session_number,
                Key(evaluation.id),
                At(evaluation.queued_at)
            ])?;
    }
    connection
        .prepare_cached(
            "INSERT INTO evaluation (
                id, session, status, attempts, last_error, queued_at, next_attempt_at, completed_at, superseded_at,
                result
             ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (id) DO UPDATE SET
                status = excluded.status, attempts = excluded.attempts, last_error = excluded.last_error,
                next_attempt_at = excluded.next_attempt_at, completed_at = excluded.completed_at,
                superseded_at = excluded.superseded_at, result = excluded.result",
        )?
        .execute(params![
            Key(evaluation.id),
            session_number,
            Word(evaluation.status),
            evaluation.attempts,
            evaluation.last_error,
            At(evaluation.queued_at),
            At(evaluation.next_attempt_at),
            evaluation.completed_at.map(At),
            superseded_at.map(At),
            result
        ])?;
    Ok(())
}

/// The result of a session's current evaluation that was made elsewhere.
pub(crate) fn result(connection: &Connection, session: SessionId) -> Result<Option<String>, StoreError> {
    let result: Option<Option<String>> = connection
        .prepare_cached(
            "SELECT result FROM evaluation JOIN session ON session.number = evaluation.session
             WHERE session.id = ?1 AND session.doomed_at IS NULL AND superseded_at IS NULL",
        )?
        .query_row([Key(session)], |row| row.get(0))
        .optional()?;
    Ok(result.flatten())
}
