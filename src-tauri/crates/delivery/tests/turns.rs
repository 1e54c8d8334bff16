//! The meter on made sound: what comes out for any blocks, for what is no speech, and for what is no sound at all.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use rehearse_delivery::{Figure, Meter, Reason, SpeechDetector, TurnFigures, measure};

fn in_blocks(rate: u32, sound: &[f32], blocks: &[usize]) -> TurnFigures {
    let mut meter = Meter::new(rate).unwrap();
    let mut rest = sound;
    for length in blocks.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (block, later) = rest.split_at((*length).min(rest.len()));
        meter.push(block);
        rest = later;
    }
    meter.finish()
}

/// A sum of tones, in hertz.
fn chord(rate: u32, seconds: f32, tones: &[f32]) -> Vec<f32> {
    let sample = |index: usize| {
        let time = index as f32 / rate as f32;
        let sum: f32 = tones
            .iter()
            .map(|hertz| (std::f32::consts::TAU * (hertz * time).fract()).sin())
            .sum();
        0.5 * sum / tones.len() as f32
    };
    (0..(seconds * rate as f32) as usize).map(sample).collect()
}

/// A hum of harmonics in syllables of 250 ms, with a pause in every second.
fn babble(rate: u32, seconds: f32) -> Vec<f32> {
    let tones: Vec<f32> = (1..=12_u8).map(|harmonic| 130.0 * f32::from(harmonic)).collect();
    let mut sound = chord(rate, seconds, &tones);
    for (index, sample) in sound.iter_mut().enumerate() {
        let time = index as f32 / rate as f32;
        let syllable = (std::f32::consts::PI * (time * 4.0).fract()).sin();
        *sample *= if time.fract() < 0.3 { 0.001 } else { syllable };
    }
    sound
}

fn noise(count: usize, scale: f32) -> Vec<f32> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        scale * (state as f32 / (u32::MAX as f32) * 2.0 - 1.0)
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn reasons(figures: &TurnFigures) -> [Option<Reason>; 3] {
    [
        figures.speech.reason(),
        figures.pauses.reason(),
        figures.syllables.reason(),
    ]
}

#[test]
fn nothing_and_next_to_nothing_are_too_short() {
    for sound in [&[][..], &chord(48_000, 0.01, &[200.0])] {
        let figures = measure(48_000, sound).unwrap();
        assert_eq!(reasons(&figures), [Some(Reason::TooShort); 3]);
        assert_eq!(figures.pitch, Figure::Missing(Reason::TooShort));
        assert_eq!(figures.loudness, Figure::Missing(Reason::TooShort));
    }
}

#[test]
fn a_dead_channel_is_silent() {
    let figures = measure(24_000, &vec![0.0; 96_000]).unwrap();
    assert_eq!(figures.duration_ms, 4_000);
    assert_eq!(reasons(&figures), [Some(Reason::Silent); 3]);
    assert_eq!(figures.pitch, Figure::Missing(Reason::Silent));
    assert_eq!(figures.loudness, Figure::Missing(Reason::Silent));
}

#[test]
fn a_chord_and_noise_have_no_figures_of_speech() {
    for sound in [chord(16_000, 4.0, &[261.6, 329.6, 392.0]), noise(64_000, 0.3)] {
        let figures = measure(16_000, &sound).unwrap();
        let reasons = reasons(&figures);
        let good = |reason: &Option<Reason>| matches!(reason, Some(Reason::NoSpeech | Reason::TooNoisy));
        assert!(reasons.iter().all(good), "{figures:?}");
        assert!(figures.pitch.reason().is_some());
        assert!(figures.loudness.value().is_some());
    }
}

#[test]
fn a_steady_tone_has_its_pitch_and_loudness_at_every_rate() {
    for rate in [8_000, 11_025, 16_000, 24_000, 44_100, 48_000, 96_000, 192_000] {
        let figures = measure(rate, &chord(rate, 2.0, &[220.0])).unwrap();
        let pitch = figures.pitch.value().unwrap();
        assert!(
            (pitch.median_hz - 220.0).abs() < 0.5,
            "{rate} Hz: {}",
            pitch.median_hz
        );
        assert!(pitch.spread_semitones < 0.05);
        assert!(
            pitch
                .points()
                .all(|(_, hertz)| hertz.is_none_or(|hertz| (hertz - 220.0).abs() < 1.0))
        );
        let loudness = figures.loudness.value().unwrap();
        // Half of full scale is -9 dB; the weighting of BS.1770 takes 0.6 dB at 220 Hz, and both loudspeakers give 3.
        assert!(
            (loudness.integrated_lufs + 6.7).abs() < 0.5,
            "{rate} Hz: {}",
            loudness.integrated_lufs
        );
        assert_eq!(loudness.range_lu, Figure::Missing(Reason::TooShort));
        assert!(loudness.contour_db.iter().all(|level| (-10..=-8).contains(level)));
    }
}

