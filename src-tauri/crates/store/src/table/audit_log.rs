//! What was done to records that others may ask about. Holds ids and counts, never what was said.

use rehearse_domain::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::StoreError;
use crate::columns::At;

/// Migration 1.
pub(crate) const V1: &str = "
    CREATE TABLE audit_log (
        number INTEGER PRIMARY KEY,
        action TEXT NOT NULL,
        entity_type TEXT NOT NULL,
        entity_id BLOB NOT NULL CHECK (length(entity_id) = 16),
        at INTEGER NOT NULL,
        details TEXT NOT NULL DEFAULT '{}'
    ) STRICT;
";

/// Migration 3: whether something was deleted here is asked for every row that comes from elsewhere.
pub(crate) const V3: &str = "CREATE INDEX audit_log_entity ON audit_log (entity_id);";

/// Adds an entry. `details` is a JSON object.
pub(crate) fn add(
    connection: &Connection,
    action: &str,
    entity_type: &str,
    entity: Uuid,
    at: Timestamp,
    details: &serde_json::Value,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO audit_log (action, entity_type, entity_id, at, details) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            action,
            entity_type,
            entity.as_bytes(),
            At(at),
            details.to_string()
        ])?;
    Ok(())
}

/// When a session was deleted here; `None` when it never was.
pub(crate) fn deleted_at(connection: &Connection, session: Uuid) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<At> = connection
        .prepare_cached(
            "SELECT at FROM audit_log
             WHERE entity_id = ?1 AND entity_type = 'session' AND action = 'delete' ORDER BY at DESC LIMIT 1",
        )?
        .query_row([session.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(at.map(|at| at.0))
}
