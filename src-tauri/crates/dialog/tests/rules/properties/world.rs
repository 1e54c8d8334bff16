//! Carries happenings to a dialog as a host would, and checks after each of them what can be seen from outside.

use std::time::Duration;

use rehearse_dialog::{
    Action, Allowed, Dialog, Effect, Event, MediaFault, Phase, RequestId, Setup, Snapshot, Take,
};
use rehearse_domain::{Moment, Timestamp};

use super::happening::Happening;
use super::ledger::Ledger;
use crate::practice::{seconds, take};

pub(crate) struct World {
    dialog: Dialog,
    now: Moment,
    ledger: Ledger,
}

impl World {
    pub(crate) fn begin(setup: Setup) -> Self {
        let now = Moment {
            uptime: seconds(1_000),
            utc: Timestamp::from_millis(1_795_510_800_000),
        };
        let mut ledger = Ledger::new(&setup);
        let (dialog, effects) = Dialog::new(setup, now);
        ledger.performs(&effects, &dialog.snapshot(now), now.uptime);
        Self { dialog, now, ledger }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.snapshot().phase
    }

    fn snapshot(&self) -> Snapshot {
        self.dialog.snapshot(self.now)
    }

    fn state(&self) -> String {
        format!("{:?}", self.dialog)
    }

    fn happens(&mut self, event: Event) -> Vec<Effect> {
        let over = matches!(self.phase(), Phase::Ended { .. });
        let takes_back = matches!(event, Event::User(Action::Reopen) | Event::SessionReopened { .. });
        self.ledger.hears(&event, self.now.uptime);
        let effects = self.dialog.handle(event, self.now);
        assert!(
            !over || takes_back || effects.is_empty(),
            "after the end: {effects:?}"
        );
        let snapshot = self.snapshot();
        self.ledger.performs(&effects, &snapshot, self.now.uptime);
        self.check(&snapshot);
        effects
    }

    /// What a look from outside must show at any moment.
    fn check(&self, snapshot: &Snapshot) {
        let deadline = self.dialog.next_deadline();
        assert!(
            deadline.is_none_or(|due| due > self.now.uptime),
            "{deadline:?} is not in the future"
        );
        let later = Moment {
            uptime: self.now.uptime + seconds(3),
            utc: self.now.utc,
        };
        let later = self.dialog.snapshot(later);
        let still = matches!(
            snapshot.phase,
            Phase::Paused { .. } | Phase::Ending | Phase::Ended { .. }
        );
        assert!(
            !still || later.elapsed == snapshot.elapsed,
            "the session is counted in {:?}",
            snapshot.phase
        );
        let silent = snapshot.phase == Phase::YourTurn;
        assert!(
            silent || later.idle_left == snapshot.idle_left,
            "silence is counted in {:?}",
            snapshot.phase
        );
        assert_eq!(snapshot.idle_running, silent && snapshot.idle_left.is_some());
        assert!(!matches!(snapshot.phase, Phase::Recording { .. }) || self.ledger.samples_arrived());
    }

    fn move_on(&mut self, uptime: Duration, calendar: Duration) {
        self.now = Moment {
            uptime: self.now.uptime + uptime,
            utc: self.now.utc.after(calendar),
        };
    }

    fn wait(&mut self, time: Duration) {
        let until = self.now.uptime + time;
        while self.now.uptime < until {
            let wake = self.dialog.next_deadline().unwrap_or(until);
            let step = wake.min(until).min(self.now.uptime + seconds(1)) - self.now.uptime;
            self.move_on(step, step);
            self.happens(Event::Tick);
        }
    }

    pub(crate) fn lets(&mut self, happening: Happening) {
        match happening {
            Happening::Wait(time) => self.wait(time),
            Happening::Jump { uptime, calendar } => {
                self.move_on(uptime, calendar);
                self.happens(Event::Tick);
            }
            Happening::User(action) => self.user(action),
            Happening::Stale { kind, back } => self.stale(kind, back),
            other => {
                if let Some(event) = self.answer(other) {
                    self.happens(event);
                }
            }
        }
    }

    /// An action does something exactly when it is allowed, but for the repetition of a held key.
    fn user(&mut self, action: Action) {
        self.happens(Event::Tick);
        let allowed = is_allowed(self.snapshot().can, &action);
        let keeps_track_of_key = matches!(action, Action::Press | Action::Release);
        let (phase, state) = (self.phase(), self.state());
        let effects = self.happens(Event::User(action.clone()));
        if !allowed {
            assert_eq!(effects, [], "{action:?} was not allowed");
            assert_eq!(self.phase(), phase, "{action:?} was not allowed");
            assert!(
                keeps_track_of_key || self.state() == state,
                "{action:?} was not allowed"
            );
        } else if !keeps_track_of_key {
            assert_ne!(self.state(), state, "{action:?} was allowed and did nothing");
        }
    }

    fn stale(&mut self, kind: u8, back: u64) {
        self.happens(Event::Tick);
        let request = RequestId(self.ledger.newest().0.saturating_sub(back).max(1));
        let Some(event) = stale_event(kind, request, back == 0) else {
            return;
        };
        if self.ledger.waits_for(&event) {
            return;
        }
        let state = self.state();
        assert_eq!(self.happens(event.clone()), [], "{event:?} was stale");
        assert_eq!(self.state(), state, "{event:?} was stale");
    }

