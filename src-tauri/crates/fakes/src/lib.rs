//! Servers that the tests talk to instead of the world, and a runner for a real one.
//!
//! A crate beside `testkit`, so that a test that needs a microphone builds no HTTP server. Nothing here is part of
//! the app, and nothing here reaches beyond this computer: servers listen on loopback only.

mod forms;
pub mod leancloud;
mod loopback;
pub mod models;
mod parse_server;

pub use parse_server::{ParseKeys, ParseServer};

/// What a server needs is not on this machine. The suite that needs it is left out and says so.
#[derive(Clone, Debug, thiserror::Error)]
#[error("not available here: {why}")]
pub struct Unavailable {
    /// Which part, and how to get it.
    pub why: String,
}

impl Unavailable {
    pub(crate) fn because(why: impl std::fmt::Display) -> Self {
        Self { why: why.to_string() }
    }
}
