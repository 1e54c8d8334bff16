//! The books of a host: what was asked for, what was answered, and what became of every take. It knows the rules
//! and nothing of how the dialog keeps them.

use std::collections::BTreeMap;
use std::time::Duration;

use rehearse_dialog::{
    Action, Effect, Event, Notice, Phase, RequestId, Setup, Snapshot, Take, TurnDraft, TurnSource,
};
use rehearse_domain::{EndReason, SoundNote, Speaker};

/// Where a take is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Whole since this uptime, not a turn yet.
    Kept(Duration),
    /// On its way to the disk.
    Saving,
    /// Refused by the disk.
    Refused,
    Committed,
    Dropped,
}

pub(crate) struct Ledger {
    newest: RequestId,
    capture: Option<RequestId>,
    samples: bool,
    stopping: bool,
    thrown_away: bool,
    question: Option<RequestId>,
    playback: Option<RequestId>,
    saving: Option<(RequestId, TurnDraft)>,
    refused: Option<TurnDraft>,
    closing: Option<RequestId>,
    reason: Option<EndReason>,
    next_sequence: u32,
    last_speaker: Option<Speaker>,
    takes: BTreeMap<RequestId, (Take, Place)>,
}

fn is_good(take: &Take) -> bool {
    take.duration >= Duration::from_millis(300) && take.note != Some(SoundNote::Silent)
}

impl Ledger {
    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            newest: RequestId(0),
            capture: None,
            samples: false,
            stopping: false,
            thrown_away: false,
            question: None,
            playback: None,
            saving: None,
            refused: None,
            closing: None,
            reason: None,
            next_sequence: setup.first_sequence,
            last_speaker: setup.history_ends_with,
            takes: BTreeMap::new(),
        }
    }

    pub(crate) fn newest(&self) -> RequestId {
        self.newest
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

    pub(crate) fn playback(&self) -> Option<RequestId> {
        self.playback
    }

    pub(crate) fn saving(&self) -> Option<RequestId> {
        self.saving.as_ref().map(|(request, _)| *request)
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
            Event::SaveFailed { request, .. } => [self.saving(), self.closing].contains(&Some(*request)),
            Event::PartnerReplied { request, .. } | Event::PartnerFailed { request, .. } => {
                self.question == Some(*request)
            }
            Event::PlaybackStarted { request }
            | Event::PlaybackEnded { request }
            | Event::PlaybackFailed { request } => self.playback == Some(*request),
            Event::SessionClosed { request } => self.closing == Some(*request),
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
            Event::PartnerReplied { .. } | Event::PartnerFailed { .. } => self.question = None,
            Event::PlaybackEnded { .. } | Event::PlaybackFailed { .. } => self.playback = None,
            Event::SessionClosed { .. } => self.closing = None,
            _ => {}
        }
    }

    fn keep(&mut self, request: RequestId, take: Option<Take>, now: Duration) {
        self.capture = None;
        // After the end was committed without it, a clip is left to recovery.
        if self.reason.is_none()
            && let Some(take) = take
        {
            self.takes.insert(request, (take, Place::Kept(now)));
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
        self.closing = None;
        if let Some((_, turn)) = self.saving.take() {
            self.place(&turn.source, Place::Refused);
            self.refused = Some(turn);
        }
    }

    fn place(&mut self, source: &TurnSource, place: Place) {
        if let TurnSource::Take { capture } = source {
            let entry = self
                .takes
                .get_mut(capture)
                .expect("a turn was made of a take that was never whole");
            entry.1 = place;
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
                    Effect::StartCapture { .. } | Effect::AskPartner { .. } | Effect::Play { .. }
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
        let ended = matches!(after.phase, Phase::Ended { .. });
        assert!(
            !ended || self.reason.is_some(),
            "ended without ever closing the session"
        );
    }

    fn performs_one(&mut self, effect: &Effect, all: &[Effect], after: &Snapshot, now: Duration) {
        match effect {
            Effect::StartCapture { request } => {
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
            Effect::DropTake { take_request } => self.drops(*take_request, all, after, now),
            Effect::SaveTurn { request, turn } => {
                self.starts(*request);
                self.saves(*request, turn);
            }
            Effect::AskPartner { request, sequence } => {
                self.starts(*request);
                assert_eq!(self.question.replace(*request), None, "two questions are open");
                assert_eq!(*sequence, self.next_sequence);
            }
            Effect::CancelPartner { request } => assert_eq!(self.question.take(), Some(*request)),
            Effect::Play { request, .. } => {
                self.starts(*request);
                assert_eq!(self.playback.replace(*request), None, "two turns are heard");
                assert_eq!(self.capture, None, "the partner is recorded");
            }
            Effect::StopPlayback { request } => assert_eq!(self.playback.take(), Some(*request)),
            Effect::CloseSession { request, reason, .. } => {
                self.newest = self.newest.max(*request);
                assert_eq!(
                    self.closing.replace(*request),
                    None,
                    "the session is closed twice"
                );
                assert_eq!(self.question, None, "the end leaves a question open");
                assert_eq!(self.playback, None, "the end leaves the partner talking");
                assert_eq!(*self.reason.get_or_insert(*reason), *reason, "a second reason");
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
        assert!(request > self.newest, "{request} is not a new number");
        self.newest = request;
    }

    fn saves(&mut self, request: RequestId, turn: &TurnDraft) {
        assert_eq!(turn.sequence, self.next_sequence, "a gap in the turns");
        assert_ne!(self.last_speaker, Some(turn.speaker), "the same speaker twice");
        assert!(turn.ended_at >= turn.started_at);
        if let Some(refused) = self.refused.take() {
            assert_eq!(refused, *turn, "another turn than the one that was refused");
        }
        if let TurnSource::Take { capture } = turn.source {
            let (take, place) = self.takes[&capture];
            assert!(is_good(&take), "a useless take was sent");
            assert!(
                matches!(place, Place::Kept(_) | Place::Refused),
                "sent twice: {place:?}"
            );
        }
        self.place(&turn.source, Place::Saving);
        assert!(
            self.saving.replace((request, turn.clone())).is_none(),
            "two turns are being committed"
        );
    }

    /// A good take goes only after the time for second thoughts, or with the end of the session.
    fn drops(&mut self, request: RequestId, all: &[Effect], after: &Snapshot, now: Duration) {
        let (take, place) = self.takes[&request];
        let Place::Kept(since) = place else {
            panic!("dropped while {place:?}")
        };
        let ending = matches!(after.phase, Phase::Ending | Phase::Ended { .. });
        let thought_over = now >= since + Duration::from_secs(10);
        if is_good(&take) {
            assert!(ending || thought_over, "a good take was dropped");
        } else {
            assert_eq!(since, now, "a useless take was kept");
            let notice = if take.note == Some(SoundNote::Silent) {
                Notice::TakeSilent
            } else {
                Notice::TakeTooShort
            };
            let said = all.contains(&Effect::Announce(notice))
                || all.contains(&Effect::Announce(Notice::TakeTooShort));
            assert!(said || self.thrown_away, "a take was dropped without a word");
        }
        self.takes.insert(request, (take, Place::Dropped));
    }

    /// At the end every take has found its place.
    pub(crate) fn nothing_is_lost(&self) {
        for (request, (take, place)) in &self.takes {
            let settled = matches!(place, Place::Committed | Place::Dropped | Place::Refused);
            assert!(settled, "take {request} ({take:?}) is {place:?}");
        }
    }
}
