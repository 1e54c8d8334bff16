//! Any sound whatever through the meter: it must not panic, its figures must be numbers within their ranges, and the
//! borders of the blocks must change nothing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rehearse_delivery::{Figure, Meter, Span, SpeechDetector, TurnFigures, measure};

/// Enough for every method to have something to say, and few enough for many inputs a second.
const MOST_SAMPLES: usize = 200_000;

/// Takes the input apart; after its end there are only zeros.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn two(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    /// Any bit pattern, numbers or not.
    fn sample(&mut self) -> f32 {
        f32::from_le_bytes([self.byte(), self.byte(), self.byte(), self.byte()])
    }
}

/// Mono sound as it would come from a file of these bytes: a few of them make long stretches, the rest are samples.
fn sound(bytes: &mut Bytes<'_>, rate: u32) -> Vec<f32> {
    let channels = usize::from(bytes.byte() % 8) + 1;
    let mut interleaved = Vec::new();
    let mut state = 1_u32;
    while !bytes.0.is_empty() && interleaved.len() < MOST_SAMPLES {
        let (kind, length) = (bytes.byte() % 6, usize::from(bytes.two()));
        let (scale, hertz) = (bytes.sample(), f32::from(bytes.two() % 4_000));
        let phase = |index: usize| (index as f32 * hertz / rate as f32).fract();
        match kind {
            0 => interleaved.extend(std::iter::repeat_n(scale, length)),
            1 => interleaved
                .extend((0..length).map(|index| scale * (std::f32::consts::TAU * phase(index)).sin())),
            // Pulses that swell and ebb four times a second, which are heard as a voice.
            2 => interleaved.extend((0..length).map(|index| {
                let syllable = (std::f32::consts::PI * (4 * index) as f32 / rate as f32)
                    .sin()
                    .abs();
                scale * syllable * (-8.0 * phase(index)).exp()
            })),
            3 => interleaved.extend((0..length).map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                scale * (state as f32 / u32::MAX as f32 - 0.5)
            })),
            4 => {
                let from = interleaved.len().saturating_sub(length);
                interleaved.extend_from_within(from..);
            }
            _ => interleaved.extend((0..length % 256).map(|_| bytes.sample())),
        }
    }
    interleaved.truncate(MOST_SAMPLES);
    let frames = interleaved.chunks(channels);
    frames
        .map(|frame| frame.iter().sum::<f32>() / channels as f32)
        .collect()
}

fn in_blocks(rate: u32, sound: &[f32], lengths: [usize; 3]) -> TurnFigures {
    let mut meter = Meter::new(rate).expect("the rate was accepted before");
    let mut rest = sound;
    for length in lengths.into_iter().cycle() {
        let (block, later) = rest.split_at(length.min(rest.len()));
        meter.push(block);
        rest = later;
        if rest.is_empty() {
            return meter.finish();
        }
    }
    unreachable!("the lengths go round for ever")
}

fn in_order_within(spans: &[Span], duration_ms: u32) {
    assert!(spans.iter().all(|span| span.start_ms < span.end_ms), "{spans:?}");
    assert!(
        spans.windows(2).all(|pair| pair[0].end_ms <= pair[1].start_ms),
        "{spans:?}"
    );
    assert!(
        spans.last().is_none_or(|last| last.end_ms <= duration_ms),
        "{spans:?} in {duration_ms} ms"
    );
}

fn within_their_ranges(figures: &TurnFigures) {
    if let Figure::Known(speech) = &figures.speech {
        in_order_within(&speech.spans, figures.duration_ms);
        assert!((0.0..=1.0).contains(&speech.share), "{speech:?}");
    }
    if let Figure::Known(pauses) = &figures.pauses {
        in_order_within(&pauses.spans, figures.duration_ms);
        assert_eq!(
            pauses.total_ms,
            pauses.spans.iter().map(|span| span.length_ms()).sum::<u32>()
        );
    }
    if let Figure::Known(syllables) = &figures.syllables {
        assert!(
            syllables.articulation_rate >= syllables.speech_rate,
            "{syllables:?}"
        );
        assert!(syllables.nuclei_ms.is_sorted());
    }
    if let Figure::Known(pitch) = &figures.pitch {
        assert!(
            pitch.low_hz >= 74.0 && pitch.high_hz <= 501.0,
            "{} to {} Hz",
            pitch.low_hz,
            pitch.high_hz
        );
        assert!(pitch.low_hz <= pitch.median_hz && pitch.median_hz <= pitch.high_hz);
    }
}

fuzz_target!(|input: &[u8]| {
    let mut bytes = Bytes(input);
    // Half of the inputs are at the rate at which all methods work, a few at one that is refused.
    let rate = match bytes.byte() % 8 {
        0 => bytes.two().into(),
        1 => 8_000 + 3 * u32::from(bytes.two()),
        2 => 24_000,
        3 => 44_100,
        _ => 16_000,
    };
    let lengths = [0; 3].map(|_: usize| usize::from(bytes.two() % 9_000) + 1);
    let sound = sound(&mut bytes, rate.max(1));
    let Ok(figures) = measure(rate, &sound) else {
        assert!(SpeechDetector::new(rate).is_err() && Meter::new(rate).is_err());
        return;
    };
    within_their_ranges(&figures);
    assert_eq!(in_blocks(rate, &sound, lengths), figures);
    // What is no number becomes null in JSON, and null is no figure.
    let stored = serde_json::to_string(&figures).expect("figures can be stored");
    let read: TurnFigures = serde_json::from_str(&stored).expect("every figure is a number");
    assert_eq!(read, figures);
});
