//! A finished recording of the trainee, whether it can be used, and takes that can still be had back.

use std::time::Duration;

use rehearse_domain::{SoundNote, Timestamp};

use crate::{Notice, RequestId};

/// Shorter takes are slips of the finger.
const SHORTEST: Duration = Duration::from_millis(300);

/// What the capture says about a clip that lies whole on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Take {
    /// Length in sound, from the sample count.
    pub duration: Duration,
    /// What should be said about its sound; `None` when it sounds fine.
    pub note: Option<SoundNote>,
    /// The capture stopped by itself at [`MAX_TURN`](rehearse_domain::MAX_TURN).
    pub reached_limit: bool,
}

/// Whether a take can be a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sound {
    /// It can; the notice, if any, is worth saying.
    Usable(Option<Notice>),
    /// It cannot, for the reason in the notice.
    Useless(Notice),
}

impl Take {
    /// Judges length first: of a slip nothing else is worth saying.
    pub(crate) fn sound(&self) -> Sound {
        match self.note {
            _ if self.duration < SHORTEST => Sound::Useless(Notice::TakeTooShort),
            Some(SoundNote::Silent) => Sound::Useless(Notice::TakeSilent),
            Some(SoundNote::TooQuiet) => Sound::Usable(Some(Notice::TakeTooQuiet)),
            Some(SoundNote::Clipping) => Sound::Usable(Some(Notice::TakeClipping)),
            None => Sound::Usable(None),
        }
    }
}

/// A usable take that is not a turn yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recorded {
    /// The capture it comes from.
    pub(crate) capture: RequestId,
    /// When its first sample arrived.
    pub(crate) started_at: Timestamp,
    /// Its length in sound.
    pub(crate) duration: Duration,
}

/// A take the trainee threw away and can have back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SetAside {
    /// The take.
    pub(crate) recorded: Recorded,
    /// Number of the turn it was meant for; it can be no other.
    pub(crate) sequence: u32,
    /// It goes back to where it was thrown away: to be listened to, or on its way.
    pub(crate) was_reviewed: bool,
    /// Uptime at which its file may go.
    pub(crate) until: Duration,
}
