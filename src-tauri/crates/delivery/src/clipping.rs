//! Samples that hit the limit of the recording: where the top of the wave is cut off, something is lost.

use serde::{Deserialize, Serialize};

use crate::figures::Span;

/// From here a sample counts as at full scale: an encoder may take the last bit away.
const FULL_SCALE: f32 = 0.999;
/// Fewer in a row may be the top of an honest wave (a choice).
const FEWEST_IN_A_ROW: u64 = 3;
/// Places closer together than this are one, in milliseconds: an overdriven vowel is cut off in every period (a choice).
const APART_MS: u32 = 100;

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

    fn add(&mut self, place: Span) {
        if let Some(last) = self.places.last_mut()
            && place.start_ms < last.end_ms + APART_MS
        {
            last.end_ms = place.end_ms;
        } else if self.places.len() < Self::MOST_PLACES {
            self.places.push(place);
        }
    }
}

pub(crate) struct ClippingMeter {
    rate: u64,
    index: u64,
    in_a_row: u64,
    found: Clipping,
}

impl ClippingMeter {
    pub(crate) fn new(rate: u32) -> Self {
        Self {
            rate: u64::from(rate),
            index: 0,
            in_a_row: 0,
            found: Clipping::default(),
        }
    }

    pub(crate) fn push(&mut self, samples: &[f32]) {
        for sample in samples {
            if sample.abs() >= FULL_SCALE {
                self.in_a_row += 1;
            } else if self.in_a_row > 0 {
                self.close();
            }
            self.index += 1;
        }
    }

    pub(crate) fn finish(mut self) -> Clipping {
        self.close();
        self.found
    }

    fn close(&mut self) {
        if self.in_a_row >= FEWEST_IN_A_ROW {
            self.found.samples += self.in_a_row;
            let millisecond = |index: u64| (index * 1000 / self.rate) as u32;
            self.found.add(Span {
                start_ms: millisecond(self.index - self.in_a_row),
                end_ms: millisecond(self.index) + 1,
            });
        }
        self.in_a_row = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clipping(samples: &[f32]) -> Clipping {
        let mut meter = ClippingMeter::new(8_000);
        meter.push(samples);
        meter.finish()
    }

    #[test]
    fn the_top_of_an_honest_wave_is_not_clipped() {
        assert_eq!(clipping(&[0.9, 1.0, 1.0, 0.9, -1.0, 0.0]), Clipping::default());
    }

    #[test]
    fn places_close_together_are_one() {
        let mut sound = vec![0.0; 8_000];
        sound[800..804].fill(1.0);
        sound[1200..1210].fill(-1.0);
        sound[7_997..].fill(1.0);
        let found = clipping(&sound);
        assert_eq!(found.samples, 17);
        let starts: Vec<u32> = found.places.iter().map(|place| place.start_ms).collect();
        assert_eq!(starts, [100, 999]);
    }
}
