//! The role of a transcriber: speech in, its words out.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use rehearse_domain::{Language, Session};

use crate::patience::Attempts;
use crate::{ModelError, RefusalKind, Usage};

/// What any transcriber tries, all attempts together.
pub(crate) const ATTEMPTS: Attempts = Attempts {
    most: 3,
    within: Duration::from_secs(30),
};

/// Speech to be written down.
#[derive(Clone, Debug)]
pub struct Speech {
    /// The sound: an MP3 file.
    pub mp3: Bytes,
    /// Its length.
    pub duration: Duration,
    /// The language that is spoken; `None` lets the model find out.
    pub language: Option<Language>,
    /// Names and words that may come up, at most some hundred characters.
    pub context: String,
}

impl Speech {
    /// Sound out of a session. A recogniser gets the names right only when it is told them.
    pub fn of(session: &Session, mp3: Bytes, duration: Duration) -> Self {
        let scenario = &session.snapshot.scenario;
        let (partner, trainee) = (&scenario.partner.name, &scenario.trainee.name);
        Self {
            mp3,
            duration,
            language: Some(session.language),
            context: format!("{partner}, {trainee}. {}", scenario.title),
        }
    }
}

/// Speech that was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// The words, without white space around them; empty when nothing was said that could be understood.
    pub text: String,
    /// What it cost, as far as the host said.
    pub usage: Usage,
}

impl Transcript {
    /// What a host's no means that found nothing in the recording: that nothing was said. Any other stays what it is.
    pub(crate) fn of_nothing(error: ModelError) -> Result<Self, ModelError> {
        match error {
            ModelError::Refused(refusal) if refusal.kind == RefusalKind::EmptySound => Ok(Self {
                text: String::new(),
                usage: Usage::default(),
            }),
            error => Err(error),
        }
    }
}

/// Somebody who writes speech down.
#[async_trait]
pub trait Transcriber: Send + Sync {
    /// Name of the model.
    fn model(&self) -> &str;

    /// Host that hears the speech, as it stands in the address; `None` when it stays in this process.
    fn host(&self) -> Option<&str>;

    /// Every host that may come to that, where there are several.
    fn hosts(&self) -> Vec<String> {
        self.host().map(ToOwned::to_owned).into_iter().collect()
    }

    /// Writes the speech down, with retries of its own.
    ///
    /// # Errors
    /// When no transcript came of it.
    async fn transcribe(&self, speech: Speech) -> Result<Transcript, ModelError>;
}
