//! What is practised: the story, the two people, when it has been reached, and the embedded partner's script.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Language, Limits, Persona, ScenarioId, Slug};

/// Longest title, in characters.
const MAX_TITLE: usize = 120;

/// Who speaks first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Opener {
    /// The partner, with the author's opening.
    #[default]
    Partner,
    /// The trainee.
    Trainee,
}

/// Whether a scenario can be started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publication {
    /// Still being written.
    Draft,
    /// Complete.
    #[default]
    Published,
}

/// Whether a record is there or was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordStatus {
    /// There.
    #[default]
    Active,
    /// Deleted, kept for its history only.
    Deleted,
}

/// One thing the scripted partner says, in one or more wordings that mean the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScriptLine(pub Vec<String>);

impl ScriptLine {
    /// The wording for a number; the same number always gives the same wording. `None` when there is none.
    pub fn wording(&self, number: usize) -> Option<&str> {
        self.0.get(number.checked_rem(self.0.len())?).map(String::as_str)
    }
}

/// What the embedded partner says, whatever the trainee does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The first line when the partner opens.
    pub opening: ScriptLine,
    /// Lines that push back, said in this order.
    pub push_back: Vec<ScriptLine>,
    /// The line after which the partner has nothing more to say.
    pub closing: ScriptLine,
}

/// A difficult conversation to practise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// Identity; UUIDv5 for built-in ones.
    pub id: ScenarioId,
    /// Stable name of a built-in scenario, unique over both languages.
    pub slug: Slug,
    /// Joins the two languages of one scenario.
    pub family: Slug,
    /// The language it is practised in.
    pub language: Language,
    /// Counts edits; a stale edit is refused.
    pub revision: u32,
    /// Area of life, a key of the catalogue such as `work`.
    pub category: Slug,
    /// At most 120 characters.
    pub title: String,
    /// One line for the catalogue.
    pub summary: String,
    /// The story in the second person, Markdown.
    pub description: String,
    /// A plain note when the subject is heavy.
    pub heavy: Option<String>,
    /// What the trainee wants to reach.
    pub objective: String,
    /// Observable signs that it has been reached. Never given to the partner.
    pub end_criteria: Vec<String>,
    /// Skills it trains, most important first.
    pub skills: Vec<Slug>,
    /// The other person.
    pub partner: Persona,
    /// The trainee's part.
    pub trainee: Persona,
    /// The partner's brief: temper, what moves them, what hardens them, what they hide.
    pub prompt: String,
    /// Who speaks first.
    pub opener: Opener,
    /// Longest silence before the session ends; over 0, at most 900 s.
    pub idle_limit: Duration,
    /// Longest session; over 0, at most 900 s.
    pub duration_limit: Duration,
    /// The embedded partner's lines; without them a model is needed.
    pub script: Option<Script>,
    /// Draft or published.
    pub publication: Publication,
    /// Active or deleted.
    pub record_status: RecordStatus,
}

/// Something without which a scenario can be neither published nor started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// No title, or one over 120 characters.
    Title,
    /// No story.
    Description,
    /// No objective.
    Objective,
    /// No partner name or role.
    Partner,
    /// No trainee role.
    Trainee,
    /// No end criterion.
    EndCriteria,
    /// No skill, or one named twice.
    Skills,
    /// An idle limit that is 0 or over 900 s.
    IdleLimit,
    /// A duration limit that is 0 or over 900 s.
    DurationLimit,
    /// No brief for the partner.
    Prompt,
}

impl Scenario {
    /// Everything that is missing, in the order of the form. Empty when the scenario can be started.
    pub fn gaps(&self) -> Vec<Gap> {
        let blank = |text: &str| text.trim().is_empty();
        let out_of_range = |limit: Duration| limit.is_zero() || limit > Limits::MAX;
        let mut skills = self.skills.clone();
        skills.sort();
        skills.dedup();
        [
            (
                Gap::Title,
                blank(&self.title) || self.title.chars().count() > MAX_TITLE,
            ),
            (Gap::Description, blank(&self.description)),
            (Gap::Objective, blank(&self.objective)),
            (
                Gap::Partner,
                blank(&self.partner.name) || blank(&self.partner.role),
            ),
            (Gap::Trainee, blank(&self.trainee.role)),
            (Gap::EndCriteria, self.end_criteria.iter().all(|one| blank(one))),
            (
                Gap::Skills,
                skills.is_empty() || skills.len() != self.skills.len(),
            ),
            (Gap::IdleLimit, out_of_range(self.idle_limit)),
            (Gap::DurationLimit, out_of_range(self.duration_limit)),
            (Gap::Prompt, blank(&self.prompt)),
        ]
        .into_iter()
        .filter_map(|(gap, missing)| missing.then_some(gap))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wording_repeats_for_the_same_number_and_changes_for_the_next() {
        let line = ScriptLine(vec!["one".into(), "two".into()]);
        assert_eq!(line.wording(0), Some("one"));
        assert_eq!(line.wording(3), Some("two"));
        assert_eq!(ScriptLine(vec![]).wording(3), None);
    }
}
