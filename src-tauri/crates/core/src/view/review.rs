//! Review of one session.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::{CostView, EndCard, ExchangeView, LineView, SyncMark};
use rehearse_domain::{Language, PartnerKind, SessionId, SessionStatus, TimeFactor, Timestamp};

/// One turn with where it lies in the session.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct ReviewTurn {
    /// The turn.
    pub line: LineView,
    /// When it began, in milliseconds after the first turn; where turns came faster than they sound, where its sound
    /// begins in that of all.
    pub offset_ms: u32,
    /// From the trainee's end mark to the answer, in milliseconds.
    pub latency_ms: Option<u32>,
    /// The file is missing on disk.
    pub audio_missing: bool,
}

/// A session to look at and listen to.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct ReviewView {
    /// The session.
    pub session: SessionId,
    /// Title of the scenario as it was.
    pub title: String,
    /// Name of the other person.
    pub partner_name: String,
    /// Practice language.
    pub language: Language,
    /// Who answered.
    pub partner: PartnerKind,
    /// What went to models and came from them, by purpose and host; empty when everything stayed in the app.
    pub exchanges: Vec<ExchangeView>,
    /// What that has cost, as an estimate; `None` unless it is known of everything that left this computer.
    pub cost: Option<CostView>,
    /// When it was prepared.
    pub created_at: Timestamp,
    /// Where it is in its life.
    pub status: SessionStatus,
    /// How it ended.
    pub end: Option<EndCard>,
    /// The turns in order.
    pub turns: Vec<ReviewTurn>,
    /// The scenario still exists under this name, for "again".
    pub again: Option<rehearse_domain::Slug>,
    /// The factor on the time limits that it ran with, for "again".
    pub factor: TimeFactor,
    /// What it is a take two of.
    pub parent: Option<SessionId>,
    /// Whether the user's own server has it; nothing while nobody is signed in.
    pub sync: Option<SyncMark>,
}
