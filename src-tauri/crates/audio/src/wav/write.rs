//! A plain 16-bit mono WAV.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::WavError;
use crate::sample::audible;

/// Length of the header before the sound, in bytes.
const HEADER: u32 = 44;

/// Writes sound at `rate` hertz as 16-bit mono; beyond ±1 it is cut. An existing file is replaced.
///
/// # Errors
/// [`WavError::TooLong`] from 4 GiB on, or [`WavError::Disk`].
pub fn write(path: &Path, samples: &[f32], rate: u32) -> Result<(), WavError> {
    let bytes = samples
        .len()
        .checked_mul(2)
        .and_then(|bytes| u32::try_from(bytes).ok());
    let bytes = bytes
        .filter(|bytes| *bytes <= u32::MAX - HEADER)
        .ok_or(WavError::TooLong)?;
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(b"RIFF")?;
    file.write_all(&(bytes + HEADER - 8).to_le_bytes())?;
    file.write_all(b"WAVEfmt ")?;
    file.write_all(&16u32.to_le_bytes())?;
    file.write_all(&1u16.to_le_bytes())?; // whole numbers
    file.write_all(&1u16.to_le_bytes())?; // one channel
    file.write_all(&rate.to_le_bytes())?;
    file.write_all(&rate.saturating_mul(2).to_le_bytes())?; // bytes per second
    file.write_all(&2u16.to_le_bytes())?; // bytes per sample
    file.write_all(&16u16.to_le_bytes())?; // bits per sample
    file.write_all(b"data")?;
    file.write_all(&bytes.to_le_bytes())?;
    for sample in samples {
        let whole = (audible(*sample) * 32_768.0).round().min(32_767.0) as i16;
        file.write_all(&whole.to_le_bytes())?;
    }
    file.flush()?;
    Ok(())
}
