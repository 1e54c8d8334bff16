//! What a record file may hold, field by field. A field that nobody knows is an error, so that a typing mistake does
//! not become a missing line.

use rehearse_domain::{Language, Opener, Persona, Script, Slug};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::SourceFile;

/// `scenarios/<family>.<language>.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioFile {
    pub(crate) slug: Slug,
    pub(crate) family: Slug,
    pub(crate) language: Language,
    pub(crate) revision: u32,
    pub(crate) category: Slug,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) heavy: Option<String>,
    pub(crate) objective: String,
    pub(crate) end_criteria: Vec<String>,
    pub(crate) skills: Vec<Slug>,
    #[serde(default)]
    pub(crate) opener: Opener,
    pub(crate) idle_seconds: u64,
    pub(crate) duration_seconds: u64,
    /// The partner's brief.
    pub(crate) brief: String,
    pub(crate) partner: Persona,
    pub(crate) trainee: Persona,
    pub(crate) script: Script,
}

/// `skills/<slug>.<language>.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SkillFile {
    pub(crate) slug: Slug,
    pub(crate) language: Language,
    pub(crate) revision: u32,
    pub(crate) category: Slug,
    pub(crate) name: String,
    pub(crate) description: String,
    /// A list rather than five of something, so that the linter can say how many are missing.
    pub(crate) anchors: Vec<String>,
    pub(crate) checks: Vec<String>,
    pub(crate) examples: ExamplesFile,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExamplesFile {
    pub(crate) good: String,
    pub(crate) poor: String,
    pub(crate) counter: String,
}

/// A file that was read.
pub(crate) enum Parsed {
    Scenario(Box<ScenarioFile>),
    Skill(Box<SkillFile>),
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("it lies in neither the folder scenarios nor the folder skills")]
    Folder,
    #[error("line {line}: {reason}")]
    Toml { line: usize, reason: String },
    #[error("{0} of 5 anchors are there")]
    Anchors(usize),
}

/// Reads a record.
pub(crate) fn parse(file: &SourceFile<'_>) -> Result<Parsed, FileError> {
    match file.name.split_once('/') {
        Some(("scenarios", _)) => from_toml(file.text).map(Parsed::Scenario),
        Some(("skills", _)) => from_toml(file.text).map(Parsed::Skill),
        _ => Err(FileError::Folder),
    }
}

/// Reads the text of a file. Line ends of another system are taken for what they mean, so that a record is the same
/// everywhere.
pub(crate) fn from_toml<T: DeserializeOwned>(text: &str) -> Result<T, FileError> {
    let text = text.replace("\r\n", "\n");
    toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        FileError::Toml {
            line,
            reason: error.message().to_owned(),
        }
    })
}
