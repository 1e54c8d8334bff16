//! The cast of one practice: who answers, who writes down and who judges, built from what was chosen.

use std::sync::Arc;

use rehearse_devices::Voice;
use rehearse_models::presets::Role;
use rehearse_models::{
    Access, Chain, ChatEvaluator, Evaluator, Partner, Speaker, Transcriber, VoicedPartner,
};
use rehearse_net::{Net, names_this_computer};
use rehearse_sync::poller::Seated;

use super::chosen::{Chosen, Player};
use super::exchanged::Exchanged;
use super::faults::of_address;
use super::metering::{Meter, Metered};
use super::stand_ins::{StandIn, StandIns};
use super::system_speaker::SystemSpeaker;
use super::voices::WantedVoice;
use crate::error::ErrorView;
use crate::house::House;
use crate::view::ModelPlace;

/// Everybody who takes part in a practice.
#[derive(Clone)]
pub(crate) struct Cast {
    /// Who answers.
    pub(crate) partner: Arc<dyn Partner>,
    /// Who writes down what the trainee says.
    pub(crate) transcriber: Option<Arc<dyn Transcriber>>,
    /// Who looks whether the objective is reached.
    pub(crate) evaluator: Option<Arc<dyn Evaluator>>,
    /// Hosts beyond this computer that hear or read the trainee, each once.
    pub(crate) hosts: Vec<String>,
    /// Who has taken over from whom.
    pub(crate) stand_ins: StandIns,
}

/// Hosts beyond this computer that those who are cast send something to, each once. Nobody else may say who hears a
/// practice.
fn beyond(
    partner: &dyn Partner,
    transcriber: Option<&dyn Transcriber>,
    evaluator: Option<&dyn Evaluator>,
) -> Vec<String> {
    let mut all = partner.hosts();
    all.extend(transcriber.into_iter().flat_map(Transcriber::hosts));
    all.extend(evaluator.into_iter().flat_map(Evaluator::hosts));
    let mut hosts: Vec<String> = Vec::new();
    for host in all {
        if !names_this_computer(&host) && !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

/// What a cast is made of.
pub(super) struct Casting<'house> {
    pub(super) chosen: Chosen,
    /// Counts what they exchange.
    pub(super) exchanged: Exchanged,
    /// Notes who takes over from whom.
    pub(super) stand_ins: StandIns,
    pub(super) keys: Keys<'house>,
    /// How the other person is to sound, whoever lends the voice.
    pub(super) wanted: WantedVoice,
    /// The partner is heard.
    pub(super) aloud: bool,
    /// The system's voice, for a partner that has none and where nobody else lends one.
    pub(super) voice: Arc<dyn Voice>,
}

/// Somebody who was chosen, with all that it takes to play.
struct Castable<'chosen> {
    player: &'chosen Player,
    access: Access,
    net: Net,
    meter: Meter,
}

/// Whose keys are read.
pub(super) enum Keys<'house> {
    /// Those of everybody who takes part, and of nobody else.
    OfTheCast(&'house House),
    /// None are needed to tell who would take part.
    OfNobody,
}

impl Cast {
    /// The embedded partner alone.
    pub(crate) fn embedded(partner: Arc<dyn Partner>) -> Self {
        Self {
            partner,
            transcriber: None,
            evaluator: None,
            hosts: Vec::new(),
            stand_ins: StandIns::default(),
        }
    }
}

