//! Stories of the sender and the puller with a whole server: LeanCloud's fake in this process on simulated time, and a real Parse
//! Server where one can be started.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "the lints know tests by their attribute, which the helpers of tests do not have"
)]

mod account;
mod authoring;
mod certainty;
mod checks;
mod claims;
mod clips;
mod deleting;
mod earlier;
mod everything;
mod machine;
mod order;
mod parse;
mod pulling;
mod races;
mod records;
mod rescue;
mod schedules;
mod sending;
mod together;
mod trouble;
mod two_machines;
mod vanishing;
