//! The machine itself: its memory, and the one way in. What an event does stands in the room that owns it:
//! `talk`, `partner`, `saving`, `pausing`, `ending`, `timers`.

use std::mem;
use std::time::Duration;

use rehearse_domain::{Moment, Opener, SessionId, Speaker};

use crate::clocks::Countdown;
use crate::ending::{End, Finding};
use crate::hands_free::Ear;
use crate::partner::Partner;
use crate::pausing::Pause;
use crate::request::Requests;
use crate::stage::{Beside, Stage};
use crate::take::SetAside;
use crate::{Action, Effect, Event, Setup};

/// How long before the end of the session its warning comes.
const LEAD: Duration = Duration::from_secs(30);

/// One session, deciding. Create it, perform the effects, hand in what happens, and call
/// [`handle`](Self::handle) with [`Event::Tick`] at [`next_deadline`](Self::next_deadline) and at least once a
/// second until the phase is [`Ended`](crate::Phase::Ended).
#[derive(Clone, Debug)]
pub struct Dialog {
    pub(crate) setup: Setup,
    pub(crate) requests: Requests,
    pub(crate) effects: Vec<Effect>,
    /// Moment of the newest event.
    pub(crate) last: Moment,
    pub(crate) stage: Stage,
    pub(crate) pause: Option<Pause>,
    pub(crate) end: Option<End>,
    /// What the checker found, until it is time to act on it.
    pub(crate) finding: Option<Finding>,
    /// The trainee has taken an end of the checker back.
    pub(crate) is_reopened: bool,
    /// The partner's turn on its way to the disk.
    pub(crate) beside: Option<Beside>,
    /// Number of the turn that is committed next.
    pub(crate) sequence: u32,
    /// The session is no longer pending.
    pub(crate) opened: bool,
    pub(crate) partner: Partner,
    /// The talk key is down, so that another press is only its repetition.
    pub(crate) key_held: bool,
    pub(crate) ear: Ear,
    /// Oldest first.
    pub(crate) set_aside: Vec<SetAside>,
    pub(crate) session_time: Countdown,
    pub(crate) silence: Countdown,
}

impl Dialog {
    /// A dialog at its very beginning, and what is to be done first.
    pub fn new(setup: Setup, now: Moment) -> (Self, Vec<Effect>) {
        let trainee_begins = match setup.history_ends_with {
            Some(speaker) => speaker == Speaker::Partner,
            None => setup.opener == Opener::Trainee,
        };
        let mut dialog = Self {
            requests: Requests::default(),
            effects: Vec::new(),
            last: now,
            stage: if trainee_begins {
                Stage::YourTurn
            } else {
                Stage::PartnerDue
            },
            pause: None,
            end: None,
            finding: None,
            is_reopened: false,
            beside: None,
            sequence: setup.first_sequence,
            opened: trainee_begins,
            partner: Partner::with_history(&setup),
            key_held: false,
            ear: Ear::default(),
            set_aside: Vec::new(),
            session_time: Countdown::warning_before_end(setup.limits.duration, LEAD),
            silence: Countdown::warning_at_half(setup.limits.idle),
            setup,
        };
        dialog.proceed(now);
        dialog.keep_clocks(now.uptime);
        dialog.keep_ear(now);
        let effects = mem::take(&mut dialog.effects);
        (dialog, effects)
    }

    /// The session this dialog decides for.
    pub fn session(&self) -> SessionId {
        self.setup.session
    }

    /// Takes note of what happened at `now` and says what is to be done, in this order. Whatever was due before
    /// `now` is done first, as of the moment it was due. After the end nothing does anything.
    pub fn handle(&mut self, event: Event, now: Moment) -> Vec<Effect> {
        if matches!(self.stage, Stage::Ended(_) | Stage::Reopening(..)) {
            return self.handle_after_end(event, now);
        }
        let now = Moment {
            uptime: now.uptime.max(self.last.uptime),
            ..now
        };
        self.notice_sleep(now);
        self.run_timers(now);
        self.react(event, now);
        self.act_on_finding(now);
        self.keep_ear(now);
        self.keep_clocks(now.uptime);
        self.last = now;
        mem::take(&mut self.effects)
    }

