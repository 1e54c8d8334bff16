//! Hosts of models that may be spoken to without encryption, because the user said so of each: a computer of one's own
//! in the same house, mostly. To agree about a server or its files is not to agree about one's voice, and so the models
//! go over the network under agreements of their own, which it holds to by itself.

use rehearse_models::Address;
use rehearse_net::PlainHost;

use super::chosen::{Chosen, Player};
use crate::error::ErrorView;
use crate::house::{Core, House};
use crate::remote::repeated;
use crate::view::{ModelsView, Topic};

impl Core {
    /// Agrees that models on this host are spoken to without encryption: whoever is on the way there can hear what the
    /// trainee says. Ends when it is taken back, or when the last model there is given up.
    ///
    /// # Errors
    /// `host_bad`; `host_is_this_computer`, which needs no agreement; why the database cannot be written.
    pub async fn allow_model_http(&self, host: String) -> Result<ModelsView, ErrorView> {
        let host = another_computer(&host)?;
        let alone = self.0.choosing.lock().await;
        let mut chosen = self.0.chosen_models().await?;
        chosen.plain_hosts.insert(host);
        self.0.keep_models(&chosen).await?;
        drop(alone);
        self.0.bus.changed(Topic::Models);
        self.models().await
    }

    /// Takes that back: from now on nothing goes to models on this host without encryption.
    ///
    /// # Errors
    /// `host_bad`; `host_is_this_computer`; `host_not_agreed`; why the database cannot be written.
    pub async fn forbid_model_http(&self, host: String) -> Result<ModelsView, ErrorView> {
        let host = another_computer(&host)?;
        let alone = self.0.choosing.lock().await;
        let mut chosen = self.0.chosen_models().await?;
        if !chosen.plain_hosts.remove(&host) {
            return Err(ErrorView::new("host_not_agreed").with("host", host));
        }
        self.0.keep_models(&chosen).await?;
        drop(alone);
        self.0.bus.changed(Topic::Models);
        self.models().await
    }

    /// What was agreed to before holds from the beginning.
    pub(crate) async fn remember_model_agreements(&self) {
        match self.0.chosen_models().await {
            Ok(chosen) => self.0.hold_to(&chosen),
            // Where nothing was ever kept, nothing was agreed to.
            Err(error) if error.code == "store_empty" => {}
            Err(error) => tracing::error!(code = error.code, "what was agreed to could not be read"),
        }
    }
}

impl House {
    /// Models are spoken to without encryption on these hosts, and on no others any more.
    pub(super) fn hold_to(&self, chosen: &Chosen) {
        self.to_models.set_plain_http_hosts(chosen.plain_hosts.clone());
    }
}

impl Chosen {
    /// Whether a model at this address may be spoken to.
    ///
    /// # Errors
    /// `model_plain_http`, which names the host that nobody agreed to.
    pub(super) fn agreed(&self, address: &Address) -> Result<(), ErrorView> {
        match address.plain_host() {
            Some(host) if !self.plain_hosts.contains(host) => {
                Err(ErrorView::new("model_plain_http").with("host", host))
            }
            _ => Ok(()),
        }
    }

    /// Who has given a role up needs no agreement any more, unless another role is played on the same host.
    pub(super) fn forget_agreement(&mut self, dropped: Option<&Player>) {
        let address = dropped.and_then(|player| player.address().ok());
        let Some(host) = address.as_ref().and_then(Address::plain_host) else {
            return;
        };
        let is_there = |player: &Player| {
            player
                .address()
                .is_ok_and(|address| address.plain_host() == Some(host))
        };
        if !self.players().any(is_there) {
            self.plain_hosts.remove(host);
        }
    }
}

/// The host that a text names, which is another computer.
fn another_computer(text: &str) -> Result<String, ErrorView> {
    let (code, typed) = match PlainHost::named(text) {
        Some(PlainHost::Other(host)) => return Ok(host),
        Some(PlainHost::ThisComputer) => ("host_is_this_computer", text),
        None => ("host_bad", text),
    };
    Err(ErrorView::new(code).with("host", repeated(typed.trim())))
}
