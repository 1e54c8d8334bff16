//! From the bytes of a WAV, whole or piped, to one channel of sound.

use std::fs;
use std::path::Path;

use super::WavError;
use super::format::Format;

/// Announced lengths from here on are the guess of a program that writes to a pipe: `espeak-ng` writes
/// 0x7FFFF000, others 0xFFFFFFFF.
const UNKNOWN_LENGTH: u32 = 0x7FFF_0000;

/// One channel of sound at its own rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Pcm {
    /// Samples per second, in hertz.
    pub rate: u32,
    /// Full scale at ±1.
    pub samples: Vec<f32>,
}

/// Reads a WAV of any rate, width and number of channels. Two channels become their mean; of more the loudest
/// is taken, since a mean would fade a voice that only one microphone heard.
///
/// # Errors
/// Every variant of [`WavError`] but [`WavError::TooLong`].
pub fn read(path: &Path) -> Result<Pcm, WavError> {
    parse(&fs::read(path)?)
}

/// Reads the bytes of a WAV, for instance all that a child process wrote to its standard output. A length that
/// was never filled in (0, or 2 GiB and more) means "to the end".
///
/// # Errors
/// As [`read`].
pub fn parse(bytes: &[u8]) -> Result<Pcm, WavError> {
    let (format, data) = chunks(bytes)?;
    let samples = format.samples(data);
    let frames = samples.chunks_exact(format.channels);
    if frames.len() == 0 {
        return Err(WavError::Empty);
    }
    let samples = match format.channels {
        1 => samples,
        2 => frames.map(|frame| frame.iter().sum::<f32>() / 2.0).collect(),
        _ => {
            let channel = loudest_channel(&format, &samples);
            frames.filter_map(|frame| frame.get(channel).copied()).collect()
        }
    };
    Ok(Pcm {
        rate: format.rate,
        samples,
    })
}

/// Walks the chunks up to the sound.
fn chunks(bytes: &[u8]) -> Result<(Format, &[u8]), WavError> {
    let (b"RIFF", rest) = tag(bytes)? else {
        return Err(WavError::NotWav);
    };
    let (whole, rest) = length(rest)?;
    // A writer that was stopped early leaves both lengths as they were before the first sample.
    let abandoned = (whole as usize) < rest.len();
    let (b"WAVE", mut rest) = tag(rest)? else {
        return Err(WavError::NotWav);
    };
    let mut format = None;
    loop {
        let (name, after) = tag(rest)?;
        let (announced, body) = length(after)?;
        if name == b"data" {
            let format = format.ok_or(WavError::NotWav)?;
            return Ok((format, sound(announced, abandoned, body)?));
        }
        let size = announced as usize;
        let chunk = body.get(..size).ok_or(WavError::NotWav)?;
        if name == b"fmt " {
            format = Some(Format::parse(chunk)?);
        }
        // Chunks of odd length are followed by one byte of padding.
        rest = body.get(size + size % 2..).ok_or(WavError::NotWav)?;
    }
}

fn sound(announced: u32, abandoned: bool, body: &[u8]) -> Result<&[u8], WavError> {
    if announced >= UNKNOWN_LENGTH || (announced == 0 && abandoned) {
        return Ok(body);
    }
    body.get(..announced as usize).ok_or(WavError::Truncated {
        announced: announced.into(),
        found: body.len() as u64,
    })
}

fn loudest_channel(format: &Format, samples: &[f32]) -> usize {
    let mut energies = vec![0.0f64; format.channels];
    for frame in samples.chunks_exact(format.channels) {
        for (energy, sample) in energies.iter_mut().zip(frame) {
            *energy += f64::from(*sample).powi(2);
        }
    }
    let loudest = energies
        .iter()
        .enumerate()
        .max_by(|(_, one), (_, other)| one.total_cmp(other));
    loudest.map_or(0, |(channel, _)| channel)
}

fn tag(bytes: &[u8]) -> Result<(&[u8; 4], &[u8]), WavError> {
    bytes.split_first_chunk::<4>().ok_or(WavError::NotWav)
}

fn length(bytes: &[u8]) -> Result<(u32, &[u8]), WavError> {
    let (length, rest) = tag(bytes)?;
    Ok((u32::from_le_bytes(*length), rest))
}
