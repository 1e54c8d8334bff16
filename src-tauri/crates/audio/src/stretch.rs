//! Speech made slower at the same pitch: WSOLA, after W. Verhelst and M. Roelands, "An overlap-add technique based on
//! waveform similarity (WSOLA) for high quality time-scale modification of speech", ICASSP 1993. Pieces of the sound are
//! laid over one another further apart than they were cut, each taken from where it goes on best from the piece before.

use crate::SAMPLE_RATE;

/// From one piece to the next in what comes out: 20 ms, over which two pieces are faded into one another.
const HOP: usize = SAMPLE_RATE as usize / 50;
/// How far from its place a piece may be taken, to either side: 10 ms, a period of the lowest voices.
const REACH: usize = SAMPLE_RATE as usize / 100;
/// Every so many samples two pieces are compared at: at 24 kHz voices have little above 4 kHz that tells them apart.
const STRIDE: usize = 3;

/// The same speech at `pace` times its speed, from 0.5 to below 1: mono samples at [`SAMPLE_RATE`] in and out. At any
/// other pace, and where there is less than a piece of it, the sound stays as it is.
///
/// ```
/// let second = vec![0.0_f32; 24_000];
/// assert_eq!(rehearse_audio::stretch::slower(&second, 0.75).len(), 32_000);
/// ```
pub fn slower(samples: &[f32], pace: f32) -> Vec<f32> {
    if !(0.5..1.0).contains(&pace) || samples.len() < 3 * HOP {
        return samples.to_vec();
    }
    let length = (samples.len() as f64 / f64::from(pace)).round() as usize;
    let mut slow = vec![0.0; length + 2 * HOP];
    let last = samples.len() - 2 * HOP;
    let mut taken = 0;
    lay(&mut slow, 0, samples.get(..2 * HOP).unwrap_or_default(), true);
    for piece in 1.. {
        let at = piece * HOP;
        if at >= length {
            break;
        }
        let place = ((at as f64) * f64::from(pace)) as usize;
        taken = best(samples, place.min(last), (taken + HOP).min(last), last);
        lay(
            &mut slow,
            at,
            samples.get(taken..taken + 2 * HOP).unwrap_or_default(),
            false,
        );
    }
    slow.truncate(length);
    slow
}

/// Lays a piece over what is there: fading in over its first half, out over its second. The first has nothing to fade
/// in from.
fn lay(slow: &mut [f32], at: usize, piece: &[f32], is_first: bool) {
    let Some(place) = slow.get_mut(at..) else { return };
    for (number, (out, sample)) in place.iter_mut().zip(piece).enumerate() {
        let angle = std::f32::consts::PI * number as f32 / HOP as f32;
        let weight = if is_first && number < HOP {
            1.0
        } else {
            (1.0 - angle.cos()) / 2.0
        };
        *out += sample * weight;
    }
}

/// Where near `place` the sound is most like that which goes on naturally at `natural`.
fn best(samples: &[f32], place: usize, natural: usize, last: usize) -> usize {
    let goes_on = samples.get(natural..natural + HOP).unwrap_or_default();
    let likeness = |from: usize| -> f32 {
        let piece = samples.get(from..from + HOP).unwrap_or_default();
        let pairs = piece.iter().zip(goes_on).step_by(STRIDE);
        pairs.map(|(one, other)| one * other).sum()
    };
    let places = place.saturating_sub(REACH)..=(place + REACH).min(last);
    let alike = places.map(|from| (likeness(from), from));
    let most = alike.max_by(|one, other| one.0.total_cmp(&other.0));
    most.map_or(place, |(_, from)| from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f32, seconds: f32) -> Vec<f32> {
        let count = (seconds * SAMPLE_RATE as f32) as usize;
        (0..count)
            .map(|at| (std::f32::consts::TAU * hertz * at as f32 / SAMPLE_RATE as f32).sin() * 0.5)
            .collect()
    }

    /// Upward crossings of zero in a second.
    fn pitch(samples: &[f32]) -> f32 {
        let crossings = samples
            .windows(2)
            .filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0)
            .count();
        crossings as f32 * SAMPLE_RATE as f32 / samples.len() as f32
    }

    #[test]
    fn a_tone_gets_longer_and_keeps_its_pitch_and_its_loudness() {
        for hertz in [90.0, 150.0, 220.0, 400.0] {
            let normal = tone(hertz, 2.0);
            let slow = slower(&normal, 0.75);
            assert_eq!(slow.len(), 64_000);
            let inside = &slow[2_000..62_000];
            assert!(
                (pitch(inside) - hertz).abs() < hertz * 0.01,
                "{hertz}: {}",
                pitch(inside)
            );
            let loudest = inside.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
            assert!((0.48..0.53).contains(&loudest), "{hertz}: {loudest}");
            let steps = inside.windows(2).map(|pair| (pair[1] - pair[0]).abs());
            let steepest = steps.fold(0.0_f32, f32::max);
            let natural = std::f32::consts::TAU * hertz / SAMPLE_RATE as f32 * 0.5;
            assert!(steepest < natural * 1.6, "{hertz}: a click of {steepest}");
        }
    }

    #[test]
    fn what_cannot_be_slowed_stays_as_it_is() {
        let short = tone(200.0, 0.05);
        assert_eq!(slower(&short, 0.75), short);
        let sound = tone(200.0, 0.5);
        for pace in [0.0, 0.4, 1.0, 1.5, f32::NAN] {
            assert_eq!(slower(&sound, pace), sound, "{pace}");
        }
    }

    #[test]
    fn silence_stays_silent() {
        assert!(slower(&[0.0; 20_000], 0.75).iter().all(|sample| *sample == 0.0));
    }
}
