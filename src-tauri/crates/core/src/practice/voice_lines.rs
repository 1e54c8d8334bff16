//! The partner's lines in the system's voice: rendered ahead of time where the words are certain, so that the first sound
//! does not wait for a synthesiser.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use rehearse_devices::{Voice, VoiceRequest};
use rehearse_dialog::Pace;
use tokio::sync::OnceCell;

use crate::models::WantedVoice;

/// Mono samples at 24 kHz, shared between playback and archive.
pub(super) type Pcm = Arc<[f32]>;

/// How much slower "slower" is.
pub(super) const SLOW: f32 = 0.75;

type Rendered = Arc<OnceCell<Pcm>>;

/// The renderer of one session.
#[derive(Clone)]
pub(super) struct VoiceLines {
    voice: Arc<dyn Voice>,
    wanted: WantedVoice,
    lines: Arc<Mutex<HashMap<(String, Pace), Rendered>>>,
}

impl VoiceLines {
    pub(super) fn new(voice: Arc<dyn Voice>, wanted: WantedVoice) -> Self {
        Self {
            voice,
            wanted,
            lines: Arc::default(),
        }
    }

    /// The sound of `words`; `None` when the system has no voice or it failed, which leaves the caption.
    pub(super) async fn pcm(&self, words: &str, pace: Pace) -> Option<Pcm> {
        let cell = Arc::clone(self.lines.lock().entry((words.to_owned(), pace)).or_default());
        let request = VoiceRequest {
            text: words.to_owned(),
            language: self.wanted.language,
            rate: if pace == Pace::Slow { SLOW } else { 1.0 },
            voice: None,
            fits: self.wanted.hint,
        };
        let voice = Arc::clone(&self.voice);
        let render = || async move {
            match tokio::task::spawn_blocking(move || voice.render(&request)).await {
                Ok(Ok(pcm)) => Ok(Pcm::from(pcm)),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the partner's line has no voice");
                    Err(())
                }
                Err(error) => {
                    tracing::error!(%error, "the voice's task died");
                    Err(())
                }
            }
        };
        // What failed is not kept: the next time it may work.
        cell.get_or_try_init(render).await.ok().cloned()
    }

    /// The same for an answer, which is heard once: whoever wants it again has its sound.
    pub(super) async fn pcm_once(&self, words: &str) -> Option<Pcm> {
        let pcm = self.pcm(words, Pace::Normal).await;
        self.lines.lock().remove(&(words.to_owned(), Pace::Normal));
        pcm
    }

    /// Renders words that are certain to come, in the background.
    pub(super) fn ahead(&self, words: String) {
        let lines = self.clone();
        tokio::spawn(async move { lines.pcm(&words, Pace::Normal).await });
    }
}

#[cfg(test)]
mod tests {
    use rehearse_domain::{Language, PersonaVoice};
    use rehearse_testkit::FakeVoice;

    use super::*;

    #[tokio::test]
    async fn a_line_is_said_in_the_voice_that_fits_the_person() {
        let voice = Arc::new(FakeVoice::new());
        let wanted = WantedVoice {
            language: Language::Chinese,
            hint: Some(PersonaVoice::Feminine),
        };
        let lines = VoiceLines::new(Arc::<FakeVoice>::clone(&voice), wanted);
        assert!(lines.pcm("请坐。", Pace::Normal).await.is_some());
        let said = voice.said();
        assert_eq!((said[0].language, said[0].fits), (wanted.language, wanted.hint));
    }
}
