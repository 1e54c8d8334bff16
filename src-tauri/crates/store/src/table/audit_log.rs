//! What was done to records that others may ask about. Holds ids and counts, never what was said.

use rehearse_domain::Timestamp;
use rusqlite::{Connection, params};
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
