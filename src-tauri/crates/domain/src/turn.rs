//! One speaker's utterance in a session.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Clip, SessionId, Timestamp, TurnId};

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The partner (`ai` on the wire).
    #[serde(rename = "ai")]
    Partner,
    /// The trainee.
    Trainee,
}

/// How far a turn's words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TranscriptStatus {
    /// Recorded, not written down yet.
    Pending,
    /// Written down, or known from the start.
    Completed,
    /// Could not be written down after all retries.
    Failed,
    /// There is nothing to write down.
    NotApplicable,
}

/// One utterance, numbered from 0 within its session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Identity.
    pub id: TurnId,
    /// The session it belongs to.
    pub session: SessionId,
    /// Place in the session, from 0, unique.
    pub sequence: u32,
    /// Who speaks.
    pub speaker: Speaker,
    /// The sound; none for a typed turn or a partner without a voice.
    pub clip: Option<Clip>,
    /// The words, where they are known.
    pub transcript: Option<String>,
    /// How far the words are.
    pub transcript_status: TranscriptStatus,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// For a partner's turn: from the trainee's end mark to the answer being there.
    pub latency: Option<Duration>,
}
