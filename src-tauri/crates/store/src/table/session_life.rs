//! What becomes of a session's row while it is practised: started, counted, ended, and open again.

use std::time::Duration;

use rehearse_domain::{EndReason, Objective, SessionId, Timestamp};
use rusqlite::{Connection, params};

use crate::StoreError;
use crate::columns::{At, Key, Millis, Word};

/// The first turn is there.
pub(crate) fn start(connection: &Connection, number: i64, at: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE session SET status = 'active', started_at = ?2, revision = revision + 1
             WHERE number = ?1 AND status = 'pending'",
        )?
        .execute(params![number, At(at)])?;
    Ok(())
}

/// Something that belongs to the session changed.
pub(crate) fn touch(connection: &Connection, number: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE session SET revision = revision + 1 WHERE number = ?1")?
        .execute([number])?;
    Ok(())
}

pub(crate) fn end(
    connection: &Connection,
    number: i64,
    at: Timestamp,
    active: Duration,
    reason: EndReason,
    objective: &Objective,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE session
             SET status = 'ended', ended_at = ?2, active_ms = ?3, end_reason = ?4, objective_status = ?5,
                 objective_reason = ?6, revision = revision + 1
             WHERE number = ?1",
        )?
        .execute(params![
            number,
            At(at),
            Millis(active),
            Word(reason),
            Word(objective.status),
            objective.reason
        ])?;
    Ok(())
}

/// Takes the end back.
pub(crate) fn reopen(connection: &Connection, number: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE session
             SET status = 'active', ended_at = NULL, end_reason = NULL, objective_status = 'unknown',
                 objective_reason = NULL, revision = revision + 1
             WHERE number = ?1",
        )?
        .execute([number])?;
    Ok(())
}

/// Notes the time that counted so far, in case the app dies. Never goes back.
pub(crate) fn set_active(connection: &Connection, id: SessionId, active: Duration) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE session SET active_ms = max(active_ms, ?2), revision = revision + 1
             WHERE id = ?1 AND status <> 'ended' AND doomed_at IS NULL",
        )?
        .execute(params![Key(id), Millis(active)])?;
    Ok(())
}
