//! Speech written down by a chat: Qwen's recogniser, or any model that hears and can be told to write down and do nothing
//! else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use rehearse_domain::Language;
use rehearse_net::{Net, Purpose};
use serde_json::json;
use tokio::time::Instant;

use crate::client::{Client, Completion};
use crate::patience::Attempts;
use crate::transcriber::ATTEMPTS;
use crate::wire::{ChatRequest, Content, Dialect, Message, StreamOptions, UntaggedText};
use crate::{
    Abilities, Access, ModelError, SoundIn, Speech, TimeLimits, Transcriber, Transcript, TurnSound, Usage,
    dialogue,
};

/// Turns to be written down, in [`Net::traffic`].
pub const TRANSCRIBER: Purpose = Purpose::named("transcriber");

/// A model that hears.
#[derive(Clone, Debug)]
pub struct ChatTranscriber {
    client: Client,
    host: String,
    model: String,
    abilities: Abilities,
    /// The host of a recogniser did not have a system message, and wrote the recording down without one.
    takes_no_context: Arc<AtomicBool>,
}

impl ChatTranscriber {
    /// A transcriber that is asked there. Where the abilities know no form for sound, the usual one of the host is
    /// taken: without sound there is nothing to write down.
    pub fn new(net: Net, access: Access, model: impl Into<String>, mut abilities: Abilities) -> Self {
        if abilities.sound_in == SoundIn::None {
            abilities.sound_in = match access.address.dialect() {
                Dialect::DashScope => SoundIn::DataUrl,
                Dialect::OpenAi => SoundIn::Base64,
            };
        }
        Self {
            host: access.address.host(),
            client: Client::new(net, access, TRANSCRIBER, TimeLimits::default()),
            model: model.into(),
            abilities,
            takes_no_context: Arc::default(),
        }
    }

    /// Recognisers take options and nothing but context for a prompt; all others have to be told what to do.
    fn is_recogniser(&self) -> bool {
        self.client.dialect() == Dialect::DashScope && self.model.contains("-asr")
    }

    /// Asks with the context, and where a recogniser's host does not have that, once more without. All within one
    /// time.
    async fn ask(&self, speech: &Speech) -> Result<Completion, ModelError> {
        let began = Instant::now();
        let has_context = self.is_recogniser() && !context(speech).is_empty();
        if !has_context || self.takes_no_context.load(Ordering::Relaxed) {
            return self
                .client
                .complete(&self.request(speech, !has_context)?, ATTEMPTS)
                .await;
        }
        let refusal = match self.client.complete(&self.request(speech, true)?, ATTEMPTS).await {
            Err(error) if error.refuses_the_form() => error,
            answer => return answer,
        };
        let attempts = Attempts {
            within: ATTEMPTS.within.saturating_sub(began.elapsed()),
            ..ATTEMPTS
        };
        match self
            .client
            .complete(&self.request(speech, false)?, attempts)
            .await
        {
            Err(error) if error.refuses_the_form() => Err(refusal),
            answer => {
                self.takes_no_context.fetch_or(answer.is_ok(), Ordering::Relaxed);
                answer
            }
        }
    }

    fn request(&self, speech: &Speech, with_system: bool) -> Result<ChatRequest, ModelError> {
        let sound = TurnSound {
            mp3: speech.mp3.clone(),
            duration: speech.duration,
        };
        let sound = dialogue::input(&sound, &self.abilities)?;
        let recogniser = self.is_recogniser();
        let system = match recogniser {
            true => context(speech),
            false => task(speech),
        };
        let system = (with_system && !system.is_empty()).then(|| Message {
            role: "system",
            content: match recogniser {
                true => Content::Untagged(vec![UntaggedText { text: system }]),
                false => Content::Text(system),
            },
        });
        let user = sound.map(|sound| Message {
            role: "user",
            content: Content::Parts(vec![sound]),
        });
        let stream = self.abilities.must_stream;
        let chat = ChatRequest {
            model: self.model.clone(),
            messages: system.into_iter().chain(user).collect(),
            stream,
            stream_options: (stream && self.abilities.stream_usage)
                .then_some(StreamOptions { include_usage: true }),
            temperature: (!recogniser).then_some(0.0),
            asr_options: recogniser.then(|| match speech.language {
                Some(language) => json!({"language": code(language), "enable_itn": false}),
                None => json!({"enable_itn": false}),
            }),
            ..ChatRequest::default()
        };
        Ok(chat.without_thinking(self.abilities.thinking))
    }
}

#[async_trait]
impl Transcriber for ChatTranscriber {
    fn model(&self) -> &str {
        &self.model
    }

    fn host(&self) -> Option<&str> {
        Some(&self.host)
    }

    async fn transcribe(&self, speech: Speech) -> Result<Transcript, ModelError> {
        match self.ask(&speech).await {
            Ok(answer) => Ok(heard(&answer.content, answer.usage)),
            Err(error) => Transcript::of_nothing(error),
        }
    }
}

/// The language by the name that all recognisers know.
pub(crate) const fn code(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Chinese => "zh",
    }
}

/// Makes simplified letters of what follows it.
const SIMPLIFIED: &str = "以下是普通话对话，用简体中文记录。";

/// What was heard, without white space around it. Where nothing was said some models repeat what stood before it.
pub(crate) fn heard(text: &str, usage: Usage) -> Transcript {
    Transcript {
        text: text.replace(SIMPLIFIED, "").trim().to_owned(),
        usage,
    }
}

/// Words before the speech, as if they had been said.
pub(crate) fn context(speech: &Speech) -> String {
    let words = speech.context.trim();
    match speech.language {
        Some(Language::Chinese) => format!("{SIMPLIFIED}{words}"),
        _ => words.to_owned(),
    }
}

fn task(speech: &Speech) -> String {
    let task = match speech.language {
        Some(Language::Chinese) => {
            "你是记录员。把录音里的话用简体中文一字不差地写下来，加上标点。不要回答，不要翻译，不要解释，也不要写别的。\
             听不到人说话，就什么也不写。"
        }
        _ => {
            "You take the record. Write down what is said in the recording word for word, with punctuation, in the \
             language that is spoken. Do not answer it, do not translate, do not explain, write nothing else. If nobody \
             speaks, write nothing at all."
        }
    };
    match (speech.context.trim(), speech.language) {
        ("", _) => task.to_owned(),
        (words, Some(Language::Chinese)) => format!("{task}\n\n可能提到：{words}"),
        (words, _) => format!("{task}\n\nMay come up: {words}"),
    }
}
