//! Who owns the data folder: an exclusive lock that the operating system lets go when its holder dies.

use std::fs::{self, File, TryLockError};
use std::thread;
use std::time::Duration;

use rehearse_domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::folder::{Folder, private_file};

/// The process that owns the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process id; 0 when it has not said.
    pub pid: u32,
    /// The name of its program file; empty when it has not said.
    pub program: String,
    /// When it took the folder.
    pub since: Timestamp,
}

/// The lock, held until this is dropped or the process dies.
#[derive(Debug)]
pub(crate) struct FolderLock {
    /// The locked file. It stays in the folder for ever: removing it would let two processes lock two files of one name.
    _file: File,
    folder: Folder,
}

impl FolderLock {
    /// Takes the lock or says who has it.
    pub(crate) fn take(folder: &Folder, now: Timestamp) -> Result<Self, StoreError> {
        let path = folder.lock();
        let file = private_file(&path).map_err(|source| StoreError::file(&path, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Held(holder(folder, now))),
            Err(TryLockError::Error(source)) => return Err(StoreError::file(&path, source)),
        }
        let lock = Self {
            _file: file,
            folder: folder.clone(),
        };
        lock.sign(now)?;
        Ok(lock)
    }

    /// Writes down who holds the lock, in a file of its own: on Windows a locked file cannot be read by others.
    fn sign(&self, now: Timestamp) -> Result<(), StoreError> {
        let program = std::env::current_exe()
            .ok()
            .and_then(|path| path.file_stem().map(|name| name.to_string_lossy().into_owned()))
            .unwrap_or_default();
        let holder = Holder {
            pid: std::process::id(),
            program,
            since: now,
        };
        let path = self.folder.holder();
        let draft = crate::folder::beside(&path, ".new");
        let written = (|| {
            let file = private_file(&draft)?;
            file.set_len(0)?;
            serde_json::to_writer(&file, &holder)?;
            fs::rename(&draft, &path)
        })();
        written.map_err(|source| StoreError::file(&path, source))
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Only a courtesy: whether the folder is held is decided by the lock alone.
        let _ = fs::remove_file(self.folder.holder());
    }
}

/// Who says that they hold the folder. A holder signs right after locking, hence the short wait.
fn holder(folder: &Folder, now: Timestamp) -> Holder {
    for _ in 0..10 {
        let signed = fs::read(folder.holder())
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok());
        if let Some(holder) = signed {
            return holder;
        }
        thread::sleep(Duration::from_millis(20));
    }
    Holder {
        pid: 0,
        program: String::new(),
        since: now,
    }
}
