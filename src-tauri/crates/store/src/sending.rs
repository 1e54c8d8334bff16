//! What the sender reads: the changes that may go out, the records as they are now with what the remote calls them, and
//! what else has to be done over there.

use rehearse_domain::{Assessment, Session, SessionId, Timestamp, Turn};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::columns::Key;
use crate::table::outbox::{self, OutboxRow};
use crate::table::outbox_due::{self, DueLane, Lanes};
use crate::table::stray_file::{self, StrayFile};
use crate::table::twin_watch::{self, TwinWatch};
use crate::table::{evaluation, evaluation_told, session, turn};
use crate::{Evaluation, EvaluationUntold, Store, StoreError};

/// The changes of one session, scenario or skill that the remote has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The session, scenario or skill.
    pub id: Uuid,
    /// The first of its changes that is due, by which those that wait longest come first.
    pub first: i64,
    /// What the remote calls the session, once it knows it.
    pub object_id: Option<String>,
    /// Its changes in order, those that are stuck or not due with them.
    pub rows: Vec<OutboxRow>,
}

/// A file on the remote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Its current evaluation.
    pub evaluation: Option<SendableEvaluation>,
    /// How many turns it has.
    pub turns: u32,
}

/// An evaluation as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct SendableEvaluation {
    /// The record.
    pub evaluation: Evaluation,
    /// What it came to.
    pub assessment: Option<Assessment>,
    /// What the remote calls it.
    pub object_id: Option<String>,
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

/// When there is something to do next, as far as it is not due already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// For a change that has to wait.
    pub changes: Option<Timestamp>,
    /// For a stray file, which may be due already.
    pub strays: Option<Timestamp>,
    /// For a watch, which may be due already.
    pub watches: Option<Timestamp>,
}

/// How far one session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneState {
    /// Whether the remote knows of it.
    pub known: bool,
    /// Changes that wait.
    pub waiting: u32,
    /// Changes that need the user.
    pub stuck: u32,
}

impl Store {
    /// Lanes of this kind with a change that is due at `now`, at most `limit`, those that wait longest first, behind the
    /// one whose [`Lane::first`] is `after`; 0 for all. Whether one may go out is seen from all changes of its lane.
    ///
    /// # Errors
    /// What the database says.
    pub fn lanes_due(
        &self,
        of: Lanes,
        now: Timestamp,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Lane>, StoreError> {
        self.read(|connection| {
            let lanes = outbox_due::lanes_due(connection, of, now, after, limit)?;
            lanes.into_iter().map(|due| lane(connection, due)).collect()
        })
    }

    /// When there is something to do that is not due at `now` already.
    ///
    /// # Errors
    /// What the database says.
    pub fn due_after(&self, now: Timestamp) -> Result<Due, StoreError> {
        self.read(|connection| {
            Ok(Due {
                changes: outbox_due::next_due(connection, now)?,
                strays: stray_file::next_due(connection)?,
                watches: twin_watch::next_due(connection)?,
            })
        })
    }

    /// When the next change, stray file or watch may be looked at; `None` when there is none. A change that is due may
    /// have to wait for another one all the same.
    ///
    /// # Errors
    /// What the database says.
    pub fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let due = self.due_after(Timestamp::from_millis(i64::MIN))?;
        Ok([due.changes, due.strays, due.watches].into_iter().flatten().min())
    }

    /// What the remote has still to be told about the current evaluation of a session.
    ///
    /// # Errors
    /// What the database says.
    pub fn untold_of_evaluation(&self, session: SessionId) -> Result<EvaluationUntold, StoreError> {
        self.read(|connection| evaluation_told::untold(connection, session))
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
            let mut all = evaluation::assessed(connection, id)?.into_iter();
            let current = all.find(|(one, _)| one.superseded_at.is_none());
            let evaluation = match current {
                Some((evaluation, assessment)) => Some(SendableEvaluation {
                    object_id: evaluation::object_id(connection, evaluation.id)?,
                    evaluation,
                    assessment,
                }),
                None => None,
            };
            let turns = match session::number(connection, id)? {
                Some(number) => turn::next_sequence(connection, number)?,
                None => 0,
            };
            Ok(Some(SendableSession {
                session: found,
                evaluation,
                turns,
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

    /// Whether a session is deleted for good, or never was here. One that may still be spared is not.
    ///
    /// # Errors
    /// What the database says.
    pub fn is_gone(&self, id: SessionId) -> Result<bool, StoreError> {
        self.read(|connection| Ok(session::number(connection, id)?.is_none()))
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

    /// How far a session is; `None` when there is none.
    ///
    /// # Errors
    /// What the database says.
    pub fn lane_state(&self, session: SessionId) -> Result<Option<LaneState>, StoreError> {
        self.read(|connection| {
            let state = connection
                .prepare_cached(
                    "SELECT object_id IS NOT NULL,
                        (SELECT count(*) FROM outbox WHERE lane = session.id AND stuck_reason IS NULL),
                        (SELECT count(*) FROM outbox WHERE lane = session.id AND stuck_reason IS NOT NULL)
                     FROM session WHERE id = ?1",
                )?
                .query_row([Key(session)], |row| {
                    Ok(LaneState {
                        known: row.get(0)?,
                        waiting: row.get(1)?,
                        stuck: row.get(2)?,
                    })
                })
                .optional()?;
            Ok(state)
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

impl Lane {
    /// The session, unless it is about a scenario or a skill.
    pub fn session(&self) -> SessionId {
        self.id.into()
    }
}

fn lane(connection: &Connection, (id, first): DueLane) -> Result<Lane, StoreError> {
    Ok(Lane {
        id,
        first,
        object_id: remote_name(connection, id.into())?,
        rows: outbox::of_lane(connection, id)?,
    })
}

pub(crate) fn remote_name(connection: &Connection, session: SessionId) -> Result<Option<String>, StoreError> {
    let name: Option<Option<String>> = connection
        .prepare_cached("SELECT object_id FROM session WHERE id = ?1")?
        .query_row([Key(session)], |row| row.get(0))
        .optional()?;
    Ok(name.flatten())
}
