//! How samples lie in a WAV: the `fmt ` chunk, and from bytes to ±1.

use super::WavError;

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const A_LAW: u16 = 6;
const MU_LAW: u16 = 7;
const EXTENSIBLE: u16 = 0xFFFE;

/// One sample's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Unsigned8,
    Signed16,
    Signed24,
    Signed32,
    Float32,
    Float64,
    ALaw,
    MuLaw,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    coding: Coding,
    pub(super) channels: usize,
    pub(super) rate: u32,
}

impl Format {
    /// Reads the body of a `fmt ` chunk.
    pub(super) fn parse(chunk: &[u8]) -> Result<Self, WavError> {
        let word = |at: usize| {
            let bytes = chunk.get(at..at + 2).and_then(|bytes| bytes.try_into().ok());
            bytes.map(u16::from_le_bytes).ok_or(WavError::NotWav)
        };
        let (channels, bits) = (usize::from(word(2)?), word(14)?);
        let rate = u32::from(word(4)?) | u32::from(word(6)?) << 16;
        // The extended form keeps the real tag in the first two bytes of a GUID.
        let format = if word(0)? == EXTENSIBLE {
            word(24)?
        } else {
            word(0)?
        };
        let coding = match (format, bits) {
            (PCM, 8) => Coding::Unsigned8,
            (PCM, 16) => Coding::Signed16,
            (PCM, 24) => Coding::Signed24,
            (PCM, 32) => Coding::Signed32,
            (FLOAT, 32) => Coding::Float32,
            (FLOAT, 64) => Coding::Float64,
            (A_LAW, 8) => Coding::ALaw,
            (MU_LAW, 8) => Coding::MuLaw,
            _ => return Err(WavError::Unsupported { format, bits }),
        };
        if channels == 0 || rate == 0 {
            return Err(WavError::NotWav);
        }
        Ok(Self {
            coding,
            channels,
            rate,
        })
    }

    /// The samples of all channels, one frame after the other. A frame that is cut off ends them.
    pub(super) fn samples(&self, data: &[u8]) -> Vec<f32> {
        match self.coding {
            Coding::Unsigned8 => each(data, |[byte]| (f32::from(byte) - 128.0) / 128.0),
            Coding::Signed16 => each(data, |bytes| f32::from(i16::from_le_bytes(bytes)) / 32_768.0),
            Coding::Signed24 => each(data, |[a, b, c]| {
                i32::from_le_bytes([0, a, b, c]) as f32 / 2_147_483_648.0
            }),
            Coding::Signed32 => each(data, |bytes| i32::from_le_bytes(bytes) as f32 / 2_147_483_648.0),
            Coding::Float32 => each(data, f32::from_le_bytes),
            Coding::Float64 => each(data, |bytes| f64::from_le_bytes(bytes) as f32),
            Coding::ALaw => each(data, |[byte]| a_law(byte)),
            Coding::MuLaw => each(data, |[byte]| mu_law(byte)),
        }
    }
}

/// Ten minutes are 14 million samples: the coding is looked at once and not for each of them.
fn each<const BYTES: usize>(data: &[u8], sample: impl Fn([u8; BYTES]) -> f32) -> Vec<f32> {
    data.as_chunks().0.iter().map(|bytes| sample(*bytes)).collect()
}

/// ITU-T G.711, A-law.
fn a_law(byte: u8) -> f32 {
    let code = byte ^ 0x55;
    let (exponent, mantissa) = ((code >> 4) & 7, i32::from(code & 15));
    let magnitude = match exponent {
        0 => (mantissa << 4) + 8,
        _ => ((mantissa << 4) + 0x108) << (exponent - 1),
    };
    (if code & 0x80 == 0 { -magnitude } else { magnitude }) as f32 / 32_768.0
}

/// ITU-T G.711, mu-law.
fn mu_law(byte: u8) -> f32 {
    let code = !byte;
    let magnitude = ((i32::from(code & 15) << 3) + 0x84) << ((code >> 4) & 7);
    let magnitude = magnitude - 0x84;
    (if code & 0x80 == 0 { magnitude } else { -magnitude }) as f32 / 32_768.0
}
