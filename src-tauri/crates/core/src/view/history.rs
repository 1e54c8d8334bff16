//! History.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::SyncMark;

use rehearse_domain::{EndReason, Language, ObjectiveStatus, SessionId, SessionStatus, Slug, Timestamp};

/// What the history is narrowed to; empty fields narrow nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Type)]
pub struct HistoryQuery {
    /// Words to find in titles, goals and what was said.
    pub search: Option<String>,
    /// A family of scenarios.
    pub family: Option<Slug>,
    /// A category.
    pub category: Option<Slug>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Practice language.
    pub language: Option<Language>,
    /// Leave out sessions in which the trainee took no turn.
    #[serde(default)]
    pub only_with_turns: bool,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// Where the page begins: `next` of the page before it.
    pub after: Option<String>,
    /// Rows on a page, 1 to 100; 20 when not given.
    pub limit: Option<u32>,
}

/// One session in the history.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct HistoryRow {
    /// The session.
    pub session: SessionId,
    /// The scenario's name.
    pub slug: Slug,
    /// Title as it was.
    pub title: String,
    /// Category key.
    pub category: Slug,
    /// Practice language.
    pub language: Language,
    /// When it was prepared.
    pub created_at: Timestamp,
    /// How long it was, in milliseconds: time that counted, or the length of all sound where turns came faster than
    /// they sound.
    pub active_ms: u32,
    /// Where it is in its life.
    pub status: SessionStatus,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Whether the objective was reached.
    pub objective: ObjectiveStatus,
    /// Turns of the trainee.
    pub trainee_turns: u32,
    /// Turns in all.
    pub turns: u32,
    /// It is a take two.
    pub take_two: bool,
    /// In a search: where the words stand when the title does not have them.
    pub found: Option<FoundView>,
    /// Whether the user's own server has it; nothing while nobody is signed in.
    pub sync: Option<SyncMark>,
}

/// Where searched words stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FoundView {
    /// In what.
    pub place: FoundIn,
    /// The text around them, shortened.
    pub text: String,
}

/// What a search looks into besides titles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FoundIn {
    /// The goal.
    Goal,
    /// A line of the partner.
    Partner,
    /// Words of the trainee.
    Trainee,
}

/// A page of the history, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct HistoryPage {
    /// The rows.
    pub rows: Vec<HistoryRow>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
    /// Sessions that fit, on all pages.
    pub total: u32,
    /// Sessions that would fit too, but have no turn of the trainee and were to be left out.
    pub left_out: u32,
}

/// What a deletion takes away. It can be undone until `undo_until`.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct DeleteReceipt {
    /// Sessions.
    pub sessions: Vec<SessionId>,
    /// Turns.
    pub turns: u32,
    /// Sound, in bytes.
    pub audio_bytes: f64,
    /// Until when.
    pub undo_until: Timestamp,
}
