//! The models that exist, and what each can do.

use super::role::Dialect;
use super::script::Script;

/// How a text model can be held to a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rungs {
    pub(super) schema: bool,
    pub(super) tool: bool,
    pub(super) json: bool,
    /// Whether it thinks unless told not to.
    pub(super) thinks: bool,
}

/// What a model is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Hears; and speaks, with these voices.
    Omni(&'static [&'static str]),
    /// Hears and writes.
    OmniText,
    Transcriber,
    Speaker,
    Text(Rungs),
    /// `test/<script>`: whatever the request is for.
    Scripted(Script),
}

const fn rungs(schema: bool, tool: bool, json: bool, thinks: bool) -> Kind {
    Kind::Text(Rungs {
        schema,
        tool,
        json,
        thinks,
    })
}

const OMNI_3: [&str; 17] = [
    "Cherry", "Ethan", "Nofish", "Jennifer", "Ryan", "Katerina", "Elias", "Jada", "Dylan", "Sunny", "Li",
    "Marcus", "Roy", "Peter", "Rocky", "Kiki", "Eric",
];
const OMNI_35: [&str; 6] = ["Tina", "Cindy", "Ethan", "Jennifer", "Serena", "Chloe"];
/// Those of OpenAI, and those of Qwen3-Omni on one's own machine.
const LOCAL_VOICES: [&str; 13] = [
    "alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar", "Chelsie",
    "Ethan", "Aiden",
];
/// The voices of `qwen3-tts-flash`.
pub(super) const TTS: [&str; 6] = ["Cherry", "Ethan", "Nofish", "Jennifer", "Ryan", "Serena"];
/// The voices of `fake-speech`, with the names of Kokoro.
pub(super) const SPEECH: [&str; 9] = [
    "af_heart",
    "af_bella",
    "am_michael",
    "bf_emma",
    "bm_george",
    "zf_xiaoxiao",
    "zf_xiaobei",
    "zm_yunxi",
    "zm_yunjian",
];

const CLOUD: [(&str, Kind); 15] = [
    ("qwen3.5-omni-plus", Kind::Omni(&OMNI_35)),
    ("qwen3.5-omni-flash", Kind::Omni(&OMNI_35)),
    ("qwen3-omni-flash", Kind::Omni(&OMNI_3)),
    ("qwen3.8-omni-flash", Kind::OmniText),
    ("qwen3-asr-flash", Kind::Transcriber),
    ("qwen3-tts-flash", Kind::Speaker),
    ("qwen3.8-max", rungs(true, true, true, true)),
    ("qwen3.8-flash", rungs(false, true, true, true)),
    ("qwen3.7-max", rungs(true, true, true, true)),
    ("qwen3.7-plus", rungs(true, true, true, true)),
    ("qwen3.5-plus", rungs(false, true, true, true)),
    ("qwen3.5-flash", rungs(false, true, true, true)),
    ("qwen3-max", rungs(true, true, true, false)),
    ("qwen-plus", rungs(true, true, true, false)),
    ("qwen-flash", rungs(true, true, true, false)),
];

/// Text models for each rung of structured output, on both routes of chat.
const JUDGES: [(&str, Kind); 4] = [
    ("fake-judge-schema", rungs(true, true, true, false)),
    ("fake-judge-tool", rungs(false, true, false, false)),
    ("fake-judge-json", rungs(false, false, true, false)),
    ("fake-judge-text", rungs(false, false, false, false)),
];

const LOCAL: [(&str, Kind); 4] = [
    ("fake-chat", rungs(true, true, true, false)),
    ("fake-omni", Kind::Omni(&LOCAL_VOICES)),
    ("fake-whisper", Kind::Transcriber),
    ("fake-speech", Kind::Speaker),
];

fn of(dialect: Dialect) -> impl Iterator<Item = &'static (&'static str, Kind)> {
    let own: &[(&str, Kind)] = if dialect.is_cloud() { &CLOUD } else { &LOCAL };
    own.iter().chain(&JUDGES)
}

/// The names that a list of models shows.
pub(super) fn names(dialect: Dialect) -> impl Iterator<Item = &'static str> {
    of(dialect).map(|(name, _)| *name)
}

/// What a model of this name is; `None` for one that does not exist.
pub(super) fn find(dialect: Dialect, name: &str) -> Option<Kind> {
    if let Some(script) = name.strip_prefix("test/") {
        return Script::named(script).map(Kind::Scripted);
    }
    of(dialect)
        .find(|(known, _)| *known == name)
        .map(|(_, kind)| *kind)
}

impl Kind {
    /// The abilities of a text model; a scripted one has them all.
    pub(super) const fn rungs(self) -> Rungs {
        match self {
            Self::Text(rungs) => rungs,
            _ => Rungs {
                schema: true,
                tool: true,
                json: true,
                thinks: false,
            },
        }
    }
}
