//! Everything that is built in, read once, and what people wrote beside it. A file that cannot be used is left out and
//! named; only a library without a single scenario is an error.

use std::collections::BTreeSet;

use rehearse_domain::{Language, Scenario, ScenarioId, Skill, Slug, Snapshot};
use uuid::Uuid;

use crate::built_in_files;

/// How much of a slug stands before an id: a slug has 64 letters at most.
const SLUG_BEFORE_ID: usize = 31;

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
    /// Those that are not built in.
    pub(crate) authored: BTreeSet<ScenarioId>,
}

impl Library {
    /// What the app brings along.
    ///
    /// # Errors
    /// [`ContentError::Empty`] when no scenario is left.
    pub fn built_in() -> Result<Self, ContentError> {
        Self::read(built_in_files())
    }

    /// The same with what people wrote, after what is built in. A scenario whose slug is taken gets one of its own, by
    /// which it can be asked for.
    #[must_use]
    pub fn with_authored(&self, scenarios: Vec<Scenario>, skills: Vec<Skill>) -> Self {
        let mut library = self.clone();
        for mut scenario in scenarios {
            scenario.slug = library.free_slug(&scenario.slug, scenario.id.into());
            library.authored.insert(scenario.id);
            library.categories.push(scenario.category.clone());
            library.scenarios.push(scenario);
        }
        library.categories.sort();
        library.categories.dedup();
        library.skills.extend(skills);
        library
    }

    /// The slug, or where a scenario has it already one of the record's own.
    fn free_slug(&self, slug: &Slug, id: Uuid) -> Slug {
        if self.scenario(slug).is_none() {
            return slug.clone();
        }
        own_slug(slug, id)
    }

    /// Whether somebody wrote this scenario, so that it is not built in.
    pub fn is_authored(&self, scenario: &Scenario) -> bool {
        self.authored.contains(&scenario.id)
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

    /// The skills of a scenario in its order, in its language. What is built in goes with what is built in; what somebody
    /// wrote goes first with what they wrote, and may name a skill that is not here.
    pub fn skills_of<'library>(
        &'library self,
        scenario: &'library Scenario,
    ) -> impl Iterator<Item = &'library Skill> {
        let authored = self.is_authored(scenario);
        scenario.skills.iter().filter_map(move |slug| {
            let mut fitting = self
                .skills
                .iter()
                .filter(move |skill| skill.slug == *slug && skill.language == scenario.language);
            if authored {
                fitting.next_back()
            } else {
                fitting.next()
            }
        })
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
    /// [`ContentError::UnknownScenario`]; the skills of a built-in one are always there, see [`Self::damaged`].
    pub fn snapshot(&self, slug: &Slug) -> Result<Snapshot, ContentError> {
        let scenario = self
            .scenario(slug)
            .ok_or_else(|| ContentError::UnknownScenario(slug.clone()))?
            .clone();
        let skills = self.skills_of(&scenario).cloned().collect();
        Ok(Snapshot { scenario, skills })
    }
}

/// A slug that nothing but the record with this id has: as much of the given one as leaves room for the id.
#[must_use]
pub fn own_slug(slug: &Slug, id: Uuid) -> Slug {
    let head: String = slug.as_str().chars().take(SLUG_BEFORE_ID).collect();
    let unique = format!("{}-{}", head.trim_end_matches('-'), id.simple());
    unique.parse().unwrap_or_else(|_| slug.clone())
}

#[cfg(test)]
#[path = "library_tests.rs"]
mod tests;
