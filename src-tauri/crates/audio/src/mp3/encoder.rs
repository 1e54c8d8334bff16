//! LAME at the one setting of the house. Gives bytes, knows no file.

use mp3lame_encoder::{
    Bitrate, Builder, FlushGap, Mode, MonoPcm, Quality, VbrMode, max_required_buffer_size,
};

use super::frame::FRAME_BYTES;
use super::{Mp3Error, Totals};
use crate::SAMPLE_RATE;
use crate::sample::{audible, is_audible};

/// Samples handed to LAME at once; bounds the output buffer, whose size follows from it.
const PIECE: usize = 2_400;

/// What LAME may write when it is flushed, by its own documentation.
const FLUSH_BYTES: usize = 7_200;

/// What LAME multiplies sound with at the setting of [`Encoder`]; [`decode_as_recorded`](super::decode_as_recorded)
/// divides by it.
pub(crate) const ENCODER_GAIN: f32 = 0.95;

/// Encodes mono sound at [`SAMPLE_RATE`] to constant 48 kbit/s, quality 5. LAME scales sound by 0.95 at
/// this setting and holds back up to about 2,400 samples (0.1 s).
pub struct Encoder {
    lame: mp3lame_encoder::Encoder,
    cleaned: Vec<f32>,
    samples: u64,
    bytes: u64,
}

impl Encoder {
    /// An encoder at the start of a file.
    ///
    /// # Errors
    /// When LAME finds no memory.
    pub fn new() -> Result<Self, Mp3Error> {
        let lame = Builder::new()
            .ok_or(Mp3Error::Memory)?
            .with_num_channels(1)?
            .with_mode(Mode::Mono)?
            .with_sample_rate(SAMPLE_RATE)?
            .with_vbr_mode(VbrMode::Off)?
            .with_brate(Bitrate::Kbps48)?
            .with_quality(Quality::Good)?
            .with_to_write_vbr_tag(false)?
            .build()?;
        Ok(Self {
            lame,
            cleaned: Vec::new(),
            samples: 0,
            bytes: 0,
        })
    }

    /// Takes a block of any length and appends the bytes that are ready; they need not end at a frame border.
    /// Samples beyond full scale are cut, and what is not a number is silence, because LAME survives neither.
    ///
    /// # Errors
    /// When LAME fails; the encoder is of no use afterwards.
    pub fn encode(&mut self, samples: &[f32], out: &mut Vec<u8>) -> Result<(), Mp3Error> {
        let before = out.len();
        for piece in samples.chunks(PIECE) {
            out.reserve(max_required_buffer_size(piece.len()));
            if piece.iter().all(|sample| is_audible(*sample)) {
                self.lame.encode_to_vec(MonoPcm(piece), out)?;
            } else {
                self.cleaned.clear();
                self.cleaned.extend(piece.iter().map(|sample| audible(*sample)));
                self.lame.encode_to_vec(MonoPcm(self.cleaned.as_slice()), out)?;
            }
            self.samples += piece.len() as u64;
        }
        self.bytes += (out.len() - before) as u64;
        Ok(())
    }

    /// Appends what LAME still holds and tells what has come out; all bytes together are whole frames.
    ///
    /// # Errors
    /// When LAME fails.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<Totals, Mp3Error> {
        let before = out.len();
        out.reserve(FLUSH_BYTES);
        // Not `FlushNoGap`: it loses the last 80 ms.
        self.lame.flush_to_vec::<FlushGap>(out)?;
        self.bytes += (out.len() - before) as u64;
        Ok(Totals {
            frames: self.bytes / FRAME_BYTES as u64,
            samples: self.samples,
        })
    }
}
