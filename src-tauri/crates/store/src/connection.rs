//! The connections: one that writes, a few that can only read.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::StoreError;
use crate::folder::{Folder, beside};

/// How long a statement waits for another process before it gives up.
pub(crate) const BUSY: Duration = Duration::from_secs(5);

/// How many idle readers are kept. More may be open at once; those above this number are closed after use.
const IDLE_READERS: usize = 3;

/// Memory for pages on each connection, in KiB. The system keeps the file's pages as well, so that more would hold them
/// twice, once for each connection, in a program that runs all day.
const PAGES_KIB: i64 = 512;

/// Statements kept prepared on each connection.
const PREPARED: usize = 64;

/// Opens the connection that writes, and makes the file when there is none.
pub(crate) fn writer(folder: &Folder) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        folder.database(),
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    // Pages that a deletion frees are given back after each purge, so that the file shrinks with its contents. The
    // mode can only be chosen before the first table is made, and unlike a full VACUUM it never needs room for a copy.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit that was acknowledged is on disk, whatever happens to the power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    // A sort that does not fit in memory must not leave words in a temporary file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -PAGES_KIB)?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    Ok(connection)
}

/// Opens a connection that cannot write.
pub(crate) fn reader(database: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match Connection::open_with_flags(database, flags).and_then(readable) {
        Err(rusqlite::Error::SqliteFailure(failure, _))
            if failure.code == ErrorCode::CannotOpen && on_read_only_disk(database) =>
        {
            unchanging(database, flags)?
        }
        other => other?,
    };
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    connection.pragma_update(None, "query_only", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -PAGES_KIB)?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    Ok(connection)
}

/// SQLite opens a file when it first reads it.
fn readable(connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(BUSY)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

fn on_read_only_disk(database: &Path) -> bool {
    OpenOptions::new()
        .write(true)
        .open(database)
        .is_err_and(|error| error.kind() == io::ErrorKind::ReadOnlyFilesystem)
}

/// Opens a database on a read-only disk, where SQLite cannot make the file by which connections share a log. That is
/// right only when there is no log: then nobody writes and the file is whole.
fn unchanging(database: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    if beside(database, "-wal").exists() {
        return Err(StoreError::ReadOnlyFolder);
    }
    let name = format!("file:{}?immutable=1", escaped(database));
    Ok(Connection::open_with_flags(name, flags | OpenFlags::SQLITE_OPEN_URI).and_then(readable)?)
}

/// A path as a part of a URI; one need not be UTF-8.
fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'\\' | b':' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                text.push(char::from(*byte));
            }
            other => text.push_str(&format!("%{other:02x}")),
        }
    }
    text
}

/// Readers that are not in use.
#[derive(Debug)]
pub(crate) struct Readers {
    folder: Folder,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(folder: &Folder) -> Self {
        Self {
            folder: folder.clone(),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Runs `read` inside one snapshot of the database, so that what it reads in several statements belongs together.
    pub(crate) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.idle.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => reader(&self.folder.database())?,
        };
        let transaction = connection.unchecked_transaction()?;
        let outcome = read(&transaction);
        drop(transaction);
        let mut idle = self.idle.lock();
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
        outcome
    }

    /// Runs `read` like [`Self::with`], on a connection that has read nothing before and is closed afterwards.
    pub(crate) fn with_new<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let connection = reader(&self.folder.database())?;
        let transaction = connection.unchecked_transaction()?;
        read(&transaction)
    }

    /// Closes the idle ones.
    pub(crate) fn close(&self) {
        self.idle.lock().clear();
    }
}
