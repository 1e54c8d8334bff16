//! A voice that sings: the same words always give the same tones.

use parking_lot::Mutex;
use rehearse_audio::SAMPLE_RATE;
use rehearse_devices::{Voice, VoiceAvailability, VoiceChoice, VoiceError, VoiceRequest};
use rehearse_domain::Language;

/// A tone of 60 ms for each character, its pitch made from the character; white space is a pause.
#[derive(Debug, Default)]
pub struct FakeVoice {
    failure: Mutex<Option<VoiceError>>,
    said: Mutex<Vec<VoiceRequest>>,
}

impl FakeVoice {
    /// A voice for every language.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fails like this from now on; `None` heals it.
    pub fn fail(&self, error: Option<VoiceError>) {
        *self.failure.lock() = error;
    }

    /// What it was asked to say, oldest first.
    pub fn said(&self) -> Vec<VoiceRequest> {
        self.said.lock().clone()
    }
}

impl Voice for FakeVoice {
    fn voices(&self, language: Language) -> VoiceAvailability {
        match &*self.failure.lock() {
            Some(VoiceError::Unavailable) => VoiceAvailability::ProgramMissing,
            _ => VoiceAvailability::Ready(vec![VoiceChoice {
                id: format!("fake-{language}"),
                name: "Tones".to_owned(),
            }]),
        }
    }

    fn render(&self, request: &VoiceRequest) -> Result<Vec<f32>, VoiceError> {
        self.said.lock().push(request.clone());
        if let Some(error) = &*self.failure.lock() {
            return Err(error.clone());
        }
        let length = (SAMPLE_RATE as f32 * 0.06 / request.rate.clamp(0.5, 2.0)) as usize;
        let tone = |character: char| {
            let pitch = 200.0 + (u32::from(character) % 40) as f32 * 10.0;
            let loudness = if character.is_whitespace() { 0.0 } else { 0.3 };
            (0..length).map(move |n| {
                loudness * (std::f32::consts::TAU * pitch * n as f32 / SAMPLE_RATE as f32).sin()
            })
        };
        Ok(request.text.chars().flat_map(tone).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_give_the_same_tones_and_other_words_others() {
        let voice = FakeVoice::new();
        let say = |text: &str, rate| {
            let request = VoiceRequest {
                text: text.into(),
                language: Language::English,
                rate,
                voice: None,
                fits: None,
            };
            voice.render(&request).unwrap()
        };
        assert_eq!(say("yes", 1.0), say("yes", 1.0));
        assert_ne!(say("yes", 1.0), say("yet", 1.0));
        assert_eq!(say("yes", 1.0).len(), 3 * SAMPLE_RATE as usize * 6 / 100);
        assert!(say("yes", 2.0).len() < say("yes", 1.0).len());
        assert_eq!(voice.said().len(), 7);
    }
}
