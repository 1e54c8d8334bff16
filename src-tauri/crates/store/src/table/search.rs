//! The full-text index over titles, goals and transcripts. It keeps no text of its own: the words stand in the rows
//! they came from, and are handed in again to be taken out of the index.

use rehearse_domain::Snapshot;
use rusqlite::{Connection, OptionalExtension, params};

use super::turn;
use crate::StoreError;
use crate::index_text::tokens;

/// Migration 1. `secure-delete` takes a deleted word out of the index instead of marking it. No ranking is wanted, hence
/// no column sizes. The one-character prefix index serves single Chinese characters and first letters, which begin
/// thousands of tokens.
pub(crate) const V1: &str = "
    CREATE VIRTUAL TABLE search USING fts5 (
        body, content = '', columnsize = 0, prefix = '1', tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
";

/// Bits of a row number that count within a session: 0 for title and goal, then the turns. That a match names its
/// session without another look-up is what makes common words fast.
const PLACE_BITS: u32 = 16;

/// Row number of a session's title and goal.
fn place_of_session(session: i64) -> i64 {
    session << PLACE_BITS
}

/// Row number of a turn; none for a turn beyond the last place, which no session of a sane length has.
fn place_of_turn(session: i64, sequence: u32) -> Option<i64> {
    let place = i64::from(sequence) + 1;
    (place < 1 << PLACE_BITS).then_some((session << PLACE_BITS) | place)
}

fn words_of(snapshot: &Snapshot) -> String {
    format!("{}\n{}", snapshot.scenario.title, snapshot.scenario.objective)
}

/// Adds a session's title and goal.
pub(crate) fn add_session(
    connection: &Connection,
    session: i64,
    snapshot: &Snapshot,
) -> Result<(), StoreError> {
    put(connection, place_of_session(session), &words_of(snapshot))
}

/// Adds the words of a turn.
pub(crate) fn add_turn(
    connection: &Connection,
    session: i64,
    sequence: u32,
    words: &str,
) -> Result<(), StoreError> {
    match place_of_turn(session, sequence) {
        Some(place) => put(connection, place, words),
        None => Ok(()),
    }
}

/// Takes the words of a turn out again. They must be the very words that were added.
pub(crate) fn take_turn(
    connection: &Connection,
    session: i64,
    sequence: u32,
    words: &str,
) -> Result<(), StoreError> {
    match place_of_turn(session, sequence) {
        Some(place) => take(connection, place, words),
        None => Ok(()),
    }
}

/// Takes everything of a session out, while its rows are still there.
pub(crate) fn take_session(connection: &Connection, session: i64) -> Result<(), StoreError> {
    for (sequence, words) in turn::words(connection, session)? {
        take_turn(connection, session, sequence, &words)?;
    }
    let json: Option<String> = connection
        .prepare_cached(
            "SELECT snapshot.json FROM session JOIN snapshot ON snapshot.number = session.snapshot
             WHERE session.number = ?1",
        )?
        .query_row([session], |row| row.get(0))
        .optional()?;
    match json {
        Some(json) => take(
            connection,
            place_of_session(session),
            &words_of(&serde_json::from_str(&json)?),
        ),
        None => Ok(()),
    }
}

fn put(connection: &Connection, place: i64, words: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO search (rowid, body) VALUES (?1, ?2)")?
        .execute(params![place, tokens(words)])?;
    Ok(())
}

fn take(connection: &Connection, place: i64, words: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO search (search, rowid, body) VALUES ('delete', ?1, ?2)")?
        .execute(params![place, tokens(words)])?;
    Ok(())
}

/// The numbers of the sessions in which all expressions match somewhere, in ascending order. None when there are no
/// expressions.
pub(crate) fn sessions(connection: &Connection, expressions: &[String]) -> Result<Vec<i64>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid")?;
    let mut all: Option<Vec<i64>> = None;
    for expression in expressions {
        let mut sessions = Vec::new();
        let mut rows = statement.query([expression])?;
        while let Some(row) = rows.next()? {
            let session = row.get::<_, i64>(0)? >> PLACE_BITS;
            if sessions.last() != Some(&session) {
                sessions.push(session);
            }
        }
        if let Some(earlier) = all {
            sessions.retain(|session| earlier.binary_search(session).is_ok());
        }
        all = Some(sessions);
    }
    Ok(all.unwrap_or_default())
}

/// Row number and word of an entry that belongs to no session.
const STRANGER: (i64, &str) = (0, "x");

/// Begins to write the whole index anew. Deleted words are out of it already, but the borders between its pages are
/// made of the beginnings of words, and stay when those words go. An index that is one piece is left alone by SQLite,
/// hence an entry that makes a second one.
pub(crate) fn begin_rewriting(connection: &Connection) -> Result<(), StoreError> {
    let (place, word) = STRANGER;
    put(connection, place, word)
}

/// Writes one more piece of about 1 MB anew. Says whether there is more to do.
pub(crate) fn rewrite_piece(connection: &Connection) -> Result<bool, StoreError> {
    const PAGES: i64 = 256;
    let before = connection.total_changes();
    // A negative number of pages asks for one piece in the end.
    connection
        .prepare_cached("INSERT INTO search (search, rank) VALUES ('merge', ?1)")?
        .execute([-PAGES])?;
    // SQLite counts the command itself as one change, and a second one when it did anything.
    Ok(connection.total_changes() - before >= 2)
}

/// Takes out what [`begin_rewriting`] put in.
pub(crate) fn end_rewriting(connection: &Connection) -> Result<(), StoreError> {
    let (place, word) = STRANGER;
    take(connection, place, word)
}
