//! Clips: what is known about the sound of a turn. The sound itself lies in the audio folder.

use rehearse_domain::{Clip, ClipId, Loudness};
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::StoreError;
use crate::columns::{Columns, Key, Millis};

/// Migration 1. A turn has at most one clip, so its number is the key. The index on bytes lets the storage figure be
/// summed without reading past the peaks.
pub(crate) const V1: &str = "
    CREATE TABLE clip (
        turn INTEGER PRIMARY KEY REFERENCES turn (number),
        id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        file TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL CHECK (bytes >= 0),
        duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
        peak_dbfs REAL NOT NULL DEFAULT 0,
        loudest_dbfs REAL NOT NULL DEFAULT 0,
        clipped REAL NOT NULL DEFAULT 0,
        peaks BLOB NOT NULL DEFAULT x''
    ) STRICT;
    CREATE INDEX clip_bytes ON clip (bytes);
";

/// Migration 3: the file on the remote, where it can be read, and whether it lies here too: that of a mirror may be left
/// where it is until somebody wants to hear it.
pub(crate) const V3: &str = "
    ALTER TABLE clip ADD COLUMN file_id TEXT;
    ALTER TABLE clip ADD COLUMN file_url TEXT;
    ALTER TABLE clip ADD COLUMN is_here INTEGER NOT NULL DEFAULT 1;
    DROP INDEX clip_bytes;
    CREATE INDEX clip_kept ON clip (is_here, bytes);
";

pub(crate) fn insert(connection: &Connection, turn: i64, clip: &Clip) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO clip (
                turn, id, file, sha256, bytes, duration_ms, peak_dbfs, loudest_dbfs, clipped, peaks
             ) VALUES (:turn, :id, :file, :sha256, :bytes, :duration, :peak, :loudest, :clipped, :peaks)",
        )?
        .execute(named_params! {
            ":turn": turn,
            ":id": Key(clip.id),
            ":file": clip.file,
            ":sha256": clip.sha256,
            ":bytes": i64::try_from(clip.bytes).unwrap_or(i64::MAX),
            ":duration": Millis(clip.duration),
            ":peak": finite(clip.loudness.peak_dbfs),
            ":loudest": finite(clip.loudness.loudest_dbfs),
            ":clipped": finite(clip.loudness.clipped),
            ":peaks": clip.peaks,
        })?;
    Ok(())
}

/// Pure silence has no level; a column has no infinity that reads back the same everywhere.
fn finite(level: f32) -> f64 {
    const SILENCE_DBFS: f32 = -200.0;
    f64::from(if level.is_finite() { level } else { SILENCE_DBFS })
}

/// The clip of a joined row, whose id is called `clip` there; `None` when the turn has none.
pub(crate) fn from_row(row: &Row<'_>) -> rusqlite::Result<Option<Clip>> {
    let Some(id) = row.key_if_any("clip")? else {
        return Ok(None);
    };
    let bytes: i64 = row.get("bytes")?;
    Ok(Some(Clip {
        id,
        file: row.get("file")?,
        sha256: row.get("sha256")?,
        bytes: u64::try_from(bytes).unwrap_or(0),
        duration: row.millis("duration_ms")?,
        loudness: Loudness {
            peak_dbfs: row.get("peak_dbfs")?,
            loudest_dbfs: row.get("loudest_dbfs")?,
            clipped: row.get("clipped")?,
        },
        peaks: row.get("peaks")?,
    }))
}

pub(crate) fn get(connection: &Connection, id: ClipId) -> Result<Option<Clip>, StoreError> {
    let clip = connection
        .prepare_cached(
            "SELECT clip.id AS clip, file, sha256, bytes, duration_ms, peak_dbfs, loudest_dbfs, clipped, peaks
             FROM clip
             JOIN turn ON turn.number = clip.turn
             JOIN session ON session.number = turn.session
             WHERE clip.id = ?1 AND session.doomed_at IS NULL",
        )?
        .query_row([Key(id)], from_row)
        .optional()?;
    Ok(clip.flatten())
}

