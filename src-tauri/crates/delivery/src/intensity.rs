//! Intensity contour as in Praat: the mean square under a Kaiser window of 128 ms (for a lowest pitch of 50 Hz), each
//! frame without its mean. It decides nothing.

use crate::resample::{RATE, bessel};
use crate::stream::{Frames, dot, hundredths, keep};

/// Samples of one millisecond.
const MILLISECOND: usize = RATE as usize / 1000;
/// Length of the window, in milliseconds: 6.4 periods of 50 Hz.
const WINDOW_MS: usize = 128;
/// Time from one value to the next, in milliseconds. Praat's own 16 ms is a multiple, so its frames can be picked.
pub(crate) const HOP_MS: usize = 4;
/// Time of the first value.
pub(crate) const FIRST_MS: usize = WINDOW_MS / 2;
/// Praat's reference of 20 micropascals, squared.
const REFERENCE: f32 = 4e-10;
/// What absolute silence gets.
const LOWEST_DB: f32 = -300.0;

/// A value in decibels at [`FIRST_MS`] and every [`HOP_MS`] as long as the window fits.
pub(crate) struct Intensity {
    blocks: Frames,
    sums: Frames,
    squares: Frames,
    window: Vec<f32>,
    contour: Vec<i16>,
}

impl Intensity {
    pub(crate) fn new() -> Self {
        // The window is so smooth that its steps may be a millisecond long.
        let beta = 2.0 * std::f64::consts::PI.powi(2) + 0.5;
        let weights: Vec<f64> = (0..WINDOW_MS)
            .map(|block| {
                let across = (block as f64 + 0.5) / (WINDOW_MS as f64 / 2.0) - 1.0;
                bessel(beta * (1.0 - across * across).sqrt())
            })
            .collect();
        let sum: f64 = weights.iter().sum::<f64>() * MILLISECOND as f64;
        Self {
            blocks: Frames::new(MILLISECOND, MILLISECOND, 0),
            sums: Frames::new(WINDOW_MS, HOP_MS, 0),
            squares: Frames::new(WINDOW_MS, HOP_MS, 0),
            window: weights.iter().map(|weight| (weight / sum) as f32).collect(),
            contour: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, samples: &[f32]) {
        let Self {
            blocks,
            sums,
            squares,
            window,
            contour,
        } = self;
        blocks.push(samples, |block| {
            let (mut mean, mut weighted) = (0.0, 0.0);
            sums.push(&[block.iter().sum()], |frame| {
                mean = frame.iter().sum::<f32>() / (WINDOW_MS * MILLISECOND) as f32;
                weighted = dot(frame, window);
            });
            squares.push(&[dot(block, block)], |frame| {
                // Both buffers fill in step, so the mean is that of this frame.
                let power = dot(frame, window) - 2.0 * mean * weighted + mean * mean;
                keep(contour, hundredths(decibels(power / REFERENCE)));
            });
        });
    }

    /// The contour so far, in decibels.
    pub(crate) fn contour(&self) -> impl Iterator<Item = f32> {
        self.contour.iter().map(|value| f32::from(*value) / 100.0)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.contour.capacity() * size_of::<i16>()
    }
}

fn decibels(ratio: f32) -> f32 {
    if ratio > 0.0 {
        (10.0 * ratio.log10()).max(LOWEST_DB)
    } else {
        LOWEST_DB
    }
}
