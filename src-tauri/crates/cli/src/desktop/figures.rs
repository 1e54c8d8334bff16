//! Figures in words, with the units that people know.

use rehearse_core::delivery::unchecked;
use rehearse_core::view::{FigureKind, MissingReason};
use rehearse_domain::Language;
use serde::Serialize;

use crate::desktop::sentences::Sentences;

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

/// How it changed over the turns of a session, without saying whether that is good.
pub(crate) fn change(kind: FigureKind, change: f32, sentences: &Sentences) -> String {
    let (unit, factor, digits) = unit(kind);
    let shown = format!("{:.digits$}", (change * factor).abs());
    // What rounds to nothing is no change.
    if !shown.contains(|digit| ('1'..='9').contains(&digit)) {
        return sentences.say("delivery.trend.level", &[]);
    }
    // Two loudnesses in LUFS lie apart by so many LU.
    let unit = match unit {
        "delivery.unit.lufs" => "delivery.unit.lu",
        unit => unit,
    };
    let by = sentences.say(unit, &[("value", &shown)]);
    let key = if change > 0.0 {
        "delivery.trend.rose"
    } else {
        "delivery.trend.fell"
    };
    closed_up(&sentences.say(key, &[("change", &by)]))
}

/// Which of these figures nobody has yet held against a known answer for the language; `None` when there are none.
pub(crate) fn caveat(
    shown: impl Iterator<Item = FigureKind>,
    practised: Language,
    sentences: &Sentences,
) -> Option<String> {
    let names = unchecked_names(shown, practised, sentences);
    let figures = names.join(&sentences.say("cli.comma", &[]));
    (!names.is_empty()).then(|| sentences.say("delivery.unchecked_some", &[("figures", &figures)]))
}

fn unchecked_names(
    shown: impl Iterator<Item = FigureKind>,
    practised: Language,
    sentences: &Sentences,
) -> Vec<String> {
    let told = shown.filter(|kind| unchecked(practised).contains(kind));
    told.map(|kind| name(kind, sentences)).collect()
}

/// Without a space between two Chinese characters, which is there for digits.
fn closed_up(text: &str) -> String {
    let is_chinese = |one: Option<char>| one.is_some_and(|one| ('\u{4e00}'..='\u{9fff}').contains(&one));
    let mut closed = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(one) = rest.next() {
        let stands_between = is_chinese(closed.chars().next_back()) && is_chinese(rest.peek().copied());
        if one != ' ' || !stands_between {
            closed.push(one);
        }
    }
    closed
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
    fn a_change_is_told_in_its_unit_and_what_rounds_to_nothing_is_none() {
        let english = Sentences::new(Language::English);
        let told = |kind, number| change(kind, number, &english);
        assert_eq!(
            told(FigureKind::SpeechRate, 0.46),
            "Rose by about 0.5 syllables/s over your turns."
        );
        assert_eq!(
            told(FigureKind::ResponseDelayMs, -75_000.0),
            "Fell by about 75.0 s over your turns."
        );
        assert_eq!(
            told(FigureKind::LoudnessLufs, 2.0),
            "Rose by about 2 LU over your turns."
        );
        assert_eq!(
            told(FigureKind::SpeechRate, -0.04),
            "Stayed about the same over your turns."
        );
        let chinese = Sentences::new(Language::Chinese);
        assert_eq!(
            change(FigureKind::PausesPerMinute, 1.0, &chinese),
            "一轮轮下来约增加每分钟 1.0 次。"
        );
    }

    #[test]
    fn the_caveat_is_of_the_figures_that_are_shown_and_unchecked() {
        let shown = [
            FigureKind::PitchMedianHz,
            FigureKind::SpeechRate,
            FigureKind::PauseCount,
        ];
        let (english, chinese) = (
            Sentences::new(Language::English),
            Sentences::new(Language::Chinese),
        );
        let names = |practised, say| unchecked_names(shown.into_iter(), practised, say);
        assert_eq!(names(Language::Chinese, &english), ["Pace", "Pauses"]);
        assert_eq!(names(Language::Chinese, &chinese), ["语速", "停顿"]);
        assert!(names(Language::English, &english).is_empty());
        let told = |practised, say| caveat(shown.into_iter(), practised, say);
        assert_eq!(told(Language::English, &english), None);
        let said = told(Language::Chinese, &english).unwrap();
        assert!(
            said.starts_with("Not checked yet for Chinese: ") && !said.contains("{{"),
            "{said}"
        );
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
