//! The end: decided once, for one reason, and then led to the disk past everything that could be waited for.
//! What the trainee has recorded is committed first; the partner and the playback are not waited for.

use std::time::Duration;

use rehearse_domain::{EndReason, Moment, Objective, ObjectiveStatus, Speaker, Timestamp};

use crate::stage::Stage;
use crate::{Dialog, Effect, PauseCause, RequestId, TurnDraft, Verdict};

/// How long the end waits for an open take to be closed. After that the clip is left to recovery: an end is on
/// disk within 2 s whatever the sound system does.
const CAPTURE_GRACE: Duration = Duration::from_millis(1_500);

/// How long an end that the checker found can be taken back.
const REOPENING: Duration = Duration::from_secs(60);

/// An end that is decided.
#[derive(Clone, Debug)]
pub(crate) struct End {
    reason: EndReason,
    objective: Objective,
    decided: Moment,
    ended_at: Timestamp,
    active: Duration,
    /// The turn that cannot be committed was given up.
    without_turn: bool,
}

/// An end that the checker found.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// Number of the answer after which it was found.
    pub(crate) after: u32,
    end_reason: EndReason,
    objective: Objective,
}

impl Dialog {
    /// The trainee wants the end. While a turn or the end itself cannot be put on disk, this gives it up: a turn
    /// after one more attempt, the end at once (the next start of the app finds the session open and closes it).
    pub(crate) fn end_by_user(&mut self, at: Moment) {
        let reason = match self.pause.map(|pause| pause.cause) {
            Some(PauseCause::Partner(_)) => EndReason::QaError,
            Some(PauseCause::Media(_)) => EndReason::MediaError,
            _ => EndReason::Manual,
        };
        self.end_or_give_up(reason, at);
    }

    pub(crate) fn app_closing(&mut self, at: Moment) {
        self.end_or_give_up(EndReason::ClientClosed, at);
    }

    fn end_or_give_up(&mut self, reason: EndReason, at: Moment) {
        let stuck = self
            .pause
            .is_some_and(|pause| matches!(pause.cause, PauseCause::Storage(_)));
        match (&self.stage, &mut self.end) {
            (Stage::CloseDue, Some(end)) => self.stage = Stage::Ended(end.reason),
            (_, Some(end)) if stuck => {
                end.without_turn = true;
                self.lift_pause(at);
            }
            (_, Some(_)) => {}
            (_, None) => self.decide_end(reason, Objective::default(), stuck, at),
        }
    }

    pub(crate) fn end_because(&mut self, reason: EndReason, at: Moment) {
        self.decide_end(reason, Objective::default(), false, at);
    }

    /// A verdict on a reply that nobody heard, or not to its end, is about another dialogue.
    pub(crate) fn judged(&mut self, after: u32, verdict: Verdict, reason: String) {
        let (status, end_reason) = match verdict {
            Verdict::Continue => return,
            Verdict::Succeeded => (ObjectiveStatus::Succeeded, EndReason::ObjectiveMet),
            Verdict::Failed => (ObjectiveStatus::Failed, EndReason::ObjectiveFailed),
        };
        if self.is_reopened || self.partner.cut_turns.contains(&after) {
            return;
        }
        let heard_now = matches!(self.stage, Stage::Speaking(_)) && after == self.sequence;
        let before_now = (self.setup.first_sequence..self.sequence).contains(&after);
        if before_now || heard_now {
            self.finding.get_or_insert(Finding {
                after,
                end_reason,
                objective: Objective {
                    status,
                    reason: Some(reason),
                },
            });
        }
    }

    /// Ends the session for what the checker found, but nobody in the middle of a sentence: neither the partner, also
    /// where one hears it again or reads it, nor the trainee, whose turn is committed first.
    pub(crate) fn act_on_finding(&mut self, at: Moment) {
        let talking = matches!(
            self.stage,
            Stage::Speaking(_)
                | Stage::Playing(..)
                | Stage::PlaybackDue(_)
                | Stage::Capturing(_)
                | Stage::Reviewing(_)
                | Stage::Saving(..)
                | Stage::SaveDue(_)
        );
        if talking || self.is_reading(at.uptime) || self.pause.is_some() || self.end.is_some() {
            return;
        }
        if let Some(finding) = self.finding.take() {
            self.decide_end(finding.end_reason, finding.objective, false, at);
        }
    }

    fn is_reading(&self, uptime: Duration) -> bool {
        let until = self.partner.read_until.filter(|until| *until > uptime);
        matches!(self.stage, Stage::YourTurn) && until.is_some()
    }

    /// Uptime at which a finding need not wait for a reader any more.
    pub(crate) fn finding_due(&self) -> Option<Duration> {
        let waits = self.finding.is_some() && self.pause.is_none() && self.end.is_none();
        let reads = waits && self.is_reading(self.last.uptime);
        self.partner.read_until.filter(|_| reads)
    }

