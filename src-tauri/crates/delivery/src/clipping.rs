//! Samples that hit the limit of the recording: where the top of the wave is cut off, something is lost.

use serde::{Deserialize, Serialize};

use crate::figures::Span;

/// Where the recording was overdriven: three or more samples in a row at 0.999 of full scale or above.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clipping {
    /// How many samples were lost to it.
    pub samples: u64,
    /// Where, in order; places less than 100 ms apart are one. Only the first [`Clipping::MOST_PLACES`] are kept.
    pub places: Vec<Span>,
}

impl Clipping {
    /// More places than this are not listed.
    pub const MOST_PLACES: usize = 100;
}
