//! Everything that is built in, read once. A file that cannot be used is left out and named; only a library without
//! a single scenario is an error.

use rehearse_domain::{Language, Scenario, Skill, Slug, Snapshot};

use crate::built_in_files;

/// Something that the library cannot do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// No scenario could be read; with what was found instead.
    #[error("not one scenario of the library can be read; files left out: {}", .0.len())]
    Empty(Vec<Damaged>),
    /// No scenario has this slug.
    #[error("there is no scenario \"{0}\"")]
    UnknownScenario(Slug),
}

/// A file that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// Folder and file name.
    pub file: String,
    /// What is wrong with it, in English, for a person who can mend it.
    pub reason: String,
}

/// The built-in scenarios and skills.
#[derive(Debug, Clone, Default)]
pub struct Library {
    pub(crate) scenarios: Vec<Scenario>,
    pub(crate) skills: Vec<Skill>,
    pub(crate) categories: Vec<Slug>,
    pub(crate) damaged: Vec<Damaged>,
}

impl Library {
    /// What the app brings along.
    ///
    /// # Errors
    /// [`ContentError::Empty`] when no scenario is left.
    pub fn built_in() -> Result<Self, ContentError> {
        Self::read(built_in_files())
    }

    /// All scenarios in both languages, those to begin with first.
    pub fn scenarios(&self) -> &[Scenario] {
        &self.scenarios
    }

    /// All skills in both languages, sorted by file name.
    pub fn skills(&self) -> &[Skill] {
        &self.skills
    }

    /// The scenario with this slug.
    pub fn scenario(&self, slug: &Slug) -> Option<&Scenario> {
        self.scenarios.iter().find(|scenario| scenario.slug == *slug)
    }

    /// The skill with this slug in this language.
    pub fn skill(&self, slug: &Slug, language: Language) -> Option<&Skill> {
        self.skills
            .iter()
            .find(|skill| skill.slug == *slug && skill.language == language)
    }

    /// The languages of one scenario; none when nothing has this family.
    pub fn family(&self, family: &Slug) -> Vec<&Scenario> {
        self.scenarios
            .iter()
            .filter(|scenario| scenario.family == *family)
            .collect()
    }

    /// The keys of the areas of life that have a scenario, sorted.
    pub fn categories(&self) -> &[Slug] {
        &self.categories
    }

    /// What was left out and why.
    pub fn damaged(&self) -> &[Damaged] {
        &self.damaged
    }

    /// The scenario and its rubric, to be kept with a session.
    ///
    /// # Errors
    /// [`ContentError::UnknownScenario`]; its skills are always there, see [`Self::damaged`].
    pub fn snapshot(&self, slug: &Slug) -> Result<Snapshot, ContentError> {
        let scenario = self
            .scenario(slug)
            .ok_or_else(|| ContentError::UnknownScenario(slug.clone()))?
            .clone();
        let skill = |skill| self.skill(skill, scenario.language).cloned();
        let skills = scenario.skills.iter().filter_map(skill).collect();
        Ok(Snapshot { scenario, skills })
    }
}

#[cfg(test)]
#[path = "library_tests.rs"]
mod tests;
