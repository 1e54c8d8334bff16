//! The shape of one MP3 frame at the house's settings. All frames are of one size, so the n-th starts at
//! n * [`FRAME_BYTES`].

/// Samples in one frame (MPEG-2 Layer III).
pub const FRAME_SAMPLES: u64 = 576;

/// Bytes in one frame: 576 samples at 24 kHz are 24 ms, at 48 kbit/s 144 bytes, never padded.
pub const FRAME_BYTES: usize = 144;

/// Sync word, MPEG-2 Layer III without checksum, 48 kbit/s, 24 kHz, not padded, mono, original.
pub(super) const HEADER: [u8; 4] = [0xFF, 0xF3, 0x64, 0xC4];

/// The bits that must agree: of the last byte only the channel mode, the rest is decoration.
const MASK: [u8; 4] = [0xFF, 0xFF, 0xFF, 0xC0];

/// Whether `bytes` is one whole frame by its size and header.
pub(crate) fn is_frame(bytes: &[u8]) -> bool {
    bytes.len() == FRAME_BYTES
        && bytes
            .iter()
            .zip(HEADER)
            .zip(MASK)
            .all(|((byte, header), mask)| byte & mask == header & mask)
}
