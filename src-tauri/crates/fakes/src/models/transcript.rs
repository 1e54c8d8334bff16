//! Words out of sound: what every transcriber hears, and the routes that take a form with a file.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::checks::{EMPTY, cloud_clip};
use super::plan::{EVENTS, Frame, Plan};
use super::refusal::{Refusal, Written};
use super::reply::quoted;
use super::role::Dialect;
use super::script::Script;
use super::turn::Turn;
use super::wire::{Sound, judge, sha256};
use super::words::Language;

/// How late [`Script::AsrLate`] is.
pub(super) const LATE: Duration = Duration::from_secs(6);

/// What was heard in a clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) words: String,
    pub(super) language: Language,
    /// Its length; a guess where it is no WAV.
    pub(super) seconds: usize,
}

/// The language that a transcriber is told; `None` for none and for `auto`.
pub(super) fn told_language(code: Option<&str>) -> Option<Language> {
    code.and_then(Language::of_code)
}

impl Heard {
    /// What the test said is heard, else the sentence of the language.
    pub(super) fn new(turn: &Turn<'_>, sound: &Bytes, language: Language) -> Self {
        let seconds = if sound.starts_with(b"RIFF") {
            sound.len() / 32_000
        } else {
            sound.len() / 8_000
        };
        let seconds = seconds.max(1);
        let (words, language) = match turn.script {
            Script::AsrEmpty => (String::new(), language),
            Script::AsrWrongLang => (language.other().heard().to_owned(), language.other()),
            _ => match turn.shared.heard(&sha256(sound)) {
                Some(words) => {
                    let language = Language::written_in(&words).unwrap_or(language);
                    (words, language)
                }
                None => (language.heard().to_owned(), language),
            },
        };
        Self {
            words,
            language,
            seconds,
        }
    }
}

/// `/v1/audio/transcriptions` and whisper-server's `/inference`.
pub(super) fn answer(turn: &Turn<'_>) -> Result<Plan, Written> {
    let dialect = turn.dialect;
    let refuse = |message: &str| turn.refuse(&Refusal::bad(message));
    let wire = turn.wire;
    let Some(sound) = wire.file.clone() else {
        return Err(match dialect {
            Dialect::Whisper => refuse("no 'file' field in the request"),
            _ => refuse("file is required"),
        });
    };
    match judge(&sound) {
        Sound::Heard => {}
        _ if dialect == Dialect::Whisper => return Err(refuse("failed to read audio data")),
        Sound::Empty => return Err(refuse(EMPTY)),
        Sound::Unreadable => return Err(refuse("invalid audio input")),
    }
    // The default of whisper-server is English and not to listen which it is.
    let told = match (wire.text("language"), dialect) {
        (None, Dialect::Whisper) => Some("en"),
        (told, _) => told,
    };
    let prompted = wire.text("prompt").and_then(Language::written_in);
    let language = told_language(told).or(prompted).unwrap_or(Language::English);
    let format = wire.text("response_format").unwrap_or("json");
    if !["json", "text", "verbose_json"].contains(&format) {
        return Err(refuse(&format!("unsupported response_format \"{format}\"")));
    }
    turn.fail(false)?;
    let heard = Heard::new(turn, &sound, language);
    let mut plan = match format {
        "text" => Plan::ok("text/plain", vec![Frame::text(format!("{}\n", heard.words))]),
        "verbose_json" => Plan::json(verbose(&heard).to_string()),
        _ if dialect == Dialect::Whisper => Plan::json(format!(
            r#"{{"text":{}}}"#,
            quoted(&format!(" {}\n", heard.words))
        )),
        _ => Plan::json(format!(r#"{{"text":{}}}"#, quoted(&heard.words))),
    };
    if turn.script == Script::AsrLate {
        plan.before = turn.options.paced(LATE);
    }
    Ok(plan)
}

fn verbose(heard: &Heard) -> Value {
    let language = match heard.language {
        Language::English => "english",
        Language::Chinese => "chinese",
    };
    json!({
        "task": "transcribe",
        "language": language,
        "detected_language": language,
        "duration": heard.seconds,
        "text": heard.words,
        "segments": [{
            "id": 0, "start": 0.0, "end": heard.seconds, "text": heard.words, "tokens": [], "words": [],
            "temperature": 0.0, "avg_logprob": -0.2, "no_speech_prob": 0.01,
        }],
    })
}

/// `qwen3-asr-flash` asked in DashScope's own interface.
pub(super) fn native(turn: &Turn<'_>, events: bool) -> Result<Plan, Written> {
    let wire = turn.wire;
    let clip = wire.clips.last().ok_or_else(|| Refusal::bad(EMPTY));
    let clip = clip.and_then(|clip| cloud_clip(clip, &turn.options).map(|()| clip));
    let clip = clip.map_err(|refusal| turn.refuse(&refusal))?;
    turn.fail(events)?;
    let sound = clip.bytes.clone().unwrap_or_default();
    let asked = wire
        .body
        .pointer("/parameters/asr_options/language")
        .and_then(Value::as_str);
    let heard = Heard::new(turn, &sound, told_language(asked).unwrap_or(Language::English));
    let answer = |words: &str, finish: &str| {
        let answer = format!(
            r#"{{"output":{{"choices":[{{"finish_reason":{finish},"message":{{"role":"assistant","content":[{{"text":{}}}],"annotations":[{{"type":"audio_info","language":"{}","emotion":"neutral"}}]}}}}]}},"usage":{{"seconds":{}}},"request_id":"{}"}}"#,
            quoted(words),
            heard.language.code(),
            heard.seconds,
            turn.request_id()
        );
        wrapped(turn.script, answer)
    };
    let mut plan = if events {
        // Each event holds all words so far.
        let half = heard.words.floor_char_boundary(heard.words.len() / 2);
        let start = heard.words.get(..half).unwrap_or_default();
        let events = [answer(start, r#""null""#), answer(&heard.words, r#""stop""#)];
        Plan::ok(EVENTS, native_events(&events))
    } else {
        Plan::json(answer(&heard.words, r#""stop""#))
    };
    if turn.script == Script::AsrLate {
        plan.before = turn.options.paced(LATE);
    }
    Ok(plan)
}

/// An answer of DashScope's own interface, packed once more where the script wants it.
pub(super) fn wrapped(script: Script, answer: String) -> String {
    match script {
        Script::Wrapped => format!(r#"{{"code":"","message":"","data":{answer}}}"#),
        _ => answer,
    }
}

/// Events as DashScope's own interface writes them, with a comment for the status and no space behind `data:`.
pub(super) fn native_events(data: &[String]) -> Vec<Frame> {
    let frames = data
        .iter()
        .zip(1..)
        .map(|(data, id): (&String, usize)| native_event(id, data));
    frames.collect()
}

pub(super) fn native_event(id: usize, data: &str) -> Frame {
    Frame::text(format!(
        "id:{id}\nevent:result\n:HTTP_STATUS/200\ndata:{data}\n\n"
    ))
}
