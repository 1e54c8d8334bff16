//! The operating system's voice, rendered to samples, so that it goes the way of any partner's sound.
//!
//! What is said is handed to a child process over its standard input, never as an argument: not to be taken for an
//! option, and not to be read by other users in the list of processes.

mod child;
#[cfg(all(unix, not(target_os = "macos")))]
mod espeak;
#[cfg(windows)]
mod sapi;
#[cfg(target_os = "macos")]
mod say;

#[cfg(all(unix, not(target_os = "macos")))]
use espeak as system;
#[cfg(windows)]
use sapi as system;
#[cfg(target_os = "macos")]
use say as system;

use std::time::Duration;

use rehearse_audio::resample::Resampler;
use rehearse_audio::wav::{self, Pcm};
use rehearse_domain::{Language, PersonaVoice};
use serde::{Deserialize, Serialize};

/// What is to be said, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct VoiceRequest {
    /// The words, plain text.
    pub text: String,
    /// Their language.
    pub language: Language,
    /// How fast: 1.0 is the voice's normal pace; from 0.5 to 2.0, what lies outside is brought inside.
    pub rate: f32,
    /// One of the voices that [`Voice::voices`] named; the language's first without one.
    pub voice: Option<String>,
    /// Whose voice it is to sound like where none is named and the system can tell; others sound as they do.
    pub fits: Option<PersonaVoice>,
}

/// A voice to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceChoice {
    /// What [`VoiceRequest::voice`] wants.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// Whether a language can be spoken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoiceAvailability {
    /// With these voices, the best first; never empty.
    Ready(Vec<VoiceChoice>),
    /// The system has a voice program, but no voice of this language.
    LanguageMissing,
    /// The system has no voice program.
    ProgramMissing,
}

/// Why nothing was said.
#[derive(Clone, Debug, thiserror::Error)]
pub enum VoiceError {
    /// No voice program, or no voice of the language.
    #[error("this computer has no voice for it")]
    Unavailable,
    /// The voice program failed.
    #[error("the voice program failed: {reason}")]
    Failed {
        /// Its own words, for diagnostics; never what was to be said.
        reason: String,
    },
    /// It was not done in time.
    #[error("the voice program took too long")]
    TimedOut,
}

/// Something that turns text into speech.
pub trait Voice: Send + Sync {
    /// Whether `language` can be spoken, and by whom.
    fn voices(&self, language: Language) -> VoiceAvailability;

    /// Renders the whole text: mono at [`rehearse_audio::SAMPLE_RATE`]. Blocks until it is done.
    ///
    /// # Errors
    /// [`VoiceError`]; the conversation goes on in text.
    fn render(&self, request: &VoiceRequest) -> Result<Vec<f32>, VoiceError>;
}

/// The operating system's voice.
#[derive(Clone, Debug)]
pub struct SystemVoice {
    deadline: Duration,
}

impl Default for SystemVoice {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(20),
        }
    }
}

impl SystemVoice {
    /// A voice whose program is ended when it is not done within `deadline`.
    pub const fn with_deadline(deadline: Duration) -> Self {
        Self { deadline }
    }
}

impl Voice for SystemVoice {
    fn voices(&self, language: Language) -> VoiceAvailability {
        system::voices(language, self.deadline)
    }

    fn render(&self, request: &VoiceRequest) -> Result<Vec<f32>, VoiceError> {
        if request.text.trim().is_empty() {
            return Ok(Vec::new());
        }
        // A voice's name comes from the settings and must not be taken for an option.
        if request
            .voice
            .as_deref()
            .is_some_and(|voice| voice.starts_with('-') || voice.is_empty())
        {
            return Err(VoiceError::Unavailable);
        }
        let request = VoiceRequest {
            rate: pace(request.rate),
            ..request.clone()
        };
        let Pcm { rate, samples } = wav::parse(&system::render(&request, self.deadline)?).map_err(failed)?;
        let mut speech = Vec::new();
        let mut resampler = Resampler::new(rate).map_err(failed)?;
        resampler.push(&samples, &mut speech);
        resampler.finish(&mut speech);
        Ok(speech)
    }
}

/// What a listing of voices, or the lack of one, says about a language.
fn availability(
    listing: Result<Vec<u8>, VoiceError>,
    parse: impl FnOnce(&str) -> Vec<VoiceChoice>,
) -> VoiceAvailability {
    match listing.map(|listing| parse(&String::from_utf8_lossy(&listing))) {
        Err(VoiceError::Unavailable) => VoiceAvailability::ProgramMissing,
        Ok(voices) if !voices.is_empty() => VoiceAvailability::Ready(voices),
        Ok(_) | Err(_) => VoiceAvailability::LanguageMissing,
    }
}

/// The voice that was asked for, else the first of the language.
#[cfg(any(target_os = "macos", windows))]
fn voice_of(request: &VoiceRequest, deadline: Duration) -> Result<String, VoiceError> {
    if let Some(voice) = &request.voice {
        return Ok(voice.clone());
    }
    match system::voices(request.language, deadline) {
        VoiceAvailability::Ready(voices) => voices.into_iter().next().map(|voice| voice.id),
        VoiceAvailability::LanguageMissing | VoiceAvailability::ProgramMissing => None,
    }
    .ok_or(VoiceError::Unavailable)
}

fn pace(rate: f32) -> f32 {
    if rate.is_finite() {
        rate.clamp(0.5, 2.0)
    } else {
        1.0
    }
}

fn failed(reason: impl std::fmt::Display) -> VoiceError {
    VoiceError::Failed {
        reason: reason.to_string(),
    }
}
