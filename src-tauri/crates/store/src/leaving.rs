//! Another remote takes the place of the one before: what that one knew is forgotten, and everything is to be told
//! again.

use rehearse_domain::{SessionId, Timestamp};
use rusqlite::Connection;

use crate::columns::{Columns, Word};
use crate::recording::{save_session, tell_turn};
use crate::table::outbox::OutboxKind;
use crate::table::{outbox, turn};
use crate::{Store, StoreError, announcing};

/// What settings about a remote begin with.
const OF_REMOTE: &str = "sync.";

/// What was deleted here and is still on the remote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Untold {
    /// Sessions whose deletion the remote was not told of.
    pub deletions: u32,
    /// Files that nothing refers to any more.
    pub files: u32,
}

impl Store {
    /// What the remote will never be told once another one takes its place: [`Store::forget_remote`] forgets it.
    ///
    /// # Errors
    /// What the database says.
    pub fn untold(&self) -> Result<Untold, StoreError> {
        self.read(|connection| {
            let untold = connection
                .prepare_cached(
                    "SELECT
                        (SELECT count(*) FROM outbox WHERE kind = ?1)
                        + (SELECT count(*) FROM session WHERE doomed_at IS NOT NULL AND object_id IS NOT NULL)
                        + (SELECT count(*) FROM authored
                           WHERE record_status = 'deleted' AND is_changed = 1
                             AND id IN (SELECT id FROM authored_remote)),
                        (SELECT count(*) FROM stray_file)",
                )?
                .query_row([Word(OutboxKind::DeleteSession)], |row| {
                    Ok(Untold {
                        deletions: row.get(0)?,
                        files: row.get(1)?,
                    })
                })?;
            Ok(untold)
        })
    }

    /// Forgets what the remote is known to have, and lists every session that is not being deleted to be told anew,
    /// and every scenario and skill that somebody wrote; gives back how many sessions. Nobody has to choose between two
    /// versions of those any more. Mirrors stay as they are: the machine that recorded them tells of them. What the remote
    /// before has stays there. Deletions that it was not told of are forgotten. The remote that comes may be one from
    /// before: whatever it has is looked for and taken for ours.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn forget_remote(&self, now: Timestamp) -> Result<u32, StoreError> {
        self.write(|connection| {
            connection.execute_batch(
                "DELETE FROM outbox;
                 DELETE FROM stray_file;
                 DELETE FROM twin_watch;
                 UPDATE session SET object_id = NULL WHERE object_id IS NOT NULL;
                 UPDATE turn SET object_id = NULL WHERE object_id IS NOT NULL;
                 UPDATE evaluation SET object_id = NULL WHERE object_id IS NOT NULL;
                 UPDATE clip SET file_id = NULL, file_url = NULL WHERE file_id IS NOT NULL AND is_here = 1;",
            )?;
            connection
                .prepare_cached("DELETE FROM setting WHERE substr(key, 1, length(?1)) = ?1")?
                .execute([OF_REMOTE])?;
            let sessions = kept(connection)?;
            for session in &sessions {
                save_session(connection, *session, now)?;
                for turn in turn::of_session(connection, *session)? {
                    tell_turn(connection, &turn, now)?;
                }
                outbox::look_first(connection, *session)?;
            }
            announcing::tell_anew(connection, now)?;
            Ok(u32::try_from(sessions.len()).unwrap_or(u32::MAX))
        })
    }
}

/// The sessions that are not being deleted, the oldest first.
fn kept(connection: &Connection) -> Result<Vec<SessionId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM session WHERE doomed_at IS NULL AND is_mirror = 0 ORDER BY created_at, number",
    )?;
    let rows = statement.query_map([], |row| row.key("id"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
