//! The level of live sound, twenty times a second, for the meter that the trainee sees.

use serde::{Deserialize, Serialize};

use crate::SAMPLE_RATE;
use crate::sample::{audible, dbfs, is_clipped};

/// Levels per second.
pub const LEVELS_PER_SECOND: u32 = 20;

const WINDOW: usize = (SAMPLE_RATE / LEVELS_PER_SECOND) as usize;

/// How loud the last 50 ms were.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Root mean square in dB relative to full scale, [`SILENCE_DBFS`](crate::SILENCE_DBFS) to 0.
    pub rms_dbfs: f32,
    /// Highest absolute sample in dB relative to full scale, [`SILENCE_DBFS`](crate::SILENCE_DBFS) to 0.
    pub peak_dbfs: f32,
    /// Whether a sample reached full scale.
    pub clipping: bool,
}

/// Turns a stream of samples into levels. Never allocates.
#[derive(Clone, Debug, Default)]
pub struct LevelMeter {
    energy: f32,
    peak: f32,
    clipping: bool,
    filled: usize,
}

impl LevelMeter {
    /// A meter at the start of a window.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes samples at [`SAMPLE_RATE`] in blocks of any length and calls `each` once for
    /// every full 50 ms.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(Level)) {
        for &sample in samples {
            let sample = audible(sample);
            self.energy += sample * sample;
            self.peak = self.peak.max(sample.abs());
            self.clipping |= is_clipped(sample);
            self.filled += 1;
            if self.filled == WINDOW {
                each(self.level());
                *self = Self::new();
            }
        }
    }

    fn level(&self) -> Level {
        Level {
            rms_dbfs: dbfs((self.energy / WINDOW as f32).sqrt()),
            peak_dbfs: dbfs(self.peak),
            clipping: self.clipping,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn levels(blocks: &[&[f32]]) -> Vec<Level> {
        let (mut meter, mut levels) = (LevelMeter::new(), Vec::new());
        for block in blocks {
            meter.push(block, |level| levels.push(level));
        }
        levels
    }

    #[test]
    fn one_second_of_sound_gives_twenty_levels() {
        assert_eq!(levels(&[&[0.1; SAMPLE_RATE as usize]]).len(), 20);
        assert_eq!(levels(&[&[0.1; WINDOW - 1]]).len(), 0);
    }

    #[test]
    fn a_square_wave_at_half_scale_reads_six_decibels_below_full_scale() {
        let wave: Vec<f32> = (0..WINDOW).map(|n| if n % 2 == 0 { 0.5 } else { -0.5 }).collect();
        let level = levels(&[&wave])[0];
        assert!((level.rms_dbfs + 6.02).abs() < 0.01, "{level:?}");
        assert!((level.peak_dbfs + 6.02).abs() < 0.01, "{level:?}");
        assert!(!level.clipping);
    }

    #[test]
    fn a_single_full_scale_sample_shows_as_clipping_in_its_window_only() {
        let mut sound = vec![0.0; 2 * WINDOW];
        sound[WINDOW] = -1.0;
        let levels = levels(&[&sound]);
        assert_eq!(
            levels.iter().map(|level| level.clipping).collect::<Vec<_>>(),
            [false, true]
        );
    }

    proptest! {
        #[test]
        fn block_borders_do_not_change_the_levels(
            sound in prop::collection::vec(-2.0f32..2.0, 0..6000),
            border in 0usize..6000,
        ) {
            let (head, tail) = sound.split_at(border.min(sound.len()));
            prop_assert_eq!(levels(&[&sound]), levels(&[head, tail]));
        }
    }
}
