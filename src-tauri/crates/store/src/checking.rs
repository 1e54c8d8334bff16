//! Results that were made elsewhere, and how far the words here bear them out. Looking them up is not done here; what
//! came of it is kept, for as long as it holds.

use rehearse_domain::{Assessment, EvaluationId, SessionId};
use serde::{Deserialize, Serialize};

use crate::table::evaluation_check;
use crate::{Store, StoreError};

/// A result that was made elsewhere, beside its session as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// The evaluation that it belongs to.
    pub evaluation: EvaluationId,
    /// The session's revision then.
    pub revision: i64,
}

/// What came of holding a result against the words of its session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// As much of the result as the words bear out; `None` while they are not here.
    pub stands: Option<Assessment>,
    /// These were the very words that it was made of, so that it stands whatever becomes of them; otherwise it is looked
    /// up again once the session has changed.
    pub for_good: bool,
}

/// A result that was made elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromElsewhere {
    /// Which.
    pub result: Unchecked,
    /// What came of holding it against the words here, if that still holds.
    pub check: Option<Check>,
}

impl Store {
    /// The results of a session that came from a server and were not made by this program, here, earlier ones too.
    ///
    /// # Errors
    /// What the database says.
    pub fn results_from_elsewhere(&self, session: SessionId) -> Result<Vec<FromElsewhere>, StoreError> {
        self.read(|connection| evaluation_check::of_session(connection, session))
    }

    /// Keeps what came of holding results against the words of their sessions. One whose session changed since it was
    /// read is passed over. The sessions' revisions stay: nothing of them changed.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], [`StoreError::DiskFull`], or what the database says.
    pub fn keep_checks(&self, checks: &[(Unchecked, Check)]) -> Result<(), StoreError> {
        if checks.is_empty() {
            return Ok(());
        }
        self.write(|connection| {
            for (result, check) in checks {
                evaluation_check::keep(connection, *result, check)?;
            }
            Ok(())
        })
    }
}
