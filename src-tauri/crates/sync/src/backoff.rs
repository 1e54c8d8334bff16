//! How long to wait before another attempt.

use std::time::Duration;

use rehearse_domain::Timestamp;
use rehearse_leancloud::Wait;

/// After the first failure, at most.
const FIRST: Duration = Duration::from_secs(2);
/// Never longer than this while it is worth trying often.
const SOON_AT_MOST: Duration = Duration::from_secs(5 * 60);
/// Between attempts that are not worth making often.
const SLOWLY: Duration = Duration::from_secs(15 * 60);
/// A server asked again sooner than this learns nothing new.
const SHORTEST: Duration = Duration::from_millis(250);
/// China has one time zone, eight hours ahead, and no summer time.
const CHINA_AHEAD_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 24 * 3_600_000;

/// The longest that is waited between two attempts: a wait that is longer was made by a clock that was set back.
pub(crate) const LONGEST: Duration = Duration::from_secs(26 * 3600);

/// When to try again after so many attempts in vain. Exponential with full jitter, after Marc Brooker, "Exponential
/// Backoff And Jitter", AWS Architecture Blog, 2015: clients that failed together do not come back together.
pub(crate) fn next_attempt(wait: Wait, attempts: u32, now: Timestamp, random: f64) -> Timestamp {
    let random = random.clamp(0.0, 1.0);
    match wait {
        Wait::Soon => {
            let doublings = attempts.saturating_sub(1).min(16);
            let most = FIRST.saturating_mul(1 << doublings).min(SOON_AT_MOST);
            now.after(most.mul_f64(random).max(SHORTEST))
        }
        // Half of it is fixed: whoever waits for minutes means minutes.
        Wait::Slowly => now.after(SLOWLY.mul_f64(0.5 + random / 2.0)),
        Wait::Tomorrow => tomorrow(now).after(SLOWLY.mul_f64(random)),
    }
}

/// The server's next midnight.
fn tomorrow(now: Timestamp) -> Timestamp {
    let there = now.as_millis().saturating_add(CHINA_AHEAD_MS);
    let into_the_day = there.rem_euclid(DAY_MS);
    Timestamp::from_millis(now.as_millis().saturating_add(DAY_MS - into_the_day))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOON_IN_LONDON: Timestamp = Timestamp::from_millis(1_800_014_400_000);

    #[test]
    fn waits_grow_to_five_minutes_and_no_further() {
        let longest = |attempts| {
            next_attempt(Wait::Soon, attempts, NOON_IN_LONDON, 1.0)
                .since(NOON_IN_LONDON)
                .as_secs()
        };
        assert_eq!(
            [0, 1, 2, 3, 8, 9, 60, u32::MAX].map(longest),
            [2, 2, 4, 8, 256, 300, 300, 300]
        );
    }

    #[test]
    fn a_quota_is_new_at_midnight_in_china() {
        assert_eq!(NOON_IN_LONDON.to_string(), "2027-01-15T12:00:00.000Z");
        let next = next_attempt(Wait::Tomorrow, 1, NOON_IN_LONDON, 0.0);
        assert_eq!(next.to_string(), "2027-01-15T16:00:00.000Z");
        let next = next_attempt(Wait::Tomorrow, 1, next, 0.0);
        assert_eq!(next.to_string(), "2027-01-16T16:00:00.000Z");
    }

    proptest! {
        #[test]
        fn a_wait_is_never_too_short_nor_too_long(
            wait in prop_oneof![Just(Wait::Soon), Just(Wait::Slowly), Just(Wait::Tomorrow)],
            attempts in 0_u32..100,
            millis in 0_i64..4_000_000_000_000,
            random in -1.0..2.0_f64,
        ) {
            let now = Timestamp::from_millis(millis);
            let waited = next_attempt(wait, attempts, now, random).since(now);
            prop_assert!(waited >= SHORTEST || wait == Wait::Tomorrow);
            prop_assert!(waited <= LONGEST);
        }
    }
}
