//! How many results a day may bring.

use rehearse_domain::Timestamp;
use rehearse_store::{Store, StoreError};

/// What "a day" is: the last 24 hours.
const DAY_MS: i64 = 24 * 3_600_000;

/// Whether what this holder has had judged, and what it works on, is as much as a day may bring. Blocking.
///
/// # Errors
/// What the store says.
pub fn is_spent(store: &Store, holder: &str, per_day: u32, now: Timestamp) -> Result<bool, StoreError> {
    let since = Timestamp::from_millis(now.as_millis().saturating_sub(DAY_MS));
    Ok(store.evaluations_spent_since(holder, since, now)? >= per_day)
}
