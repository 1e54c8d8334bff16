//! How those in a chain stand: it remembers who failed, so that not every request waits for that one anew. Requests may
//! overlap, so nothing here waits for another.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Who is asked first, who answered last, and who wants to know of it.
pub(super) struct Standing {
    players: usize,
    next: AtomicUsize,
    answered: AtomicUsize,
    told: Box<dyn Fn(usize, usize) + Send + Sync>,
}

impl Standing {
    pub(super) fn new(players: usize, told: impl Fn(usize, usize) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            players,
            next: AtomicUsize::new(0),
            answered: AtomicUsize::new(0),
            told: Box::new(told),
        })
    }

    pub(super) fn players(&self) -> usize {
        self.players
    }

    /// Who is asked first.
    pub(super) fn next(&self) -> usize {
        self.next.load(Ordering::SeqCst)
    }

    /// The one behind it is asked first from now on, unless another request has found that out already.
    pub(super) fn failed(&self, place: usize) {
        let behind = (place + 1) % self.players;
        let _ = self
            .next
            .compare_exchange(place, behind, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// A late answer of one that has failed others in the meantime changes nothing.
    pub(super) fn answered(&self, place: usize, fell: bool) {
        if !fell && self.next() != place {
            return;
        }
        self.next.store(place, Ordering::SeqCst);
        let before = self.answered.swap(place, Ordering::SeqCst);
        if before != place {
            (self.told)(before, place);
        }
    }
}
