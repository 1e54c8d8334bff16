//! macOS: the program `say`, which is part of the system. Compiled by the workflow alone.

use std::process::Command;
use std::time::Duration;

use rehearse_domain::Language;

use super::{VoiceAvailability, VoiceChoice, VoiceError, VoiceRequest, child, failed};

/// Words per minute at the normal pace.
const NORMAL_PACE: f32 = 175.0;

pub(super) fn voices(language: Language, deadline: Duration) -> VoiceAvailability {
    let mut command = Command::new("say");
    command.args(["-v", "?"]);
    match child::run(command, "", deadline) {
        Err(VoiceError::Unavailable) => VoiceAvailability::ProgramMissing,
        Err(_) => VoiceAvailability::LanguageMissing,
        Ok(listing) => match parse(&String::from_utf8_lossy(&listing), language) {
            voices if voices.is_empty() => VoiceAvailability::LanguageMissing,
            voices => VoiceAvailability::Ready(voices),
        },
    }
}

pub(super) fn render(request: &VoiceRequest, deadline: Duration) -> Result<Vec<u8>, VoiceError> {
    let folder = tempfile::tempdir().map_err(failed)?;
    let file = folder.path().join("voice.wav");
    let voice = match &request.voice {
        Some(voice) => voice.clone(),
        None => match voices(request.language, deadline) {
            VoiceAvailability::Ready(voices) => voices.into_iter().next().ok_or(VoiceError::Unavailable)?.id,
            _ => return Err(VoiceError::Unavailable),
        },
    };
    let mut command = Command::new("say");
    let pace = (NORMAL_PACE * request.rate).round();
    command.args([
        "-f",
        "-",
        "--data-format=LEI16@24000",
        "-r",
        &format!("{pace}"),
        "-v",
        &voice,
        "-o",
    ]);
    command.arg(&file);
    child::run(command, &request.text, deadline)?;
    std::fs::read(&file).map_err(failed)
}

/// Reads lines like `Samantha            en_US    # Hello, my name is Samantha.`; names may hold spaces.
fn parse(listing: &str, language: Language) -> Vec<VoiceChoice> {
    let voice = |line: &str| {
        let (name, tag) = line.split('#').next()?.trim().rsplit_once(char::is_whitespace)?;
        let fits = tag.parse::<Language>().is_ok_and(|spoken| spoken == language);
        (fits && tag != "zh_HK").then(|| name.trim().to_owned())
    };
    listing
        .lines()
        .filter_map(voice)
        .map(|name| VoiceChoice {
            id: name.clone(),
            name,
        })
        .collect()
}
