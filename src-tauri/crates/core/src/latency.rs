//! Latencies of this run, shown under Diagnostics. They are kept in memory only and never leave it.

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::Mutex;

use crate::view::Percentiles;

/// Measurements kept for each figure.
const KEPT: usize = 500;

/// The latest measurements of one figure.
#[derive(Default)]
pub(crate) struct Latency(Mutex<VecDeque<Duration>>);

impl Latency {
    /// Adds one; the oldest falls out once there are 500.
    pub(crate) fn add(&self, one: Duration) {
        let mut kept = self.0.lock();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(one);
    }

    /// Nearest-rank percentiles of what is kept.
    pub(crate) fn percentiles(&self) -> Percentiles {
        let mut sorted: Vec<Duration> = self.0.lock().iter().copied().collect();
        sorted.sort_unstable();
        let rank = |share: f64| {
            let place = (sorted.len() as f64 * share).ceil() as usize;
            sorted
                .get(place.saturating_sub(1))
                .map_or(0.0, |one| one.as_secs_f32() * 1000.0)
        };
        Percentiles {
            count: u32::try_from(sorted.len()).unwrap_or(u32::MAX),
            p50_ms: rank(0.5),
            p95_ms: rank(0.95),
        }
    }
}

/// Every figure that is measured.
#[derive(Default)]
pub(crate) struct Latencies {
    /// From the press to the first recorded samples.
    pub(crate) press_to_capturing: Latency,
    /// From the end mark to the committed turn.
    pub(crate) end_mark_to_commit: Latency,
    /// From the decision to end to the end on disk.
    pub(crate) end_to_disk: Latency,
    /// From the release to the partner's first sound.
    pub(crate) release_to_first_sound: Latency,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measurements_that_were_made() {
        let latency = Latency::default();
        assert_eq!(latency.percentiles(), Percentiles::default());
        for millis in 1..=100 {
            latency.add(Duration::from_millis(millis));
        }
        let found = latency.percentiles();
        assert_eq!((found.count, found.p50_ms, found.p95_ms), (100, 50.0, 95.0));
    }
}
