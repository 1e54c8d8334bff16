//! Time that counts only while it should. Nothing here knows what the time means.

use std::time::Duration;

/// Adds up the time during which it runs. All moments are uptimes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stopwatch {
    counted: Duration,
    running_since: Option<Duration>,
}

impl Stopwatch {
    /// Runs or stands still from `at` on; asking for what is already the case changes nothing.
    pub(crate) fn run(&mut self, run: bool, at: Duration) {
        match self.running_since {
            Some(since) if !run => {
                self.counted += at.saturating_sub(since);
                self.running_since = None;
            }
            None if run => self.running_since = Some(at),
            _ => {}
        }
    }

    /// Whether it runs.
    pub(crate) fn is_running(&self) -> bool {
        self.running_since.is_some()
    }

    /// What it shows at `at`.
    pub(crate) fn elapsed(&self, at: Duration) -> Duration {
        self.counted
            + self
                .running_since
                .map_or(Duration::ZERO, |since| at.saturating_sub(since))
    }

    /// The moment at which it will show `target`; `None` while it stands still.
    fn reaches(&self, target: Duration) -> Option<Duration> {
        self.running_since
            .map(|since| since.saturating_add(target.saturating_sub(self.counted)))
    }
}

/// A stopwatch with an end, and a warning some time before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Countdown {
    /// The time that is used up.
    pub(crate) watch: Stopwatch,
    limit: Option<Duration>,
    warn_at: Option<Duration>,
}

impl Countdown {
    /// Warns when half of the limit is gone; no limit, no warning.
    pub(crate) fn warning_at_half(limit: Option<Duration>) -> Self {
        Self {
            watch: Stopwatch::default(),
            limit,
            warn_at: limit.map(|limit| limit / 2),
        }
    }

    /// Warns `lead` before the end, unless the whole limit is no longer than that.
    pub(crate) fn warning_before_end(limit: Option<Duration>, lead: Duration) -> Self {
        let warn_at = limit
            .and_then(|limit| limit.checked_sub(lead))
            .filter(|at| !at.is_zero());
        Self {
            watch: Stopwatch::default(),
            limit,
            warn_at,
        }
    }

    /// Grants more time. The warning comes (again) when half of what is then left is gone.
    pub(crate) fn extend(&mut self, by: Duration, at: Duration) {
        let elapsed = self.watch.elapsed(at);
        self.limit = self.limit.map(|limit| limit.saturating_add(by));
        self.warn_at = self
            .limit
            .map(|limit| elapsed + limit.saturating_sub(elapsed) / 2);
    }

    /// The warning was given.
    pub(crate) fn warned(&mut self) {
        self.warn_at = None;
    }

    /// Whether there is a limit and its warning was given.
    pub(crate) fn was_warned(&self) -> bool {
        self.limit.is_some() && self.warn_at.is_none()
    }

    /// Time left at `at`; `None` without a limit.
    pub(crate) fn left(&self, at: Duration) -> Option<Duration> {
        self.limit
            .map(|limit| limit.saturating_sub(self.watch.elapsed(at)))
    }

    /// When the warning is due; `None` while it stands still or was given.
    pub(crate) fn warning_due(&self) -> Option<Duration> {
        self.warn_at.and_then(|warn_at| self.watch.reaches(warn_at))
    }

    /// When the time is up; `None` while it stands still or without a limit.
    pub(crate) fn end_due(&self) -> Option<Duration> {
        self.limit.and_then(|limit| self.watch.reaches(limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn a_stopwatch_adds_up_only_the_time_it_runs() {
        let mut watch = Stopwatch::default();
        watch.run(true, seconds(10));
        watch.run(true, seconds(12));
        watch.run(false, seconds(14));
        watch.run(false, seconds(20));
        assert_eq!(watch.elapsed(seconds(30)), seconds(4));
        watch.run(true, seconds(30));
        assert_eq!(watch.elapsed(seconds(31)), seconds(5));
        assert_eq!(watch.reaches(seconds(9)), Some(seconds(35)));
    }

    #[test]
    fn more_time_moves_the_warning_to_half_of_what_is_left() {
        let mut countdown = Countdown::warning_at_half(Some(seconds(30)));
        countdown.watch.run(true, seconds(100));
        assert_eq!(countdown.warning_due(), Some(seconds(115)));
        countdown.warned();
        assert!(countdown.was_warned());
        countdown.extend(seconds(20), seconds(126));
        assert_eq!(countdown.warning_due(), Some(seconds(138)));
        assert_eq!(countdown.end_due(), Some(seconds(150)));
    }

    #[test]
    fn a_limit_no_longer_than_the_lead_has_no_warning() {
        let mut countdown = Countdown::warning_before_end(Some(seconds(30)), seconds(30));
        countdown.watch.run(true, seconds(0));
        assert_eq!(countdown.warning_due(), None);
        assert_eq!(countdown.end_due(), Some(seconds(30)));
    }
}
