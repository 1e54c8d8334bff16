//! Catalogue and Brief.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::CostView;
use crate::settings::TalkMode;
use rehearse_domain::{
    Gap, Language, ObjectiveStatus, Opener, PartnerKind, SessionId, Slug, TimeFactor, Timestamp,
};

/// What the catalogue is narrowed to; empty fields narrow nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Type)]
pub struct CatalogueQuery {
    /// Words to find in titles, summaries and objectives.
    pub search: Option<String>,
    /// Category key.
    pub category: Option<Slug>,
    /// Skill slug.
    pub skill: Option<Slug>,
    /// Practice language.
    pub language: Option<Language>,
    /// Longest duration limit, in minutes.
    pub minutes: Option<u32>,
}

/// A scenario in the catalogue.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct ScenarioCard {
    /// Its name.
    pub slug: Slug,
    /// The family it belongs to.
    pub family: Slug,
    /// Practice language.
    pub language: Language,
    /// Category key; its name is in the message catalogue as `category.<key>`.
    pub category: Slug,
    /// Title.
    pub title: String,
    /// One line.
    pub summary: String,
    /// The duration limit, rounded up to minutes.
    pub minutes: u32,
    /// Names of its skills.
    pub skills: Vec<SkillName>,
    /// Whether it opens with a note on a heavy subject.
    pub heavy: bool,
    /// Whether somebody wrote it, here or elsewhere; the others are built in.
    pub authored: bool,
    /// Whether it is still being written, so that it cannot be started.
    pub draft: bool,
    /// Times it was practised, in either language.
    pub runs: u32,
    /// The last run.
    pub last_run: Option<LastRun>,
}

/// A skill by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SkillName {
    /// Its slug.
    pub slug: Slug,
    /// Its name in the language asked for.
    pub name: String,
}

/// The last run of a scenario.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct LastRun {
    /// The session.
    pub session: SessionId,
    /// When it was prepared.
    pub at: Timestamp,
    /// Whether the objective was reached.
    pub objective: ObjectiveStatus,
}

/// The catalogue.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct CatalogueView {
    /// What fits the query.
    pub cards: Vec<ScenarioCard>,
    /// Every category there is.
    pub categories: Vec<Slug>,
    /// Every skill there is.
    pub skills: Vec<SkillName>,
    /// Files that could not be read and were skipped.
    pub damaged: Vec<String>,
}

/// A persona.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PersonaView {
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
    /// Background that both sides know.
    pub background: String,
}

/// One sign that the objective has been reached.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct CriterionView {
    /// The sign.
    pub text: String,
}

/// A skill with its rubric.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct SkillView {
    /// Its slug.
    pub slug: Slug,
    /// Name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What is seen at ratings 1 to 5.
    pub anchors: Vec<String>,
    /// Yes/no questions.
    pub checks: Vec<String>,
    /// A line that shows it.
    pub good: String,
    /// A line that misses it.
    pub poor: String,
}

/// The settings of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RunOptions {
    /// Who speaks first.
    pub opener: Opener,
    /// Factor on both time limits.
    pub factor: TimeFactor,
    /// What begins and ends a turn of the trainee.
    pub talk_mode: TalkMode,
    /// Whether a take may be listened to before it is sent.
    pub review_before_sending: bool,
    /// Whether the partner is heard, not only read.
    pub partner_voice: bool,
    /// Who answers.
    pub partner: PartnerKind,
    /// The session and turn this is a take two of.
    pub take_two: Option<TakeTwoOf>,
}

/// Somebody who can answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PartnerChoice {
    /// Which one.
    pub kind: PartnerKind,
    /// The model; `None` for the embedded partner.
    pub model: Option<String>,
    /// Whether it can be heard: in a voice of its own, in that of somebody who reads aloud, or in the system's.
    pub heard: bool,
    /// Hosts beyond this computer that would hear or read the trainee; empty: everything stays on this computer.
    pub voice_goes_to: Vec<String>,
    /// Hosts that read the dialogue besides these when the partner is heard, because they lend it their voice.
    pub read_aloud_by: Vec<String>,
    /// Those of all these hosts to which nothing goes while everybody who was chosen first answers.
    pub only_if_others_fail: Vec<String>,
    /// Hosts beyond this computer that hear or read what was said once the practice is over, for the feedback that comes
    /// by itself.
    pub feedback_by: Vec<String>,
    /// Hosts of the chosen models that are reached without encryption, as was agreed to; some may not take part. With the
    /// embedded partner, those of them that get something for feedback.
    pub unencrypted: Vec<String>,
    /// Somebody writes down what the trainee says.
    pub written_down: bool,
    /// Somebody looks whether the objective is reached.
    pub checked: bool,
    /// It understands nothing of what is spoken, because it does not hear and nobody writes down.
    pub needs_typing: bool,
    /// It hears, and the one that goes on when it fails does not, while nobody writes down.
    pub substitute_needs_words: bool,
    /// What a practice that takes its whole time is likely to cost, with everybody who takes part; `None` where that is
    /// not known, and for the embedded partner.
    pub cost: Option<CostView>,
}

/// Where a take two starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TakeTwoOf {
    /// The older session.
    pub session: SessionId,
    /// The sequence of the trainee turn that is practised again.
    pub sequence: u32,
}

/// The Brief.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct BriefView {
    /// The scenario's card.
    pub card: ScenarioCard,
    /// The same scenario in the other language.
    pub other_language: Option<Slug>,
    /// The story, Markdown.
    pub description: String,
    /// The note on a heavy subject.
    pub heavy: Option<String>,
    /// What to reach.
    pub objective: String,
    /// How one can see that it was reached.
    pub criteria: Vec<CriterionView>,
    /// The other person.
    pub partner: PersonaView,
    /// You.
    pub trainee: PersonaView,
    /// Skills in order, with rubric.
    pub skills: Vec<SkillView>,
    /// Idle limit in seconds, before the factor.
    pub idle_limit_s: u32,
    /// Duration limit in seconds, before the factor.
    pub duration_limit_s: u32,
    /// What a run starts with unless changed.
    pub options: RunOptions,
    /// Who can answer, the embedded partner first.
    pub partners: Vec<PartnerChoice>,
    /// What keeps it from being started.
    pub missing: Vec<Gap>,
    /// Whether the partner on this computer has no lines for it, so that only a model can play them.
    pub needs_model: bool,
}
