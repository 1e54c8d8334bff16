//! The candidates for the pitch of each frame: peaks of the autocorrelation, divided by that of the window.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::{
    CEILING_HZ, FLOOR_HZ, FRAME_MS, OCTAVE_COST, VOICING, VOICING_CHANGE_COST, strength_of_no_voice,
};
use crate::resample::RATE;
use crate::stream::{Frames, keep};

/// Three periods of the lowest pitch.
const WINDOW: usize = 640;
const FFT: usize = 1024;
const HOP: usize = (RATE / 1000 * FRAME_MS) as usize;
/// Half a period and a whole one of the lowest pitch, in samples.
const HALF_PERIOD: usize = 107;
const PERIOD: usize = 213;
const LONGEST_LAG: usize = WINDOW / 3 + 2;
/// More candidates are not kept in one frame; the weakest goes.
const MOST: usize = 14;

/// Bins of the power spectrum of a frame, 15.625 Hz wide.
const SPECTRUM_BINS: usize = FFT / 2 + 1;
/// Power spectrum of one frame under the window; `None` for a frame that is too quiet for a voice.
pub(crate) type Spectrum<'a> = Option<&'a [f32]>;

/// One possible pitch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    /// Octaves above 1 Hz: the costs are counted in octaves.
    pub(super) octaves: f32,
    pub(super) strength: f32,
}

/// A candidate as it is kept: 1/20000 of an octave and 1/60000 of strength are far below any error of the method.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Packed {
    octaves: u16,
    strength: u16,
}

const OCTAVE_STEPS: f32 = 20_000.0;
const STRENGTH_STEPS: f32 = 60_000.0;

impl Candidate {
    fn packed(self) -> Packed {
        Packed {
            octaves: ((self.octaves - FLOOR_HZ.log2()) * OCTAVE_STEPS).round() as u16,
            strength: (self.strength * STRENGTH_STEPS).round() as u16,
        }
    }
}

impl Packed {
    pub(super) fn candidate(self) -> Candidate {
        Candidate {
            octaves: FLOOR_HZ.log2() + f32::from(self.octaves) / OCTAVE_STEPS,
            strength: f32::from(self.strength) / STRENGTH_STEPS,
        }
    }
}

struct Frame {
    peak: f32,
    /// Where the candidates of the next frame begin.
    end: u32,
}

/// Collects the candidates of all frames. A frame of the first 20 ms, in which the window has no room, has none.
pub(crate) struct Candidates {
    frames: Frames,
    transform: Transform,
    kept: Vec<Frame>,
    all: Vec<Packed>,
    found: Vec<Candidate>,
    lowest: f32,
    highest: f32,
    sum: f64,
    count: u64,
}

impl Candidates {
    pub(crate) fn new() -> Self {
        Self {
            frames: Frames::new(WINDOW, HOP, WINDOW / 2),
            transform: Transform::new(),
            kept: Vec::new(),
            all: Vec::new(),
            found: Vec::with_capacity(MOST),
            lowest: 0.0,
            highest: 0.0,
            sum: 0.0,
            count: 0,
        }
    }

