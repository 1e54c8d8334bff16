//! Copies of the database from before a migration, one for each older version. They are for going back by hand, and
//! keep no session that was deleted since.

use std::fs;
use std::path::{Path, PathBuf};

use rehearse_domain::{SessionId, Timestamp};
use rusqlite::{Connection, OpenFlags};

use crate::StoreError;
use crate::deleting::erase;
use crate::folder::{BACKUP, Folder, beside, private_file, private_folder, sync_folder};
use crate::sound_files::children;
use crate::table::{search, session, snapshot};

/// What is behind the name of a copy that is not whole yet.
const DRAFT: &str = ".new";

/// What is behind the name of a copy out of which sessions are taken.
const ROUGH: &str = ".rough";

/// Copies the database as it is.
pub(crate) fn back_up(connection: &Connection, folder: &Folder, version: u32) -> Result<(), StoreError> {
    let backups = folder.backups();
    private_folder(&backups).map_err(|source| StoreError::file(&backups, source))?;
    let backup = folder.backup(version);
    let draft = drafted(connection, &backup)?;
    place(&draft, &backup)
}

/// Takes sessions out of every copy. One that they cannot be taken out of is removed. Says whether no copy holds any
/// of them now.
pub(crate) fn forget(folder: &Folder, sessions: &[SessionId], now: Timestamp) -> Result<bool, StoreError> {
    let mut unwanted = Vec::new();
    for path in children(&folder.backups())? {
        if is_backup(&path, |suffix| suffix == "db")
            && let Err(error) = take_out(&path, sessions, now)
        {
            tracing::warn!(%error, "deleted sessions could not be taken out of a backup, so it goes");
            unwanted.push(path);
        }
    }
    // What was made on the way, now or before a kill.
    unwanted.extend(
        children(&folder.backups())?
            .into_iter()
            .filter(|path| is_backup(path, |suffix| suffix.starts_with("db."))),
    );
    let mut forgotten = true;
    for path in unwanted {
        if let Err(error) = remove(&path) {
            tracing::warn!(%error, "a backup that holds deleted sessions could not be removed");
            forgotten = false;
        }
    }
    Ok(forgotten)
}

/// Whether a file has a name that is given here, with such a suffix. Others in the folder are the user's.
fn is_backup(path: &Path, suffix: impl FnOnce(&str) -> bool) -> bool {
    path.file_name()
        .and_then(|name| name.to_str()?.strip_prefix(BACKUP)?.split_once('.'))
        .is_some_and(|(_, rest)| suffix(rest))
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
        connection.execute("VACUUM INTO ?1", [draft.to_string_lossy()])?;
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
