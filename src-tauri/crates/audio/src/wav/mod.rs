//! WAV in and out: recordings handed in by the user, exports, and what a voice program writes to a pipe.
//!
//! Headers are read leniently, because a program that writes to a pipe cannot know the length it announces;
//! missing sound is still told apart from a whole file.

mod format;
mod read;
mod write;

use std::io;

use thiserror::Error;

pub use read::{Pcm, parse, read};
pub use write::write;

/// Why a WAV could not be read or written.
#[derive(Debug, Error)]
pub enum WavError {
    /// The file could not be read or written.
    #[error("the WAV file could not be read or written")]
    Disk(#[from] io::Error),
    /// The bytes are something else.
    #[error("this is not a WAV file")]
    NotWav,
    /// A WAV in a compressed or otherwise unknown form.
    #[error("WAV files of format {format} with {bits} bits are not supported")]
    Unsupported {
        /// The format tag of the header.
        format: u16,
        /// Bits for one sample.
        bits: u16,
    },
    /// The file ends before the length that it announces.
    #[error("the WAV file is cut off: {found} of {announced} bytes of sound are there")]
    Truncated {
        /// Bytes of sound that the header tells of.
        announced: u64,
        /// Bytes of sound that are there.
        found: u64,
    },
    /// A WAV without a single sample.
    #[error("the WAV file holds no sound")]
    Empty,
    /// More sound than a WAV can hold (4 GiB).
    #[error("the sound is too long for a WAV file")]
    TooLong,
}
