//! How many results a day may bring.

use std::sync::Arc;

use rehearse_domain::Timestamp;
use rehearse_store::{Store, StoreError};

use crate::blocking::on;

/// What "a day" is: the last 24 hours.
const DAY_MS: i64 = 24 * 3_600_000;

/// Whether what this holder has had judged, and what it works on, is as much as a day may bring.
///
/// # Errors
/// What the store says.
pub async fn is_spent(
    store: &Arc<Store>,
    holder: &str,
    per_day: u32,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let since = Timestamp::from_millis(now.as_millis().saturating_sub(DAY_MS));
    let holder = holder.to_owned();
    let spent = on(store, move |store| {
        store.evaluations_spent_since(&holder, since, now)
    });
    Ok(spent.await? >= per_day)
}
