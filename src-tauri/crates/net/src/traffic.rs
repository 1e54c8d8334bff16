//! How many bytes went to which server and why. Bodies are counted, in the form that was handed in or handed out;
//! headers and what TLS adds are not.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

/// What a request is for, in a word that a user would understand: `sync`, `audio`, `partner`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purpose(&'static str);

impl Purpose {
    /// A purpose of this name.
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// What was exchanged with one server for one purpose since the counting began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// Host, and port where it is not the usual one.
    pub host: String,
    /// What for.
    pub purpose: Purpose,
    /// Requests that were begun.
    pub requests: u64,
    /// Bytes of request bodies handed to the connection.
    pub sent: u64,
    /// Bytes of answers, unpacked.
    pub received: u64,
}

/// Counts for one server and purpose, and for the ledger that this one is a part of.
#[derive(Debug)]
pub(crate) struct Counter {
    requests: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
    of_the_whole: Option<Arc<Counter>>,
}

impl Counter {
    fn part_of(whole: Option<Arc<Self>>) -> Self {
        Self {
            requests: AtomicU64::default(),
            sent: AtomicU64::default(),
            received: AtomicU64::default(),
            of_the_whole: whole,
        }
    }

    pub(crate) fn request(&self) {
        self.grow(|counter| &counter.requests, 1);
    }

    pub(crate) fn sent(&self, bytes: usize) {
        self.grow(|counter| &counter.sent, bytes as u64);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.grow(|counter| &counter.received, bytes as u64);
    }

    fn grow(&self, figure: fn(&Self) -> &AtomicU64, by: u64) {
        figure(self).fetch_add(by, Ordering::Relaxed);
        if let Some(whole) = &self.of_the_whole {
            whole.grow(figure, by);
        }
    }
}

/// The counters of all, or of those who are counted apart.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    counters: Mutex<BTreeMap<(String, Purpose), Arc<Counter>>>,
    whole: Option<Arc<Ledger>>,
}

impl Ledger {
    /// Begins at nothing. What is counted in it is counted in the whole too.
    pub(crate) fn part_of(whole: Arc<Self>) -> Self {
        Self {
            counters: Mutex::default(),
            whole: Some(whole),
        }
    }

    pub(crate) fn counter(&self, host: &str, purpose: Purpose) -> Arc<Counter> {
        let whole = self.whole.as_ref().map(|whole| whole.counter(host, purpose));
        let mut counters = self.counters.lock();
        let counter = counters.entry((host.to_owned(), purpose));
        Arc::clone(counter.or_insert_with(|| Arc::new(Counter::part_of(whole))))
    }

    pub(crate) fn list(&self) -> Vec<Traffic> {
        let ledger = self.counters.lock();
        let line = |((host, purpose), counter): (&(String, Purpose), &Arc<Counter>)| Traffic {
            host: host.clone(),
            purpose: *purpose,
            requests: counter.requests.load(Ordering::Relaxed),
            sent: counter.sent.load(Ordering::Relaxed),
            received: counter.received.load(Ordering::Relaxed),
        };
        ledger.iter().map(line).collect()
    }
}