impl Casting<'_> {
    /// The cast of a practice with the model that was chosen as partner.
    pub(super) async fn cast(&self) -> Result<Cast, ErrorView> {
        let partner = self
            .partner()
            .await?
            .ok_or_else(|| ErrorView::new("no_partner_model"))?;
        let transcriber = self.transcriber().await?;
        let evaluator = self.evaluator().await?;
        Ok(Cast {
            hosts: beyond(&*partner, transcriber.as_deref(), evaluator.as_deref()),
            partner,
            transcriber,
            evaluator,
            stand_ins: self.stand_ins.clone(),
        })
    }

    async fn partner(&self) -> Result<Option<Arc<dyn Partner>>, ErrorView> {
        let mut speaker = None;
        let mut partners = Vec::new();
        for one in self.players(Role::Partner).await? {
            let mut abilities = one.player.abilities.clone();
            abilities.speaks &= self.aloud;
            let voice = one.player.own_voice(self.wanted).filter(|_| self.aloud);
            let (preset, model) = (one.player.preset(), &one.player.model);
            let inner = preset.partner(one.net, one.access, model, voice.as_deref(), abilities);
            let meter = one.meter;
            let partner: Arc<dyn Partner> = Arc::new(Metered { inner, meter });
            // The author's opening comes in words alone, and is not to be heard in a third voice.
            let lends = !partner.speaks() || self.chosen.of(Role::Speaker).is_some();
            partners.push(if !self.aloud || !lends {
                partner
            } else {
                let speaker = match &speaker {
                    Some(speaker) => Arc::clone(speaker),
                    None => Arc::clone(speaker.insert(self.reader().await?)),
                };
                Arc::new(VoicedPartner {
                    inner: partner,
                    speaker,
                })
            });
        }
        Ok(self.chained(Role::Partner, partners, |chain| Arc::new(chain)))
    }

    pub(super) async fn transcriber(&self) -> Result<Option<Arc<dyn Transcriber>>, ErrorView> {
        let players = self.players(Role::Transcriber).await?;
        let transcribers = players.into_iter().map(|one| -> Arc<dyn Transcriber> {
            let (preset, model) = (one.player.preset(), &one.player.model);
            let inner = preset.transcriber(one.net, one.access, model, one.player.abilities.clone());
            let meter = one.meter;
            Arc::new(Metered { inner, meter })
        });
        let transcribers = transcribers.collect();
        Ok(self.chained(Role::Transcriber, transcribers, |chain| Arc::new(chain)))
    }

    async fn evaluator(&self) -> Result<Option<Arc<dyn Evaluator>>, ErrorView> {
        let players = self.players(Role::Evaluator).await?;
        let evaluators = players.into_iter().map(|one| -> Arc<dyn Evaluator> {
            let abilities = one.player.abilities.clone();
            let evaluator = ChatEvaluator::new(one.net, one.access, &one.player.model, abilities);
            let (inner, meter): (Arc<dyn Evaluator>, _) = (Arc::new(evaluator), one.meter);
            Arc::new(Metered { inner, meter })
        });
        let evaluators = evaluators.collect();
        Ok(self.chained(Role::Evaluator, evaluators, |chain| Arc::new(chain)))
    }

    /// Those who are asked once a session is over: who writes down and who judges.
    pub(super) async fn assessors(self) -> Result<Seated, ErrorView> {
        let (transcriber, evaluator) = (self.transcriber().await?, self.evaluator().await?);
        let mut exchanged = self.exchanged;
        Ok(Seated {
            transcriber,
            evaluator,
            exchanged: Box::new(move || exchanged.news()),
        })
    }

    /// Who reads aloud for a partner without a voice.
    async fn reader(&self) -> Result<Arc<dyn Speaker>, ErrorView> {
        let players = self.players(Role::Speaker).await?;
        let speakers = players.into_iter().map(|one| {
            let voice = one.player.voice_for(self.wanted);
            let preset = one.player.preset();
            preset.speaker(one.net, one.access, &one.player.model, voice.as_deref())
        });
        let speakers = speakers.collect();
        let chosen = self.chained(Role::Speaker, speakers, |chain| Arc::new(chain));
        let system = || SystemSpeaker {
            voice: Arc::clone(&self.voice),
            hint: self.wanted.hint,
        };
        Ok(chosen.unwrap_or_else(|| Arc::new(system())))
    }

    /// Those who play a role as one: the first, with the substitute behind it. That it took over is noted.
    fn chained<T: ?Sized>(
        &self,
        role: Role,
        players: Vec<Arc<T>>,
        as_one: impl FnOnce(Chain<T>) -> Arc<T>,
    ) -> Option<Arc<T>> {
        let mut players = players.into_iter();
        let (first, others) = (players.next()?, players.collect::<Vec<_>>());
        if others.is_empty() {
            return Some(first);
        }
        let (stand_ins, names) = (self.stand_ins.clone(), self.chosen.names(role));
        let chain = Chain::new(first, others).telling(move |from, to| {
            if let (Some(model), Some(substitute)) = (names.get(from), names.get(to)) {
                let (model, substitute) = (model.clone(), substitute.clone());
                stand_ins.note(StandIn { model, substitute });
            }
        });
        Some(as_one(chain))
    }

    /// Who plays a role, in order, and how the doors there open.
    async fn players(&self, role: Role) -> Result<Vec<Castable<'_>>, ErrorView> {
        let mut players = Vec::new();
        for place in ModelPlace::ALL {
            let counters = self.exchanged.counters(role, place);
            let (Some(player), Some((net, meter))) = (self.chosen.at(role, place), counters) else {
                continue;
            };
            let key = match self.keys {
                Keys::OfTheCast(house) => {
                    self.chosen.agreed(&player.address().map_err(of_address)?)?;
                    house.model_key(player).await?
                }
                Keys::OfNobody => None,
            };
            let access = player.access(key).map_err(of_address)?;
            players.push(Castable {
                player,
                access,
                net,
                meter,
            });
        }
        Ok(players)
    }
}

