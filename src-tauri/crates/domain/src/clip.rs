//! A piece of sound on disk and what can be said about it in words.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ClipId;

/// Longest trainee turn. The last 30 s are counted down where the trainee sees them.
pub const MAX_TURN: Duration = Duration::from_secs(300);

/// How loud a clip is, measured over its samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loudness {
    /// Highest absolute sample, dB relative to full scale; at most 0.
    pub peak_dbfs: f32,
    /// Root mean square of the loudest 400 ms, dB relative to full scale.
    pub loudest_dbfs: f32,
    /// Share of samples at full scale, 0 to 1.
    pub clipped: f32,
}

/// What should be said about a take before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SoundNote {
    /// Nothing but silence was recorded.
    Silent,
    /// Speech is likely, but too quiet to be heard well.
    TooQuiet,
    /// The microphone was overdriven.
    Clipping,
}

impl Loudness {
    /// Below this even the loudest 400 ms is taken for silence.
    const SILENT_DBFS: f32 = -55.0;
    /// Below this a partner or a transcriber is likely to miss words.
    const QUIET_DBFS: f32 = -38.0;
    /// More full-scale samples than this are heard as distortion.
    const CLIPPED_SHARE: f32 = 0.001;

    /// The note to show, the most serious first; `None` when the take sounds fine.
    pub fn note(&self) -> Option<SoundNote> {
        if self.loudest_dbfs < Self::SILENT_DBFS {
            Some(SoundNote::Silent)
        } else if self.clipped > Self::CLIPPED_SHARE {
            Some(SoundNote::Clipping)
        } else if self.loudest_dbfs < Self::QUIET_DBFS {
            Some(SoundNote::TooQuiet)
        } else {
            None
        }
    }
}

/// A finished clip: a whole, synced MP3 in the audio folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// Identity, also the file's name.
    pub id: ClipId,
    /// Where it lies, relative to the audio folder, with forward slashes.
    pub file: String,
    /// SHA-256 of the whole file, lower-case hex.
    pub sha256: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Length in sound, from the sample count.
    pub duration: Duration,
    /// How loud it is.
    pub loudness: Loudness,
    /// Peaks for drawing, 0 to 255, evenly spread over the clip.
    pub peaks: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loudness(loudest_dbfs: f32, clipped: f32) -> Loudness {
        Loudness {
            peak_dbfs: 0.0,
            loudest_dbfs,
            clipped,
        }
    }

    #[test]
    fn the_most_serious_note_wins() {
        assert_eq!(loudness(-70.0, 0.0).note(), Some(SoundNote::Silent));
        assert_eq!(loudness(-42.0, 0.0).note(), Some(SoundNote::TooQuiet));
        assert_eq!(loudness(-10.0, 0.02).note(), Some(SoundNote::Clipping));
        assert_eq!(loudness(-20.0, 0.0).note(), None);
    }
}
