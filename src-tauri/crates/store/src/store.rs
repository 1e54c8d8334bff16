//! The store itself: how it is opened and closed, and how everything else reads and writes through it.

use std::fs;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use rehearse_domain::{ClipId, SessionId, Speaker, Timestamp};
use rusqlite::{Connection, TransactionBehavior};

use crate::connection::{Readers, writer};
use crate::folder::{COMPANIONS, Folder, beside, private_file, private_folder, sync_folder};
use crate::lock::FolderLock;
use crate::news::News;
use crate::{StoreError, migrate};

/// What a process may do with the data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everything. There is one owner at a time; it holds the folder's lock until it drops the store or dies.
    Owner,
    /// Looking, also while another process owns the folder.
    Reader,
}

/// What is kept, open. Shared between threads as `Arc<Store>`; every call blocks.
#[derive(Debug)]
pub struct Store {
    pub(crate) folder: Folder,
    readers: Readers,
    /// `None` for a reader. Declared before the lock, so that the database is closed while it is still ours.
    owner: Option<Mutex<Connection>>,
    pub(crate) news: News,
    _lock: Option<FolderLock>,
}

impl Store {
    /// Opens the data folder. An owner makes it when it is not there, checks the database, brings it up to date and
    /// finishes deletions that were left over. `now` dates the lock and what that changes.
    ///
    /// # Errors
    /// [`StoreError::Held`] when another process owns the folder, [`StoreError::NoDatabase`] for a reader that came
    /// first, [`StoreError::NewerDatabase`], [`StoreError::OlderDatabase`], [`StoreError::Damaged`],
    /// [`StoreError::DiskFull`], [`StoreError::ReadOnlyFolder`], [`StoreError::FolderUnavailable`]. The database is
    /// as it was after each of them.
    pub fn open(folder: &Path, access: Access, now: Timestamp) -> Result<Self, StoreError> {
        match access {
            Access::Owner => Self::open_as_owner(folder, now),
            Access::Reader => Self::open_as_reader(folder),
        }
    }

    fn open_as_owner(path: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let folder = Folder::made(path)?;
        let lock = FolderLock::take(&folder, now)?;
        private_folder(&folder.audio()).map_err(|source| StoreError::file(folder.audio(), source))?;
        let database = folder.database();
        private_file(&database).map_err(|source| StoreError::file(&database, source))?;
        refuse_newer(&folder)?;
        let mut connection = writer(&folder)?;
        check(&connection)?;
        migrate::migrate(&connection, &folder)?;
        let news = News::default();
        news.watch(&mut connection)?;
        sync_folder(path).map_err(|source| StoreError::file(path, source))?;
        let store = Self {
            readers: Readers::new(&folder),
            owner: Some(Mutex::new(connection)),
            news,
            _lock: Some(lock),
            folder,
        };
        store.drop_arriving();
        // What could not be removed now is tried again at the next purge; it is hidden already.
        if let Err(error) = store.purge_doomed(Timestamp::from_millis(i64::MAX), now) {
            tracing::warn!(%error, "deletions left over could not be finished");
        }
        Ok(store)
    }

    fn open_as_reader(path: &Path) -> Result<Self, StoreError> {
        let folder = Folder::existing(path);
        match fs::metadata(folder.database()) {
            Ok(file) if file.len() > 0 => {}
            _ => return Err(StoreError::NoDatabase(path.to_owned())),
        }
        let readers = Readers::new(&folder);
        let found = readers.with(migrate::version)?;
        let known = migrate::known();
        match found {
            0 => Err(StoreError::NoDatabase(path.to_owned())),
            _ if found > known => Err(StoreError::NewerDatabase { found, known }),
            _ if found < known => Err(StoreError::OlderDatabase { found, known }),
            _ => Ok(Self {
                folder,
                readers,
                owner: None,
                news: News::default(),
                _lock: None,
            }),
        }
    }

