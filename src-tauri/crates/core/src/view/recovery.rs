//! Takes that were interrupted by a crash.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::ErrorView;
use rehearse_domain::{ClipId, SessionId, Speaker, Timestamp};

/// A take that was being recorded, or was recorded and not yet saved, when the app died.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct InterruptedTake {
    /// The clip; fetched like any other as `clip://localhost/<id>`.
    pub clip: ClipId,
    /// The session it belongs to, when that is still there.
    pub session: Option<SessionId>,
    /// Title of its scenario.
    pub title: Option<String>,
    /// Who is heard in it; the partner only where its session is lost.
    pub speaker: Speaker,
    /// When it was last written.
    pub at: Timestamp,
    /// Length in milliseconds.
    pub duration_ms: u32,
    /// Peaks for drawing, 0 to 255.
    pub peaks: Vec<u8>,
    /// Nothing in it can be played; it can only be discarded.
    pub unplayable: bool,
    /// Why it cannot be listened to right now.
    pub error: Option<ErrorView>,
}

/// What waits for a decision.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Type)]
pub struct RecoveryView {
    /// The takes, newest first.
    pub takes: Vec<InterruptedTake>,
}

/// What came of keeping every take.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Type)]
pub struct KeptTakes {
    /// Those that were kept.
    pub kept: Vec<ClipId>,
    /// Where those of lost sessions lie now, each as a file of its own.
    pub files: Vec<String>,
    /// The folder that these files lie in; none when there are none.
    pub folder: Option<String>,
    /// Those in which nothing can be played; they wait on.
    pub unplayable: Vec<ClipId>,
    /// Why the first of those that could not be kept was not; they wait on.
    pub failed: Option<ErrorView>,
}
