//! The outline of a clip for drawing a waveform, measured as it streams by, in bounded memory.

use crate::sample::audible;

/// Most values that [`PeakMeter::peaks`] gives.
pub const MOST_PEAKS: usize = 400;

/// Ten fine bins for each drawn peak at least, so that uneven borders are not seen.
const MOST_BINS: usize = 20 * MOST_PEAKS;
/// 1 ms: short clips still get a full outline.
const FIRST_BIN_SAMPLES: u32 = 24;

/// Keeps the highest absolute sample of ever longer bins: when the bins run out, neighbours are joined.
#[derive(Clone, Debug)]
pub struct PeakMeter {
    bins: Vec<f32>,
    bin_samples: u32,
    open_peak: f32,
    open_samples: u32,
}

impl Default for PeakMeter {
    fn default() -> Self {
        Self {
            bins: Vec::with_capacity(MOST_BINS),
            bin_samples: FIRST_BIN_SAMPLES,
            open_peak: 0.0,
            open_samples: 0,
        }
    }
}

impl PeakMeter {
    /// A meter that has heard nothing. All the memory it will ever use is taken here.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes samples in blocks of any length.
    pub fn push(&mut self, samples: &[f32]) {
        for &sample in samples {
            self.open_peak = self.open_peak.max(audible(sample).abs());
            self.open_samples += 1;
            if self.open_samples == self.bin_samples {
                self.close_bin();
            }
        }
    }

    /// The outline so far: at most [`MOST_PEAKS`] values, evenly spread, 0 for silence to 255 for full scale.
    /// Clips under 0.4 s give fewer, one for each millisecond begun.
    pub fn peaks(&self) -> Vec<u8> {
        let open = (self.open_samples > 0).then_some(self.open_peak);
        let bins = self.bins.len() + usize::from(open.is_some());
        let peaks = bins.min(MOST_PEAKS);
        let mut values = self.bins.iter().copied().chain(open);
        let mut taken = 0;
        (1..=peaks)
            .map(|peak| {
                let end = peak * bins / peaks;
                let highest = values.by_ref().take(end - taken).fold(0.0, f32::max);
                taken = end;
                (highest * 255.0).round() as u8
            })
            .collect()
    }

    fn close_bin(&mut self) {
        if self.bins.len() == MOST_BINS {
            self.join_neighbours();
            // The bin that is open is only half of a new one now.
            return;
        }
        self.bins.push(self.open_peak);
        (self.open_peak, self.open_samples) = (0.0, 0);
    }

    fn join_neighbours(&mut self) {
        let mut kept = 0;
        for pair in 0..self.bins.len() / 2 {
            let joined = self
                .bins
                .iter()
                .skip(2 * pair)
                .take(2)
                .copied()
                .fold(0.0, f32::max);
            if let Some(bin) = self.bins.get_mut(pair) {
                *bin = joined;
                kept += 1;
            }
        }
        self.bins.truncate(kept);
        self.bin_samples *= 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn outline(sound: &[f32]) -> Vec<u8> {
        let mut meter = PeakMeter::new();
        meter.push(sound);
        meter.peaks()
    }

    #[test]
    fn nothing_has_no_outline_and_five_minutes_have_four_hundred_peaks() {
        assert!(outline(&[]).is_empty());
        assert_eq!(outline(&[0.5]), [128]);
        assert_eq!(outline(&vec![1.0; 300 * 24_000]), vec![255; MOST_PEAKS]);
    }

    #[test]
    fn a_click_is_drawn_where_it_was_in_a_clip_of_any_length() {
        for seconds in [1, 7, 8, 9, 60, 300] {
            let count = seconds * 24_000;
            let mut sound = vec![0.0; count];
            sound[count / 4] = -0.8;
            let peaks = outline(&sound);
            let loud: Vec<usize> = (0..peaks.len()).filter(|&n| peaks[n] > 0).collect();
            assert_eq!(loud.len(), 1, "{seconds} s");
            assert!(
                loud[0].abs_diff(MOST_PEAKS / 4) <= 1,
                "{seconds} s: drawn at {}",
                loud[0]
            );
            assert_eq!(peaks[loud[0]], 204);
        }
    }

    #[test]
    fn memory_does_not_grow_with_the_clip() {
        let mut meter = PeakMeter::new();
        let before = meter.bins.capacity();
        for _ in 0..600 {
            meter.push(&[0.1; 24_000]);
        }
        assert_eq!(meter.bins.capacity(), before);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn the_highest_peak_is_never_lost_and_borders_do_not_matter(
            pattern in prop::collection::vec(-1.0f32..1.0, 1..500),
            length in 1usize..400_000,
            border in 0usize..400_000,
        ) {
            let sound: Vec<f32> = pattern.iter().copied().cycle().take(length).collect();
            let whole = outline(&sound);
            let highest = sound.iter().fold(0.0f32, |highest, sample| highest.max(sample.abs()));
            prop_assert_eq!(whole.iter().copied().max(), Some((highest * 255.0).round() as u8));
            prop_assert!(whole.len() <= MOST_PEAKS);

            let (head, tail) = sound.split_at(border.min(sound.len()));
            let mut meter = PeakMeter::new();
            meter.push(head);
            meter.push(tail);
            prop_assert_eq!(meter.peaks(), whole);
        }
    }
}
