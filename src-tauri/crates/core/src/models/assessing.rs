//! Those who are asked once a session is over: who writes down and who judges.

use rehearse_domain::Session;
use rehearse_models::presets::Role;
use rehearse_sync::poller::Seated;
#[cfg(feature = "calibration")]
use {
    super::chosen::Player,
    super::faults::of_address,
    crate::view::CostView,
    rehearse_models::{Evaluator, Usage},
    std::sync::Arc,
};

use super::chosen::Chosen;
use super::voices::WantedVoice;
use crate::error::ErrorView;
use crate::house::House;

/// A judge that is going to be tried out.
#[cfg(feature = "calibration")]
pub(crate) struct JudgeToTry {
    pub(crate) evaluator: Arc<dyn Evaluator>,
    pub(crate) host: String,
    pub(crate) on_this_computer: bool,
    player: Player,
}

#[cfg(feature = "calibration")]
impl JudgeToTry {
    /// What so much is likely to cost it; `None` on this computer, and where a price is not known.
    pub(crate) fn cost(&self, usage: &Usage) -> Option<CostView> {
        self.player.cost_of(usage)
    }
}

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

    /// The judge alone, to be tried out. Without its substitute: figures of two judges say nothing about either.
    ///
    /// # Errors
    /// `calibrate_no_judge`, and those of [`Self::assessors`].
    #[cfg(feature = "calibration")]
    pub(crate) async fn judge(&self) -> Result<JudgeToTry, ErrorView> {
        let chosen = self.those_who_assess().await?;
        let chosen = chosen.only(&[Role::Evaluator]).without_substitutes();
        let player = chosen.of(Role::Evaluator).cloned();
        let wanted = WantedVoice::of_anybody(self.language());
        let seated = self.casting(chosen, wanted, false).assessors().await?;
        let (Some(player), Some(evaluator)) = (player, seated.evaluator) else {
            return Err(ErrorView::new("calibrate_no_judge"));
        };
        let address = player.address().map_err(of_address)?;
        Ok(JudgeToTry {
            evaluator,
            host: address.host(),
            on_this_computer: address.is_this_computer(),
            player,
        })
    }

    async fn those_who_assess(&self) -> Result<Chosen, ErrorView> {
        match self.chosen_models().await {
            // Where nothing was ever kept, nobody was chosen.
            Err(error) if error.code == "store_empty" => Ok(Chosen::default()),
            chosen => Ok(chosen?.only(&[Role::Transcriber, Role::Evaluator])),
        }
    }
}
