//! What was chosen for each role, as the store keeps it. Keys are not part of it: they are in the keychain under the
//! address that they open.

use std::collections::BTreeSet;

use rehearse_domain::Timestamp;
use rehearse_models::presets::{Family, KeyNeed, Preset, Role};
use rehearse_models::{Abilities, Access, Address, AddressError, Key, SoundIn};
use serde::{Deserialize, Serialize};

use crate::view::{KeyPlace, ModelCheck, ModelPlace};

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
    /// The voice that the user has fixed; `None` is one that fits the other person, see [`super::voices`].
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
    #[serde(flatten)]
    first: Players,
    /// Who goes on when the first one does not answer.
    substitutes: Players,
    /// Hosts, without their ports, that the user agreed to speak to without encryption.
    pub(super) plain_hosts: BTreeSet<String>,
}

/// One player for each role, or nobody.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Players {
    partner: Option<Player>,
    transcriber: Option<Player>,
    evaluator: Option<Player>,
    speaker: Option<Player>,
}

impl Players {
    fn of(&self, role: Role) -> Option<&Player> {
        match role {
            Role::Partner => self.partner.as_ref(),
            Role::Transcriber => self.transcriber.as_ref(),
            Role::Evaluator => self.evaluator.as_ref(),
            Role::Speaker => self.speaker.as_ref(),
        }
    }

    fn of_mut(&mut self, role: Role) -> &mut Option<Player> {
        match role {
            Role::Partner => &mut self.partner,
            Role::Transcriber => &mut self.transcriber,
            Role::Evaluator => &mut self.evaluator,
            Role::Speaker => &mut self.speaker,
        }
    }
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
        self.at(role, ModelPlace::First)
    }

    /// Who plays this role in this place.
    pub(super) fn at(&self, role: Role, place: ModelPlace) -> Option<&Player> {
        match place {
            ModelPlace::First => self.first.of(role),
            ModelPlace::Substitute => self.substitutes.of(role),
        }
    }

    /// The same, to be changed.
    pub(super) fn at_mut(&mut self, role: Role, place: ModelPlace) -> &mut Option<Player> {
        match place {
            ModelPlace::First => self.first.of_mut(role),
            ModelPlace::Substitute => self.substitutes.of_mut(role),
        }
    }

    /// Everybody who plays a role, the first ones before their substitutes.
    pub(super) fn players(&self) -> impl Iterator<Item = &Player> {
        ModelPlace::ALL
            .into_iter()
            .flat_map(move |place| Role::ALL.into_iter().filter_map(move |role| self.at(role, place)))
    }

    /// Hosts of theirs beyond this computer that are reached without encryption.
    pub(super) fn unencrypted_hosts(&self) -> Vec<String> {
        let addresses = self.players().filter_map(|player| player.address().ok());
        let plain = addresses.filter(|address| address.plain_host().is_some());
        let mut hosts: Vec<String> = plain.map(|address| address.host()).collect();
        hosts.sort();
        hosts.dedup();
        hosts
    }

    /// Nobody plays this role in this place any more. A substitute takes the place of the first one. Answers who it was.
    pub(super) fn give_up(&mut self, role: Role, place: ModelPlace) -> Option<Player> {
        let dropped = self.at_mut(role, place).take();
        if place == ModelPlace::First {
            *self.first.of_mut(role) = self.substitutes.of_mut(role).take();
        }
        dropped
    }

    /// These roles alone: nobody plays the others.
    pub(super) fn only(&self, roles: &[Role]) -> Self {
        let mut only = Self {
            plain_hosts: self.plain_hosts.clone(),
            ..Self::default()
        };
        for place in ModelPlace::ALL {
            for role in roles {
                *only.at_mut(*role, place) = self.at(*role, place).cloned();
            }
        }
        only
    }

    /// Those who write down and judge: what each does and its host, this computer included.
    pub(super) fn assessors(&self) -> Vec<(Role, String)> {
        let all = ModelPlace::ALL.into_iter().flat_map(|place| {
            let roles = [Role::Transcriber, Role::Evaluator].into_iter();
            roles.filter_map(move |role| Some((role, self.at(role, place)?.address().ok()?.host())))
        });
        all.collect()
    }

    /// Their hosts, this computer included, each once.
    pub(super) fn hosts_of_assessors(&self) -> Vec<String> {
        let hosts = self.assessors().into_iter().map(|(_, host)| host);
        hosts.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What those who play a role are called to somebody, in order: by their models, or by their hosts where one model is
    /// at two of them.
    pub(super) fn names(&self, role: Role) -> Vec<String> {
        let players = ModelPlace::ALL
            .into_iter()
            .filter_map(|place| self.at(role, place));
        let players: Vec<&Player> = players.collect();
        let alike = matches!(players.as_slice(), [one, other] if one.model == other.model);
        let name = |player: &&Player| match player.address() {
            Ok(address) if alike || player.model.is_empty() => address.host(),
            _ => player.model.clone(),
        };
        players.iter().map(name).collect()
    }

    /// The first ones alone.
    pub(super) fn without_substitutes(&self) -> Self {
        Self {
            substitutes: Players::default(),
            ..self.clone()
        }
    }

    /// Where the key of an address is kept, if some role has one there: there is one for all of them.
    pub(super) fn key_of(&self, address: &str) -> Option<KeyPlace> {
        let mut there = self.players().filter(|player| player.address == address);
        there.find_map(|player| player.key)
    }

    /// A new key of an address is kept here, for everybody who has this address; with it nothing was checked yet.
    /// Answers where a former one lies that nobody reads any more.
    pub(super) fn key_is_new(&mut self, address: &str, place: KeyPlace) -> Option<KeyPlace> {
        let mut outlived = None;
        for players in [&mut self.first, &mut self.substitutes] {
            for role in Role::ALL {
                let player = players.of_mut(role).as_mut();
                if let Some(player) = player.filter(|player| player.address == address) {
                    outlived = outlived.or(player.key.filter(|before| *before != place));
                    player.key = Some(place);
                    player.checked = None;
                }
            }
        }
        outlived
    }

    /// Whether somebody needs the key of an address.
    pub(super) fn uses_key(&self, address: &str) -> bool {
        self.players()
            .any(|player| player.address == address && player.key.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = r#"{"partner": {"preset": "ollama", "address": "http://127.0.0.1:11434/v1", "model": "qwen3",
        "abilities": {}}, "plain_hosts": ["nas.local"]}"#;

    fn of(text: &str) -> Chosen {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn choices_of_an_older_version_are_read_and_have_no_substitutes() {
        let chosen = of(OLD);
        assert_eq!(chosen.of(Role::Partner).unwrap().model, "qwen3");
        assert_eq!(chosen.at(Role::Partner, ModelPlace::Substitute), None);
        assert!(chosen.plain_hosts.contains("nas.local"));
    }

    #[test]
    fn a_substitute_is_kept_beside_the_first_and_takes_its_place_when_that_is_given_up() {
        let mut chosen = of(OLD);
        let mut second = chosen.of(Role::Partner).unwrap().clone();
        second.model = "gemma3".to_owned();
        *chosen.at_mut(Role::Partner, ModelPlace::Substitute) = Some(second);
        let mut chosen = of(&serde_json::to_string(&chosen).unwrap());
        assert_eq!(chosen.players().count(), 2);
        let dropped = chosen.give_up(Role::Partner, ModelPlace::First).unwrap();
        assert_eq!(dropped.model, "qwen3");
        assert_eq!(chosen.of(Role::Partner).unwrap().model, "gemma3");
        assert_eq!(chosen.players().count(), 1);
    }
}
