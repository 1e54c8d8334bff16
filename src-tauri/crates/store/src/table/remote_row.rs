//! What is known of the rows on the remote: which record each of them is, and in which state it was taken in last. A
//! row whose session is not whole yet waits here with what it says.

use rehearse_domain::{SessionId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::StoreError;
use crate::columns::{At, Columns, Key};
use crate::pulling::RemoteStamp;

/// Migration 3. The row of a session has its session as its subject.
pub(crate) const V3: &str = "
    CREATE TABLE remote_row (
        subject BLOB PRIMARY KEY NOT NULL CHECK (length(subject) = 16),
        session BLOB NOT NULL CHECK (length(session) = 16),
        account TEXT NOT NULL,
        object_id TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        digest INTEGER,
        missing_since INTEGER,
        waiting TEXT
    ) STRICT;
    CREATE INDEX remote_row_session ON remote_row (session);
    CREATE INDEX remote_row_waiting ON remote_row (updated_at) WHERE waiting IS NOT NULL AND subject = session;
    CREATE INDEX remote_row_sessions ON remote_row (account) WHERE subject = session;
";

/// A session that the remote was seen to have.
pub(crate) struct Sighting {
    pub(crate) session: SessionId,
    pub(crate) object_id: String,
    pub(crate) missing_since: Option<Timestamp>,
}

/// How the record was seen last under this account.
pub(crate) fn stamp(
    connection: &Connection,
    account: &str,
    subject: Uuid,
) -> Result<Option<RemoteStamp>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT object_id, created_at, updated_at, digest FROM remote_row WHERE subject = ?1 AND account = ?2",
        )?
        .query_row(params![subject.as_bytes(), account], |row| {
            Ok(RemoteStamp {
                subject,
                object_id: row.get("object_id")?,
                created_at: row.at("created_at")?,
                updated_at: row.at("updated_at")?,
                digest: row.get("digest")?,
            })
        })
        .optional()?)
}

/// When the remote was told of a session, by its clock; `None` where that is not known.
pub(crate) fn created_at(
    connection: &Connection,
    session: SessionId,
) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<At> = connection
        .prepare_cached("SELECT created_at FROM remote_row WHERE subject = ?1 AND created_at > 0")?
        .query_row([Key(session)], |row| row.get(0))
        .optional()?;
    Ok(at.map(|at| at.0))
}

/// The record was seen like that; `waiting` is what it says, if it has to wait for others.
pub(crate) fn put(
    connection: &Connection,
    account: &str,
    session: SessionId,
    stamp: &RemoteStamp,
    waiting: Option<&str>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO remote_row
                (subject, session, account, object_id, created_at, updated_at, digest, waiting)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            stamp.subject.as_bytes(),
            Key(session),
            account,
            stamp.object_id,
            At(stamp.created_at),
            At(stamp.updated_at),
            stamp.digest,
            waiting
        ])?;
    Ok(())
}

/// The remote has a session that was recorded here. Nothing else is known of its row yet.
pub(crate) fn sight(
    connection: &Connection,
    account: &str,
    session: SessionId,
    object_id: &str,
) -> Result<(), StoreError> {
    let unknown = Timestamp::from_millis(0);
    let stamp = RemoteStamp {
        subject: session.into(),
        object_id: object_id.to_owned(),
        created_at: unknown,
        updated_at: unknown,
        digest: None,
    };
    put(connection, account, session, &stamp, None)
}

/// What waits of a session: how each row was seen, and what it says.
pub(crate) fn waiting(
    connection: &Connection,
    session: SessionId,
) -> Result<Vec<(RemoteStamp, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT subject, object_id, created_at, updated_at, digest, waiting FROM remote_row
         WHERE session = ?1 AND waiting IS NOT NULL ORDER BY created_at, object_id",
    )?;
    let rows = statement.query_map([Key(session)], waiting_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn waiting_row(row: &Row<'_>) -> rusqlite::Result<(RemoteStamp, String)> {
    let subject: [u8; 16] = row.get("subject")?;
    let stamp = RemoteStamp {
        subject: Uuid::from_bytes(subject),
        object_id: row.get("object_id")?,
        created_at: row.at("created_at")?,
        updated_at: row.at("updated_at")?,
        digest: row.get("digest")?,
    };
    Ok((stamp, row.get("waiting")?))
}

/// The record was taken in.
pub(crate) fn settled(connection: &Connection, subject: Uuid) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE remote_row SET waiting = NULL WHERE subject = ?1")?
        .execute([subject.as_bytes()])?;
    Ok(())
}

/// Sessions that wait and did not change over there since a moment.
pub(crate) fn unchanged_since(
    connection: &Connection,
    moment: Timestamp,
) -> Result<Vec<SessionId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT session FROM remote_row WHERE waiting IS NOT NULL AND subject = session AND updated_at <= ?1",
    )?;
    let rows = statement.query_map([At(moment)], |row| row.key("session"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether the session was seen under this account.
pub(crate) fn knows(connection: &Connection, account: &str, session: SessionId) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM remote_row WHERE subject = ?1 AND account = ?2")?
        .exists(params![Key(session), account])?)
}

/// The sessions that were seen under this account.
pub(crate) fn sessions(connection: &Connection, account: &str) -> Result<Vec<Sighting>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT session, object_id, missing_since FROM remote_row WHERE account = ?1 AND subject = session",
    )?;
    let rows = statement.query_map([account], |row| {
        Ok(Sighting {
            session: row.key("session")?,
            object_id: row.get("object_id")?,
            missing_since: row.at_if_any("missing_since")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many sessions were seen under this account.
pub(crate) fn count_sessions(connection: &Connection, account: &str) -> Result<u64, StoreError> {
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM remote_row WHERE account = ?1 AND subject = session")?
        .query_row([account], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Since when the remote does not have the session any more; `None` when it has it.
pub(crate) fn set_missing(
    connection: &Connection,
    session: SessionId,
    since: Option<Timestamp>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE remote_row SET missing_since = ?2 WHERE subject = ?1")?
        .execute(params![Key(session), since.map(At)])?;
    Ok(())
}

/// Forgets everything about the rows of a session.
pub(crate) fn delete_of(connection: &Connection, session: SessionId) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM remote_row WHERE session = ?1")?
        .execute([Key(session)])?;
    Ok(())
}
