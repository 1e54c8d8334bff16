//! What the sender needs: the changes that may go out, the records as they are now with what the remote calls them, and
//! what came of an attempt. It is the only one that settles changes; what it is doing is on disk before it does it, so
//! that one that is killed anywhere goes on without doing anything twice.

use rehearse_domain::{ClipId, EvaluationId, Session, SessionId, Timestamp, Turn, TurnId};
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use crate::columns::Key;
use crate::recording::save_session;
use crate::table::outbox::{self, OutboxKind, OutboxRow};
use crate::table::stray_file::{self, StrayFile};
use crate::table::twin_watch::{self, TwinWatch};
use crate::table::{clip, evaluation, session, turn};
use crate::{Evaluation, Store, StoreError};

/// The changes of one session that the remote has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The session.
    pub session: SessionId,
    /// What the remote calls it, once it knows it.
    pub object_id: Option<String>,
    /// Its changes in order, those that are stuck or not due with them.
    pub rows: Vec<OutboxRow>,
}

/// A file on the remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFile {
    /// What the remote calls it.
    pub id: String,
    /// Where it can be read.
    pub url: String,
}

/// A session as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct SendableSession {
    /// The record.
    pub session: Session,
    /// Its current evaluation, with what the remote calls it.
    pub evaluation: Option<(Evaluation, Option<String>)>,
}

/// A turn as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct SendableTurn {
    /// The record.
    pub turn: Turn,
    /// What the remote calls it.
    pub object_id: Option<String>,
    /// Its clip on the remote.
    pub file: Option<RemoteFile>,
}

/// What came of an attempt. Rows that are gone meanwhile, because the user deleted their session, need nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The remote has the session, and calls it so.
    SessionNamed {
        /// Which.
        session: SessionId,
        /// What the remote calls it.
        object_id: String,
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
    /// Nothing of a session goes out before this moment.
    PutOff {
        /// Which.
        session: SessionId,
        /// Until when.
        until: Timestamp,
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

/// How far the outbox is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxFigures {
    /// Changes that go out by themselves.
    pub waiting: u32,
    /// Changes that need the user.
    pub stuck: u32,
    /// Bytes of the clips among those that go out by themselves.
    pub bytes: u64,
    /// Files that the remote does not let this user delete.
    pub still_there: u32,
}

impl Store {
    /// Sessions with a change that may go out at `now`, at most `limit`, those that wait longest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn lanes_due(&self, now: Timestamp, limit: u32) -> Result<Vec<Lane>, StoreError> {
        self.read(|connection| {
            let lanes = outbox::lanes_due(connection, now, limit)?;
            lanes.into_iter().map(|id| lane(connection, id)).collect()
        })
    }

    /// When the next change, stray file or watch may be looked at; `None` when there is none.
    ///
    /// # Errors
    /// What the database says.
    pub fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| {
            let all = [
                outbox::next_due(connection)?,
                stray_file::next_due(connection)?,
                twin_watch::next_due(connection)?,
            ];
            Ok(all.into_iter().flatten().min())
        })
    }

    /// Counts attempts that are about to be made. Call it before reading what is sent: a change that is made afterwards
    /// gets a row of its own.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn begin_attempts(&self, rows: &[i64], now: Timestamp) -> Result<(), StoreError> {
        self.write(|connection| {
            rows.iter()
                .try_for_each(|row| outbox::begin_attempt(connection, *row, now))
        })
    }

    /// Writes down what came of attempts, all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn settle(&self, all: &[Settled], now: Timestamp) -> Result<(), StoreError> {
        self.write(|connection| all.iter().try_for_each(|one| settle(connection, one, now)))
    }

    /// A session as it is now; `None` when it was deleted.
    ///
    /// # Errors
    /// What the database says.
    pub fn sendable_session(&self, id: SessionId) -> Result<Option<SendableSession>, StoreError> {
        self.read(|connection| {
            let Some(found) = session::get(connection, id)? else {
                return Ok(None);
            };
            let mut all = evaluation::of_session(connection, id)?.into_iter();
            let current = all.find(|one| one.superseded_at.is_none());
            let evaluation = match current {
                Some(one) => {
                    let name = evaluation::object_id(connection, one.id)?;
                    Some((one, name))
                }
                None => None,
            };
            Ok(Some(SendableSession {
                session: found,
                evaluation,
            }))
        })
    }

    /// What the remote calls a session; `None` when it does not know it, or the session is gone.
    ///
    /// # Errors
    /// What the database says.
    pub fn remote_name(&self, id: SessionId) -> Result<Option<String>, StoreError> {
        self.read(|connection| remote_name(connection, id))
    }

    /// The turns of a session as they are now, in order.
    ///
    /// # Errors
    /// What the database says.
    pub fn sendable_turns(&self, session: SessionId) -> Result<Vec<SendableTurn>, StoreError> {
        self.read(|connection| {
            let names = turn::remote_names(connection, session)?;
            let turns = turn::of_session(connection, session)?;
            let named = |turn: Turn| {
                let (object_id, file) = names.get(&turn.id).cloned().unwrap_or_default();
                SendableTurn {
                    turn,
                    object_id,
                    file,
                }
            };
            Ok(turns.into_iter().map(named).collect())
        })
    }

    /// Stray files whose turn it is, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn stray_files_due(&self, now: Timestamp, limit: u32) -> Result<Vec<StrayFile>, StoreError> {
        self.read(|connection| stray_file::due(connection, now, limit))
    }

    /// Files that the remote does not let this user delete, the oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn still_on_the_remote(&self) -> Result<Vec<StrayFile>, StoreError> {
        self.read(stray_file::refused)
    }

    /// Lets the files that the remote did not let go be tried again; gives back how many.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn reconsider_stray_files(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.write(|connection| stray_file::reconsider(connection, now))
    }

    /// Records that are to be looked for, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn twin_watches_due(&self, now: Timestamp, limit: u32) -> Result<Vec<TwinWatch>, StoreError> {
        self.read(|connection| twin_watch::due(connection, now, limit))
    }

    /// Lets everything that waits go out at once.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn hurry_outbox(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(|connection| outbox::hurry(connection, now))
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
                stray_file::add(connection, file, found.lane, now)?;
            }
            let without_session =
                found.kind == OutboxKind::SaveSession && remote_name(connection, found.lane)?.is_none();
            match session::number(connection, found.lane)?.filter(|_| without_session) {
                Some(number) => {
                    let trace = outbox::Trace::of(connection, found.lane, number)?;
                    trace.keep(connection, found.lane, now)?;
                    clip::forget_files(connection, number)?;
                    outbox::drop_lane(connection, found.lane)?;
                }
                None => outbox::confirm(connection, row)?,
            }
            Ok(true)
        })
    }

    /// How far the outbox is.
    ///
    /// # Errors
    /// What the database says.
    pub fn outbox_figures(&self) -> Result<OutboxFigures, StoreError> {
        self.read(|connection| {
            let figures = connection
                .prepare_cached(
                    "SELECT
                        (SELECT count(*) FROM outbox WHERE stuck_reason IS NULL),
                        (SELECT count(*) FROM outbox WHERE stuck_reason IS NOT NULL),
                        (SELECT coalesce(sum(clip.bytes), 0) FROM outbox JOIN clip ON clip.id = outbox.subject
                         WHERE outbox.kind = 'upload' AND stuck_reason IS NULL),
                        (SELECT count(*) FROM stray_file WHERE refused = 1)",
                )?
                .query_row([], |row| {
                    let bytes: i64 = row.get(2)?;
                    Ok(OutboxFigures {
                        waiting: row.get(0)?,
                        stuck: row.get(1)?,
                        bytes: bytes.unsigned_abs(),
                        still_there: row.get(3)?,
                    })
                })?;
            Ok(figures)
        })
    }
}