    /// After the end nothing does anything, but that it can be taken back.
    fn handle_after_end(&mut self, event: Event, now: Moment) -> Vec<Effect> {
        match event {
            Event::User(Action::Reopen) => self.act(Action::Reopen, now),
            Event::SessionReopened { request } => self.session_reopened(request, now),
            Event::SaveFailed { request, .. } => self.not_reopened(request),
            _ => {}
        }
        if self.end.is_none() {
            // Nobody called while it was over.
            self.last = now;
            self.keep_clocks(now.uptime);
            self.keep_ear(now);
        }
        mem::take(&mut self.effects)
    }

    fn react(&mut self, event: Event, at: Moment) {
        match event {
            Event::User(action) => self.act(action, at),
            Event::CaptureStarted { request } => self.capture_started(request, at),
            Event::CaptureFinished { request, take } => self.capture_finished(request, take, at),
            Event::CaptureFailed {
                request: Some(request),
                fault,
                kept,
            } => {
                self.capture_failed(request, fault, kept, at);
            }
            Event::CaptureFailed {
                request: None, fault, ..
            } => self.microphone_lost(fault, at),
            Event::VoiceBegan { request, age } => self.voice_began(request, age, at),
            Event::VoicePaused { request, lasted, ago } => self.voice_paused(request, lasted, ago, at),
            Event::MicrophoneSwitched => self.microphone_switched(),
            Event::MicrophoneBack => self.microphone_back(),
            Event::TurnSaved { request } => self.turn_saved(request, at),
            Event::SaveFailed { request, fault } => self.save_failed(request, fault, at),
            Event::PartnerBegan { request } => self.partner_began(request, at),
            Event::PartnerReplied {
                request,
                words,
                voice,
                closing,
            } => {
                self.partner_replied(request, words, voice, closing, at);
            }
            Event::PartnerFailed { request, fault } => self.partner_failed(request, fault, at),
            Event::PlaybackStarted { request } => self.playback_started(request),
            Event::PlaybackEnded { request } => self.playback_ended(request, at),
            Event::PlaybackFailed { request } => self.playback_failed(request, at),
            Event::ObjectiveJudged {
                after,
                verdict,
                reason,
            } => self.judged(after, verdict, reason),
            Event::SessionClosed { request } => self.session_closed(request),
            Event::AppClosing => self.app_closing(at),
            Event::SessionReopened { .. } | Event::Tick => {}
        }
    }

    /// Takes the step that is due, unless a pause holds it back. On the way to the end every step leads there.
    pub(crate) fn proceed(&mut self, at: Moment) {
        if self.pause.is_some() {
            return;
        }
        if self.end.is_some() {
            return self.proceed_to_end(at);
        }
        self.act_on_finding(at);
        if self.end.is_some() {
            return;
        }
        self.keep_saving_beside();
        match &self.stage {
            Stage::PartnerDue => self.ask_partner(at),
            Stage::Speaking(_) => self.go_on_speaking(at),
            Stage::PlaybackDue(replay) => self.replay(*replay),
            Stage::SaveDue(draft) => self.save(draft.clone()),
            _ => {}
        }
    }

    /// The trainee's turn, for the first time since the partner spoke.
    pub(crate) fn begin_turn(&mut self) {
        self.key_held = false;
        self.wait_for_trainee();
        self.announce_closing_line();
    }

    /// The trainee's turn, with the whole time for silence: something was just heard or tried.
    pub(crate) fn wait_for_trainee(&mut self) {
        self.stage = Stage::YourTurn;
        self.silence = Countdown::warning_at_half(self.setup.limits.idle);
    }

    /// Lets each clock run exactly when it should.
    pub(crate) fn keep_clocks(&mut self, uptime: Duration) {
        let counting = self.opened && self.pause.is_none() && self.end.is_none();
        let silent = counting && matches!(self.stage, Stage::YourTurn);
        self.session_time.watch.run(counting, uptime);
        self.silence.watch.run(silent, uptime);
    }
}
