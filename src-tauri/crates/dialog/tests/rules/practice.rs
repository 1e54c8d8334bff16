//! A session on a hand-moved moment, with the answers that a host would give. It decides nothing: every answer is
//! given by the test, in the test's words.

use std::time::Duration;

use rehearse_dialog::{
    Action, Dialog, Effect, Event, Notice, Phase, RequestId, Setup, Snapshot, Take, TalkOptions, TurnDraft,
};
use rehearse_domain::{EndReason, Limits, Moment, Opener, SessionId, SoundNote, Timestamp};

pub(crate) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

pub(crate) const fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// The partner opens, 30 s of silence, 5 minutes in all.
pub(crate) fn usual() -> Setup {
    Setup {
        session: SessionId::from(uuid::Uuid::from_u128(1)),
        opener: Opener::Partner,
        limits: Limits {
            idle: Some(seconds(30)),
            duration: Some(seconds(300)),
        },
        talk: TalkOptions::default(),
        first_sequence: 0,
        history_ends_with: None,
    }
}

/// As usual, but every take is listened to before it is sent.
pub(crate) fn with_review() -> Setup {
    Setup {
        talk: TalkOptions {
            review_before_sending: true,
            ..TalkOptions::default()
        },
        ..usual()
    }
}

/// As usual, but without limits.
pub(crate) fn without_limits() -> Setup {
    Setup {
        limits: Limits {
            idle: None,
            duration: None,
        },
        ..usual()
    }
}

pub(crate) fn take(duration: Duration) -> Take {
    Take {
        duration,
        note: None,
        reached_limit: false,
    }
}

pub(crate) fn take_with(note: SoundNote) -> Take {
    Take {
        duration: seconds(4),
        note: Some(note),
        reached_limit: false,
    }
}

pub(crate) struct Practice {
    pub(crate) dialog: Dialog,
    pub(crate) now: Moment,
    pub(crate) log: Vec<Effect>,
}

impl Practice {
    pub(crate) fn begin(setup: Setup) -> Self {
        let now = Moment {
            uptime: seconds(1_000),
            utc: Timestamp::from_millis(1_795_510_800_000),
        };
        let (dialog, log) = Dialog::new(setup, now);
        Self { dialog, now, log }
    }

    /// Begun, the partner has opened and was heard; it is the trainee's turn.
    pub(crate) fn at_your_turn(setup: Setup) -> Self {
        let mut practice = Self::begin(setup);
        practice.partner_answers();
        practice.partner_is_heard();
        practice.turn_is_saved();
        practice
    }

    /// As above, and a take is being recorded for 2 s with the key held.
    pub(crate) fn while_recording(setup: Setup) -> Self {
        let mut practice = Self::at_your_turn(setup);
        practice.records_for(seconds(2));
        practice
    }

    /// As above, and the take is sent: the partner was asked for its second turn.
    pub(crate) fn while_working(setup: Setup) -> Self {
        let mut practice = Self::while_recording(setup);
        practice.user(Action::Release);
        practice.take_is_whole(take(seconds(2)));
        practice.turn_is_saved();
        practice
    }

    pub(crate) fn happens(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.dialog.handle(event, self.now);
        self.log.extend(effects.iter().cloned());
        effects
    }

    pub(crate) fn user(&mut self, action: Action) -> Vec<Effect> {
        self.happens(Event::User(action))
    }

    fn move_on(&mut self, by: Duration) {
        self.now = Moment {
            uptime: self.now.uptime + by,
            utc: self.now.utc.after(by),
        };
    }

    /// Lets time pass the way a host does: ticks at every deadline and at least each second.
    pub(crate) fn wait(&mut self, time: Duration) -> Vec<Effect> {
        let until = self.now.uptime + time;
        let mut effects = Vec::new();
        while self.now.uptime < until {
            let wake = self.dialog.next_deadline().unwrap_or(until);
            let next = wake.min(until).min(self.now.uptime + seconds(1));
            self.move_on(next - self.now.uptime);
            effects.extend(self.happens(Event::Tick));
        }
        effects
    }

    /// Lets time pass without anybody being there to tick.
    pub(crate) fn sleep(&mut self, uptime: Duration, calendar: Duration) -> Vec<Effect> {
        self.now = Moment {
            uptime: self.now.uptime + uptime,
            utc: self.now.utc.after(calendar),
        };
        self.happens(Event::Tick)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.dialog.snapshot(self.now)
    }

