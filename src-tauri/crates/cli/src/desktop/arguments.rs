//! What can be typed. Every command takes `--json` and, but for `poll`, `--data-dir`.

mod evaluate;
mod login;
mod models;
mod sessions;

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use rehearse_domain::{ClipId, Language, Slug};

use crate::poll::Poll;
pub(crate) use evaluate::Evaluate;
pub(crate) use login::{Keys, Login, Server};
pub(crate) use models::{ModelsJob, SetModel, place};
pub(crate) use sessions::Sessions;

/// Practise the spoken conversations you dread, on your own computer.
#[derive(Debug, Parser)]
#[command(name = "rehearse-cli", version, about)]
pub(crate) struct Arguments {
    /// Print JSON instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Folder of the recordings and the database. `poll` has another one, `--data`.
    #[arg(long, global = true, value_name = "DIR", env = "REHEARSE_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) job: Job,
}

impl Arguments {
    /// Reads what was typed; ends the program where that cannot be done.
    pub(crate) fn typed() -> Self {
        let mut command = Self::command();
        let matches = command.get_matches_mut();
        let read = Self::from_arg_matches(&matches).and_then(|read| {
            // What the environment says is for all the others.
            let is_typed = matches.value_source("data_dir") == Some(ValueSource::CommandLine);
            match read.job {
                Job::Poll(_) if is_typed => Err(clap::Error::raw(
                    ErrorKind::ArgumentConflict,
                    "--data-dir names the folder that somebody records into, and a poller has one of its own: \
                     name that with --data FOLDER",
                )),
                _ => Ok(read),
            }
        });
        read.unwrap_or_else(|error| error.format(&mut command).exit())
    }
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
    /// Write scenarios and skills of your own, as JSON files.
    Author {
        #[command(subcommand)]
        what: Author,
    },
    /// Practise a scenario.
    Practise(Practise),
    /// List the models that play a role, or set them up: who answers, writes down, judges and lends a voice.
    ///
    /// Keys are asked for, or read from standard input; they are never arguments.
    Models {
        #[command(subcommand)]
        job: Option<ModelsJob>,
    },
    /// Have what you said in a session written down by the transcriber's host. Exit code 1 when turns are left.
    Transcribe {
        /// The session's id.
        id: String,
    },
    /// Show the feedback on a session, which counts as having looked at it. Exit code 1 while there is none.
    Feedback {
        /// The session's id.
        id: String,
        /// Ask for it, and wait: what was said goes to the transcriber's and the evaluator's host. Earlier results stay.
        #[arg(long)]
        ask: bool,
    },
    /// Try out the judge on transcripts of which the levels are known. Nothing of yours is sent, and nothing is kept.
    Evaluate(Evaluate),
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
    /// Sign in at a server of your own: from then on everything recorded here is told to it.
    ///
    /// Keys and passwords are asked for, or read from standard input, one a line: the app's key, the master key, the
    /// password or the recovery code, as far as each is needed.
    Login(Login),
    /// Sign out. What was recorded stays here, and what the server has stays there.
    Logout,
    /// Tell your server what was recorded, for as long as this runs.
    Sync(Sync),
    /// Look at your server.
    Remote {
        #[command(subcommand)]
        job: RemoteJob,
    },
    /// Fetch what your server has into a folder. A run that was broken off is gone on with.
    Pull {
        /// All rows and all files, as the server gives them; with a master key of the whole app.
        #[arg(long, value_name = "DIR", required = true)]
        everything: PathBuf,
    },
    /// Give sessions on a server of your own their missing words and evaluations, beside any number of other pollers.
    ///
    /// It needs no sound, no keychain and nobody at a screen, and keeps a data folder of its own.
    Poll(Poll),
    /// Check that the database and the files agree. Exit code 1 when they do not.
    Verify,
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

/// How to send.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Sync {
    #[command(subcommand)]
    pub(crate) job: Option<SyncJob>,
    /// End when nothing more goes out now and the server was asked once what is new. Exit code 1 when something waits or
    /// needs you, or the server could not be asked.
    #[arg(long)]
    pub(crate) once: bool,
    /// Go online first, if Rehearse is set to work offline.
    #[arg(long)]
    pub(crate) online: bool,
    /// Bring all recordings of your other computers here too, from now on.
    #[arg(long)]
    pub(crate) all_audio: bool,
}

/// What to do with the server.
#[derive(Debug, Subcommand)]
pub(crate) enum RemoteJob {
    /// Try out everything that sending relies on: keys, clock, rights, files. Exit code 1 when something does not work.
    ///
    /// Rows and a file are made for this and removed again.
    Check,
}

/// What to do with scenarios and skills of one's own.
#[derive(Debug, Subcommand)]
pub(crate) enum Author {
    /// List them.
    List,
    /// Print one as JSON; a built-in one too, to write your own after it.
    Show {
        /// Its id or its slug.
        name: String,
    },
    /// Keep one that stands in a file: a new one, or a new revision of the one that has its id.
    ///
    /// A revision that is not made from the one that is kept is refused. A file with the id of something built in becomes
    /// a record of its own. What a scenario without `script` says to you needs a model.
    Save {
        /// JSON, as `author show` prints it; - reads standard input.
        file: PathBuf,
    },
    /// Delete one. Past sessions keep what they ran with.
    Delete {
        /// Its id or its slug.
        name: String,
    },
    /// Show what was changed both here and on your server, and how the two versions differ.
    Conflicts,
    /// Choose which of the two versions stays.
    Keep {
        /// The id, as `author conflicts` shows it.
        id: String,
        /// Yours, or the server's.
        #[arg(value_enum)]
        version: Version,
    },
}

/// Which of two versions.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Version {
    /// What is here.
    Mine,
    /// What the server has.
    Theirs,
}

/// What to do instead.
#[derive(Debug, Subcommand)]
pub(crate) enum SyncJob {
    /// Show how far everything is, and what needs you.
    Status,
    /// Let changes that need you be tried again.
    Retry(Changes),
    /// Give up telling the server of changes that need you. On this computer nothing is lost.
    GiveUp(Changes),
    /// Agree to speak to a host without encryption, such as the one where the files lie.
    ///
    /// Whoever is on the way there can listen; that recordings come back unchanged is checked. What was stuck because of it
    /// is tried again. This computer needs no agreement.
    AgreeHttp {
        /// The host as it stands in the address, such as files.example.org.
        host: String,
        /// Take the agreement back.
        #[arg(long)]
        take_back: bool,
    },
}

/// Which changes.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Changes {
    /// Their ids, as `sync status` lists them.
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<u32>,
    /// All of them.
    #[arg(long)]
    pub(crate) all: bool,
}

/// How to practise.
#[derive(Debug, Args)]
pub(crate) struct Practise {
    /// The scenario's name, as `scenarios` lists it.
    pub(crate) slug: Slug,
    /// Practise it in this language instead: en or zh-CN.
    #[arg(long)]
    pub(crate) language: Option<Language>,
    /// Who answers: the built-in partner, which sends nothing anywhere and is the default also where a model is set up; or
    /// `model`, the one that plays the partner. A preset, or `qwen` for either of Qwen's, asks that this is where it is.
    #[arg(long, value_name = "WHO", default_value = "scripted", value_parser = models::partners())]
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
