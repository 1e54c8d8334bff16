//! A clock that stands still until it is moved.

use std::time::Duration;

use parking_lot::Mutex;
use rehearse_domain::{Clock, Moment, Timestamp};

/// Time in a test's hand.
#[derive(Debug)]
pub struct HandClock(Mutex<Moment>);

impl HandClock {
    /// A clock that shows `utc` and has been up for no time.
    pub fn at(utc: Timestamp) -> Self {
        Self(Mutex::new(Moment {
            uptime: Duration::ZERO,
            utc,
        }))
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock();
        *now = Moment {
            uptime: now.uptime + by,
            utc: now.utc.after(by),
        };
    }

    /// Lets the machine sleep on a system whose monotonic clock sleeps too: only the calendar moves.
    pub fn sleep_machine(&self, by: Duration) {
        let mut now = self.0.lock();
        now.utc = now.utc.after(by);
    }

    /// Sets the calendar, as the network or the user may at any time.
    pub fn set_utc(&self, utc: Timestamp) {
        self.0.lock().utc = utc;
    }
}

impl Default for HandClock {
    /// The morning of 2026-03-02, a Monday.
    fn default() -> Self {
        Self::at(Timestamp::from_millis(1_772_438_400_000))
    }
}

impl Clock for HandClock {
    fn now(&self) -> Moment {
        *self.0.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_clocks_move_together_except_while_the_machine_sleeps() {
        let clock = HandClock::default();
        let begin = clock.now();
        clock.advance(Duration::from_secs(3));
        clock.sleep_machine(Duration::from_secs(60));
        let now = clock.now();
        assert_eq!(now.uptime - begin.uptime, Duration::from_secs(3));
        assert_eq!(now.utc.since(begin.utc), Duration::from_secs(63));
        assert_eq!(begin.utc.to_string(), "2026-03-02T08:00:00.000Z");
    }
}
