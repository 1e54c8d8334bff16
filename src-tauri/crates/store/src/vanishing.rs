//! Sessions that were deleted elsewhere: the remote had them and has them no more.
//!
//! A session goes here only when it was missing in two whole looks at the remote, some time apart, under the very
//! account that had it. A mirror goes as it came. A session that was recorded here was deleted by the user too, on
//! another machine, and goes if all of it had been told and it has ended; that it is gone is told once more, so that
//! nothing of it comes late. Anything else stays.

use std::collections::HashSet;
use std::time::Duration;

use rehearse_domain::{SessionId, SessionStatus, Timestamp};
use rusqlite::{Connection, OptionalExtension};

use crate::columns::{Columns, Key};
use crate::deleting::{erase, erase_mirror};
use crate::table::{outbox, remote_row, snapshot};
use crate::{Store, StoreError};

/// Two looks that find a session missing are at least so far apart: what the remote answers may lag behind.
const CERTAIN_AFTER: Duration = Duration::from_secs(60);

/// The word of a change whose row the remote does not have.
const MISSING: &str = "missing";

/// The sessions that the remote has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Present {
    /// By our ids.
    pub sessions: HashSet<SessionId>,
    /// By the remote's.
    pub object_ids: HashSet<String>,
}

/// What came of a look at the sessions that the remote has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vanished {
    /// Those that went here.
    pub gone: Vec<SessionId>,
    /// How many are missing and have to be looked for again.
    pub uncertain: u32,
}

impl Store {
    /// How many sessions the remote was seen to have under this account.
    ///
    /// # Errors
    /// What the database says.
    pub fn remote_sessions(&self, account: &str) -> Result<u64, StoreError> {
        self.read(|connection| remote_row::count_sessions(connection, account))
    }

    /// Whether any session is missing among those that the remote has, all of them.
    ///
    /// # Errors
    /// What the database says.
    pub fn is_any_missing(&self, account: &str, present: &Present) -> Result<bool, StoreError> {
        self.read(|connection| {
            let known = remote_row::sessions(connection, account)?;
            Ok(known.iter().any(|one| !present.has(one)))
        })
    }

    /// Notes which sessions are missing among those that the remote has, all of them, and lets those go that were
    /// missing before, with their sound and without remains.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn let_vanished_go(
        &self,
        account: &str,
        present: &Present,
        now: Timestamp,
    ) -> Result<Vanished, StoreError> {
        let vanished = self.write(|connection| {
            let mut vanished = Vanished::default();
            for one in remote_row::sessions(connection, account)? {
                match (present.has(&one), one.missing_since) {
                    (true, None) => {}
                    (true, Some(_)) => remote_row::set_missing(connection, one.session, None)?,
                    (false, None) => {
                        remote_row::set_missing(connection, one.session, Some(now))?;
                        vanished.uncertain += 1;
                    }
                    (false, Some(since)) if now.since(since) < CERTAIN_AFTER => vanished.uncertain += 1,
                    (false, Some(_)) => match let_go(connection, one.session, now)? {
                        true => vanished.gone.push(one.session),
                        false => vanished.uncertain += 1,
                    },
                }
            }
            if !vanished.gone.is_empty() {
                snapshot::drop_unused(connection)?;
            }
            Ok(vanished)
        })?;
        if !vanished.gone.is_empty() {
            self.finish_purging(now)?;
        }
        Ok(vanished)
    }
}

impl Present {
    fn has(&self, one: &remote_row::Sighting) -> bool {
        self.sessions.contains(&one.session) || self.object_ids.contains(&one.object_id)
    }
}

/// What has to be known of a session before it goes.
struct Standing {
    number: i64,
    status: SessionStatus,
    is_mirror: bool,
    is_doomed: bool,
    is_named: bool,
}

/// Lets one session go, if it may. Whether it did.
fn let_go(connection: &Connection, id: SessionId, now: Timestamp) -> Result<bool, StoreError> {
    let Some(standing) = standing(connection, id)? else {
        remote_row::delete_of(connection, id)?;
        return Ok(true);
    };
    if standing.is_doomed {
        return Ok(false);
    }
    if standing.is_mirror {
        erase_mirror(connection, standing.number, id, now)?;
        return Ok(true);
    }
    let told = outbox::of_lane(connection, id)?
        .iter()
        .all(|row| row.stuck_reason.as_deref() == Some(MISSING));
    if !(told && standing.is_named && standing.status == SessionStatus::Ended) {
        return Ok(false);
    }
    erase(connection, standing.number, id, now)?;
    Ok(true)
}

fn standing(connection: &Connection, id: SessionId) -> Result<Option<Standing>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT number, status, is_mirror, doomed_at IS NOT NULL AS is_doomed,
                    object_id IS NOT NULL AS is_named
             FROM session WHERE id = ?1",
        )?
        .query_row([Key(id)], |row| {
            Ok(Standing {
                number: row.get("number")?,
                status: row.word("status")?,
                is_mirror: row.get("is_mirror")?,
                is_doomed: row.get("is_doomed")?,
                is_named: row.get("is_named")?,
            })
        })
        .optional()?)
}
