//! Those who are asked once a session is over: who writes down and who judges.

use rehearse_domain::Session;
use rehearse_models::presets::Role;
use rehearse_sync::poller::Seated;

use super::chosen::Chosen;
use super::voices::WantedVoice;
use crate::error::ErrorView;
use crate::house::House;

impl House {
    /// They themselves, ready to be asked.
    ///
    /// # Errors
    /// When a key cannot be read, or nobody agreed to a host without encryption.
    pub(crate) async fn assessors(&self, session: &Session) -> Result<Seated, ErrorView> {
        let chosen = self.those_who_assess().await?;
        let casting = self.casting(chosen, WantedVoice::of_anybody(session.language), false);
        casting.assessors().await
    }

    /// Their hosts, this computer included. No key is read.
    ///
    /// # Errors
    /// When nobody can tell who was chosen.
    pub(crate) async fn hosts_of_assessors(&self) -> Result<Vec<String>, ErrorView> {
        Ok(self.those_who_assess().await?.hosts_of_assessors())
    }

    async fn those_who_assess(&self) -> Result<Chosen, ErrorView> {
        match self.chosen_models().await {
            // Where nothing was ever kept, nobody was chosen.
            Err(error) if error.code == "store_empty" => Ok(Chosen::default()),
            chosen => Ok(chosen?.only(&[Role::Transcriber, Role::Evaluator])),
        }
    }
}
