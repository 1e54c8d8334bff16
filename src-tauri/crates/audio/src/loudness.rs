//! How loud a whole clip is, measured as it streams by, in constant memory.

use rehearse_domain::Loudness;

use crate::SAMPLE_RATE;
use crate::sample::{audible, dbfs, is_clipped};

/// The window slides in steps of 10 ms.
const STEP: usize = (SAMPLE_RATE / 100) as usize;
/// 400 ms, the window of momentary loudness in EBU R 128.
const STEPS_PER_WINDOW: usize = 40;

/// Measures peak, loudest 400 ms, and share of clipped samples.
#[derive(Clone, Debug)]
pub struct LoudnessMeter {
    samples: u64,
    clipped: u64,
    peak: f32,
    step_energy: f64,
    step_filled: usize,
    /// Energies of the last steps, the newest at the end; zero before the window is full.
    window: [f64; STEPS_PER_WINDOW],
    steps: usize,
    loudest_energy: f64,
}

impl Default for LoudnessMeter {
    fn default() -> Self {
        Self {
            samples: 0,
            clipped: 0,
            peak: 0.0,
            step_energy: 0.0,
            step_filled: 0,
            window: [0.0; STEPS_PER_WINDOW],
            steps: 0,
            loudest_energy: 0.0,
        }
    }
}

impl LoudnessMeter {
    /// A meter that has heard nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes samples at [`SAMPLE_RATE`] in blocks of any length.
    pub fn push(&mut self, samples: &[f32]) {
        for &sample in samples {
            let sample = audible(sample);
            self.samples += 1;
            self.clipped += u64::from(is_clipped(sample));
            self.peak = self.peak.max(sample.abs());
            self.step_energy += f64::from(sample * sample);
            self.step_filled += 1;
            if self.step_filled == STEP {
                self.end_step();
            }
        }
    }

    /// The loudness so far. A clip shorter than 400 ms is measured over its whole length; nothing at all is
    /// [`SILENCE_DBFS`](crate::SILENCE_DBFS).
    pub fn loudness(&self) -> Loudness {
        let mean_square = if self.steps >= STEPS_PER_WINDOW {
            self.loudest_energy / (STEPS_PER_WINDOW * STEP) as f64
        } else {
            (self.window.iter().sum::<f64>() + self.step_energy) / self.samples.max(1) as f64
        };
        Loudness {
            peak_dbfs: dbfs(self.peak),
            loudest_dbfs: dbfs(mean_square.sqrt() as f32),
            clipped: self.clipped as f32 / self.samples.max(1) as f32,
        }
    }

    fn end_step(&mut self) {
        self.window.rotate_left(1);
        if let Some(newest) = self.window.last_mut() {
            *newest = self.step_energy;
        }
        self.steps += 1;
        // Summed anew each time: a running difference would drift over a long clip.
        self.loudest_energy = self.loudest_energy.max(self.window.iter().sum());
        (self.step_energy, self.step_filled) = (0.0, 0);
    }
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use proptest::prelude::*;
    use rehearse_domain::SoundNote;

    use super::*;
    use crate::SILENCE_DBFS;

    fn tone(amplitude: f32, seconds: f32) -> Vec<f32> {
        let count = (seconds * SAMPLE_RATE as f32) as usize;
        (0..count)
            .map(|n| amplitude * (TAU * 440.0 * n as f32 / SAMPLE_RATE as f32).sin())
            .collect()
    }

    fn measure(sound: &[f32]) -> Loudness {
        let mut meter = LoudnessMeter::new();
        meter.push(sound);
        meter.loudness()
    }

    #[test]
    fn a_sine_reads_its_amplitude_as_peak_and_three_decibels_less_as_loudness() {
        let loudness = measure(&tone(0.1, 2.0));
        assert!((loudness.peak_dbfs + 20.0).abs() < 0.05, "{loudness:?}");
        assert!((loudness.loudest_dbfs + 23.01).abs() < 0.05, "{loudness:?}");
        assert_eq!(loudness.clipped, 0.0);
    }

    #[test]
    fn one_loud_word_in_a_minute_of_silence_is_found_in_full() {
        let mut sound = vec![0.0; 60 * SAMPLE_RATE as usize];
        let word = tone(0.5, 0.41);
        sound[777_777..777_777 + word.len()].copy_from_slice(&word);
        assert!((measure(&sound).loudest_dbfs + 9.03).abs() < 0.05);
    }

    #[test]
    fn a_clip_shorter_than_the_window_is_measured_over_its_own_length() {
        assert!((measure(&tone(0.5, 0.1)).loudest_dbfs + 9.03).abs() < 0.1);
    }

    #[test]
    fn nothing_is_silence_that_survives_json() {
        let loudness = measure(&[]);
        assert_eq!(
            loudness,
            Loudness {
                peak_dbfs: SILENCE_DBFS,
                loudest_dbfs: SILENCE_DBFS,
                clipped: 0.0
            }
        );
        let text = serde_json::to_string(&loudness).unwrap();
        assert_eq!(serde_json::from_str::<Loudness>(&text).unwrap(), loudness);
        assert_eq!(loudness.note(), Some(SoundNote::Silent));
    }

    #[test]
    fn an_overdriven_microphone_is_noted() {
        let overdriven: Vec<f32> = tone(1.5, 1.0);
        let loudness = measure(&overdriven);
        assert!(loudness.clipped > 0.3, "{loudness:?}");
        assert_eq!(loudness.peak_dbfs, 0.0);
        assert_eq!(loudness.note(), Some(SoundNote::Clipping));
    }

    #[test]
    fn samples_that_are_not_numbers_do_not_poison_the_measure() {
        let mut sound = tone(0.1, 1.0);
        sound[5] = f32::NAN;
        sound[6] = f32::NEG_INFINITY;
        assert!(measure(&sound).loudest_dbfs.is_finite());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn block_borders_do_not_change_the_loudness(
            sound in prop::collection::vec(-1.5f32..1.5, 0..24_000),
            border in 0usize..24_000,
        ) {
            let (head, tail) = sound.split_at(border.min(sound.len()));
            let mut meter = LoudnessMeter::new();
            meter.push(head);
            meter.push(tail);
            prop_assert_eq!(meter.loudness(), measure(&sound));
        }
    }
}
