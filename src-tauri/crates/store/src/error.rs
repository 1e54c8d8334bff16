//! Everything that can go wrong with what is kept, told apart by what the user can do about it.

use std::io;
use std::path::PathBuf;

use rehearse_domain::{EndReason, Gap, SessionId, TurnId};
use rusqlite::ErrorCode;
use uuid::Uuid;

use crate::{Holder, Stale, UsedBy};

/// Why the store could not do what it was asked. Nothing has been changed when one of these is returned, except
/// where a call says otherwise.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process owns the folder; it can still be opened as a reader.
    #[error("the data folder is in use by {} (process {})", .0.program, .0.pid)]
    Held(Holder),
    /// A reader came before anything was ever kept in the folder.
    #[error("there is no database in {0}")]
    NoDatabase(PathBuf),
    /// The file was written by a newer program; it is left as it is.
    #[error("the database has version {found}, this program knows versions up to {known}")]
    NewerDatabase {
        /// Version of the file.
        found: u32,
        /// Newest version this program can read.
        known: u32,
    },
    /// A reader met a file that its owner has yet to bring up to date.
    #[error("the database has version {found} and has to be opened by its owner to become version {known}")]
    OlderDatabase {
        /// Version of the file.
        found: u32,
        /// Version this program reads.
        known: u32,
    },
    /// The file is not a whole database. It is never deleted; see [`crate::Store::set_aside_damaged`].
    #[error("the database is damaged: {detail}")]
    Damaged {
        /// The first thing that was found.
        detail: String,
    },
    /// There is no room left where the data folder lies.
    #[error("the disk is full")]
    DiskFull,
    /// The data folder cannot be written to.
    #[error("the data folder cannot be written to")]
    ReadOnlyFolder,
    /// The data folder is not there and cannot be made.
    #[error("the data folder {path} cannot be used")]
    FolderUnavailable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A write was asked of a store opened with [`crate::Access::Reader`].
    #[error("this process only reads the data folder")]
    ReaderAccess,
    /// Another connection held the database for longer than a write waits.
    #[error("the database is busy")]
    Busy,
    /// There is no such session, or it was deleted.
    #[error("there is no session {0}")]
    NoSession(SessionId),
    /// There is no such turn, or its session was deleted.
    #[error("there is no turn {0}")]
    NoTurn(TurnId),
    /// The session ended before, for this reason, and keeps it.
    #[error("the session has ended already ({0:?})")]
    AlreadyEnded(EndReason),
    /// The call needs a session that has ended.
    #[error("session {0} has not ended")]
    StillOpen(SessionId),
    /// Somebody else works on the evaluation, or nobody: it gave way to another one, its session runs again or is gone.
    /// What was worked out under the lease counts no more.
    #[error("the lease of the evaluation is lost")]
    LeaseLost,
    /// The trainee said nothing in the session, so that there is nothing to evaluate.
    #[error("nothing was said in session {0} that could be evaluated")]
    NothingSaid(SessionId),
    /// Turns are numbered without gaps; this one would leave a gap or take a number twice.
    #[error("the next turn of the session is {expected}, not {found}")]
    OutOfOrder {
        /// The only sequence number that can be recorded.
        expected: u32,
        /// The one that was handed over.
        found: u32,
    },
    /// There is no scenario or skill with this id that somebody wrote.
    #[error("there is no authored record {0}")]
    NoAuthored(Uuid),
    /// The edit was made from a version that is not the current one.
    #[error("the record was changed meanwhile")]
    Stale(Box<Stale>),
    /// Another active record of the same kind and language has this title, or this slug if it is a skill.
    #[error("the name \"{0}\" is taken")]
    NameTaken(String),
    /// These published scenarios use the skill.
    #[error("the skill is used by {} published scenarios", .0.len())]
    SkillInUse(Vec<UsedBy>),
    /// A scenario that is not complete cannot be published.
    #[error("the scenario is not complete: {0:?}")]
    Incomplete(Vec<Gap>),
    /// A value could not be turned into what a row holds, or back.
    #[error("a value does not fit its column: {0}")]
    Value(#[from] serde_json::Error),
    /// A file of the audio folder could not be read, made or removed.
    #[error("the file {path} cannot be used")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Anything else that SQLite said.
    #[error("the database refused")]
    Database(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        /// SQLite's code for a shared-memory file that could not grow, which only a full disk causes.
        const IOERR_SHMSIZE: i32 = rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
        let rusqlite::Error::SqliteFailure(failure, message) = &error else {
            return Self::Database(error);
        };
        match failure.code {
            ErrorCode::DiskFull => Self::DiskFull,
            ErrorCode::SystemIoFailure if failure.extended_code == IOERR_SHMSIZE => Self::DiskFull,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnlyFolder,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged {
                detail: message.clone().unwrap_or_else(|| failure.to_string()),
            },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    /// Whether it is about one record alone, which says something that this program does not understand. Others can be
    /// read.
    pub fn is_unreadable_record(&self) -> bool {
        use rusqlite::Error as Sql;
        matches!(
            self,
            Self::Value(_)
                | Self::Database(
                    Sql::FromSqlConversionFailure(..)
                        | Sql::IntegralValueOutOfRange(..)
                        | Sql::InvalidColumnType(..)
                        | Sql::Utf8Error(..)
                )
        )
    }

    /// Sorts what the system said about a file of the data folder.
    pub(crate) fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::ReadOnlyFolder,
            _ => Self::File {
                path: path.into(),
                source,
            },
        }
    }
}
