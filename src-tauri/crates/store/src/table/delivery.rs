//! Delivery figures of turns. What they are made of is not known here: the text is kept as it came, with the version
//! of the method that made it.

use rehearse_domain::{Language, SessionId, Timestamp, TurnId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::StoreError;
use crate::columns::{At, Columns, Key, Word};
use crate::figures::{Delivery, DeliveryStamp, SessionDeliveries};

/// The first version with this table.
pub(crate) const SINCE: u32 = 2;

/// Migration 2. A turn has figures of one method at a time, so its number is the key.
pub(crate) const V2: &str = "
    CREATE TABLE delivery (
        turn INTEGER PRIMARY KEY REFERENCES turn (number),
        method INTEGER NOT NULL CHECK (method >= 0),
        figures TEXT NOT NULL,
        made_at INTEGER NOT NULL
    ) STRICT;
";

/// Puts the figures of a turn in place of those it had.
pub(crate) fn put(connection: &Connection, turn: i64, delivery: &Delivery) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO delivery (turn, method, figures, made_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (turn) DO UPDATE
             SET method = excluded.method, figures = excluded.figures, made_at = excluded.made_at",
        )?
        .execute(params![
            turn,
            delivery.method,
            delivery.figures,
            At(delivery.made_at)
        ])?;
    Ok(())
}

/// The figures of a turn.
pub(crate) fn of_turn(connection: &Connection, turn: i64) -> Result<Option<Delivery>, StoreError> {
    let delivery = connection
        .prepare_cached("SELECT method, figures, made_at FROM delivery WHERE turn = ?1")?
        .query_row([turn], read)
        .optional()?;
    Ok(delivery)
}

/// The turns of a session that have figures, in order.
pub(crate) fn of_session(
    connection: &Connection,
    session: SessionId,
) -> Result<Vec<(TurnId, Delivery)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT turn.id, method, figures, made_at
         FROM session
         JOIN turn ON turn.session = session.number
         JOIN delivery ON delivery.turn = turn.number
         WHERE session.id = ?1 AND session.doomed_at IS NULL
         ORDER BY sequence",
    )?;
    let turns = statement.query_map([Key(session)], from_row)?;
    Ok(turns.collect::<Result<_, _>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<(TurnId, Delivery)> {
    Ok((row.key("id")?, read(row)?))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        method: row.get("method")?,
        figures: row.get("figures")?,
        made_at: row.at("made_at")?,
    })
}

/// A session's place in the list of all, which is by age.
pub(crate) type Place = (Timestamp, i64);

/// Where a session stands in the list of all; `None` when it is not there or doomed.
pub(crate) fn place(connection: &Connection, session: SessionId) -> Result<Option<Place>, StoreError> {
    let place = connection
        .prepare_cached("SELECT created_at, number FROM session WHERE id = ?1 AND doomed_at IS NULL")?
        .query_row([Key(session)], |row| {
            Ok((row.at("created_at")?, row.get("number")?))
        })
        .optional()?;
    Ok(place)
}

/// Ended sessions in a language in which a turn has figures, the newest first.
pub(crate) fn sessions(
    connection: &Connection,
    language: Language,
    limit: u32,
    before: Option<Place>,
) -> Result<Vec<SessionDeliveries>, StoreError> {
    let (created_at, number) = before.unwrap_or((Timestamp::from_millis(i64::MAX), i64::MAX));
    let mut statement = connection.prepare_cached(
        // The length of a text stands in the head of its row: no figure is read for it.
        "SELECT id, coalesce(started_at, created_at) AS began_at, title, slug, family, revision,
                (SELECT count(*) FROM turn JOIN delivery ON delivery.turn = turn.number
                 WHERE turn.session = session.number) AS turns,
                (SELECT sum(method) FROM turn JOIN delivery ON delivery.turn = turn.number
                 WHERE turn.session = session.number) AS methods,
                (SELECT sum(octet_length(figures)) FROM turn JOIN delivery ON delivery.turn = turn.number
                 WHERE turn.session = session.number) AS bytes
         FROM session
         WHERE doomed_at IS NULL AND status = 'ended' AND language = ?1 AND (created_at, number) < (?2, ?3)
           AND EXISTS (SELECT 1 FROM turn JOIN delivery ON delivery.turn = turn.number
                       WHERE turn.session = session.number)
         ORDER BY created_at DESC, number DESC LIMIT ?4",
    )?;
    let rows = statement.query_map(params![Word(language), At(created_at), number, limit], |row| {
        Ok(SessionDeliveries {
            session: row.key("id")?,
            started_at: row.at("began_at")?,
            title: row.get("title")?,
            slug: row.word("slug")?,
            family: row.word("family")?,
            stamp: DeliveryStamp {
                revision: row.get("revision")?,
                turns: row.get("turns")?,
                methods: row.get("methods")?,
                bytes: row.get("bytes")?,
            },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Ended sessions in which a clip of the trainee that lies here has no figures of the method `?1`.
const UNMEASURED: &str = "
    FROM session
    WHERE doomed_at IS NULL AND status = 'ended'
      AND EXISTS (SELECT 1 FROM turn JOIN clip ON clip.turn = turn.number
                  WHERE turn.session = session.number AND turn.speaker = 'trainee' AND clip.is_here = 1
                    AND NOT EXISTS (SELECT 1 FROM delivery
                                    WHERE delivery.turn = turn.number AND delivery.method = ?1))";

/// Ended sessions in which a clip of the trainee has no figures of a method, the newest first.
pub(crate) fn unmeasured(connection: &Connection, method: u32) -> Result<Vec<SessionId>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id {UNMEASURED} ORDER BY created_at DESC, number DESC"
    ))?;
    let ids = statement.query_map([method], |row| row.key("id"))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// How many there are.
pub(crate) fn count_unmeasured(connection: &Connection, method: u32) -> Result<u32, StoreError> {
    let count = connection
        .prepare_cached(&format!("SELECT count(*) {UNMEASURED}"))?
        .query_row([method], |row| row.get(0))?;
    Ok(count)
}

/// Removes the figures of a session's turns.
pub(crate) fn delete_of(connection: &Connection, session: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM delivery WHERE turn IN (SELECT number FROM turn WHERE session = ?1)")?
        .execute([session])?;
    Ok(())
}
