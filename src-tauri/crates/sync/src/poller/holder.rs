//! What a computer is called in its leases.

use rehearse_store::{Store, StoreError};

use crate::Tools;

/// Where it is kept.
const NAME: &str = "poller.name";

/// What this data folder is called in leases: `rehearse-` and sixteen digits that say nothing about the person or the
/// computer, the same at each start. Each folder has its own, so that it knows on the server which rounds are its own; a
/// folder that is copied brings its name along, and the copies take each other's rounds for theirs. Blocking.
///
/// # Errors
/// What the store says.
pub fn holder(store: &Store, tools: &Tools) -> Result<String, StoreError> {
    // A share has 53 bits by chance; two of them fill the digits.
    let digits = || ((tools.random)() * f64::from(u32::MAX)) as u32;
    store.setting_or_put(NAME, format!("rehearse-{:08x}{:08x}", digits(), digits()))
}
