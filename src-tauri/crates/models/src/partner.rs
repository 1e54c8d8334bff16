//! The role of a partner and what goes in and out of it. The brief is its own type so that what a partner must not
//! know, the objective and the end criteria, has no place in which it could travel.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use rehearse_domain::{Language, PartnerKind, Persona, Scenario, Script, Speaker};

use crate::{Abilities, ModelError, Usage};

/// Sample rate of [`ReplyPart::Pcm`] in hertz.
pub const PCM_SAMPLE_RATE: u32 = 24_000;

/// A reply while it is being spoken. Ends with [`ReplyPart::Done`] or with an error, and after neither goes on.
pub type ReplyStream = BoxStream<'static, Result<ReplyPart, ModelError>>;

/// Everything a partner knows about the scenario it plays in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerBrief {
    /// Who the partner is.
    pub persona: Persona,
    /// Temper, what moves, what hardens, what is hidden.
    pub brief: String,
    /// The language to speak.
    pub language: Language,
    /// The lines of the embedded partner.
    pub script: Option<Script>,
}

impl From<&Scenario> for PartnerBrief {
    /// Takes only the partner's side of the scenario.
    fn from(scenario: &Scenario) -> Self {
        Self {
            persona: scenario.partner.clone(),
            brief: scenario.prompt.clone(),
            language: scenario.language,
            script: scenario.script.clone(),
        }
    }
}

/// A turn that was already spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryTurn {
    /// Who spoke.
    pub speaker: Speaker,
    /// The words; `None` when nobody has written them down.
    pub text: Option<String>,
}

/// The sound of a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnSound {
    /// An MP3 file.
    pub mp3: Bytes,
    /// Its length.
    pub duration: Duration,
}

/// What a partner is asked to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerRequest {
    /// The partner's side of the scenario.
    pub scenario: Arc<PartnerBrief>,
    /// The dialogue so far, oldest first; in a take two it begins with the turns of the older session.
    pub history: Vec<HistoryTurn>,
    /// The sound of the last turn of the history, for a partner that [hears](Partner::hears): what the trainee just
    /// said. `None` when that was typed, or nobody has spoken yet.
    pub sound: Option<TurnSound>,
    /// The number that the reply will have in its session, from 0.
    pub sequence: u32,
    /// How many runs of this scenario came before, so that a repeated practice does not sound the same.
    pub variation: u32,
}

/// Whether the partner has more to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyEnd {
    /// It waits for the trainee.
    Continues,
    /// It has said its last line; the trainee may end here.
    SaidEverything,
}

/// A piece of a reply.
#[derive(Clone, Debug, PartialEq)]
pub enum ReplyPart {
    /// Who gives this reply, before anything else of it. Comes from a [`Chain`](crate::Chain) only, for only there it
    /// can be somebody else than [`Partner::kind`] and [`Partner::model`] say.
    From {
        /// Which partner.
        kind: PartnerKind,
        /// Name of the model; `None` for the embedded partner.
        model: Option<String>,
    },
    /// Words, to be appended to those before.
    Text(String),
    /// Sound: mono samples between -1 and 1 at [`PCM_SAMPLE_RATE`], to be appended to those before.
    Pcm(Vec<f32>),
    /// What the reply cost; may come more than once, to be added up.
    Used(Usage),
    /// The reply is whole. Nothing follows.
    Done(ReplyEnd),
}

/// Somebody who answers the trainee.
#[async_trait]
pub trait Partner: Send + Sync {
    /// Which partner this is, as it is recorded with the session.
    fn kind(&self) -> PartnerKind;

    /// Name of the model; `None` for the embedded partner.
    fn model(&self) -> Option<&str>;

    /// Hosts that are told of the dialogue, as they stand in their addresses; empty when it stays on this computer's
    /// own program.
    fn hosts(&self) -> Vec<String>;

    /// Whether it understands [`PartnerRequest::sound`]. One that does not needs the words of every turn.
    fn hears(&self) -> bool;

    /// Whether its replies come with sound.
    fn speaks(&self) -> bool;

    /// Begins a reply. Dropping the stream takes the request back.
    ///
    /// # Errors
    /// When no reply can begin; what goes wrong later comes as the last item of the stream.
    async fn reply(&self, request: PartnerRequest) -> Result<ReplyStream, ModelError>;

    /// What it was found to be able to do while it was asked, where a host refused something that it can do without.
    /// `None` for one that learns nothing.
    fn learned(&self) -> Option<Abilities> {
        None
    }

    /// The words that are certain to come for `request`, so that a voice can render them ahead of time. `None`
    /// when only [`reply`](Self::reply) can tell.
    fn foresee(&self, request: &PartnerRequest) -> Option<String>;
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rehearse_domain::{Opener, Publication, RecordStatus, ScenarioId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn nothing_of_the_goal_reaches_the_brief() {
        let somebody = |name: &str| Persona {
            name: name.into(),
            role: "role".into(),
            background: String::new(),
            voice: None,
        };
        let scenario = Scenario {
            id: ScenarioId::from(Uuid::nil()),
            slug: "ask".parse().unwrap(),
            family: "ask".parse().unwrap(),
            language: Language::English,
            revision: 1,
            category: "work".parse().unwrap(),
            title: "GOAL".into(),
            summary: "GOAL".into(),
            description: "GOAL".into(),
            heavy: None,
            objective: "GOAL".into(),
            end_criteria: vec!["GOAL".into()],
            skills: vec!["GOAL".to_lowercase().parse().unwrap()],
            partner: somebody("Dana"),
            trainee: somebody("GOAL"),
            prompt: "Warm and evasive.".into(),
            opener: Opener::Partner,
            idle_limit: Duration::from_secs(40),
            duration_limit: Duration::from_secs(300),
            script: None,
            publication: Publication::Published,
            record_status: RecordStatus::Active,
        };
        let brief = PartnerBrief::from(&scenario);
        assert_eq!(
            (brief.persona.name.as_str(), brief.brief.as_str()),
            ("Dana", "Warm and evasive.")
        );
        assert!(!format!("{brief:?}").contains("GOAL"));
    }
}
