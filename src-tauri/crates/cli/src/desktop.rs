//! Everything that needs the core.

mod arguments;
mod author;
mod delivery;
mod evaluate;
mod feedback;
mod figures;
mod jobs;
mod login;
mod models;
mod plain;
mod practise;
mod print;
mod progress;
mod recover;
mod remote;
mod run;
mod scenario;
mod secret;
mod sentences;
mod sessions;
mod silent;
mod skills;
mod sync;
mod sync_changes;
mod table;
mod terminal;
mod transcribe;

use std::process::ExitCode;

use rehearse_core::error::ErrorView;
use tracing_subscriber::EnvFilter;

use crate::poll;
use arguments::{Arguments, Job};
use print::Printer;
use sentences::Sentences;

/// Does what was asked.
pub(crate) async fn run() -> ExitCode {
    let arguments = Arguments::typed();
    if let Job::Poll(how) = arguments.job {
        return poll::run(how).await;
    }
    // What goes wrong is said in the answer; the log is for those who ask for it.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let printer = Printer::new(arguments.json, Sentences::of_this_system());
    match jobs::run(arguments, &printer).await {
        Ok(code) => code,
        Err(error) => fail(&printer, &error),
    }
}

/// Says what happened, what is safe, and what to do next. With `--json` the error is data too.
fn fail(printer: &Printer, error: &ErrorView) -> ExitCode {
    printer.error(error);
    ExitCode::FAILURE
}
