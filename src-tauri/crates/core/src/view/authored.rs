//! Scenarios and skills that people write: what there is, and what was changed in two places.

use serde::{Deserialize, Serialize};
use specta::Type;

use rehearse_domain::{Language, Slug, Timestamp};

use super::SyncMark;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AuthoredKind {
    /// A scenario.
    Scenario,
    /// A skill.
    Skill,
}

/// A scenario or a skill that is not built in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct AuthoredRow {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: AuthoredKind,
    /// Its name among others.
    pub slug: Slug,
    /// What people call it.
    pub title: String,
    /// The language it is written in.
    pub language: Language,
    /// Whether it is still being written.
    pub draft: bool,
    /// How often it was changed.
    pub revision: u32,
    /// When it was changed last, here or elsewhere.
    pub changed_at: Timestamp,
    /// Whether it was changed in two places, so that somebody has to choose.
    pub in_conflict: bool,
    /// How far the user's own server is told of it; `None` while nobody is signed in.
    pub sync: Option<SyncMark>,
}

/// One part of a record that says two things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DifferenceView {
    /// Which: the last part of `authored.field.<key>` in the message catalogue.
    pub field: String,
    /// What it says here, line by line; no line where it says nothing.
    pub yours: Vec<SaidLine>,
    /// What it says on the server.
    pub theirs: Vec<SaidLine>,
}

/// One line of what a record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SaidLine {
    /// What somebody wrote, in the language of the record.
    Written {
        /// That.
        text: String,
    },
    /// One of several that the program knows.
    Word {
        /// Its key in the message catalogue.
        key: String,
        /// What to say where the catalogue does not have it.
        text: String,
    },
    /// A length of time.
    Seconds {
        /// How long, in whole seconds.
        seconds: u32,
    },
}

/// A record that was changed here and elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ConflictView {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: AuthoredKind,
    /// What people call it here.
    pub title: String,
    /// The language it is written in.
    pub language: Language,
    /// When it was changed here.
    pub changed_at: Timestamp,
    /// Whether it was deleted here.
    pub deleted_here: bool,
    /// Whether it was deleted on the server.
    pub deleted_there: bool,
    /// What differs, in the order of the form.
    pub differences: Vec<DifferenceView>,
}

/// Everything that people wrote.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct AuthoredView {
    /// Scenarios, then skills; each by language and title.
    pub records: Vec<AuthoredRow>,
    /// What was changed in two places, the oldest change first.
    pub conflicts: Vec<ConflictView>,
}

/// Which of two versions stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeepVersion {
    /// What is here; the server is told.
    Yours,
    /// What the server has.
    Theirs,
}
