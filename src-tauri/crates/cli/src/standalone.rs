//! The program where there is no core: a server that only polls.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::poll::{self, Poll};

/// Gives practices on a server of your own their missing words and evaluations.
#[derive(Debug, Parser)]
#[command(name = "rehearse-cli", version, about)]
struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(Debug, Subcommand)]
enum Job {
    /// Give sessions on a server of your own their missing words and evaluations, beside any number of other pollers.
    ///
    /// It needs no sound, no keychain and nobody at a screen, and keeps a data folder of its own.
    Poll(Poll),
}

/// Does what was asked.
pub(crate) async fn run() -> ExitCode {
    let Job::Poll(how) = Arguments::parse().job;
    poll::run(how).await
}
