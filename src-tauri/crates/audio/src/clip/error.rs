//! Everything that can go wrong with a clip, sorted by what the user can do about it.

use std::io;

use thiserror::Error;

use crate::mp3::Mp3Error;

/// Why a clip could not be written, finished, recovered or read.
#[derive(Debug, Error)]
pub enum ClipError {
    /// No room is left on the disk, or the user's share of it is used up. What was written so far plays.
    #[error("the disk is full")]
    DiskFull,
    /// The folder is read-only or belongs to somebody else.
    #[error("the recordings folder cannot be written to")]
    NotWritable,
    /// A recording of this name is there already; it was left alone.
    #[error("a recording of this name exists already")]
    Exists,
    /// There is no such file, or no folder to make it in.
    #[error("the recording or its folder is missing")]
    Missing,
    /// The file holds no whole piece of sound.
    #[error("nothing in this file can be recovered")]
    NothingToRecover,
    /// The file system failed in another way.
    #[error("the recording could not be stored or read")]
    Disk(#[source] io::Error),
    /// Encoding or decoding failed.
    #[error("the sound of the recording could not be processed")]
    Sound(#[source] Mp3Error),
}

impl From<io::Error> for ClipError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::NotWritable,
            io::ErrorKind::AlreadyExists => Self::Exists,
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Disk(error),
        }
    }
}

impl From<Mp3Error> for ClipError {
    fn from(error: Mp3Error) -> Self {
        match error {
            Mp3Error::Read(error) => error.into(),
            other => Self::Sound(other),
        }
    }
}
