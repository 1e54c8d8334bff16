//! What one sample means: full scale, silence, decibels, and how long a count of samples lasts.

use std::time::Duration;

use crate::SAMPLE_RATE;

/// Lowest level that is ever reported, in dB relative to full scale: digital silence, but still a number that
/// survives JSON.
pub const SILENCE_DBFS: f32 = -120.0;

/// From here on a sample counts as clipped. Slightly below 1, because converters stop at 32767 / 32768.
const CLIPPED: f32 = 0.999;

/// The sample as it can be heard: within ±1, and silence for what is not a number (broken drivers deliver both).
#[inline]
pub(crate) fn audible(sample: f32) -> f32 {
    if sample.is_nan() {
        0.0
    } else {
        sample.clamp(-1.0, 1.0)
    }
}

#[inline]
pub(crate) fn is_audible(sample: f32) -> bool {
    (-1.0..=1.0).contains(&sample)
}

#[inline]
pub(crate) fn is_clipped(sample: f32) -> bool {
    sample.abs() >= CLIPPED
}

/// An amplitude (0 to 1) in dB relative to full scale.
pub(crate) fn dbfs(amplitude: f32) -> f32 {
    (20.0 * amplitude.log10()).max(SILENCE_DBFS)
}

/// How long `samples` at [`SAMPLE_RATE`] last.
pub(crate) fn duration(samples: u64) -> Duration {
    let rate = u64::from(SAMPLE_RATE);
    let nanoseconds = (samples % rate) * 1_000_000_000 / rate;
    Duration::from_secs(samples / rate) + Duration::from_nanos(nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_a_number_and_full_scale_is_zero() {
        assert_eq!(dbfs(0.0), SILENCE_DBFS);
        assert_eq!(dbfs(1.0), 0.0);
        assert!((dbfs(0.5) + 6.0206).abs() < 1e-3);
    }

    #[test]
    fn what_is_not_a_number_is_silence_and_overshoot_is_cut() {
        assert_eq!(audible(f32::NAN), 0.0);
        assert_eq!(audible(f32::INFINITY), 1.0);
        assert_eq!(audible(-1.5), -1.0);
        assert_eq!(audible(0.25), 0.25);
    }

    #[test]
    fn durations_come_from_the_sample_count_without_rounding_up_seconds() {
        assert_eq!(duration(36_000), Duration::from_millis(1500));
        assert_eq!(duration(12), Duration::from_micros(500));
    }
}
