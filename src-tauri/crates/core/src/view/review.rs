//! Review of one session.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::ErrorView;
use crate::view::{CostView, EndCard, ExchangeView, LineView, SyncMark, TranscribedTurn};
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
    /// What it would take to have the words of its turns written down; nothing where none are missing or others see to it.
    pub words: Option<WordsView>,
}

/// The words of a session that is over: which are missing, who would hear the turns for them, and how far that is.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct WordsView {
    /// How many turns of the trainee wait for their words and can be heard.
    pub waiting: u32,
    /// Who would hear them, the one that is asked first in front.
    pub hosts: Vec<WordsHost>,
    /// Why nobody can be asked as it is.
    pub hindrance: Option<ErrorView>,
    /// How far it is; nothing while nobody writes.
    pub now: Option<WordsNow>,
    /// Why it ended before its time, the last time.
    pub stopped: Option<ErrorView>,
    /// The turns that it left without words, the last time.
    pub left: Vec<TranscribedTurn>,
}

/// Somebody who would hear recordings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WordsHost {
    /// Where.
    pub host: String,
    /// It is this computer.
    pub on_this_computer: bool,
}

/// How far the writing down of a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WordsNow {
    /// Number of the turn under way in the session; `None` until the first one begins.
    pub sequence: Option<u32>,
    /// How many are done.
    pub done: u32,
    /// Of how many.
    pub of: u32,
}
