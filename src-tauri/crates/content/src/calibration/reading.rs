//! What a transcript file may hold. As with the records, a field that nobody knows is an error.

use std::collections::BTreeMap;
use std::fmt;

use rehearse_domain::{Language, Outcome, Rating, Slug, Speaker};
use serde::de::{self, Deserialize, Deserializer, Visitor};

use super::{CalibrationCase, CalibrationKind, Expected};
use crate::SourceFile;
use crate::file::{FileError, from_toml};

/// `calibration/<name>.<language>.toml`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    kind: CalibrationKind,
    language: Language,
    scenario: Slug,
    outcome: Outcome,
    why: String,
    turns: Vec<TurnFile>,
    #[serde(default)]
    expected: BTreeMap<Slug, Expected>,
}

/// A turn is a table with one key, which says whose it is.
#[derive(serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum TurnFile {
    Partner(String),
    Trainee(String),
}

impl From<TurnFile> for (Speaker, Option<String>) {
    fn from(turn: TurnFile) -> Self {
        let (speaker, text) = match turn {
            TurnFile::Partner(text) => (Speaker::Partner, text),
            TurnFile::Trainee(text) => (Speaker::Trainee, text),
        };
        let heard = text.trim();
        (speaker, (!heard.is_empty()).then(|| heard.to_owned()))
    }
}

pub(crate) fn read(source: &SourceFile<'_>) -> Result<CalibrationCase, FileError> {
    let file: CaseFile = from_toml(source.text)?;
    Ok(CalibrationCase {
        name: own_name(source.name).to_owned(),
        kind: file.kind,
        language: file.language,
        scenario: file.scenario,
        outcome: file.outcome,
        why: file.why,
        turns: file.turns.into_iter().map(Into::into).collect(),
        expected: file.expected,
    })
}

/// The name of a file without its folder and its endings.
fn own_name(file: &str) -> &str {
    let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
    name.split_once('.').map_or(name, |(name, _)| name)
}

/// A number from 1 to 5 or the one word. By hand, because of two forms that are tried in turn no error says which
/// number was wrong.
impl<'de> Deserialize<'de> for Expected {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl Visitor<'_> for Written {
            type Value = Expected;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a level from 1 to 5, or \"not_observed\"")
            }

            fn visit_i64<E: de::Error>(self, level: i64) -> Result<Expected, E> {
                u8::try_from(level)
                    .ok()
                    .and_then(Rating::new)
                    .map(Expected::Level)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Signed(level), &self))
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Expected, E> {
                if word == "not_observed" {
                    Ok(Expected::NotObserved)
                } else {
                    Err(E::invalid_value(de::Unexpected::Str(word), &self))
                }
            }
        }

        deserializer.deserialize_any(Written)
    }
}
