//! One run of one scenario.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Language, Limits, Scenario, SessionId, Skill, Timestamp, TurnId};

/// Where a session is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// Prepared; the first turn is not there yet.
    Pending,
    /// Running.
    Active,
    /// Over, for exactly one reason.
    Ended,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The trainee ended it.
    Manual,
    /// The trainee stayed silent past the idle limit.
    Idle,
    /// The time was up.
    Duration,
    /// The checker found the objective reached.
    ObjectiveMet,
    /// The checker found that it can no longer be reached.
    ObjectiveFailed,
    /// The app was closed or died; found at the next start.
    ClientClosed,
    /// The user ended it while it was paused because the partner could not answer.
    QaError,
    /// The user ended it while it was paused because of the sound.
    MediaError,
}

/// Whether the objective was reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ObjectiveStatus {
    /// Nobody judged it.
    #[default]
    Unknown,
    /// Reached.
    Succeeded,
    /// Not reached.
    Failed,
}

/// The objective's status with the checker's reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// Whether it was reached.
    pub status: ObjectiveStatus,
    /// Why, in the checker's words.
    pub reason: Option<String>,
}

/// Who answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PartnerKind {
    /// The embedded partner: follows a script and does not listen.
    #[default]
    Scripted,
    /// A model: listens, and finds its own words.
    Model,
}

/// The session and turn that a take two starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeTwo {
    /// The older session, which stays untouched.
    pub session: SessionId,
    /// The trainee turn that is practised again.
    pub turn: TurnId,
}

/// The scenario and rubric as they were when the session began, so that an old result keeps its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The scenario.
    pub scenario: Scenario,
    /// Its skills, in the scenario's order.
    pub skills: Vec<Skill>,
}

/// One run of one scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Identity.
    pub id: SessionId,
    /// What it ran with.
    pub snapshot: Snapshot,
    /// The language it was practised in.
    pub language: Language,
    /// Who answered.
    pub partner: PartnerKind,
    /// The limits in force.
    pub limits: Limits,
    /// Where it is in its life.
    pub status: SessionStatus,
    /// When it was prepared.
    pub created_at: Timestamp,
    /// When the first turn was there.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Time that counted, pauses left out.
    pub active: Duration,
    /// The objective.
    pub objective: Objective,
    /// Why it ended; set exactly when it has ended.
    pub end_reason: Option<EndReason>,
    /// What it is a take two of.
    pub parent: Option<TakeTwo>,
}
