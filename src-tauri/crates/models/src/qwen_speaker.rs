//! The voice of qwen3-tts-flash, behind DashScope's own interface: events whose first one has a WAV header in it.

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use rehearse_domain::Language;
use rehearse_net::Net;
use serde::Serialize;
use serde_json::Value;

use crate::client::{Client, malformed};
use crate::events::Events;
use crate::speech_speaker::{ATTEMPTS, SPEAKER};
use crate::wire::{Dialect, Head, Pcm, Refusals, sound_of, unpacked};
use crate::{Access, ModelError, PcmStream, Refusal, RefusalKind, Speaker, SpokenLine, TimeLimits};

const PATH: &str = "services/aigc/multimodal-generation/generation";
/// The longest text of one request, in characters.
const LONGEST: usize = 600;

/// A voice of Qwen.
#[derive(Clone, Debug)]
pub struct QwenSpeaker {
    client: Client,
    host: String,
    model: String,
    voice: Option<String>,
}

#[derive(Serialize)]
struct SpeechRequest<'a> {
    model: &'a str,
    input: SpeechInput<'a>,
}

#[derive(Serialize)]
struct SpeechInput<'a> {
    text: &'a str,
    /// Left out where none is known: an empty name is a voice that no host has.
    #[serde(skip_serializing_if = "Option::is_none")]
    voice: Option<&'a str>,
    language_type: &'static str,
}

impl QwenSpeaker {
    /// A speaker that is asked beside this address, which is the one of all other roles (`…/compatible-mode/v1`), with
    /// the voice that speaks where a line names none; `None` is the host's own.
    pub fn new(net: Net, access: Access, model: impl Into<String>, voice: Option<String>) -> Self {
        let native = Access {
            address: access.address.native(),
            key: access.key,
        };
        Self {
            host: native.address.host(),
            client: Client::new(net, native, SPEAKER, TimeLimits::default()),
            model: model.into(),
            voice: voice.filter(|voice| !voice.is_empty()),
        }
    }
}

#[async_trait]
impl Speaker for QwenSpeaker {
    fn model(&self) -> &str {
        &self.model
    }

    fn host(&self) -> Option<&str> {
        Some(&self.host)
    }

    async fn speak(&self, line: SpokenLine) -> Result<PcmStream, ModelError> {
        if line.text.chars().count() > LONGEST {
            return Err(ModelError::Refused(Refusal::of_kind(RefusalKind::TooLong)));
        }
        let request = SpeechRequest {
            model: &self.model,
            input: SpeechInput {
                text: &line.text,
                voice: line.voice.as_deref().or(self.voice.as_deref()),
                language_type: match line.language {
                    Language::English => "English",
                    Language::Chinese => "Chinese",
                },
            },
        };
        let call = self.client.json(PATH, &request)?.streamed("text/event-stream");
        let call = call.header("x-dashscope-sse", "enable");
        let events = Events::new(self.client.open(&call, ATTEMPTS).await?);
        let mut spoken = Spoken {
            events,
            pcm: Pcm::default(),
            has_address: false,
            refusals: Refusals {
                dialect: Dialect::DashScope,
                ..self.client.refusals().clone()
            },
        };
        // A refusal comes as the first event too.
        match spoken.next().await? {
            Some(first) => Ok(stream::iter([Ok(first)]).chain(spoken.rest()).boxed()),
            None if spoken.has_address => Err(ModelError::Refused(address_only())),
            None => Err(ModelError::Malformed(None)),
        }
    }
}

/// The host makes sound and does not send it while it is made. Its address is some other host's, to which nobody agreed.
fn address_only() -> Refusal {
    Refusal {
        code: "audioaddressonly".to_owned(),
        ..Refusal::of_kind(RefusalKind::Unsupported)
    }
}

struct Spoken {
    events: Events,
    pcm: Pcm,
    /// It was said where the sound lies.
    has_address: bool,
    refusals: Refusals,
}

impl Spoken {
    /// The next samples, at least one; `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<f32>>, ModelError> {
        loop {
            let Some(event) = self.events.next().await? else {
                let rest = self.pcm.finish();
                return Ok((!rest.is_empty()).then_some(rest));
            };
            let samples = self.samples(&event)?;
            if !samples.is_empty() {
                return Ok(Some(samples));
            }
        }
    }

    fn samples(&mut self, event: &[u8]) -> Result<Vec<f32>, ModelError> {
        let value: Value = serde_json::from_slice(event).map_err(malformed)?;
        let head = Head {
            request_id: self.events.request_id(),
            ..Head::default()
        };
        if let Some(refusal) = self.refusals.inside(&value, head) {
            return Err(ModelError::Refused(refusal));
        }
        let value = unpacked(value, "output");
        let audio = |field: &str| {
            let value = value.pointer("/output/audio")?.get(field)?.as_str();
            value.filter(|text| !text.is_empty() && *text != "null")
        };
        self.has_address |= audio("url").is_some();
        let unreadable = |cause| ModelError::Malformed(Some(cause));
        match audio("data") {
            None => Ok(Vec::new()),
            Some(sound) => self
                .pcm
                .push(&sound_of(sound).map_err(unreadable)?)
                .map_err(unreadable),
        }
    }

    fn rest(self) -> PcmStream {
        let rest = stream::unfold(Some(self), |spoken| async {
            let mut spoken = spoken?;
            match spoken.next().await {
                Ok(Some(samples)) => Some((Ok(samples), Some(spoken))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        });
        rest.boxed()
    }
}
