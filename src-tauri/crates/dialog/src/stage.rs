//! What the dialog is doing, beneath a pause or an end that may lie over it.
//!
//! "Due" stages are steps that a pause or a fault holds back; they are taken when it is lifted.

use std::time::Duration;

use rehearse_domain::{EndReason, Moment};

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
    /// A turn is being committed.
    Saving(RequestId, Unsaved),
    /// A turn could not be committed.
    SaveDue(Unsaved),
    /// The partner was asked.
    Asking(RequestId),
    /// The partner is to be asked.
    PartnerDue,
    /// The partner is heard.
    Playing(RequestId, Line),
    /// The partner is to be heard.
    PlaybackDue(Line),
    /// The end is being committed.
    Closing(RequestId),
    /// The end could not be committed.
    CloseDue,
    /// Over.
    Ended(EndReason),
}

/// An open capture, from the request until its clip is whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capture {
    pub(crate) request: RequestId,
    /// Goes on without a key being held.
    pub(crate) locked: bool,
    pub(crate) asked: Moment,
    /// When the first samples arrived.
    pub(crate) started: Option<Moment>,
    /// Uptime at which somebody wanted it to stop.
    pub(crate) let_go: Option<Duration>,
    /// The request to stop is out.
    pub(crate) stopping: bool,
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
    /// The trainee threw it away.
    SetAside,
}

/// A turn on its way to the disk.
#[derive(Clone, Debug)]
pub(crate) struct Unsaved {
    pub(crate) draft: TurnDraft,
    /// Set exactly for a turn of the partner.
    pub(crate) reply: Option<Reply>,
}

/// What is worth remembering of a partner's answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) words: Option<String>,
    pub(crate) voiced: bool,
    pub(crate) closing: bool,
}

/// A turn of the partner as it is played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) sequence: u32,
    pub(crate) pace: Pace,
    /// It was heard before, and the trainee's turn had begun.
    pub(crate) replay: bool,
}
