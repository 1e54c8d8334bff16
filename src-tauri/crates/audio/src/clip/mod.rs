//! Clips on disk: written while they are spoken, finished, found again after a crash, and measured.
//!
//! A clip grows as `<name>.mp3.part`, which plays at any moment, and gets its final name only when it is whole.
//! This module never overwrites or removes a recording that it was not told to abandon.

mod disk;
mod error;
mod recover;
mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rehearse_domain::{Loudness, SoundNote};

pub use disk::{Disk, PartFile};
pub use error::ClipError;
pub use recover::recover;
pub use writer::ClipWriter;

use crate::loudness::LoudnessMeter;
use crate::mp3;
use crate::peaks::PeakMeter;
use crate::sample::duration;

/// A whole clip and everything that is said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct FinishedClip {
    /// Where it lies.
    pub path: PathBuf,
    /// SHA-256 of the whole file, lower-case hex.
    pub sha256: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Length in sound, from the sample count.
    pub duration: Duration,
    /// How loud it is.
    pub loudness: Loudness,
    /// Outline for drawing: at most [`MOST_PEAKS`](crate::peaks::MOST_PEAKS) values, 0 to 255.
    pub peaks: Vec<u8>,
}

/// Measures a whole clip by decoding it: as loud as it was recorded, and overdriven only where so much of it is at full
/// scale that it can be heard ([`SoundNote::Clipping`]), because some samples get there by the encoding alone.
///
/// # Errors
/// [`ClipError::Missing`] when there is no such file, [`ClipError::Sound`] when it does not decode, or when it
/// cannot be read.
pub fn inspect(path: &Path) -> Result<FinishedClip, ClipError> {
    let (sha256, bytes) = disk::fingerprint(&mut std::fs::File::open(path)?)?;
    let measure = Measure::of_file(path)?;
    Ok(measure.clip(path.to_owned(), sha256, bytes))
}

/// SHA-256 of a whole clip, lower-case hex, without decoding it.
///
/// # Errors
/// [`ClipError::Missing`] when there is no such file, or when it cannot be read.
pub fn sha256(path: &Path) -> Result<String, ClipError> {
    Ok(disk::fingerprint(&mut std::fs::File::open(path)?)?.0)
}

/// What is said about the sound of a clip, measured as it streams by.
#[derive(Default)]
struct Measure {
    samples: u64,
    loudness: LoudnessMeter,
    peaks: PeakMeter,
    decoded: bool,
}

impl Measure {
    fn of_file(path: &Path) -> Result<Self, ClipError> {
        let mut measure = Self {
            decoded: true,
            ..Self::default()
        };
        mp3::decode_as_recorded(path, |block| measure.push(block))?;
        Ok(measure)
    }

    fn push(&mut self, samples: &[f32]) {
        self.samples += samples.len() as u64;
        self.loudness.push(samples);
        self.peaks.push(samples);
    }

    fn loudness(&self) -> Loudness {
        let mut loudness = self.loudness.loudness();
        if self.decoded && loudness.note() != Some(SoundNote::Clipping) {
            loudness.clipped = 0.0;
        }
        loudness
    }

    fn clip(&self, path: PathBuf, sha256: String, bytes: u64) -> FinishedClip {
        FinishedClip {
            path,
            sha256,
            bytes,
            duration: duration(self.samples),
            loudness: self.loudness(),
            peaks: self.peaks.peaks(),
        }
    }
}
