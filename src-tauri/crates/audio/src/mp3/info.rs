//! The Info frame at the head of every file: a silent MP3 frame whose payload tells decoders how many frames
//! follow and how many samples to cut at both ends.
//!
//! Layout: the Xing header and the "MP3 Info Tag rev 1" extension by the LAME project.

use super::frame::{FRAME_BYTES, FRAME_SAMPLES, HEADER};

/// Samples that LAME puts in front.
const ENCODER_DELAY: u64 = 576;
/// Samples that every decoder puts in front.
const DECODER_DELAY: u64 = 529;
/// Samples before the first encoded one, as a decoder without the Info frame plays them.
pub(crate) const START_DELAY: u64 = ENCODER_DELAY + DECODER_DELAY;

/// The side information of a mono MPEG-2 frame, all zero: no sound.
const SIDE_INFORMATION: [u8; 9] = [0; 9];
const HAS_FRAMES_AND_BYTES: u32 = 1 | 2;

/// What an encoder has put out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// MP3 frames, without the Info frame.
    pub frames: u64,
    /// Samples that went in, and that a decoder gives back.
    pub samples: u64,
}

/// The Info frame for a file of these totals, or, for `None`, the placeholder of a file that is still growing.
///
/// The placeholder names no frame count, because decoders stop at the count they find there; it does name the
/// start delay, so that a file cut short anywhere plays from the right sample on.
pub fn info_frame(totals: Option<Totals>) -> [u8; FRAME_BYTES] {
    let mut frame = Writer {
        bytes: [0; FRAME_BYTES],
        length: 0,
    };
    frame.put(&HEADER);
    frame.put(&SIDE_INFORMATION);
    frame.put(b"Info");
    match totals {
        None => frame.put(&0u32.to_be_bytes()),
        Some(totals) => {
            frame.put(&HAS_FRAMES_AND_BYTES.to_be_bytes());
            frame.put(&saturated(totals.frames).to_be_bytes());
            frame.put(&saturated(file_bytes(totals)).to_be_bytes());
        }
    }
    frame.put(b"LAME3.100");
    frame.put(&[1, 0]); // constant bit rate; low-pass not told
    frame.put(&[0; 8]); // no replay gain
    frame.put(&[0, 48]); // no flags; 48 kbit/s
    let cut = (ENCODER_DELAY as u32) << 12 | totals.map_or(DECODER_DELAY as u32, padding);
    frame.put(&cut.to_be_bytes()[1..]);
    frame.put(&[0; 4]); // no gain, no preset
    frame.put(&saturated(totals.map_or(0, file_bytes)).to_be_bytes());
    frame.put(&[0; 2]); // checksum of the music: not kept
    frame.put(&checksum(frame.written()).to_be_bytes());
    frame.bytes
}

/// The frame count of a finished Info frame; `None` for a placeholder, a torn one, or anything else.
pub(crate) fn finished_frames(frame: &[u8]) -> Option<u64> {
    let number = |at: usize| Some(u32::from_be_bytes(frame.get(at..at + 4)?.try_into().ok()?));
    let frames = u64::from(number(21)?);
    let cut = u64::from(number(49)? & 0xFFF);
    let samples = (frames * FRAME_SAMPLES).checked_sub(ENCODER_DELAY + cut)?;
    // Whatever the fields say, only a frame that would be written again byte by byte is whole.
    (frame == info_frame(Some(Totals { frames, samples }))).then_some(frames)
}

fn file_bytes(totals: Totals) -> u64 {
    (totals.frames + 1) * FRAME_BYTES as u64
}

/// Samples to cut at the end, in the 12 bits that the layout has for them.
fn padding(totals: Totals) -> u32 {
    let padding = (totals.frames * FRAME_SAMPLES).saturating_sub(ENCODER_DELAY + totals.samples);
    padding.min(0xFFF) as u32
}

fn saturated(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// CRC-16 with the reflected polynomial 0xA001 and start value 0.
fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0u16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xA001 } else { crc >> 1 }
        })
    })
}

struct Writer {
    bytes: [u8; FRAME_BYTES],
    length: usize,
}

impl Writer {
    fn put(&mut self, bytes: &[u8]) {
        for (slot, byte) in self.bytes.iter_mut().skip(self.length).zip(bytes) {
            *slot = *byte;
        }
        self.length += bytes.len();
    }

    fn written(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&self.bytes)
    }
}
