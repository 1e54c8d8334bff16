//! The sound of a host as samples: signed 16 bit, little endian, mono, cut anywhere. A WAV header before it is read and
//! left out, even where it comes in pieces; without one the rate is [`PCM_SAMPLE_RATE`].

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rehearse_audio::resample::Resampler;

use crate::{Cause, PCM_SAMPLE_RATE};

/// A header that is longer than this is none.
const LONGEST_HEADER: usize = 64 * 1024;
/// Before the first chunk: `RIFF`, a length, `WAVE`.
const BEFORE_CHUNKS: usize = 12;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Base64 as hosts want it.
pub(crate) fn base64_of(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// The bytes of one piece of sound, which can be decoded on its own.
pub(crate) fn sound_of(base64: &str) -> Result<Vec<u8>, Cause> {
    Ok(BASE64.decode(base64.trim())?)
}

/// Sound that cannot be played.
#[derive(Debug, thiserror::Error)]
enum PcmError {
    #[error(
        "the sound has {bits} bits and {channels} channels in format {format}, not 16 bits and one channel"
    )]
    Form { format: u16, channels: u16, bits: u16 },
    #[error("the sound begins with a header that does not end")]
    Header,
}

/// A reader of sound that comes in pieces.
#[derive(Default)]
pub(crate) struct Pcm {
    /// Bytes that are not samples yet: a header that is not whole, or half a sample.
    held: Vec<u8>,
    begun: bool,
    resampler: Option<Resampler>,
}

impl Pcm {
    /// The samples that these bytes complete, at [`PCM_SAMPLE_RATE`].
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<Vec<f32>, Cause> {
        self.held.extend_from_slice(bytes);
        if !self.begun {
            let Some(start) = self.start()? else {
                return Ok(Vec::new());
            };
            self.held.drain(..start);
            self.begun = true;
        }
        Ok(self.samples())
    }

    /// The samples that were still on the way. Half a sample is none.
    pub(crate) fn finish(&mut self) -> Vec<f32> {
        let mut samples = self.samples();
        if let Some(resampler) = &mut self.resampler {
            resampler.finish(&mut samples);
        }
        samples
    }

    fn samples(&mut self) -> Vec<f32> {
        let (pairs, _) = self.held.as_chunks();
        // A division by a power of two is exact, so that the bytes can be had back.
        let samples: Vec<f32> = pairs
            .iter()
            .map(|pair| f32::from(i16::from_le_bytes(*pair)) / 32768.0)
            .collect();
        self.held.drain(..samples.len() * 2);
        let Some(resampler) = &mut self.resampler else {
            return samples;
        };
        let mut out = Vec::new();
        resampler.push(&samples, &mut out);
        out
    }

    /// Where the samples begin; `None` while that cannot be told.
    fn start(&mut self) -> Result<Option<usize>, Cause> {
        let length = self.held.len().min(4);
        if self.held.get(..length) != b"RIFF".get(..length) {
            return Ok(Some(0));
        }
        let Some((mut chunks, mut at)) = self.held.get(BEFORE_CHUNKS..).map(|rest| (rest, BEFORE_CHUNKS))
        else {
            return Ok(None);
        };
        while let Some((name, size, rest)) = chunk(chunks) {
            at += 8;
            if name == *b"data" {
                return Ok(Some(at));
            }
            if name == *b"fmt " && rest.len() >= size.min(16) {
                self.resampler = resampler(rest)?;
            }
            let padded = size.saturating_add(size % 2);
            let Some(after) = rest.get(padded..) else {
                break;
            };
            (chunks, at) = (after, at + padded);
        }
        match self.held.len() > LONGEST_HEADER {
            true => Err(PcmError::Header.into()),
            false => Ok(None),
        }
    }
}

/// The next chunk of a WAV file: its name, the size it claims, and what follows.
fn chunk(bytes: &[u8]) -> Option<([u8; 4], usize, &[u8])> {
    let (name, rest) = bytes.split_first_chunk()?;
    let (size, rest) = rest.split_first_chunk()?;
    Some((*name, usize::try_from(u32::from_le_bytes(*size)).ok()?, rest))
}

/// What brings the sound of this `fmt ` chunk to the right rate; `None` where it has it.
fn resampler(format: &[u8]) -> Result<Option<Resampler>, Cause> {
    let number = |at: usize| {
        let pair = format.get(at..)?.first_chunk()?;
        Some(u16::from_le_bytes(*pair))
    };
    let rate = format
        .get(4..)
        .and_then(<[u8]>::first_chunk)
        .map(|rate| u32::from_le_bytes(*rate));
    match (number(0), number(2), rate, number(14)) {
        (Some(1 | 0xFFFE), Some(1), Some(PCM_SAMPLE_RATE), Some(16)) => Ok(None),
        (Some(1 | 0xFFFE), Some(1), Some(rate), Some(16)) => {
            Ok(Some(Resampler::between(rate, PCM_SAMPLE_RATE)?))
        }
        (format, channels, _, bits) => Err(PcmError::Form {
            format: format.unwrap_or(0),
            channels: channels.unwrap_or(0),
            bits: bits.unwrap_or(0),
        }
        .into()),
    }
}

#[cfg(test)]
#[path = "pcm_tests.rs"]
mod tests;
