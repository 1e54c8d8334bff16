//! What a practice exchanges with models, read as it goes on off counters that count nobody else, and what the models say
//! that it took.

use std::collections::BTreeMap;

use rehearse_models::presets::Role;
use rehearse_models::{Address, EVALUATOR, PARTNER, SPEAKER, TRANSCRIBER, Usage};
use rehearse_net::{Net, Purpose, Traffic, names_this_computer};
use rehearse_store::{Exchange, Tokens};

use super::chosen::Chosen;
use super::costs::{of_exchange, tokens_view};
use super::metering::Meter;
use crate::view::{ExchangeView, ModelPlace};

const ROLES: [(Purpose, Role); 4] = [
    (PARTNER, Role::Partner),
    (TRANSCRIBER, Role::Transcriber),
    (EVALUATOR, Role::Evaluator),
    (SPEAKER, Role::Speaker),
];

/// The counters as they were when they were last read, and the tokens that were told since.
pub(crate) struct Exchanged {
    players: Vec<Asked>,
}

/// A model that plays a role, as the first or as a substitute.
struct Asked {
    role: Role,
    place: ModelPlace,
    purpose: Purpose,
    host: String,
    model: String,
    /// Counted apart, and used by nobody else.
    net: Net,
    meter: Meter,
    read: BTreeMap<(String, Purpose), Traffic>,
}

impl Exchanged {
    /// Everything that those who were chosen are going to exchange on ways of their own to the network.
    pub(super) fn over(net: &Net, chosen: &Chosen) -> Self {
        let all = ModelPlace::ALL
            .into_iter()
            .flat_map(|place| ROLES.map(|role| (place, role)));
        let players = all.filter_map(|(place, (purpose, role))| {
            let player = chosen.at(role, place)?;
            Some(Asked {
                role,
                place,
                purpose,
                host: player.address().as_ref().map(Address::host).unwrap_or_default(),
                model: player.model.clone(),
                net: net.counted_apart(),
                meter: Meter::default(),
                read: BTreeMap::new(),
            })
        });
        Self {
            players: players.collect(),
        }
    }

    /// The way to the network and the meter of who plays this role in this place.
    pub(super) fn counters(&self, role: Role, place: ModelPlace) -> Option<(Net, Meter)> {
        let asked = |player: &&Asked| (player.role, player.place) == (role, place);
        let player = self.players.iter().find(asked)?;
        Some((player.net.clone(), player.meter.clone()))
    }

    /// What was exchanged since it was last asked.
    pub(crate) fn news(&mut self) -> Vec<Exchange> {
        self.players.iter_mut().flat_map(Asked::news).collect()
    }
}

impl Asked {
    fn news(&mut self) -> Vec<Exchange> {
        let mut news = Vec::new();
        for now in self.net.traffic() {
            if now.purpose != self.purpose {
                continue;
            }
            let key = (now.host.clone(), now.purpose);
            let before = self.read.insert(key, now.clone());
            let grown = |count: fn(&Traffic) -> u64| count(&now) - before.as_ref().map_or(0, count);
            let told = match self.host == now.host {
                true => self.meter.take(),
                false => Usage::default(),
            };
            let exchange = Exchange {
                purpose: now.purpose.name().to_owned(),
                host: now.host.clone(),
                model: self.model.clone(),
                requests: grown(|traffic| traffic.requests),
                sent: grown(|traffic| traffic.sent),
                received: grown(|traffic| traffic.received),
                tokens: Tokens {
                    text_in: told.text_in,
                    audio_in: told.audio_in,
                    text_out: told.text_out,
                    audio_out: told.audio_out,
                    cached: told.cached,
                },
            };
            if exchange.requests + exchange.sent + exchange.received > 0 || !exchange.tokens.is_empty() {
                news.push(exchange);
            }
        }
        news
    }
}

/// An exchange for display.
pub(crate) fn exchange_view(exchange: Exchange) -> ExchangeView {
    let (cost, tokens) = (of_exchange(&exchange), tokens_view(&exchange.tokens));
    let here = names_this_computer(&exchange.host);
    ExchangeView {
        role: exchange.purpose,
        on_this_computer: here,
        host: exchange.host,
        model: exchange.model,
        requests: u32::try_from(exchange.requests).unwrap_or(u32::MAX),
        sent: exchange.sent as f64,
        received: exchange.received as f64,
        tokens,
        cost: cost.filter(|_| !here),
    }
}
