//! What people write themselves: scenarios and skills. What is built in is not among them; it lives with the program.

use rehearse_domain::{Language, RecordStatus, Scenario, ScenarioId, Skill, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::StoreError;

/// What an authored record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthoredKind {
    /// A scenario.
    Scenario,
    /// A skill.
    Skill,
}

/// A scenario or a skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthoredRecord {
    /// A scenario.
    Scenario(Box<Scenario>),
    /// A skill.
    Skill(Box<Skill>),
}

/// An authored record as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authored<R> {
    /// The record.
    pub record: R,
    /// When it was changed last, here or elsewhere.
    pub changed_at: Timestamp,
    /// Whether the remote has another version, so that the user has to choose: see [`crate::Store::conflicts`].
    pub in_conflict: bool,
    /// Changes of it that wait to be told to the remote.
    pub waiting: u32,
    /// Changes of it that need the user.
    pub stuck: u32,
}

/// An edit of something that was changed meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// What was to be kept.
    pub yours: AuthoredRecord,
    /// What stands.
    pub theirs: AuthoredRecord,
}

/// A record that was changed here and on the remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// As it is here.
    pub ours: AuthoredRecord,
    /// As it is on the remote.
    pub theirs: AuthoredRecord,
    /// When ours was changed last.
    pub changed_at: Timestamp,
}

/// Which of two versions stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// What is here; the remote is told.
    Ours,
    /// What the remote has.
    Theirs,
}

/// A scenario that uses a skill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedBy {
    /// Which.
    pub id: ScenarioId,
    /// Its title.
    pub title: String,
}

impl AuthoredRecord {
    /// Our id of the record.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Scenario(scenario) => scenario.id.into(),
            Self::Skill(skill) => skill.id.into(),
        }
    }

    /// What it is.
    pub const fn kind(&self) -> AuthoredKind {
        match self {
            Self::Scenario(_) => AuthoredKind::Scenario,
            Self::Skill(_) => AuthoredKind::Skill,
        }
    }

    /// The language it is written in.
    pub const fn language(&self) -> Language {
        match self {
            Self::Scenario(scenario) => scenario.language,
            Self::Skill(skill) => skill.language,
        }
    }

    /// How often it was changed.
    pub const fn revision(&self) -> u32 {
        match self {
            Self::Scenario(scenario) => scenario.revision,
            Self::Skill(skill) => skill.revision,
        }
    }

    /// Whether it is there or was deleted.
    pub const fn record_status(&self) -> RecordStatus {
        match self {
            Self::Scenario(scenario) => scenario.record_status,
            Self::Skill(skill) => skill.record_status,
        }
    }

    /// The same with another number of changes.
    #[must_use]
    pub fn with_revision(mut self, revision: u32) -> Self {
        match &mut self {
            Self::Scenario(scenario) => scenario.revision = revision,
            Self::Skill(skill) => skill.revision = revision,
        }
        self
    }

    /// The same, there or deleted.
    #[must_use]
    pub fn with_status(mut self, status: RecordStatus) -> Self {
        match &mut self {
            Self::Scenario(scenario) => scenario.record_status = status,
            Self::Skill(skill) => skill.record_status = status,
        }
        self
    }

    /// What no other active record of its kind and language may be called: a title, or the name that scenarios know a
    /// skill by.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Scenario(scenario) => scenario.title.trim(),
            Self::Skill(skill) => skill.slug.as_str(),
        }
    }

    /// Whether both say the same, however often they were changed and whatever voices they hint at.
    pub(crate) fn says_the_same_as(&self, other: &Self) -> bool {
        self.without_hints().with_revision(0) == other.without_hints().with_revision(0)
    }

    /// The same with the other one's hints at voices where it has none of its own: what was written where nobody knew of
    /// hints takes none away.
    #[must_use]
    pub(crate) fn with_hints_of(mut self, other: &Self) -> Self {
        if let (Self::Scenario(scenario), Self::Scenario(other)) = (&mut self, other) {
            scenario.partner = scenario.partner.clone().with_hint_of(&other.partner);
            scenario.trainee = scenario.trainee.clone().with_hint_of(&other.trainee);
        }
        self
    }

    /// What versions are compared by. A hint at a voice travels with a scenario and makes no version of it: rows and
    /// databases of earlier versions have none, which is neither an edit nor a conflict.
    #[must_use]
    pub fn without_hints(&self) -> Self {
        let mut record = self.clone();
        if let Self::Scenario(scenario) = &mut record {
            (scenario.partner.voice, scenario.trainee.voice) = (None, None);
        }
        record
    }

    /// What it says, for a column.
    pub(crate) fn json(&self) -> Result<String, StoreError> {
        Ok(match self {
            Self::Scenario(scenario) => serde_json::to_string(scenario),
            Self::Skill(skill) => serde_json::to_string(skill),
        }?)
    }

    pub(crate) fn from_json(kind: AuthoredKind, json: &str) -> Result<Self, StoreError> {
        Ok(match kind {
            AuthoredKind::Scenario => Self::Scenario(serde_json::from_str(json)?),
            AuthoredKind::Skill => Self::Skill(serde_json::from_str(json)?),
        })
    }

    /// A number by which this version of the record is known again: two versions share one with the chance of 2^-64.
    /// Without hints it is what earlier versions have noted.
    pub(crate) fn tag(&self) -> Result<i64, StoreError> {
        Ok(tag(&self.without_hints().json()?))
    }
}

/// The first eight bytes of a text's SHA-256.
pub(crate) fn tag(text: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let [first, second, third, fourth, fifth, sixth, seventh, eighth, ..] = digest;
    i64::from_be_bytes([first, second, third, fourth, fifth, sixth, seventh, eighth])
}
