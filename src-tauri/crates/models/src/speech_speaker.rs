//! A voice behind `/audio/speech` as OpenAI coined it: Kokoro, Speaches, Ollama, OpenAI itself.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use rehearse_net::{Net, Purpose};
use serde::Serialize;

use crate::client::{Client, LONGEST_ANSWER};
use crate::incoming::Incoming;
use crate::patience::Attempts;
use crate::wire::{Head, Pcm, Refusals};
use crate::{Access, ModelError, PcmStream, Speaker, SpokenLine, TimeLimits};

/// Words to be spoken, in [`Net::traffic`].
pub const SPEAKER: Purpose = Purpose::named("speaker");

/// One automatic retry, before the first sound only.
pub(crate) const ATTEMPTS: Attempts = Attempts {
    most: 2,
    within: Duration::from_secs(60),
};

/// What says by its type that it is sound in a form that cannot be read here, or no sound. A host that says nothing, or
/// that it is bytes, is believed to have listened.
const OTHER_FORMS: [&str; 7] = ["mpeg", "mp3", "ogg", "opus", "aac", "flac", "webm"];

/// A voice.
#[derive(Clone, Debug)]
pub struct SpeechSpeaker {
    client: Client,
    host: String,
    model: String,
    voice: Option<String>,
}

#[derive(Serialize)]
struct SpeechRequest<'a> {
    model: &'a str,
    input: &'a str,
    /// Left out where none is known: an empty name is a voice that no host has.
    #[serde(skip_serializing_if = "Option::is_none")]
    voice: Option<&'a str>,
    response_format: &'static str,
}

impl SpeechSpeaker {
    /// A speaker that is asked there, with the voice that speaks where a line names none; `None` is the host's own.
    pub fn new(net: Net, access: Access, model: impl Into<String>, voice: Option<String>) -> Self {
        Self {
            host: access.address.host(),
            client: Client::new(net, access, SPEAKER, TimeLimits::default()),
            model: model.into(),
            voice: voice.filter(|voice| !voice.is_empty()),
        }
    }
}

#[async_trait]
impl Speaker for SpeechSpeaker {
    fn model(&self) -> &str {
        &self.model
    }

    fn host(&self) -> Option<&str> {
        Some(&self.host)
    }

    async fn speak(&self, line: SpokenLine) -> Result<PcmStream, ModelError> {
        let request = SpeechRequest {
            model: &self.model,
            input: &line.text,
            voice: line.voice.as_deref().or(self.voice.as_deref()),
            response_format: "pcm",
        };
        let call = self.client.json("audio/speech", &request)?.streamed("*/*");
        let incoming = self.client.open(&call, ATTEMPTS).await?;
        let incoming = sound(incoming, self.client.refusals()).await?;
        Ok(samples(incoming))
    }
}

/// The body, if it is sound.
async fn sound(incoming: Incoming, refusals: &Refusals) -> Result<Incoming, ModelError> {
    let kind = incoming.kind();
    if OTHER_FORMS.iter().any(|form| kind.contains(form)) {
        return Err(ModelError::Malformed(None));
    }
    if !kind.contains("json") && !kind.starts_with("text/") {
        return Ok(incoming);
    }
    let body = incoming.whole(LONGEST_ANSWER).await?;
    let refusal = serde_json::from_slice(&body)
        .ok()
        .and_then(|value| refusals.inside(&value, Head::default()));
    Err(refusal.map_or(ModelError::Malformed(None), ModelError::Refused))
}

fn samples(incoming: Incoming) -> PcmStream {
    let sound = Some((incoming, Pcm::default()));
    let samples = stream::unfold(sound, |sound| async {
        let (mut incoming, mut pcm) = sound?;
        match incoming.next().await {
            Ok(Some(bytes)) => match pcm.push(&bytes) {
                Ok(samples) => Some((Ok(samples), Some((incoming, pcm)))),
                Err(cause) => Some((Err(ModelError::Malformed(Some(cause))), None)),
            },
            Ok(None) => Some((Ok(pcm.finish()), None)),
            Err(error) => Some((Err(error), None)),
        }
    });
    // Half a sample or half a header makes no samples yet.
    let some = |samples: &Result<Vec<f32>, ModelError>| !samples.as_ref().is_ok_and(Vec::is_empty);
    samples
        .filter(move |samples| std::future::ready(some(samples)))
        .boxed()
}
