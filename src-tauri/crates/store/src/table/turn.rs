//! Turns, numbered without gaps within their session.

use std::collections::HashMap;

use rehearse_domain::{SessionId, Speaker, TranscriptStatus, Turn, TurnId};
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::clip;
use crate::StoreError;
use crate::columns::{At, Columns, Key, Millis, Word};
use crate::sending::RemoteFile;

/// Migration 1.
pub(crate) const V1: &str = "
    CREATE TABLE turn (
        number INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        session INTEGER NOT NULL REFERENCES session (number),
        sequence INTEGER NOT NULL CHECK (sequence >= 0),
        speaker TEXT NOT NULL CHECK (speaker IN ('ai', 'trainee')),
        transcript TEXT,
        transcript_status TEXT NOT NULL DEFAULT 'pending',
        started_at INTEGER NOT NULL,
        ended_at INTEGER NOT NULL,
        latency_ms INTEGER,
        UNIQUE (session, sequence)
    ) STRICT;
";

/// Migration 3: the remote's own id.
pub(crate) const V3: &str = "ALTER TABLE turn ADD COLUMN object_id TEXT;";

/// What the remote calls a turn, and its file.
pub(crate) type RemoteNames = (Option<String>, Option<RemoteFile>);

/// What a write has to know of a turn before it touches it.
pub(crate) struct Place {
    pub(crate) number: i64,
    pub(crate) session_number: i64,
    pub(crate) session: SessionId,
    pub(crate) sequence: u32,
    pub(crate) transcript: Option<String>,
}

/// The sequence number that comes next in a session.
pub(crate) fn next_sequence(connection: &Connection, session: i64) -> Result<u32, StoreError> {
    let next = connection
        .prepare_cached("SELECT coalesce(max(sequence) + 1, 0) FROM turn WHERE session = ?1")?
        .query_row([session], |row| row.get(0))?;
    Ok(next)
}

/// Adds the turn, without its clip.
pub(crate) fn insert(connection: &Connection, session: i64, turn: &Turn) -> Result<i64, StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO turn (
                id, session, sequence, speaker, transcript, transcript_status, started_at, ended_at, latency_ms
             ) VALUES (:id, :session, :sequence, :speaker, :transcript, :status, :started_at, :ended_at, :latency)",
        )?
        .execute(named_params! {
            ":id": Key(turn.id),
            ":session": session,
            ":sequence": turn.sequence,
            ":speaker": Word(turn.speaker),
            ":transcript": turn.transcript,
            ":status": Word(turn.transcript_status),
            ":started_at": At(turn.started_at),
            ":ended_at": At(turn.ended_at),
            ":latency": turn.latency.map(Millis),
        })?;
    Ok(connection.last_insert_rowid())
}

/// The turns of a session in order, with their clips.
pub(crate) fn of_session(connection: &Connection, session: SessionId) -> Result<Vec<Turn>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT turn.id, sequence, speaker, transcript, transcript_status, turn.started_at, turn.ended_at, latency_ms,
                clip.id AS clip, file, sha256, bytes, duration_ms, peak_dbfs, loudest_dbfs, clipped, peaks
         FROM session
         JOIN turn ON turn.session = session.number
         LEFT JOIN clip ON clip.turn = turn.number
         WHERE session.id = ?1 AND session.doomed_at IS NULL
         ORDER BY sequence",
    )?;
    let turns = statement.query_map([Key(session)], |row| from_row(row, session))?;
    Ok(turns.collect::<Result<_, _>>()?)
}

fn from_row(row: &Row<'_>, session: SessionId) -> rusqlite::Result<Turn> {
    Ok(Turn {
        id: row.key("id")?,
        session,
        sequence: row.get("sequence")?,
        speaker: row.word("speaker")?,
        clip: clip::from_row(row)?,
        transcript: row.get("transcript")?,
        transcript_status: row.word("transcript_status")?,
        started_at: row.at("started_at")?,
        ended_at: row.at("ended_at")?,
        latency: row.millis_if_any("latency_ms")?,
    })
}

