//! `poll`: the poller on a server, from credentials that stand in a file. What happens is told in the log, on standard
//! error; errors are in English, because whoever runs a server need have no catalogue of messages.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use rehearse_headless::{
    Earlier, FORM, Outcome, PollError, PollOptions, credentials_place, data_folder, poll, read,
};
use tracing_subscriber::EnvFilter;

/// The exit code where something was given up, or a host fails that something waits for.
const SOMETHING_FAILS: u8 = 2;
/// What a person has to mend before it is started again (EX_CONFIG); the unit for systemd knows it.
const FOR_A_PERSON: u8 = 78;
/// What a shell expects of a program that was asked to end before it was done.
const TERMINATED: u8 = 143;
/// What is logged where `RUST_LOG` says nothing.
const USUAL: &str = "warn,rehearse_cli=info,rehearse_headless=info,rehearse_sync=info";

/// How to poll.
#[derive(Debug, Args)]
#[command(after_long_help = FORM)]
pub(crate) struct Poll {
    /// The credentials, as JSON, in a file that only you can read [default: the systemd credential `rehearse-poll`].
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// A data folder of its own, never the one that somebody records into [default: systemd's state directory].
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// End once nothing more can be done now. Exit code 1 when the server could not be asked, 2 when something was given
    /// up or a host fails that something waits for, 78 when a person has to mend something.
    #[arg(long)]
    once: bool,
    /// Requests to models that are under way at once.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    in_flight: u16,
    /// How long others wait for a poller that died; the app has 90.
    #[arg(long, value_name = "SECONDS", default_value_t = 90, value_parser = clap::value_parser!(u64).range(10..=3600))]
    lease: u64,
    /// Evaluations by a model in 24 hours, at most.
    #[arg(long, value_name = "N")]
    per_day: Option<u32>,
    /// See also to what was practised before the hosts of the models were first used here.
    #[arg(long, conflicts_with = "since")]
    everything: bool,
    /// The same, for what was practised on this day (UTC) or later.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = since)]
    since: Option<Earlier>,
    /// What it is called in its leases, which everybody who may read the evaluations can see [default: rehearse- and
    /// sixteen digits by chance].
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Between two looks at the server.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(5..=86_400))]
    every: u64,
}

/// Polls until nothing is left to do, or until it is asked to end.
pub(crate) async fn run(how: Poll) -> ExitCode {
    log();
    // From here on being asked to end is no death.
    let stop = asked_to_end();
    let once = how.once;
    let ended = match options(how) {
        Ok(options) => poll(options, stop).await,
        Err(error) => Err(error),
    };
    match ended {
        Ok(ended) => match ended.outcome {
            Outcome::Done => ExitCode::SUCCESS,
            Outcome::Stopped if once => ExitCode::from(TERMINATED),
            Outcome::Stopped => ExitCode::SUCCESS,
            Outcome::ServerAway => ExitCode::FAILURE,
            Outcome::SomethingFails => ExitCode::from(SOMETHING_FAILS),
        },
        Err(error) => {
            tell(&error);
            match error.is_for_a_person() {
                true => ExitCode::from(FOR_A_PERSON),
                false => ExitCode::FAILURE,
            }
        }
    }
}

fn since(day: &str) -> Result<Earlier, &'static str> {
    Earlier::since_day(day).ok_or("a day is written like 2026-11-24")
}

fn options(how: Poll) -> Result<PollOptions, PollError> {
    let folder = env::var_os("CREDENTIALS_DIRECTORY");
    let place = credentials_place(how.credentials, folder.as_ref())?;
    let credentials = read(&place, folder.as_ref())?;
    Ok(PollOptions {
        credentials,
        data: data_folder(how.data, env::var_os("STATE_DIRECTORY").as_ref())?,
        once: how.once,
        in_flight: how.in_flight.into(),
        lease: Duration::from_secs(how.lease),
        per_day: how.per_day,
        earlier: match how.everything {
            true => Earlier::Sent,
            false => how.since.unwrap_or_default(),
        },
        name: how.name.filter(|name| !name.trim().is_empty()),
        every: Duration::from_secs(how.every),
    })
}

/// Text for whoever sits at the terminal, else one JSON object a line.
fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match io::stderr().is_terminal() {
        true => log.with_target(false).init(),
        false => log.json().flatten_event(true).with_target(false).init(),
    }
}

/// Says what happened, what is safe, and what to do next.
fn tell(error: &PollError) {
    let (code, safe, next) = (error.code(), error.safe(), error.next());
    if io::stderr().is_terminal() {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(io::stderr(), "{error}\n{safe}\n{next}");
        return;
    }
    tracing::error!(code, safe, next, "{error}");
}

/// Ends when somebody or the system asks the program to end.
fn asked_to_end() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let terminated = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate()).ok()
    };
    async move {
        #[cfg(unix)]
        let terminated = async move {
            match terminated {
                Some(mut signal) => {
                    signal.recv().await;
                }
                None => std::future::pending().await,
            }
        };
        #[cfg(not(unix))]
        let terminated = std::future::pending::<()>();
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => {
                if interrupted.is_err() {
                    std::future::pending::<()>().await;
                }
            }
            () = terminated => {}
        }
    }
}