    /// Moves a damaged database out of the way, to `rehearse.damaged-<now>.db` and its companions in the same folder,
    /// and gives back where it lies. The audio stays; recovery finds its clips. Nothing is deleted.
    ///
    /// # Errors
    /// [`StoreError::Held`] when another process owns the folder, [`StoreError::NoDatabase`] when there is nothing to
    /// move, or what the system says about the files.
    pub fn set_aside_damaged(folder: &Path, now: Timestamp) -> Result<PathBuf, StoreError> {
        let folder = Folder::existing(folder);
        let _lock = FolderLock::take(&folder, now)?;
        let (from, to) = (folder.database(), folder.damaged(now));
        if !from.exists() {
            return Err(StoreError::NoDatabase(folder.path().to_owned()));
        }
        // The log goes first: left alone beside a new database it would be taken for that one's.
        for suffix in COMPANIONS.into_iter().chain([""]) {
            let (from, to) = (beside(&from, suffix), beside(&to, suffix));
            match fs::rename(&from, &to) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::file(from, source));
                }
                _ => {}
            }
        }
        sync_folder(folder.path()).map_err(|source| StoreError::file(folder.path(), source))?;
        Ok(to)
    }

    /// What this process may do.
    pub fn access(&self) -> Access {
        if self.owner.is_some() {
            Access::Owner
        } else {
            Access::Reader
        }
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the data folder is known by, the same wherever it is moved to and another one for a copy. Blocking.
    ///
    /// # Errors
    /// What the system says about the folder.
    pub fn folder_identity(&self) -> Result<String, StoreError> {
        let found = self.folder.identity();
        found.map_err(|source| StoreError::file(self.folder.path(), source))
    }

    /// The folder that clips lie in; [`rehearse_domain::Clip::file`] is relative to it.
    pub fn audio_folder(&self) -> PathBuf {
        self.folder.audio()
    }

    /// Where the finished file of a clip goes. Its folder is made, for the user alone, when it is not there.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the system says about the folder.
    pub fn place_for_clip(
        &self,
        session: SessionId,
        clip: ClipId,
        speaker: Speaker,
    ) -> Result<PathBuf, StoreError> {
        self.writing()?;
        let folder = self.folder.audio_of(session);
        let file = |source| StoreError::file(&folder, source);
        if !folder.exists() {
            private_folder(&folder).map_err(file)?;
            sync_folder(&self.folder.audio()).map_err(file)?;
        }
        Ok(self.folder.clip(session, clip, speaker))
    }

    /// Runs `read` on one snapshot of the database.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.readers.with(read)
    }

    /// Runs `read` like [`Self::read`], on a connection that remembers nothing.
    pub(crate) fn read_anew<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.readers.with_new(read)
    }

    /// Runs `write` in one transaction: all of it is on disk when this returns, or none of it ever is.
    pub(crate) fn write<T>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut connection = self.writing()?.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = write(&transaction)?;
        transaction.commit()?;
        drop(connection);
        self.news.tell();
        Ok(outcome)
    }

    /// Has `listener` called after each commit that holds a new change which the remote has to be told of, on the
    /// thread that made it. It must be quick. There is one listener; the next takes its place.
    pub fn when_there_is_news(&self, listener: impl Fn() + Send + Sync + 'static) {
        self.news.listen(Box::new(listener));
    }

    /// The connection that writes.
    pub(crate) fn writing(&self) -> Result<&Mutex<Connection>, StoreError> {
        self.owner.as_ref().ok_or(StoreError::ReaderAccess)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // The last connection to close empties the log into the database; it has to be the one that can write.
        self.readers.close();
    }
}

/// Looks at the version in the file's header before SQLite opens it for writing, which would change a newer file.
fn refuse_newer(folder: &Folder) -> Result<(), StoreError> {
    const HEADER: usize = 100;
    const VERSION: std::ops::Range<usize> = 60..64;
    let path = folder.database();
    let mut header = Vec::with_capacity(HEADER);
    let mut file = fs::File::open(&path).map_err(|source| StoreError::file(&path, source))?;
    let limit = u64::try_from(HEADER).unwrap_or(u64::MAX);
    std::io::Read::read_to_end(&mut std::io::Read::take(&mut file, limit), &mut header)
        .map_err(|source| StoreError::file(&path, source))?;
    let Some(bytes) = header
        .get(VERSION)
        .and_then(|bytes| <[u8; 4]>::try_from(bytes).ok())
    else {
        return Ok(());
    };
    let found = u32::from_be_bytes(bytes);
    if header.starts_with(b"SQLite format 3\0") && found > migrate::known() {
        return Err(StoreError::NewerDatabase {
            found,
            known: migrate::known(),
        });
    }
    Ok(())
}

/// Refuses a database whose pages do not hang together.
fn check(connection: &Connection) -> Result<(), StoreError> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged { detail: verdict })
    }
}
