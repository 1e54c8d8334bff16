//! Results that were made elsewhere, and how far the words here bear them out. Looking them up is not done here; what
//! came of it is kept, for as long as it holds.

use rehearse_domain::{
    Assessment, EvaluationId, Session, SessionId, Timestamp, TranscriptStatus, Turn, TurnId,
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::recording::put_transcript;
use crate::table::{evaluation_check, session, turn};
use crate::{Evaluation, Store, StoreError};

/// Which result that was made elsewhere, and as of when its session was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultAsRead {
    /// The evaluation that it belongs to.
    pub evaluation: EvaluationId,
    /// The session's revision then.
    pub revision: i64,
}

/// What came of holding a result against the words of its session. It is as good as the program that found it out, as a
/// result that was made here is: a later version does not look again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// As much of the result as the words bear out; `None` while they are not here.
    pub stands: Option<Assessment>,
    /// These were the very words that it was made of, so that it stands whatever becomes of them; otherwise it is looked
    /// up again once the session has changed.
    pub for_good: bool,
}

/// Where a result comes from that was not made by this program, here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromElsewhere {
    /// Which.
    pub result: ResultAsRead,
    /// What came of holding it against the words here, if that still holds.
    pub check: Option<Check>,
}

/// A result as it is kept.
#[derive(Debug)]
pub struct KeptResult {
    /// What it was asked for by.
    pub evaluation: Evaluation,
    /// It, if it is one of ours; an error when it says something that this program does not understand. One from elsewhere
    /// stands here as it came: nothing of it is to be shown before it was checked.
    pub assessment: Result<Option<Assessment>, StoreError>,
    /// It came from a server and was made elsewhere.
    pub from_elsewhere: Option<FromElsewhere>,
}

/// The results of a session beside its words, all as of one moment, so that no result is among them that came after the
/// words were read, or of which nothing says that it is from elsewhere.
#[derive(Debug)]
pub struct SessionResults {
    /// The session.
    pub session: Session,
    /// Its turns in order.
    pub turns: Vec<Turn>,
    /// Its results in the order in which they were asked for, earlier ones too.
    pub results: Vec<KeptResult>,
}

impl Store {
    /// The results of a session; `None` when it is not there or deleted.
    ///
    /// # Errors
    /// What the database says.
    pub fn results(&self, session: SessionId) -> Result<Option<SessionResults>, StoreError> {
        self.read(|connection| of_session(connection, session))
    }

    /// Keeps what came of holding results against the words of their sessions. One whose session changed since it was
    /// read is passed over. The sessions' revisions stay: nothing of them changed.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], [`StoreError::DiskFull`], or what the database says.
    pub fn keep_checks(&self, checks: &[(ResultAsRead, Check)]) -> Result<(), StoreError> {
        if checks.is_empty() {
            return Ok(());
        }
        self.write(|connection| keep(connection, checks))
    }

    /// Puts the words of a turn right as [`Self::set_transcript`] does, after `check` has held the results of its session
    /// against the words as they were. No result can come between the two.
    ///
    /// # Errors
    /// [`StoreError::NoTurn`], [`StoreError::ReaderAccess`], [`StoreError::DiskFull`], or what the database says.
    pub fn correct_transcript(
        &self,
        (session, turn): (SessionId, TurnId),
        words: &str,
        now: Timestamp,
        check: impl FnOnce(&SessionResults) -> Vec<(ResultAsRead, Check)>,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            if let Some(found) = of_session(connection, session)? {
                keep(connection, &check(&found))?;
            }
            put_transcript(connection, turn, Some(words), TranscriptStatus::Completed, now)
        })
    }
}

fn of_session(connection: &Connection, id: SessionId) -> Result<Option<SessionResults>, StoreError> {
    let Some(session) = session::get(connection, id)? else {
        return Ok(None);
    };
    Ok(Some(SessionResults {
        session,
        turns: turn::of_session(connection, id)?,
        results: evaluation_check::of_session(connection, id)?,
    }))
}

fn keep(connection: &Connection, checks: &[(ResultAsRead, Check)]) -> Result<(), StoreError> {
    for (result, check) in checks {
        evaluation_check::keep(connection, *result, check)?;
    }
    Ok(())
}
