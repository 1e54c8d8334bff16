//! How a turn of the trainee begins and ends: by a key, or by the voice itself.

use std::time::Duration;

/// How a turn of the trainee begins and ends. Keys work in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TalkMode {
    /// By a key that is held or tapped.
    #[default]
    PushToTalk,
    /// By the voice; a pause ends the turn.
    HandsFree(HandsFree),
}

/// Talking without keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandsFree {
    /// The silence that ends a turn.
    pub pause: TurnPause,
    /// Who speaks over the partner cuts in. Wants headphones: over a loudspeaker the partner would interrupt itself.
    pub cut_in: bool,
}

/// The silence that ends a turn, from 0.5 s to 4 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TurnPause(Duration);

impl TurnPause {
    /// Shorter ones end a turn in the middle of a sentence.
    pub const SHORTEST: Duration = Duration::from_millis(500);
    /// Longer ones are no pause any more.
    pub const LONGEST: Duration = Duration::from_secs(4);

    /// The pause of this length; `None` when it is out of range.
    pub fn new(length: Duration) -> Option<Self> {
        (Self::SHORTEST..=Self::LONGEST)
            .contains(&length)
            .then_some(Self(length))
    }

    /// The pause in range that is closest to this length.
    pub fn nearest(length: Duration) -> Self {
        Self(length.clamp(Self::SHORTEST, Self::LONGEST))
    }

    /// Its length.
    pub const fn length(self) -> Duration {
        self.0
    }
}

impl Default for TurnPause {
    /// One and a half seconds: most people pause for less while they look for a word.
    fn default() -> Self {
        Self(Duration::from_millis(1_500))
    }
}
