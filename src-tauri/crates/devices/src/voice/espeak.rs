//! Linux: eSpeak NG, a program of every distribution.

use std::process::Command;
use std::time::Duration;

use rehearse_domain::Language;

use super::{VoiceAvailability, VoiceChoice, VoiceError, VoiceRequest, child};

const PROGRAM: &str = "espeak-ng";

/// Words per minute at the normal pace.
const NORMAL_PACE: f32 = 165.0;

pub(super) fn voices(language: Language, deadline: Duration) -> VoiceAvailability {
    let mut command = Command::new(PROGRAM);
    command.arg(format!("--voices={}", first_voice(language)));
    match child::run(command, "", deadline) {
        Err(VoiceError::Unavailable) => VoiceAvailability::ProgramMissing,
        Err(_) => VoiceAvailability::LanguageMissing,
        Ok(listing) => match parse(&String::from_utf8_lossy(&listing)) {
            voices if voices.is_empty() => VoiceAvailability::LanguageMissing,
            voices => VoiceAvailability::Ready(voices),
        },
    }
}

pub(super) fn render(request: &VoiceRequest, deadline: Duration) -> Result<Vec<u8>, VoiceError> {
    let mut command = Command::new(PROGRAM);
    let voice = request
        .voice
        .as_deref()
        .unwrap_or_else(|| first_voice(request.language));
    let pace = (NORMAL_PACE * request.rate).round();
    // -b 1: the input is UTF-8, whatever the locale says.
    command.args([
        "--stdin",
        "--stdout",
        "-b",
        "1",
        "-s",
        &format!("{pace}"),
        "-v",
        voice,
    ]);
    child::run(command, &request.text, deadline)
}

const fn first_voice(language: Language) -> &'static str {
    match language {
        Language::English => "en-us",
        Language::Chinese => "cmn",
    }
}

/// Reads the table of `--voices`: priority, language, age and gender, name, file.
fn parse(listing: &str) -> Vec<VoiceChoice> {
    let voice = |line: &str| {
        let mut columns = line.split_whitespace();
        let (_, language, _, name) = (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
        Some(VoiceChoice {
            id: language.to_owned(),
            name: name.replace('_', " "),
        })
    };
    listing.lines().skip(1).filter_map(voice).collect()
}
