//! Everything a screen needs to draw a session at one moment.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Phase;

/// A session at one moment. Derived from the dialog, never kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What is going on.
    pub phase: Phase,
    /// Number of the turn that will be committed next.
    pub sequence: u32,
    /// Number of the partner's last turn; in a take two it may belong to the history.
    pub last_partner_turn: Option<u32>,
    /// Words of the partner's last turn, where they are known.
    pub caption: Option<String>,
    /// The partner's last turn was a closing line: time to offer the end.
    pub partner_has_said_everything: bool,
    /// Time that counted, pauses left out.
    pub elapsed: Duration,
    /// Time until the session ends as `duration`; `None` without a limit.
    pub duration_left: Option<Duration>,
    /// Silence until the session ends as `idle`; `None` without a limit or when it is not the trainee's turn.
    pub idle_left: Option<Duration>,
    /// The silence is being counted at this moment.
    pub idle_running: bool,
    /// More than half of the silence is used up.
    pub idle_half_gone: bool,
    /// Length of the take that is being recorded (by the clock) or reviewed (by its samples).
    pub take_length: Option<Duration>,
    /// Time until the take that is being recorded stops by itself.
    pub take_left: Option<Duration>,
    /// Time in which [`UndoCancel`](crate::Action::UndoCancel) can still bring a take back.
    pub undo_left: Option<Duration>,
    /// How long the partner has been working on the answer.
    pub working_for: Option<Duration>,
    /// The answer takes longer than 3 s: say what is happening.
    pub working_late: bool,
    /// The answer takes longer than it may: offer to ask again, to switch partner, or to end.
    pub working_over_budget: bool,
    /// What the trainee can do.
    pub can: Allowed,
}

/// What the trainee can do at one moment; the names are those of [`Action`](crate::Action).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[allow(
    missing_docs,
    reason = "each field says whether the action of the same name is allowed"
)]
pub struct Allowed {
    pub press: bool,
    pub release: bool,
    pub toggle_talk: bool,
    pub lock: bool,
    pub cancel: bool,
    pub undo_cancel: bool,
    pub send: bool,
    pub retake: bool,
    #[serde(rename = "type")]
    pub type_: bool,
    pub think: bool,
    pub interrupt: bool,
    pub again: bool,
    pub slower: bool,
    pub pause: bool,
    pub resume: bool,
    pub retry: bool,
    pub switch_partner: bool,
    pub carry_on: bool,
    pub end: bool,
}
