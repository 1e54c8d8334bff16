//! What a run tells: steps on its way, and a report at its end. Codes and numbers; the sentences stand elsewhere.

use rehearse_leancloud::{Dialect, Error, Next, Reason, Why};
use serde::{Deserialize, Serialize};

/// Whose data a folder holds, and who asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// The address of the server.
    pub server: String,
    /// Which protocol it speaks: `leancloud` or `parse`.
    pub dialect: String,
    /// The app.
    pub app_id: String,
    /// Who asked.
    pub reader: Reader,
}

impl Source {
    pub(crate) fn new(server: &rehearse_leancloud::Server, app_id: &str, reader: Reader) -> Self {
        let dialect = match server.dialect() {
            Dialect::LeanCloud => "leancloud",
            Dialect::Parse => "parse",
        };
        Self {
            server: server.base().to_string(),
            dialect: dialect.to_owned(),
            app_id: app_id.to_owned(),
            reader,
        }
    }
}

/// Who asked, which decides what there was to see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Reader {
    /// The owner of the app, with the master key: everything there is.
    Owner,
    /// A user: what that user may read.
    User {
        /// The user's id.
        id: String,
    },
    /// Nobody in particular: what everybody may read.
    Anybody,
}

/// Something that a run did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// So many classes are to be read.
    Classes {
        /// How many.
        count: usize,
    },
    /// Rows of a class came.
    Rows {
        /// The class.
        class: String,
        /// How many are here so far.
        here: u64,
    },
    /// A class is done.
    ClassDone(ClassReport),
    /// So many files are to be fetched.
    Files {
        /// How many there are.
        count: u64,
        /// How many of them are here already, and right.
        here: u64,
    },
    /// A file was fetched.
    FileDone {
        /// Its size in bytes.
        bytes: u64,
    },
    /// A file could not be fetched.
    FileFailed(FailedFile),
}

/// What became of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassReport {
    /// Its name.
    pub class: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What became of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "outcome")]
pub enum Outcome {
    /// Every row that the server counts is here.
    Whole {
        /// How many.
        rows: u64,
    },
    /// The server counts another number: it is being written to faster than it can be read.
    Differs {
        /// Rows here.
        here: u64,
        /// Rows there.
        there: u64,
    },
    /// There were rows, and now the server has none at all. Those here were left as they are.
    Vanished {
        /// Rows here.
        here: u64,
    },
    /// This reader may not read it. What was fetched earlier was left as it is.
    Forbidden,
    /// The server refused to list it.
    Refused {
        /// LeanCloud's code, or the HTTP status.
        code: i64,
    },
    /// It holds nothing but keys, and is left out on purpose.
    LeftOut,
}

/// A file that is not here, and why. The next run tries again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailedFile {
    /// What the server calls it.
    pub id: String,
    /// Where it should be, if that is known.
    pub url: Option<String>,
    /// Why it is not here.
    pub reason: FileReason,
}

/// Why a file is not here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "why")]
#[non_exhaustive]
pub enum FileReason {
    /// There is no such file where it should be.
    Missing,
    /// The host of files has it and does not give it out.
    Refused {
        /// LeanCloud's code, or the HTTP status.
        code: i64,
    },
    /// What came is not what was announced: another size or another hash.
    Altered,
    /// It can only be had without encryption, and nobody agreed to that for this host.
    PlainHttp {
        /// The host.
        host: String,
    },
    /// Nobody knows where it is, or its address leads nowhere that files are.
    NoAddress,
    /// No answer, or a fault: another time it may work.
    Unavailable,
    /// Its place here is taken by a file that this program did not write.
    Occupied {
        /// The place, below the folder.
        path: String,
    },
}

impl FileReason {
    pub(crate) fn of(error: &Error) -> Self {
        match error.next() {
            Next::Stuck { reason } => match reason {
                Reason::Missing => Self::Missing,
                Reason::Altered => Self::Altered,
                Reason::PlainHttp(host) => Self::PlainHttp { host },
                Reason::Refused(code) => Self::Refused { code },
                _ => Self::NoAddress,
            },
            Next::SignInAgain => match error {
                Error::Invalid(_) => Self::NoAddress,
                _ => Self::Refused { code: 403 },
            },
            Next::Later { .. } | Next::AlreadyDone => Self::Unavailable,
        }
    }
}

/// What became of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilesReport {
    /// Files that are here, with size and hash as recorded.
    pub here: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Of these, how many came in this run.
    pub fetched: u64,
    /// Of those here, how many nothing is known about to check them against.
    pub unchecked: u64,
    /// Of those here, how many no row refers to any more. They are kept.
    pub unreferred: u64,
    /// Files that are not here.
    pub failed: Vec<FailedFile>,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whose data it is.
    pub source: Source,
    /// The classes, by name.
    pub classes: Vec<ClassReport>,
    /// The files.
    pub files: FilesReport,
}

impl Report {
    /// Whether everything that this reader may see is here: nothing differs and no file is missing. Classes that the
    /// reader may not see do not count against it.
    pub fn is_whole(&self) -> bool {
        let fine = |class: &ClassReport| {
            !matches!(
                class.outcome,
                Outcome::Differs { .. } | Outcome::Vanished { .. } | Outcome::Refused { .. }
            )
        };
        self.files.failed.is_empty() && self.classes.iter().all(fine)
    }

    /// How many rows are here, of all classes that are whole.
    pub fn rows(&self) -> u64 {
        let rows = |class: &ClassReport| match class.outcome {
            Outcome::Whole { rows } => rows,
            Outcome::Differs { here, .. } | Outcome::Vanished { here } => here,
            Outcome::Forbidden | Outcome::Refused { .. } | Outcome::LeftOut => 0,
        };
        self.classes.iter().map(rows).sum()
    }
}

/// Whether an error is worth another attempt in a moment.
pub(crate) fn may_pass(error: &Error) -> bool {
    matches!(
        error.next(),
        Next::Later {
            wait: rehearse_leancloud::Wait::Soon,
            why: Why::Unreachable | Why::NoAnswer | Why::Busy | Why::Fault,
            ..
        }
    )
}
