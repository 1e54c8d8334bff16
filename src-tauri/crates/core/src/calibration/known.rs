//! The transcripts as they go before a judge, with what is known of them.

use std::collections::BTreeMap;

use rehearse_content::{CalibrationCase, Expected, Library, calibration_cases};
use rehearse_domain::{Language, Rating, Slug};
use rehearse_models::rubric::{Case, SpokenTurn};

use super::CalibrationChoice;
use crate::error::ErrorView;

/// One transcript.
pub(super) struct KnownCase {
    pub(super) name: String,
    pub(super) language: Language,
    /// With the skills of which something is known, and no others.
    pub(super) case: Case,
    /// `None` is that the skill is not to be seen.
    pub(super) expected: BTreeMap<Slug, Option<Rating>>,
}

/// The transcripts that fit, sorted by name. Those of which nothing is to be found are left out: nobody is asked about
/// them.
pub(super) fn cases(library: &Library, choice: &CalibrationChoice) -> Result<Vec<KnownCase>, ErrorView> {
    let all = calibration_cases().map_err(ErrorView::internal)?;
    let mut fitting = Vec::new();
    for mut known in all {
        if choice.language.is_some_and(|language| language != known.language) {
            continue;
        }
        known
            .expected
            .retain(|skill, _| choice.skills.is_empty() || choice.skills.contains(skill));
        if !known.expected.is_empty() {
            fitting.push(prepared(&known, library)?);
        }
    }
    if fitting.is_empty() {
        return Err(ErrorView::new("calibrate_none"));
    }
    Ok(match choice.cases {
        Some(most) => of_both(fitting, most as usize),
        None => fitting,
    })
}

/// The transcript in its scenario, before a judge who is asked about the skills of which something is known.
pub(super) fn prepared(known: &CalibrationCase, library: &Library) -> Result<KnownCase, ErrorView> {
    let missing = |what: &str| ErrorView::internal(format!("{}: no {what}", known.name));
    let scenario = known.scenario_in(library).ok_or_else(|| missing("scenario"))?;
    let skills = known.expected.keys().map(|slug| {
        let skill = library.skill(slug, known.language).cloned();
        skill.ok_or_else(|| missing(slug.as_str()))
    });
    let turns = known.turns.iter().zip(0..);
    let case = Case {
        language: known.language,
        title: scenario.title.clone(),
        objective: scenario.objective.clone(),
        partner: scenario.partner.name.clone(),
        trainee: scenario.trainee.name.clone(),
        skills: skills.collect::<Result<_, _>>()?,
        turns: turns
            .map(|((speaker, text), number)| SpokenTurn {
                number,
                speaker: *speaker,
                text: text.clone(),
            })
            .collect(),
    };
    let expected = known.expected.iter().map(|(slug, expected)| {
        let level = match expected {
            Expected::Level(rating) => Some(*rating),
            Expected::NotObserved => None,
        };
        (slug.clone(), level)
    });
    Ok(KnownCase {
        name: known.name.clone(),
        language: known.language,
        case,
        expected: expected.collect(),
    })
}

/// At most so many, half of each language as far as there are: the languages take turns in the names, and every second one
/// would be of the same.
fn of_both(all: Vec<KnownCase>, most: usize) -> Vec<KnownCase> {
    let (english, chinese): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|known| known.language == Language::English);
    let half = most.div_ceil(2).max(most.saturating_sub(chinese.len()));
    let mut few = spread(english, half);
    let left = most - few.len();
    few.extend(spread(chinese, left));
    few
}

/// At most so many, evenly from the first to the last: names sort by scenario, and the first ones would all be of one.
fn spread(all: Vec<KnownCase>, most: usize) -> Vec<KnownCase> {
    let (of, most) = (all.len(), most.min(all.len()));
    let taken: Vec<usize> = (0..most).map(|place| place * of / most).collect();
    let numbered = all.into_iter().enumerate();
    numbered
        .filter(|(place, _)| taken.contains(place))
        .map(|(_, known)| known)
        .collect()
}
