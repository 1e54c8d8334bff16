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

/// What was exchanged with one server for one purpose since the program started.
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

#[derive(Debug, Default)]
pub(crate) struct Counter {
    requests: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

impl Counter {
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn sent(&self, bytes: usize) {
        self.sent.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn received(&self, bytes: usize) {
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<BTreeMap<(String, Purpose), Arc<Counter>>>);

impl Ledger {
    pub(crate) fn counter(&self, host: &str, purpose: Purpose) -> Arc<Counter> {
        Arc::clone(self.0.lock().entry((host.to_owned(), purpose)).or_default())
    }

    pub(crate) fn list(&self) -> Vec<Traffic> {
        let ledger = self.0.lock();
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
