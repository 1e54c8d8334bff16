//! macOS: the program `say`, which is part of the system. Compiled by the workflow alone.

use std::process::Command;
use std::time::Duration;

use rehearse_domain::Language;

use super::{
    VoiceAvailability, VoiceChoice, VoiceError, VoiceRequest, availability, child, failed, voice_of,
};

/// Words per minute at the normal pace.
const NORMAL_PACE: f32 = 175.0;

pub(super) fn voices(language: Language, deadline: Duration) -> VoiceAvailability {
    let mut command = Command::new("say");
    command.args(["-v", "?"]);
    availability(child::run(command, "", deadline), |listing| {
        parse(listing, language)
    })
}

pub(super) fn render(request: &VoiceRequest, deadline: Duration) -> Result<Vec<u8>, VoiceError> {
    let folder = tempfile::tempdir().map_err(failed)?;
    let file = folder.path().join("voice.wav");
    let pace = (NORMAL_PACE * request.rate).round().to_string();
    let mut command = Command::new("say");
    command.args(["-f", "-", "--data-format=LEI16@24000", "-r", &pace]);
    command
        .args(["-v", &voice_of(request, deadline)?, "-o"])
        .arg(&file);
    child::run(command, &request.text, deadline)?;
    std::fs::read(&file).map_err(failed)
}

/// Reads lines like `Samantha            en_US    # Hello, my name is Samantha.`; names may hold spaces.
fn parse(listing: &str, language: Language) -> Vec<VoiceChoice> {
    let voice = |line: &str| {
        let (name, tag) = line.split('#').next()?.trim().rsplit_once(char::is_whitespace)?;
        // Cantonese has a tag of the same language.
        let fits = tag != "zh_HK" && tag.parse() == Ok(language);
        let name = name.trim().to_owned();
        fits.then(|| VoiceChoice {
            id: name.clone(),
            name,
        })
    };
    listing.lines().filter_map(voice).collect()
}
