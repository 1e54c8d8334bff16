//! What is left to do at a moment: sessions that may be worked on, and what keeps each from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rehearse_domain::Timestamp;
use rehearse_store::{Store, StoreError};
use rehearse_sync::blocking;
use rehearse_sync::poller::Standings;

use crate::panel::RECORDING;

/// More are not looked at; whoever drains that many comes back to the rest.
const MOST: u32 = 100_000;
/// What a poller says of mirrors before it was signed in: it is going to be.
const NOT_YET: &str = "feedback_signed_out";
/// Why sessions wait that have to be claimed on a server that cannot be asked.
pub(crate) const SERVER: &str = "feedback_server";

/// What is due, by what keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Remaining {
    /// Nothing keeps them: they are about to be begun.
    pub(crate) free: usize,
    /// How many are kept by what.
    pub(crate) held: BTreeMap<String, usize>,
}

impl Remaining {
    /// What is due now.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) async fn of(
        store: &Arc<Store>,
        standings: &Standings,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let store = Arc::clone(store);
        let due = blocking(move || {
            // Of mirrors that came without one nothing would be due.
            store.request_missing_evaluations(now)?;
            store.evaluations_due(now, MOST)
        });
        let mut remaining = Self::default();
        for one in due.await? {
            let hold = standings.hold(one.session);
            let hold = hold.filter(|hold| hold.code != NOT_YET && hold.until.is_none_or(|until| until > now));
            match hold {
                Some(hold) => *remaining.held.entry(hold.code).or_default() += 1,
                None => remaining.free += 1,
            }
        }
        Ok(remaining)
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.free + self.held.values().sum::<usize>()
    }

    /// Whether the server is what keeps some of them.
    pub(crate) fn server_is_away(&self) -> bool {
        self.held.contains_key(SERVER)
    }

    /// Whether a host fails that some of them need, or the disk.
    pub(crate) fn something_fails(&self) -> bool {
        let fails = |code: &String| {
            code.starts_with("evaluator_")
                || code.starts_with("transcriber_")
                || [RECORDING, "store"].contains(&code.as_str())
        };
        self.held.keys().any(fails)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(code: &str) -> Remaining {
        Remaining {
            free: 1,
            held: BTreeMap::from([(code.to_owned(), 2)]),
        }
    }

    #[test]
    fn what_waits_for_somebody_is_no_failure_and_what_fails_is() {
        for fine in ["feedback_elsewhere", "feedback_budget", "no_transcriber"] {
            assert!(
                !held(fine).something_fails() && !held(fine).server_is_away(),
                "{fine}"
            );
        }
        for failing in ["evaluator_unavailable", "transcriber_key", RECORDING, "store"] {
            assert!(held(failing).something_fails(), "{failing}");
        }
        assert!(held(SERVER).server_is_away());
        assert_eq!(held(SERVER).waiting(), 3);
    }
}
