//! How long a session may last and how long the trainee may stay silent.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The user's factor on both time limits: some people need longer, and some no clock at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TimeFactor {
    /// The scenario's own limits.
    #[default]
    Normal,
    /// Twice as long.
    Double,
    /// Four times as long.
    Quadruple,
    /// No limits.
    Off,
}

/// The limits in force in one session; `None` is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Longest silence of the trainee while it is their turn.
    pub idle: Option<Duration>,
    /// Longest session, paused time not counted.
    pub duration: Option<Duration>,
}

impl Limits {
    /// The largest value either limit of a scenario may have.
    pub const MAX: Duration = Duration::from_secs(900);
    /// What an imported scenario without an idle limit gets.
    pub const IMPORTED_IDLE: Duration = Duration::from_secs(8);
    /// What a scenario without a duration limit gets.
    pub const DEFAULT_DURATION: Duration = Duration::from_secs(300);

    /// A scenario's limits stretched by the user's factor.
    pub fn stretched(idle: Duration, duration: Duration, factor: TimeFactor) -> Self {
        let times = match factor {
            TimeFactor::Normal => 1,
            TimeFactor::Double => 2,
            TimeFactor::Quadruple => 4,
            TimeFactor::Off => {
                return Self {
                    idle: None,
                    duration: None,
                };
            }
        };
        Self {
            idle: Some(idle * times),
            duration: Some(duration * times),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_stretches_both_limits_and_off_removes_them() {
        let (idle, duration) = (Duration::from_secs(30), Duration::from_secs(300));
        let double = Limits::stretched(idle, duration, TimeFactor::Double);
        assert_eq!(double.idle, Some(Duration::from_secs(60)));
        assert_eq!(double.duration, Some(Duration::from_secs(600)));
        assert_eq!(
            Limits::stretched(idle, duration, TimeFactor::Off),
            Limits {
                idle: None,
                duration: None
            }
        );
    }
}
