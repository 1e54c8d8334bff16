//! What a practice exchanges with models, read as it goes on off counters that count nobody else, and what the models say
//! that it took.

use std::collections::BTreeMap;

use rehearse_models::presets::Role;
use rehearse_models::{Address, EVALUATOR, PARTNER, SPEAKER, TRANSCRIBER, Usage};
use rehearse_net::{Net, Purpose, Traffic, names_this_computer};
use rehearse_store::{Exchange, Tokens};

use super::chosen::Chosen;
use super::costs::{of_exchange, tokens_view};
use crate::view::ExchangeView;

const ROLES: [(Purpose, Role); 4] = [
    (PARTNER, Role::Partner),
    (TRANSCRIBER, Role::Transcriber),
    (EVALUATOR, Role::Evaluator),
    (SPEAKER, Role::Speaker),
];

/// The counters as they were when they were last read, and the tokens that were told since.
pub(crate) struct Exchanged {
    /// Counted apart, and used by nobody but those who take part.
    net: Net,
    players: Vec<Asked>,
    read: BTreeMap<(String, Purpose), Traffic>,
}

/// A model that plays a role.
struct Asked {
    role: Role,
    purpose: Purpose,
    host: String,
    model: String,
    used: Usage,
}

impl Exchanged {
    /// Everything that this way to the network was used for.
    pub(super) fn over(net: Net, chosen: &Chosen) -> Self {
        let players = ROLES.iter().filter_map(|(purpose, role)| {
            let player = chosen.of(*role)?;
            Some(Asked {
                role: *role,
                purpose: *purpose,
                host: player.address().as_ref().map(Address::host).unwrap_or_default(),
                model: player.model.clone(),
                used: Usage::default(),
            })
        });
        Self {
            net,
            players: players.collect(),
            read: BTreeMap::new(),
        }
    }

    /// Whoever plays this role says what a request took.
    pub(crate) fn used(&mut self, role: Role, usage: Usage) {
        if let Some(player) = self.players.iter_mut().find(|player| player.role == role) {
            player.used += usage;
        }
    }

    /// What was exchanged since it was last asked.
    pub(crate) fn news(&mut self) -> Vec<Exchange> {
        let mut news = Vec::new();
        for now in self.net.traffic() {
            let Some(player) = self.players.iter_mut().find(|one| one.purpose == now.purpose) else {
                continue;
            };
            let key = (now.host.clone(), now.purpose);
            let before = self.read.insert(key, now.clone());
            let grown = |count: fn(&Traffic) -> u64| count(&now) - before.as_ref().map_or(0, count);
            let told = match player.host == now.host {
                true => std::mem::take(&mut player.used),
                false => Usage::default(),
            };
            let exchange = Exchange {
                purpose: now.purpose.name().to_owned(),
                host: now.host.clone(),
                model: player.model.clone(),
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