fn lane(connection: &Connection, session: SessionId) -> Result<Lane, StoreError> {
    Ok(Lane {
        session,
        object_id: remote_name(connection, session)?,
        rows: outbox::of_session(connection, session)?,
    })
}

fn remote_name(connection: &Connection, session: SessionId) -> Result<Option<String>, StoreError> {
    let name: Option<Option<String>> = connection
        .prepare_cached("SELECT object_id FROM session WHERE id = ?1")?
        .query_row([Key(session)], |row| row.get(0))
        .optional()?;
    Ok(name.flatten())
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
        Settled::SessionNamed { session, object_id } => {
            if !session::name(connection, *session, object_id)? {
                outbox::name_deleted(connection, *session, object_id)?;
            }
            Ok(())
        }
        Settled::TurnNamed { turn, object_id } => turn::name(connection, *turn, object_id),
        Settled::EvaluationNamed {
            evaluation,
            object_id,
        } => evaluation::name(connection, *evaluation, object_id),
        Settled::Uploaded { session, clip, file } => {
            if !clip::name(connection, *clip, &file.id, &file.url)? {
                stray_file::add(connection, &file.id, *session, now)?;
            }
            Ok(())
        }
        Settled::Sent { row } => outbox::confirm(connection, *row),
        Settled::Failed { row, error, unsure } => outbox::fail(connection, *row, error, *unsure),
        Settled::Stuck { row, reason } => outbox::stick(connection, *row, reason),
        Settled::PutOff { session, until } => outbox::put_off(connection, *session, *until),
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
        Settled::Watched { subject } => twin_watch::settled(connection, *subject),
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
