//! What a practice exchanges with models, read as it goes on off counters that count nobody else.

use std::collections::BTreeMap;

use rehearse_models::presets::Role;
use rehearse_models::{EVALUATOR, PARTNER, SPEAKER, TRANSCRIBER};
use rehearse_net::{Net, Purpose, Traffic, names_this_computer};
use rehearse_store::Exchange;

use super::chosen::Chosen;
use crate::view::ExchangeView;

const ROLES: [(Purpose, Role); 4] = [
    (PARTNER, Role::Partner),
    (TRANSCRIBER, Role::Transcriber),
    (EVALUATOR, Role::Evaluator),
    (SPEAKER, Role::Speaker),
];

/// The counters as they were when they were last read.
pub(crate) struct Exchanged {
    /// Counted apart, and used by nobody but those who take part.
    net: Net,
    models: Vec<(Purpose, String)>,
    read: BTreeMap<(String, Purpose), Traffic>,
}

impl Exchanged {
    /// Everything that this way to the network was used for.
    pub(super) fn over(net: Net, chosen: &Chosen) -> Self {
        let models = ROLES.iter().filter_map(|(purpose, role)| {
            let player = chosen.of(*role)?;
            Some((*purpose, player.model.clone()))
        });
        Self {
            net,
            models: models.collect(),
            read: BTreeMap::new(),
        }
    }

    /// What was exchanged since it was last asked.
    pub(crate) fn news(&mut self) -> Vec<Exchange> {
        let mut news = Vec::new();
        for now in self.net.traffic() {
            let Some((_, model)) = self.models.iter().find(|(purpose, _)| *purpose == now.purpose) else {
                continue;
            };
            let key = (now.host.clone(), now.purpose);
            let before = self.read.insert(key, now.clone());
            let grown = |count: fn(&Traffic) -> u64| count(&now) - before.as_ref().map_or(0, count);
            let exchange = Exchange {
                purpose: now.purpose.name().to_owned(),
                host: now.host.clone(),
                model: model.clone(),
                requests: grown(|traffic| traffic.requests),
                sent: grown(|traffic| traffic.sent),
                received: grown(|traffic| traffic.received),
            };
            if exchange.requests + exchange.sent + exchange.received > 0 {
                news.push(exchange);
            }
        }
        news
    }
}

/// An exchange for display.
pub(crate) fn exchange_view(exchange: Exchange) -> ExchangeView {
    ExchangeView {
        role: exchange.purpose,
        on_this_computer: names_this_computer(&exchange.host),
        host: exchange.host,
        model: exchange.model,
        requests: u32::try_from(exchange.requests).unwrap_or(u32::MAX),
        sent: exchange.sent as f64,
        received: exchange.received as f64,
    }
}