#[cfg(test)]
mod tests {
    use rehearse_domain::{Language, PartnerKind};
    use rehearse_models::Abilities;
    use rehearse_net::NetOptions;
    use rehearse_testkit::FakeVoice;

    use super::*;

    fn player(host: &str, speaks: bool) -> Player {
        Player {
            preset: "other".to_owned(),
            address: format!("https://{host}/v1"),
            model: "a model".to_owned(),
            voice: None,
            abilities: Abilities {
                speaks,
                ..Abilities::default()
            },
            key: None,
            checked: None,
        }
    }

    #[tokio::test]
    async fn who_is_able_to_speak_and_has_no_voice_is_read_aloud_and_the_reader_is_told_of() {
        let mut chosen = Chosen::default();
        *chosen.at_mut(Role::Partner, ModelPlace::First) = Some(player("partner.invalid", true));
        *chosen.at_mut(Role::Speaker, ModelPlace::First) = Some(player("voice.invalid", true));
        let mut casting = Casting {
            exchanged: Exchanged::over(&Net::new(NetOptions::default()), &chosen),
            stand_ins: StandIns::default(),
            chosen,
            keys: Keys::OfNobody,
            wanted: WantedVoice::of_anybody(Language::English),
            aloud: true,
            voice: Arc::new(FakeVoice::new()),
        };
        let hosts = async |casting: &Casting<'_>| casting.cast().await.unwrap().hosts;
        assert_eq!(hosts(&casting).await, ["partner.invalid", "voice.invalid"]);
        casting.aloud = false;
        assert_eq!(hosts(&casting).await, ["partner.invalid"]);
        casting.aloud = true;
        let partner = casting.chosen.at_mut(Role::Partner, ModelPlace::First);
        partner.as_mut().unwrap().voice = Some("a voice".to_owned());
        let read = hosts(&casting).await;
        assert_eq!(read, ["partner.invalid", "voice.invalid"], "the author's opening");
        *casting.chosen.at_mut(Role::Speaker, ModelPlace::First) = None;
        assert_eq!(hosts(&casting).await, ["partner.invalid"]);
        assert_eq!(casting.cast().await.unwrap().partner.kind(), PartnerKind::Model);
    }
}
