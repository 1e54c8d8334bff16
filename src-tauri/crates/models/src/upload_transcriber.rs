//! Speech written down by a server that takes a file: `/audio/transcriptions` as OpenAI coined it, and `/inference` of
//! whisper.cpp.

use async_trait::async_trait;
use rehearse_net::Net;
use serde_json::Value;

use crate::chat_transcriber::{TRANSCRIBER, code, context, heard};
use crate::client::{Call, Client, malformed};
use crate::transcriber::ATTEMPTS;
use crate::wire::{Head, Multipart};
use crate::{Access, ModelError, Speech, TimeLimits, Transcriber, Transcript, Usage};

/// Which server takes the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upload {
    /// `/audio/transcriptions` below the address.
    OpenAi,
    /// `/inference` below the address, which holds everything for English that is not said to be something else.
    WhisperServer,
}

/// A server that takes a file.
#[derive(Clone, Debug)]
pub struct UploadTranscriber {
    client: Client,
    host: String,
    model: String,
    upload: Upload,
}

impl UploadTranscriber {
    /// A transcriber that is asked there.
    pub fn new(net: Net, access: Access, model: impl Into<String>, upload: Upload) -> Self {
        Self {
            host: access.address.host(),
            client: Client::new(net, access, TRANSCRIBER, TimeLimits::default()),
            model: model.into(),
            upload,
        }
    }

    fn call(&self, speech: &Speech) -> Result<Call, ModelError> {
        let mut form = Multipart::random()?
            .file("file", "turn.mp3", "audio/mpeg", &speech.mp3)
            .text("response_format", "json");
        if !self.model.is_empty() {
            form = form.text("model", &self.model);
        }
        let prompt = context(speech);
        if !prompt.is_empty() {
            form = form.text("prompt", &prompt);
        }
        let language = match (speech.language, self.upload) {
            (Some(language), _) => Some(code(language)),
            (None, Upload::WhisperServer) => Some("auto"),
            (None, Upload::OpenAi) => None,
        };
        if let Some(language) = language {
            form = form.text("language", language);
        }
        let path = match self.upload {
            Upload::OpenAi => "audio/transcriptions",
            Upload::WhisperServer => "inference",
        };
        self.client.form(path, form)
    }
}

#[async_trait]
impl Transcriber for UploadTranscriber {
    fn model(&self) -> &str {
        &self.model
    }

    fn host(&self) -> Option<&str> {
        Some(&self.host)
    }

    async fn transcribe(&self, speech: Speech) -> Result<Transcript, ModelError> {
        let answer = match self.client.fetch(&self.call(&speech)?, ATTEMPTS).await {
            Ok(answer) => answer,
            Err(error) => return Transcript::of_nothing(error),
        };
        let value: Value = serde_json::from_slice(&answer).map_err(malformed)?;
        let text = value.get("text").and_then(Value::as_str);
        match (text, self.client.refusals().inside(&value, Head::default())) {
            (Some(text), _) => Ok(heard(text, used(&value))),
            (None, Some(refusal)) => Transcript::of_nothing(ModelError::Refused(refusal)),
            (None, None) => Err(ModelError::Malformed(None)),
        }
    }
}

/// What it cost where the answer counts tokens. Servers that bill seconds, or nothing, count none.
fn used(answer: &Value) -> Usage {
    let count = |place: &str| answer.pointer(place).and_then(Value::as_u64);
    let heard = count("/usage/input_token_details/audio_tokens").unwrap_or(0);
    let read = count("/usage/input_token_details/text_tokens");
    Usage {
        // What is not counted by kind was text.
        text_in: read.unwrap_or_else(|| count("/usage/input_tokens").unwrap_or(0).saturating_sub(heard)),
        audio_in: heard,
        text_out: count("/usage/output_tokens").unwrap_or(0),
        ..Usage::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tokens_are_read_where_the_answer_counts_them() {
        let told = json!({"text": "Hello.", "usage": {
            "type": "tokens", "input_tokens": 14, "output_tokens": 101, "total_tokens": 115,
            "input_token_details": {"text_tokens": 10, "audio_tokens": 4},
        }});
        let expected = Usage {
            text_in: 10,
            audio_in: 4,
            text_out: 101,
            ..Usage::default()
        };
        assert_eq!(used(&told), expected);
        for none in [
            json!({"text": "Hello."}),
            json!({"text": "Hello.", "usage": {"type": "duration", "seconds": 3}}),
        ] {
            assert_eq!(used(&none), Usage::default(), "{none}");
        }
    }
}
