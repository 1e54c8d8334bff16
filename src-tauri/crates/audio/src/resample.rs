//! Changes the sample rate of a mono stream without shifting, losing or adding a sample.
//!
//! The filter's start delay is cut off and its tail is flushed, so sound stays aligned with its source.

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler as _};
use thiserror::Error;

use crate::SAMPLE_RATE;

/// Lowest rate that is accepted, in hertz.
pub const LOWEST_RATE: u32 = 1_000;
/// Highest rate that is accepted, in hertz.
pub const HIGHEST_RATE: u32 = 768_000;

/// Input frames for one transform, roughly: 21 ms at 48 kHz. Longer blocks have a steeper filter, shorter ones
/// answer sooner.
const BLOCK: usize = 1024;

/// Why sound cannot be brought to another rate.
#[derive(Debug, Error)]
pub enum ResampleError {
    /// No sound card has this rate, in hertz.
    #[error("a sample rate of {0} Hz is not supported")]
    Rate(u32),
    /// The filter could not be built.
    #[error("the resampler could not be built")]
    Build(#[from] rubato::ResamplerConstructionError),
}

/// A streaming converter for one mono signal. Passes samples through untouched when the rates are equal.
pub struct Resampler {
    from: u32,
    to: u32,
    filter: Option<Filter>,
    received: u64,
    delivered: u64,
}

impl Resampler {
    /// A converter from `from_rate` hertz to [`SAMPLE_RATE`].
    ///
    /// # Errors
    /// [`ResampleError::Rate`] outside [`LOWEST_RATE`] to [`HIGHEST_RATE`].
    pub fn new(from_rate: u32) -> Result<Self, ResampleError> {
        Self::between(from_rate, SAMPLE_RATE)
    }

    /// A converter between any two rates in hertz.
    ///
    /// # Errors
    /// [`ResampleError::Rate`] outside [`LOWEST_RATE`] to [`HIGHEST_RATE`].
    pub fn between(from: u32, to: u32) -> Result<Self, ResampleError> {
        for rate in [from, to] {
            if !(LOWEST_RATE..=HIGHEST_RATE).contains(&rate) {
                return Err(ResampleError::Rate(rate));
            }
        }
        let filter = if from == to {
            None
        } else {
            Some(Filter::new(from, to)?)
        };
        Ok(Self {
            from,
            to,
            filter,
            received: 0,
            delivered: 0,
        })
    }

    /// Takes a block of any length and appends to `out` what is ready. The first samples come after the filter
    /// has filled (about 30 ms); they are not shifted by it.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.received += samples.len() as u64;
        let before = out.len();
        match &mut self.filter {
            None => out.extend_from_slice(samples),
            Some(filter) => filter.push(samples, out),
        }
        self.delivered += (out.len() - before) as u64;
    }

    /// Appends what the filter still holds, so that all in all `ceil(received * to / from)` samples have come
    /// out, and makes the converter ready for another signal.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        if let Some(filter) = &mut self.filter {
            let total = (self.received * u64::from(self.to)).div_ceil(u64::from(self.from));
            filter.drain(total.saturating_sub(self.delivered) as usize, out);
        }
        (self.received, self.delivered) = (0, 0);
    }
}

/// Input frames of one transform: the fewest above [`BLOCK`] that hold an even number of whole periods. With an
/// odd number the middle of the filter would lie between two samples, and all sound half a sample too early.
fn block(from: u32, to: u32) -> usize {
    let period = (from / greatest_common_divisor(from, to)) as usize;
    period * BLOCK.div_ceil(period).next_multiple_of(2)
}

fn greatest_common_divisor(one: u32, other: u32) -> u32 {
    if other == 0 {
        one
    } else {
        greatest_common_divisor(other, one % other)
    }
}

struct Filter {
    engine: Fft<f32>,
    input: Vec<f32>,
    filled: usize,
    output: Vec<f32>,
    /// Output frames of start delay still to be dropped.
    delay: usize,
}

impl Filter {
    fn new(from: u32, to: u32) -> Result<Self, ResampleError> {
        let engine = Fft::<f32>::new(from as usize, to as usize, block(from, to), 1, FixedSync::Both)?;
        let input = vec![0.0; engine.input_frames_next()];
        let output = vec![0.0; engine.output_frames_next()];
        let delay = engine.output_delay();
        Ok(Self {
            engine,
            input,
            filled: 0,
            output,
            delay,
        })
    }

    fn push(&mut self, mut samples: &[f32], out: &mut Vec<f32>) {
        while !samples.is_empty() {
            let free = self.input.get_mut(self.filled..).unwrap_or_default();
            let (now, later) = samples.split_at(samples.len().min(free.len()));
            for (slot, sample) in free.iter_mut().zip(now) {
                *slot = *sample;
            }
            self.filled += now.len();
            samples = later;
            if self.filled == self.input.len() {
                self.run(usize::MAX, out);
            }
        }
    }

    fn drain(&mut self, mut missing: usize, out: &mut Vec<f32>) {
        while missing > 0 {
            let before = out.len();
            self.run(missing, out);
            missing -= out.len() - before;
        }
        self.engine.reset();
        self.filled = 0;
        self.delay = self.engine.output_delay();
    }

    /// Filters one block, silence after the samples that are there, and appends at most `most` of what comes out.
    fn run(&mut self, most: usize, out: &mut Vec<f32>) {
        if !self.transform() {
            // The buffers have the sizes that the engine asked for, so it has no reason to refuse; if it ever
            // does, silence of the right length keeps all later sound in its place.
            self.output.fill(0.0);
        }
        self.filled = 0;
        let dropped = self.delay.min(self.output.len());
        self.delay -= dropped;
        out.extend(self.output.iter().skip(dropped).take(most));
    }

    fn transform(&mut self) -> bool {
        let (frames_in, frames_out) = (self.input.len(), self.output.len());
        let partial = Indexing::new().partial_len(self.filled);
        let Ok(input) = SequentialSlice::new(&self.input, 1, frames_in) else {
            return false;
        };
        let Ok(mut output) = SequentialSlice::new_mut(&mut self.output, 1, frames_out) else {
            return false;
        };
        self.engine
            .process_into_buffer(&input, &mut output, Some(&partial))
            .is_ok()
    }
}
