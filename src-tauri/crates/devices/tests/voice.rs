//! The operating system's voice, for real.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

use std::time::Duration;

use rehearse_audio::SAMPLE_RATE;
use rehearse_devices::{SystemVoice, Voice, VoiceAvailability, VoiceError, VoiceRequest};
use rehearse_domain::Language;

fn request(text: &str, language: Language) -> VoiceRequest {
    VoiceRequest {
        text: text.to_owned(),
        language,
        rate: 1.0,
        voice: None,
        fits: None,
    }
}

fn seconds(speech: &[f32]) -> f32 {
    speech.len() as f32 / SAMPLE_RATE as f32
}

fn is_missing(language: Language) -> bool {
    let missing = !matches!(
        SystemVoice::default().voices(language),
        VoiceAvailability::Ready(_)
    );
    if missing {
        eprintln!("left out: the system has no voice for {language}");
    }
    missing
}

#[test]
fn both_languages_are_spoken_at_a_natural_pace() {
    for (language, text, expected) in [
        (
            Language::English,
            "I would like to talk about my salary, if you have ten minutes.",
            2.0..6.0,
        ),
        (
            Language::Chinese,
            "我想和你谈谈我的工资,你有十分钟时间吗?",
            2.0..8.0,
        ),
    ] {
        if is_missing(language) {
            continue;
        }
        let speech = SystemVoice::default().render(&request(text, language)).unwrap();
        assert!(
            expected.contains(&seconds(&speech)),
            "{language}: {} s",
            seconds(&speech)
        );
        let loudest = speech.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
        assert!((0.1..=1.0).contains(&loudest), "{language}: {loudest}");
    }
}

/// Elsewhere the system does not tell whose voice is whose.
#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn a_hint_changes_the_voice_in_both_languages() {
    use rehearse_domain::PersonaVoice::{Feminine, Masculine};
    for (language, text) in [
        (Language::English, "Good morning."),
        (Language::Chinese, "早上好。"),
    ] {
        if is_missing(language) {
            continue;
        }
        let say = |fits| {
            let request = VoiceRequest {
                fits,
                ..request(text, language)
            };
            SystemVoice::default().render(&request).unwrap()
        };
        let voices = [say(None), say(Some(Feminine)), say(Some(Masculine))];
        assert!(voices.iter().all(|speech| seconds(speech) > 0.2), "{language}");
        assert!(
            voices[0] != voices[1] && voices[1] != voices[2] && voices[0] != voices[2],
            "{language}"
        );
    }
}

#[test]
fn a_faster_rate_is_shorter_and_the_wildest_is_brought_inside() {
    if is_missing(Language::English) {
        return;
    }
    let say = |rate| {
        let text = "One two three four five six seven eight nine ten.";
        let request = VoiceRequest {
            rate,
            ..request(text, Language::English)
        };
        seconds(&SystemVoice::default().render(&request).unwrap())
    };
    let (slow, normal, fast) = (say(0.5), say(1.0), say(2.0));
    assert!(
        slow > normal * 1.4 && normal > fast * 1.4,
        "{slow} {normal} {fast}"
    );
    assert!((say(f32::INFINITY) - normal).abs() < 0.1);
    assert!((say(100.0) - fast).abs() < 0.1);
}

#[test]
fn text_that_looks_like_an_option_is_read_aloud() {
    if is_missing(Language::English) {
        return;
    }
    let speech = SystemVoice::default()
        .render(&request("--version -h", Language::English))
        .unwrap();
    assert!(seconds(&speech) > 0.5);
}

#[test]
fn a_voice_named_like_an_option_is_refused_and_nothing_to_say_is_silence() {
    let named = VoiceRequest {
        voice: Some("--path=/".to_owned()),
        ..request("Hello.", Language::English)
    };
    assert!(matches!(
        SystemVoice::default().render(&named),
        Err(VoiceError::Unavailable)
    ));
    assert!(
        SystemVoice::default()
            .render(&request(" \n", Language::English))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn every_voice_on_offer_speaks() {
    for language in Language::ALL {
        let VoiceAvailability::Ready(voices) = SystemVoice::default().voices(language) else {
            continue;
        };
        assert!(!voices.is_empty());
        for voice in voices.into_iter().take(3) {
            let request = VoiceRequest {
                voice: Some(voice.id.clone()),
                ..request("Hello.", language)
            };
            let speech = SystemVoice::default().render(&request).unwrap();
            assert!(!speech.is_empty(), "{voice:?}");
        }
    }
}

#[test]
fn a_deadline_that_has_passed_ends_the_program() {
    if is_missing(Language::English) {
        return;
    }
    let voice = SystemVoice::with_deadline(Duration::ZERO);
    let long = "This is a long story. ".repeat(500);
    assert!(matches!(
        voice.render(&request(&long, Language::English)),
        Err(VoiceError::TimedOut)
    ));
}
