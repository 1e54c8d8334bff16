//! The hosts that a person can choose from, as data: what they are called, where they stand, what they are good for.
//!
//! Everything here is a first guess that stands in a settings page and may be changed there. A probe corrects what a
//! host can do; nothing but the documents that are named in the tables corrects a price.

mod expected;
mod models;
mod prices;
mod serving;
mod table;
mod voices;

use rehearse_domain::{Language, PersonaVoice};
use serde::{Deserialize, Serialize};

use crate::Abilities;

pub use prices::{Market, Prices, cost};
pub use table::PRESETS;
pub use voices::{KnownVoice, Voices};

/// What a model is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers the trainee.
    Partner,
    /// Writes down what was said.
    Transcriber,
    /// Checks the objective and rates.
    Evaluator,
    /// Lends a voice to a partner that has none.
    Speaker,
}

impl Role {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Partner, Self::Transcriber, Self::Evaluator, Self::Speaker];
}

/// Whether a host asks for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyNeed {
    /// Nothing goes without one.
    Needed,
    /// Only when it was started so.
    Optional,
    /// It looks at none.
    Unused,
}

/// Something a person has to know about a host. The window has the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Hint {
    /// Key, address and models belong to one region; mixed, they are refused as a wrong key.
    KeyOfOneRegion,
    /// It forgets the beginning of a long dialogue without a word unless `OLLAMA_CONTEXT_LENGTH` is raised: 4,096 tokens
    /// on most computers.
    ShortContext,
    /// It hears only with the projector that belongs to its model (`--mmproj`), and calls functions only with `--jinja`.
    NeedsProjector,
    /// It takes text and pictures, no sound.
    NoSound,
    /// It wants a large graphics card.
    LargeGraphicsCard,
    /// Its voices speak English only.
    EnglishVoicesOnly,
    /// It can write down one recording at a time.
    OneAtATime,
}

/// What kind of server it is, as far as requests have to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Alibaba's Model Studio.
    DashScope,
    /// OpenAI itself.
    OpenAi,
    /// Ollama.
    Ollama,
    /// llama.cpp's `llama-server`.
    LlamaCpp,
    /// LM Studio.
    LmStudio,
    /// vLLM and vLLM-Omni.
    Vllm,
    /// Speaches, once faster-whisper-server.
    Speaches,
    /// whisper.cpp's `whisper-server`.
    WhisperServer,
    /// Kokoro-FastAPI.
    Kokoro,
    /// Anything else of OpenAI's dialect.
    Other,
}

/// A role that a host can take, with the model that it is best begun with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The role.
    pub role: Role,
    /// Name of the model. Empty when only the person at the computer knows what is installed there.
    pub model: &'static str,
}

/// A host to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Preset {
    /// Names it in settings; never changes.
    pub id: &'static str,
    /// What it is called. A name, the same in every language; empty for one's own server.
    pub name: &'static str,
    /// What kind of server it is.
    pub family: Family,
    /// Base of its addresses, without a slash at the end; empty for one's own server.
    pub address: &'static str,
    /// The same for an account with a workspace, whose id stands in place of `{workspace}`.
    pub workspace_address: Option<&'static str>,
    /// Whether it asks for a key.
    pub key: KeyNeed,
    /// The roles it can take.
    pub roles: &'static [Suggestion],
    /// What has to be known about it.
    pub hints: &'static [Hint],
}

impl Preset {
    /// The preset with this id.
    pub fn with_id(id: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.id == id)
    }

    /// Where it stands: the shared address, or that of a workspace. `None` for an id that is none (letters, digits and
    /// hyphens), or where there are no workspaces.
    pub fn address_in(&self, workspace: Option<&str>) -> Option<String> {
        let Some(workspace) = workspace else {
            return Some(self.address.to_owned());
        };
        let is_id = |text: &str| {
            let inside = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
            (1..=63).contains(&text.len())
                && text.chars().all(inside)
                && !text.starts_with('-')
                && !text.ends_with('-')
        };
        let address = self.workspace_address.filter(|_| is_id(workspace))?;
        Some(address.replace("{workspace}", workspace))
    }

    /// The model that a role is best begun with; `None` when it cannot take that role.
    pub fn model_for(&self, role: Role) -> Option<&'static str> {
        let suggestion = self.roles.iter().find(|suggestion| suggestion.role == role)?;
        Some(suggestion.model)
    }

    /// What it can be expected to do with a model in a role, by the model's name.
    pub fn abilities(&self, role: Role, model: &str) -> Abilities {
        models::abilities(self.family, role, model)
    }

    /// What a model costs here; `None` when no document says so.
    pub fn prices(&self, model: &str) -> Option<Prices> {
        prices::of(self, model)
    }

    /// The voices that a model has, as suggestions: there may be others. `None` when it is not known to have any.
    pub fn voices(&self, model: &str) -> Option<&'static Voices> {
        voices::of(self.family, model)
    }

    /// The voice for a persona, by the hint that it gives; `None` when none is known that speaks the language.
    pub fn voice_for(
        &self,
        model: &str,
        language: Language,
        hint: Option<PersonaVoice>,
    ) -> Option<&'static str> {
        self.voices(model)?.voice_for(language, hint)
    }
}

/// Whether a model's name fits a pattern, which is its beginning, or a part of it after a `*`. Case does not count, and
/// neither do the folders that some hosts put before a name.
fn fits(pattern: &str, model: &str) -> bool {
    let model = model.to_ascii_lowercase();
    let name = model.rsplit('/').next().unwrap_or(&model);
    match pattern.strip_prefix('*') {
        Some(part) => name.contains(part),
        None => name.starts_with(pattern),
    }
}

#[cfg(test)]
#[path = "presets/tests.rs"]
mod tests;
