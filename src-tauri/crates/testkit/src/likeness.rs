//! Whether two recordings are the same sound: alignment, and correlation second by second.

use std::ops::RangeInclusive;

use rehearse_audio::resample::Resampler;

/// Where one recording lies in another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alignment {
    /// Samples of `heard` before the first sample of `said`; negative when its start is missing.
    pub offset: i64,
    /// Normalised correlation there, -1 to 1.
    pub correlation: f32,
}

/// Brings a mono recording to another rate.
pub fn to_rate(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
    let mut out = Vec::new();
    if let Ok(mut resampler) = Resampler::between(from, to) {
        resampler.push(samples, &mut out);
        resampler.finish(&mut out);
    }
    out
}

/// Finds `said` in `heard`, both at the same rate, with offsets from `-most` to `+most` samples: first coarsely on the
/// means of 24 samples, then exactly.
pub fn align(said: &[f32], heard: &[f32], most: usize) -> Alignment {
    const COARSE: usize = 24;
    let (coarse_said, coarse_heard) = (thin(said, COARSE), thin(heard, COARSE));
    let range = (most / COARSE) as i64;
    let rough = best(&coarse_said, &coarse_heard, -range..=range).offset * COARSE as i64;
    best(said, heard, rough - 2 * COARSE as i64..=rough + 2 * COARSE as i64)
}

/// The correlation of each second of `said` with the same second of `heard`, shifted by `offset`. Seconds in which
/// hardly anything was said are left out; one that `heard` does not cover counts as 0.
pub fn likeness_per_second(said: &[f32], heard: &[f32], offset: i64, rate: u32) -> Vec<f32> {
    spoken_seconds(said, rate)
        .map(|(start, part)| {
            let start = usize::try_from(start + offset).ok();
            let other = start.and_then(|start| heard.get(start..start + part.len()));
            other.map_or(0.0, |other| correlation(part, other))
        })
        .collect()
}

/// The same, but each second is looked for by itself up to half a second around its place: sound that was held up on
/// the way spoils the second in which it was, not all that follow.
pub fn words_per_second(said: &[f32], heard: &[f32], offset: i64, rate: u32) -> Vec<f32> {
    let slack = rate as usize / 2;
    spoken_seconds(said, rate)
        .map(|(start, part)| {
            let from = usize::try_from(start + offset)
                .unwrap_or(0)
                .saturating_sub(slack)
                .min(heard.len());
            let to = (from + part.len() + 2 * slack).min(heard.len());
            align(part, heard.get(from..to).unwrap_or_default(), 2 * slack).correlation
        })
        .collect()
}

fn spoken_seconds(said: &[f32], rate: u32) -> impl Iterator<Item = (i64, &[f32])> {
    let second = rate as usize;
    let is_loud = |part: &[f32]| part.iter().map(|s| s * s).sum::<f32>() / part.len() as f32 > 1e-4;
    let parts = said.chunks_exact(second).enumerate();
    parts
        .map(move |(number, part)| ((number * second) as i64, part))
        .filter(move |(_, part)| is_loud(part))
}

/// Normalised correlation of two recordings of the same length, -1 to 1.
pub fn correlation(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0_f64; 3];
    for (&a, &b) in one.iter().zip(other) {
        let (a, b) = (f64::from(a), f64::from(b));
        for (sum, term) in sums.iter_mut().zip([a * b, a * a, b * b]) {
            *sum += term;
        }
    }
    let [product, one, other] = sums;
    if one == 0.0 || other == 0.0 {
        0.0
    } else {
        (product / (one * other).sqrt()) as f32
    }
}

/// The best of some offsets. The correlation is over what both cover, relative to all that was said, so that a short
/// overlap does not win.
fn best(said: &[f32], heard: &[f32], offsets: RangeInclusive<i64>) -> Alignment {
    let squares = |samples: &[f32]| samples.iter().map(|s| f64::from(*s).powi(2)).collect::<Vec<_>>();
    let energy_said: f64 = squares(said).iter().sum();
    // Energy of `heard` before each sample, so that no part of it is summed up twice.
    let mut before = vec![0.0];
    before.extend(squares(heard).iter().scan(0.0, |sum, square| {
        *sum += square;
        Some(*sum)
    }));
    let at = |offset: i64| {
        let (skip_said, skip_heard) = ((-offset).max(0) as usize, offset.max(0) as usize);
        let said_part = said.get(skip_said..).unwrap_or_default();
        let heard_part = heard.get(skip_heard..).unwrap_or_default();
        let product: f32 = said_part.iter().zip(heard_part).map(|(a, b)| a * b).sum();
        let (start, end) = (
            skip_heard.min(heard.len()),
            (skip_heard + said_part.len()).min(heard.len()),
        );
        let energy_heard = before.get(end).unwrap_or(&0.0) - before.get(start).unwrap_or(&0.0);
        let whole = (energy_said * energy_heard).sqrt();
        let correlation = if whole > 0.0 {
            (f64::from(product) / whole) as f32
        } else {
            0.0
        };
        Alignment { offset, correlation }
    };
    let nothing = Alignment {
        offset: 0,
        correlation: 0.0,
    };
    offsets
        .map(at)
        .max_by(|a, b| a.correlation.total_cmp(&b.correlation))
        .unwrap_or(nothing)
}

fn thin(samples: &[f32], by: usize) -> Vec<f32> {
    samples
        .chunks(by)
        .map(|part| part.iter().sum::<f32>() / part.len() as f32)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise with the same energy in every part, from a fixed seed.
    fn noise(length: usize, mut seed: u32) -> Vec<f32> {
        let next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        std::iter::repeat_with(next).take(length).collect()
    }

    #[test]
    fn a_recording_is_found_where_it_lies_and_nothing_else_is() {
        let said = noise(8000, 1);
        let mut heard = noise(1234, 2);
        heard.extend(said.iter().map(|s| s * 0.8));
        let found = align(&said, &heard, 4000);
        assert_eq!(found.offset, 1234);
        assert!(found.correlation > 0.999);
        assert!(align(&noise(8000, 3), &heard, 4000).correlation < 0.2);
    }

    #[test]
    fn a_missing_start_gives_a_negative_offset() {
        let said = noise(8000, 4);
        assert_eq!(align(&said, &said[500..], 2000).offset, -500);
    }

    #[test]
    fn a_second_with_lost_samples_is_not_like_the_original() {
        let said = noise(3000, 5);
        let mut heard = said.clone();
        heard.drain(1500..1540);
        let likeness = likeness_per_second(&said, &heard, 0, 1000);
        assert!(
            likeness[0] > 0.999 && likeness[1] < 0.9 && likeness[2] < 0.5,
            "{likeness:?}"
        );
        let words = words_per_second(&said, &heard, 0, 1000);
        assert!(words[0] > 0.999 && words[1] < 0.9 && words[2] > 0.95, "{words:?}");
    }
}
