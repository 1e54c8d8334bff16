//! The cast of one practice: who answers, who writes down and who judges, built from what was chosen.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use rehearse_devices::{Voice, VoiceRequest};
use rehearse_domain::Language;
use rehearse_models::presets::Role;
use rehearse_models::{
    Access, ChatEvaluator, Evaluator, ModelError, Partner, PcmStream, Speaker, SpokenLine, Transcriber,
    VoicedPartner,
};
use rehearse_net::{Net, names_this_computer};

use super::chosen::{Chosen, Player};
use super::faults::of_address;
use crate::error::ErrorView;
use crate::house::House;

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
    all.extend(evaluator.and_then(Evaluator::host).map(str::to_owned));
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
    pub(super) net: Net,
    pub(super) chosen: Chosen,
    pub(super) keys: Keys<'house>,
    pub(super) language: Language,
    /// The partner is heard.
    pub(super) aloud: bool,
    /// The system's voice, for a partner that has none and where nobody else lends one.
    pub(super) voice: Arc<dyn Voice>,
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
        })
    }

    async fn partner(&self) -> Result<Option<Arc<dyn Partner>>, ErrorView> {
        let Some((player, access)) = self.player(Role::Partner).await? else {
            return Ok(None);
        };
        let mut abilities = player.abilities.clone();
        abilities.speaks &= self.aloud;
        let voice = self.voice_of(player).filter(|_| abilities.speaks);
        let (preset, net) = (player.preset(), self.net.clone());
        let partner = preset.partner(net, access, &player.model, voice.as_deref(), abilities);
        if !self.aloud || partner.speaks() {
            return Ok(Some(partner));
        }
        let system = || Arc::new(SystemSpeaker(Arc::clone(&self.voice)));
        let speaker = self.speaker().await?.unwrap_or_else(|| system());
        Ok(Some(Arc::new(VoicedPartner {
            inner: partner,
            speaker,
        })))
    }

    pub(super) async fn transcriber(&self) -> Result<Option<Arc<dyn Transcriber>>, ErrorView> {
        let Some((player, access)) = self.player(Role::Transcriber).await? else {
            return Ok(None);
        };
        let (preset, abilities) = (player.preset(), player.abilities.clone());
        let transcriber = preset.transcriber(self.net.clone(), access, &player.model, abilities);
        Ok(Some(transcriber))
    }

    async fn evaluator(&self) -> Result<Option<Arc<dyn Evaluator>>, ErrorView> {
        let Some((player, access)) = self.player(Role::Evaluator).await? else {
            return Ok(None);
        };
        let abilities = player.abilities.clone();
        let evaluator = ChatEvaluator::new(self.net.clone(), access, &player.model, abilities);
        Ok(Some(Arc::new(evaluator)))
    }

    async fn speaker(&self) -> Result<Option<Arc<dyn Speaker>>, ErrorView> {
        let Some((player, access)) = self.player(Role::Speaker).await? else {
            return Ok(None);
        };
        let voice = self.voice_of(player).unwrap_or_default();
        let preset = player.preset();
        Ok(Some(preset.speaker(
            self.net.clone(),
            access,
            &player.model,
            &voice,
        )))
    }

    /// Who plays a role, and how the door there opens.
    async fn player(&self, role: Role) -> Result<Option<(&Player, Access)>, ErrorView> {
        let Some(player) = self.chosen.of(role) else {
            return Ok(None);
        };
        let key = match self.keys {
            Keys::OfTheCast(house) => {
                self.chosen.agreed(&player.address().map_err(of_address)?)?;
                house.model_key(player).await?
            }
            Keys::OfNobody => None,
        };
        let access = player.access(key).map_err(of_address)?;
        Ok(Some((player, access)))
    }

    fn voice_of(&self, player: &Player) -> Option<String> {
        let first = || player.preset().voice_for(&player.model, self.language);
        player.voice.clone().or_else(|| first().map(str::to_owned))
    }
}

/// The system's voice as one who reads aloud.
struct SystemSpeaker(Arc<dyn Voice>);

#[async_trait]
impl Speaker for SystemSpeaker {
    fn model(&self) -> &str {
        "system"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn speak(&self, line: SpokenLine) -> Result<PcmStream, ModelError> {
        let voice = Arc::clone(&self.0);
        let request = VoiceRequest {
            text: line.text,
            language: line.language,
            rate: 1.0,
            voice: None,
        };
        let rendered = tokio::task::spawn_blocking(move || voice.render(&request)).await;
        match rendered {
            Ok(Ok(pcm)) => Ok(stream::iter([Ok(pcm)]).boxed()),
            Ok(Err(error)) => Err(ModelError::Malformed(Some(error.into()))),
            Err(error) => Err(ModelError::Malformed(Some(error.into()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use rehearse_domain::PartnerKind;
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
        *chosen.of_mut(Role::Partner) = Some(player("partner.invalid", true));
        *chosen.of_mut(Role::Speaker) = Some(player("voice.invalid", true));
        let mut casting = Casting {
            net: Net::new(NetOptions::default()),
            chosen,
            keys: Keys::OfNobody,
            language: Language::English,
            aloud: true,
            voice: Arc::new(FakeVoice::new()),
        };
        let hosts = async |casting: &Casting<'_>| casting.cast().await.unwrap().hosts;
        assert_eq!(hosts(&casting).await, ["partner.invalid", "voice.invalid"]);
        casting.aloud = false;
        assert_eq!(hosts(&casting).await, ["partner.invalid"]);
        casting.aloud = true;
        let partner = casting.chosen.of_mut(Role::Partner);
        partner.as_mut().unwrap().voice = Some("a voice".to_owned());
        assert_eq!(hosts(&casting).await, ["partner.invalid"]);
        assert_eq!(casting.cast().await.unwrap().partner.kind(), PartnerKind::Model);
    }
}