#[test]
fn an_overdriven_tone_tells_where() {
    let sound: Vec<f32> = chord(24_000, 1.0, &[150.0])
        .iter()
        .map(|sample| sample * 3.0)
        .collect();
    let clipping = measure(24_000, &sound).unwrap().clipping;
    assert!(clipping.samples > 8_000);
    assert_eq!(clipping.places.len(), 1);
}

#[test]
fn a_few_damaged_samples_are_noted_and_many_end_it() {
    let mut sound = chord(16_000, 2.0, &[200.0]);
    (sound[5_000], sound[9_000], sound[9_001]) = (f32::NAN, f32::INFINITY, f32::NEG_INFINITY);
    let figures = measure(16_000, &sound).unwrap();
    assert_eq!(figures.damaged_samples, 3);
    assert!((figures.pitch.value().unwrap().median_hz - 200.0).abs() < 0.5);
    sound[..4_000].fill(f32::NAN);
    let figures = measure(16_000, &sound).unwrap();
    assert_eq!(reasons(&figures), [Some(Reason::Damaged); 3]);
    assert_eq!(figures.loudness, Figure::Missing(Reason::Damaged));
}

#[test]
fn five_minutes_stay_small() {
    let minute = babble(24_000, 60.0);
    let mut meter = Meter::new(24_000).unwrap();
    let mut kept = Vec::new();
    for _ in 0..5 {
        for block in minute.chunks(480) {
            meter.push(block);
        }
        kept.push(meter.retained_bytes());
    }
    // A frame keeps what its methods need: four bytes of the detector each 16 ms, two of the intensity each 4 ms, eight of
    // the pitch, its candidates and two of the envelope each 10 ms; what grows comes in steps of 4096 values.
    let grown: Vec<usize> = kept.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        grown.iter().all(|bytes| (100_000..=260_000).contains(bytes)),
        "{grown:?} bytes a minute"
    );
    assert_eq!(meter.finish().duration_ms, 300_000);
}

#[test]
fn other_rates_are_refused() {
    for rate in [0, 7_999, 192_001, u32::MAX] {
        assert!(Meter::new(rate).is_err());
        assert!(SpeechDetector::new(rate).is_err());
        assert!(measure(rate, &[]).is_err());
    }
}

#[test]
fn figures_survive_being_stored() {
    let figures = measure(16_000, &babble(16_000, 5.0)).unwrap();
    let stored = serde_json::to_string(&figures).unwrap();
    assert_eq!(serde_json::from_str::<TurnFigures>(&stored).unwrap(), figures);
}

#[test]
fn a_detector_that_was_reset_hears_as_if_new() {
    let sound = babble(24_000, 3.0);
    let mut detector = SpeechDetector::new(24_000).unwrap();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    detector.push(&sound, &mut first);
    detector.reset();
    detector.push(&sound, &mut second);
    assert!(first.len() > 180);
    assert_eq!(first, second);
}

fn rates() -> impl Strategy<Value = u32> {
    prop_oneof![
        Just(8_000_u32),
        Just(16_000),
        Just(24_000),
        Just(44_100),
        Just(48_000),
        Just(96_000),
        8_000..=192_000_u32
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        // A soak sets PROPTEST_CASES; each case is seconds of sound, so the usual 256 are too many for every day.
        cases: std::env::var("PROPTEST_CASES").map_or(24, |cases| cases.parse().unwrap_or(24)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn block_borders_change_nothing(blocks in prop::collection::vec(1..9_000_usize, 1..6), rate in rates()) {
        let mut sound = babble(rate, 2.5);
        sound.extend(noise(rate as usize / 3, 0.05));
        prop_assert_eq!(in_blocks(rate, &sound, &blocks), measure(rate, &sound).unwrap());
    }

    #[test]
    fn no_samples_whatever_make_it_fail(
        samples in prop::collection::vec(prop_oneof![any::<f32>(), -1.0..1.0_f32, Just(0.0), Just(1.0)], 0..6_000),
        times in 1..8_usize,
        rate in rates(),
    ) {
        let sound = samples.repeat(times);
        let figures = measure(rate, &sound).unwrap();
        let share = figures.speech.map(|speech| speech.share).value().unwrap_or_default();
        prop_assert!((0.0..=1.0).contains(&share));
        if let Figure::Known(pitch) = &figures.pitch {
            prop_assert!(pitch.low_hz >= 70.0 && pitch.high_hz <= 510.0 && pitch.spread_semitones.is_finite());
        }
        if let Figure::Known(loudness) = &figures.loudness {
            prop_assert!(loudness.integrated_lufs.is_finite());
        }
        if let Figure::Known(syllables) = &figures.syllables {
            prop_assert!(syllables.articulation_rate.is_finite() && syllables.articulation_rate >= syllables.speech_rate);
        }
    }
}
