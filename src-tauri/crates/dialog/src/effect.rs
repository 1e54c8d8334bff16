//! Everything the dialog wants done, as data. Whoever performs it answers with events that carry the same
//! [`RequestId`]; nothing here is done by the dialog itself.

use std::time::Duration;

use rehearse_domain::{EndReason, Objective, Speaker, Timestamp};
use serde::{Deserialize, Serialize};

use crate::RequestId;

/// What is to be done, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Record the trainee. Answered by `CaptureStarted` and then `CaptureFinished`, or by `CaptureFailed`.
    StartCapture {
        /// Names the capture and, later, its clip.
        request: RequestId,
        /// For how long the trainee has been speaking already; the clip begins with that, and a little before it.
        /// Nothing when a key began it.
        spoken: Duration,
    },
    /// Finish that capture. May come before it has started: then it ends as soon as it can. Answered by
    /// `CaptureFinished` or `CaptureFailed`.
    StopCapture {
        /// Of the `StartCapture`.
        request: RequestId,
    },
    /// The clip of that capture is not needed; its file may go.
    DropTake {
        /// Of the `StartCapture`.
        take_request: RequestId,
    },
    /// Commit a turn. Answered by `TurnSaved` or `SaveFailed`.
    SaveTurn {
        /// Names the answer.
        request: RequestId,
        /// What to commit.
        turn: TurnDraft,
    },
    /// Ask the partner for the turn with this number. Answered by `PartnerReplied` or `PartnerFailed`, and before that
    /// by `PartnerBegan` when the beginning can be heard earlier than the whole.
    AskPartner {
        /// Names the answer.
        request: RequestId,
        /// Number the answer will have.
        sequence: u32,
    },
    /// No more of that answer is wanted. What has come of it may still be asked for by a `SaveTurn`.
    CancelPartner {
        /// Of the `AskPartner`.
        request: RequestId,
    },
    /// From now on the embedded partner answers.
    SwitchPartner,
    /// Play a turn of the partner. Answered by `PlaybackStarted` and `PlaybackEnded`, or by `PlaybackFailed`.
    Play {
        /// Names the answer.
        request: RequestId,
        /// Which turn; in a take two it may be the last one of the history. One that is not saved yet is the answer
        /// that is there or coming.
        sequence: u32,
        /// How fast.
        pace: Pace,
    },
    /// Fall silent at once; no answer is needed.
    StopPlayback {
        /// Of the `Play`.
        request: RequestId,
    },
    /// Fall silent at once and keep the place.
    HoldPlayback {
        /// Of the `Play`.
        request: RequestId,
    },
    /// Go on where the line was held.
    ResumePlayback {
        /// Of the `Play`.
        request: RequestId,
    },
    /// Tell from now on when the trainee speaks and pauses, by `VoiceBegan` and `VoicePaused`, also while a capture is
    /// open. What was said before counts for nothing.
    Listen {
        /// Names the answers.
        request: RequestId,
    },
    /// Tell of no more voices.
    StopListening {
        /// Of the `Listen`.
        request: RequestId,
    },
    /// Commit the end of the session. Answered by `SessionClosed` or `SaveFailed`. There is one in the life of
    /// a dialog unless it is reopened; one that failed is repeated, with the same content.
    CloseSession {
        /// Names the answer.
        request: RequestId,
        /// The one reason.
        reason: EndReason,
        /// Whether the objective was reached.
        objective: Objective,
        /// When the end was decided, but not before the end of a take that was open then.
        ended_at: Timestamp,
        /// Time that counted, pauses left out.
        active: Duration,
    },
    /// Take the committed end back. Answered by `SessionReopened` or `SaveFailed`, after which the end stands.
    ReopenSession {
        /// Names the answer.
        request: RequestId,
    },
    /// Tell the trainee, once and politely.
    Announce(Notice),
}

/// A turn to be committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnDraft {
    /// Its number; without gaps from [`Setup::first_sequence`](crate::Setup::first_sequence).
    pub sequence: u32,
    /// Who speaks.
    pub speaker: Speaker,
    /// Where the words and the sound are.
    pub source: TurnSource,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended: the beginning and the length of its sound.
    pub ended_at: Timestamp,
    /// For an answer of the partner: from the trainee's turn being let go until its beginning was there.
    pub latency: Option<Duration>,
}

/// Where a turn comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TurnSource {
    /// The clip of a capture.
    Take {
        /// Of the `StartCapture`.
        capture: RequestId,
    },
    /// Written instead of spoken.
    Typed(String),
    /// The partner's answer.
    PartnerReply {
        /// Of the `AskPartner`.
        request: RequestId,
        /// How much of it the trainee has heard.
        heard: Heard,
    },
}

/// How much of an answer was heard; what was not is no part of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// All of it, or it was there to be read.
    All,
    /// What the loudspeaker gave out until the answer was cut off, which may be nothing.
    Part,
}

/// How fast a turn is played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// As it was spoken.
    #[default]
    Normal,
    /// Slower, at the same pitch.
    Slow,
}

/// Something to be said to the trainee once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Shorter than 0.3 s; not sent.
    TakeTooShort,
    /// Only silence; not sent.
    TakeSilent,
    /// Hard to hear; kept.
    TakeTooQuiet,
    /// The microphone was overdriven; kept.
    TakeClipping,
    /// Another microphone took over.
    MicrophoneSwitched,
    /// The microphone is there again; the session goes on when the trainee says so.
    MicrophoneBack,
    /// The partner's turn could not be played; its caption stays.
    PlaybackFailed,
    /// The machine slept; the clocks stood still.
    Slept,
    /// Half of the time until silence ends the session is gone.
    HalfOfIdleGone,
    /// The session ends in 30 s.
    ThirtySecondsLeft,
    /// The partner will say nothing new.
    PartnerHasSaidEverything,
    /// The take stops by itself in 30 s.
    LastThirtySecondsOfTurn,
}
