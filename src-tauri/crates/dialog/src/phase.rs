//! Where a session is, in the words of the screen.

use rehearse_domain::EndReason;
use serde::{Deserialize, Serialize};

use crate::{MediaFault, PartnerFault, SaveFault};

/// What is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "name")]
pub enum Phase {
    /// The partner's first turn is on its way; the session is still pending.
    Opening,
    /// The partner is heard.
    PartnerSpeaking,
    /// The trainee is silent.
    YourTurn,
    /// The microphone was asked for; no sample has arrived.
    Arming,
    /// Samples arrive.
    Recording {
        /// Goes on without a key being held.
        locked: bool,
    },
    /// The clip is being closed.
    Finishing,
    /// The trainee listens before sending.
    Reviewing,
    /// The trainee's turn is being committed.
    Saving,
    /// The partner was asked, or its answer is being committed.
    Working,
    /// The clocks stand still.
    Paused {
        /// Why.
        cause: PauseCause,
    },
    /// The end is decided and on its way to the disk.
    Ending,
    /// The end is on disk.
    Ended {
        /// The one reason.
        reason: EndReason,
    },
}

/// Why the clocks stand still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "kind", content = "fault")]
pub enum PauseCause {
    /// The trainee wanted it.
    User,
    /// The partner could not answer. Ending now is `qa_error`.
    Partner(PartnerFault),
    /// The microphone failed. Ending now is `media_error`.
    Media(MediaFault),
    /// Something could not be put on disk.
    Storage(SaveFault),
    /// The machine slept.
    Slept,
}
