//! A chat completion that is asked for, in the dialect that OpenAI coined and all hosts here speak. What is `None` is
//! not sent: some hosts refuse a field that they do not know.

use serde::Serialize;
use serde_json::{Value, json};

use crate::ThinkingSwitch;
use crate::schema_order::in_order;

/// The request.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct ChatRequest {
    pub(crate) model: String,
    pub(crate) messages: Vec<Message>,
    pub(crate) stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stream_options: Option<StreamOptions>,
    /// `text`, `audio`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) modalities: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) audio: Option<AudioOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) response_format: Option<ResponseFormat>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tools: Vec<Tool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tool_choice: Option<ToolChoice>,
    /// DashScope's switch for thinking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_thinking: Option<bool>,
    /// OpenAI's and Ollama's: `none` is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reasoning_effort: Option<&'static str>,
    /// llama.cpp's and vLLM's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chat_template_kwargs: Option<Value>,
    /// What DashScope's recognisers take beside the sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) asr_options: Option<Value>,
}

impl ChatRequest {
    /// Asks for an answer without thinking first, in the way that this host knows.
    pub(crate) fn without_thinking(mut self, switch: ThinkingSwitch) -> Self {
        match switch {
            ThinkingSwitch::None => {}
            ThinkingSwitch::EnableThinking => self.enable_thinking = Some(false),
            ThinkingSwitch::ReasoningEffort => self.reasoning_effort = Some("none"),
            ThinkingSwitch::TemplateArgument => {
                self.chat_template_kwargs = Some(json!({"enable_thinking": false}));
            }
        }
        self
    }
}

/// What comes with a stream.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct StreamOptions {
    pub(crate) include_usage: bool,
}

/// The voice that is wanted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AudioOut {
    pub(crate) voice: String,
    pub(crate) format: &'static str,
}

/// One message.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Message {
    /// `system`, `user`, `assistant`.
    pub(crate) role: &'static str,
    pub(crate) content: Content,
}

/// Words, or parts of several kinds.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Content {
    Text(String),
    Parts(Vec<Part>),
    /// As DashScope's recognisers document their context.
    Untagged(Vec<UntaggedText>),
}

/// Text that does not say that it is text.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct UntaggedText {
    pub(crate) text: String,
}

/// A part of a message.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Part {
    Text { text: String },
    InputAudio { input_audio: InputAudio },
}

/// Sound.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct InputAudio {
    /// Base64, bare or in a data URL as the host wants it.
    pub(crate) data: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<&'static str>,
}

/// The form of the answer.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ResponseFormat {
    JsonObject,
    JsonSchema { json_schema: JsonSchema },
}

/// A form by its schema. `strict` belongs inside, and the flat form that one README shows is taken and ignored there.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct JsonSchema {
    pub(crate) name: &'static str,
    pub(crate) strict: bool,
    #[serde(serialize_with = "in_order")]
    pub(crate) schema: Value,
}

/// A function that the model may or must call.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Tool {
    Function { function: Function },
}

/// That function.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    #[serde(serialize_with = "in_order")]
    pub(crate) parameters: Value,
}

/// Which function must be called.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ToolChoice {
    Function { function: NamedFunction },
}

/// A function by its name.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NamedFunction {
    pub(crate) name: &'static str,
}
