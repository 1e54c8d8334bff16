//! The server of models over a real socket, asked by a bare client: every route, every refusal, every script.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod client;
mod failures;
mod framing;
mod history;
mod judges;
mod partner;
mod refusals;
mod speech;
mod streams;
mod tolerance;
mod transcripts;
