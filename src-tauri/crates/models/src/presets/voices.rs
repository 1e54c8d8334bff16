//! The voices of models that speak, a selection where there are many. Suggestions: a host that does not know a voice
//! says which it has. Only those are chosen by themselves of which it is documented how they sound and that they speak the
//! language without an accent: no voice of a dialect, and none that is made for one kind of text.

use rehearse_domain::{Language, PersonaVoice};
use serde::Serialize;

use super::{Family, fits};

/// A voice of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KnownVoice {
    /// The name that the host knows.
    pub name: &'static str,
    /// The hint of a persona that it fits; `None` where that is not known for certain.
    pub fits: Option<PersonaVoice>,
    /// The languages in which it may be chosen without being asked for by name.
    pub languages: &'static [Language],
}

/// Voices of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Voices {
    /// The first one for English; empty when none speaks it.
    pub english: &'static str,
    /// The first one for Chinese; empty when none speaks it.
    pub chinese: &'static str,
    /// All that are known.
    pub known: &'static [KnownVoice],
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

    /// The voice for a persona, always the same: the first that fits the hint, and without a hint, or where none fits,
    /// the one to begin with.
    pub fn voice_for(&self, language: Language, hint: Option<PersonaVoice>) -> Option<&'static str> {
        let first = self.first_for(language)?;
        let fitting =
            |voice: &&KnownVoice| voice.fits == hint && voice.languages.contains(&language) && hint.is_some();
        let is_first = |voice: &KnownVoice| voice.name == first;
        let mut all = self.known.iter().filter(fitting);
        let found = all.clone().find(|voice| is_first(voice)).or_else(|| all.next());
        Some(found.map_or(first, |voice| voice.name))
    }

    /// The names of all that are known.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.known.iter().map(|voice| voice.name)
    }
}

const ENGLISH: &[Language] = &[Language::English];
const CHINESE: &[Language] = &[Language::Chinese];
const BOTH: &[Language] = &[Language::English, Language::Chinese];

const fn feminine(name: &'static str, languages: &'static [Language]) -> KnownVoice {
    let fits = Some(PersonaVoice::Feminine);
    KnownVoice {
        name,
        fits,
        languages,
    }
}

const fn masculine(name: &'static str, languages: &'static [Language]) -> KnownVoice {
    let fits = Some(PersonaVoice::Masculine);
    KnownVoice {
        name,
        fits,
        languages,
    }
}

/// One that speaks only when it is asked for.
const fn by_name(name: &'static str) -> KnownVoice {
    KnownVoice {
        name,
        fits: None,
        languages: &[],
    }
}

const QWEN_3_5: Voices = Voices {
    english: "Jennifer",
    chinese: "Ethan",
    known: &[
        by_name("Tina"),
        by_name("Cindy"),
        masculine("Ethan", BOTH),
        feminine("Jennifer", ENGLISH),
        feminine("Serena", CHINESE),
        by_name("Chloe"),
    ],
};

const QWEN_3: Voices = Voices {
    english: "Jennifer",
    chinese: "Cherry",
    known: &[
        feminine("Cherry", CHINESE),
        masculine("Ethan", BOTH),
        by_name("Nofish"),
        feminine("Jennifer", ENGLISH),
        masculine("Ryan", ENGLISH),
        by_name("Katerina"),
        by_name("Elias"),
        by_name("Jada"),
        by_name("Dylan"),
        by_name("Sunny"),
        by_name("Li"),
        by_name("Marcus"),
        by_name("Roy"),
        by_name("Peter"),
        by_name("Rocky"),
        by_name("Kiki"),
        by_name("Eric"),
    ],
};

const QWEN_TURBO: Voices = Voices {
    english: "Chelsie",
    chinese: "Cherry",
    known: &[
        feminine("Cherry", CHINESE),
        feminine("Serena", CHINESE),
        masculine("Ethan", BOTH),
        feminine("Chelsie", ENGLISH),
    ],
};

const OPENAI: Voices = Voices {
    english: "marin",
    chinese: "marin",
    known: &[
        by_name("alloy"),
        by_name("ash"),
        by_name("ballad"),
        by_name("coral"),
        by_name("echo"),
        by_name("sage"),
        by_name("shimmer"),
        by_name("verse"),
        feminine("marin", BOTH),
        masculine("cedar", BOTH),
    ],
};

const PHONON: Voices = Voices {
    english: "Harper",
    chinese: "",
    known: &[
        by_name("Freya"),
        by_name("Harper"),
        by_name("Sterling"),
        by_name("Toby"),
    ],
};

/// Their names say it: the first letter is the language, the second the voice.
const KOKORO: Voices = Voices {
    english: "af_heart",
    chinese: "zf_xiaoxiao",
    known: &[
        feminine("af_heart", ENGLISH),
        feminine("af_bella", ENGLISH),
        masculine("am_michael", ENGLISH),
        feminine("bf_emma", ENGLISH),
        masculine("bm_george", ENGLISH),
        feminine("zf_xiaoxiao", CHINESE),
        feminine("zf_xiaobei", CHINESE),
        masculine("zm_yunxi", CHINESE),
        masculine("zm_yunjian", CHINESE),
    ],
};

const KNOWN: &[(Family, &str, &Voices)] = &[
    (Family::DashScope, "qwen3.5-omni", &QWEN_3_5),
    (Family::DashScope, "qwen3-omni", &QWEN_3),
    (Family::DashScope, "qwen-omni-turbo", &QWEN_TURBO),
    (Family::DashScope, "qwen3-tts", &QWEN_3),
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
