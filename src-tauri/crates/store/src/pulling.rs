//! What comes from the remote: records of other machines and of the earlier web app, which are shown here as they are
//! over there; and the few words about records of this machine that others may say.
//!
//! A row and the mark of how far the remote was read are one transaction, so that a reader that is killed anywhere goes
//! on without missing or doubling anything. What becomes of a row is decided in `mirroring`.

use std::time::Duration;

use rehearse_domain::{Assessment, Session, SessionId, Timestamp, Turn};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::mirroring::{Effect, take_in, take_in_waiting};
use crate::sending::RemoteFile;
use crate::table::{authored_remote, remote_row, session, setting};
use crate::{Evaluation, Store, StoreError};

/// A session that somebody left open over there is taken for closed after so long without a change.
pub(crate) const LEFT_OPEN: Duration = Duration::from_secs(24 * 3600);

/// Which row of the remote it is, and in which state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteStamp {
    /// Our id of the record.
    pub subject: Uuid,
    /// The remote's id of the row.
    pub object_id: String,
    /// When the row was made, by the remote's clock.
    pub created_at: Timestamp,
    /// When it was changed last, by the remote's clock.
    pub updated_at: Timestamp,
    /// A digest of what it says, where all of it is known: it may change twice in one millisecond.
    pub digest: Option<i64>,
}

/// Whether a row says whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is the user's.
    Own,
    /// It does not say: its session has to.
    OfItsSession,
}

/// A row of the remote.
#[derive(Clone, Debug, PartialEq)]
pub struct RemoteRow {
    /// Which, and in which state.
    pub stamp: RemoteStamp,
    /// The session that it belongs to, or is.
    pub session: SessionId,
    /// Whose it is.
    pub claim: Claim,
    /// What it says.
    pub record: RemoteRecord,
}

/// What a row says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RemoteRecord {
    /// A session.
    Session(Box<RemoteSession>),
    /// A turn.
    Turn(Box<RemoteTurn>),
    /// An evaluation.
    Evaluation(Box<RemoteEvaluation>),
}

/// A session as the remote has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RemoteSession {
    /// The record.
    pub session: Session,
    /// How many turns it has, where that is told.
    pub turns: Option<u32>,
}

/// A turn as the remote has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RemoteTurn {
    /// The record, without its clip.
    pub turn: Turn,
    /// Its sound.
    pub sound: Option<RemoteSound>,
    /// Whether its number can be relied on: the turns of the earlier web app may have gaps.
    pub is_numbered: bool,
}

/// A clip that lies on the remote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteSound {
    /// The file; its address is empty where it is not told.
    pub file: RemoteFile,
    /// SHA-256 of the file in lower-case hex, where it is told.
    pub sha256: Option<String>,
    /// Its size, where it is told.
    pub bytes: Option<u64>,
    /// Its length, as well as it is known.
    pub duration: Duration,
}

/// An evaluation as the remote has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RemoteEvaluation {
    /// The record.
    pub evaluation: Evaluation,
    /// The result as it was written: scores, summary, model.
    pub result: Option<serde_json::Value>,
    /// The result, if it is one of ours.
    #[serde(default)]
    pub assessment: Option<Assessment>,
}

/// How far the remote was read, kept as a setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The setting.
    pub key: &'static str,
    /// Its value.
    pub value: serde_json::Value,
}

impl Store {
    /// Which of these rows were not taken in yet as they are, in their order.
    ///
    /// # Errors
    /// What the database says.
    pub fn news(&self, account: &str, stamps: &[RemoteStamp]) -> Result<Vec<bool>, StoreError> {
        self.read(|connection| {
            let is_news = |stamp: &RemoteStamp| {
                if let Some(known) = remote_row::stamp(connection, account, stamp.subject)? {
                    return Ok(stamp.tells_more_than(Some(&known)));
                }
                let known = authored_remote::stamp(connection, account, stamp.subject)?;
                Ok(stamp.may_tell_more_than(known.as_ref()))
            };
            stamps.iter().map(is_news).collect()
        })
    }

