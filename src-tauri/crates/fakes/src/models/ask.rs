//! What a chat request asks for, read out of its JSON.

use serde_json::Value;

use super::catalogue::Kind;
use super::role::{Dialect, Role};
use super::script::Script;
use super::{EVALUATION, OBJECTIVE_CHECK};

/// How an answer is to be held to a structure.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Structure {
    /// Not at all.
    Free,
    /// `response_format` `json_object`.
    Json,
    /// `response_format` `json_schema`.
    Schema { name: String, schema: Value },
    /// A tool, with how it is chosen.
    Tool {
        name: String,
        schema: Value,
        choice: Choice,
    },
}

/// `tool_choice`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Free,
    Required,
    Forced,
}

/// A chat request, read.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) dialect: Dialect,
    pub(super) model: String,
    pub(super) kind: Kind,
    pub(super) stream: bool,
    pub(super) wants_usage: bool,
    pub(super) wants_audio: bool,
    pub(super) audio_format: Option<String>,
    pub(super) voice: Option<String>,
    pub(super) most_tokens: Option<usize>,
    pub(super) structure: Structure,
    pub(super) thinks: bool,
    pub(super) system: String,
    /// All text of all messages, a line between two.
    pub(super) words: String,
    pub(super) last_words: String,
    pub(super) user_messages: usize,
    pub(super) last_role: String,
    pub(super) role: Role,
}

impl Ask {
    pub(super) fn read(body: &Value, dialect: Dialect, kind: Kind) -> Self {
        let text = |pointer: &str| {
            body.pointer(pointer)
                .and_then(Value::as_str)
                .map(ToOwned::to_owned)
        };
        let flag = |pointer: &str| body.pointer(pointer).and_then(Value::as_bool).unwrap_or_default();
        let messages = messages(body);
        let said = |wanted: &str| -> Vec<String> {
            let of_role = messages.iter().filter(|message| role_of(message) == wanted);
            of_role.map(words_of).collect()
        };
        let words = messages.iter().map(words_of).collect::<Vec<_>>().join("\n");
        let structure = structure(body);
        let thinks = match body.get("enable_thinking").and_then(Value::as_bool) {
            Some(thinks) => thinks,
            None => kind.rungs().thinks && text("/reasoning_effort").as_deref() != Some("none"),
        };
        let modalities = body.get("modalities").and_then(Value::as_array);
        let tokens = body
            .get("max_completion_tokens")
            .or_else(|| body.get("max_tokens"));
        Self {
            dialect,
            model: text("/model").unwrap_or_default(),
            kind,
            stream: flag("/stream"),
            wants_usage: flag("/stream_options/include_usage"),
            wants_audio: modalities.is_some_and(|all| all.iter().any(|one| one == "audio")),
            audio_format: text("/audio/format"),
            voice: text("/audio/voice"),
            most_tokens: tokens
                .and_then(Value::as_u64)
                .and_then(|most| usize::try_from(most).ok()),
            role: role(body, kind, &structure, &words),
            structure,
            thinks,
            system: said("system").join("\n"),
            words,
            last_words: messages.last().map(words_of).unwrap_or_default(),
            user_messages: said("user").len(),
            last_role: messages.last().map(role_of).unwrap_or_default().to_owned(),
        }
    }

    /// Whether the answer has a voice.
    pub(super) const fn speaks(&self) -> bool {
        self.wants_audio && matches!(self.kind, Kind::Omni(_) | Kind::Scripted(_))
    }

    /// Whether the model is one that must be asked for a stream and be given sound as a data URL.
    pub(super) fn is_omni(&self) -> bool {
        match self.kind {
            Kind::Omni(_) | Kind::OmniText => true,
            Kind::Scripted(_) => self.role == Role::Partner && self.wants_audio,
            _ => false,
        }
    }
}

pub(super) fn messages(body: &Value) -> &[Value] {
    let messages = body.get("messages").or_else(|| body.pointer("/input/messages"));
    messages
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

pub(super) fn role_of(message: &Value) -> &str {
    message.get("role").and_then(Value::as_str).unwrap_or_default()
}

/// The text of a message: its content, or the text of its parts.
pub(super) fn words_of(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
            texts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

fn structure(body: &Value) -> Structure {
    let text = |pointer: &str| {
        body.pointer(pointer)
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
    };
    if let Some(tool) = body.pointer("/tools/0/function") {
        let choice = match body.get("tool_choice") {
            Some(Value::Object(_)) => Choice::Forced,
            Some(Value::String(word)) if word == "required" => Choice::Required,
            _ => Choice::Free,
        };
        let name = text("/tool_choice/function/name").or_else(|| text("/tools/0/function/name"));
        return Structure::Tool {
            name: name.unwrap_or_default(),
            schema: tool.get("parameters").cloned().unwrap_or_default(),
            choice,
        };
    }
    match text("/response_format/type").as_deref() {
        Some("json_object") => Structure::Json,
        Some("json_schema") => Structure::Schema {
            name: text("/response_format/json_schema/name").unwrap_or_default(),
            // A schema beside `json_schema` instead of in it is accepted and constrains nothing, as in llama.cpp.
            schema: body
                .pointer("/response_format/json_schema/schema")
                .cloned()
                .unwrap_or_default(),
        },
        _ => Structure::Free,
    }
}

/// What a request is for: by its model, by the name of the structure it asks for, and where a structure has no name or
/// is only described, by the words that describe it.
fn role(body: &Value, kind: Kind, structure: &Structure, words: &str) -> Role {
    let hears = matches!(kind, Kind::Transcriber) || body.get("asr_options").is_some();
    let hears_by_script = matches!(
        kind,
        Kind::Scripted(
            Script::AsrOk
                | Script::AsrEmpty
                | Script::AsrLate
                | Script::AsrWrongLang
                | Script::AsrTooShort
                | Script::AsrRefusesContext
        )
    );
    if hears || hears_by_script {
        return Role::Transcriber;
    }
    let says = |all: &[&str]| all.iter().all(|word| words.contains(word));
    let is_check = says(&[OBJECTIVE_CHECK]) || says(&["continue", "succeeded", "failed"]);
    match structure {
        Structure::Schema { name, .. } | Structure::Tool { name, .. }
            if name.starts_with(OBJECTIVE_CHECK) =>
        {
            Role::Objective
        }
        Structure::Schema { .. } | Structure::Tool { .. } => Role::Judge,
        _ if is_check => Role::Objective,
        Structure::Json => Role::Judge,
        Structure::Free if says(&[EVALUATION]) && says(&["level", "evidence"]) => Role::Judge,
        Structure::Free => Role::Partner,
    }
}
