//! What happens to a session while it is practised. Each change and what the remote has to be told about it are one
//! transaction; nothing here decides whether a change is right, that is the machine's part.

use std::time::Duration;

use rehearse_domain::{
    EndReason, Objective, Session, SessionId, SessionStatus, Speaker, Timestamp, TranscriptStatus, Turn,
    TurnId,
};
use rusqlite::Connection;

use crate::table::outbox::OutboxKind;
use crate::table::{clip, evaluation, evaluation_sample, outbox, search, session, session_life, turn};
use crate::{Store, StoreError};

/// How a session ended.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionEnd {
    /// Which session.
    pub id: SessionId,
    /// When.
    pub ended_at: Timestamp,
    /// Time that counted, pauses left out.
    pub active: Duration,
    /// Why.
    pub reason: EndReason,
    /// The objective as it stood then.
    pub objective: Objective,
}

impl Store {
    /// Adds a session as it is. The first turn makes a pending one active.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says, such as that the id is taken.
    pub fn create_session(&self, session: &Session) -> Result<(), StoreError> {
        self.write(|connection| {
            let number = session::insert(connection, session)?;
            search::add_session(connection, number, &session.snapshot)?;
            save_session(connection, session.id, session.created_at)
        })
    }

    /// Adds the next turn of a running session with its clip, whose file has to be whole and in its place. When this
    /// returns, the turn outlives a power cut.
    ///
    /// # Errors
    /// [`StoreError::NoSession`], [`StoreError::AlreadyEnded`], [`StoreError::OutOfOrder`],
    /// [`StoreError::ReaderAccess`], [`StoreError::DiskFull`], or what the database says.
    pub fn record_turn(&self, turn: &Turn) -> Result<(), StoreError> {
        self.write(|connection| {
            let standing = session::standing(connection, turn.session)?;
            if let Some(reason) = standing.end_reason {
                return Err(StoreError::AlreadyEnded(reason));
            }
            add_turn(connection, standing.number, turn, turn.ended_at)?;
            if turn.sequence == 0 {
                session_life::start(connection, standing.number, turn.started_at)?;
            }
            session_life::touch(connection, standing.number)
        })
    }

    /// Ends a session, once and for one reason, and asks for its evaluation when the trainee said anything.
    ///
    /// # Errors
    /// [`StoreError::AlreadyEnded`] with the reason that stands, [`StoreError::NoSession`],
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn end_session(&self, end: &SessionEnd) -> Result<(), StoreError> {
        self.write(|connection| {
            let standing = session::standing(connection, end.id)?;
            match standing.end_reason {
                Some(reason) => Err(StoreError::AlreadyEnded(reason)),
                None => finish(connection, standing.number, end, end.ended_at),
            }
        })
    }

    /// Takes back an end that the checker of the objective found: the session runs again, and nobody evaluates it yet.
    /// Whoever has begun with that has lost the lease.
    ///
    /// # Errors
    /// [`StoreError::AlreadyEnded`] with a reason of another kind, [`StoreError::StillOpen`],
    /// [`StoreError::NoSession`], [`StoreError::ReaderAccess`], or what the database says.
    pub fn reopen_session(&self, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
        self.write(|connection| {
            let standing = session::standing(connection, id)?;
            match standing.end_reason {
                Some(EndReason::ObjectiveMet | EndReason::ObjectiveFailed) => {}
                Some(other) => return Err(StoreError::AlreadyEnded(other)),
                None => return Err(StoreError::StillOpen(id)),
            }
            session_life::reopen(connection, standing.number)?;
            evaluation::withdraw(connection, standing.number, now)?;
            save_session(connection, id, now)
        })
    }

    /// Adds whole sessions with their turns, such as those of an export, in one transaction; all or none. The remote may
    /// have them already, and is asked before it is told.
    ///
    /// # Errors
    /// [`StoreError::OutOfOrder`], [`StoreError::ReaderAccess`], or what the database says, such as that an id is
    /// taken.
    pub fn import_sessions(&self, sessions: &[(Session, Vec<Turn>)]) -> Result<(), StoreError> {
        self.write(|connection| {
            for (session, turns) in sessions {
                let number = session::insert(connection, session)?;
                search::add_session(connection, number, &session.snapshot)?;
                save_session(connection, session.id, session.created_at)?;
                for turn in turns {
                    add_turn(connection, number, turn, turn.ended_at)?;
                }
                if session.status == SessionStatus::Ended && turn::any_of_trainee(connection, number)? {
                    let asked_at = session.created_at;
                    evaluation::request(connection, number, session.id, asked_at, asked_at)?;
                }
                outbox::look_first(connection, session.id)?;
            }
            Ok(())
        })
    }

