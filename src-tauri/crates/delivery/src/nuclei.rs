//! Syllable nuclei: peaks of the loudness between 130 and 4200 Hz that stand out and have a voice.
//!
//! After de Jong & Wempe (2009), "Praat script to detect syllable nuclei and measure speech rate automatically",
//! Behavior Research Methods 41, with another envelope: theirs is the whole sound under a window of 128 ms, which
//! counts hisses and loses the syllables of fast speakers. Here each mel band is compressed as loudness is (a power
//! law, Stevens 1957) before the bands are added, under a window of 40 ms. The numbers were found on two thirds of the
//! recordings that the accuracy table names.

use std::f32::consts::PI;

use crate::pitch::{Spectrum, Voicing};
use crate::quantile::quantile;
use crate::resample::RATE;
use crate::stream::{hundredths, keep};

/// Exponent of the loudness of a band.
const COMPRESSION: f32 = 0.38;
/// Nuclei lie at most so far under the loudest of the turn (its 99 % quantile), in decibels.
const DEPTH_DB: f32 = 16.4;
/// How far a nucleus stands out over the dips beside it, in decibels.
const PROMINENCE_DB: f32 = 2.6;
/// What is softer than the loudest by more than this is equally silent.
const SILENCE_DB: f32 = 45.0;
/// Standard deviation of the smoothing, in frames of 10 ms.
const SMOOTHING: f32 = 1.08;
const SMOOTHING_REACH: usize = 4;
/// A voice may be found so many frames beside the peak.
const VOICE_WITHIN: usize = 2;

/// The bands: 19 of the 26 that divide 60 to 7600 Hz evenly on the mel scale.
const BANDS: std::ops::Range<u16> = 1..20;
const BAND_COUNT: f32 = 26.0;
const LOWEST_HZ: f32 = 60.0;
const HIGHEST_HZ: f32 = 7_600.0;
/// Width of a bin of the spectrum, in hertz.
const BIN_HZ: f32 = RATE as f32 / 1024.0;
/// Keeps the logarithm of silence finite.
const TINY: f32 = 1e-9;
/// Sum of the squared window under which the spectrum is taken.
const WINDOW_POWER: f32 = 240.0;

struct Band {
    first: usize,
    weights: Vec<f32>,
}

/// The loudness of each frame of the pitch, in decibels.
pub(crate) struct Envelope {
    bands: Vec<Band>,
    contour: Vec<i16>,
}