    /// Takes rows in that were read under this account, and notes how far the remote was read; all of it or nothing.
    /// Gives back the sessions that look otherwise now.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn take_in(
        &self,
        account: &str,
        rows: &[RemoteRow],
        mark: Option<&Mark>,
        now: Timestamp,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.write(|connection| {
            let mut changed = Vec::new();
            let mut touched = Vec::new();
            for row in rows {
                match take_in(connection, account, row, now)? {
                    Effect::None => {}
                    Effect::Changed => changed.push(row.session),
                    Effect::Waits => touched.push(row.session),
                }
            }
            touched.sort();
            touched.dedup();
            for session in touched {
                if take_in_waiting(connection, session, now)? {
                    changed.push(session);
                }
            }
            if let Some(mark) = mark {
                setting::put(connection, mark.key, &serde_json::to_string(&mark.value)?)?;
            }
            changed.sort();
            changed.dedup();
            Ok(changed)
        })
    }

    /// Takes in the sessions that were left open over there for a day. Gives back those that are shown now.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn take_in_left_open(&self, now: Timestamp) -> Result<Vec<SessionId>, StoreError> {
        let day = i64::try_from(LEFT_OPEN.as_millis()).unwrap_or(i64::MAX);
        let moment = Timestamp::from_millis(now.as_millis().saturating_sub(day));
        let left = self.read(|connection| remote_row::unchanged_since(connection, moment))?;
        if left.is_empty() {
            return Ok(left);
        }
        self.write(|connection| {
            let mut shown = Vec::new();
            for session in left {
                if take_in_waiting(connection, session, now)? {
                    shown.push(session);
                }
            }
            Ok(shown)
        })
    }

    /// Whether a session was recorded elsewhere and is only shown here; `false` too when it is not there.
    ///
    /// # Errors
    /// What the database says.
    pub fn is_mirror(&self, session: SessionId) -> Result<bool, StoreError> {
        self.read(|connection| Ok(session::is_mirror(connection, session)? == Some(true)))
    }

    /// When a session was practised at the latest: the clock of the computer that recorded it may run ahead, and the
    /// remote's says when it was told of it. Of one that was recorded here, when it was made.
    ///
    /// # Errors
    /// [`StoreError::NoSession`], or what the database says.
    pub fn practised_by(&self, session: SessionId) -> Result<Timestamp, StoreError> {
        self.read(|connection| {
            let made = session::get(connection, session)?
                .ok_or(StoreError::NoSession(session))?
                .created_at;
            let told = match session::is_mirror(connection, session)? {
                Some(true) => remote_row::created_at(connection, session)?,
                _ => None,
            };
            Ok(told.map_or(made, |told| told.min(made)))
        })
    }

    /// The current result of a session's evaluation that was made elsewhere, as it was written there.
    ///
    /// # Errors
    /// [`StoreError::Value`] when it is no JSON, or what the database says.
    pub fn result_from_elsewhere(&self, session: SessionId) -> Result<Option<serde_json::Value>, StoreError> {
        let json = self.read(|connection| crate::table::evaluation::result(connection, session))?;
        Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
    }

    /// The record of an author that some remote calls so; `None` where none was seen under this name.
    ///
    /// # Errors
    /// What the database says.
    pub fn authored_called(&self, object_id: &str) -> Result<Option<Uuid>, StoreError> {
        self.read(|connection| crate::table::authored_remote::called(connection, object_id))
    }
}

impl RemoteStamp {
    /// Whether it tells anything that `known` does not. Of two rows of one record the one that was made first stands,
    /// as for whoever made them.
    pub(crate) fn tells_more_than(&self, known: Option<&Self>) -> bool {
        let Some(known) = known else {
            return true;
        };
        if self.object_id == known.object_id {
            let says_otherwise = self
                .digest
                .zip(known.digest)
                .is_some_and(|(one, other)| one != other);
            return self.updated_at > known.updated_at
                || self.updated_at == known.updated_at && says_otherwise;
        }
        (self.created_at, &self.object_id) < (known.created_at, &known.object_id)
    }

    /// The same for a row that many write: one of which it is not known what it says, because it was told and not read,
    /// may have been changed by somebody else in the same millisecond.
    pub(crate) fn may_tell_more_than(&self, known: Option<&Self>) -> bool {
        let is_unread = |known: &Self| {
            known.digest.is_none() && self.object_id == known.object_id && self.updated_at == known.updated_at
        };
        known.is_some_and(is_unread) || self.tells_more_than(known)
    }
}
