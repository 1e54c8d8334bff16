//! What a dialog has to be told before it can begin.

use rehearse_domain::{Limits, Opener, SessionId, Speaker};

use crate::TalkMode;

/// How one session runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The session this dialog decides for.
    pub session: SessionId,
    /// Who speaks first, unless a history already says whose turn it is.
    pub opener: Opener,
    /// The limits in force, already stretched by the user's factor.
    pub limits: Limits,
    /// How the trainee talks.
    pub talk: TalkOptions,
    /// Number of the first turn of this run: 0, or the number of the turn that a take two starts from.
    pub first_sequence: u32,
    /// Who spoke last in the history of a take two; `None` when there is no history.
    pub history_ends_with: Option<Speaker>,
}

/// How the trainee talks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TalkOptions {
    /// A take waits in [`Phase::Reviewing`](crate::Phase::Reviewing) until it is sent or recorded again.
    pub review_before_sending: bool,
    /// What begins and ends a turn.
    pub mode: TalkMode,
}