impl Envelope {
    pub(crate) fn new() -> Self {
        Self {
            bands: BANDS.map(band).collect(),
            contour: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, spectrum: Spectrum<'_>) {
        let loudness = spectrum.map_or(0.0, |spectrum| {
            let of_band = |band: &Band| {
                let bins = spectrum.get(band.first..).unwrap_or_default();
                let power: f32 = bins
                    .iter()
                    .zip(&band.weights)
                    .map(|(bin, weight)| bin * weight)
                    .sum();
                (power / WINDOW_POWER).powf(COMPRESSION)
            };
            self.bands.iter().map(of_band).sum::<f32>() / self.bands.len() as f32
        });
        let decibels = 10.0 / COMPRESSION * (loudness + TINY).log10();
        keep(&mut self.contour, hundredths(decibels));
    }

    pub(crate) fn bytes(&self) -> usize {
        self.contour.capacity() * size_of::<i16>()
    }
}

fn band(index: u16) -> Band {
    let mel = |hertz: f32| (1.0 + hertz / 700.0).ln();
    let step = (mel(HIGHEST_HZ) - mel(LOWEST_HZ)) / (BAND_COUNT + 1.0);
    let edge = |number: u16| 700.0 * ((mel(LOWEST_HZ) + f32::from(number) * step).exp() - 1.0);
    let (low, centre, high) = (edge(index), edge(index + 1), edge(index + 2));
    let first = (low / BIN_HZ).ceil() as usize;
    let last = (high / BIN_HZ).floor() as usize;
    let weight = |bin: usize| {
        let hertz = bin as f32 * BIN_HZ;
        ((hertz - low) / (centre - low)).min((high - hertz) / (high - centre))
    };
    Band {
        first,
        weights: (first..=last).map(weight).collect(),
    }
}

/// The frames of the nuclei, in order.
pub(crate) fn nuclei(envelope: &Envelope, voicing: &[Voicing]) -> Vec<usize> {
    let loudest = |contour: &[f32]| {
        let mut sorted = contour.to_vec();
        sorted.sort_by(f32::total_cmp);
        quantile(&sorted, 0.99).unwrap_or_default()
    };
    let mut contour: Vec<f32> = envelope
        .contour
        .iter()
        .map(|value| f32::from(*value) / 100.0)
        .collect();
    let silence = loudest(&contour) - SILENCE_DB;
    for value in &mut contour {
        *value = value.max(silence);
    }
    let smooth = smoothed(&contour);
    drop(contour);
    let lowest = loudest(&smooth) - DEPTH_DB;
    let has_voice = |peak: usize| {
        let around = voicing.iter().skip(peak.saturating_sub(VOICE_WITHIN));
        around.take(2 * VOICE_WITHIN + 1).any(|frame| frame.hertz() > 0.0)
    };
    peaks(&smooth)
        .into_iter()
        .filter(|peak| smooth.get(*peak).is_some_and(|value| *value >= lowest))
        .filter(|peak| prominence(&smooth, *peak) >= PROMINENCE_DB)
        .filter(|peak| has_voice(*peak))
        .collect()
}

/// Under a Gaussian window; at the ends its weight is shared among what is there.
fn smoothed(contour: &[f32]) -> Vec<f32> {
    let reach = SMOOTHING_REACH as f32;
    let gauss =
        |distance: f32| (-0.5 * (distance / SMOOTHING).powi(2)).exp() / (SMOOTHING * (2.0 * PI).sqrt());
    let weights: Vec<f32> = (0..=2 * SMOOTHING_REACH)
        .map(|index| gauss(index as f32 - reach))
        .collect();
    (0..contour.len())
        .map(|frame| {
            let cut = SMOOTHING_REACH.saturating_sub(frame);
            let around = contour.iter().skip(frame.saturating_sub(SMOOTHING_REACH));
            let (sum, weight) = around
                .zip(weights.iter().skip(cut))
                .fold((0.0, 0.0), |(sum, all), (value, weight)| {
                    (sum + value * weight, all + weight)
                });
            sum / weight
        })
        .collect()
}

/// Local maxima; of a level stretch its middle. The ends are none.
fn peaks(contour: &[f32]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut rises_at = None;
    for (index, pair) in contour.windows(2).enumerate() {
        let &[before, after] = pair else { continue };
        if after > before {
            rises_at = Some(index + 1);
        } else if after < before
            && let Some(start) = rises_at.take()
        {
            found.push(usize::midpoint(start, index));
        }
    }
    found
}

/// How far a peak stands over the higher of the two lowest points before a higher one on each side.
fn prominence(contour: &[f32], peak: usize) -> f32 {
    let Some((before, [height, after @ ..])) = contour.split_at_checked(peak) else {
        return 0.0;
    };
    let lowest = |side: &mut dyn Iterator<Item = &f32>| {
        side.take_while(|value| **value <= *height)
            .fold(*height, |low, value| low.min(*value))
    };
    let (left, right) = (lowest(&mut before.iter().rev()), lowest(&mut after.iter()));
    height - left.max(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_stands_out_over_the_higher_dip_beside_it() {
        let contour = [0.0, 5.0, 3.0, 4.0, 4.0, 1.0, 6.0, 0.0];
        assert_eq!(peaks(&contour), [1, 3, 6]);
        assert_eq!(prominence(&contour, 1), 4.0);
        assert_eq!(prominence(&contour, 3), 1.0);
        assert_eq!(prominence(&contour, 6), 6.0);
    }

    #[test]
    fn smoothing_keeps_a_level_contour_level() {
        assert!(
            smoothed(&[-7.0; 12])
                .iter()
                .all(|value| (value + 7.0).abs() < 1e-5)
        );
    }
}
