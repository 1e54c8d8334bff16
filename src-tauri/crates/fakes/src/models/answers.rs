//! From a request to its answer: the route, the key, the model, the script, and then whoever answers it.

use axum::http::HeaderMap;
use bytes::Bytes;
use tokio::time::Instant;

use super::ask::Ask;
use super::catalogue::{Kind, find, names};
use super::chat;
use super::fake::Shared;
use super::options::{FakeModelsOptions, KeyNeeded};
use super::plan::{Frame, Plan};
use super::refusal::{Refusal, Written, json};
use super::role::{Dialect, Role};
use super::script::Script;
use super::seen::{KeyShown, SeenModelRequest};
use super::speech;
use super::transcript;
use super::turn::Turn;
use super::wire::{Wire, header};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    Health,
    Models(Dialect),
    Chat(Dialect),
    /// DashScope's own interface: to hear and to speak.
    Generation,
    /// A form with a file.
    Transcription(Dialect),
    Speech,
    Voices,
    File(usize),
}

impl Route {
    fn of(wire: &Wire) -> Option<Self> {
        let route = match (wire.method.as_str(), wire.path.as_str()) {
            ("GET", "/health") => Self::Health,
            ("GET", "/compatible-mode/v1/models") => Self::Models(Dialect::Compatible),
            ("GET", "/v1/models") => Self::Models(Dialect::Local),
            ("POST", "/compatible-mode/v1/chat/completions") => Self::Chat(Dialect::Compatible),
            ("POST", "/v1/chat/completions") => Self::Chat(Dialect::Local),
            ("POST", "/api/v1/services/aigc/multimodal-generation/generation") => Self::Generation,
            ("POST", "/v1/audio/transcriptions") => Self::Transcription(Dialect::Local),
            ("POST", "/inference") => Self::Transcription(Dialect::Whisper),
            ("POST", "/v1/audio/speech") => Self::Speech,
            ("GET", "/v1/audio/voices") => Self::Voices,
            ("GET", path) => {
                let number = path.strip_prefix("/files/")?.strip_suffix(".wav")?;
                Self::File(number.parse().ok()?)
            }
            _ => return None,
        };
        Some(route)
    }

    const fn dialect(self) -> Dialect {
        match self {
            Self::Models(dialect) | Self::Chat(dialect) | Self::Transcription(dialect) => dialect,
            Self::Generation => Dialect::Native,
            Self::Health | Self::Speech | Self::Voices | Self::File(_) => Dialect::Local,
        }
    }

    /// Whether it is asked without a key even where keys are needed, as health and a file's secret address are.
    const fn is_open(self) -> bool {
        matches!(self, Self::Health | Self::File(_))
    }
}

/// Remembers a request and decides its answer.
pub(super) fn answer(shared: &Shared, wire: &Wire) -> (usize, Plan) {
    let options = shared.options.lock().clone();
    let route = Route::of(wire);
    let dialect = route.map_or(Dialect::Local, Route::dialect);
    let model = wire.text("model").map(ToOwned::to_owned);
    let kind = match (&model, route) {
        // It has one model and asks for no name.
        (_, Some(Route::Transcription(Dialect::Whisper))) => Some(Kind::Transcriber),
        (Some(model), _) => find(dialect, model),
        (None, _) => None,
    };
    let ask = match (route, kind) {
        (Some(Route::Chat(dialect)), Some(kind)) => Some(Ask::read(&wire.body, dialect, kind)),
        _ => None,
    };
    let role = match route {
        Some(Route::Chat(_)) => ask.as_ref().map(|ask| ask.role),
        Some(Route::Generation) if wire.body.pointer("/input/text").is_some() => Some(Role::Speaker),
        Some(Route::Generation | Route::Transcription(_)) => Some(Role::Transcriber),
        Some(Route::Speech) => Some(Role::Speaker),
        _ => None,
    };
    let key = key(&wire.headers, &options);
    let number = shared.arrived(SeenModelRequest {
        number: 0,
        at: Instant::now(),
        method: wire.method.clone(),
        path: wire.path.clone(),
        body: wire.body.clone(),
        clips: clips(wire),
        model: model.clone(),
        role,
        script: options.script,
        key,
        status: None,
        first_byte_at: None,
        first_sound_at: None,
        is_finished: false,
        left_early: false,
        usage: None,
        spoken: Vec::new(),
    });
    let Some(route) = route else {
        let mut written = json(404, "404 page not found".to_owned());
        written.content_type = "text/plain";
        return (number, written.into());
    };
    let needed = match options.key_needed {
        KeyNeeded::ByTheCloud => dialect.is_cloud(),
        KeyNeeded::Everywhere => true,
        KeyNeeded::Nowhere => false,
    };
    if needed && key != KeyShown::Right && !route.is_open() {
        return (number, Refusal::key(dialect).written(dialect, number).into());
    }
    let named = match script(wire, kind) {
        Ok(named) => named,
        Err(written) => return (number, written.into()),
    };
    let turn = Turn {
        shared,
        wire,
        number,
        script: shared.choose(named, role, &wire.digest()),
        dialect,
        model: model.as_deref().unwrap_or_default(),
        created: jiff::Timestamp::now().as_second(),
        options,
    };
    shared.note(number, |request| request.script = turn.script);
    let plan = match respond(&turn, route, kind, ask.as_ref()) {
        Ok(plan) => plan.played(turn.script, &turn.options),
        Err(written) => written.into(),
    };
    (number, plan.paced(&turn.options))
}

