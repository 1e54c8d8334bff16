//! A chat completion that came, whole or in pieces: both have the same fields, once under `message` and once under
//! `delta`. A field of another type than it should have is passed over as if it were missing.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::Usage;

/// A whole answer, or one piece of a stream.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ChatAnswer {
    #[serde(deserialize_with = "lenient_list")]
    pub(crate) choices: Vec<Choice>,
    #[serde(deserialize_with = "lenient")]
    usage: Option<UsageTold>,
}

/// One of the answers: almost always the only one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Choice {
    #[serde(deserialize_with = "lenient")]
    pub(crate) index: Option<u64>,
    #[serde(deserialize_with = "lenient")]
    message: Option<Said>,
    #[serde(deserialize_with = "lenient")]
    delta: Option<Said>,
    #[serde(deserialize_with = "lenient")]
    finish_reason: Option<String>,
}

/// What was said. What a model thinks before it speaks (`reasoning_content`, `reasoning`) is not.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    #[serde(deserialize_with = "lenient")]
    content: Option<Words>,
    #[serde(deserialize_with = "lenient")]
    audio: Option<Audio>,
    #[serde(deserialize_with = "lenient_list")]
    tool_calls: Vec<ToolCall>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Words {
    Text(String),
    Parts(Vec<Words>),
    Part { text: String },
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Audio {
    #[serde(deserialize_with = "lenient")]
    data: Option<String>,
    #[serde(deserialize_with = "lenient")]
    transcript: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ToolCall {
    #[serde(deserialize_with = "lenient")]
    index: Option<u64>,
    #[serde(deserialize_with = "lenient")]
    function: Option<Called>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Called {
    /// Text that should be JSON; one server sends the JSON itself.
    #[serde(deserialize_with = "lenient")]
    arguments: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct UsageTold {
    #[serde(deserialize_with = "lenient")]
    prompt_tokens: Option<u64>,
    #[serde(deserialize_with = "lenient")]
    completion_tokens: Option<u64>,
    #[serde(deserialize_with = "lenient")]
    prompt_tokens_details: Option<Details>,
    #[serde(deserialize_with = "lenient")]
    completion_tokens_details: Option<Details>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Details {
    #[serde(deserialize_with = "lenient")]
    text_tokens: Option<u64>,
    #[serde(deserialize_with = "lenient")]
    audio_tokens: Option<u64>,
    #[serde(deserialize_with = "lenient")]
    cached_tokens: Option<u64>,
}

/// Why an answer ended. Later ones tell more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Finish {
    /// The host did not say.
    #[default]
    Unsaid,
    /// The model had said everything, or the host gave a reason that nobody knows.
    Stop,
    /// The model called a function.
    ToolCalls,
    /// As long as it may be; the rest is missing.
    Length,
    /// The host cut it off because of what it said.
    Filtered,
}

/// An answer without the packing that some workspace hosts of DashScope put around it. It is one where `field` is
/// missing, which every answer of its kind has.
pub(crate) fn unpacked(mut value: Value, field: &str) -> Value {
    if value.get(field).is_some() {
        return value;
    }
    let packed = value.get_mut("data").filter(|data| data.is_object());
    match packed.map(Value::take) {
        Some(answer) => answer,
        None => value,
    }
}

impl ChatAnswer {
    /// What it cost, when it says so.
    pub(crate) fn used(&self) -> Option<Usage> {
        self.usage.as_ref().map(UsageTold::counted)
    }
}

impl Choice {
    pub(crate) fn said(&mut self) -> Option<&mut Said> {
        self.message.as_mut().or(self.delta.as_mut())
    }

    pub(crate) fn finish(&self) -> Finish {
        match self.finish_reason.as_deref() {
            None | Some("" | "null") => Finish::Unsaid,
            Some("length" | "max_tokens") => Finish::Length,
            Some("tool_calls" | "function_call") => Finish::ToolCalls,
            Some("content_filter") => Finish::Filtered,
            Some(_) => Finish::Stop,
        }
    }
}

impl Said {
    /// The words themselves; `None` when there are none.
    pub(crate) fn content(&mut self) -> Option<String> {
        let mut text = String::new();
        self.content.take()?.append_to(&mut text);
        (!text.is_empty()).then_some(text)
    }

    /// The words that belong to the sound.
    pub(crate) fn transcript(&mut self) -> Option<String> {
        self.audio
            .as_mut()?
            .transcript
            .take()
            .filter(|text| !text.is_empty())
    }

    /// Sound in base64.
    pub(crate) fn sound(&mut self) -> Option<String> {
        self.audio.as_mut()?.data.take().filter(|data| !data.is_empty())
    }

    /// The arguments of the first call, or a piece of them.
    pub(crate) fn arguments(&mut self) -> Option<String> {
        let first = |call: &&mut ToolCall| call.index.unwrap_or(0) == 0;
        let call = self.tool_calls.iter_mut().find(first)?;
        match call.function.as_mut()?.arguments.take()? {
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        }
    }
}

impl Words {
    fn append_to(self, text: &mut String) {
        match self {
            Self::Text(words) | Self::Part { text: words } => text.push_str(&words),
            Self::Parts(parts) => parts.into_iter().for_each(|part| part.append_to(text)),
        }
    }
}

impl UsageTold {
    /// What is not counted by kind was text.
    fn counted(&self) -> Usage {
        let audio = |details: &Option<Details>| details.as_ref()?.audio_tokens;
        let text = |details: &Option<Details>, all: Option<u64>| {
            let by_kind = details.as_ref().and_then(|details| details.text_tokens);
            by_kind.unwrap_or_else(|| all.unwrap_or(0).saturating_sub(audio(details).unwrap_or(0)))
        };
        let (prompt, completion) = (&self.prompt_tokens_details, &self.completion_tokens_details);
        Usage {
            text_in: text(prompt, self.prompt_tokens),
            audio_in: audio(prompt).unwrap_or(0),
            text_out: text(completion, self.completion_tokens),
            audio_out: audio(completion).unwrap_or(0),
            cached: prompt
                .as_ref()
                .and_then(|details| details.cached_tokens)
                .unwrap_or(0),
        }
    }
}

/// The value, or `None` where it is missing, null or of another type.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(value: D) -> Result<Option<T>, D::Error> {
    let value = Option::<Value>::deserialize(value)?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()))
}

/// The items of a list that are what they should be; none where there is no list.
fn lenient_list<'de, D: Deserializer<'de>, T: DeserializeOwned>(value: D) -> Result<Vec<T>, D::Error> {
    let items = lenient::<D, Vec<Value>>(value)?.unwrap_or_default();
    Ok(items
        .into_iter()
        .filter_map(|item| serde_json::from_value(item).ok())
        .collect())
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
