//! The voices of models that speak, a selection where there are many. Suggestions: a host that does not know a voice
//! says which it has.

use rehearse_domain::Language;
use serde::Serialize;

use super::{Family, fits};

/// Voices of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Voices {
    /// The first one for English; empty when none speaks it.
    pub english: &'static str,
    /// The first one for Chinese; empty when none speaks it.
    pub chinese: &'static str,
    /// All that are known, by the names the host knows.
    pub known: &'static [&'static str],
}

impl Voices {
    /// The voice to begin with; `None` when none is known that speaks the language.
    pub fn first_for(&self, language: Language) -> Option<&'static str> {
        let voice = match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        };
        (!voice.is_empty()).then_some(voice)
    }
}

const QWEN_3_5: Voices = Voices {
    english: "Jennifer",
    chinese: "Ethan",
    known: &["Tina", "Cindy", "Ethan", "Jennifer", "Serena", "Chloe"],
};

const QWEN_3: Voices = Voices {
    english: "Jennifer",
    chinese: "Cherry",
    known: &[
        "Cherry", "Ethan", "Nofish", "Jennifer", "Ryan", "Katerina", "Elias", "Jada", "Dylan", "Sunny", "Li",
        "Marcus", "Roy", "Peter", "Rocky", "Kiki", "Eric",
    ],
};

const QWEN_TURBO: Voices = Voices {
    english: "Chelsie",
    chinese: "Cherry",
    known: &["Cherry", "Serena", "Ethan", "Chelsie"],
};

const QWEN_TTS: Voices = Voices {
    english: "Cherry",
    chinese: "Cherry",
    known: &["Cherry"],
};

const OPENAI: Voices = Voices {
    english: "marin",
    chinese: "marin",
    known: &[
        "alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar",
    ],
};

const PHONON: Voices = Voices {
    english: "Harper",
    chinese: "",
    known: &["Freya", "Harper", "Sterling", "Toby"],
};

const KOKORO: Voices = Voices {
    english: "af_heart",
    chinese: "zf_xiaoxiao",
    known: &[
        "af_heart",
        "af_bella",
        "am_michael",
        "bf_emma",
        "bm_george",
        "zf_xiaoxiao",
        "zf_xiaobei",
        "zm_yunxi",
        "zm_yunjian",
    ],
};

const KNOWN: &[(Family, &str, &Voices)] = &[
    (Family::DashScope, "qwen3.5-omni", &QWEN_3_5),
    (Family::DashScope, "qwen3-omni", &QWEN_3),
    (Family::DashScope, "qwen-omni-turbo", &QWEN_TURBO),
    (Family::DashScope, "qwen3-tts", &QWEN_TTS),
    (Family::OpenAi, "gpt-audio", &OPENAI),
    (Family::OpenAi, "*-tts", &OPENAI),
    (Family::Ollama, "phonon", &PHONON),
    (Family::Speaches, "kokoro", &KOKORO),
    (Family::Kokoro, "", &KOKORO),
];

pub(super) fn of(family: Family, model: &str) -> Option<&'static Voices> {
    let known = |(of, pattern, _): &&(Family, &str, &Voices)| *of == family && fits(pattern, model);
    KNOWN.iter().find(known).map(|(_, _, voices)| *voices)
}
