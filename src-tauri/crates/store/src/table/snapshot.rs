//! The scenarios and rubrics that sessions ran with, each kept once however many sessions share it: a snapshot is
//! some 20 kB, and every list of sessions would have to read past it.

use rehearse_domain::Snapshot;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::StoreError;

/// Migration 1.
pub(crate) const V1: &str = "
    CREATE TABLE snapshot (
        number INTEGER PRIMARY KEY,
        sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
        json TEXT NOT NULL
    ) STRICT;
";

/// Number of the row that holds `snapshot`, which is added when it is new.
pub(crate) fn keep(connection: &Connection, snapshot: &Snapshot) -> Result<i64, StoreError> {
    let json = serde_json::to_string(snapshot)?;
    let digest: [u8; 32] = Sha256::digest(json.as_bytes()).into();
    let known = connection
        .prepare_cached("SELECT number FROM snapshot WHERE sha256 = ?1")?
        .query_row([digest], |row| row.get(0))
        .optional()?;
    if let Some(number) = known {
        return Ok(number);
    }
    connection
        .prepare_cached("INSERT INTO snapshot (sha256, json) VALUES (?1, ?2)")?
        .execute(params![digest, json])?;
    Ok(connection.last_insert_rowid())
}

/// Removes the snapshots that no session refers to any more.
pub(crate) fn drop_unused(connection: &Connection) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM snapshot WHERE NOT EXISTS (SELECT 1 FROM session WHERE session.snapshot = snapshot.number)",
        [],
    )?;
    Ok(())
}
