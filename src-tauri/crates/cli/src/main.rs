//! The second host of the core: every job without a window. It proves that the core needs none, and it is what
//! scripts and servers use. Answers go to standard output, everything else to standard error.
//!
//! Without the feature `desktop` it holds no core, and does the one job that a server without sound has: `poll`.

#[cfg(feature = "desktop")]
mod arguments;
#[cfg(feature = "desktop")]
mod author;
#[cfg(feature = "desktop")]
mod delivery;
#[cfg(feature = "desktop")]
mod evaluate;
#[cfg(feature = "desktop")]
mod feedback;
#[cfg(feature = "desktop")]
mod figures;
#[cfg(feature = "desktop")]
mod jobs;
#[cfg(feature = "desktop")]
mod login;
#[cfg(feature = "desktop")]
mod models;
#[cfg(feature = "desktop")]
mod plain;
mod poll;
#[cfg(feature = "desktop")]
mod practise;
#[cfg(feature = "desktop")]
mod print;
#[cfg(feature = "desktop")]
mod progress;
#[cfg(feature = "desktop")]
mod recover;
#[cfg(feature = "desktop")]
mod remote;
#[cfg(feature = "desktop")]
mod run;
#[cfg(feature = "desktop")]
mod scenario;
#[cfg(feature = "desktop")]
mod secret;
#[cfg(feature = "desktop")]
mod sentences;
#[cfg(feature = "desktop")]
mod sessions;
#[cfg(feature = "desktop")]
mod silent;
#[cfg(feature = "desktop")]
mod skills;
#[cfg(not(feature = "desktop"))]
mod standalone;
#[cfg(feature = "desktop")]
mod sync;
#[cfg(feature = "desktop")]
mod sync_changes;
#[cfg(feature = "desktop")]
mod table;
#[cfg(feature = "desktop")]
mod terminal;
#[cfg(feature = "desktop")]
mod transcribe;

use std::process::ExitCode;

#[cfg(feature = "desktop")]
#[tokio::main]
async fn main() -> ExitCode {
    use clap::Parser as _;
    use tracing_subscriber::EnvFilter;

    let arguments = arguments::Arguments::parse();
    if let arguments::Job::Poll(how) = arguments.job {
        return poll::run(how).await;
    }
    // What goes wrong is said in the answer; the log is for those who ask for it.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let sentences = sentences::Sentences::of_this_system();
    let printer = print::Printer::new(arguments.json, sentences);
    match jobs::run(arguments, &printer).await {
        Ok(code) => code,
        Err(error) => fail(&printer, &error),
    }
}

#[cfg(not(feature = "desktop"))]
#[tokio::main]
async fn main() -> ExitCode {
    standalone::run().await
}

/// Says what happened, what is safe, and what to do next. With `--json` the error is data too.
#[cfg(feature = "desktop")]
fn fail(printer: &print::Printer, error: &rehearse_core::error::ErrorView) -> ExitCode {
    printer.error(error);
    ExitCode::FAILURE
}
