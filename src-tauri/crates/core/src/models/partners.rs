//! Who can answer in a practice, and where what is said would go. It is asked of the very cast that would play, made
//! without any key: nothing is sent by making it.

use std::sync::Arc;

use rehearse_domain::{PartnerKind, Scenario};
use rehearse_models::presets::Role;
use rehearse_net::names_this_computer;

use super::cast::{Cast, Casting, Keys};
use super::chosen::Chosen;
use super::exchanged::Exchanged;
use super::stand_ins::StandIns;
use super::voices::WantedVoice;
use crate::catalogue::minutes;
use crate::house::House;
use crate::settings::FeedbackWhen;
use crate::view::{ModelPlace, PartnerChoice};

impl House {
    /// Who can answer: the embedded partner where it has lines, and the model that was chosen. Whoever has no voice is
    /// heard in the system's, where that speaks the language.
    pub(crate) async fn partners(
        &self,
        chosen: &Chosen,
        scenario: &Scenario,
        system_speaks: bool,
    ) -> Vec<PartnerChoice> {
        let feedback_by = self.feedback_by(chosen);
        let unencrypted = chosen.unencrypted_hosts();
        let only_later = unencrypted.iter().filter(|host| feedback_by.contains(host));
        let embedded = PartnerChoice {
            feedback_by: feedback_by.clone(),
            kind: PartnerKind::Scripted,
            model: None,
            heard: system_speaks,
            voice_goes_to: Vec::new(),
            read_aloud_by: Vec::new(),
            only_if_others_fail: Vec::new(),
            unencrypted: only_later.cloned().collect(),
            written_down: false,
            checked: false,
            needs_typing: false,
            substitute_needs_words: false,
            cost: None,
        };
        let wanted = WantedVoice::from(scenario);
        let cost = chosen.expected_cost(self.settings().partner_voice, minutes(scenario), wanted);
        let silent = self.would_be_cast(chosen, wanted, false).await;
        let heard = self.would_be_cast(chosen, wanted, true).await;
        let firsts = self
            .would_be_cast(&chosen.without_substitutes(), wanted, true)
            .await;
        let firsts = firsts.map(|cast| cast.hosts).unwrap_or_default();
        let model = silent.map(|cast| {
            let all = heard.iter().flat_map(|heard| &heard.hosts);
            let only_if_others_fail = all.filter(|host| !firsts.contains(host)).cloned().collect();
            let more = heard.into_iter().flat_map(|heard| heard.hosts);
            PartnerChoice {
                kind: PartnerKind::Model,
                feedback_by,
                model: cast.partner.model().map(str::to_owned),
                heard: system_speaks || chosen.is_heard(wanted),
                read_aloud_by: more.filter(|host| !cast.hosts.contains(host)).collect(),
                only_if_others_fail,
                unencrypted,
                written_down: cast.transcriber.is_some(),
                checked: cast.evaluator.is_some(),
                needs_typing: !cast.partner.hears() && cast.transcriber.is_none(),
                substitute_needs_words: cast.partner.hears()
                    && cast.transcriber.is_none()
                    && chosen
                        .at(Role::Partner, ModelPlace::Substitute)
                        .is_some_and(|player| !player.hears()),
                cost,
                voice_goes_to: cast.hosts,
            }
        });
        scenario
            .script
            .is_some()
            .then_some(embedded)
            .into_iter()
            .chain(model)
            .collect()
    }

    /// Hosts beyond this computer to which what was said goes by itself once a practice is over.
    pub(crate) fn feedback_by(&self, chosen: &Chosen) -> Vec<String> {
        if self.settings().feedback == FeedbackWhen::OnRequest {
            return Vec::new();
        }
        let mut hosts = chosen.hosts_of_assessors();
        hosts.retain(|host| !names_this_computer(host));
        hosts
    }

    /// Hosts beyond this computer that get anything of what is said in a practice with the model that is heard, also where
    /// others fail.
    pub(super) async fn hosts_of(&self, chosen: &Chosen) -> Vec<String> {
        let cast = self
            .would_be_cast(chosen, WantedVoice::of_anybody(self.language()), true)
            .await;
        cast.map(|cast| cast.hosts).unwrap_or_default()
    }

    /// The cast of a practice with the model; `None` where there would be none.
    async fn would_be_cast(&self, chosen: &Chosen, wanted: WantedVoice, aloud: bool) -> Option<Cast> {
        self.would_cast(chosen, wanted, aloud).cast().await.ok()
    }

    /// What a cast of these would be made of, to tell who would be in it.
    pub(super) fn would_cast(&self, chosen: &Chosen, wanted: WantedVoice, aloud: bool) -> Casting<'_> {
        Casting {
            exchanged: Exchanged::over(&self.to_models, chosen),
            chosen: chosen.clone(),
            stand_ins: StandIns::default(),
            keys: Keys::OfNobody,
            wanted,
            aloud,
            voice: Arc::clone(&self.parts.voice),
        }
    }
}