    /// Puts the words of a turn, or that there are none, in place of what was known. What a judge answered about the
    /// session so far goes, unless it came to a result: it rests on other words.
    ///
    /// The words of a mirror can be put too, by whoever writes them down to evaluate it. Nothing of that goes into the
    /// outbox: the remote is told by whoever holds the lease. They stay when its turn comes again without words, and give
    /// way to words of the machine that recorded it.
    ///
    /// # Errors
    /// [`StoreError::NoTurn`], [`StoreError::ReaderAccess`], or what the database says.
    pub fn set_transcript(
        &self,
        turn: TurnId,
        transcript: Option<&str>,
        status: TranscriptStatus,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|connection| put_transcript(connection, turn, transcript, status, now))
    }
}

/// Puts the words of a turn in place of what was known; see [`Store::set_transcript`].
pub(crate) fn put_transcript(
    connection: &Connection,
    turn: TurnId,
    transcript: Option<&str>,
    status: TranscriptStatus,
    now: Timestamp,
) -> Result<(), StoreError> {
    let place = turn::place(connection, turn)?;
    if let Some(old) = &place.transcript {
        search::take_turn(connection, place.session_number, place.sequence, old)?;
    }
    turn::set_transcript(connection, place.number, transcript, status)?;
    if place.transcript.as_deref() != transcript {
        evaluation_sample::delete_of(connection, place.session_number)?;
    }
    if let Some(new) = transcript {
        search::add_turn(connection, place.session_number, place.sequence, new)?;
    }
    let kinds = [OutboxKind::CreateTurn, OutboxKind::SaveTurn];
    let is_mirror = session::is_mirror(connection, place.session)? == Some(true);
    if !is_mirror && !outbox::waits_untried(connection, place.session, kinds, turn.into())? {
        outbox::add(
            connection,
            place.session,
            OutboxKind::SaveTurn,
            turn.into(),
            None,
            now,
        )?;
    }
    session_life::touch(connection, place.session_number)
}

/// Adds a turn, its clip, its words and what the remote has to be told.
pub(crate) fn add_turn(
    connection: &Connection,
    session: i64,
    turn: &Turn,
    now: Timestamp,
) -> Result<(), StoreError> {
    let expected = turn::next_sequence(connection, session)?;
    if turn.sequence != expected {
        return Err(StoreError::OutOfOrder {
            expected,
            found: turn.sequence,
        });
    }
    let number = turn::insert(connection, session, turn)?;
    if let Some(clip) = &turn.clip {
        clip::insert(connection, number, clip)?;
    }
    if let Some(words) = &turn.transcript {
        search::add_turn(connection, session, turn.sequence, words)?;
    }
    tell_turn(connection, turn, now)
}

/// The remote has to learn of a turn that is new to it: first of its clip, then of the turn.
pub(crate) fn tell_turn(connection: &Connection, turn: &Turn, now: Timestamp) -> Result<(), StoreError> {
    let upload = match &turn.clip {
        Some(clip) => Some(outbox::add(
            connection,
            turn.session,
            OutboxKind::Upload,
            clip.id.into(),
            None,
            now,
        )?),
        None => None,
    };
    outbox::add(
        connection,
        turn.session,
        OutboxKind::CreateTurn,
        turn.id.into(),
        upload,
        now,
    )?;
    Ok(())
}

/// Ends a session that has not ended.
pub(crate) fn finish(
    connection: &Connection,
    number: i64,
    end: &SessionEnd,
    now: Timestamp,
) -> Result<(), StoreError> {
    session_life::end(
        connection,
        number,
        end.ended_at,
        end.active,
        end.reason,
        &end.objective,
    )?;
    if turn::any_of_trainee(connection, number)? {
        evaluation::request(connection, number, end.id, now, now)?;
    }
    save_session(connection, end.id, now)
}

/// Adds a turn to a session that has ended, at its end.
pub(crate) fn append(connection: &Connection, turn: &Turn, now: Timestamp) -> Result<Turn, StoreError> {
    let standing = session::standing(connection, turn.session)?;
    if standing.end_reason.is_none() {
        return Err(StoreError::StillOpen(turn.session));
    }
    let turn = Turn {
        sequence: turn::next_sequence(connection, standing.number)?,
        ..turn.clone()
    };
    add_turn(connection, standing.number, &turn, now)?;
    if turn.speaker == Speaker::Trainee {
        evaluation::request(connection, standing.number, turn.session, now, now)?;
    }
    session_life::touch(connection, standing.number)?;
    Ok(turn)
}

/// The remote has to learn of a session's new state.
pub(crate) fn save_session(
    connection: &Connection,
    session: SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    outbox::add(
        connection,
        session,
        OutboxKind::SaveSession,
        session.into(),
        None,
        now,
    )?;
    Ok(())
}

/// Whether somebody still practises the session.
pub(crate) fn is_open(status: SessionStatus) -> bool {
    status != SessionStatus::Ended
}
