//! What the sender writes: that an attempt is about to be made, and what came of it. It is the only one that settles
//! changes; what it is doing is on disk before it does it, so that one that is killed anywhere goes on without doing
//! anything twice.

use rehearse_domain::{ClipId, EvaluationId, SessionId, Timestamp, TurnId};
use rusqlite::Connection;
use uuid::Uuid;

use crate::announcing::AuthoredTold;
use crate::authored::AuthoredKind;
use crate::recording::save_session;
use crate::sending::{RemoteFile, remote_name};
use crate::table::outbox::{self, OutboxKind, OutboxRow};
use crate::table::twin_watch::{self, TwinWatch};
use crate::table::{
    authored_remote, clip, evaluation, evaluation_told, outbox_due, remote_row, session, stray_file, turn,
};
use crate::trace::Trace;
use crate::{Store, StoreError, announcing, authoring};

/// What came of an attempt. Rows that are gone meanwhile, because the user deleted their session, need nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// An attempt is about to be made. It is written down before what is sent is read: a change that is made afterwards
    /// gets a row of its own.
    Attempted {
        /// Which.
        row: i64,
    },
    /// The remote has the session, and calls it so.
    SessionNamed {
        /// Which.
        session: SessionId,
        /// What the remote calls it.
        object_id: String,
        /// Which remote, and as whose: where it may be missed one day.
        account: String,
    },
    /// The remote has this version of a scenario or skill.
    Authored(Box<AuthoredTold>),
    /// The remote turned out not to have a scenario or skill that it had.
    AuthoredMissing {
        /// Which.
        id: Uuid,
        /// Which remote, and as whose.
        account: String,
    },
    /// A scenario or skill is to be told once more, unless the remote has it as it is.
    AuthoredAgain {
        /// Which.
        id: Uuid,
        /// What it is.
        kind: AuthoredKind,
    },
    /// The remote has the turn, and calls it so.
    TurnNamed {
        /// Which.
        turn: TurnId,
        /// What the remote calls it.
        object_id: String,
    },
    /// The remote has the evaluation, and calls it so.
    EvaluationNamed {
        /// Which.
        evaluation: EvaluationId,
        /// What the remote calls it.
        object_id: String,
    },
    /// The remote knows how the work on the evaluation ended.
    EvaluationTold {
        /// Which.
        evaluation: EvaluationId,
        /// Under which lease.
        epoch: u32,
        /// As which round, which is a later one where somebody else had begun that of the lease.
        round: u32,
    },
    /// The clip's file lies on the remote.
    Uploaded {
        /// Of which session.
        session: SessionId,
        /// Which clip.
        clip: ClipId,
        /// The file.
        file: RemoteFile,
    },
    /// A change is confirmed.
    Sent {
        /// Which.
        row: i64,
    },
    /// A change was not made and may be later.
    Failed {
        /// Which.
        row: i64,
        /// What went wrong, in a word of the program's.
        error: String,
        /// Whether the remote may have made it, or may still.
        unsure: bool,
    },
    /// A change will not be tried again without the user.
    Stuck {
        /// Which.
        row: i64,
        /// Why, in a word of the program's.
        reason: String,
    },
    /// Nothing of a lane goes out before this moment.
    PutOff {
        /// The session, scenario or skill.
        lane: Uuid,
        /// Until when.
        until: Timestamp,
    },
    /// A change does not go out before this moment; others of its lane may.
    RowPutOff {
        /// Which.
        row: i64,
        /// Until when.
        until: Timestamp,
    },
    /// The record of a change was looked for on the remote, which may have had it from another time.
    LookedFor {
        /// Which.
        row: i64,
    },
    /// An upload began, or was given up.
    Begun {
        /// Which change.
        row: i64,
        /// Of which session.
        session: SessionId,
        /// The file that was begun.
        file: Option<String>,
    },
    /// A file that nothing refers to lies on the remote.
    Stray {
        /// The file.
        file: String,
        /// The session that it was recorded in.
        session: SessionId,
    },
    /// A stray file is gone.
    StrayGone {
        /// The file.
        file: String,
    },
    /// A stray file could not be deleted and may be later.
    StrayPutOff {
        /// The file.
        file: String,
        /// When.
        until: Timestamp,
    },
    /// The remote does not let this user delete a stray file.
    StrayRefused {
        /// The file.
        file: String,
    },
    /// The remote may have two of a record one day.
    Watch {
        /// Which.
        watch: TwinWatch,
        /// When to look.
        due: Timestamp,
    },
    /// The remote has one of a record, or none.
    Watched {
        /// Its id.
        subject: Uuid,
        /// When the look for it began.
        looked_at: Timestamp,
    },
    /// It could not be told how many the remote has.
    WatchPutOff {
        /// Its id.
        subject: Uuid,
        /// When to look again.
        until: Timestamp,
    },
    /// A record is to be told once more as it is: an older state of it may have arrived after a newer one.
    SaveAgain {
        /// The session, or that of the turn.
        session: SessionId,
        /// The turn, if it is one.
        turn: Option<TurnId>,
    },
    /// The remote calls a session otherwise than it did, so its turns have to be written again.
    TurnsToSave {
        /// Which.
        session: SessionId,
    },
}

