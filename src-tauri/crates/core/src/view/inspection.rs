//! What is asked of the user's own server beside sending: whether it is fit for that, and everything it has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

/// How good a finding about the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CheckVerdict {
    /// As it should be.
    Good,
    /// It works, and somebody should know of this.
    Warning,
    /// It does not work, or not safely.
    Bad,
}

/// A finding about the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct CheckView {
    /// How good it is.
    pub verdict: CheckVerdict,
    /// The last part of a key of the message catalogue, `check.…`.
    pub code: String,
    /// Of what did not work, why: the last part of a key `check.why.…`, whose sentence fills the place `why`.
    pub why: Option<String>,
    /// What the sentence's places are filled with.
    pub params: BTreeMap<String, String>,
}

/// How far fetching everything is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PullProgress {
    /// Rows of classes that are done.
    pub rows: f64,
    /// Files that are here.
    pub files: f64,
    /// Files there are.
    pub all_files: f64,
    /// Bytes that were fetched.
    pub bytes: f64,
}

/// What became of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PulledOutcome {
    /// Every row that the server counts is here.
    Whole,
    /// The server counts another number: it is being written to.
    Differs,
    /// The server has none any more; those here were left as they are.
    Vanished,
    /// The one who is signed in may not read it.
    Forbidden,
    /// The server refused to list it.
    Refused,
    /// It holds nothing but keys, and is left out on purpose.
    LeftOut,
}

/// A class that was fetched, or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PulledClass {
    /// Its name.
    pub class: String,
    /// What became of it.
    pub outcome: PulledOutcome,
    /// Rows that are here.
    pub rows: f64,
}

/// Why a file is not here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PulledFault {
    /// It is not where it should be.
    Missing,
    /// The host of files does not give it out.
    Refused,
    /// What came is not what was announced.
    Altered,
    /// It can only be had without encryption, and nobody agreed to that.
    PlainHttp {
        /// The host.
        host: String,
    },
    /// Nobody knows where it is.
    NoAddress,
    /// No answer, or a fault: another time it may work.
    Unavailable,
    /// Its place here is taken by a file of somebody else.
    Occupied {
        /// The place, below the folder.
        path: String,
    },
}

/// A file that could not be fetched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PulledFile {
    /// What the server calls it.
    pub id: String,
    /// Why.
    pub why: PulledFault,
}

/// What fetching everything came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PulledView {
    /// Where it lies.
    pub folder: String,
    /// Everything that could be seen is here.
    pub whole: bool,
    /// Rows that are here.
    pub rows: f64,
    /// The classes, by name.
    pub classes: Vec<PulledClass>,
    /// Files that are here.
    pub files: f64,
    /// Their bytes.
    pub bytes: f64,
    /// Files that this run fetched.
    pub fetched: f64,
    /// Files that are not here.
    pub failed: Vec<PulledFile>,
}