/// Where a turn stands; an error when it or its session is not there or doomed.
pub(crate) fn place(connection: &Connection, id: TurnId) -> Result<Place, StoreError> {
    connection
        .prepare_cached(
            "SELECT turn.number, turn.session, session.id, turn.sequence, turn.transcript
             FROM turn JOIN session ON session.number = turn.session
             WHERE turn.id = ?1 AND session.doomed_at IS NULL",
        )?
        .query_row([Key(id)], |row| {
            Ok(Place {
                number: row.get("number")?,
                session_number: row.get("session")?,
                session: row.key("id")?,
                sequence: row.get("sequence")?,
                transcript: row.get("transcript")?,
            })
        })
        .optional()?
        .ok_or(StoreError::NoTurn(id))
}

pub(crate) fn set_transcript(
    connection: &Connection,
    number: i64,
    transcript: Option<&str>,
    status: TranscriptStatus,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE turn SET transcript = ?2, transcript_status = ?3 WHERE number = ?1")?
        .execute(params![number, transcript, Word(status)])?;
    Ok(())
}

/// Whether the trainee said anything in the session.
pub(crate) fn any_of_trainee(connection: &Connection, session: i64) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM turn WHERE session = ?1 AND speaker = ?2")?
        .exists(params![session, Word(Speaker::Trainee)])?)
}

/// Sequence and words of the session's turns, as far as they have words.
pub(crate) fn words(connection: &Connection, session: i64) -> Result<Vec<(u32, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, transcript FROM turn WHERE session = ?1 AND transcript IS NOT NULL ORDER BY sequence",
    )?;
    let words = statement.query_map([session], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(words.collect::<Result<_, _>>()?)
}

/// The remote calls it so.
pub(crate) fn name(connection: &Connection, id: TurnId, object_id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE turn SET object_id = ?2 WHERE id = ?1")?
        .execute(params![Key(id), object_id])?;
    Ok(())
}

/// Whether there is such a turn, its session doomed or not.
pub(crate) fn is_there(connection: &Connection, id: TurnId) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM turn WHERE id = ?1")?
        .exists([Key(id)])?)
}

/// What the remote calls the turns of a session and their files.
pub(crate) fn remote_names(
    connection: &Connection,
    session: SessionId,
) -> Result<HashMap<TurnId, RemoteNames>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT turn.id, turn.object_id, file_id, file_url
         FROM session
         JOIN turn ON turn.session = session.number
         LEFT JOIN clip ON clip.turn = turn.number
         WHERE session.id = ?1",
    )?;
    let names = statement.query_map([Key(session)], |row| {
        let id: Option<String> = row.get("file_id")?;
        let url: Option<String> = row.get("file_url")?;
        let file = id.zip(url).map(|(id, url)| RemoteFile { id, url });
        Ok((row.key("id")?, (row.get("object_id")?, file)))
    })?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// Removes the turns of a session, whose clips have to be gone.
pub(crate) fn delete_of(connection: &Connection, session: i64) -> Result<usize, StoreError> {
    Ok(connection
        .prepare_cached("DELETE FROM turn WHERE session = ?1")?
        .execute([session])?)
}

/// What a row from the remote is compared with.
pub(crate) struct Words {
    pub(crate) number: i64,
    pub(crate) session: i64,
    pub(crate) sequence: u32,
    pub(crate) transcript: Option<String>,
    pub(crate) status: TranscriptStatus,
}

/// The words of a turn, its session doomed or not; `None` when there is no such turn.
pub(crate) fn words_of(connection: &Connection, id: TurnId) -> Result<Option<Words>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT number, session, sequence, transcript, transcript_status FROM turn WHERE id = ?1",
        )?
        .query_row([Key(id)], |row| {
            Ok(Words {
                number: row.get("number")?,
                session: row.get("session")?,
                sequence: row.get("sequence")?,
                transcript: row.get("transcript")?,
                status: row.word("transcript_status")?,
            })
        })
        .optional()?)
}
