//! Ids that a test can predict.

use std::sync::atomic::{AtomicU64, Ordering};

use rehearse_domain::IdSource;
use uuid::Uuid;

/// Hands out ids that end in 1, 2, 3 and so on, in the shape of a UUIDv7, so that they sort by age.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl CountingIds {
    /// A source whose first id is number 1.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// The id with this number.
    pub fn numbered(number: u64) -> Uuid {
        Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000 + u128::from(number))
    }
}

impl IdSource for CountingIds {
    fn next_id(&self) -> Uuid {
        Self::numbered(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_predictable_and_sort_by_age() {
        let ids = CountingIds::new();
        let (first, second) = (ids.next_id(), ids.next_id());
        assert_eq!(first, CountingIds::numbered(1));
        assert!(first < second);
        assert_eq!(first.get_version_num(), 7);
    }
}