/// Whether a row claims the file of this clip, its session doomed or not.
pub(crate) fn claimed(connection: &Connection, id: ClipId) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM clip WHERE id = ?1")?
        .exists([Key(id)])?)
}

/// Its file is not here.
pub(crate) fn set_absent(connection: &Connection, id: ClipId) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE clip SET is_here = 0 WHERE id = ?1")?
        .execute([Key(id)])?;
    Ok(())
}

/// Its file is here now, with these contents.
pub(crate) fn set_here(
    connection: &Connection,
    id: ClipId,
    sha256: &str,
    bytes: u64,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE clip SET is_here = 1, sha256 = ?2, bytes = ?3 WHERE id = ?1")?
        .execute(params![Key(id), sha256, i64::try_from(bytes).unwrap_or(i64::MAX)])?;
    Ok(())
}

/// Clips of mirrors that lie here without an outline, those of the newest sessions first.
pub(crate) fn without_outline(connection: &Connection) -> Result<Vec<Clip>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT clip.id AS clip, file, sha256, bytes, duration_ms, peak_dbfs, loudest_dbfs, clipped, peaks
         FROM session
         JOIN turn ON turn.session = session.number
         JOIN clip ON clip.turn = turn.number
         WHERE session.is_mirror = 1 AND session.doomed_at IS NULL AND is_here = 1 AND length(peaks) = 0
         ORDER BY session.created_at DESC, turn.sequence",
    )?;
    let clips = statement.query_map([], from_row)?;
    let clips: Vec<Option<Clip>> = clips.collect::<Result<_, _>>()?;
    Ok(clips.into_iter().flatten().collect())
}

/// How loud it is and how it looks. Whether there is such a clip of a mirror, without an outline.
pub(crate) fn set_outline(
    connection: &Connection,
    id: ClipId,
    loudness: &Loudness,
    peaks: &[u8],
) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "UPDATE clip SET peak_dbfs = ?2, loudest_dbfs = ?3, clipped = ?4, peaks = ?5
             WHERE id = ?1 AND length(peaks) = 0
               AND turn IN (SELECT turn.number FROM turn JOIN session ON session.number = turn.session
                            WHERE session.is_mirror = 1)",
        )?
        .execute(params![
            Key(id),
            finite(loudness.peak_dbfs),
            finite(loudness.loudest_dbfs),
            finite(loudness.clipped),
            peaks
        ])?
        == 1)
}

/// Its file lies on the remote. Whether there is such a clip.
pub(crate) fn name(
    connection: &Connection,
    id: ClipId,
    file_id: &str,
    file_url: &str,
) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("UPDATE clip SET file_id = ?2, file_url = ?3 WHERE id = ?1")?
        .execute(params![Key(id), file_id, file_url])?
        == 1)
}

/// The files of a session's clips are not on the remote any more.
pub(crate) fn forget_files(connection: &Connection, session: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE clip SET file_id = NULL, file_url = NULL
             WHERE turn IN (SELECT number FROM turn WHERE session = ?1)",
        )?
        .execute([session])?;
    Ok(())
}

/// Removes the clips of a session's turns; gives back how many bytes of sound they named.
pub(crate) fn delete_of(connection: &Connection, session: i64) -> Result<u64, StoreError> {
    const OF_SESSION: &str = "turn IN (SELECT number FROM turn WHERE session = ?1)";
    let bytes: i64 = connection
        .prepare_cached(&format!(
            "SELECT coalesce(sum(bytes), 0) FROM clip WHERE {OF_SESSION}"
        ))?
        .query_row([session], |row| row.get(0))?;
    connection
        .prepare_cached(&format!("DELETE FROM clip WHERE {OF_SESSION}"))?
        .execute([session])?;
    Ok(u64::try_from(bytes).unwrap_or(0))
}
