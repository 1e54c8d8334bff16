//! Everything that can happen to a session, as data.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{MediaFault, PartnerFault, RequestId, SaveFault, Take};

/// What happened. Answers carry the [`RequestId`] of the effect that asked for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The trainee did something.
    User(Action),
    /// The first samples have arrived.
    CaptureStarted {
        /// Of the [`StartCapture`](crate::Effect::StartCapture).
        request: RequestId,
    },
    /// The clip is whole, synced and renamed; because it was asked to stop, or by itself at the longest turn.
    CaptureFinished {
        /// Of the [`StartCapture`](crate::Effect::StartCapture).
        request: RequestId,
        /// What was recorded.
        take: Take,
    },
    /// A capture could not start or broke off; or, without a request, the microphone was lost while nothing
    /// was being recorded.
    CaptureFailed {
        /// Of the [`StartCapture`](crate::Effect::StartCapture).
        request: Option<RequestId>,
        /// What is wrong.
        fault: MediaFault,
        /// What was recorded until then, when it could be closed properly; belongs to `request`.
        kept: Option<Take>,
    },
    /// The trainee speaks: long enough for a word, and without a pause up to now.
    VoiceBegan {
        /// Of the [`Listen`](crate::Effect::Listen).
        request: RequestId,
        /// How old the first sample of the voice is.
        age: Duration,
    },
    /// The voice that was told of is silent, if only for a moment.
    VoicePaused {
        /// Of the [`Listen`](crate::Effect::Listen).
        request: RequestId,
        /// From its first sample, or the first one after the last pause, to its last.
        lasted: Duration,
        /// How old its last sample is.
        ago: Duration,
    },
    /// The microphone was lost, and another one took over without a gap that matters.
    MicrophoneSwitched,
    /// A microphone that was lost is there again.
    MicrophoneBack,
    /// The turn is committed.
    TurnSaved {
        /// Of the [`SaveTurn`](crate::Effect::SaveTurn).
        request: RequestId,
    },
    /// The turn or the end of the session could not be committed.
    SaveFailed {
        /// Of the [`SaveTurn`](crate::Effect::SaveTurn), [`CloseSession`](crate::Effect::CloseSession) or
        /// [`ReopenSession`](crate::Effect::ReopenSession).
        request: RequestId,
        /// What is wrong.
        fault: SaveFault,
    },
    /// The beginning of the partner's answer can be heard; the rest is coming.
    PartnerBegan {
        /// Of the [`AskPartner`](crate::Effect::AskPartner).
        request: RequestId,
    },
    /// The partner's answer is there as a whole. Its sound stays with whoever asked.
    PartnerReplied {
        /// Of the [`AskPartner`](crate::Effect::AskPartner).
        request: RequestId,
        /// The words, for the caption.
        words: Option<String>,
        /// Length of the sound; `None` when the partner has no voice, so that nothing is played.
        voice: Option<Duration>,
        /// The partner has nothing to say after this.
        closing: bool,
    },
    /// The partner could not answer, or its answer broke off.
    PartnerFailed {
        /// Of the [`AskPartner`](crate::Effect::AskPartner).
        request: RequestId,
        /// Why.
        fault: PartnerFault,
    },
    /// The first sound is out.
    PlaybackStarted {
        /// Of the [`Play`](crate::Effect::Play).
        request: RequestId,
    },
    /// The last sound is out; of an answer only once all of it is there.
    PlaybackEnded {
        /// Of the [`Play`](crate::Effect::Play).
        request: RequestId,
    },
    /// The turn cannot be heard; its caption stays.
    PlaybackFailed {
        /// Of the [`Play`](crate::Effect::Play).
        request: RequestId,
    },
    /// The checker read the dialogue up to and with one reply of the partner.
    ObjectiveJudged {
        /// Sequence of that reply.
        after: u32,
        /// What it found.
        verdict: Verdict,
        /// Why, in the checker's words.
        reason: String,
    },
    /// The end is on disk.
    SessionClosed {
        /// Of the [`CloseSession`](crate::Effect::CloseSession).
        request: RequestId,
    },
    /// The session is open again on disk.
    SessionReopened {
        /// Of the [`ReopenSession`](crate::Effect::ReopenSession).
        request: RequestId,
    },
    /// The app is being closed in good order: the session ends as `client_closed`.
    AppClosing,
    /// Time passes. Needed at least once a second while a session is open: a longer gap than 5 s between two
    /// events, on either clock, is taken for sleep of the machine.
    Tick,
}

/// What the checker found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Neither reached nor out of reach.
    Continue,
    /// The objective is reached.
    Succeeded,
    /// The objective can no longer be reached.
    Failed,
}

/// What the trainee can do. One that is not allowed at the moment ([`Snapshot::can`](crate::Snapshot::can))
/// changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Action {
    /// The talk key went down: start a take, cutting the partner off; or finish a locked one.
    Press,
    /// The talk key went up: finish a take that is not locked.
    Release,
    /// Tap to talk: start a locked take, or finish the one that runs.
    ToggleTalk,
    /// Keep recording after the key goes up; starts a locked take when none runs.
    Lock,
    /// Throw the take away; it can be had back for 10 s. While the session opens: do not begin it.
    Cancel,
    /// Take the last thrown away take after all.
    UndoCancel,
    /// Send the take that is being reviewed.
    Send,
    /// Record the turn again; the old take can be had back for 10 s.
    Retake,
    /// Say the turn in writing. Text without a visible character changes nothing.
    Type {
        /// The words.
        text: String,
    },
    /// "I'm thinking": 20 s more until silence ends the session.
    Thinking,
    /// Cut the partner off.
    Interrupt,
    /// Hear the partner's last turn once more.
    Again,
    /// Hear the partner's last turn more slowly.
    Slower,
    /// Stop the clocks.
    Pause,
    /// Go on after a pause.
    Resume,
    /// Repeat what failed, or ask a slow partner once more.
    Retry,
    /// Go on with the embedded partner.
    SwitchPartner,
    /// Go on after a fault of the sound without repeating anything; turns can be typed.
    CarryOn,
    /// End the session.
    End,
    /// Go on after all: the checker was wrong to end it. From then on it is not listened to.
    Reopen,
}
