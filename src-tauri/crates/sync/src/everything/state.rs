//! How far a folder is filled. It is written whole after each step, so that a run that is killed goes on behind the last
//! one.

use std::collections::BTreeMap;

use rehearse_leancloud::{Cursor, Timestamp};
use serde::{Deserialize, Serialize};

use super::Source;

/// The layout that this program writes.
pub(crate) const VERSION: u32 = 1;

/// How far a folder is filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    pub(crate) version: u32,
    pub(crate) source: Source,
    #[serde(default)]
    pub(crate) classes: BTreeMap<String, ClassState>,
}

impl State {
    pub(crate) const fn new(source: Source) -> Self {
        Self {
            version: VERSION,
            source,
            classes: BTreeMap::new(),
        }
    }

    /// What is known of a class; made with a file name that no other class has, however a disk compares names.
    pub(crate) fn class(&mut self, name: &str) -> &mut ClassState {
        let taken = |stem: &str, classes: &BTreeMap<String, ClassState>| {
            classes
                .values()
                .any(|class| class.stem.eq_ignore_ascii_case(stem))
        };
        if !self.classes.contains_key(name) {
            // A class is named by letters, digits and `_`.
            let mut stem = name.to_owned();
            while taken(&stem, &self.classes) {
                stem.push('-');
            }
            self.classes.insert(name.to_owned(), ClassState::new(stem));
        }
        self.classes
            .entry(name.to_owned())
            .or_insert_with(|| ClassState::new(name.to_owned()))
    }
}

/// How far a class is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClassState {
    /// The name of its file, without `.jsonl`.
    pub(crate) stem: String,
    /// By the server's clock: whatever was changed before this moment is here.
    pub(crate) since: Option<Timestamp>,
    /// What is being read.
    pub(crate) reading: Option<Reading>,
    /// What stands in its file.
    pub(crate) settled: Option<Settled>,
}

impl ClassState {
    const fn new(stem: String) -> Self {
        Self {
            stem,
            since: None,
            reading: None,
            settled: None,
        }
    }
}

/// The first reading of a class, which is a long way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reading {
    /// By the server's clock: when it began.
    pub(crate) begun: Timestamp,
    /// So many bytes of the journal count.
    pub(crate) journal: u64,
    /// Where it goes on.
    pub(crate) at: At,
}

/// Where the first reading of a class goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum At {
    /// A scan, behind this cursor of the server, which lives 10 minutes.
    Scan(Option<String>),
    /// Pages, which can be turned at any time.
    Pages(Cursor),
    /// All rows came; what was changed meanwhile is to be caught up with.
    End,
}

/// What stands in the file of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settled {
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

#[cfg(test)]
mod tests {
    use rehearse_leancloud::Server;

    use super::*;
    use crate::everything::Reader;

    #[test]
    fn classes_that_differ_in_case_have_files_that_differ_in_more() {
        let server = Server::leancloud("https://a.example").unwrap();
        let mut state = State::new(Source::new(&server, "app", Reader::Owner));
        assert_eq!(state.class("Turn").stem, "Turn");
        assert_eq!(state.class("turn").stem, "turn-");
        assert_eq!(state.class("TURN").stem, "TURN--");
        assert_eq!(state.class("Turn").stem, "Turn");
    }
}
