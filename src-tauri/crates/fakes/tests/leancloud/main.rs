//! What the fake answers, in-process: each shape and rule that a client may lean on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod app;
mod faults;
mod files;
mod objects;
mod queries;
mod requests;
mod served;
mod users;
