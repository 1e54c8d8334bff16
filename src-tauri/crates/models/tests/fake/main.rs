//! The roles against the fake server of models, over real sockets: the right answer, the right number of requests, and
//! every sample as it was sent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod chain_times;
mod chains;
mod partner;
mod plainer;
mod privacy;
mod refusals;
mod speakers;
mod support;
mod transcribers;
mod voiced;
