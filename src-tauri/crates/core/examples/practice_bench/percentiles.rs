//! Nearest-rank percentiles, as the core has them.

use std::time::Duration;

use rehearse_core::view::Percentiles;

/// The median and the 95th of these.
pub(crate) fn percentiles(mut all: Vec<Duration>) -> Percentiles {
    all.sort_unstable();
    let rank = |share: f64| {
        let place = (all.len() as f64 * share).ceil() as usize;
        all.get(place.saturating_sub(1))
            .map_or(0.0, |one| one.as_secs_f32() * 1_000.0)
    };
    Percentiles {
        count: u32::try_from(all.len()).unwrap_or(u32::MAX),
        p50_ms: rank(0.5),
        p95_ms: rank(0.95),
    }
}
