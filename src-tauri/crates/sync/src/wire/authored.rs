//! Scenarios and skills together: as records of their own, and as what a session of the earlier web app ran with.

use std::collections::HashMap;

use rehearse_domain::{Language, Skill, Slug, Snapshot};
use rehearse_leancloud::{Invalid, Object};
use rehearse_store::{AuthoredRecord, RemoteAuthored};
use serde_json::{Map, Value};

use super::reading::{Fields, Unreadable, whole_stamp};
use super::{Class, scenario, skill, skills_of};
use crate::Terms;

/// Longest slug, in bytes.
const SLUG: usize = 64;

/// In what way a record is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    pub(crate) terms: &'a Terms,
    pub(crate) revision: u32,
    /// It comes with the program, and not from a person.
    pub(crate) built_in: bool,
}

/// The fields of a record; `skills` are the names of its skills on the server, if it is a scenario.
pub(crate) fn authored(
    record: &AuthoredRecord,
    skills: &[String],
    told: Told<'_>,
) -> Result<Map<String, Value>, Invalid> {
    match record {
        AuthoredRecord::Scenario(one) => scenario::scenario(one, skills, told),
        AuthoredRecord::Skill(one) => skill::skill(one, told),
    }
}

/// Rows of both classes, by the remote's ids.
#[derive(Debug, Default)]
pub(crate) struct Authored {
    pub(crate) scenarios: HashMap<String, Object>,
    pub(crate) skills: HashMap<String, Object>,
}

impl Authored {
    /// What a session of the scenario that the server calls `id` ran with, as far as it can be told.
    pub(crate) fn snapshot(&self, id: &str, language: Language) -> Result<Snapshot, Unreadable> {
        let row = self.scenarios.get(id);
        let skills = row.map(|row| self.skills_of(row, language)).unwrap_or_default();
        Ok(Snapshot {
            scenario: scenario::read(id, row, &skills, language)?,
            skills,
        })
    }

    fn skills_of(&self, scenario: &Object, language: Language) -> Vec<Skill> {
        let named = skills_of(scenario);
        let rows = named.iter().filter_map(|id| self.skills.get(id));
        rows.map(|row| skill::read(row, language)).collect()
    }

    /// A record as anybody may have written it.
    pub(crate) fn record(&self, class: Class, row: &Object) -> Result<RemoteAuthored, Unreadable> {
        let fields = Fields::of(row);
        let told = if class == Class::Skill { "name" } else { "title" };
        let title = match fields.text(told) {
            // A draft of ours may have none yet.
            None if !is_numbered(row) => return Err(Unreadable(told)),
            title => title.unwrap_or_default(),
        };
        let language = language_of(&title);
        let record = match class {
            Class::Skill => AuthoredRecord::Skill(Box::new(skill::read(row, language))),
            _ => {
                let skills = self.skills_of(row, language);
                let found = scenario::read(row.id.as_str(), Some(row), &skills, language)?;
                AuthoredRecord::Scenario(Box::new(found))
            }
        };
        Ok(RemoteAuthored {
            stamp: whole_stamp(class, row),
            record,
            is_numbered: is_numbered(row),
            is_built_in: row.fields.get("builtIn") == Some(&Value::Bool(true)),
        })
    }
}

/// How often a row says that it was changed; 0 where it does not count its changes, as those of the earlier web app.
pub(crate) fn revision(row: &Object) -> u32 {
    Fields::of(row).count("revision").unwrap_or(0)
}

/// Whether a row counts its changes.
pub(crate) fn is_numbered(row: &Object) -> bool {
    revision(row) > 0
}

/// The language that a text is in, as far as its letters tell.
fn language_of(text: &str) -> Language {
    let is_han = |letter: char| ('\u{3400}'..='\u{9fff}').contains(&letter);
    match text.chars().any(is_han) {
        true => Language::Chinese,
        false => Language::English,
    }
}

/// Texts of a list, as they are.
pub(super) fn strings(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A slug that looks like the text, or `earlier` where nothing of it can be kept. A slug stays as it is.
#[allow(clippy::expect_used, reason = "the word is one")]
pub(super) fn slug(text: &str) -> Slug {
    slug_like(text).unwrap_or_else(|| "earlier".parse().expect("a slug"))
}

/// A slug that looks like the text; `None` where nothing of it can be kept. A slug stays as it is.
pub(super) fn slug_like(text: &str) -> Option<Slug> {
    let lower = text.to_ascii_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut slug = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        let gap = usize::from(!slug.is_empty());
        if slug.len() + gap + word.len() > SLUG {
            break;
        }
        if gap > 0 {
            slug.push('-');
        }
        slug.push_str(word);
    }
    Slug::try_from(slug).ok()
}

#[cfg(test)]
#[path = "authored_tests.rs"]
mod tests;
