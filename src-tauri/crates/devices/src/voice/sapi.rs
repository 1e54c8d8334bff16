//! Windows: System.Speech of the .NET that is part of the system, through PowerShell. Compiled by the workflow alone.

use std::os::windows::process::CommandExt as _;
use std::process::Command;
use std::time::Duration;

use rehearse_domain::Language;

use super::{
    VoiceAvailability, VoiceChoice, VoiceError, VoiceRequest, availability, child, failed, voice_of,
};

/// Keeps a console window from flashing up.
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

const LIST: &str = "Add-Type -AssemblyName System.Speech; [Console]::OutputEncoding = [Text.Encoding]::UTF8; \
    (New-Object System.Speech.Synthesis.SpeechSynthesizer).GetInstalledVoices() | Where-Object { $_.Enabled -and \
    $_.VoiceInfo.Culture.Name -like $env:REHEARSE_CULTURE } | ForEach-Object { $_.VoiceInfo.Name }";

const SPEAK: &str = "$ErrorActionPreference = 'Stop'; Add-Type -AssemblyName System.Speech; \
    [Console]::InputEncoding = [Text.Encoding]::UTF8; $text = [Console]::In.ReadToEnd(); \
    $voice = New-Object System.Speech.Synthesis.SpeechSynthesizer; $voice.SelectVoice($env:REHEARSE_VOICE); \
    $voice.Rate = [int]$env:REHEARSE_RATE; $form = New-Object System.Speech.AudioFormat.SpeechAudioFormatInfo(24000, \
    'Sixteen', 'Mono'); $voice.SetOutputToWaveFile($env:REHEARSE_FILE, $form); $voice.Speak($text); $voice.Dispose()";

pub(super) fn voices(language: Language, deadline: Duration) -> VoiceAvailability {
    let culture = if language == Language::Chinese {
        "zh-CN"
    } else {
        "en-*"
    };
    let mut command = powershell(LIST);
    command.env("REHEARSE_CULTURE", culture);
    availability(child::run(command, "", deadline), |listing| {
        let names = listing.lines().map(str::trim).filter(|name| !name.is_empty());
        names
            .map(|name| VoiceChoice {
                id: name.to_owned(),
                name: name.to_owned(),
            })
            .collect()
    })
}

pub(super) fn render(request: &VoiceRequest, deadline: Duration) -> Result<Vec<u8>, VoiceError> {
    let folder = tempfile::tempdir().map_err(failed)?;
    let file = folder.path().join("voice.wav");
    // Its scale goes from -10 (a third of the pace) to 10 (three times), evenly in the logarithm.
    let rate = (request.rate.ln() / 3.0_f32.ln() * 10.0).round();
    let mut command = powershell(SPEAK);
    command.env("REHEARSE_VOICE", voice_of(request, deadline)?);
    command
        .env("REHEARSE_RATE", format!("{rate:.0}"))
        .env("REHEARSE_FILE", &file);
    child::run(command, &request.text, deadline)?;
    std::fs::read(&file).map_err(failed)
}

fn powershell(script: &str) -> Command {
    let mut command = Command::new("powershell.exe");
    command
        .args(["-NoProfile", "-NonInteractive", "-Command", script])
        .creation_flags(CREATE_NO_WINDOW);
    command
}
