//! Brings any rate to the one at which everything but loudness is measured. A windowed-sinc filter in phases: no
//! shift, no block length of its own, so block borders cannot change a sample.

use std::f64::consts::PI;

use crate::stream::dot;

/// The rate of the methods, in hertz.
pub(crate) const RATE: u32 = 16_000;

/// Zero crossings of the filter on each side; with the Kaiser window below it stops 70 dB.
const CROSSINGS: f64 = 16.0;
const KAISER_BETA: f64 = 7.0;
/// Where the filter begins to fall, as a part of the lower Nyquist frequency.
const PASSES: f64 = 0.95;
/// Odd rates would need thousands of phases; the nearest of this many is off by 1/1280 of a sample at most.
const MOST_PHASES: u64 = 640;

pub(crate) struct Resampler {
    from: u64,
    to: u64,
    phases: Vec<Vec<f32>>,
    /// Samples that a filter needs on each side.
    half: usize,
    waiting: Vec<f32>,
    /// Index in the stream, shifted by `half`, of the first sample in `waiting`.
    first: u64,
    received: u64,
    delivered: u64,
}

impl Resampler {
    pub(crate) fn new(rate: u32) -> Self {
        let divisor = u64::from(greatest_common_divisor(rate, RATE));
        let (from, to) = (u64::from(rate) / divisor, u64::from(RATE) / divisor);
        let stretch = (from as f64 / to as f64).max(1.0);
        let half = (CROSSINGS * stretch).ceil() as usize;
        let count = to.min(MOST_PHASES);
        let phases = if from == to {
            Vec::new()
        } else {
            (0..count)
                .map(|phase| filter(phase as f64 / count as f64, half, stretch))
                .collect()
        };
        Self {
            from,
            to,
            phases,
            half,
            waiting: vec![0.0; half],
            first: 0,
            received: 0,
            delivered: 0,
        }
    }

    /// Appends what can be told from the samples so far.
    pub(crate) fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.received += samples.len() as u64;
        if self.phases.is_empty() {
            out.extend_from_slice(samples);
            return;
        }
        self.waiting.extend_from_slice(samples);
        while self.next(out) {}
        let start = self.delivered * self.from / self.to;
        let gone = (start.saturating_sub(self.first) as usize).min(self.waiting.len());
        if gone >= self.waiting.len() / 2 {
            self.waiting.drain(..gone);
            self.first += gone as u64;
        }
    }

    /// Appends the rest: all in all `ceil(received * 16000 / rate)` samples.
    pub(crate) fn finish(&mut self, out: &mut Vec<f32>) {
        if self.phases.is_empty() {
            return;
        }
        let total = (self.received * self.to).div_ceil(self.from);
        self.waiting.resize(self.waiting.len() + 2 * self.half, 0.0);
        while self.delivered < total && self.next(out) {}
    }

    fn next(&mut self, out: &mut Vec<f32>) -> bool {
        let place = self.delivered * self.from;
        // `half` samples of silence stand before the stream, so its sample i is the middle of the taps from i on.
        let start = (place / self.to - self.first) as usize;
        let phase = (place % self.to) * self.phases.len() as u64 / self.to;
        let Some(taps) = self.phases.get(phase as usize) else {
            return false;
        };
        let Some(samples) = self.waiting.get(start..start + taps.len()) else {
            return false;
        };
        // Overdriven sound swings over where it is cut off; the network accepts nothing beyond full scale.
        out.push(dot(samples, taps).clamp(-1.0, 1.0));
        self.delivered += 1;
        true
    }
}

/// The taps for an output that lies `fraction` of a sample after the middle one.
fn filter(fraction: f64, half: usize, stretch: f64) -> Vec<f32> {
    let cutoff = PASSES / stretch;
    let taps: Vec<f64> = (0..=2 * half)
        .map(|tap| {
            let distance = tap as f64 - half as f64 - fraction;
            let across = distance / (half as f64 + 1.0);
            let window = bessel(KAISER_BETA * (1.0 - across * across).max(0.0).sqrt()) / bessel(KAISER_BETA);
            let angle = PI * cutoff * distance;
            let sinc = if angle.abs() < 1e-9 {
                1.0
            } else {
                angle.sin() / angle
            };
            sinc * window
        })
        .collect();
    // A constant stays what it is at every phase.
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|tap| (tap / sum) as f32).collect()
}

/// The modified Bessel function of the first kind, order 0, by its series.
pub(crate) fn bessel(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut sum, mut term, mut order) = (1.0, 1.0, 1.0);
    while term > sum * 1e-12 {
        term *= quarter / (order * order);
        sum += term;
        order += 1.0;
    }
    sum
}

fn greatest_common_divisor(one: u32, other: u32) -> u32 {
    if other == 0 {
        one
    } else {
        greatest_common_divisor(other, one % other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, hertz: f64, seconds: f64) -> Vec<f32> {
        let count = (f64::from(rate) * seconds) as usize;
        (0..count)
            .map(|i| (2.0 * PI * hertz * i as f64 / f64::from(rate)).sin() as f32)
            .collect()
    }

    fn converted(rate: u32, sound: &[f32], block: usize) -> Vec<f32> {
        let mut resampler = Resampler::new(rate);
        let mut out = Vec::new();
        for piece in sound.chunks(block) {
            resampler.push(piece, &mut out);
        }
        resampler.finish(&mut out);
        out
    }

    #[test]
    fn a_tone_stays_in_its_place_at_every_rate() {
        for rate in [
            8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 47_999, 48_000, 96_000, 192_000,
        ] {
            let out = converted(rate, &tone(rate, 440.0, 0.5), 1000);
            let expected = tone(RATE, 440.0, 0.5);
            assert_eq!(
                out.len(),
                (0.5_f64 * f64::from(rate))
                    .floor()
                    .mul_add(16_000.0 / f64::from(rate), -1e-9)
                    .ceil() as usize
            );
            for (index, (a, b)) in out.iter().zip(&expected).enumerate().skip(100).take(7_800) {
                assert!((a - b).abs() < 2e-3, "{rate} Hz, sample {index}: {a} for {b}");
            }
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_carry_is_gone() {
        let out = converted(48_000, &tone(48_000, 12_000.0, 0.5), 480);
        assert!(out.iter().skip(200).take(7_000).all(|sample| sample.abs() < 1e-3));
    }

    #[test]
    fn block_borders_change_nothing() {
        let sound = tone(44_100, 300.0, 0.2);
        let whole = converted(44_100, &sound, sound.len());
        for block in [1, 13, 441, 1024] {
            assert_eq!(converted(44_100, &sound, block), whole);
        }
    }
}
