//! The hosts themselves. Addresses and Qwen's models as their documents had them in November 2026. The text, speech and
//! transcription models of OpenAI, and those of Speaches, are names that were common then: a probe tells whether a host
//! has them.

use super::Role::{Evaluator, Partner, Speaker, Transcriber};
use super::{Family, Hint, KeyNeed, Preset, Role, Suggestion};

const QWEN: &[Suggestion] = &[
    role(Partner, "qwen3.5-omni-flash"),
    role(Transcriber, "qwen3-asr-flash"),
    role(Evaluator, "qwen3.7-plus"),
    role(Speaker, "qwen3-tts-flash"),
];

/// Every host, in the order in which they are shown.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "qwen-singapore",
        name: "Qwen (Singapore)",
        family: Family::DashScope,
        address: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        workspace_address: Some("https://{workspace}.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1"),
        key: KeyNeed::Needed,
        roles: QWEN,
        hints: &[Hint::KeyOfOneRegion],
    },
    Preset {
        id: "qwen-beijing",
        name: "Qwen (北京)",
        family: Family::DashScope,
        address: "https://dashscope.aliyuncs.com/compatible-mode/v1",
        workspace_address: Some("https://{workspace}.cn-beijing.maas.aliyuncs.com/compatible-mode/v1"),
        key: KeyNeed::Needed,
        roles: QWEN,
        hints: &[Hint::KeyOfOneRegion],
    },
    Preset {
        id: "openai",
        name: "OpenAI",
        family: Family::OpenAi,
        address: "https://api.openai.com/v1",
        workspace_address: None,
        key: KeyNeed::Needed,
        roles: &[
            role(Partner, "gpt-audio-1.5"),
            role(Transcriber, "gpt-4o-mini-transcribe"),
            role(Evaluator, "gpt-4.1-mini"),
            role(Speaker, "gpt-4o-mini-tts"),
        ],
        hints: &[],
    },
    Preset {
        id: "ollama",
        name: "Ollama",
        family: Family::Ollama,
        address: "http://127.0.0.1:11434/v1",
        workspace_address: None,
        key: KeyNeed::Unused,
        roles: &[
            role(Partner, ""),
            role(Transcriber, ""),
            role(Evaluator, ""),
            role(Speaker, "phonon"),
        ],
        hints: &[Hint::ShortContext, Hint::EnglishVoicesOnly],
    },
    Preset {
        id: "llama-cpp",
        name: "llama.cpp",
        family: Family::LlamaCpp,
        address: "http://127.0.0.1:8080/v1",
        workspace_address: None,
        key: KeyNeed::Optional,
        roles: &[role(Partner, ""), role(Transcriber, ""), role(Evaluator, "")],
        hints: &[Hint::NeedsProjector],
    },
    Preset {
        id: "lm-studio",
        name: "LM Studio",
        family: Family::LmStudio,
        address: "http://127.0.0.1:1234/v1",
        workspace_address: None,
        key: KeyNeed::Unused,
        roles: &[role(Partner, ""), role(Evaluator, "")],
        hints: &[Hint::NoSound],
    },
    Preset {
        id: "vllm",
        name: "vLLM",
        family: Family::Vllm,
        address: "http://127.0.0.1:8000/v1",
        workspace_address: None,
        key: KeyNeed::Optional,
        roles: &[role(Partner, ""), role(Transcriber, ""), role(Evaluator, "")],
        hints: &[Hint::LargeGraphicsCard],
    },
    Preset {
        id: "vllm-omni",
        name: "vLLM-Omni",
        family: Family::Vllm,
        address: "http://127.0.0.1:8091/v1",
        workspace_address: None,
        key: KeyNeed::Optional,
        roles: &[
            role(Partner, "Qwen/Qwen3-Omni-30B-A3B-Instruct"),
            role(Evaluator, "Qwen/Qwen3-Omni-30B-A3B-Instruct"),
            role(Speaker, ""),
        ],
        hints: &[Hint::LargeGraphicsCard],
    },
    Preset {
        id: "speaches",
        name: "Speaches",
        family: Family::Speaches,
        address: "http://127.0.0.1:8000/v1",
        workspace_address: None,
        key: KeyNeed::Optional,
        roles: &[
            role(Transcriber, "Systran/faster-whisper-small"),
            role(Speaker, "speaches-ai/Kokoro-82M-v1.0-ONNX"),
        ],
        hints: &[],
    },
    Preset {
        id: "whisper-server",
        name: "whisper.cpp",
        family: Family::WhisperServer,
        address: "http://127.0.0.1:8080",
        workspace_address: None,
        key: KeyNeed::Unused,
        // It holds the one model that it was started with, and is asked for none.
        roles: &[role(Transcriber, "whisper")],
        hints: &[Hint::OneAtATime],
    },
    Preset {
        id: "kokoro",
        name: "Kokoro-FastAPI",
        family: Family::Kokoro,
        address: "http://127.0.0.1:8880/v1",
        workspace_address: None,
        key: KeyNeed::Unused,
        roles: &[role(Speaker, "kokoro")],
        hints: &[],
    },
    Preset {
        id: "other",
        name: "",
        family: Family::Other,
        address: "",
        workspace_address: None,
        key: KeyNeed::Optional,
        roles: &[
            role(Partner, ""),
            role(Transcriber, ""),
            role(Evaluator, ""),
            role(Speaker, ""),
        ],
        hints: &[],
    },
];

const fn role(role: Role, model: &'static str) -> Suggestion {
    Suggestion { role, model }
}