    /// Takes samples at [`RATE`] and hands on the spectrum of each frame that is now complete.
    pub(crate) fn push(&mut self, samples: &[f32], mut each: impl FnMut(Spectrum<'_>)) {
        let Self {
            frames,
            transform,
            kept,
            all,
            found,
            lowest,
            highest,
            sum,
            count,
        } = self;
        frames.push(samples, |frame| {
            let seen = if kept.is_empty() { 0 } else { WINDOW - HOP };
            for sample in frame.iter().skip(seen) {
                *lowest = lowest.min(*sample);
                *highest = highest.max(*sample);
                *sum += f64::from(*sample);
                *count += 1;
            }
            let fits = kept.len() >= WINDOW / 2 / HOP;
            let peak = transform.window(frame);
            if fits && could_have_voice(peak, (*highest - *lowest) / 2.0) {
                each(Some(transform.spectrum()));
                found.clear();
                transform.candidates(found);
                for candidate in &*found {
                    keep(all, candidate.packed());
                }
            } else {
                each(None);
            }
            let end = all.len() as u32;
            keep(kept, Frame { peak, end });
        });
    }

    /// The largest distance of a sample from the mean of all.
    pub(super) fn global_peak(&self) -> f32 {
        let mean = (self.sum / self.count.max(1) as f64) as f32;
        (self.highest - mean).max(mean - self.lowest)
    }

    /// How many frames there are.
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// The candidates of one frame.
    pub(super) fn of_frame(&self, index: usize) -> &[Packed] {
        let end = |index: usize| self.kept.get(index).map_or(0, |frame| frame.end as usize);
        let start = index.checked_sub(1).map_or(0, end);
        self.all.get(start..end(index)).unwrap_or_default()
    }

    /// Each frame: its peak under the window, and its candidates.
    pub(super) fn frames(&self) -> impl Iterator<Item = (f32, &[Packed])> {
        let frames = self.kept.iter().enumerate();
        frames.map(|(index, frame)| (frame.peak, self.of_frame(index)))
    }

    pub(crate) fn bytes(&self) -> usize {
        self.kept.capacity() * size_of::<Frame>() + self.all.capacity() * size_of::<Packed>()
    }
}

/// Whether the path could go through a voiced candidate here. A frame this quiet against the loudest so far (which
/// the whole recording can only exceed) has no voice whatever its candidates are, so their search can be saved.
fn could_have_voice(peak: f32, loudest_so_far: f32) -> bool {
    peak > 0.0 && strength_of_no_voice(peak / loudest_so_far) < 1.0 + 2.0 * VOICING_CHANGE_COST
}

struct Transform {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    window: Vec<f32>,
    /// One over the autocorrelation of the window.
    normal: Vec<f32>,
    time: Vec<f32>,
    frequency: Vec<Complex<f32>>,
    power: Vec<f32>,
    scratch: Vec<Complex<f32>>,
}

impl Transform {
    fn new() -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(FFT), planner.plan_fft_inverse(FFT));
        let angle = |index: usize| 2.0 * std::f64::consts::PI * (index as f64 + 0.5) / WINDOW as f64;
        let window: Vec<f64> = (0..WINDOW).map(|index| 0.5 - 0.5 * angle(index).cos()).collect();
        let at_lag = |lag: usize| -> f64 {
            window
                .iter()
                .zip(window.iter().skip(lag))
                .map(|(one, other)| one * other)
                .sum()
        };
        let normal = (0..=LONGEST_LAG + 1)
            .map(|lag| (at_lag(0) / at_lag(lag)) as f32)
            .collect();
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            window: window.iter().map(|weight| *weight as f32).collect(),
            normal,
            time: vec![0.0; FFT],
            frequency: vec![Complex::default(); SPECTRUM_BINS],
            power: vec![0.0; SPECTRUM_BINS],
            scratch: vec![Complex::default(); scratch],
            forward,
            inverse,
        }
    }

    /// Puts the frame under the window, without the mean of its middle two periods; its peak in the middle one.
    fn window(&mut self, frame: &[f32]) -> f32 {
        let two_periods = WINDOW / 2 - PERIOD..WINDOW / 2 + PERIOD;
        let two_periods = frame.get(two_periods).unwrap_or_default();
        let mean = two_periods.iter().sum::<f32>() / two_periods.len().max(1) as f32;
        for ((slot, sample), weight) in self.time.iter_mut().zip(frame).zip(&self.window) {
            *slot = (sample - mean) * weight;
        }
        let one_period = WINDOW / 2 - HALF_PERIOD..WINDOW / 2 + HALF_PERIOD;
        let one_period = self.time.get(one_period).unwrap_or_default();
        one_period.iter().fold(0.0, |peak, sample| sample.abs().max(peak))
    }

    fn spectrum(&mut self) -> &[f32] {
        if let Some(rest) = self.time.get_mut(WINDOW..) {
            rest.fill(0.0);
        }
        let done = self
            .forward
            .process_with_scratch(&mut self.time, &mut self.frequency, &mut self.scratch);
        for (power, bin) in self.power.iter_mut().zip(&self.frequency) {
            *power = if done.is_ok() { bin.norm_sqr() } else { 0.0 };
        }
        &self.power
    }

    /// Appends the best peaks of the autocorrelation of the frame whose spectrum was taken last.
    fn candidates(&mut self, found: &mut Vec<Candidate>) {
        for (bin, power) in self.frequency.iter_mut().zip(&self.power) {
            *bin = Complex::new(*power, 0.0);
        }
        let done = self
            .inverse
            .process_with_scratch(&mut self.frequency, &mut self.time, &mut self.scratch);
        let zero_lag = self.time.first().copied().unwrap_or_default();
        if done.is_err() || zero_lag <= 0.0 {
            return;
        }
        for (value, normal) in self.time.iter_mut().zip(&self.normal) {
            *value *= normal / zero_lag;
        }
        let lags = self.time.get(1..=LONGEST_LAG).unwrap_or_default();
        for (lag, window) in (2..).zip(lags.windows(3)) {
            let &[before, here, after] = window else { continue };
            if here > 0.5 * VOICING && here > before && here >= after {
                let candidate = peak(lag, before, here, after);
                if candidate.octaves > CEILING_HZ.log2() || candidate.octaves < FLOOR_HZ.log2() {
                    continue;
                }
                add(found, candidate);
            }
        }
    }
}

/// The peak of the parabola through three neighbours.
fn peak(lag: u16, before: f32, here: f32, after: f32) -> Candidate {
    let slope = 0.5 * (after - before);
    let curve = 2.0 * here - before - after;
    let strength = here + 0.5 * slope * slope / curve;
    Candidate {
        octaves: (RATE as f32 / (f32::from(lag) + slope / curve)).log2(),
        // Sound that is no whole number of periods can overshoot.
        strength: if strength > 1.0 { 1.0 / strength } else { strength },
    }
}

fn add(found: &mut Vec<Candidate>, candidate: Candidate) {
    let worth = |one: &Candidate| one.strength + OCTAVE_COST * one.octaves;
    if found.len() < MOST {
        found.push(candidate);
    } else if let Some(weakest) = found.iter_mut().min_by(|a, b| worth(a).total_cmp(&worth(b)))
        && worth(weakest) < worth(&candidate)
    {
        *weakest = candidate;
    }
}
