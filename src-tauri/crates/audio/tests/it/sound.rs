//! Made sound to encode, and how to compare sounds.

use std::f32::consts::TAU;
use std::io::Write;

/// Says why a test did not run, past the test harness, which keeps to itself what a passing test prints.
pub(crate) fn skipped(reason: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
}

pub(crate) const RATE: usize = rehearse_audio::SAMPLE_RATE as usize;

/// A gliding voice with syllables and breath noise: broad enough in frequency that a shift by one sample shows.
pub(crate) fn voice(samples: usize, seed: u32) -> Vec<f32> {
    let mut noise = seed.wrapping_mul(2_654_435_761).max(1);
    let mut phase = 0.0f32;
    (0..samples)
        .map(|n| {
            let time = n as f32 / RATE as f32;
            phase += TAU * (140.0 + 40.0 * (TAU * 0.7 * time).sin()) / RATE as f32;
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let breath = noise as f32 / u32::MAX as f32 - 0.5;
            let harmonics: f32 = (1..=12).map(|k| (phase * k as f32).sin() / k as f32).sum();
            let syllable = (TAU * 4.0 * time).sin().abs();
            0.3 * syllable * harmonics * 0.6 + 0.02 * breath
        })
        .collect()
}

/// How `heard` relates to `said`, sample by sample.
#[derive(Debug)]
pub(crate) struct Likeness {
    /// Samples by which `heard` is late.
    pub(crate) lag: isize,
    /// 1 for the same shape.
    pub(crate) correlation: f32,
    /// Factor from `said` to `heard`.
    pub(crate) gain: f32,
}

/// Finds the shift at which two sounds agree best, looking at most 600 samples, a little more than one
/// frame, to either side.
pub(crate) fn likeness(said: &[f32], heard: &[f32]) -> Likeness {
    const REACH: usize = 600;
    const WINDOW: usize = 2_400;
    let start = REACH.max((said.len() / 2).saturating_sub(WINDOW / 2));
    let window = WINDOW.min(said.len().min(heard.len()) - start - REACH);
    let said = &said[start..start + window];
    let dot = |one: &[f32], other: &[f32]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>();
    let said_energy = dot(said, said);
    let at = |shift: usize| {
        let heard = &heard[start + shift - REACH..][..window];
        let product = dot(said, heard);
        let correlation = product / (said_energy * dot(heard, heard)).sqrt();
        Likeness {
            lag: shift as isize - REACH as isize,
            correlation,
            gain: product / said_energy,
        }
    };
    (0..=2 * REACH)
        .map(at)
        .max_by(|one, other| one.correlation.total_cmp(&other.correlation))
        .unwrap()
}

pub(crate) fn assert_same_sound(said: &[f32], heard: &[f32]) {
    let likeness = likeness(said, heard);
    assert_eq!(likeness.lag, 0, "{likeness:?}");
    assert!(likeness.correlation > 0.97, "{likeness:?}");
    // LAME scales by 0.95.
    assert!((0.90..0.98).contains(&likeness.gain), "{likeness:?}");
}