fn respond(turn: &Turn<'_>, route: Route, kind: Option<Kind>, ask: Option<&Ask>) -> Result<Plan, Written> {
    let no_model = || Err(turn.refuse(&Refusal::no_model(turn.dialect, turn.model)));
    let speaks = turn.wire.body.pointer("/input/text").is_some();
    let events = header(&turn.wire.headers, "x-dashscope-sse") == "enable";
    match (route, kind) {
        (Route::Health, _) => Ok(Plan::json(r#"{"status":"ok"}"#.to_owned())),
        (Route::File(number), _) => file(turn, number),
        (Route::Models(_), _) => turn.fail(false).map(|()| models(turn.dialect, turn.created)),
        (Route::Voices, _) => turn.fail(false).map(|()| speech::voices()),
        (Route::Chat(_), _) => ask.map_or_else(no_model, |ask| chat::answer(ask, turn)),
        (_, None) => no_model(),
        (Route::Speech, Some(kind)) => speech::answer(turn, kind),
        (Route::Transcription(_), Some(Kind::Transcriber | Kind::Scripted(_))) => transcript::answer(turn),
        (Route::Transcription(_), _) => no_model(),
        (Route::Generation, Some(Kind::Speaker)) => speech::native(turn, events),
        (Route::Generation, Some(Kind::Scripted(_))) if speaks => speech::native(turn, events),
        (Route::Generation, Some(Kind::Transcriber | Kind::Scripted(_))) => transcript::native(turn, events),
        (Route::Generation, _) => Err(turn.refuse(&Refusal::bad("url error, please check url!"))),
    }
}

fn models(dialect: Dialect, created: i64) -> Plan {
    let owner = if dialect.is_cloud() { "system" } else { "library" };
    let all = names(dialect).map(|name| {
        format!(r#"{{"id":"{name}","object":"model","created":{created},"owned_by":"{owner}"}}"#)
    });
    let all = all.collect::<Vec<_>>().join(",");
    Plan::json(format!(r#"{{"object":"list","data":[{all}]}}"#))
}

/// The sound of an answer that gave its address.
fn file(turn: &Turn<'_>, number: usize) -> Result<Plan, Written> {
    let Some(file) = turn.shared.file(number) else {
        return Err(json(404, String::new()));
    };
    let frame = Frame {
        bytes: file.to_vec(),
        ..Frame::default()
    };
    Ok(Plan::ok("audio/wav", vec![frame]))
}

fn clips(wire: &Wire) -> Vec<Bytes> {
    let in_messages = wire.clips.iter().filter_map(|clip| clip.bytes.clone());
    wire.file.clone().into_iter().chain(in_messages).collect()
}

fn key(headers: &HeaderMap, options: &FakeModelsOptions) -> KeyShown {
    let shown = header(headers, "authorization");
    match shown.strip_prefix("Bearer ") {
        Some(key) if key == options.key => KeyShown::Right,
        Some(key) if !key.is_empty() => KeyShown::Wrong,
        _ => KeyShown::None,
    }
}

/// The script that a request names by header or model.
fn script(wire: &Wire, kind: Option<Kind>) -> Result<Option<Script>, Written> {
    let named = header(&wire.headers, "x-test-script");
    if named.is_empty() {
        return Ok(match kind {
            Some(Kind::Scripted(script)) => Some(script),
            _ => None,
        });
    }
    let unknown = || json(400, r#"{"error":"x-test-script names no script"}"#.to_owned());
    Script::named(&named).map(Some).ok_or_else(unknown)
}
