//! What each remote calls the scenarios and skills that it was told of or that were read there, those that are built in
//! among them, and in which version it has them.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::StoreError;
use crate::columns::{At, Columns};
use crate::pulling::RemoteStamp;

/// Migration 4. A row without a name is one that the remote has and does not show to this user.
pub(crate) const V4: &str = "
    CREATE TABLE authored_remote (
        id BLOB NOT NULL CHECK (length(id) = 16),
        account TEXT NOT NULL,
        object_id TEXT,
        revision INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        digest INTEGER,
        PRIMARY KEY (id, account)
    ) STRICT, WITHOUT ROWID;
";

/// A record as a remote has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteName {
    /// What the remote calls it; `None` when it has it and does not show it to this user.
    pub object_id: Option<String>,
    /// The revision that it has there; 0 where it has none.
    pub revision: u32,
}

pub(crate) fn get(
    connection: &Connection,
    account: &str,
    id: Uuid,
) -> Result<Option<RemoteName>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT object_id, revision FROM authored_remote WHERE id = ?1 AND account = ?2")?
        .query_row(params![id.as_bytes(), account], |row| {
            Ok(RemoteName {
                object_id: row.get("object_id")?,
                revision: row.get("revision")?,
            })
        })
        .optional()?)
}

/// The record was seen or made like that.
pub(crate) fn put(
    connection: &Connection,
    account: &str,
    stamp: &RemoteStamp,
    revision: u32,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO authored_remote
                (id, account, object_id, revision, created_at, updated_at, digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            stamp.subject.as_bytes(),
            account,
            stamp.object_id,
            revision,
            At(stamp.created_at),
            At(stamp.updated_at),
            stamp.digest
        ])?;
    Ok(())
}

/// The remote has the record and does not show it, or does not take it in this revision. What it was called stays, and it
/// is read again whatever it says.
pub(crate) fn put_hidden(
    connection: &Connection,
    account: &str,
    id: Uuid,
    revision: u32,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO authored_remote (id, account, revision, created_at, updated_at) VALUES (?1, ?2, ?3, 0, 0)
             ON CONFLICT (id, account) DO UPDATE SET revision = ?3, updated_at = 0, digest = NULL",
        )?
        .execute(params![id.as_bytes(), account, revision])?;
    Ok(())
}

/// How the record was seen last under this account.
pub(crate) fn stamp(
    connection: &Connection,
    account: &str,
    id: Uuid,
) -> Result<Option<RemoteStamp>, StoreError> {
    let stamp = |row: &Row<'_>| {
        Ok(RemoteStamp {
            subject: id,
            object_id: row.get("object_id")?,
            created_at: row.at("created_at")?,
            updated_at: row.at("updated_at")?,
            digest: row.get("digest")?,
        })
    };
    Ok(connection
        .prepare_cached(
            "SELECT object_id, created_at, updated_at, digest FROM authored_remote
             WHERE id = ?1 AND account = ?2 AND object_id IS NOT NULL",
        )?
        .query_row(params![id.as_bytes(), account], stamp)
        .optional()?)
}

/// The record that some remote calls so.
pub(crate) fn called(connection: &Connection, object_id: &str) -> Result<Option<Uuid>, StoreError> {
    let id: Option<Vec<u8>> = connection
        .prepare_cached("SELECT id FROM authored_remote WHERE object_id = ?1 LIMIT 1")?
        .query_row([object_id], |row| row.get("id"))
        .optional()?;
    Ok(id.and_then(|id| Uuid::from_slice(&id).ok()))
}

/// The remote does not have the record any more, as far as is known.
pub(crate) fn forget(connection: &Connection, account: &str, id: Uuid) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM authored_remote WHERE id = ?1 AND account = ?2")?
        .execute(params![id.as_bytes(), account])?;
    Ok(())
}
