//! What a host can do with a model, and in which form it wants things. Presets guess, a probe corrects.

use serde::{Deserialize, Serialize};

/// How a host takes sound in a chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundIn {
    /// Not at all: it has to be written down first.
    #[default]
    None,
    /// As base64 in a data URL, as DashScope does.
    DataUrl,
    /// As bare base64, as OpenAI, Ollama and llama.cpp do.
    Base64,
}

/// How a host is told not to think before it answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThinkingSwitch {
    /// There is nothing to switch.
    #[default]
    None,
    /// `enable_thinking: false` (DashScope).
    EnableThinking,
    /// `reasoning_effort: "none"` (OpenAI, Ollama).
    ReasoningEffort,
    /// `chat_template_kwargs: {"enable_thinking": false}` (llama.cpp, vLLM).
    TemplateArgument,
}

/// A way to have an answer in a form, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// The host holds the model to a JSON schema.
    JsonSchema,
    /// The host makes the model call a function with the answer.
    ForcedTool,
    /// The host makes sure that it is JSON.
    JsonObject,
    /// The model is asked nicely, and what it says is searched.
    PlainText,
}

/// What a host can do with one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Abilities {
    /// Sound that comes in.
    pub sound_in: SoundIn,
    /// It speaks.
    pub speaks: bool,
    /// It answers in streams only.
    pub must_stream: bool,
    /// It says at the end of a stream what that cost, when asked to.
    pub stream_usage: bool,
    /// It takes a seed.
    pub seed: bool,
    /// How it is kept from thinking.
    pub thinking: ThinkingSwitch,
    /// The highest rung of the ladder that is known to hold; the first is tried where none is known.
    pub rung: Option<Rung>,
    /// The most bytes of one sound after encoding.
    pub max_sound_bytes: u64,
    /// The longest sound in seconds.
    pub max_sound_secs: u32,
}

impl Abilities {
    /// What any server of the dialect can be trusted with: text in, text out.
    pub(crate) const TEXT: Self = Self {
        sound_in: SoundIn::None,
        speaks: false,
        must_stream: false,
        stream_usage: false,
        seed: false,
        thinking: ThinkingSwitch::None,
        rung: None,
        max_sound_bytes: 10_485_760,
        max_sound_secs: 300,
    };

    /// The same without the next field of a request that a host may not know and a partner can do without: the seed,
    /// then the switch for thinking, then the count of what it cost. `None` when nothing is left to leave out.
    pub(crate) fn plainer(&self) -> Option<Self> {
        let mut plainer = self.clone();
        if self.seed {
            plainer.seed = false;
        } else if self.thinking != ThinkingSwitch::None {
            plainer.thinking = ThinkingSwitch::None;
        } else if self.stream_usage {
            plainer.stream_usage = false;
        } else {
            return None;
        }
        Some(plainer)
    }
}

impl Default for Abilities {
    fn default() -> Self {
        Self::TEXT
    }
}
