//! What was chosen for each role, as the store keeps it. Keys are not part of it: they are in the keychain under the
//! address that they open.

use std::collections::BTreeSet;

use rehearse_domain::Timestamp;
use rehearse_models::presets::{Family, KeyNeed, Preset, Role};
use rehearse_models::{Abilities, Access, Address, AddressError, Key, SoundIn};
use serde::{Deserialize, Serialize};

use crate::view::{KeyPlace, ModelCheck};

/// Key of the choices in the store.
pub(super) const MODELS: &str = "models";

/// What a server is taken for whose preset is not known any more.
static OWN: Preset = Preset {
    id: "other",
    name: "",
    family: Family::Other,
    address: "",
    workspace_address: None,
    key: KeyNeed::Optional,
    roles: &[],
    hints: &[],
};

/// A model that plays a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Player {
    /// Id of the preset it was set up from.
    pub(super) preset: String,
    /// Where it is.
    pub(super) address: String,
    /// What it is called there.
    pub(super) model: String,
    /// The voice; `None` is the preset's first for the language of the practice.
    #[serde(default)]
    pub(super) voice: Option<String>,
    /// What it can do, as the preset thinks or as a check found.
    pub(super) abilities: Abilities,
    /// Where its key is kept; `None` when it has none.
    #[serde(default)]
    pub(super) key: Option<KeyPlace>,
    /// The last check.
    #[serde(default)]
    pub(super) checked: Option<Checked>,
}

/// A check, and when it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Checked {
    pub(super) at: Timestamp,
    pub(super) found: ModelCheck,
}

/// Who plays which role.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    partner: Option<Player>,
    transcriber: Option<Player>,
    evaluator: Option<Player>,
    speaker: Option<Player>,
    /// Hosts, without their ports, that the user agreed to speak to without encryption.
    pub(super) plain_hosts: BTreeSet<String>,
}

impl Player {
    /// The preset it was set up from; one that a later version has dropped is one's own server.
    pub(super) fn preset(&self) -> &'static Preset {
        Preset::with_id(&self.preset).unwrap_or(&OWN)
    }

    /// It takes the trainee's voice as it is.
    pub(super) fn hears(&self) -> bool {
        self.abilities.sound_in != SoundIn::None
    }

    pub(super) fn address(&self) -> Result<Address, AddressError> {
        self.address.parse()
    }

    pub(super) fn access(&self, key: Option<Key>) -> Result<Access, AddressError> {
        Ok(Access {
            address: self.address()?,
            key,
        })
    }

    /// Name of its key among the secrets: what opens one address is never shown to another.
    pub(super) fn key_name(&self) -> String {
        key_name(&self.address)
    }
}

pub(super) fn key_name(address: &str) -> String {
    format!("model {address}")
}

impl Chosen {
    /// Who plays this role.
    pub(crate) fn of(&self, role: Role) -> Option<&Player> {
        match role {
            Role::Partner => self.partner.as_ref(),
            Role::Transcriber => self.transcriber.as_ref(),
            Role::Evaluator => self.evaluator.as_ref(),
            Role::Speaker => self.speaker.as_ref(),
        }
    }

    /// Everybody who plays a role.
    pub(super) fn players(&self) -> impl Iterator<Item = &Player> {
        Role::ALL.into_iter().filter_map(|role| self.of(role))
    }

    /// The same, to be changed.
    pub(super) fn of_mut(&mut self, role: Role) -> &mut Option<Player> {
        match role {
            Role::Partner => &mut self.partner,
            Role::Transcriber => &mut self.transcriber,
            Role::Evaluator => &mut self.evaluator,
            Role::Speaker => &mut self.speaker,
        }
    }

    /// This role alone: nobody plays the others.
    pub(super) fn only(&self, role: Role) -> Self {
        let mut only = Self {
            plain_hosts: self.plain_hosts.clone(),
            ..Self::default()
        };
        *only.of_mut(role) = self.of(role).cloned();
        only
    }

    /// Where the key of an address is kept, if some role has one there: there is one for all of them.
    pub(super) fn key_of(&self, address: &str) -> Option<KeyPlace> {
        let mut there = self.players().filter(|player| player.address == address);
        there.find_map(|player| player.key)
    }

    /// A new key of an address is kept here, for every role that has this address; with it nothing was checked yet.
    /// Answers where a former one lies that nobody reads any more.
    pub(super) fn key_is_new(&mut self, address: &str, place: KeyPlace) -> Option<KeyPlace> {
        let mut outlived = None;
        for role in Role::ALL {
            if let Some(player) = self
                .of_mut(role)
                .as_mut()
                .filter(|player| player.address == address)
            {
                outlived = outlived.or(player.key.filter(|before| *before != place));
                player.key = Some(place);
                player.checked = None;
            }
        }
        outlived
    }

    /// Whether somebody else than this role needs the key of an address.
    pub(super) fn others_use_key(&self, role: Role, address: &str) -> bool {
        let others = Role::ALL.into_iter().filter(|other| *other != role);
        others
            .filter_map(|other| self.of(other))
            .any(|player| player.address == address && player.key.is_some())
    }
}
