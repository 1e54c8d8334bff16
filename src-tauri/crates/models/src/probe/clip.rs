//! A recording that nobody made: a soft tone, so that no voice leaves the computer for a test.

use std::f32::consts::TAU;

use bytes::Bytes;
use rehearse_audio::SAMPLE_RATE;
use rehearse_audio::mp3::{Encoder, Mp3Error};

/// Hosts bill a shorter recording as a second, and some find a very short one empty.
const SECONDS: u32 = 1;
const HERTZ: f32 = 440.0;
const LOUDNESS: f32 = 0.1;

/// The tone as an MP3 file, and its length in seconds.
pub(super) fn tone() -> Result<(Bytes, u32), Mp3Error> {
    let step = TAU * HERTZ / SAMPLE_RATE as f32;
    let samples: Vec<f32> = (0..SAMPLE_RATE * SECONDS)
        .map(|number| (number as f32 * step).sin() * LOUDNESS)
        .collect();
    let mut encoder = Encoder::new()?;
    let mut mp3 = Vec::new();
    encoder.encode(&samples, &mut mp3)?;
    encoder.finish(&mut mp3)?;
    Ok((mp3.into(), SECONDS))
}
