//! Whether the computer runs on its battery.

use starship_battery::{Manager, State};

/// Where the computer has its power from.
pub trait Power: Send + Sync {
    /// Whether a battery is being used up. `false` where there is none, and where nobody can tell.
    fn on_battery(&self) -> bool;
}

/// This computer's.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemPower;

impl Power for SystemPower {
    fn on_battery(&self) -> bool {
        let batteries = Manager::new().and_then(|manager| manager.batteries());
        batteries.is_ok_and(|mut batteries| {
            batteries.any(|battery| battery.is_ok_and(|battery| battery.state() == State::Discharging))
        })
    }
}
