//! The trainee's turn: talking, thinking, writing, throwing away and having back.

use std::time::Duration;

use rehearse_domain::{Moment, Speaker, Timestamp};

use crate::stage::{Fate, Stage};
use crate::take::{Recorded, SetAside};
use crate::{Dialog, TurnDraft, TurnSource};

/// What "I'm thinking" adds to the silence that is allowed, and how long a pause in a take may then be.
pub(crate) const THINKING: Duration = Duration::from_secs(20);
/// How long a take that was thrown away can be had back.
const UNDO: Duration = Duration::from_secs(10);

impl Dialog {
    pub(crate) fn press(&mut self, at: Moment) {
        match self.stage {
            Stage::Capturing(_) => self.let_go(at),
            _ => self.start_talking(false, at),
        }
    }

    pub(crate) fn toggle_talk(&mut self, at: Moment) {
        match self.stage {
            Stage::Capturing(_) => self.let_go(at),
            _ => self.start_talking(true, at),
        }
    }

    pub(crate) fn lock(&mut self, at: Moment) {
        match &mut self.stage {
            Stage::Capturing(capture) => capture.locked = true,
            _ => self.start_talking(true, at),
        }
    }

    fn start_talking(&mut self, locked: bool, at: Moment) {
        self.cut_in(at);
        self.start_capture(locked, at);
    }

    pub(crate) fn grant_thinking(&mut self, at: Moment) {
        match &mut self.stage {
            Stage::Capturing(capture) => capture.thinking = true,
            _ => self.silence.extend(THINKING, at.uptime),
        }
    }

    pub(crate) fn say_in_writing(&mut self, text: &str, at: Moment) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.cut_in(at);
        self.save_trainee_turn(
            TurnSource::Typed(text.to_owned()),
            at.utc,
            Duration::ZERO,
            at.uptime,
        );
    }

    pub(crate) fn send(&mut self, at: Moment) {
        if let Stage::Reviewing(recorded) = self.stage {
            self.save_take(recorded, at.uptime);
        }
    }

    pub(crate) fn retake(&mut self, at: Moment) {
        if let Stage::Reviewing(recorded) = self.stage {
            self.keep_for_undo(recorded, true, at);
            self.wait_for_trainee();
        }
    }

    /// Keeps a take that was thrown away until it is too late for second thoughts.
    pub(crate) fn keep_for_undo(&mut self, recorded: Recorded, was_reviewed: bool, at: Moment) {
        let until = at.uptime + UNDO;
        self.set_aside.push(SetAside {
            recorded,
            sequence: self.sequence,
            was_reviewed,
            until,
        });
    }

    pub(crate) fn undo_cancel(&mut self, at: Moment) {
        if let Stage::Capturing(capture) = &mut self.stage {
            capture.fate = Fate::Send;
            return;
        }
        let Some(aside) = self.set_aside.pop() else { return };
        if aside.was_reviewed || self.setup.talk.review_before_sending {
            self.stage = Stage::Reviewing(aside.recorded);
        } else {
            self.save_take(aside.recorded, at.uptime);
        }
    }

    /// The take that [`undo_cancel`](Self::undo_cancel) would bring back: the newest one for this very turn.
    pub(crate) fn undoable(&self) -> Option<&SetAside> {
        let waiting = matches!(self.stage, Stage::YourTurn) && self.pause.is_none() && self.end.is_none();
        self.set_aside
            .last()
            .filter(|aside| waiting && aside.sequence == self.sequence)
    }

    /// Makes the take a turn; `let_go` is the uptime from which the trainee waits for the answer.
    pub(crate) fn save_take(&mut self, recorded: Recorded, let_go: Duration) {
        let source = TurnSource::Take {
            capture: recorded.capture,
        };
        self.save_trainee_turn(source, recorded.started_at, recorded.duration, let_go);
    }

    fn save_trainee_turn(
        &mut self,
        source: TurnSource,
        started_at: Timestamp,
        length: Duration,
        let_go: Duration,
    ) {
        self.partner.trainee_let_go = Some(let_go);
        let draft = TurnDraft {
            sequence: self.sequence,
            speaker: Speaker::Trainee,
            source,
            started_at,
            ended_at: started_at.after(length),
            latency: None,
        };
        self.save(draft);
    }
}
