//! What becomes of a row from the remote.
//!
//! - A session belongs to the machine that recorded it. Of a session that was recorded here, only words that are
//!   missing here and an evaluation that has come further, or that was asked for elsewhere, are taken; they belong to
//!   whoever holds the lease.
//! - A session that was recorded elsewhere is a mirror: it looks as it does there, is never told to the remote, and
//!   goes here when it goes there. It appears once it has ended and all its turns are there. What was written down and
//!   judged here under a lease stays until the remote knows better.
//! - A session that was deleted here does not come back. One that the remote shows all the same is deleted there again,
//!   unless it was made long after the deletion: then somebody brought it back on purpose.

use std::time::Duration;

use rehearse_domain::{EndReason, SessionId, SessionStatus, Timestamp};
use rusqlite::Connection;

use crate::StoreError;
use crate::mirroring::records::{place, reflect_own, reflect_session};
use crate::pulling::{Claim, LEFT_OPEN, RemoteRecord, RemoteRow, RemoteSession, RemoteStamp, RemoteTurn};
use crate::table::{audit_log, outbox, remote_row, search, session, session_life};

mod records;

/// What is created so long after a deletion was not created by what was under way then.
const BROUGHT_BACK: Duration = Duration::from_secs(3600);

/// What a row did.
pub(crate) enum Effect {
    /// Nothing that anybody sees.
    None,
    /// Its session looks otherwise.
    Changed,
    /// It waits for the rest of its session, which may be there now.
    Waits,
}

/// Takes one row in.
pub(crate) fn take_in(
    connection: &Connection,
    account: &str,
    row: &RemoteRow,
    now: Timestamp,
) -> Result<Effect, StoreError> {
    let known = remote_row::stamp(connection, account, row.stamp.subject)?;
    if !row.stamp.tells_more_than(known.as_ref()) {
        return Ok(Effect::None);
    }
    let note = |waiting: Option<&str>| remote_row::put(connection, account, row.session, &row.stamp, waiting);
    match session::is_mirror(connection, row.session)? {
        Some(false) => {
            note(None)?;
            let changed = reflect_own(connection, row)?;
            Ok(if changed { Effect::Changed } else { Effect::None })
        }
        Some(true) if matches!(row.record, RemoteRecord::Session(_)) => {
            note(None)?;
            reflect_session(connection, row)?;
            Ok(Effect::Changed)
        }
        None if was_deleted(connection, row, now)? => Ok(Effect::None),
        None if row.claim == Claim::OfItsSession && !remote_row::knows(connection, account, row.session)? => {
            Ok(Effect::None)
        }
        _ => {
            note(Some(&serde_json::to_string(&row.record)?))?;
            Ok(Effect::Waits)
        }
    }
}

/// Whether the session of a row was deleted here. What the remote still has of it is told to go once more.
fn was_deleted(connection: &Connection, row: &RemoteRow, now: Timestamp) -> Result<bool, StoreError> {
    let Some(deleted_at) = audit_log::deleted_at(connection, row.session.into())? else {
        return Ok(false);
    };
    if row.stamp.created_at > deleted_at.after(BROUGHT_BACK) {
        return Ok(false);
    }
    let is_session = matches!(row.record, RemoteRecord::Session(_));
    if is_session && outbox::of_lane(connection, row.session)?.is_empty() {
        outbox::replace_by_deletion(connection, row.session, Some(&row.stamp.object_id), false, now)?;
    }
    Ok(true)
}

/// Takes in what waits of a session, as far as it goes. Whether the session looks otherwise now.
pub(crate) fn take_in_waiting(
    connection: &Connection,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut waiting = Waiting::of(connection, id)?;
    let Some(number) = session::number(connection, id)? else {
        return match waiting.session.take() {
            Some((stamp, found)) => appear(connection, stamp, *found, waiting, now),
            None => Ok(false),
        };
    };
    let changed = place(connection, number, waiting)?;
    if changed {
        session_life::touch(connection, number)?;
    }
    Ok(changed)
}

/// What waits of one session.
#[derive(Default)]
pub(crate) struct Waiting {
    session: Option<(RemoteStamp, Box<RemoteSession>)>,
    /// In their order.
    turns: Vec<(RemoteStamp, Box<RemoteTurn>)>,
    evaluations: Vec<(RemoteStamp, Box<crate::RemoteEvaluation>)>,
}

impl Waiting {
    fn of(connection: &Connection, id: SessionId) -> Result<Self, StoreError> {
        let mut all = Self::default();
        for (stamp, json) in remote_row::waiting(connection, id)? {
            match serde_json::from_str(&json) {
                Ok(RemoteRecord::Session(found)) => all.session = Some((stamp, found)),
                Ok(RemoteRecord::Turn(found)) => all.turns.push((stamp, found)),
                Ok(RemoteRecord::Evaluation(found)) => all.evaluations.push((stamp, found)),
                // Another version of the program wrote it. It is read again when ids are compared.
                Err(error) => {
                    tracing::warn!(session = %id, %error, "a row that waited cannot be read");
                    remote_row::delete_of(connection, id)?;
                    return Ok(Self::default());
                }
            }
        }
        all.turns.sort_by_key(|(_, turn)| turn.turn.sequence);
        Ok(all)
    }

    /// How many turns can be placed, counted from the first.
    fn in_a_row(&self) -> u32 {
        let mut next = 0;
        for (_, turn) in &self.turns {
            if turn.is_numbered && turn.turn.sequence != next {
                break;
            }
            next += 1;
        }
        next
    }
}

/// Shows a session that is whole.
fn appear(
    connection: &Connection,
    stamp: RemoteStamp,
    mut found: RemoteSession,
    waiting: Waiting,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let turns = waiting.in_a_row();
    if found.session.status != SessionStatus::Ended {
        if turns == 0 || now.since(stamp.updated_at) < LEFT_OPEN {
            return Ok(false);
        }
        close(&mut found, &stamp, &waiting);
    }
    if found.turns.is_some_and(|told| turns < told) {
        return Ok(false);
    }
    let number = session::insert(connection, &found.session)?;
    session::set_mirror(connection, number)?;
    session::name(connection, found.session.id, &stamp.object_id)?;
    search::add_session(connection, number, &found.session.snapshot)?;
    remote_row::settled(connection, stamp.subject)?;
    place(connection, number, waiting)?;
    Ok(true)
}

/// Ends a session that nobody ended, as of the last moment it is known to have run.
fn close(found: &mut RemoteSession, stamp: &RemoteStamp, waiting: &Waiting) {
    let last = waiting.turns.iter().map(|(_, turn)| turn.turn.ended_at).max();
    let session = &mut found.session;
    let ended = last.unwrap_or(stamp.updated_at);
    let begun = session.started_at.unwrap_or(session.created_at);
    session.status = SessionStatus::Ended;
    session.ended_at = Some(ended);
    session.active = session.active.max(ended.since(begun));
    session.end_reason = Some(EndReason::ClientClosed);
    found.turns = None;
}
