//! Sessions whose rows are gone and whose files may not be yet, so that a purge that was killed goes on and recovery
//! never offers what was deleted.

use rehearse_domain::{SessionId, Timestamp};
use rusqlite::{Connection, params};

use crate::StoreError;
use crate::columns::{At, Columns, Key};

/// Migration 1.
pub(crate) const V1: &str = "
    CREATE TABLE purging (
        session BLOB PRIMARY KEY NOT NULL CHECK (length(session) = 16),
        since INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

pub(crate) fn begin(connection: &Connection, session: SessionId, now: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO purging (session, since) VALUES (?1, ?2)")?
        .execute(params![Key(session), At(now)])?;
    Ok(())
}

pub(crate) fn all(connection: &Connection) -> Result<Vec<SessionId>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT session FROM purging")?;
    let rows = statement.query_map([], |row| row.key("session"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn finish(connection: &Connection, session: SessionId) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM purging WHERE session = ?1")?
        .execute([Key(session)])?;
    Ok(())
}
