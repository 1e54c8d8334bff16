//! Figures in words, with the units that people know.

use rehearse_core::view::{FigureKind, MissingReason};
use serde::Serialize;

use crate::sentences::Sentences;

/// What a figure is called.
pub(crate) fn name(kind: FigureKind, sentences: &Sentences) -> String {
    sentences.say(&format!("delivery.figure.{}", word(&kind)), &[])
}

/// Why there is none.
pub(crate) fn missing(reason: MissingReason, sentences: &Sentences) -> String {
    sentences.say(&format!("delivery.missing.{}", word(&reason)), &[])
}

/// A value in its unit.
pub(crate) fn value(kind: FigureKind, value: f32, sentences: &Sentences) -> String {
    let (unit, factor, digits) = unit(kind);
    let shown = value * factor;
    if unit == "delivery.unit.seconds" && shown >= 60.0 {
        let whole = shown.round() as u32;
        let (minutes, seconds) = ((whole / 60).to_string(), (whole % 60).to_string());
        return sentences.say(
            "delivery.unit.minutes",
            &[("minutes", &minutes), ("value", &seconds)],
        );
    }
    sentences.say(unit, &[("value", &format!("{shown:.digits$}"))])
}

/// The unit, what a value is multiplied with to be in it, and the digits behind the point.
fn unit(kind: FigureKind) -> (&'static str, f32, usize) {
    use FigureKind as Kind;
    match kind {
        Kind::SpeakingTimeMs | Kind::PauseMedianMs | Kind::PauseLongestMs | Kind::ResponseDelayMs => {
            ("delivery.unit.seconds", 0.001, 1)
        }
        Kind::SpeakingShare | Kind::TalkRatio => ("delivery.unit.percent", 100.0, 0),
        Kind::PauseCount | Kind::Fillers | Kind::Hedges => ("delivery.unit.count", 1.0, 0),
        Kind::PausesPerMinute => ("delivery.unit.per_minute", 1.0, 1),
        Kind::SpeechRate | Kind::ArticulationRate => ("delivery.unit.syllables", 1.0, 1),
        Kind::PitchMedianHz | Kind::PitchLowHz | Kind::PitchHighHz => ("delivery.unit.hertz", 1.0, 0),
        Kind::PitchSpreadSemitones => ("delivery.unit.semitones", 1.0, 1),
        Kind::LoudnessLufs => ("delivery.unit.lufs", 1.0, 0),
        Kind::LoudnessRangeLu => ("delivery.unit.lu", 1.0, 1),
        Kind::ClippedSamples => ("delivery.unit.samples", 1.0, 0),
        Kind::WordsPerMinute => ("delivery.unit.words_per_minute", 1.0, 0),
        Kind::CharactersPerMinute => ("delivery.unit.characters_per_minute", 1.0, 0),
    }
}

/// The name that the window uses too.
fn word<T: Serialize>(one: &T) -> String {
    let word = serde_json::to_value(one).ok();
    word.and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rehearse_domain::Language;

    use super::*;

    #[test]
    fn values_are_told_in_units_that_people_know() {
        let english = Sentences::new(Language::English);
        let told = |kind, number| value(kind, number, &english);
        assert_eq!(told(FigureKind::PauseLongestMs, 1_240.0), "1.2 s");
        assert_eq!(told(FigureKind::SpeakingTimeMs, 83_400.0), "1 min 23 s");
        assert_eq!(told(FigureKind::SpeakingShare, 0.638), "64%");
    }

    #[test]
    fn every_figure_and_every_reason_has_its_words_in_both_languages() {
        let kinds: Vec<FigureKind> = serde_json::from_value(serde_json::json!([
            "speaking_time_ms",
            "speaking_share",
            "pause_count",
            "pauses_per_minute",
            "pause_median_ms",
            "pause_longest_ms",
            "speech_rate",
            "articulation_rate",
            "pitch_median_hz",
            "pitch_low_hz",
            "pitch_high_hz",
            "pitch_spread_semitones",
            "loudness_lufs",
            "loudness_range_lu",
            "clipped_samples",
            "response_delay_ms",
            "words_per_minute",
            "characters_per_minute",
            "fillers",
            "hedges",
            "talk_ratio"
        ]))
        .unwrap();
        let reasons: Vec<MissingReason> = serde_json::from_value(serde_json::json!([
            "too_short",
            "silent",
            "no_speech",
            "too_noisy",
            "no_voice",
            "damaged",
            "too_few_turns",
            "too_few_pauses",
            "no_words",
            "no_partner",
            "not_timed",
            "no_clip",
            "unreadable"
        ]))
        .unwrap();
        for language in Language::ALL {
            let sentences = Sentences::new(language);
            let named = kinds
                .iter()
                .flat_map(|kind| [name(*kind, &sentences), value(*kind, 1.0, &sentences)]);
            let told = reasons.iter().map(|reason| missing(*reason, &sentences));
            for text in named.chain(told) {
                assert!(
                    !text.contains("delivery.") && !text.contains("{{"),
                    "{language}: {text}"
                );
            }
        }
    }
}
