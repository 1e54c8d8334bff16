//! A partner behind a chat: Qwen-Omni, which hears and speaks, or any model of the dialect that OpenAI coined. It
//! answers what was just said, in the person of the brief.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use parking_lot::Mutex;
use rehearse_domain::PartnerKind;
use rehearse_net::{Net, Purpose};

use crate::chat_stream::{ChatPart, ChatStream};
use crate::client::Client;
use crate::patience::Attempts;
use crate::wire::{AudioOut, ChatRequest, Dialect, StreamOptions};
use crate::{
    Abilities, Access, ModelError, Partner, PartnerRequest, ReplyEnd, ReplyPart, ReplyStream, SoundIn,
    TimeLimits, dialogue, scripted,
};

/// Turns of a partner, in [`Net::traffic`].
pub const PARTNER: Purpose = Purpose::named("partner");

/// One automatic retry: after it the user decides.
const ATTEMPTS: u32 = 2;

/// How a model plays a partner.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatPartnerOptions {
    /// Name of the model, as the host knows it.
    pub model: String,
    /// The voice of a model that speaks, as the host knows it; without one it writes.
    pub voice: Option<String>,
    /// What it can do.
    pub abilities: Abilities,
    /// 0 to below 2; `None` is what the host thinks best.
    pub temperature: Option<f32>,
    /// How long its host may be silent.
    pub limits: TimeLimits,
    /// The longest that a reply may take, the retry included. 90 s.
    pub whole: Duration,
}

impl ChatPartnerOptions {
    /// The usual limits and no voice.
    pub fn new(model: impl Into<String>, abilities: Abilities) -> Self {
        Self {
            model: model.into(),
            voice: None,
            abilities,
            temperature: None,
            limits: TimeLimits::default(),
            whole: Duration::from_secs(90),
        }
    }
}

/// A model as a partner. All that it knows of a dialogue comes with the request.
#[derive(Clone, Debug)]
pub struct ChatPartner {
    client: Client,
    host: String,
    options: ChatPartnerOptions,
    /// The abilities less what its host refused, once an answer came without that.
    known: Arc<Mutex<Abilities>>,
}

impl ChatPartner {
    /// A partner that is asked there.
    pub fn new(net: Net, access: Access, options: ChatPartnerOptions) -> Self {
        Self {
            host: access.address.host(),
            client: Client::new(net, access, PARTNER, options.limits),
            known: Arc::new(Mutex::new(options.abilities.clone())),
            options,
        }
    }

    /// Asks in the form that is known to go, and where that is refused in plainer ones, within one patience. The
    /// recording and the words stay what they are.
    async fn ask(&self, request: &PartnerRequest) -> Result<ChatStream, ModelError> {
        let attempts = Attempts {
            most: ATTEMPTS,
            within: self.options.whole,
        };
        let mut patience = attempts.begin();
        let mut abilities = self.known.lock().clone();
        let mut refusal = None;
        loop {
            let chat = self.request(request, &abilities)?;
            match self.client.stream(&chat, &mut patience).await {
                Ok(answer) => {
                    *self.known.lock() = abilities;
                    return Ok(answer);
                }
                Err(error) if error.refuses_the_form() => match abilities.plainer() {
                    Some(plainer) => {
                        abilities = plainer;
                        refusal = refusal.or(Some(error));
                    }
                    // It was not for any of them.
                    None => return Err(refusal.unwrap_or(error)),
                },
                Err(error) => return Err(error),
            }
        }
    }

    fn request(&self, request: &PartnerRequest, abilities: &Abilities) -> Result<ChatRequest, ModelError> {
        let options = &self.options;
        let number = request
            .variation
            .wrapping_mul(1009)
            .wrapping_add(request.sequence);
        let audio = options
            .voice
            .clone()
            .filter(|_| abilities.speaks)
            .map(|voice| AudioOut {
                voice,
                format: match self.client.dialect() {
                    Dialect::DashScope => "wav",
                    // The only one that OpenAI streams.
                    Dialect::OpenAi => "pcm16",
                },
            });
        let chat = ChatRequest {
            model: options.model.clone(),
            messages: dialogue::messages(request, abilities)?,
            stream: true,
            stream_options: abilities
                .stream_usage
                .then_some(StreamOptions { include_usage: true }),
            modalities: match audio {
                Some(_) => vec!["text", "audio"],
                None => Vec::new(),
            },
            audio,
            temperature: options.temperature,
            // Another one for each turn and each run, so that no practice sounds like the one before.
            seed: abilities.seed.then_some(number & 0x7FFF_FFFF),
            ..ChatRequest::default()
        };
        Ok(chat.without_thinking(abilities.thinking))
    }
}

#[async_trait]
impl Partner for ChatPartner {
    fn kind(&self) -> PartnerKind {
        PartnerKind::Model
    }

    fn model(&self) -> Option<&str> {
        Some(&self.options.model)
    }

    fn hosts(&self) -> Vec<String> {
        vec![self.host.clone()]
    }

    fn hears(&self) -> bool {
        self.options.abilities.sound_in != SoundIn::None
    }

    fn speaks(&self) -> bool {
        self.options.abilities.speaks && self.options.voice.is_some()
    }

    async fn reply(&self, request: PartnerRequest) -> Result<ReplyStream, ModelError> {
        if let Some(words) = scripted::opening(&request) {
            let parts = [
                Ok(ReplyPart::Text(words)),
                Ok(ReplyPart::Done(ReplyEnd::Continues)),
            ];
            return Ok(stream::iter(parts).boxed());
        }
        let mut answer = self.ask(&request).await?;
        // Without a word or a sound there is nothing to answer with.
        loop {
            match answer.next().await? {
                Some(first @ (ChatPart::Text(_) | ChatPart::Pcm(_))) => return Ok(spoken(first, answer)),
                Some(ChatPart::Arguments(_) | ChatPart::Used(_)) => {}
                Some(ChatPart::Finished(_)) | None => return Err(ModelError::Malformed(None)),
            }
        }
    }

    fn learned(&self) -> Option<Abilities> {
        Some(self.known.lock().clone())
    }

    fn foresee(&self, request: &PartnerRequest) -> Option<String> {
        scripted::opening(request)
    }
}

/// The reply that begins with this part.
fn spoken(first: ChatPart, answer: ChatStream) -> ReplyStream {
    let rest = stream::unfold(Some(answer), |answer| async {
        let mut answer = answer?;
        match answer.next().await {
            Ok(Some(part)) => Some((Ok(part), Some(answer))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    });
    let parts = stream::iter([Ok(first)]).chain(rest);
    parts
        .filter_map(|part| std::future::ready(reply_part(part)))
        .boxed()
}

fn reply_part(part: Result<ChatPart, ModelError>) -> Option<Result<ReplyPart, ModelError>> {
    let part = part.map(|part| match part {
        ChatPart::Text(words) => Some(ReplyPart::Text(words)),
        ChatPart::Pcm(samples) => Some(ReplyPart::Pcm(samples)),
        ChatPart::Used(usage) => Some(ReplyPart::Used(usage)),
        // As long as it may be is long enough for one turn.
        ChatPart::Finished(_) => Some(ReplyPart::Done(ReplyEnd::Continues)),
        ChatPart::Arguments(_) => None,
    });
    part.transpose()
}
