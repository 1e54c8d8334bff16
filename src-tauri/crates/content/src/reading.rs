//! Which records the library takes in: whole ones, each name once, and no scenario without its rubric. What it does
//! not take it names.

use std::collections::BTreeSet;

use rehearse_domain::{Gap, Scenario, Skill, Slug};

use crate::file::{self, FileError, Parsed};
use crate::{ContentError, Damaged, Library, SourceFile, shelf};

/// Why a record was not taken in.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("another file has the name \"{0}\" already")]
    NameTaken(Slug),
    #[error("there is no skill \"{0}\" in its language")]
    UnknownSkill(Slug),
    #[error("incomplete: {0:?}")]
    Incomplete(Vec<Gap>),
}

impl Library {
    /// Reads `files` in any order.
    ///
    /// # Errors
    /// [`ContentError::Empty`] when no scenario is left.
    pub fn read(files: &[SourceFile<'_>]) -> Result<Self, ContentError> {
        let mut library = Self::default();
        let mut scenarios = Vec::new();
        for source in files {
            let outcome = match file::parse(source) {
                Ok(Parsed::Skill(skill)) => library.take_skill(Skill::try_from(*skill)),
                // A scenario waits until all skills are there.
                Ok(Parsed::Scenario(scenario)) => {
                    scenarios.push((source.name, Scenario::from(*scenario)));
                    Ok(())
                }
                Err(error) => Err(error.into()),
            };
            library.note(source.name, outcome);
        }
        for (name, scenario) in scenarios {
            let outcome = library.take_scenario(scenario);
            library.note(name, outcome);
        }
        // Stable, so that English stands before Chinese, as the files do.
        library
            .scenarios
            .sort_by_key(|scenario| shelf::place(&scenario.family));
        let categories: BTreeSet<_> = library
            .scenarios
            .iter()
            .map(|scenario| &scenario.category)
            .collect();
        library.categories = categories.into_iter().cloned().collect();
        if library.scenarios.is_empty() {
            Err(ContentError::Empty(library.damaged))
        } else {
            Ok(library)
        }
    }

    fn take_skill(&mut self, skill: Result<Skill, FileError>) -> Result<(), Refusal> {
        let skill = skill?;
        if self.skill(&skill.slug, skill.language).is_some() {
            return Err(Refusal::NameTaken(skill.slug));
        }
        self.skills.push(skill);
        Ok(())
    }

    fn take_scenario(&mut self, scenario: Scenario) -> Result<(), Refusal> {
        if self.scenario(&scenario.slug).is_some() {
            return Err(Refusal::NameTaken(scenario.slug));
        }
        let gaps = scenario.gaps();
        if !gaps.is_empty() {
            return Err(Refusal::Incomplete(gaps));
        }
        let unknown = scenario
            .skills
            .iter()
            .find(|slug| self.skill(slug, scenario.language).is_none());
        if let Some(slug) = unknown {
            return Err(Refusal::UnknownSkill(slug.clone()));
        }
        self.scenarios.push(scenario);
        Ok(())
    }

    fn note(&mut self, file: &str, outcome: Result<(), Refusal>) {
        if let Err(refusal) = outcome {
            self.damaged.push(Damaged {
                file: file.to_owned(),
                reason: refusal.to_string(),
            });
        }
    }
}
