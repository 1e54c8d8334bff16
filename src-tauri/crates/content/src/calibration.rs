//! The calibration set: transcripts of which it is known what a judge has to make of them, because the levels follow
//! from the anchors of the skills. Whoever tries out a judge reads it; the app does not carry it.

mod reading;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rehearse_domain::{Language, Outcome, Rating, Scenario, Slug, Speaker};
use serde::Deserialize;

use crate::{Damaged, Library, SourceFile};

pub(crate) use reading::read;

/// What a transcript tries a judge with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationKind {
    /// The trainee does well; single skills may still be missed.
    Good,
    /// Half done, or good at one thing and bad at another.
    Middling,
    /// The trainee does badly; a single skill may still be shown.
    Bad,
    /// It ends before there is enough to rate.
    Short,
    /// The trainee speaks of something else.
    OffTopic,
    /// Somebody in the talk speaks to the judge.
    Injection,
    /// The trainee speaks another language than the practice.
    WrongLanguage,
    /// The trainee says nothing, or nothing that could be heard.
    SilentTrainee,
    /// The good lines are the partner's.
    PartnerDoesTheWork,
}

/// What a judge has to find for one skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// This level.
    Level(Rating),
    /// No sentence of the trainee shows the skill, well or badly.
    NotObserved,
}

/// One transcript with what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalibrationCase {
    /// Its name, which is its own within its language.
    pub name: String,
    /// What it tries a judge with.
    pub kind: CalibrationKind,
    /// The language of the practice.
    pub language: Language,
    /// The family of a built-in scenario; with the language it names one, which gives the people and their story.
    pub scenario: Slug,
    /// Whether there is enough to rate.
    pub outcome: Outcome,
    /// Why these are the right levels, for a person who doubts it.
    pub why: String,
    /// Who says what, in order; `None` where nobody could hear it.
    pub turns: Vec<(Speaker, Option<String>)>,
    /// What has to be found, for the skills that the transcript is an example for; none where there is not enough.
    pub expected: BTreeMap<Slug, Expected>,
}

impl CalibrationCase {
    /// The scenario it was spoken in.
    pub fn scenario_in<'library>(&self, library: &'library Library) -> Option<&'library Scenario> {
        library
            .family(&self.scenario)
            .into_iter()
            .find(|scenario| scenario.language == self.language)
    }

    /// What the trainee says, turn by turn, without what nobody could hear.
    pub fn heard(&self) -> impl Iterator<Item = &str> {
        self.turns
            .iter()
            .filter(|(speaker, _)| *speaker == Speaker::Trainee)
            .filter_map(|(_, text)| text.as_deref())
    }
}

/// A transcript that cannot be read. A set with a hole in it would report figures that nobody can compare, so that one
/// of them is enough.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", .0.file, .0.reason)]
pub struct UnreadableCase(pub Damaged);

/// The transcripts as they were embedded, sorted by name.
pub fn calibration_files() -> &'static [SourceFile<'static>] {
    include!(concat!(env!("OUT_DIR"), "/calibration.rs"))
}

/// The whole set, sorted by file name.
///
/// # Errors
/// [`UnreadableCase`] for the first file that cannot be read.
pub fn calibration_cases() -> Result<Vec<CalibrationCase>, UnreadableCase> {
    calibration_files()
        .iter()
        .map(|source| {
            read(source).map_err(|error| {
                UnreadableCase(Damaged {
                    file: source.name.to_owned(),
                    reason: error.to_string(),
                })
            })
        })
        .collect()
}
