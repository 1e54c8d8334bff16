//! What models can do, by their names. The first pattern that fits counts.

use super::{Family, Role, fits};
use crate::{Abilities, Rung, SoundIn, ThinkingSwitch};

/// Qwen-Omni hears data URLs, speaks, and answers in streams only.
const OMNI: Abilities = Abilities {
    sound_in: SoundIn::DataUrl,
    speaks: true,
    must_stream: true,
    stream_usage: true,
    seed: true,
    ..Abilities::TEXT
};

const QWEN_TEXT: Abilities = Abilities {
    stream_usage: true,
    seed: true,
    thinking: ThinkingSwitch::EnableThinking,
    ..Abilities::TEXT
};

const DASHSCOPE: &[(&str, Abilities)] = &[
    (
        "qwen3.8-omni",
        Abilities {
            speaks: false,
            thinking: ThinkingSwitch::EnableThinking,
            max_sound_secs: 10_800,
            ..OMNI
        },
    ),
    (
        "qwen3.5-omni",
        Abilities {
            max_sound_secs: 10_800,
            ..OMNI
        },
    ),
    (
        "qwen3-omni",
        Abilities {
            max_sound_secs: 1_200,
            ..OMNI
        },
    ),
    (
        "qwen-omni-turbo",
        Abilities {
            max_sound_secs: 180,
            ..OMNI
        },
    ),
    (
        "*-asr",
        Abilities {
            sound_in: SoundIn::DataUrl,
            ..Abilities::TEXT
        },
    ),
    (
        "*-tts",
        Abilities {
            speaks: true,
            ..Abilities::TEXT
        },
    ),
    (
        "qwen3.8",
        Abilities {
            thinking: ThinkingSwitch::ReasoningEffort,
            ..QWEN_TEXT
        },
    ),
    // Its page promises JSON and no schema.
    (
        "qwen3.5",
        Abilities {
            rung: Some(Rung::ForcedTool),
            ..QWEN_TEXT
        },
    ),
    ("qwen", QWEN_TEXT),
];

const OPENAI: &[(&str, Abilities)] = &[
    (
        "gpt-audio",
        Abilities {
            sound_in: SoundIn::Base64,
            speaks: true,
            stream_usage: true,
            // Its page says: no structured output, but functions.
            rung: Some(Rung::ForcedTool),
            ..Abilities::TEXT
        },
    ),
    (
        "*-tts",
        Abilities {
            speaks: true,
            ..Abilities::TEXT
        },
    ),
    (
        "gpt-5",
        Abilities {
            stream_usage: true,
            thinking: ThinkingSwitch::ReasoningEffort,
            ..Abilities::TEXT
        },
    ),
    (
        "gpt-",
        Abilities {
            stream_usage: true,
            ..Abilities::TEXT
        },
    ),
];

/// Servers at home differ in how thinking is switched off. A model that hears is known by its name alone.
const fn at_home(thinking: ThinkingSwitch) -> [(&'static str, Abilities); 2] {
    let words = Abilities {
        stream_usage: true,
        seed: true,
        thinking,
        ..Abilities::TEXT
    };
    let hearing = Abilities {
        sound_in: SoundIn::Base64,
        ..words
    };
    [("*-omni", hearing), ("", words)]
}

const OLLAMA: &[(&str, Abilities)] = &at_home(ThinkingSwitch::ReasoningEffort);
const LLAMA_CPP: &[(&str, Abilities)] = &at_home(ThinkingSwitch::TemplateArgument);
const LM_STUDIO: &[(&str, Abilities)] = &[(
    "",
    Abilities {
        stream_usage: true,
        seed: true,
        ..Abilities::TEXT
    },
)];

/// vLLM-Omni speaks, too, in whole answers. Whether its streams hold sound is not documented: a probe has to tell.
const VLLM: &[(&str, Abilities)] = &[
    (
        "qwen3-omni",
        Abilities {
            sound_in: SoundIn::Base64,
            speaks: true,
            seed: true,
            ..Abilities::TEXT
        },
    ),
    (
        "",
        Abilities {
            stream_usage: true,
            seed: true,
            thinking: ThinkingSwitch::TemplateArgument,
            ..Abilities::TEXT
        },
    ),
];

pub(super) fn abilities(family: Family, role: Role, model: &str) -> Abilities {
    let known = match family {
        Family::DashScope => DASHSCOPE,
        Family::OpenAi => OPENAI,
        Family::Ollama => OLLAMA,
        Family::LlamaCpp => LLAMA_CPP,
        Family::LmStudio => LM_STUDIO,
        Family::Vllm => VLLM,
        Family::Speaches | Family::WhisperServer | Family::Kokoro | Family::Other => &[],
    };
    let by_name = known.iter().find(|(pattern, _)| fits(pattern, model));
    let mut abilities = by_name.map_or(Abilities::TEXT, |(_, abilities)| abilities.clone());
    match role {
        Role::Speaker => abilities.speaks = true,
        // These take recordings up to 25 MB as files, not in base64 inside of a chat.
        Role::Transcriber if abilities.sound_in == SoundIn::None => abilities.max_sound_bytes = 26_214_400,
        _ => {}
    }
    abilities
}
