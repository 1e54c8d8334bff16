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

    /// Bytes of one sample of each channel.
    pub(super) fn frame_bytes(&self) -> usize {
        self.channels * self.sample_bytes()
    }

    /// The samples of one frame, channel by channel.
    pub(super) fn samples<'a>(&self, frame: &'a [u8]) -> impl Iterator<Item = f32> + use<'a> {
        let coding = self.coding;
        frame
            .chunks_exact(self.sample_bytes())
            .map(move |bytes| coding.sample(bytes))
    }

    fn sample_bytes(&self) -> usize {
        match self.coding {
            Coding::Unsigned8 | Coding::ALaw | Coding::MuLaw => 1,
            Coding::Signed16 => 2,
            Coding::Signed24 => 3,
            Coding::Signed32 | Coding::Float32 => 4,
            Coding::Float64 => 8,
        }
    }
}

impl Coding {
    fn sample(self, bytes: &[u8]) -> f32 {
        match (self, bytes) {
            (Self::Unsigned8, [byte]) => (f32::from(*byte) - 128.0) / 128.0,
            (Self::Signed16, &[a, b]) => f32::from(i16::from_le_bytes([a, b])) / 32_768.0,
            (Self::Signed24, &[a, b, c]) => i32::from_le_bytes([0, a, b, c]) as f32 / 2_147_483_648.0,
            (Self::Signed32, &[a, b, c, d]) => i32::from_le_bytes([a, b, c, d]) as f32 / 2_147_483_648.0,
            (Self::Float32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
            (Self::Float64, &[a, b, c, d, e, f, g, h]) => f64::from_le_bytes([a, b, c, d, e, f, g, h]) as f32,
            (Self::ALaw, [byte]) => a_law(*byte),
            (Self::MuLaw, [byte]) => mu_law(*byte),
            _ => 0.0,
        }
    }
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
