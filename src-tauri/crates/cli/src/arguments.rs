//! What can be typed. Every command takes `--json` and `--data-dir`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use rehearse_domain::{ClipId, Language, Slug};

/// Practise the spoken conversations you dread, on your own computer.
#[derive(Debug, Parser)]
#[command(name = "rehearse-cli", version, about)]
pub(crate) struct Arguments {
    /// Print JSON instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Folder of the recordings and the database.
    #[arg(long, global = true, value_name = "DIR", env = "REHEARSE_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) job: Job,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Job {
    /// List microphones and loudspeakers.
    Devices,
    /// List the scenarios.
    Scenarios {
        /// Only those in this language: en or zh-CN.
        #[arg(long)]
        language: Option<Language>,
    },
    /// Show one scenario.
    Scenario {
        /// Its name, as `scenarios` lists it.
        slug: Slug,
        /// Show it in this language instead: en or zh-CN.
        #[arg(long)]
        language: Option<Language>,
    },
    /// Practise a scenario.
    Practise(Practise),
    /// List past sessions, newest first.
    Sessions(Sessions),
    /// Show one session with its turns.
    Session {
        /// Its id.
        id: String,
    },
    /// Show how the figures changed from one practice to the next; two practices in one language are needed.
    Progress {
        /// Those in this language: en or zh-CN [default: that of the latest practice].
        #[arg(long)]
        language: Option<Language>,
    },
    /// Show how somebody sounds in sound files, from the samples alone.
    ///
    /// Nothing is kept, and nothing is sent anywhere. Exit code 1 when a file could not be measured; the others are.
    Delivery {
        /// WAV or MP3.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Write a session as JSON, MP3 and WebVTT into a folder below DIR.
    Export {
        /// Its id.
        id: String,
        /// Where to.
        dir: PathBuf,
    },
    /// Delete a session for good: rows, recordings and all.
    Delete {
        /// Its id.
        id: String,
    },
    /// Close what a crash left open and keep all interrupted takes.
    ///
    /// A take becomes the next turn of its session; where the session is lost, a file of its own.
    Recover(Recover),
    /// Check that the database and the files agree. Exit code 1 when they do not.
    Verify,
}

/// Which sessions to list.
#[derive(Debug, Args)]
pub(crate) struct Sessions {
    /// Words to find in titles, goals and written lines.
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Most sessions to list [default: 20].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// List all of them.
    #[arg(long, conflicts_with = "limit")]
    pub(crate) all: bool,
}

/// What to do with what a crash left.
#[derive(Debug, Args)]
pub(crate) struct Recover {
    /// Discard this take for good instead of keeping it.
    #[arg(long, value_name = "CLIP")]
    pub(crate) discard: Vec<ClipId>,
    /// Only list the takes that wait; keep and discard none.
    #[arg(long, conflicts_with = "discard")]
    pub(crate) list: bool,
    /// First move a database that cannot be read out of the way, and begin anew. Nothing is deleted.
    #[arg(long)]
    pub(crate) set_aside: bool,
}

/// How to practise.
#[derive(Debug, Args)]
pub(crate) struct Practise {
    /// The scenario's name, as `scenarios` lists it.
    pub(crate) slug: Slug,
    /// Practise it in this language instead: en or zh-CN.
    #[arg(long)]
    pub(crate) language: Option<Language>,
    /// Who answers.
    #[arg(long, default_value = "scripted", value_parser = ["scripted"])]
    pub(crate) partner: String,
    /// Record from this microphone, as `devices` lists it.
    #[arg(long, value_name = "ID", conflicts_with = "input")]
    pub(crate) device: Option<String>,
    /// Take a trainee turn from this WAV file; once for each turn.
    #[arg(long, value_name = "FILE.wav", num_args = 1..)]
    pub(crate) input: Vec<PathBuf>,
    /// Speak the files and the partner's lines at their own speed instead of as fast as they go.
    #[arg(long, requires = "input")]
    pub(crate) realtime: bool,
    /// End after so many turns of the trainee.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) turns: Option<u32>,
}
