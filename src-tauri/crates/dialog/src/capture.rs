//! One capture from the request until its clip is whole, kept, or gone.

use rehearse_domain::Moment;

use crate::pausing::Pause;
use crate::stage::{Capture, CaptureStep, Fate, Stage};
use crate::take::{Recorded, Sound};
use crate::{Dialog, Effect, MediaFault, Notice, PauseCause, RequestId, Take};

impl Dialog {
    pub(crate) fn start_capture(&mut self, locked: bool, at: Moment) {
        let request = self.requests.next();
        let spoken = self.spoken_for(at);
        self.effects.push(Effect::StartCapture { request, spoken });
        self.stage = Stage::Capturing(Capture {
            request,
            locked,
            by_voice: false,
            spoken,
            thinking: false,
            asked: at,
            started: None,
            let_go: None,
            stopping: false,
            left: false,
            warned: false,
            fate: Fate::Send,
        });
    }

    fn capture(&mut self) -> Option<&mut Capture> {
        match &mut self.stage {
            Stage::Capturing(capture) => Some(capture),
            _ => None,
        }
    }

    /// Takes the open capture out, if `request` means it.
    fn close_capture(&mut self, request: RequestId) -> Option<Capture> {
        let capture = *self.capture().filter(|capture| capture.request == request)?;
        if capture.by_voice {
            // Of a cough the silence is not interrupted.
            self.stage = Stage::YourTurn;
        } else {
            self.wait_for_trainee();
        }
        Some(capture)
    }

    /// Finishes the take; one that has not started is finished as soon as it has.
    pub(crate) fn let_go(&mut self, at: Moment) {
        let Some(capture) = self.capture() else { return };
        capture.let_go.get_or_insert(at.uptime);
        if capture.step() == CaptureStep::Recording {
            self.stop_capture_now(at);
        }
    }

    /// Finishes the take even if it has not started.
    pub(crate) fn stop_capture_now(&mut self, at: Moment) {
        let Some(capture) = self.capture().filter(|capture| !capture.stopping) else {
            return;
        };
        capture.stopping = true;
        capture.let_go.get_or_insert(at.uptime);
        let request = capture.request;
        self.effects.push(Effect::StopCapture { request });
    }

    pub(crate) fn cancel_capture(&mut self, at: Moment) {
        if let Some(capture) = self.capture() {
            capture.fate = Fate::SetAside;
        }
        self.let_go(at);
    }

    /// Something else than the trainee finishes the take.
    pub(crate) fn cut_capture_short(&mut self, at: Moment) {
        self.forget_cough(at);
        if let Some(capture) = self.capture().filter(|capture| capture.fate == Fate::Send) {
            capture.fate = Fate::Review;
        }
        self.let_go(at);
    }

    pub(crate) fn capture_started(&mut self, request: RequestId, at: Moment) {
        let Some(capture) = self.capture().filter(|capture| capture.request == request) else {
            return;
        };
        capture.started.get_or_insert(at);
        let let_go = capture.let_go;
        self.ear.deaf = false;
        if let_go.is_some() {
            self.stop_capture_now(at);
        }
    }

    pub(crate) fn capture_finished(&mut self, request: RequestId, take: Take, at: Moment) {
        if let Some(capture) = self.close_capture(request) {
            self.decide_on_take(capture, take, at);
            self.proceed(at);
        }
    }

    pub(crate) fn capture_failed(
        &mut self,
        request: RequestId,
        fault: MediaFault,
        kept: Option<Take>,
        at: Moment,
    ) {
        let Some(mut capture) = self.close_capture(request) else {
            return;
        };
        let wanted = capture.fate == Fate::Send;
        if let Some(take) = kept {
            capture.fate = if wanted { Fate::Review } else { capture.fate };
            self.decide_on_take(capture, take, at);
        }
        if self.end.is_some() {
            return self.proceed(at);
        }
        let pause = Pause {
            cause: PauseCause::Media(fault),
            // One that a voice began begins with the next voice.
            capture_again: wanted && kept.is_none() && !capture.by_voice,
        };
        self.break_off(pause, at);
    }

    /// What becomes of a take that is whole: a turn, something to listen to, something to have back, or nothing.
    fn decide_on_take(&mut self, capture: Capture, take: Take, at: Moment) {
        let started_at = capture.first_sample();
        let recorded = Recorded {
            capture: capture.request,
            started_at,
            duration: take.duration,
        };
        let thrown_away = capture.fate == Fate::SetAside;
        match take.sound() {
            _ if capture.fate == Fate::Forget => self.drop_take(capture.request),
            Sound::Useless(notice) => {
                if !thrown_away && !capture.by_voice {
                    self.announce(notice);
                }
                self.drop_take(capture.request);
            }
            Sound::Usable(_) if thrown_away && self.end.is_some() => self.drop_take(capture.request),
            Sound::Usable(_) if thrown_away => {
                self.wait_for_trainee();
                self.keep_for_undo(recorded, false, at);
            }
            Sound::Usable(notice) => {
                if let Some(notice) = notice {
                    self.announce(notice);
                }
                let review = capture.fate == Fate::Review || self.setup.talk.review_before_sending;
                if review {
                    self.stage = Stage::Reviewing(recorded);
                } else {
                    self.save_take(recorded, capture.let_go.unwrap_or(at.uptime));
                }
            }
        }
    }

    pub(crate) fn drop_take(&mut self, take_request: RequestId) {
        self.effects.push(Effect::DropTake { take_request });
    }

    pub(crate) fn microphone_lost(&mut self, fault: MediaFault, at: Moment) {
        if self.end.is_none() {
            self.break_off(Pause::because(PauseCause::Media(fault)), at);
        }
    }

    pub(crate) fn microphone_switched(&mut self) {
        self.ear.deaf = false;
        if self.end.is_none() {
            self.announce(Notice::MicrophoneSwitched);
        }
    }

    pub(crate) fn microphone_back(&mut self) {
        self.ear.deaf = false;
        if self.end.is_none() {
            self.announce(Notice::MicrophoneBack);
        }
    }
}
