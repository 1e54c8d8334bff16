//! Evaluations of sessions. At most one of a session is current; earlier ones are kept with the moment they were
//! superseded. Who works on one is in `evaluation_lease`, whose turn it is in `evaluation_due`.

use rehearse_domain::{Assessment, EvaluationId, SessionId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::evaluation_sample;
use crate::StoreError;
use crate::columns::{At, Columns, Key};

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

/// Migration 7: a result of ours as JSON, who judged and by which rubric, the lease, and the highest one of which the
/// remote knows how it ended. One that runs without a lease may be taken over at once; nobody of this program has begun
/// it.
pub(crate) const V7: &str = "
    ALTER TABLE evaluation ADD COLUMN assessment TEXT;
    ALTER TABLE evaluation ADD COLUMN evaluator_model TEXT;
    ALTER TABLE evaluation ADD COLUMN rubric TEXT;
    ALTER TABLE evaluation ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0 CHECK (epoch >= 0);
    ALTER TABLE evaluation ADD COLUMN lease_holder TEXT;
    ALTER TABLE evaluation ADD COLUMN lease_until INTEGER;
    ALTER TABLE evaluation ADD COLUMN asked_at INTEGER;
    ALTER TABLE evaluation ADD COLUMN told_epoch INTEGER NOT NULL DEFAULT 0;
    UPDATE evaluation SET lease_until = next_attempt_at WHERE status = 'running';
    CREATE INDEX evaluation_pending ON evaluation (next_attempt_at, queued_at)
        WHERE superseded_at IS NULL AND status = 'pending';
    CREATE INDEX evaluation_asked ON evaluation (next_attempt_at)
        WHERE superseded_at IS NULL AND status = 'pending' AND asked_at IS NOT NULL;
    CREATE INDEX evaluation_completed ON evaluation (completed_at) WHERE status = 'completed';
    CREATE INDEX evaluation_running ON evaluation (next_attempt_at, queued_at)
        WHERE superseded_at IS NULL AND status = 'running';
";

/// What [`from_row`] reads.
pub(super) const COLUMNS: &str = "evaluation.id AS id, evaluation.status AS status, attempts, last_error,
    queued_at, next_attempt_at, completed_at, superseded_at, evaluator_model, rubric, epoch, lease_holder, lease_until,
    asked_at";

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
    /// How many tries came to an end, in a result or in an error. One that was cut off, because the program closed or
    /// died, does not count here and does in `epoch`.
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
    /// The model that made the result; `None` without a result, or where rules made it.
    #[serde(default)]
    pub evaluator_model: Option<String>,
    /// Digest of the rubric that the result goes by.
    #[serde(default)]
    pub rubric: Option<String>,
    /// The number of the lease, which rises with each claim; 0 while nobody claimed it who counts leases.
    #[serde(default)]
    pub epoch: u32,
    /// Who works on it.
    #[serde(default)]
    pub lease_holder: Option<String>,
    /// From then on anybody may take it over from whoever works on it.
    #[serde(default)]
    pub lease_until: Option<Timestamp>,
    /// When somebody asked for it by hand on this computer.
    #[serde(default)]
    pub asked_at: Option<Timestamp>,
}

/// Asks for an evaluation of a session that has no current one. Its id follows from the session's, so asking again after
/// a crash, or on another machine, makes no second one.
pub(crate) fn request(
    connection: &Connection,
    session_number: i64,
    session: SessionId,
    queued_at: Timestamp,
    due: Timestamp,
) -> Result<(), StoreError> {
    let (all, current): (u32, u32) = connection
        .prepare_cached("SELECT count(*), count(*) FILTER (WHERE superseded_at IS NULL) FROM evaluation WHERE session = ?1")?
        .query_row([session_number], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if current > 0 || revive(connection, session_number, queued_at, due)? {
        return Ok(());
    }
    let name = match all {
        0 => "first evaluation".to_owned(),
        earlier => format!("evaluation after {earlier}"),
    };
    let id = EvaluationId::from(Uuid::new_v5(&session.into(), name.as_bytes()));
    queue(connection, session_number, id, queued_at, due)
}

/// Takes up again the one that was withdrawn last, unless the remote has it: there somebody may still be judging what was
/// withdrawn. Whether there was one.
fn revive(
    connection: &Connection,
    session_number: i64,
    queued_at: Timestamp,
    due: Timestamp,
) -> Result<bool, StoreError> {
    let revived = connection
        .prepare_cached(
            "UPDATE evaluation SET superseded_at = NULL, queued_at = max(queued_at, ?2), next_attempt_at = ?3
             WHERE number = (SELECT max(number) FROM evaluation WHERE session = ?1) AND status = 'pending'
               AND object_id IS NULL",
        )?
        .execute(params![session_number, At(queued_at), At(due)])?;
    Ok(revived > 0)
}

/// Adds one that waits. It counts as asked for after all others of its session, whatever the clock said then: of those
/// that other machines see, the last one is current.
fn queue(
    connection: &Connection,
    session_number: i64,
    id: EvaluationId,
    queued_at: Timestamp,
    due: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO evaluation (id, session, status, queued_at, next_attempt_at)
             SELECT ?1, ?2, 'pending', max(?3, coalesce(max(queued_at) + 1, ?3)), ?4
             FROM evaluation WHERE session = ?2",
        )?
        .execute(params![Key(id), session_number, At(queued_at), At(due)])?;
    Ok(())
}

