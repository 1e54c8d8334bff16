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
///
/// It can be told while the sound is recorded and not from an MP3 of it, which rings where the wave was cut off and near
/// full scale where it was not. For a turn that is measured from one, [`Clipping::of_share`] takes what was noted then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clipping {
    /// How many samples were lost to it.
    pub samples: u64,
    /// Where, in order; places less than 100 ms apart are one. Only the first [`Clipping::MOST_PLACES`] are kept, and
    /// none by [`Clipping::of_share`].
    pub places: Vec<Span>,
}

impl Clipping {
    /// More places than this are not listed.
    pub const MOST_PLACES: usize = 100;

    /// What is known when `share` of so many samples (0 to 1) was at full scale and nobody wrote down where: how many
    /// samples, in a row or not, and no place. Fewer than three are the top of an honest wave.
    pub fn of_share(share: f32, samples: u64) -> Self {
        let clipped = (f64::from(share.clamp(0.0, 1.0)) * samples as f64).round() as u64;
        Self {
            samples: if clipped < FEWEST_IN_A_ROW { 0 } else { clipped },
            places: Vec::new(),
        }
    }

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
    fn a_share_says_how_many_and_not_where() {
        let five_minutes = 300 * 24_000;
        let share = 1234.0 / five_minutes as f32;
        let found = Clipping::of_share(share, five_minutes);
        assert_eq!((found.samples, found.places.len()), (1234, 0));
        for honest in [0.0, f32::NAN, 2.0 / five_minutes as f32] {
            assert_eq!(Clipping::of_share(honest, five_minutes), Clipping::default());
        }
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
