//! The books of a host: what was asked for and what was answered. It knows the rules and nothing of how the
//! dialog keeps them.

use std::time::Duration;

use rehearse_dialog::{
    Action, Effect, Event, PauseCause, Phase, RequestId, Setup, Snapshot, Take, TurnDraft, TurnSource,
};
use rehearse_domain::{EndReason, Speaker};

use super::shelf::{Place, Shelf};

#[derive(Default)]
pub(crate) struct Ledger {
    newest: Option<RequestId>,
    capture: Option<RequestId>,
    samples: bool,
    stopping: bool,
    thrown_away: bool,
    question: Option<RequestId>,
    /// The beginning of the answer is there.
    began: bool,
    playback: Option<RequestId>,
    held: Option<RequestId>,
    listening: Option<RequestId>,
    /// A voice was told of, and no pause since.
    speaks: bool,
    /// The newest capture was begun by a voice, of which so much was told since.
    voiced: Option<Duration>,
    saving: Option<(RequestId, TurnDraft)>,
    refused: Option<TurnDraft>,
    closing: Option<RequestId>,
    reopening: Option<RequestId>,
    reason: Option<EndReason>,
    next_sequence: u32,
    last_speaker: Option<Speaker>,
    takes: Shelf,
}

impl Ledger {
    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            next_sequence: setup.first_sequence,
            last_speaker: setup.history_ends_with,
            ..Self::default()
        }
    }

    pub(crate) fn newest(&self) -> RequestId {
        self.newest.unwrap_or(RequestId(0))
    }

    pub(crate) fn capture(&self) -> Option<RequestId> {
        self.capture
    }

    pub(crate) fn samples_arrived(&self) -> bool {
        self.capture.is_some() && self.samples
    }

    pub(crate) fn question(&self) -> Option<RequestId> {
        self.question
    }

    /// The question of which nothing has come yet.
    pub(crate) fn beginning(&self) -> Option<RequestId> {
        self.question.filter(|_| !self.began)
    }

    pub(crate) fn playback(&self) -> Option<RequestId> {
        self.playback
    }

    pub(crate) fn listening(&self) -> Option<RequestId> {
        self.listening
    }

    pub(crate) fn saving(&self) -> Option<RequestId> {
        self.saving.as_ref().map(|(request, _)| *request)
    }

    pub(crate) fn reopening(&self) -> Option<RequestId> {
        self.reopening
    }

    pub(crate) fn closing(&self) -> Option<RequestId> {
        self.closing
    }

    /// Whether the event answers an open request, so that it is not stale.
    pub(crate) fn waits_for(&self, event: &Event) -> bool {
        match event {
            Event::CaptureStarted { request } | Event::CaptureFinished { request, .. } => {
                self.capture == Some(*request)
            }
            Event::CaptureFailed { request, .. } => request.is_none() || self.capture == *request,
            Event::TurnSaved { request } => self.saving() == Some(*request),
            Event::SaveFailed { request, .. } => {
                [self.saving(), self.closing, self.reopening].contains(&Some(*request))
            }
            Event::PartnerReplied { request, .. } | Event::PartnerFailed { request, .. } => {
                self.question == Some(*request)
            }
            Event::PartnerBegan { request } => self.beginning() == Some(*request),
            Event::PlaybackStarted { request }
            | Event::PlaybackEnded { request }
            | Event::PlaybackFailed { request } => self.playback == Some(*request),
            Event::VoiceBegan { request, .. } | Event::VoicePaused { request, .. } => {
                self.listening == Some(*request)
            }
            Event::SessionClosed { request } => self.closing == Some(*request),
            Event::SessionReopened { request } => self.reopening == Some(*request),
            _ => true,
        }
    }

    /// Books an answer on its way to the dialog.
    pub(crate) fn hears(&mut self, event: &Event, now: Duration) {
        if !self.waits_for(event) {
            return;
        }
        match event {
            Event::User(Action::Cancel) => self.thrown_away = true,
            Event::CaptureStarted { .. } => self.samples = true,
            Event::CaptureFinished { request, take } => self.keep(*request, Some(*take), now),
            Event::CaptureFailed {
                request: Some(request),
                kept,
                ..
            } => self.keep(*request, *kept, now),
            Event::TurnSaved { .. } => self.commit(),
            Event::SaveFailed { .. } => self.refuse(),
            Event::PartnerBegan { .. } => self.began = true,
            Event::PartnerReplied { .. } | Event::PartnerFailed { .. } => self.question = None,
            Event::PlaybackEnded { .. } | Event::PlaybackFailed { .. } => {
                (self.playback, self.held) = (None, None);
            }
            Event::VoiceBegan { .. } => self.speaks = true,
            // A second one in a row tells nothing.
            Event::VoicePaused { lasted, .. } if std::mem::take(&mut self.speaks) => {
                self.voiced = self.voiced.map(|voiced| voiced + *lasted);
            }
            Event::SessionClosed { .. } => self.closing = None,
            Event::SessionReopened { .. } => (self.reopening, self.reason) = (None, None),
            _ => {}
        }
    }

    fn keep(&mut self, request: RequestId, take: Option<Take>, now: Duration) {
        self.capture = None;
        // After the end was committed without it, a clip is left to recovery.
        if self.reason.is_none()
            && let Some(take) = take
        {
            self.takes.keep(request, take, now);
        }
    }

    fn commit(&mut self) {
        let Some((_, turn)) = self.saving.take() else {
            return;
        };
        self.next_sequence += 1;
        self.last_speaker = Some(turn.speaker);
        self.place(&turn.source, Place::Committed);
    }

    fn refuse(&mut self) {
        (self.closing, self.reopening) = (None, None);
        if let Some((_, turn)) = self.saving.take() {
            self.place(&turn.source, Place::Refused);
            self.refused = Some(turn);
        }
    }

    fn place(&mut self, source: &TurnSource, place: Place) {
        if let TurnSource::Take { capture } = source {
            self.takes.place(*capture, place);
        }
    }

    /// Books what the dialog wants done, and holds it to the rules.
    pub(crate) fn performs(&mut self, effects: &[Effect], after: &Snapshot, now: Duration) {
        for effect in effects {
            self.performs_one(effect, effects, after, now);
        }
        let unanswered = [
            self.saving().is_some(),
            self.closing.is_some(),
            self.reopening.is_some(),
            self.question.is_some(),
        ];
        assert!(
            unanswered.iter().filter(|open| **open).count() <= 1,
            "two things at once: {effects:?}"
        );
        if matches!(after.phase, Phase::Paused { .. }) {
            let begins = |effect: &Effect| {
                matches!(
                    effect,
                    Effect::StartCapture { .. }
                        | Effect::AskPartner { .. }
                        | Effect::Play { .. }
                        | Effect::ResumePlayback { .. }
                        | Effect::Listen { .. }
                )
            };
            assert!(
                !effects.iter().any(begins),
                "something begins in a pause: {effects:?}"
            );
            assert_eq!(self.playback, None, "the partner is heard in a pause");
            assert!(
                !self.samples_arrived() || self.stopping,
                "the trainee is recorded in a pause"
            );
        }
        let now = after.hands_free;
        let may_listen = match after.phase {
            Phase::YourTurn => true,
            Phase::Arming | Phase::Recording { .. } => now.is_some_and(|now| now.by_voice),
            Phase::PartnerSpeaking => now.is_some_and(|now| now.cut_in),
            _ => false,
        };
        assert!(
            self.listening.is_none() || (now.is_some() && may_listen),
            "somebody listens in {:?}",
            after.phase
        );
        let ended = matches!(after.phase, Phase::Ended { .. });
        assert!(
            !ended || self.reason.is_some(),
            "ended without ever closing the session"
        );
    }

    fn performs_one(&mut self, effect: &Effect, all: &[Effect], after: &Snapshot, now: Duration) {
        match effect {
            Effect::StartCapture { request, .. } => {
                let by_voice = after.hands_free.is_some_and(|now| now.by_voice);
                self.voiced = by_voice.then_some(Duration::ZERO);
                self.starts(*request);
                assert_eq!(self.capture.replace(*request), None, "two captures are open");
                assert_eq!(self.playback, None, "the partner is recorded");
                (self.samples, self.stopping, self.thrown_away) = (false, false, false);
            }
            Effect::StopCapture { request } => {
                assert_eq!(self.capture, Some(*request));
                assert!(!self.stopping, "stopped twice");
                self.stopping = true;
            }
            Effect::DropTake { take_request } => {
                // The end may be decided and be held up by the disk at the same moment.
                let ending = matches!(
                    after.phase,
                    Phase::Ending
                        | Phase::Ended { .. }
                        | Phase::Paused {
                            cause: PauseCause::Storage(_)
                        }
                );
                let quietly = self.thrown_away || self.voiced.is_some();
                let a_cough = self
                    .voiced
                    .is_some_and(|voiced| voiced < Duration::from_millis(300));
                self.takes
                    .drops(*take_request, now, ending || a_cough, quietly, all);
            }
            Effect::SaveTurn { request, turn } => {
                self.starts(*request);
                self.saves(*request, turn);
            }
            Effect::AskPartner { request, sequence } => {
                self.starts(*request);
                assert_eq!(self.question.replace(*request), None, "two questions are open");
                assert_eq!(*sequence, self.next_sequence);
                self.began = false;
            }
            Effect::CancelPartner { request } => assert_eq!(self.question.take(), Some(*request)),
            Effect::Play { request, .. } => {
                self.starts(*request);
                assert_eq!(self.playback.replace(*request), None, "two turns are heard");
                assert_eq!(self.capture, None, "the partner is recorded");
            }
            Effect::StopPlayback { request } => {
                assert_eq!(self.playback.take(), Some(*request));
                self.held = None;
            }
            Effect::HoldPlayback { request } => {
                assert_eq!(self.playback, Some(*request));
                assert_eq!(self.held.replace(*request), None, "held twice");
            }
            Effect::ResumePlayback { request } => assert_eq!(self.held.take(), Some(*request)),
            Effect::Listen { request } => {
                self.starts(*request);
                assert_eq!(self.listening.replace(*request), None, "listens twice");
                self.speaks = false;
            }
            Effect::StopListening { request } => assert_eq!(self.listening.take(), Some(*request)),
            Effect::CloseSession { request, reason, .. } => {
                self.is_numbered(*request);
                assert_eq!(
                    self.closing.replace(*request),
                    None,
                    "the session is closed twice"
                );
                assert_eq!(self.question, None, "the end leaves a question open");
                assert_eq!(self.playback, None, "the end leaves the partner talking");
                assert_eq!(*self.reason.get_or_insert(*reason), *reason, "a second reason");
                if self.refused.is_some() {
                    self.takes.left_to_recovery();
                }
            }
            Effect::ReopenSession { request } => {
                self.is_numbered(*request);
                assert!(
                    self.reason.is_some_and(is_found),
                    "a trainee's own end is taken back"
                );
                assert_eq!(self.reopening.replace(*request), None, "taken back twice");
            }
            Effect::SwitchPartner | Effect::Announce(_) => {}
        }
    }

    /// Something new begins: only before the end.
    fn starts(&mut self, request: RequestId) {
        assert_eq!(self.reason, None, "{request} begins after the end");
        self.is_numbered(request);
    }

    fn is_numbered(&mut self, request: RequestId) {
        assert!(Some(request) > self.newest, "{request} is not a new number");
        self.newest = Some(request);
    }

    fn saves(&mut self, request: RequestId, turn: &TurnDraft) {
        assert_eq!(turn.sequence, self.next_sequence, "a gap in the turns");
        assert_ne!(self.last_speaker, Some(turn.speaker), "the same speaker twice");
        assert!(turn.ended_at >= turn.started_at);
        if let Some(refused) = self.refused.take() {
            assert_eq!(refused, *turn, "another turn than the one that was refused");
        }
        self.place(&turn.source, Place::Saving);
        assert!(
            self.saving.replace((request, turn.clone())).is_none(),
            "two turns are being committed"
        );
    }

    pub(crate) fn nothing_is_lost(&self) {
        self.takes.nothing_is_lost();
    }
}

/// An end that the checker found.
fn is_found(reason: EndReason) -> bool {
    matches!(reason, EndReason::ObjectiveMet | EndReason::ObjectiveFailed)
}
