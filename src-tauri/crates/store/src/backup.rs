//! Copies of the database from before a migration, one for each of the latest older versions. They are for going back by
//! hand, and keep no session that was deleted since.

use std::fs;
use std::path::{Path, PathBuf};

use rehearse_domain::{SessionId, Timestamp};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::StoreError;
use crate::deleting::erase;
use crate::folder::{BACKUP, Folder, beside, private_file, private_folder, sync_folder};
use crate::sound_files::children;
use crate::table::{search, session, snapshot};

/// What is behind the name of a copy that is not whole yet.
const DRAFT: &str = ".new";

/// What is behind the name of a copy out of which sessions are taken.
const ROUGH: &str = ".rough";

/// Copies that are kept.
const KEPT: usize = 3;

/// Copies the database as it is. Copies of versions that are long past go.
pub(crate) fn back_up(connection: &Connection, folder: &Folder, version: u32) -> Result<(), StoreError> {
    let backups = folder.backups();
    private_folder(&backups).map_err(|source| StoreError::file(&backups, source))?;
    let backup = folder.backup(version);
    let draft = drafted(connection, &backup)?;
    place(&draft, &backup)?;
    if let Err(error) = thin_out(folder, version) {
        tracing::warn!(%error, "older backups could not be removed");
    }
    Ok(())
}

/// Leaves the copy of this version and those of the highest others.
fn thin_out(folder: &Folder, version: u32) -> Result<(), StoreError> {
    let copies = children(&folder.backups())?.into_iter();
    let mut others: Vec<(u32, PathBuf)> = copies
        .filter_map(|path| Some((version_of(&path)?, path)))
        .filter(|(other, _)| *other != version)
        .collect();
    others.sort_by_key(|(other, _)| std::cmp::Reverse(*other));
    others
        .iter()
        .skip(KEPT - 1)
        .try_for_each(|(_, path)| remove(path))
}

/// Takes sessions out of every copy. A copy stays for the next time where somebody or something is only in the way for
/// now; any other that they cannot be taken out of, or that cannot be looked into, is removed, which needs no more than
/// the folder's rights. Says whether no copy holds any of them now.
pub(crate) fn forget(folder: &Folder, sessions: &[SessionId], now: Timestamp) -> Result<bool, StoreError> {
    let mut unwanted = Vec::new();
    let mut forgotten = true;
    for path in children(&folder.backups())? {
        if version_of(&path).is_none() {
            continue;
        }
        match take_out(&path, sessions, now) {
            Ok(()) => {}
            Err(error) if may_pass(&error) => {
                tracing::warn!(%error, "deleted sessions could not be taken out of a backup yet");
                forgotten = false;
            }
            Err(error) => {
                tracing::warn!(%error, "deleted sessions could not be taken out of a backup, so it goes");
                unwanted.push(path);
            }
        }
    }
    // What was made on the way, now or before a kill.
    unwanted.extend(
        children(&folder.backups())?
            .into_iter()
            .filter(|path| rest_of_name(path).is_some_and(|(_, suffix)| suffix.starts_with("db."))),
    );
    for path in unwanted {
        if let Err(error) = remove(&path) {
            tracing::warn!(%error, "a backup that holds deleted sessions could not be removed");
            forgotten = false;
        }
    }
    Ok(forgotten)
}

/// The version and the suffix in a name that is given here. Other files in the folder are the user's.
fn rest_of_name(path: &Path) -> Option<(&str, &str)> {
    path.file_name()?.to_str()?.strip_prefix(BACKUP)?.split_once('.')
}

/// The version that a copy is of; `None` for what is no whole copy.
fn version_of(path: &Path) -> Option<u32> {
    let (version, suffix) = rest_of_name(path)?;
    (suffix == "db").then(|| version.parse().ok()).flatten()
}

/// Whether the same is likely to succeed another time. A copy that cannot be opened or read may stay like that, and
/// would hold for ever what was deleted.
fn may_pass(error: &StoreError) -> bool {
    match error {
        StoreError::Busy | StoreError::DiskFull => true,
        StoreError::Database(rusqlite::Error::SqliteFailure(failure, _)) => matches!(
            failure.code,
            ErrorCode::OutOfMemory | ErrorCode::OperationInterrupted
        ),
        _ => false,
    }
}

fn take_out(backup: &Path, sessions: &[SessionId], now: Timestamp) -> Result<(), StoreError> {
    let held = held(backup, sessions)?;
    if held.is_empty() {
        return Ok(());
    }
    let rough = beside(backup, ROUGH);
    fs::copy(backup, &rough).map_err(|source| StoreError::file(&rough, source))?;
    let copy = disposable(&rough)?;
    for (number, id) in &held {
        erase(&copy, *number, *id, now)?;
    }
    snapshot::drop_unused(&copy)?;
    search::begin_rewriting(&copy)?;
    while search::rewrite_piece(&copy)? {}
    search::end_rewriting(&copy)?;
    // A file that SQLite made as a copy has old bytes between its rows; those of another copy are of what is left.
    place(&drafted(&copy, backup)?, backup)
}

/// The sessions that are in a copy, with their numbers there.
fn held(backup: &Path, sessions: &[SessionId]) -> Result<Vec<(i64, SessionId)>, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(backup, flags)?;
    let mut held = Vec::new();
    for id in sessions {
        held.extend(session::number(&copy, *id)?.map(|number| (number, *id)));
    }
    Ok(held)
}

/// Opens a copy for changes. It is thrown away afterwards, so it needs no journal, which would hold what is taken out.
fn disposable(rough: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(rough, flags)?;
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// Copies a database that is open to the draft of `backup`. Nothing is left of it after an error.
fn drafted(connection: &Connection, backup: &Path) -> Result<PathBuf, StoreError> {
    let draft = beside(backup, DRAFT);
    let copied = remove(&draft).and_then(|()| {
        // Made first, and empty, so that it never exists with rights for others.
        private_file(&draft).map_err(|source| StoreError::file(&draft, source))?;
        // As the bytes it has: a path need not be UTF-8.
        let name = ValueRef::Text(draft.as_os_str().as_encoded_bytes());
        connection.execute("VACUUM INTO ?1", [ToSqlOutput::Borrowed(name)])?;
        Ok(())
    });
    match copied {
        Ok(()) => Ok(draft),
        Err(error) => {
            // It may be what fills the disk. The error that is on its way says more than one about this.
            let _ = remove(&draft);
            Err(error)
        }
    }
}

/// Gives a draft, which is whole, the name of its backup.
fn place(draft: &Path, backup: &Path) -> Result<(), StoreError> {
    let file = |source| StoreError::file(backup, source);
    private_file(draft)
        .and_then(|draft| draft.sync_all())
        .map_err(file)?;
    fs::rename(draft, backup).map_err(file)?;
    sync_folder(backup.parent().unwrap_or(Path::new("."))).map_err(file)
}

/// Removes a file, which may be gone already.
fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::file(path, error)),
        _ => Ok(()),
    }
}
