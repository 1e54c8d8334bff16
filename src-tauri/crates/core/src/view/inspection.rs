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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PulledClass {
    /// Its name.
    pub class: String,
    /// `whole`, `differs`, `vanished`, `forbidden`, `refused` or `left_out`.
    pub outcome: String,
    /// Rows that are here.
    pub rows: f64,
}

/// A file that could not be fetched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PulledFile {
    /// What the server calls it.
    pub id: String,
    /// Why, in one word.
    pub why: String,
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
