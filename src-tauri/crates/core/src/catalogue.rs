//! Catalogue, Brief, and what Home suggests: what can be practised joined with what was practised before.

use std::cmp::Reverse;
use std::collections::HashMap;

use rehearse_content::Library;
use rehearse_domain::{Language, Limits, PartnerKind, Persona, Publication, Scenario, Skill, Slug};
use rehearse_store::FamilyRuns;

use crate::settings::Settings;
use crate::view::{
    BriefView, CatalogueQuery, CatalogueView, CriterionView, LastRun, PartnerChoice, PersonaView, RunOptions,
    ScenarioCard, SkillName, SkillView, Suggestion,
};

/// The library as it looks to this user.
pub(crate) struct Catalogue<'library> {
    library: &'library Library,
    runs: HashMap<Slug, FamilyRuns>,
}

impl<'library> Catalogue<'library> {
    pub(crate) fn new(library: &'library Library, runs: Vec<FamilyRuns>) -> Self {
        let runs = runs.into_iter().map(|one| (one.family.clone(), one)).collect();
        Self { library, runs }
    }

    /// What fits the query, and everything one can narrow by. Names of skills come in `interface` language.
    pub(crate) fn view(&self, query: &CatalogueQuery, interface: Language) -> CatalogueView {
        let categories = self.library.categories().to_vec();
        let skills = self
            .library
            .skills()
            .iter()
            .filter(|skill| skill.language == interface)
            .map(named)
            .collect();
        let cards = self
            .library
            .scenarios()
            .iter()
            .filter(|one| fits(one, query))
            .map(|one| self.card(one))
            .collect();
        let damaged = self
            .library
            .damaged()
            .iter()
            .map(|one| one.file.clone())
            .collect();
        CatalogueView {
            cards,
            categories,
            skills,
            damaged,
        }
    }

    pub(crate) fn card(&self, scenario: &'library Scenario) -> ScenarioCard {
        let runs = self.runs.get(&scenario.family);
        ScenarioCard {
            slug: scenario.slug.clone(),
            family: scenario.family.clone(),
            language: scenario.language,
            category: scenario.category.clone(),
            title: scenario.title.clone(),
            summary: scenario.summary.clone(),
            minutes: minutes(scenario),
            skills: self.library.skills_of(scenario).map(named).collect(),
            heavy: scenario.heavy.is_some(),
            authored: self.library.is_authored(scenario),
            draft: scenario.publication == Publication::Draft,
            runs: runs.map_or(0, |one| one.runs),
            last_run: runs.map(|one| LastRun {
                session: one.last,
                at: one.last_at,
                objective: one.last_objective,
            }),
        }
    }

    /// The Brief, with the settings as the run's first options.
    pub(crate) fn brief(
        &self,
        scenario: &'library Scenario,
        settings: &Settings,
        partners: Vec<PartnerChoice>,
    ) -> BriefView {
        let other = self
            .library
            .family(&scenario.family)
            .into_iter()
            .find(|one| one.language != scenario.language);
        let chosen = partners.last();
        BriefView {
            card: self.card(scenario),
            other_language: other.map(|one| one.slug.clone()),
            description: scenario.description.clone(),
            heavy: scenario.heavy.clone(),
            objective: scenario.objective.clone(),
            criteria: scenario
                .end_criteria
                .iter()
                .map(|text| CriterionView { text: text.clone() })
                .collect(),
            partner: persona(&scenario.partner),
            trainee: persona(&scenario.trainee),
            skills: self.library.skills_of(scenario).map(rubric).collect(),
            idle_limit_s: seconds(scenario.idle_limit),
            duration_limit_s: seconds(scenario.duration_limit),
            options: RunOptions {
                opener: scenario.opener,
                factor: settings.time_factor,
                talk_mode: settings.talk_mode,
                review_before_sending: settings.review_before_sending,
                partner_voice: settings.partner_voice && chosen.is_none_or(|one| one.heard),
                partner: chosen.map_or(PartnerKind::Scripted, |one| one.kind),
                take_two: None,
            },
            needs_model: partners.is_empty(),
            partners,
            missing: scenario.gaps(),
        }
    }

    /// What to practise next, in the language asked for, with the reason.
    pub(crate) fn suggestion(&self, language: Language) -> Option<(ScenarioCard, Suggestion)> {
        let mut cards: Vec<ScenarioCard> = self.in_language(language).map(|one| self.card(one)).collect();
        if cards.iter().all(|card| card.runs == 0) {
            return cards
                .into_iter()
                .next()
                .map(|card| (card, Suggestion::FirstPractice));
        }
        cards.sort_by_key(|card| Reverse(card.last_run.as_ref().map(|run| run.at)));
        let untried = cards.iter().find(|card| card.runs == 0).cloned();
        untried.map(|card| (card, Suggestion::NotTriedYet)).or_else(|| {
            cards
                .into_iter()
                .next_back()
                .map(|card| (card, Suggestion::LongestAgo))
        })
    }

    /// Up to three scenarios to begin with, beside the one that is suggested.
    pub(crate) fn starters(&self, language: Language, suggested: Option<&ScenarioCard>) -> Vec<ScenarioCard> {
        self.in_language(language)
            .filter(|one| suggested.is_none_or(|card| card.slug != one.slug))
            .take(3)
            .map(|one| self.card(one))
            .collect()
    }

    /// What may be suggested: it can be started here and now.
    fn in_language(&self, language: Language) -> impl Iterator<Item = &'library Scenario> {
        self.library.scenarios().iter().filter(move |one| {
            let ready = one.publication == Publication::Published && one.script.is_some();
            one.language == language && ready
        })
    }
}

fn fits(scenario: &Scenario, query: &CatalogueQuery) -> bool {
    let words = query.search.as_deref().unwrap_or_default().to_lowercase();
    let text = [
        &scenario.title,
        &scenario.summary,
        &scenario.objective,
        &scenario.description,
    ]
    .map(|part| part.to_lowercase())
    .join("\n");
    words.split_whitespace().all(|word| text.contains(word))
        && query
            .category
            .as_ref()
            .is_none_or(|category| *category == scenario.category)
        && query
            .skill
            .as_ref()
            .is_none_or(|skill| scenario.skills.contains(skill))
        && query
            .language
            .is_none_or(|language| language == scenario.language)
        && query.minutes.is_none_or(|most| minutes(scenario) <= most)
}

/// How long a practice of it may take, in whole minutes.
pub(crate) fn minutes(scenario: &Scenario) -> u32 {
    seconds(scenario.duration_limit).div_ceil(60)
}

/// Whole seconds; limits are at most [`Limits::MAX`], so nothing is cut off.
fn seconds(limit: std::time::Duration) -> u32 {
    u32::try_from(limit.min(Limits::MAX).as_secs()).unwrap_or(0)
}

pub(crate) fn persona(persona: &Persona) -> PersonaView {
    PersonaView {
        name: persona.name.clone(),
        role: persona.role.clone(),
        background: persona.background.clone(),
    }
}

fn named(skill: &Skill) -> SkillName {
    SkillName {
        slug: skill.slug.clone(),
        name: skill.name.clone(),
    }
}

fn rubric(skill: &Skill) -> SkillView {
    SkillView {
        slug: skill.slug.clone(),
        name: skill.name.clone(),
        description: skill.description.clone(),
        anchors: skill.anchors.to_vec(),
        checks: skill.checks.iter().map(|check| check.0.clone()).collect(),
        good: skill.examples.good.clone(),
        poor: skill.examples.poor.clone(),
    }
}
