//! The system's voice as one who reads aloud for a partner without a voice.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use rehearse_devices::{Voice, VoiceRequest};
use rehearse_domain::PersonaVoice;
use rehearse_models::{ModelError, PcmStream, Speaker, SpokenLine};

/// The system's voice.
pub(super) struct SystemSpeaker {
    pub(super) voice: Arc<dyn Voice>,
    /// What fits the person who is read for.
    pub(super) hint: Option<PersonaVoice>,
}

#[async_trait]
impl Speaker for SystemSpeaker {
    fn model(&self) -> &str {
        "system"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn speak(&self, line: SpokenLine) -> Result<PcmStream, ModelError> {
        let voice = Arc::clone(&self.voice);
        let request = VoiceRequest {
            text: line.text,
            language: line.language,
            rate: 1.0,
            voice: None,
            fits: self.hint,
        };
        let rendered = tokio::task::spawn_blocking(move || voice.render(&request)).await;
        match rendered {
            Ok(Ok(pcm)) => Ok(stream::iter([Ok(pcm)]).boxed()),
            Ok(Err(error)) => Err(ModelError::Malformed(Some(error.into()))),
            Err(error) => Err(ModelError::Malformed(Some(error.into()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use rehearse_domain::Language;
    use rehearse_testkit::FakeVoice;

    use super::*;

    #[tokio::test]
    async fn it_reads_in_the_voice_that_fits() {
        let voice = Arc::new(FakeVoice::new());
        let speaker = SystemSpeaker {
            voice: Arc::<FakeVoice>::clone(&voice),
            hint: Some(PersonaVoice::Masculine),
        };
        let line = SpokenLine {
            text: "Come in.".to_owned(),
            language: Language::English,
            voice: None,
        };
        assert!(speaker.speak(line).await.is_ok());
        assert_eq!(voice.said()[0].fits, Some(PersonaVoice::Masculine));
    }
}
