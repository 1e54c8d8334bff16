//! How trainees rated themselves before they looked at a result. A row without a skill says that they looked.

use rehearse_domain::{Rating, SessionId, Slug, Timestamp};
use rusqlite::{Connection, params};

use crate::StoreError;
use crate::columns::{At, Columns, Key, Word};

/// The first version with this table.
pub(crate) const SINCE: u32 = 7;

/// Migration 7.
pub(crate) const V7: &str = "
    CREATE TABLE own_rating (
        session INTEGER NOT NULL REFERENCES session (number),
        skill TEXT NOT NULL,
        rating INTEGER CHECK (rating BETWEEN 1 AND 5),
        rated_at INTEGER NOT NULL,
        PRIMARY KEY (session, skill),
        CHECK ((skill = '') = (rating IS NULL))
    ) STRICT, WITHOUT ROWID;
";

/// Puts ratings in place of those that were there, and notes that the trainee has looked.
pub(crate) fn put(
    connection: &Connection,
    session: i64,
    ratings: &[(Slug, Rating)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO own_rating (session, skill, rating, rated_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (session, skill) DO UPDATE SET rating = excluded.rating, rated_at = excluded.rated_at",
    )?;
    statement.execute(params![session, "", None::<u8>, At(now)])?;
    for (skill, rating) in ratings {
        statement.execute(params![session, Word(skill), rating.level(), At(now)])?;
    }
    Ok(())
}

/// The ratings of a session; `None` while the trainee has not looked.
pub(crate) fn of_session(
    connection: &Connection,
    session: SessionId,
) -> Result<Option<Vec<(Slug, Rating)>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT own_rating.skill, own_rating.rating
         FROM own_rating JOIN session ON session.number = own_rating.session
         WHERE session.id = ?1 AND session.doomed_at IS NULL
         ORDER BY own_rating.skill",
    )?;
    let rows = statement.query_map([Key(session)], |row| {
        let level: Option<u8> = row.get("rating")?;
        match level.and_then(Rating::new) {
            Some(rating) => Ok(Some((row.word("skill")?, rating))),
            None => Ok(None),
        }
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok((!rows.is_empty()).then(|| rows.into_iter().flatten().collect()))
}

/// Removes those of a session.
pub(crate) fn delete_of(connection: &Connection, session: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM own_rating WHERE session = ?1")?
        .execute([session])?;
    Ok(())
}
