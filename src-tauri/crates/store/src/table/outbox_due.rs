//! When the changes of the outbox go out: what is due, and what puts it off.

use rehearse_domain::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::StoreError;
use crate::columns::At;

/// Lanes of which kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lanes {
    /// Of scenarios and skills.
    Authored,
    /// Of sessions.
    Sessions,
}

/// A lane, with the first of its changes that may go out.
pub(crate) type DueLane = (Uuid, i64);

/// Lanes with a change that may go out now, those that wait longest first, from behind the one whose first change
/// is `after`. Those that the user is deleting wait for that.
pub(crate) fn lanes_due(
    connection: &Connection,
    of: Lanes,
    now: Timestamp,
    after: i64,
    limit: u32,
) -> Result<Vec<DueLane>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT lane, min(outbox.id) AS first FROM outbox
         WHERE stuck_reason IS NULL AND parent IS NULL AND next_attempt_at <= ?1
           AND (kind IN ('save_scenario', 'save_skill')) = ?4
           AND NOT EXISTS (SELECT 1 FROM session WHERE session.id = lane AND session.doomed_at IS NOT NULL)
         GROUP BY lane HAVING first > ?2 ORDER BY first LIMIT ?3",
    )?;
    let lanes = statement.query_map(params![At(now), after, limit, of == Lanes::Authored], |row| {
        let lane: [u8; 16] = row.get("lane")?;
        Ok((Uuid::from_bytes(lane), row.get("first")?))
    })?;
    Ok(lanes.collect::<Result<_, _>>()?)
}

/// When the next change may go out that has to wait for longer than until `since`. Those of sessions that the user is
/// deleting wait for that.
pub(crate) fn next_due(connection: &Connection, since: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<At> = connection
        .prepare_cached(
            "SELECT next_attempt_at FROM outbox
             WHERE stuck_reason IS NULL AND parent IS NULL AND next_attempt_at > ?1
               AND NOT EXISTS (SELECT 1 FROM session WHERE session.id = lane AND session.doomed_at IS NOT NULL)
             ORDER BY next_attempt_at LIMIT 1",
        )?
        .query_row([At(since)], |row| row.get(0))
        .optional()?;
    Ok(next.map(|next| next.0))
}

/// Nothing of a lane goes out before this moment.
pub(crate) fn put_off(connection: &Connection, lane: Uuid, until: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE outbox SET next_attempt_at = ?2 WHERE lane = ?1 AND next_attempt_at < ?2")?
        .execute(params![lane.as_bytes(), At(until)])?;
    Ok(())
}

/// This change does not go out before this moment; others of its lane may.
pub(crate) fn put_off_row(connection: &Connection, id: i64, until: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE outbox SET next_attempt_at = ?2 WHERE id = ?1 AND next_attempt_at < ?2")?
        .execute(params![id, At(until)])?;
    Ok(())
}

/// Takes back what lies in the future because the clock was ahead. Whether anything did.
pub(crate) fn set_clock(connection: &Connection, now: Timestamp) -> Result<bool, StoreError> {
    let changed = connection
        .prepare_cached(
            "UPDATE outbox SET next_attempt_at = min(next_attempt_at, ?1), unsure_since = min(unsure_since, ?1)
             WHERE next_attempt_at > ?1 OR unsure_since > ?1",
        )?
        .execute([At(now)])?;
    Ok(changed > 0)
}

/// Everything that waits may go out at once: the network is back, or the user asks for it.
pub(crate) fn hurry(connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE outbox SET next_attempt_at = ?1 WHERE next_attempt_at > ?1")?
        .execute([At(now)])?;
    Ok(())
}
