//! Recordings of other computers that were brought here to be written down. They are other people's voices on a machine that
//! nobody sits at, so that their files go once nobody here is going to hear them. What is known of them stays, and they can
//! be brought again.

use std::fs;
use std::io;

use rehearse_domain::{ClipId, SessionId, Speaker};
use rusqlite::{Connection, params};

use crate::columns::{Columns, Key};
use crate::table::clip;
use crate::{Store, StoreError};

/// Clips of mirrors that lie here and on the remote. `?1` names one session, or all where it is null.
const BROUGHT: &str = "
    SELECT clip.id AS clip, session.id AS session, turn.speaker AS speaker,
           turn.speaker = 'trainee' AND turn.transcript_status = 'pending' AND EXISTS (
               SELECT 1 FROM evaluation
               WHERE evaluation.session = session.number AND superseded_at IS NULL AND status IN ('pending', 'running')
           ) AS is_needed
    FROM session JOIN turn ON turn.session = session.number JOIN clip ON clip.turn = turn.number
    WHERE session.is_mirror = 1 AND clip.is_here = 1 AND clip.file_id IS NOT NULL AND (?1 IS NULL OR session.id = ?1)";

struct Brought {
    clip: ClipId,
    session: SessionId,
    speaker: Speaker,
    /// Somebody is going to write it down.
    is_needed: bool,
}

impl Store {
    /// Removes the files of recordings that were brought here and wait for no words any more: those of one session, or of
    /// all. How many went. One that is needed and whose file is gone is brought again; a file that cannot be removed is left
    /// and tried the next time. Blocking.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn let_go_of_brought(&self, session: Option<SessionId>) -> Result<u32, StoreError> {
        // In one with the rows: a clip that arrives meanwhile finds its place free, and keeps it.
        self.write(|connection| {
            let mut gone = 0;
            for one in brought(connection, session)? {
                let place = self.folder.clip(one.session, one.clip, one.speaker);
                if one.is_needed && place.exists() {
                    continue;
                }
                match fs::remove_file(&place) {
                    Ok(()) => gone += 1,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => {
                        tracing::warn!(clip = %one.clip, %error, "a recording that is not needed could not be removed");
                        continue;
                    }
                }
                clip::set_absent(connection, one.clip)?;
            }
            Ok(gone)
        })
    }
}

fn brought(connection: &Connection, session: Option<SessionId>) -> Result<Vec<Brought>, StoreError> {
    let mut statement = connection.prepare_cached(BROUGHT)?;
    let rows = statement.query_map(params![session.map(Key)], |row| {
        Ok(Brought {
            clip: row.key("clip")?,
            session: row.key("session")?,
            speaker: row.word("speaker")?,
            is_needed: row.get("is_needed")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
