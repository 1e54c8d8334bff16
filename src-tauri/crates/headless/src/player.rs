//! A model that writes down or judges, as the credentials name it. That a server and its files may be reached without
//! encryption does not say so of a model, which says it for itself.

use std::sync::Arc;

use rehearse_models::presets::{KeyNeed, PRESETS, Preset, Role};
use rehearse_models::{Access, Address, ChatEvaluator, Evaluator, Key, Transcriber};
use rehearse_net::Net;
use serde::Deserialize;

use crate::credentials::{BadCredentials, bad, filled};

/// The preset of a server of one's own.
const OWN: &str = "other";

/// As it stands in the file. It has no `Debug`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlayerEntry {
    preset: Option<String>,
    address: Option<String>,
    model: Option<String>,
    key: Option<String>,
    /// It may be spoken to without encryption.
    #[serde(default)]
    allow_plain_http: bool,
}

/// Whom to ask, and how the door opens.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    preset: &'static Preset,
    access: Access,
    pub(crate) model: String,
}

impl PlayerEntry {
    pub(crate) fn player(self, role: Role) -> Result<Player, BadCredentials> {
        let (place, deed) = match role {
            Role::Transcriber => ("transcriber", "write down"),
            _ => ("evaluator", "judge"),
        };
        let preset = filled(self.preset).unwrap_or_else(|| OWN.to_owned());
        let preset = Preset::with_id(&preset)
            .ok_or_else(|| bad(format!("{place}.preset is none of {}", known(role))))?;
        let suggested = preset.model_for(role).ok_or_else(|| {
            bad(format!(
                "{place}.preset names a host that does not {deed}; these do: {}",
                known(role)
            ))
        })?;
        let address = filled(self.address).or_else(|| filled(Some(preset.address.to_owned())));
        let address = address.ok_or_else(|| bad(format!("{place}.address is missing")))?;
        let address: Address = address
            .parse()
            .map_err(|error| bad(format!("{place}.address: {error}")))?;
        if address.plain_host().is_some() && !self.allow_plain_http {
            return Err(bad(format!(
                "{place}.address speaks no https; say \"allow_plain_http\": true there if everybody on the way may listen"
            )));
        }
        let model = filled(self.model).or_else(|| filled(Some(suggested.to_owned())));
        let model = model.ok_or_else(|| bad(format!("{place}.model is missing")))?;
        let key = filled(self.key);
        if preset.key == KeyNeed::Needed && key.is_none() {
            return Err(bad(format!("{place}.key is missing")));
        }
        Ok(Player {
            preset,
            access: Access {
                address,
                key: key.map(|key| Key::new(&key)),
            },
            model,
        })
    }
}

/// The presets that play a role.
fn known(role: Role) -> String {
    let known = PRESETS.iter().filter(|preset| preset.model_for(role).is_some());
    known.map(|preset| preset.id).collect::<Vec<_>>().join(", ")
}

impl Player {
    /// Its host where it is agreed that it is reached without encryption.
    pub(crate) fn plain_host(&self) -> Option<&str> {
        self.access.address.plain_host()
    }

    /// Its host, unless that is this computer.
    pub(crate) fn host_beyond(&self) -> Option<String> {
        let address = &self.access.address;
        (!address.is_this_computer()).then(|| address.host())
    }

    /// One who writes down. Nothing is sent.
    pub(crate) fn transcriber(&self, net: &Net) -> Arc<dyn Transcriber> {
        let abilities = self.preset.abilities(Role::Transcriber, &self.model);
        self.preset
            .transcriber(net.clone(), self.access.clone(), &self.model, abilities)
    }

    /// One who judges. Nothing is sent.
    pub(crate) fn evaluator(&self, net: &Net) -> Arc<dyn Evaluator> {
        let abilities = self.preset.abilities(Role::Evaluator, &self.model);
        Arc::new(ChatEvaluator::new(
            net.clone(),
            self.access.clone(),
            &self.model,
            abilities,
        ))
    }
}
