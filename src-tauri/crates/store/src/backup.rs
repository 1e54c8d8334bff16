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

/// Copies the database as it is.
pub(crate) fn back_up(connection: &Connection, folder: &Folder, version: u32) -> Result<(), StoreError> {
    let backups = folder.backups();
    private_folder(&backups).map_err(|source| StoreError::file(&backups, source))?;
    let backup = folder.backup(version);
    let draft = drafted(connection, &backup, |_| Ok(()))?;
    place(&draft, &backup)
}

/// Takes sessions out of every copy. One that they cannot be taken out of is removed. Says whether no copy holds any
/// of them now.
pub(crate) fn forget(folder: &Folder, sessions: &[SessionId], now: Timestamp) -> Result<bool, StoreError> {
    let mut forgotten = true;
    for path in children(&folder.backups())? {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy())
            .unwrap_or_default();
        let kind = name.strip_prefix(BACKUP).and_then(|rest| rest.split_once('.'));
        let outcome = match kind {
            Some((_, "db")) => take_out(&path, sessions, now),
            // A draft that a kill left behind.
            Some((_, "db.new")) => remove(&path),
            _ => Ok(()),
        };
        let Err(error) = outcome else { continue };
        tracing::warn!(%error, "deleted sessions could not be taken out of a backup, so it goes");
        if let Err(error) = remove(&path) {
            tracing::warn!(%error, "the backup could not be removed");
            forgotten = false;
        }
    }
    Ok(forgotten)
}

fn take_out(backup: &Path, sessions: &[SessionId], now: Timestamp) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(backup, flags)?;
    let mut held = Vec::new();
    for id in sessions {
        held.extend(session::number(&copy, *id)?.map(|number| (number, *id)));
    }
    if held.is_empty() {
        return Ok(());
    }
    let draft = drafted(&copy, backup, |draft| {
        for (number, id) in &held {
            erase(draft, *number, *id, now)?;
        }
        snapshot::drop_unused(draft)?;
        search::begin_rewriting(draft)?;
        while search::rewrite_piece(draft)? {}
        search::end_rewriting(draft)
    })?;
    // Windows gives no file a name that an open one has.
    drop(copy);
    place(&draft, backup)
}

/// Makes a copy of the database that is open, changed by `change`, as the draft of `backup`. Nothing is left of it after
/// an error.
fn drafted(
    connection: &Connection,
    backup: &Path,
    change: impl FnOnce(&Connection) -> Result<(), StoreError>,
) -> Result<PathBuf, StoreError> {
    let draft = beside(backup, DRAFT);
    let copied = remove(&draft).and_then(|()| {
        // Made first, and empty, so that it never exists with rights for others.
        private_file(&draft).map_err(|source| StoreError::file(&draft, source))?;
        connection.execute("VACUUM INTO ?1", [draft.to_string_lossy()])?;
        change(&disposable(&draft)?)
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

/// Opens a draft for changes. It is thrown away when anything goes wrong, so it needs no journal, which would hold
/// what is taken out.
fn disposable(draft: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(draft, flags)?;
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// Removes a file, which may be gone already.
fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::file(path, error)),
        _ => Ok(()),
    }
}
