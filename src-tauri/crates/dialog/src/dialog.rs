//! The machine itself.

use std::time::Duration;

use rehearse_domain::{Moment, SessionId};

use crate::{Effect, Event, Setup, Snapshot};

/// One session, deciding.
#[derive(Clone, Debug)]
pub struct Dialog {
    setup: Setup,
}

impl Dialog {
    /// A dialog at its very beginning, and what is to be done first.
    pub fn new(setup: Setup, _now: Moment) -> (Self, Vec<Effect>) {
        (Self { setup }, Vec::new())
    }

    /// The session this dialog decides for.
    pub fn session(&self) -> SessionId {
        self.setup.session
    }

    /// Takes note of what happened at `now` and says what is to be done.
    pub fn handle(&mut self, _event: Event, _now: Moment) -> Vec<Effect> {
        Vec::new()
    }

    /// The uptime at which [`handle`](Self::handle) wants to be called even if nothing happens before.
    pub fn next_deadline(&self) -> Option<Duration> {
        None
    }

    /// What a screen shows at `now`.
    pub fn snapshot(&self, _now: Moment) -> Snapshot {
        Snapshot {
            phase: crate::Phase::Opening,
            sequence: 0,
            last_partner_turn: None,
            caption: None,
            partner_has_said_everything: false,
            elapsed: Duration::ZERO,
            duration_left: None,
            idle_left: None,
            idle_running: false,
            idle_half_gone: false,
            take_length: None,
            take_left: None,
            undo_left: None,
            working_for: None,
            working_late: false,
            working_over_budget: false,
            can: crate::Allowed::default(),
        }
    }
}