    /// The event, with the number of the request that it answers; `None` when there is no such request.
    fn answer(&self, happening: Happening) -> Option<Event> {
        let ledger = &self.ledger;
        Some(match happening {
            Happening::SamplesArrive => Event::CaptureStarted {
                request: ledger.capture()?,
            },
            Happening::TakeIsWhole(take) => Event::CaptureFinished {
                request: ledger.capture()?,
                take,
            },
            Happening::CaptureFails(fault, kept) => Event::CaptureFailed {
                request: Some(ledger.capture()?),
                fault,
                kept,
            },
            Happening::MicrophoneLost(fault) => Event::CaptureFailed {
                request: None,
                fault,
                kept: None,
            },
            Happening::VoiceBegins { age } => Event::VoiceBegan {
                request: ledger.listening()?,
                age,
            },
            Happening::VoicePauses { lasted, ago } => Event::VoicePaused {
                request: ledger.listening()?,
                lasted,
                ago,
            },
            Happening::MicrophoneSwitched => Event::MicrophoneSwitched,
            Happening::MicrophoneBack => Event::MicrophoneBack,
            Happening::DiskAnswers => match (ledger.saving(), ledger.closing(), ledger.reopening()) {
                (Some(request), ..) => Event::TurnSaved { request },
                (None, Some(request), _) => Event::SessionClosed { request },
                (None, None, request) => Event::SessionReopened { request: request? },
            },
            Happening::DiskFails(fault) => Event::SaveFailed {
                request: ledger.saving().or(ledger.closing()).or(ledger.reopening())?,
                fault,
            },
            Happening::PartnerBegins => Event::PartnerBegan {
                request: ledger.beginning()?,
            },
            Happening::PlaybackStarts => Event::PlaybackStarted {
                request: ledger.playback()?,
            },
            // What was heard before has a sound.
            Happening::PartnerReplies { voice, closing } if ledger.beginning().is_none() => {
                Event::PartnerReplied {
                    request: ledger.question()?,
                    words: None,
                    voice: voice.or(Some(seconds(1))),
                    closing,
                }
            }
            Happening::PartnerReplies { voice, closing } => Event::PartnerReplied {
                request: ledger.question()?,
                words: None,
                voice,
                closing,
            },
            Happening::PartnerFails(fault) => Event::PartnerFailed {
                request: ledger.question()?,
                fault,
            },
            // A line ends only once all of it is there.
            Happening::PlaybackEnds if ledger.question().is_some() => return None,
            Happening::PlaybackEnds => Event::PlaybackEnded {
                request: ledger.playback()?,
            },
            Happening::PlaybackFails => Event::PlaybackFailed {
                request: ledger.playback()?,
            },
            Happening::Judged { after, verdict } => Event::ObjectiveJudged {
                after,
                verdict,
                reason: "So it seems.".to_owned(),
            },
            Happening::AppCloses => Event::AppClosing,
            Happening::User(_) | Happening::Wait(_) | Happening::Jump { .. } | Happening::Stale { .. } => {
                return None;
            }
        })
    }

    /// The trainee ends the session; the disk answers, the partner and the playback never do.
    pub(crate) fn ends(&mut self, sound_answers: bool) {
        let decided = self.now.uptime;
        // An end that is being taken back is answered first.
        if self.ledger.reopening().is_some() {
            self.lets(Happening::DiskAnswers);
        }
        for _ in 0..4 {
            self.user(Action::End);
            if sound_answers && let Some(request) = self.ledger.capture() {
                self.happens(Event::CaptureFinished {
                    request,
                    take: take(seconds(1)),
                });
            }
            self.lets(Happening::DiskAnswers);
        }
        if self.ledger.capture().is_some() {
            self.wait(Duration::from_millis(1_500));
        }
        self.lets(Happening::DiskAnswers);
        self.lets(Happening::DiskAnswers);
        assert!(self.now.uptime - decided < seconds(2));
        self.ledger.nothing_is_lost();
    }
}

fn is_allowed(can: Allowed, action: &Action) -> bool {
    match action {
        Action::Press => can.press,
        Action::Release => can.release,
        Action::ToggleTalk => can.toggle_talk,
        Action::Lock => can.lock,
        Action::Cancel => can.cancel,
        Action::UndoCancel => can.undo_cancel,
        Action::Send => can.send,
        Action::Retake => can.retake,
        Action::Type { .. } => can.type_,
        Action::Thinking => can.think,
        Action::Interrupt => can.interrupt,
        Action::Again => can.again,
        Action::Slower => can.slower,
        Action::Pause => can.pause,
        Action::Resume => can.resume,
        Action::Retry => can.retry,
        Action::SwitchPartner => can.switch_partner,
        Action::CarryOn => can.carry_on,
        Action::End => can.end,
        Action::Reopen => can.reopen,
    }
}

fn stale_event(kind: u8, request: RequestId, kept: bool) -> Option<Event> {
    let whole: Take = take(seconds(2));
    Some(match kind {
        0 => Event::CaptureStarted { request },
        1 => Event::CaptureFinished { request, take: whole },
        2 => Event::CaptureFailed {
            request: Some(request),
            fault: MediaFault::Other,
            kept: kept.then_some(whole),
        },
        3 => Event::TurnSaved { request },
        4 => Event::SaveFailed {
            request,
            fault: rehearse_dialog::SaveFault::Other,
        },
        5 => Event::PartnerReplied {
            request,
            words: None,
            voice: Some(seconds(1)),
            closing: true,
        },
        6 => Event::PartnerFailed {
            request,
            fault: rehearse_dialog::PartnerFault::Other,
        },
        7 => Event::PlaybackStarted { request },
        8 => Event::PlaybackEnded { request },
        9 => Event::PlaybackFailed { request },
        10 => Event::SessionClosed { request },
        11 => Event::PartnerBegan { request },
        12 => Event::VoiceBegan {
            request,
            age: seconds(1),
        },
        13 => Event::VoicePaused {
            request,
            lasted: seconds(1),
            ago: seconds(1),
        },
        _ => return None,
    })
}
