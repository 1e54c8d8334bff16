//! How somebody sounded, from the samples alone: mono sound goes in block by block, figures come out.
//!
//! Pure signal processing. Nothing here opens a file or a device, reads a clock or makes a random number, and no
//! other crate of the house is visible from here. The borders of the blocks change nothing in the figures.

mod background;
mod clipping;
mod detector;
mod figures;
mod intensity;
mod loudness;
mod meter;
mod methods;
mod nuclei;
mod pauses;
mod pitch;
mod quantile;
mod resample;
pub mod session;
mod sound;
mod stream;
pub mod words;

pub use clipping::Clipping;
pub use detector::{Activity, SpeechDetector};
pub use figures::{Figure, Loudness, Pauses, Pitch, Reason, Span, Speech, Syllables, TurnFigures};
pub use meter::{Meter, RateError, measure};

/// Version of the method. It is stored with the figures; figures of different methods are not compared, and those
/// of an older one are computed again from the clip.
pub const METHOD: u32 = 2;

/// Lowest accepted sample rate, in hertz.
pub const LOWEST_RATE: u32 = 8_000;
/// Highest accepted sample rate, in hertz.
pub const HIGHEST_RATE: u32 = 192_000;
