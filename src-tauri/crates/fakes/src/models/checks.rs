//! What a chat is refused for, as the real servers refuse it.

use serde_json::Value;

use super::ask::{Ask, Choice, Structure, messages, role_of};
use super::catalogue::Kind;
use super::options::FakeModelsOptions;
use super::refusal::Refusal;
use super::role::{Dialect, Role};
use super::wire::{Clip, Sound, Wire, judge};

pub(super) const EMPTY: &str = "The audio is empty";
const NO_URL: &str = "The provided URL does not appear to be valid. Ensure it is correctly formatted.";
const TOOL_CHOICE: &str = r#"<400> InternalError.Algo.InvalidParameter: tool_choice is one of the strings that should be ["none","auto"]"#;
const NO_JSON: &str =
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.";

/// Refuses what the server of this dialect refuses.
pub(super) fn check(ask: &Ask, wire: &Wire, options: &FakeModelsOptions) -> Result<(), Refusal> {
    let body = &wire.body;
    if messages(body).is_empty() {
        return Err(Refusal::bad("[] is too short - 'messages'"));
    }
    if matches!(ask.kind, Kind::Speaker) {
        return Err(Refusal::bad("This model does not support chat."));
    }
    if matches!(ask.kind, Kind::Text(_)) && !wire.clips.is_empty() {
        return Err(Refusal::bad("This model does not support audio input."));
    }
    if ask.role == Role::Transcriber {
        transcriber(&wire.body, &wire.clips)?;
    }
    if ask.dialect == Dialect::Compatible {
        stream(ask, body)?;
        for clip in &wire.clips {
            cloud_clip(clip, options)?;
        }
        if ask.is_omni() {
            omni(ask, body)?;
        }
    } else {
        for clip in &wire.clips {
            local_clip(clip)?;
        }
        if ask.speaks() {
            known_voice(ask)?;
        }
    }
    structure(ask)
}

fn transcriber(body: &Value, clips: &[Clip]) -> Result<(), Refusal> {
    let language = body.pointer("/asr_options/language");
    if language.is_some_and(|language| !language.is_string() && !language.is_null()) {
        return Err(Refusal::bad("Only one language may be set in 'asr_options'."));
    }
    if clips.is_empty() {
        return Err(Refusal::bad(EMPTY));
    }
    Ok(())
}

fn stream(ask: &Ask, body: &Value) -> Result<(), Refusal> {
    if !ask.stream
        && body
            .get("stream_options")
            .is_some_and(|options| !options.is_null())
    {
        return Err(Refusal::bad(
            "<400> InternalError.Algo.InvalidParameter: The 'stream_options' option is only allowed when 'stream' is set to true.",
        ));
    }
    if ask.is_omni() && !ask.stream {
        return Err(Refusal::bad(if ask.wants_audio {
            "<400> InternalError.Algo.InvalidParameter: 'audio' output only support with stream=true"
        } else {
            "This model only support stream mode, please enable the stream parameter to access the model."
        }));
    }
    Ok(())
}

/// Sound for the cloud: a data URL that is not too long and holds something. An address would have to be fetched from
/// the world, which a server of tests does not do.
pub(super) fn cloud_clip(clip: &Clip, options: &FakeModelsOptions) -> Result<(), Refusal> {
    if clip.written.starts_with("https://") {
        return Err(Refusal::bad(
            "<400> InternalError.Algo.InvalidParameter: Failed to download multimodal content",
        ));
    }
    if !clip.written.starts_with("data:") {
        return Err(Refusal::bad(format!(
            "<400> InternalError.Algo.InvalidParameter: {NO_URL}"
        )));
    }
    if clip.written.len() > options.data_url_bytes {
        return Err(Refusal::bad(format!(
            "Exceeded limit on max bytes per data-uri item : {}",
            options.data_url_bytes
        )));
    }
    let bytes = clip.bytes.as_ref();
    match bytes.map_or(Sound::Unreadable, |bytes| judge(bytes)) {
        Sound::Heard => Ok(()),
        Sound::Empty => Err(Refusal::bad(format!(
            "<400> InternalError.Algo.InvalidParameter: {EMPTY}"
        ))),
        Sound::Unreadable => Err(Refusal::bad(
            "<400> InternalError.Algo.InvalidParameter: The audio cannot be decoded.",
        )),
    }
}

