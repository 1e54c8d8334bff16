//! Why a file cannot stand for a take. No device has part in it, so these are no device errors.

use std::io;
use std::path::PathBuf;

use rehearse_audio::wav::WavError;

/// A file that cannot stand for a take.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot stand for a take", file.display())]
pub struct FileError {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it.
    #[source]
    pub fault: FileFault,
}

/// What is wrong with a file that should stand for a take.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// It is not there.
    #[error("there is no such file")]
    Missing,
    /// It is there and cannot be read, for instance because it is a folder or somebody else's.
    #[error("the file cannot be read")]
    Unreadable(#[source] io::Error),
    /// It is something else than a WAV.
    #[error("this is not a WAV file")]
    NotWav,
    /// It is a WAV whose samples or whose rate cannot be read.
    #[error("WAV files of this form cannot be read")]
    Unsupported(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It ends before the length that it announces.
    #[error("the file is cut off")]
    CutOff,
    /// There is not a single sample in it.
    #[error("there is no sound in the file")]
    Empty,
}

impl FileFault {
    /// The name of the kind, stable over versions: a key of the catalogue.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable(_) => "unreadable",
            Self::NotWav => "not_wav",
            Self::Unsupported(_) => "unsupported",
            Self::CutOff => "cut_off",
            Self::Empty => "empty",
        }
    }
}

impl From<WavError> for FileFault {
    fn from(error: WavError) -> Self {
        match error {
            WavError::Disk(error) if error.kind() == io::ErrorKind::NotFound => Self::Missing,
            WavError::Disk(error) => Self::Unreadable(error),
            WavError::NotWav => Self::NotWav,
            WavError::Truncated { .. } => Self::CutOff,
            WavError::Empty => Self::Empty,
            other @ (WavError::Unsupported { .. } | WavError::TooLong) => Self::Unsupported(Box::new(other)),
        }
    }
}
