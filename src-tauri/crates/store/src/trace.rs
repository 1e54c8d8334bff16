//! What a session that is deleted may have left on the remote.

use rehearse_domain::{SessionId, Timestamp};
use rusqlite::{Connection, params};

use crate::StoreError;
use crate::columns::{At, Key};
use crate::table::stray_file;

/// What the remote may hold of a session beside its rows, before those and its changes are forgotten here.
#[derive(Default)]
pub(crate) struct Trace {
    files: Vec<String>,
    unsure_since: Option<Timestamp>,
    sought: bool,
}

impl Trace {
    pub(crate) fn of(connection: &Connection, lane: SessionId, session: i64) -> Result<Self, StoreError> {
        let mut files = connection.prepare_cached(
            "SELECT begun FROM outbox WHERE lane = ?1 AND begun IS NOT NULL
             UNION
             SELECT file_id FROM clip JOIN turn ON turn.number = clip.turn
             WHERE turn.session = ?2 AND file_id IS NOT NULL",
        )?;
        let files = files.query_map(params![Key(lane), session], |row| row.get(0))?;
        let unsure: Option<At> = connection
            .prepare_cached("SELECT max(unsure_since) FROM outbox WHERE lane = ?1")?
            .query_row([Key(lane)], |row| row.get(0))?;
        let sought = connection
            .prepare_cached("SELECT 1 FROM outbox WHERE lane = ?1 AND look_first = 1")?
            .exists([Key(lane)])?;
        Ok(Self {
            files: files.collect::<Result<_, _>>()?,
            unsure_since: unsure.map(|since| since.0),
            sought,
        })
    }

    /// Whether the remote may have the session from another time.
    pub(crate) fn is_sought(&self) -> bool {
        self.sought
    }

    /// Once the deletion waits to be told.
    pub(crate) fn keep(
        &self,
        connection: &Connection,
        lane: SessionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        connection
            .prepare_cached("UPDATE outbox SET unsure_since = ?2 WHERE lane = ?1")?
            .execute(params![Key(lane), self.unsure_since.map(At)])?;
        self.files
            .iter()
            .try_for_each(|file| stray_file::add(connection, file, lane, now))
    }
}
