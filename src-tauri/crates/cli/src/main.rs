//! The second host of the core: every job without a window. It proves that the core needs none, and it is what
//! scripts and servers use. Answers go to standard output, everything else to standard error.

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
mod sync;
mod sync_changes;
mod table;
mod terminal;
mod transcribe;

use std::process::ExitCode;

use clap::Parser as _;
use rehearse_core::error::ErrorView;
use tracing_subscriber::EnvFilter;

use arguments::Arguments;
use print::Printer;
use sentences::Sentences;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // What goes wrong is said in the answer; the log is for those who ask for it.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let sentences = Sentences::of_this_system();
    let printer = Printer::new(arguments.json, sentences);
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
