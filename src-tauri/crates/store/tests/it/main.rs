//! Stories over real files in temporary folders.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "the lints know tests by their attribute, which the helpers of tests do not have"
)]

#[path = "../support/mod.rs"]
mod support;

mod authoring;
mod backup;
mod checking;
mod child;
mod deleting;
mod exchanges;
mod figures;
mod frozen;
mod judging;
mod judging_elsewhere;
mod listing;
mod lock;
mod rated;
mod recording;
mod recovering;
mod searching;
mod sending;
mod trouble;
mod verifying;

use std::path::Path;
use std::time::{Duration, Instant};

use rehearse_domain::{EndReason, Objective, Timestamp};
use rehearse_store::{Access, SessionEnd, Store, StoreError};

/// The folder's owner, a day in.
pub(crate) fn owner(folder: &Path) -> Store {
    owner_at(folder, support::at(86_400))
}

/// The owner of a folder at a moment. A lock that a test has just let go is held on for a moment where another test
/// starts a process: until that one is the new program, it has every open file of this one.
pub(crate) fn owner_at(folder: &Path, now: Timestamp) -> Store {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        match Store::open(folder, Access::Owner, now) {
            Err(StoreError::Held(_)) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(5));
            }
            opened => return opened.expect("the folder opens"),
        }
    }
}

/// A manual end of a session, 90 s after it was prepared.
pub(crate) fn end(session: u64) -> SessionEnd {
    SessionEnd {
        id: support::session_id(session),
        ended_at: support::at(session * 60 + 90),
        active: Duration::from_secs(80),
        reason: EndReason::Manual,
        objective: Objective::default(),
    }
}

/// Adds an ended session of `raise` in which these words were said, the partner first.
pub(crate) fn practised(store: &Store, number: u64, words: &[&str]) {
    practised_as(store, support::session(number), number, words);
}

/// Adds an ended session in which these words were said.
pub(crate) fn practised_as(store: &Store, session: rehearse_domain::Session, number: u64, words: &[&str]) {
    store.create_session(&session).expect("a new session");
    for (sequence, words) in (0..).zip(words) {
        store
            .record_turn(&support::turn(number, sequence, words))
            .expect("the next turn");
    }
    store.end_session(&end(number)).expect("the first end");
}