    pub(crate) fn phase(&self) -> Phase {
        self.snapshot().phase
    }

    fn newest<T>(&self, pick: impl Fn(&Effect) -> Option<T>) -> T {
        self.log
            .iter()
            .rev()
            .find_map(pick)
            .expect("nothing of this kind was asked for")
    }

    pub(crate) fn capture(&self) -> RequestId {
        self.newest(|effect| match effect {
            Effect::StartCapture { request, .. } => Some(*request),
            _ => None,
        })
    }

    pub(crate) fn question(&self) -> RequestId {
        self.newest(|effect| match effect {
            Effect::AskPartner { request, .. } => Some(*request),
            _ => None,
        })
    }

    pub(crate) fn save(&self) -> (RequestId, TurnDraft) {
        self.newest(|effect| match effect {
            Effect::SaveTurn { request, turn } => Some((*request, turn.clone())),
            _ => None,
        })
    }

    pub(crate) fn playback(&self) -> RequestId {
        self.newest(|effect| match effect {
            Effect::Play { request, .. } => Some(*request),
            _ => None,
        })
    }

    pub(crate) fn closing(&self) -> (RequestId, EndReason) {
        self.newest(|effect| match effect {
            Effect::CloseSession { request, reason, .. } => Some((*request, *reason)),
            _ => None,
        })
    }

    /// The newest answer arrives, 4 s of voice, and begins to be heard.
    pub(crate) fn partner_answers(&mut self) {
        self.partner_replies(Some(seconds(4)), false);
        self.playback_starts();
    }

    /// The beginning of the newest answer arrives and begins to be heard.
    pub(crate) fn partner_begins(&mut self) {
        let request = self.question();
        self.happens(Event::PartnerBegan { request });
        self.playback_starts();
    }

    pub(crate) fn playback_starts(&mut self) {
        let request = self.playback();
        self.happens(Event::PlaybackStarted { request });
    }

    pub(crate) fn partner_replies(&mut self, voice: Option<Duration>, closing: bool) -> Vec<Effect> {
        let words = Some("Budgets are frozen.".to_owned());
        self.happens(Event::PartnerReplied {
            request: self.question(),
            words,
            voice,
            closing,
        })
    }

    pub(crate) fn partner_is_heard(&mut self) -> Vec<Effect> {
        let request = self.playback();
        self.playback_starts();
        self.wait(seconds(4));
        self.happens(Event::PlaybackEnded { request })
    }

    pub(crate) fn samples_arrive(&mut self) -> Vec<Effect> {
        self.happens(Event::CaptureStarted {
            request: self.capture(),
        })
    }

    pub(crate) fn records_for(&mut self, time: Duration) {
        self.user(Action::Press);
        self.samples_arrive();
        self.wait(time);
    }

    pub(crate) fn take_is_whole(&mut self, take: Take) -> Vec<Effect> {
        self.happens(Event::CaptureFinished {
            request: self.capture(),
            take,
        })
    }

    pub(crate) fn turn_is_saved(&mut self) -> Vec<Effect> {
        self.happens(Event::TurnSaved {
            request: self.save().0,
        })
    }

    pub(crate) fn end_is_saved(&mut self) -> Vec<Effect> {
        self.happens(Event::SessionClosed {
            request: self.closing().0,
        })
    }
}

/// The reason with which the effects close the session, if they do.
pub(crate) fn closed(effects: &[Effect]) -> Option<EndReason> {
    effects.iter().find_map(|effect| match effect {
        Effect::CloseSession { reason, .. } => Some(*reason),
        _ => None,
    })
}

pub(crate) fn announces(effects: &[Effect], notice: Notice) -> bool {
    effects.contains(&Effect::Announce(notice))
}

pub(crate) fn saves(effects: &[Effect]) -> bool {
    effects
        .iter()
        .any(|effect| matches!(effect, Effect::SaveTurn { .. }))
}

pub(crate) fn asks(effects: &[Effect]) -> bool {
    effects
        .iter()
        .any(|effect| matches!(effect, Effect::AskPartner { .. }))
}

pub(crate) fn plays(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Play { .. }))
}

/// A capture that a key began.
pub(crate) fn starts(request: RequestId) -> Effect {
    let spoken = Duration::ZERO;
    Effect::StartCapture { request, spoken }
}

pub(crate) fn starts_capture(effects: &[Effect]) -> bool {
    effects
        .iter()
        .any(|effect| matches!(effect, Effect::StartCapture { .. }))
}
