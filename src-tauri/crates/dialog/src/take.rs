//! A finished recording of the trainee, and whether it can be used.

use std::time::Duration;

use rehearse_domain::SoundNote;

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
