//! What the house is built from. The system's parts in production, fakes where a story needs a fault.

use std::sync::Arc;

use rehearse_content::Library;
use rehearse_devices::{InputBackend, OutputBackend, SystemVoice, Voice, system_input, system_output};
use rehearse_domain::{Clock, IdSource, Language};
use rehearse_models::{Partner, ScriptedPartner};

use crate::power::{Power, SystemPower};
use crate::system::{SystemClock, SystemIds, system_language};
use crate::vault::{Keychain, Vault};

/// Everything that comes from outside the core.
pub struct Parts {
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn IdSource>,
    /// Microphones.
    pub input: Arc<dyn InputBackend>,
    /// Loudspeakers.
    pub output: Arc<dyn OutputBackend>,
    /// The voice of a partner that has none of its own.
    pub voice: Arc<dyn Voice>,
    /// Who answers.
    pub partner: Arc<dyn Partner>,
    /// Where keys are kept.
    pub keychain: Arc<dyn Vault>,
    /// Where the computer has its power from.
    pub power: Arc<dyn Power>,
    /// Built-in scenarios and skills.
    pub library: Arc<Library>,
    /// The system's language, where it is one of ours.
    pub system_language: Option<Language>,
}

impl Parts {
    /// This computer's own parts.
    pub fn of_this_system() -> Self {
        Self {
            clock: Arc::new(SystemClock::default()),
            ids: Arc::new(SystemIds),
            input: system_input(),
            output: system_output(),
            voice: Arc::new(SystemVoice::default()),
            partner: Arc::new(ScriptedPartner),
            keychain: Arc::new(Keychain),
            power: Arc::new(SystemPower),
            library: Arc::new(built_in()),
            system_language: system_language(),
        }
    }
}

/// The library, which is a part of the program; without any scenario the catalogue is empty and says so.
fn built_in() -> Library {
    Library::built_in().unwrap_or_else(|error| {
        tracing::error!(%error, "the built-in library cannot be read");
        Library::default()
    })
}
