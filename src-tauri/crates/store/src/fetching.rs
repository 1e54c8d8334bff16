//! Clips that lie on the remote and not here: which they are, and how they come. A clip arrives in a file of its own
//! and gets its place only when it is whole.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rehearse_domain::{ClipId, SessionId, Speaker};
use rusqlite::{OptionalExtension, Row, params};

use crate::columns::{Columns, Key};
use crate::folder::{private_file, private_folder, sync_folder};
use crate::sending::RemoteFile;
use crate::table::clip;
use crate::{Store, StoreError};

/// A clip whose file is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentClip {
    /// The clip.
    pub clip: ClipId,
    /// The session that it belongs to.
    pub session: SessionId,
    /// Who is heard in it.
    pub speaker: Speaker,
    /// Its file on the remote; the address is empty where it is not known.
    pub file: RemoteFile,
    /// SHA-256 of the file in lower-case hex, where it is known.
    pub sha256: Option<String>,
    /// Size of the file, where it is known.
    pub bytes: Option<u64>,
}

/// A file that a clip is written to while it comes, for the user alone, empty.
#[derive(Debug)]
pub struct Arriving {
    /// Where it lies.
    pub path: PathBuf,
    /// To be written.
    pub file: File,
}

impl Store {
    /// Whether the file of a clip is here; `false` too when there is no such clip.
    ///
    /// # Errors
    /// What the database says.
    pub fn clip_is_here(&self, id: ClipId) -> Result<bool, StoreError> {
        self.read(|connection| {
            let is_here: Option<bool> = connection
                .prepare_cached("SELECT is_here FROM clip WHERE id = ?1")?
                .query_row([Key(id)], |row| row.get(0))
                .optional()?;
            Ok(is_here == Some(true))
        })
    }

    /// A clip whose file is not here; `None` when it is, or there is no such clip.
    ///
    /// # Errors
    /// What the database says.
    pub fn absent_clip(&self, id: ClipId) -> Result<Option<AbsentClip>, StoreError> {
        self.read(|connection| {
            let condition = format!("{ABSENT} AND clip.id = ?1");
            let found = connection
                .prepare_cached(&condition)?
                .query_row([Key(id)], absent)
                .optional()?;
            Ok(found)
        })
    }

    /// Clips whose files are not here, those of the newest sessions first.
    ///
    /// # Errors
    /// What the database says.
    pub fn absent_clips(&self, limit: u32) -> Result<Vec<AbsentClip>, StoreError> {
        self.read(|connection| {
            let order = format!("{ABSENT} ORDER BY session.created_at DESC, turn.sequence LIMIT ?1");
            let mut statement = connection.prepare_cached(&order)?;
            let rows = statement.query_map([limit], absent)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Makes the file that a clip is written to while it comes, anew.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the system says about the file.
    pub fn begin_arriving(&self, id: ClipId) -> Result<Arriving, StoreError> {
        self.writing()?;
        let folder = self.folder.arriving();
        private_folder(&folder).map_err(|source| StoreError::file(&folder, source))?;
        let path = folder.join(id.to_string());
        let file = private_file(&path).map_err(|source| StoreError::file(&path, source))?;
        file.set_len(0)
            .map_err(|source| StoreError::file(&path, source))?;
        Ok(Arriving { path, file })
    }

    /// Gives a clip that has come whole its place. `None` when there is no such clip any more: then the file is gone
    /// again.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the system or the database says. The file that came is gone then too.
    pub fn clip_arrived(
        &self,
        absent: &AbsentClip,
        arrived: &Path,
        sha256: &str,
        bytes: u64,
    ) -> Result<Option<PathBuf>, StoreError> {
        let id = absent.clip;
        // In one with the row: a deletion finds the file in its place, or the row gone.
        let placed = self.write(|connection| {
            if !clip::claimed(connection, id)? {
                return Ok(None);
            }
            let place = self.place_for_clip(absent.session, id, absent.speaker)?;
            move_to(arrived, &place)?;
            clip::set_here(connection, id, sha256, bytes)?;
            Ok(Some(place))
        });
        if !matches!(placed, Ok(Some(_))) {
            forget_arriving(arrived)?;
        }
        placed
    }

    /// Removes a file that was to become a clip.
    ///
    /// # Errors
    /// What the system says about the file.
    pub fn forget_arriving(&self, arrived: &Path) -> Result<(), StoreError> {
        forget_arriving(arrived)
    }

    /// Notes where the file of a clip that is not here can be read.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn set_file_address(&self, id: ClipId, url: &str) -> Result<(), StoreError> {
        self.write(|connection| {
            connection
                .prepare_cached("UPDATE clip SET file_url = ?2 WHERE id = ?1 AND is_here = 0")?
                .execute(params![Key(id), url])?;
            Ok(())
        })
    }

    /// Removes what came when the program was ended last.
    pub(crate) fn drop_arriving(&self) {
        match fs::remove_dir_all(self.folder.arriving()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "clips that came half could not be removed");
            }
            _ => {}
        }
    }
}

/// Of sessions that nobody is deleting.
const ABSENT: &str = "
    SELECT clip.id, session.id AS session, turn.speaker, file_id, coalesce(file_url, '') AS file_url, sha256, bytes
    FROM clip JOIN turn ON turn.number = clip.turn JOIN session ON session.number = turn.session
    WHERE clip.is_here = 0 AND file_id IS NOT NULL AND session.doomed_at IS NULL";

fn absent(row: &Row<'_>) -> rusqlite::Result<AbsentClip> {
    let sha256: String = row.get("sha256")?;
    let bytes: i64 = row.get("bytes")?;
    Ok(AbsentClip {
        clip: row.key("id")?,
        session: row.key("session")?,
        speaker: row.word("speaker")?,
        file: RemoteFile {
            id: row.get("file_id")?,
            url: row.get("file_url")?,
        },
        sha256: (!sha256.is_empty()).then_some(sha256),
        bytes: u64::try_from(bytes).ok().filter(|bytes| *bytes > 0),
    })
}

fn move_to(from: &Path, to: &Path) -> Result<(), StoreError> {
    File::open(from)
        .and_then(|file| file.sync_all())
        .map_err(|source| StoreError::file(from, source))?;
    fs::rename(from, to).map_err(|source| StoreError::file(to, source))?;
    let folder = to.parent().unwrap_or(to);
    sync_folder(folder).map_err(|source| StoreError::file(folder, source))
}

fn forget_arriving(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::file(path, error)),
        _ => Ok(()),
    }
}