impl Store {
    /// Writes down attempts and what came of them, all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn settle(&self, all: &[Settled], now: Timestamp) -> Result<(), StoreError> {
        self.write(|connection| all.iter().try_for_each(|one| settle(connection, one, now)))
    }

    /// Lets everything that waits go out at once.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn hurry_outbox(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(|connection| outbox_due::hurry(connection, now))
    }

    /// Takes back every moment that lies in the future because the clock was ahead: what waits may go out at once, and
    /// no watch is due later than at `watched_by`. Whether there was any.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn clock_was_set_back(&self, now: Timestamp, watched_by: Timestamp) -> Result<bool, StoreError> {
        self.write(|connection| {
            let all = [
                outbox_due::set_clock(connection, now)?,
                stray_file::set_clock(connection, now)?,
                twin_watch::set_clock(connection, watched_by)?,
            ];
            Ok(all.contains(&true))
        })
    }

    /// Changes that need the user, the oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn stuck_changes(&self) -> Result<Vec<OutboxRow>, StoreError> {
        self.read(outbox::stuck)
    }

    /// Lets a change that is stuck be tried again; `false` when it is not stuck, or gone.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn retry_stuck(&self, row: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.write(|connection| outbox::unstick(connection, row, now))
    }

    /// Forgets a change that is stuck: the remote will not be told of it, nor of what belongs to a session that it does
    /// not know. What it is about stays here. `false` when it is not stuck, or gone.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn discard_stuck(&self, row: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.write(|connection| {
            let Some(found) = outbox::get(connection, row)?.filter(|row| row.stuck_reason.is_some()) else {
                return Ok(false);
            };
            if let Some(file) = &found.begun {
                stray_file::add(connection, file, found.session(), now)?;
            }
            let without_session =
                found.kind == OutboxKind::SaveSession && remote_name(connection, found.session())?.is_none();
            match session::number(connection, found.session())?.filter(|_| without_session) {
                Some(number) => {
                    let trace = Trace::of(connection, found.session(), number)?;
                    trace.keep(connection, found.session(), now)?;
                    clip::forget_files(connection, number)?;
                    outbox::drop_lane(connection, found.session())?;
                }
                None => outbox::confirm(connection, row)?,
            }
            Ok(true)
        })
    }
}

fn save_turn(
    connection: &Connection,
    session: SessionId,
    turn: TurnId,
    now: Timestamp,
) -> Result<(), StoreError> {
    if turn::is_there(connection, turn)? {
        outbox::add(connection, session, OutboxKind::SaveTurn, turn.into(), None, now)?;
    }
    Ok(())
}

fn settle(connection: &Connection, one: &Settled, now: Timestamp) -> Result<(), StoreError> {
    match one {
        Settled::Attempted { row } => outbox::begin_attempt(connection, *row, now),
        Settled::SessionNamed {
            session,
            object_id,
            account,
        } => match session::name(connection, *session, object_id)? {
            true => remote_row::sight(connection, account, *session, object_id),
            false => outbox::name_deleted(connection, *session, object_id),
        },
        Settled::Authored(told) => announcing::told(connection, told, now),
        Settled::AuthoredMissing { id, account } => authored_remote::forget(connection, account, *id),
        Settled::AuthoredAgain { id, kind } => authoring::tell(connection, *id, *kind, now),
        Settled::TurnNamed { turn, object_id } => turn::name(connection, *turn, object_id),
        Settled::EvaluationNamed {
            evaluation,
            object_id,
        } => evaluation::name(connection, *evaluation, object_id),
        Settled::EvaluationTold {
            evaluation,
            epoch,
            round,
        } => evaluation_told::told(connection, *evaluation, *epoch, *round),
        Settled::Uploaded { session, clip, file } => {
            if !clip::name(connection, *clip, &file.id, &file.url)? {
                stray_file::add(connection, &file.id, *session, now)?;
            }
            Ok(())
        }
        Settled::Sent { row } => outbox::confirm(connection, *row),
        Settled::Failed { row, error, unsure } => outbox::fail(connection, *row, error, *unsure),
        Settled::Stuck { row, reason } => outbox::stick(connection, *row, reason),
        Settled::PutOff { lane, until } => outbox_due::put_off(connection, *lane, *until),
        Settled::RowPutOff { row, until } => outbox_due::put_off_row(connection, *row, *until),
        Settled::LookedFor { row } => outbox::looked_for(connection, *row),
        Settled::Begun { row, session, file } => {
            let known = outbox::set_begun(connection, *row, file.as_deref())?;
            match file {
                Some(file) if !known => stray_file::add(connection, file, *session, now),
                _ => Ok(()),
            }
        }
        Settled::Stray { file, session } => stray_file::add(connection, file, *session, now),
        Settled::StrayGone { file } => stray_file::gone(connection, file),
        Settled::StrayPutOff { file, until } => stray_file::put_off(connection, file, *until),
        Settled::StrayRefused { file } => stray_file::refuse(connection, file),
        Settled::Watch { watch, due } => twin_watch::add(connection, watch, *due),
        Settled::Watched { subject, looked_at } => twin_watch::settled(connection, *subject, *looked_at),
        Settled::WatchPutOff { subject, until } => twin_watch::put_off(connection, *subject, *until),
        Settled::SaveAgain { session, turn: None } => match session::number(connection, *session)? {
            Some(_) => save_session(connection, *session, now),
            None => Ok(()),
        },
        Settled::SaveAgain {
            session,
            turn: Some(turn),
        } => save_turn(connection, *session, *turn, now),
        Settled::TurnsToSave { session } => turn::of_session(connection, *session)?
            .iter()
            .try_for_each(|turn| save_turn(connection, *session, turn.id, now)),
    }
}