/// Asks once more: one that failed waits again, with what is known of its tries; any other gives way to a new one.
pub(crate) fn ask_again(
    connection: &Connection,
    session_number: i64,
    id: EvaluationId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let retried = connection
        .prepare_cached(
            "UPDATE evaluation SET status = 'pending', next_attempt_at = ?2
             WHERE session = ?1 AND superseded_at IS NULL AND status = 'failed'",
        )?
        .execute(params![session_number, At(now)])?;
    if retried > 0 {
        return Ok(());
    }
    connection
        .prepare_cached(
            "UPDATE evaluation SET superseded_at = ?2, lease_holder = NULL, lease_until = NULL
             WHERE session = ?1 AND superseded_at IS NULL",
        )?
        .execute(params![session_number, At(now)])?;
    evaluation_sample::drop_used(connection, session_number)?;
    queue(connection, session_number, id, now, now)
}

/// Takes the request back, because the session goes on: what was judged of it until now is not the whole of it. Whoever
/// works on it has lost the lease; the row stays for its number, which must not be given twice. One that
/// the remote has is superseded for good, because somebody elsewhere may be judging the part; the next end asks anew.
pub(crate) fn withdraw(
    connection: &Connection,
    session_number: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    evaluation_sample::delete_of(connection, session_number)?;
    connection
        .prepare_cached(
            "DELETE FROM evaluation
             WHERE session = ?1 AND superseded_at IS NULL AND epoch = 0 AND status <> 'completed'
               AND object_id IS NULL",
        )?
        .execute([session_number])?;
    connection
        .prepare_cached(
            "UPDATE evaluation
             SET status = iif(status = 'completed', status, 'pending'),
                 superseded_at = ?2, lease_holder = NULL, lease_until = NULL
             WHERE session = ?1 AND superseded_at IS NULL",
        )?
        .execute(params![session_number, At(now)])?;
    Ok(())
}

/// The evaluations of a session, the oldest first.
pub(crate) fn of_session(connection: &Connection, session: SessionId) -> Result<Vec<Evaluation>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM evaluation JOIN session ON session.number = evaluation.session
         WHERE session.id = ?1 AND session.doomed_at IS NULL
         ORDER BY evaluation.number"
    ))?;
    let rows = statement.query_map([Key(session)], |row| from_row(row, session))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The same, each with its result if it is one of ours.
pub(crate) fn assessed(
    connection: &Connection,
    session: SessionId,
) -> Result<Vec<(Evaluation, Option<Assessment>)>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, assessment FROM evaluation JOIN session ON session.number = evaluation.session
         WHERE session.id = ?1 AND session.doomed_at IS NULL
         ORDER BY queued_at, evaluation.number"
    ))?;
    let rows = statement.query_map([Key(session)], |row| {
        Ok((
            from_row(row, session)?,
            row.get::<_, Option<String>>("assessment")?,
        ))
    })?;
    let mut all = Vec::new();
    for row in rows {
        let (evaluation, json) = row?;
        let assessment = json.map(|json| serde_json::from_str(&json)).transpose()?;
        all.push((evaluation, assessment));
    }
    Ok(all)
}

pub(super) fn from_row(row: &Row<'_>, session: SessionId) -> rusqlite::Result<Evaluation> {
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
        evaluator_model: row.get("evaluator_model")?,
        rubric: row.get("rubric")?,
        epoch: row.get("epoch")?,
        lease_holder: row.get("lease_holder")?,
        lease_until: row.at_if_any("lease_until")?,
        asked_at: row.at_if_any("asked_at")?,
    })
}

/// The remote calls it so.
pub(crate) fn name(connection: &Connection, id: EvaluationId, object_id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE evaluation SET object_id = ?2, told_epoch = iif(object_id IS ?2, told_epoch, 0) WHERE id = ?1",
        )?
        .execute(params![Key(id), object_id])?;
    Ok(())
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
