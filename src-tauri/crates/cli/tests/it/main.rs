//! The real program, as people and scripts start it: every command with and without `--json`, its exit codes and its
//! standard error. Each test has a data folder of its own and a sound system that has no devices.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod authoring;
mod beside;
mod crashing;
mod deciding;
mod delivery;
mod evaluating;
mod exporting;
mod feedback;
mod looking;
mod model_host;
mod models;
mod offline;
mod plain_models;
mod practising;
mod rescuing;
mod scenario;
mod server;
mod speech;
mod stage;
mod syncing;
#[cfg(unix)]
mod terminal;
mod trouble;
mod typing;
mod waiting;