    /// The first decision stands.
    fn decide_end(&mut self, reason: EndReason, objective: Objective, without_turn: bool, at: Moment) {
        if self.end.is_some() {
            return;
        }
        let active = self.session_time.watch.elapsed(at.uptime);
        self.end = Some(End {
            reason,
            objective,
            decided: at,
            ended_at: at.utc,
            active,
            without_turn,
        });
        self.pause = None;
        for aside in std::mem::take(&mut self.set_aside) {
            self.drop_take(aside.recorded.capture);
        }
        self.cut_speech(at);
        self.forget_cough(at);
        self.stop_capture_now(at);
        self.proceed_to_end(at);
    }

    /// Waits for what is being committed or closed, commits what is not, and then closes the session.
    pub(crate) fn proceed_to_end(&mut self, at: Moment) {
        if self.keep_saving_beside() {
            return;
        }
        match &self.stage {
            Stage::Capturing(capture) if !capture.left => {}
            Stage::Saving(..) | Stage::Closing(_) | Stage::Ended(_) | Stage::Reopening(..) => {}
            Stage::Reviewing(recorded) => self.save_take(*recorded, at.uptime),
            Stage::SaveDue(draft) => self.save(draft.clone()),
            _ => self.close(),
        }
    }

    /// A take that was open when the end was decided may reach a little beyond it.
    pub(crate) fn end_not_before(&mut self, last: &TurnDraft) {
        if let Some(end) = self.end.as_mut().filter(|_| last.speaker == Speaker::Trainee) {
            end.ended_at = end.ended_at.max(last.ended_at);
        }
    }

    /// Commits the end.
    pub(crate) fn close(&mut self) {
        let Some(end) = self.end.clone() else { return };
        let request = self.requests.next();
        self.stage = Stage::Closing(request);
        self.effects.push(Effect::CloseSession {
            request,
            reason: end.reason,
            objective: end.objective,
            ended_at: end.ended_at,
            active: end.active,
        });
    }

    /// A turn that is already given up is not asked about again.
    pub(crate) fn gives_up_on_turn(&self) -> bool {
        !matches!(self.stage, Stage::CloseDue) && self.end.as_ref().is_some_and(|end| end.without_turn)
    }

    /// The capture takes too long to close: its clip is left to recovery.
    pub(crate) fn leave_capture(&mut self, at: Moment) {
        if let Stage::Capturing(capture) = &mut self.stage {
            capture.left = true;
        }
        self.proceed_to_end(at);
    }

    pub(crate) fn capture_overdue(&self) -> Option<Duration> {
        let end = self
            .end
            .as_ref()
            .filter(|_| matches!(&self.stage, Stage::Capturing(capture) if !capture.left))?;
        Some(end.decided.uptime + CAPTURE_GRACE)
    }

    pub(crate) fn session_closed(&mut self, request: RequestId) {
        if let (Stage::Closing(closing), Some(end)) = (&self.stage, &self.end)
            && *closing == request
        {
            self.stage = Stage::Ended(end.reason);
        }
    }

    /// Uptime until which the end can be taken back: one that the checker found, and that is on disk.
    pub(crate) fn reopen_until(&self) -> Option<Duration> {
        let Stage::Ended(reason) = self.stage else {
            return None;
        };
        let found = matches!(reason, EndReason::ObjectiveMet | EndReason::ObjectiveFailed);
        let end = self.end.as_ref().filter(|_| found)?;
        Some(end.decided.uptime + REOPENING)
    }

    pub(crate) fn reopen(&mut self) {
        if let Stage::Ended(reason) = self.stage {
            let request = self.requests.next();
            self.stage = Stage::Reopening(request, reason);
            self.effects.push(Effect::ReopenSession { request });
        }
    }

    /// The session goes on where it ended: with the partner's answer, if the trainee's last turn has none, else with the
    /// whole time for silence. The checker found what it found in
    /// what was said, and would find it again after each answer.
    pub(crate) fn session_reopened(&mut self, request: RequestId, at: Moment) {
        if matches!(self.stage, Stage::Reopening(asked, _) if asked == request) {
            self.end = None;
            self.finding = None;
            self.is_reopened = true;
            self.wait_for_trainee();
            if self.partner.unanswered {
                self.stage = Stage::PartnerDue;
                self.proceed(at);
            }
        }
    }

    /// An end that cannot be taken back stands.
    pub(crate) fn not_reopened(&mut self, request: RequestId) {
        if let Stage::Reopening(asked, reason) = self.stage
            && asked == request
        {
            self.stage = Stage::Ended(reason);
        }
    }
}
