//! Sound out of words: `qwen3-tts-flash` in DashScope's own interface, and an OpenAI-like `/v1/audio/speech` with the
//! manners of Kokoro-FastAPI.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use serde_json::Value;

use super::catalogue::{Kind, SPEECH, TTS};
use super::plan::{EVENTS, Frame, Plan, chunks};
use super::refusal::{Refusal, Written, fast_api};
use super::script::Script;
use super::sound::{voiced, wav_header};
use super::transcript::{native_event, wrapped};
use super::turn::Turn;

const CHUNKS: usize = 20;
const MOST_CHARACTERS: usize = 600;
const MOST_INPUT: usize = 4_096;

fn cut(turn: &Turn<'_>, pcm: &[u8]) -> Vec<Vec<u8>> {
    let count = match turn.script {
        Script::HugeLine => 1,
        Script::FastAudio => 3 * CHUNKS,
        _ => CHUNKS,
    };
    chunks(pcm, count, turn.script == Script::OddBytes)
}

/// `qwen3-tts-flash`. Without events the sound waits at an address of this server.
pub(super) fn native(turn: &Turn<'_>, events: bool) -> Result<Plan, Written> {
    let refuse = |message: &str| turn.refuse(&Refusal::bad(message));
    let input = |name: &str| {
        let value = turn.wire.body.pointer(&format!("/input/{name}"));
        value.and_then(Value::as_str).unwrap_or_default()
    };
    let (words, voice) = (input("text"), input("voice"));
    if words.trim().is_empty() {
        return Err(refuse("The input text is empty."));
    }
    if words.chars().count() > MOST_CHARACTERS {
        return Err(refuse(&format!(
            "Range of input length should be [0, {MOST_CHARACTERS}]"
        )));
    }
    if !TTS.contains(&voice) {
        let all = TTS.join(", ");
        return Err(refuse(&format!(
            "Voice '{voice}' is not supported. Supported voices: {all}"
        )));
    }
    turn.fail(events)?;
    let pcm = voiced(words, turn.script);
    let wav = Bytes::from([wav_header(Some(pcm.len())), pcm.clone()].concat());
    let url = turn.shared.keep_file(&turn.wire.host, turn.number, wav);
    // A Chinese character counts as two.
    let characters: usize = words.chars().map(|one| 1 + usize::from(!one.is_ascii())).sum();
    let answer = |finish: &str, data: &str, url: &str| {
        let id = turn.request_id();
        let expires = turn.created + 24 * 3_600;
        let answer = format!(
            r#"{{"output":{{"finish_reason":{finish},"audio":{{"data":"{data}","url":"{url}","id":"audio_{id}","expires_at":{expires}}}}},"usage":{{"characters":{characters}}},"request_id":"{id}"}}"#
        );
        wrapped(turn.script, answer)
    };
    if !events {
        let mut plan = Plan::json(answer(r#""stop""#, "", &url));
        if let Some(frame) = plan.frames.first_mut() {
            frame.pcm = pcm;
        }
        return Ok(plan);
    }
    let mut frames = Vec::new();
    if turn.script == Script::UrlOnly {
        frames.push(native_event(1, &answer(r#""stop""#, "", &url)));
        return Ok(Plan::ok(EVENTS, frames));
    }
    for (pcm, id) in cut(turn, &pcm).into_iter().zip(1..) {
        let header = if id == 1 { wav_header(None) } else { Vec::new() };
        let data = BASE64_STANDARD.encode([header, pcm.clone()].concat());
        let event = native_event(id, &answer("null", &data, ""));
        frames.push(Frame { pcm, ..event });
    }
    let next = frames.len() + 1;
    if matches!(turn.script, Script::ErrStream200 | Script::ErrStreamQuoted) {
        frames.truncate(3);
        let error = match turn.script {
            Script::ErrStreamQuoted => Refusal::key_quoted(turn.key_shown()),
            _ => Refusal::new(
                400,
                "",
                "data_inspection_failed",
                "Output data may contain inappropriate content.",
            ),
        };
        let body = turn.refuse(&error).body;
        frames.push(Frame::text(format!(
            "id:4\nevent:error\n:HTTP_STATUS/400\ndata:{body}\n\n"
        )));
    } else {
        frames.push(native_event(next, &answer(r#""stop""#, "", &url)));
    }
    Ok(Plan::ok(EVENTS, frames))
}

/// `/v1/audio/speech`: raw PCM or a WAV, streamed. There is no encoder here for the other formats.
pub(super) fn answer(turn: &Turn<'_>, kind: Kind) -> Result<Plan, Written> {
    let wire = turn.wire;
    if !matches!(kind, Kind::Speaker | Kind::Scripted(_)) {
        return Err(fast_api("invalid_model", "Unsupported model."));
    }
    let words = wire.text("input").unwrap_or_default();
    if words.trim().is_empty() || words.chars().count() > MOST_INPUT {
        let message = format!("Input must have 1 to {MOST_INPUT} characters.");
        return Err(fast_api("validation_error", &message));
    }
    // Without the field the first of its voices speaks; an empty name is none of them.
    let voice = wire.text("voice").unwrap_or(SPEECH[0]);
    if !SPEECH.contains(&voice) {
        let message = format!(
            "Voice '{voice}' not found. Available voices: {}",
            SPEECH.join(", ")
        );
        return Err(fast_api("validation_error", &message));
    }
    let format = wire.text("response_format").unwrap_or("mp3");
    if !["pcm", "wav"].contains(&format) {
        let message = format!("Unsupported format: {format}. Supported formats: pcm, wav");
        return Err(fast_api("validation_error", &message));
    }
    turn.fail(false)?;
    let pcm = voiced(words, turn.script);
    let mut frames: Vec<Frame> = cut(turn, &pcm)
        .into_iter()
        .map(|pcm| Frame {
            bytes: pcm.clone(),
            pcm,
            ..Frame::default()
        })
        .collect();
    if format == "wav" || turn.script == Script::RiffFirst {
        let length = (format == "wav").then_some(pcm.len());
        frames.insert(
            0,
            Frame {
                bytes: wav_header(length),
                ..Frame::default()
            },
        );
    }
    Ok(Plan::ok(
        if format == "wav" { "audio/wav" } else { "audio/pcm" },
        frames,
    ))
}

/// `/v1/audio/voices`.
pub(super) fn voices() -> Plan {
    let voices = SPEECH.map(|voice| format!(r#"{{"id":"{voice}","name":"{voice}"}}"#));
    Plan::json(format!(r#"{{"voices":[{}]}}"#, voices.join(",")))
}
