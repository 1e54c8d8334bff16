//! The meter of one turn: hands the sound to each method, and their findings to the figures. It measures nothing
//! itself.

use thiserror::Error;

use crate::clipping::ClippingMeter;
use crate::figures::TurnFigures;
use crate::loudness::LoudnessMeter;
use crate::methods::{Length, Methods};
use crate::resample::Resampler;
use crate::{HIGHEST_RATE, LOWEST_RATE};

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
    damaged: u64,
    clean: Vec<f32>,
    resampled: Vec<f32>,
    clipping: ClippingMeter,
    loudness: LoudnessMeter,
    resampler: Resampler,
    methods: Methods,
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
            damaged: 0,
            clean: Vec::new(),
            resampled: Vec::new(),
            clipping: ClippingMeter::new(sample_rate),
            loudness: LoudnessMeter::new(sample_rate),
            resampler: Resampler::new(sample_rate),
            methods: Methods::new(),
        })
    }

    /// Takes a block of any length, full scale at -1 to 1. Samples that are no numbers count as silence and are
    /// noted.
    pub fn push(&mut self, mono: &[f32]) {
        for block in mono.chunks(crate::sound::BLOCK) {
            self.received += block.len() as u64;
            self.damaged += block.iter().filter(|sample| !sample.is_finite()).count() as u64;
            self.clean.clear();
            self.clean
                .extend(block.iter().map(|sample| crate::sound::clean(*sample)));
            self.clipping.push(&self.clean);
            self.loudness.push(&self.clean);
            self.resampled.clear();
            self.resampler.push(&self.clean, &mut self.resampled);
            self.methods.push(&self.resampled);
        }
    }

    /// Bytes that grow with the sound: what is kept of each frame until the end, about 0.2 MB a minute. All other
    /// buffers have a size of their own, whatever was pushed.
    pub fn retained_bytes(&self) -> usize {
        self.methods.bytes() + self.loudness.bytes()
    }

    /// The figures of all that was pushed.
    pub fn finish(mut self) -> TurnFigures {
        self.resampled.clear();
        self.resampler.finish(&mut self.resampled);
        self.methods.push(&self.resampled);
        let length = Length {
            duration_ms: (self.received * 1000 / u64::from(self.sample_rate)) as u32,
            damaged: self.damaged,
            samples: self.received,
        };
        self.methods
            .finish(&length, self.loudness, self.clipping.finish())
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