/// Sound for Ollama: bare base64, decoded as Go does, which tells where it stopped.
fn local_clip(clip: &Clip) -> Result<(), Refusal> {
    if let Some(at) = clip.written.find([':', ';', ',']) {
        let message = format!("illegal base64 data at input byte {at}");
        return Err(Refusal::bad(message));
    }
    let bytes = clip.bytes.as_ref();
    match bytes.map_or(Sound::Unreadable, |bytes| judge(bytes)) {
        Sound::Heard => Ok(()),
        Sound::Empty => Err(Refusal::bad(EMPTY)),
        Sound::Unreadable => Err(Refusal::bad("invalid audio input")),
    }
}

fn omni(ask: &Ask, body: &Value) -> Result<(), Refusal> {
    for message in messages(body) {
        let is_text = message.get("content").is_some_and(Value::is_string);
        if role_of(message) == "assistant" && !is_text {
            return Err(Refusal::bad(
                "<400> InternalError.Algo.InvalidParameter: The content of an assistant message must be a string.",
            ));
        }
    }
    if ask.last_role != "user" {
        return Err(Refusal::new(
            500,
            "internal_error",
            "internal_error",
            "list index out of range",
        ));
    }
    let parts = messages(body)
        .iter()
        .filter_map(|message| message.get("content")?.as_array())
        .flatten();
    for part in parts {
        let has_format = part.pointer("/input_audio/format").is_some_and(Value::is_string);
        if part.get("input_audio").is_some() && !has_format {
            return Err(Refusal::bad(
                "<400> InternalError.Algo.InvalidParameter: The 'format' of 'input_audio' is required.",
            ));
        }
    }
    if ask.wants_audio { voice(ask) } else { Ok(()) }
}

fn voice(ask: &Ask) -> Result<(), Refusal> {
    if ask.kind == Kind::OmniText {
        return Err(Refusal::bad(
            "The model does not support the audio output modality.",
        ));
    }
    if ask.audio_format.as_deref() != Some("wav") {
        return Err(Refusal::bad(
            "<400> InternalError.Algo.InvalidParameter: 'audio.format' must be one of ['wav']",
        ));
    }
    known_voice(ask)
}

fn known_voice(ask: &Ask) -> Result<(), Refusal> {
    let Kind::Omni(voices) = ask.kind else {
        return Ok(());
    };
    match &ask.voice {
        Some(voice) if voices.contains(&voice.as_str()) => Ok(()),
        voice => Err(Refusal::bad(format!(
            "<400> InternalError.Algo.InvalidParameter: Voice '{}' is not supported. Supported voices: {}",
            voice.as_deref().unwrap_or_default(),
            voices.join(", ")
        ))),
    }
}

fn structure(ask: &Ask) -> Result<(), Refusal> {
    let rungs = ask.kind.rungs();
    let cannot = |what: &str| {
        Refusal::bad(format!(
            "<400> InternalError.Algo.InvalidParameter: {what} is not supported by this model."
        ))
    };
    match &ask.structure {
        Structure::Free => Ok(()),
        Structure::Schema { .. } if rungs.schema => Ok(()),
        Structure::Schema { .. } => Err(cannot("'response_format.type' 'json_schema'")),
        Structure::Json if !rungs.json => Err(cannot("'response_format.type' 'json_object'")),
        Structure::Json if ask.dialect == Dialect::Local || ask.words.to_lowercase().contains("json") => {
            Ok(())
        }
        Structure::Json => Err(Refusal::bad(format!(
            "<400> InternalError.Algo.InvalidParameter: {NO_JSON}"
        ))),
        Structure::Tool { .. } if !rungs.tool => Err(cannot("'tools'")),
        Structure::Tool { choice, .. } if ask.dialect == Dialect::Compatible => {
            let is_refused = *choice == Choice::Required || (*choice == Choice::Forced && ask.thinks);
            if is_refused {
                Err(Refusal::bad(TOOL_CHOICE))
            } else {
                Ok(())
            }
        }
        Structure::Tool { .. } => Ok(()),
    }
}
