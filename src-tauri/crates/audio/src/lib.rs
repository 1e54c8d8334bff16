//! Sound as data: MP3 in and out, resampling, levels, peaks, and clips on disk.
//!
//! Inside the house sound is always mono `f32` at [`SAMPLE_RATE`], full scale at ±1. Nothing here opens a
//! device, a socket or a database, so a machine without a sound library can still read and check recordings.

pub mod clip;
pub mod level;
pub mod loudness;
pub mod mp3;
pub mod peaks;
pub mod pieces;
pub mod resample;
mod sample;
pub mod stretch;
pub mod wav;

pub use sample::SILENCE_DBFS;

/// Samples per second of all sound between crates and of every MP3 that is written, in hertz.
pub const SAMPLE_RATE: u32 = 24_000;
