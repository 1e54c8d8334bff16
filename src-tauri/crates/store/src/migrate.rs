//! How an older database becomes a current one. A migration that was shipped is never edited; a new one goes to the
//! end of the list, with a frozen file of the version before it in `tests/frozen`.

use rusqlite::Connection;

use crate::StoreError;
use crate::backup::back_up;
use crate::folder::Folder;
use crate::table;

/// The statements of each version, in order.
const MIGRATIONS: &[&[&str]] = &[
    &[
        table::setting::V1,
        table::snapshot::V1,
        table::session::V1,
        table::turn::V1,
        table::clip::V1,
        table::outbox::V1,
        table::evaluation::V1,
        table::audit_log::V1,
        table::search::V1,
        table::purging::V1,
    ],
    &[table::delivery::V2],
    &[
        table::outbox::V3,
        table::audit_log::V3,
        table::session::V3,
        table::turn::V3,
        table::clip::V3,
        table::evaluation::V3,
        table::remote_row::V3,
        table::stray_file::V3,
        table::twin_watch::V3,
    ],
    &[table::authored::V4, table::authored_remote::V4],
    &[table::exchange::V5],
    &[table::exchange::V6],
    &[
        table::evaluation::V7,
        table::evaluation_sample::V7,
        table::own_rating::V7,
    ],
    &[table::evaluation_check::V8],
];

/// The version that this program reads and writes.
pub(crate) fn known() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// The version of a file; 0 for an empty one.
pub(crate) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Brings the database up to date. A file with data in it is copied to `backup` first; without a copy nothing is
/// changed. Each version is a transaction of its own, so that one that fails leaves the file at the version before it,
/// which a later start goes on from.
pub(crate) fn migrate(connection: &Connection, folder: &Folder) -> Result<(), StoreError> {
    let found = version(connection)?;
    if found > known() {
        return Err(StoreError::NewerDatabase {
            found,
            known: known(),
        });
    }
    let ahead = MIGRATIONS.get(found as usize..).unwrap_or_default();
    if ahead.is_empty() {
        return Ok(());
    }
    if found > 0 {
        back_up(connection, folder, found)?;
    }
    for (statements, version) in ahead.iter().zip(found + 1..) {
        let transaction = connection.unchecked_transaction()?;
        for statement in *statements {
            transaction.execute_batch(statement)?;
        }
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    tracing::info!(from = found, to = known(), "database migrated");
    Ok(())
}
