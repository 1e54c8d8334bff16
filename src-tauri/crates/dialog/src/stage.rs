//! What the dialog is doing, beneath a pause or an end that may lie over it.
//!
//! "Due" stages are steps that a pause or a fault holds back; they are taken when it is lifted.

use std::time::Duration;

use rehearse_domain::{EndReason, Moment, Timestamp};

use crate::take::Recorded;
use crate::{Pace, RequestId, TurnDraft};

/// One step of a session. What a step needs to be finished, it carries.
#[derive(Clone, Debug)]
pub(crate) enum Stage {
    /// The trainee is silent.
    YourTurn,
    /// A capture is open.
    Capturing(Capture),
    /// A take waits for the trainee's word.
    Reviewing(Recorded),
    /// The trainee's turn is being committed.
    Saving(RequestId, TurnDraft),
    /// The trainee's turn is to be committed: it could not be, or the partner's turn before it is not yet.
    SaveDue(TurnDraft),
    /// The partner was asked.
    Asking(RequestId),
    /// The partner is to be asked.
    PartnerDue,
    /// The partner's answer is heard, and may still be coming.
    Speaking(Speech),
    /// The partner's last turn is heard once more.
    Playing(RequestId, Replay),
    /// The partner's last turn is to be heard once more.
    PlaybackDue(Replay),
    /// The end is being committed.
    Closing(RequestId),
    /// The end could not be committed.
    CloseDue,
    /// Over.
    Ended(EndReason),
    /// The end is being taken back.
    Reopening(RequestId, EndReason),
}

/// An open capture, from the request until its clip is whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capture {
    pub(crate) request: RequestId,
    /// Goes on without a key being held.
    pub(crate) locked: bool,
    /// A voice began it, and its pause ends it.
    pub(crate) by_voice: bool,
    /// How long the trainee had been speaking when it was asked for.
    pub(crate) spoken: Duration,
    /// The next pause may be longer.
    pub(crate) thinking: bool,
    pub(crate) asked: Moment,
    /// When the first samples arrived.
    pub(crate) started: Option<Moment>,
    /// Uptime at which somebody wanted it to stop.
    pub(crate) let_go: Option<Duration>,
    /// The request to stop is out.
    pub(crate) stopping: bool,
    /// The end no longer waits for it.
    pub(crate) left: bool,
    /// That the longest turn is near was said.
    pub(crate) warned: bool,
    pub(crate) fate: Fate,
}

/// How far a capture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaptureStep {
    Arming,
    Recording,
    Finishing,
}

impl Capture {
    /// Whether a pause may end it.
    pub(crate) fn is_listening(&self) -> bool {
        self.by_voice && self.let_go.is_none()
    }

    /// When its first sample was there, by the calendar.
    pub(crate) fn first_sample(&self) -> Timestamp {
        let spoken = i64::try_from(self.spoken.as_millis()).unwrap_or(i64::MAX);
        let started = self.started.unwrap_or(self.asked).utc;
        Timestamp::from_millis(started.as_millis().saturating_sub(spoken))
    }

    /// Uptime of its first sample.
    pub(crate) fn began(&self) -> Option<Duration> {
        self.started
            .map(|started| started.uptime.saturating_sub(self.spoken))
    }

    pub(crate) fn step(&self) -> CaptureStep {
        match (self.stopping, self.started) {
            (true, _) => CaptureStep::Finishing,
            (false, None) => CaptureStep::Arming,
            (false, Some(_)) => CaptureStep::Recording,
        }
    }
}

/// What becomes of a take once it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It becomes the turn, after a review when the trainee wants one.
    Send,
    /// It was cut off by something else than the trainee, who therefore listens before it is sent.
    Review,
    /// It was no more than a cough, and goes without a word.
    Forget,
    /// The trainee threw it away.
    SetAside,
}

/// An answer of the partner from its first sound until it was heard.
#[derive(Clone, Debug)]
pub(crate) struct Speech {
    /// Of the `AskPartner`.
    pub(crate) ask: RequestId,
    /// When its beginning was there.
    pub(crate) began: Moment,
    /// How long the trainee waited for that.
    pub(crate) latency: Option<Duration>,
    /// Set once all of it is there.
    pub(crate) whole: Option<Whole>,
    /// Some of it was out of the loudspeaker.
    pub(crate) heard: bool,
    pub(crate) sound: Sound,
}

/// How far the sound of an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sound {
    /// To be played from its beginning.
    Due(Pace),
    /// Being played.
    Playing(RequestId, Pace),
    /// Heard to its end, or not to be heard.
    Over,
}

/// An answer that is there as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole {
    /// Length of its sound; `None` for an answer that is only read.
    pub(crate) voice: Option<Duration>,
}

/// A turn that is heard once more, in the trainee's own turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Replay {
    pub(crate) sequence: u32,
    pub(crate) pace: Pace,
}

/// The partner's turn on its way to the disk, beside whatever goes on.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    pub(crate) draft: TurnDraft,
    /// Of the `SaveTurn` that is out; `None` when it could not be committed.
    pub(crate) saving: Option<RequestId>,
}
