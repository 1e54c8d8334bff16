//! Who works on an evaluation. Each claim raises the number of the lease, and whoever writes names the number of theirs:
//! one that comes back late changes nothing (fencing).

use rehearse_domain::{Assessment, EvaluationId, Judge, SessionId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use crate::StoreError;
use crate::columns::{At, Columns, Key};

/// The right to work on an evaluation, as long as nobody has a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// Its number, from 1.
    pub epoch: u32,
}

/// The row of a lease that stands.
pub(crate) struct Held {
    pub(crate) number: i64,
    pub(crate) session_number: i64,
    pub(crate) session: SessionId,
    pub(crate) is_mirror: bool,
}

/// The row that a lease is for, if it still is.
pub(crate) fn held(connection: &Connection, lease: Lease) -> Result<Held, StoreError> {
    connection
        .prepare_cached(
            "SELECT evaluation.number AS number, evaluation.session AS session_number, session.id AS session_id,
                    is_mirror
             FROM evaluation JOIN session ON session.number = evaluation.session
             WHERE evaluation.id = ?1 AND epoch = ?2 AND evaluation.status = 'running' AND superseded_at IS NULL
               AND session.status = 'ended' AND session.doomed_at IS NULL",
        )?
        .query_row(params![Key(lease.evaluation), lease.epoch], |row| {
            Ok(Held {
                number: row.get("number")?,
                session_number: row.get("session_number")?,
                session: row.key("session_id")?,
                is_mirror: row.get("is_mirror")?,
            })
        })
        .optional()?
        .ok_or(StoreError::LeaseLost)
}

/// Takes the next lease, if the evaluation is due; gives back the session's number and the lease.
pub(crate) fn claim(
    connection: &Connection,
    id: EvaluationId,
    holder: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<Option<(i64, Lease)>, StoreError> {
    Ok(connection
        .prepare_cached(
            "UPDATE evaluation SET status = 'running', epoch = epoch + 1, lease_holder = ?2, lease_until = ?3
             WHERE id = ?1 AND superseded_at IS NULL
               AND (status = 'pending' AND next_attempt_at <= ?4 OR status = 'running' AND lease_until <= ?4)
               AND EXISTS (SELECT 1 FROM session WHERE session.number = evaluation.session
                           AND session.status = 'ended' AND doomed_at IS NULL)
             RETURNING session, epoch",
        )?
        .query_row(params![Key(id), holder, At(until), At(now)], |row| {
            let lease = Lease {
                evaluation: id,
                epoch: row.get(1)?,
            };
            Ok((row.get(0)?, lease))
        })
        .optional()?)
}

/// Notes a lease of this number; gives back the session's number, or `None` when it does not stand here.
pub(crate) fn take(
    connection: &Connection,
    lease: Lease,
    holder: &str,
    until: Timestamp,
) -> Result<Option<i64>, StoreError> {
    Ok(connection
        .prepare_cached(
            "UPDATE evaluation SET status = 'running', epoch = ?2, lease_holder = ?3, lease_until = ?4
             WHERE id = ?1 AND superseded_at IS NULL AND epoch < ?2 AND status <> 'completed'
               AND EXISTS (SELECT 1 FROM session WHERE session.number = evaluation.session
                           AND session.status = 'ended' AND doomed_at IS NULL)
             RETURNING session",
        )?
        .query_row(
            params![Key(lease.evaluation), lease.epoch, holder, At(until)],
            |row| row.get(0),
        )
        .optional()?)
}

/// The lease lasts until then.
pub(crate) fn renew(connection: &Connection, held: &Held, until: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE evaluation SET lease_until = ?2 WHERE number = ?1")?
        .execute(params![held.number, At(until)])?;
    Ok(())
}

/// Gives it back, to be worked on from then on.
pub(crate) fn release(connection: &Connection, held: &Held, due: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE evaluation
             SET status = 'pending', next_attempt_at = ?2, lease_holder = NULL, lease_until = NULL
             WHERE number = ?1",
        )?
        .execute(params![held.number, At(due)])?;
    Ok(())
}

/// Gives back all that one holds.
pub(crate) fn release_all_of(
    connection: &Connection,
    holder: &str,
    due: Timestamp,
) -> Result<u32, StoreError> {
    let released = connection
        .prepare_cached(
            "UPDATE evaluation
             SET status = 'pending', next_attempt_at = ?2, lease_holder = NULL, lease_until = NULL
             WHERE status = 'running' AND lease_holder = ?1",
        )?
        .execute(params![holder, At(due)])?;
    Ok(u32::try_from(released).unwrap_or(u32::MAX))
}

/// Its result is there.
pub(crate) fn finish(
    connection: &Connection,
    held: &Held,
    assessment: &Assessment,
    now: Timestamp,
) -> Result<(), StoreError> {
    let model = match &assessment.judge {
        Judge::Model { name } => Some(name.as_str()),
        Judge::Rules => None,
    };
    connection
        .prepare_cached(
            "UPDATE evaluation
             SET status = 'completed', attempts = attempts + 1, last_error = NULL, completed_at = ?2,
                 assessment = ?3, result = NULL, evaluator_model = ?4, rubric = ?5,
                 is_elsewhere = 0, checked = NULL, checked_revision = NULL,
                 lease_holder = NULL, lease_until = NULL
             WHERE number = ?1",
        )?
        .execute(params![
            held.number,
            At(now),
            serde_json::to_string(assessment)?,
            model,
            assessment.rubric
        ])?;
    Ok(())
}

/// It did not work: it waits until `next`, or is given up.
pub(crate) fn fail(
    connection: &Connection,
    held: &Held,
    error: &str,
    next: Option<Timestamp>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE evaluation
             SET status = iif(?3 IS NULL, 'failed', 'pending'), attempts = attempts + 1, last_error = ?2,
                 next_attempt_at = coalesce(?3, next_attempt_at), lease_holder = NULL, lease_until = NULL
             WHERE number = ?1",
        )?
        .execute(params![held.number, error, next.map(At)])?;
    Ok(())
}
