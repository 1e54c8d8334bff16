//! How much is kept.

use std::fs;

use crate::folder::{COMPANIONS, beside};
use crate::{Store, StoreError};

/// How much is kept, deleted sessions left out of the counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StorageFigures {
    /// Bytes of all clips.
    pub audio_bytes: u64,
    /// Bytes of the database and its log.
    pub database_bytes: u64,
    /// Sessions.
    pub sessions: u32,
    /// Turns.
    pub turns: u32,
}

impl Store {
    /// How much is kept.
    ///
    /// # Errors
    /// What the database says.
    pub fn storage(&self) -> Result<StorageFigures, StoreError> {
        let database = self.folder.database();
        let size = |suffix: &str| fs::metadata(beside(&database, suffix)).map_or(0, |file| file.len());
        let database_bytes = size("") + COMPANIONS.into_iter().map(size).sum::<u64>();
        self.read(|connection| {
            let (audio_bytes, sessions, turns): (i64, u32, u32) = connection
                .prepare_cached(
                    "SELECT (SELECT coalesce(sum(bytes), 0) FROM clip WHERE is_here = 1),
                            (SELECT count(*) FROM session WHERE doomed_at IS NULL),
                            (SELECT count(*) FROM turn)
                             - (SELECT count(*) FROM session JOIN turn ON turn.session = session.number
                                WHERE doomed_at IS NOT NULL)",
                )?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(StorageFigures {
                audio_bytes: u64::try_from(audio_bytes).unwrap_or(0),
                database_bytes,
                sessions,
                turns,
            })
        })
    }
}
