//! Who has taken over from whom in a practice: each change is passed on once.

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;

/// Somebody goes on in place of somebody else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StandIn {
    /// Who does not answer.
    pub(crate) model: String,
    /// Who goes on.
    pub(crate) substitute: String,
}

/// The changes of one practice.
#[derive(Clone, Default)]
pub(crate) struct StandIns(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    passed_on: BTreeSet<StandIn>,
    new: Vec<StandIn>,
}

impl StandIns {
    pub(super) fn note(&self, change: StandIn) {
        let mut kept = self.0.lock();
        if kept.passed_on.insert(change.clone()) {
            kept.new.push(change);
        }
    }

    /// The oldest one that nobody was told of.
    pub(crate) fn next(&self) -> Option<StandIn> {
        let new = &mut self.0.lock().new;
        (!new.is_empty()).then(|| new.remove(0))
    }
}
