//! MP3 as this house writes it (mono, 24 kHz, constant 48 kbit/s) and as anybody may hand it in.
//!
//! At this bit rate LAME leaves out the Info frame that tells players how much silence to cut; [`info_frame`]
//! makes it, so that every decoder gives back exactly the samples that were encoded.

mod decoder;
mod encoder;
mod frame;
mod info;

use thiserror::Error;

pub use decoder::{decode, decode_as_recorded, decode_blocks};
pub use encoder::Encoder;
pub use frame::{FRAME_BYTES, FRAME_SAMPLES};
pub use info::{Totals, info_frame};

pub(crate) use frame::is_frame;
pub(crate) use info::{START_DELAY, finished_frames};

use crate::resample::ResampleError;

/// Why sound could not be turned into MP3, or back.
#[derive(Debug, Error)]
pub enum Mp3Error {
    /// LAME refused its settings.
    #[error("the MP3 encoder did not start")]
    Start(#[from] mp3lame_encoder::BuildError),
    /// LAME ran out of memory while it started.
    #[error("the MP3 encoder found no memory")]
    Memory,
    /// LAME failed on a block of sound.
    #[error("the MP3 encoder failed")]
    Encode(#[from] mp3lame_encoder::EncodeError),
    /// The file could not be read.
    #[error("the MP3 file could not be read")]
    Read(#[from] std::io::Error),
    /// The file holds no MP3 frame.
    #[error("this is not an MP3 file")]
    NotMp3,
    /// The file has MP3 frames, but none of them could be decoded.
    #[error("the MP3 file is damaged")]
    Damaged(#[source] symphonia::core::errors::Error),
    /// The file has a sample rate that no sound card has.
    #[error("the MP3 file cannot be brought to the house rate")]
    Rate(#[from] ResampleError),
}
