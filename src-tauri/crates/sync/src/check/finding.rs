//! What a check finds: codes with parameters, and how good they are. The sentences stand elsewhere.

use rehearse_leancloud::{Dialect, Error, Next, ObjectId};
use serde::Serialize;

use crate::outcome::{stuck_word, word};

/// How good a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works, and somebody should know of this.
    Warning,
    /// It does not work, or not safely.
    Bad,
}

/// One line of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckLine {
    /// How good it is.
    pub verdict: Verdict,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

/// Why something did not work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// In one word: `unreachable`, `sign_in`, `refused`, ...
    pub why: &'static str,
    /// LeanCloud's code, where the server gave one.
    pub code: Option<i64>,
}

impl Trouble {
    pub(crate) fn of(error: &Error) -> Self {
        let why = match error.next() {
            Next::Later { why, .. } => word(why),
            Next::SignInAgain => "sign_in",
            Next::Stuck { reason } => stuck_word(&reason),
            Next::AlreadyDone => "already_done",
        };
        let code = match error {
            Error::Server(refusal) => refusal.code,
            _ => None,
        };
        Self { why, code }
    }

    pub(crate) const fn because(why: &'static str) -> Self {
        Self { why, code: None }
    }
}

/// What is done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowStep {
    /// It is created.
    Create,
    /// It is read.
    Read,
    /// It is changed.
    Update,
    /// It is deleted.
    Delete,
}

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileStep {
    /// It is uploaded.
    Upload,
    /// It is downloaded.
    Download,
    /// It is deleted.
    Delete,
}

/// What could not be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Whether the keys are accepted.
    Keys,
    /// Who is signed in.
    User,
    /// Whether others see rows of this user.
    Strangers,
    /// What rows without rights of their own may be used for.
    DefaultAcl,
    /// Whether conditions of updates are honoured.
    Conditions,
    /// Whether rows are there twice.
    Twins,
}

/// What a check finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "code")]
#[non_exhaustive]
pub enum Finding {
    /// The server answers as it should.
    Reached {
        /// `leancloud` or `parse`.
        dialect: &'static str,
    },
    /// The server does not answer.
    Unreachable {
        /// Why.
        trouble: Trouble,
    },
    /// The server may only be reached without encryption, and nobody agreed to that.
    PlainHttp {
        /// The host.
        host: String,
    },
    /// Something answers at this address that is not the API that was expected.
    WrongAddress {
        /// Which one answers there instead, if one does.
        speaks: Option<&'static str>,
    },
    /// LeanCloud closes.
    Closes {
        /// In so many days.
        days: i64,
    },
    /// LeanCloud has closed.
    Closed,
    /// The server knows the app and its key.
    KeysAccepted,
    /// The server does not know the app, or its key is another.
    KeysRefused,
    /// The server's clock minus the one here.
    Clock {
        /// In milliseconds.
        offset_ms: i64,
    },
    /// The session holds.
    SignedIn {
        /// Whose it is.
        user: ObjectId,
    },
    /// Nobody is signed in: rows would be everybody's.
    NobodySignedIn,
    /// The session has run out.
    SessionEnded,
    /// Somebody else is signed in than it should be.
    OtherUser {
        /// Who is.
        user: ObjectId,
    },
    /// A row can be created, read, changed and deleted.
    RowsWork,
    /// One of these cannot be done.
    RowRefused {
        /// Which.
        step: RowStep,
        /// Why.
        trouble: Trouble,
    },
    /// Nobody else sees or changes a row of this user.
    RowsHidden,
    /// Somebody without a session can do so.
    RowsOpen {
        /// See it.
        read: bool,
        /// Change it.
        write: bool,
    },
    /// A row that is created without rights of its own.
    DefaultAcl {
        /// Whether everybody can see it.
        read: bool,
        /// Whether everybody can change it.
        write: bool,
    },
    /// Updates can be made under a condition.
    Conditions {
        /// Whether the server checks it in one step with the update. Parse Server does not.
        atomic: bool,
    },
    /// The server updates whatever the condition says.
    ConditionsIgnored,
    /// Several operations go in one request.
    BatchWorks,
    /// They do not.
    BatchBroken {
        /// Why.
        trouble: Trouble,
    },
    /// Rows of a class have the same `clientId`: there is certainly no unique index on it.
    Twins {
        /// The class.
        class: &'static str,
        /// How many rows are there too often.
        count: usize,
    },
    /// No row is there twice. Whether an index would refuse one cannot be told without writing into these classes.
    UniqueUnproven {
        /// The classes.
        classes: Vec<&'static str>,
    },
    /// A file can be uploaded and comes back as it was.
    FilesWork,
    /// It cannot.
    FileRefused {
        /// At which step.
        step: FileStep,
        /// Why.
        trouble: Trouble,
    },
    /// Whoever knows the address of a file can read it.
    FilesReadable,
    /// Files are kept where only an unencrypted connection leads.
    FilesPlainHttp {
        /// The host.
        host: String,
        /// Whether the user agreed to it.
        agreed: bool,
    },
    /// Files can be deleted.
    FilesDeletable {
        /// Only because the master key is at hand.
        with_master_key: bool,
    },
    /// Only the owner of the app may delete files. The file of the check stays, and the next one uses it again.
    FilesStay {
        /// The file.
        file: String,
    },
    /// This could not be looked at.
    NotChecked {
        /// What.
        part: Part,
        /// Why.
        trouble: Trouble,
    },
    /// What the check made and could not remove. The next check tries again.
    LeftBehind {
        /// Rows.
        rows: usize,
        /// Files.
        files: Vec<String>,
    },
}

impl Finding {
    pub(crate) const fn is(self, verdict: Verdict) -> CheckLine {
        CheckLine {
            verdict,
            finding: self,
        }
    }
}

pub(crate) const fn dialect_word(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::LeanCloud => "leancloud",
        Dialect::Parse => "parse",
    }
}
