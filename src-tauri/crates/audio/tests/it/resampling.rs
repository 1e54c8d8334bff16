//! Rates change; the number of samples and their places in time do not.

use std::f64::consts::TAU;

use proptest::prelude::*;
use rehearse_audio::resample::{ResampleError, Resampler};

/// A chord that is known at every moment, not only at samples. Below 3 kHz, so that every rate carries it.
fn chord(time: f64) -> f64 {
    [(311.0, 0.3), (997.0, 0.2), (2_711.0, 0.1)]
        .iter()
        .map(|(frequency, amplitude)| amplitude * (TAU * frequency * time).sin())
        .sum()
}

fn sampled(rate: u32, count: usize) -> Vec<f32> {
    (0..count)
        .map(|n| chord(n as f64 / f64::from(rate)) as f32)
        .collect()
}

fn resample(from: u32, to: u32, sound: &[f32], block: usize) -> Vec<f32> {
    let (mut resampler, mut out) = (Resampler::between(from, to).unwrap(), Vec::new());
    for block in sound.chunks(block) {
        resampler.push(block, &mut out);
    }
    resampler.finish(&mut out);
    out
}

fn expected_count(from: u32, to: u32, count: usize) -> usize {
    (count as u64 * u64::from(to)).div_ceil(u64::from(from)) as usize
}

#[test]
fn every_common_rate_arrives_in_full_and_in_place() {
    let rates = [
        8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000,
    ];
    let pairs = rates.iter().flat_map(|&rate| [(rate, 24_000), (24_000, rate)]);
    for (from, to) in pairs {
        let count = from as usize * 7 / 10 + 3;
        let heard = resample(from, to, &sampled(from, count), 480);
        assert_eq!(heard.len(), expected_count(from, to, count), "{from} to {to}");
        // At both ends the chord starts out of nothing, which no filter follows; between them it must be the
        // same chord, and one sample of shift would be an error of 0.4.
        let edge = to as usize / 20;
        let wrong = (edge..heard.len() - edge)
            .map(|n| (f64::from(heard[n]) - chord(n as f64 / f64::from(to))).abs())
            .fold(0.0, f64::max);
        assert!(wrong < 2e-3, "{from} to {to}: off by {wrong}");
    }
}

#[test]
fn equal_rates_pass_every_sample_untouched() {
    let sound = sampled(24_000, 5_000);
    assert_eq!(resample(24_000, 24_000, &sound, 480), sound);
}

#[test]
fn what_the_new_rate_cannot_carry_is_removed_and_not_folded_back() {
    let tone: Vec<f32> = (0..48_000)
        .map(|n| (TAU * 14_000.0 * f64::from(n) / 48_000.0).sin() as f32)
        .collect();
    let heard = resample(48_000, 24_000, &tone, 480);
    let loudest = heard[1_000..23_000]
        .iter()
        .fold(0.0f32, |loudest, sample| loudest.max(sample.abs()));
    assert!(loudest < 1e-3, "{loudest}");
}

#[test]
fn a_resampler_is_fresh_again_after_finishing() {
    let sound = sampled(44_100, 10_000);
    let mut resampler = Resampler::new(44_100).unwrap();
    let mut takes = [Vec::new(), Vec::new()];
    for take in &mut takes {
        resampler.push(&sound, take);
        resampler.finish(take);
    }
    assert_eq!(takes[0], takes[1]);
}

#[test]
fn a_rate_that_no_sound_card_has_is_refused() {
    for rate in [0, 999, 768_001, u32::MAX] {
        assert!(matches!(Resampler::new(rate), Err(ResampleError::Rate(refused)) if refused == rate));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_count_is_exact_and_blocks_do_not_matter(
        from in prop_oneof![Just(8_000u32), Just(22_050), Just(44_100), Just(48_000), 4_000u32..100_000],
        count in 0usize..20_000,
        block in 1usize..4_000,
    ) {
        let sound = sampled(from, count);
        let heard = resample(from, 24_000, &sound, block);
        prop_assert_eq!(heard.len(), expected_count(from, 24_000, count));
        prop_assert_eq!(heard, resample(from, 24_000, &sound, count.max(1)));
    }
}
