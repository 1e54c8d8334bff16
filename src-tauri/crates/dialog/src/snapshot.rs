//! Everything a screen needs to draw a session at one moment.

use std::time::Duration;

use rehearse_domain::{MAX_TURN, Moment};

use crate::stage::{CaptureStep, Sound, Stage};
use crate::{Allowed, Dialog, Phase, TurnPause};

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
    /// The silence is being counted against its limit at this moment.
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
    /// Time in which an end that the checker found can still be taken back.
    pub reopen_left: Option<Duration>,
    /// How it is talked without keys; `None` when it is not.
    pub hands_free: Option<HandsFreeNow>,
    /// What the trainee can do.
    pub can: Allowed,
}

/// Talking without keys, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandsFreeNow {
    /// The silence that ends a turn.
    pub pause: TurnPause,
    /// Who speaks over the partner cuts in.
    pub cut_in: bool,
    /// A voice would be heard now.
    pub listening: bool,
    /// The take that runs was begun by the voice, and its pause ends it.
    pub by_voice: bool,
    /// Time until the silence ends the turn; `None` while there is none.
    pub ends_in: Option<Duration>,
    /// The partner's line is held: the trainee speaks, or coughed, over it.
    pub partner_waits: bool,
}

impl Dialog {
    /// What a screen shows at `now`.
    pub fn snapshot(&self, now: Moment) -> Snapshot {
        let uptime = now.uptime.max(self.last.uptime);
        let (working_late, working_over_budget) = self.lateness(uptime);
        let take_length = self.take_length(uptime);
        Snapshot {
            phase: self.phase(),
            sequence: self.sequence,
            last_partner_turn: self.partner.last_turn,
            caption: self.partner.caption.clone(),
            partner_has_said_everything: self.partner.closing,
            elapsed: self.session_time.watch.elapsed(uptime),
            duration_left: self.session_time.left(uptime),
            idle_left: self.silence.left(uptime).filter(|_| self.is_trainees_turn()),
            idle_running: self.setup.limits.idle.is_some() && self.silence.watch.is_running(),
            idle_half_gone: self.silence.was_warned() && self.is_trainees_turn(),
            take_length,
            take_left: take_length
                .filter(|_| self.is_recording())
                .map(|length| MAX_TURN.saturating_sub(length)),
            undo_left: self.undoable().map(|aside| aside.until.saturating_sub(uptime)),
            working_for: self.working_for(uptime),
            working_late,
            working_over_budget,
            reopen_left: self
                .reopen_until()
                .map(|until| until.saturating_sub(uptime))
                .filter(|left| !left.is_zero()),
            hands_free: self.hands_free().map(|hands_free| HandsFreeNow {
                pause: hands_free.pause,
                cut_in: hands_free.cut_in,
                listening: self.is_listening(),
                by_voice: matches!(&self.stage, Stage::Capturing(capture) if capture.by_voice),
                ends_in: self.turn_ends_in(uptime),
                partner_waits: self.is_line_held(),
            }),
            can: self.allowed(uptime),
        }
    }

    fn phase(&self) -> Phase {
        if let Stage::Ended(reason) | Stage::Reopening(_, reason) = self.stage {
            return Phase::Ended { reason };
        }
        if let Some(pause) = self.pause {
            return Phase::Paused { cause: pause.cause };
        }
        if self.end.is_some() {
            return Phase::Ending;
        }
        match &self.stage {
            Stage::YourTurn => Phase::YourTurn,
            Stage::Capturing(capture) => match capture.step() {
                CaptureStep::Arming => Phase::Arming,
                CaptureStep::Recording => Phase::Recording {
                    locked: capture.locked,
                },
                CaptureStep::Finishing => Phase::Finishing,
            },
            Stage::Reviewing(_) => Phase::Reviewing,
            Stage::Saving(..) | Stage::SaveDue(_) => Phase::Saving,
            Stage::Speaking(speech) if speech.sound != Sound::Over => Phase::PartnerSpeaking,
            Stage::Playing(..) | Stage::PlaybackDue(_) => Phase::PartnerSpeaking,
            _ if self.opened => Phase::Working,
            _ => Phase::Opening,
        }
    }

    /// Silent, or hearing the partner's last turn once more.
    fn is_trainees_turn(&self) -> bool {
        match &self.stage {
            Stage::YourTurn | Stage::Playing(..) | Stage::PlaybackDue(_) => self.end.is_none(),
            _ => false,
        }
    }

    fn is_recording(&self) -> bool {
        matches!(&self.stage, Stage::Capturing(capture) if capture.step() == CaptureStep::Recording)
    }

    fn take_length(&self, uptime: Duration) -> Option<Duration> {
        match &self.stage {
            Stage::Capturing(capture) => {
                Some(capture.let_go.unwrap_or(uptime).saturating_sub(capture.began()?))
            }
            Stage::Reviewing(recorded) => Some(recorded.duration),
            _ => None,
        }
    }
}
