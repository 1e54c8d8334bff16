//! How far a judge agrees with what is known of transcripts, and with itself: figures out of pairs, and nothing else.
//! Whoever has the transcripts and the judge brings the pairs.
//!
//! Agreement beyond chance is the weighted kappa with squared distances as weights (J. Cohen, "Weighted kappa: nominal
//! scale agreement with provision for scaled disagreement or partial credit", Psychological Bulletin 70(4), 1968,
//! 213-220): 1 is full agreement, 0 what two who knew nothing of one another would reach with the levels that each gave.

use rehearse_domain::{Language, NotObserved, Rating, Sample, SkillFinding, Slug, Standing};
use serde::Serialize;

use crate::rubric::Case;

/// A share of fewer is none: one more or less would move it by a fifth. The product's own threshold.
const LEAST_FOR_A_SHARE: u32 = 5;
/// A kappa of fewer pairs is none. The product's own threshold; even at twice as many it is a rough one.
const LEAST_FOR_KAPPA: u32 = 10;

/// So many levels apart is far off.
const FAR_OFF: u8 = 2;

/// What a judge found for one skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Found {
    /// A level that rests on the trainee's words.
    Level {
        /// The median of the looks.
        rating: Rating,
        /// How many of the looks have this level.
        alike: u32,
        /// How many looks were taken.
        looks: u32,
    },
    /// The skill was not to be seen.
    NotObserved,
    /// The looks came to nothing: no majority, or no words to rest on.
    Nothing,
}

impl Found {
    /// What the answers for one skill of a case came to.
    pub fn of(case: &Case, finding: &SkillFinding, samples: &[Sample]) -> Self {
        match finding.standing {
            Standing::Rated { rating, .. } => {
                let looks = case.levels(&finding.skill, samples);
                let alike = looks.iter().filter(|look| **look == Some(rating));
                Self::Level {
                    rating,
                    alike: whole(alike.count()),
                    looks: whole(looks.len()),
                }
            }
            Standing::NotObserved {
                why: NotObserved::NoSign | NotObserved::NoChance,
            } => Self::NotObserved,
            Standing::NotObserved { .. } => Self::Nothing,
        }
    }

    /// The level, where there is one.
    pub fn level(self) -> Option<Rating> {
        match self {
            Self::Level { rating, .. } => Some(rating),
            Self::NotObserved | Self::Nothing => None,
        }
    }
}

/// What is known for one skill of a transcript, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The skill.
    pub skill: Slug,
    /// The language of the practice.
    pub language: Language,
    /// What has to be found; `None` is that the skill is not to be seen.
    pub expected: Option<Rating>,
    /// What was.
    pub found: Found,
}

impl Pair {
    /// How many levels lie between the two, where both are levels.
    pub fn distance(&self) -> Option<u8> {
        Some(self.expected?.level().abs_diff(self.found.level()?.level()))
    }

    /// Whether two levels or more lie between them.
    pub fn is_far_off(&self) -> bool {
        self.distance().is_some_and(|distance| distance >= FAR_OFF)
    }
}

/// A figure and what it rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figure {
    /// With two decimals; `None` where `n` is too small to tell, or the figure is not defined.
    pub value: Option<f64>,
    /// How many it rests on.
    pub n: u32,
}

/// The figures for some pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// How many of the expected levels were found. One that was missed altogether counts as not found, here and in
    /// `within_one`.
    pub exact: Figure,
    /// How many were found to within one level.
    pub within_one: Figure,
    /// Quadratic weighted kappa of the pairs in which both are levels.
    pub kappa: Figure,
    /// How often it was found that the skill was not to be seen, where that was expected.
    pub not_observed: Figure,
    /// How many of the looks that were taken have the level that they came to.
    pub self_agreement: Figure,
}

impl Figures {
    /// The figures for these pairs.
    pub fn of<'pairs>(pairs: impl IntoIterator<Item = &'pairs Pair>) -> Self {
        let (with_level, without): (Vec<&Pair>, Vec<&Pair>) =
            pairs.into_iter().partition(|pair| pair.expected.is_some());
        let within = |most: u8| {
            let near = |pair: &&&Pair| pair.distance().is_some_and(|distance| distance <= most);
            share(with_level.iter().filter(near).count(), with_level.len())
        };
        let unseen = without.iter().filter(|pair| pair.found == Found::NotObserved);
        let all = with_level.iter().chain(&without);
        let (alike, looks) = all.fold((0, 0), |sum, pair| match pair.found {
            Found::Level { alike, looks, .. } => (sum.0 + alike, sum.1 + looks),
            Found::NotObserved | Found::Nothing => sum,
        });
        Self {
            exact: within(0),
            within_one: within(1),
            kappa: kappa(&with_level),
            not_observed: share(unseen.count(), without.len()),
            self_agreement: share(alike as usize, looks as usize),
        }
    }
}

/// The figures of one skill in one language.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SkillFigures {
    /// The skill.
    pub skill: Slug,
    /// The language.
    pub language: Language,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The figures of one language.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LanguageFigures {
    /// The language.
    pub language: Language,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The figures of a judge.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// Skill by skill in each language, sorted.
    pub skills: Vec<SkillFigures>,
    /// Language by language, sorted.
    pub languages: Vec<LanguageFigures>,
    /// Of all pairs.
    pub total: Figures,
}

impl Agreement {
    /// The figures for these pairs, and for each group of them.
    pub fn of(pairs: &[Pair]) -> Self {
        let mut groups: Vec<(&Slug, Language)> =
            pairs.iter().map(|pair| (&pair.skill, pair.language)).collect();
        groups.sort();
        groups.dedup();
        let mut languages: Vec<Language> = groups.iter().map(|(_, language)| *language).collect();
        languages.sort();
        languages.dedup();
        let skills = groups.into_iter().map(|(skill, language)| SkillFigures {
            skill: skill.clone(),
            language,
            figures: Figures::of(
                pairs
                    .iter()
                    .filter(|pair| (&pair.skill, pair.language) == (skill, language)),
            ),
        });
        let languages = languages.into_iter().map(|language| LanguageFigures {
            language,
            figures: Figures::of(pairs.iter().filter(|pair| pair.language == language)),
        });
        Self {
            skills: skills.collect(),
            languages: languages.collect(),
            total: Figures::of(pairs),
        }
    }
}

fn share(hits: usize, of: usize) -> Figure {
    let n = whole(of);
    let value = (n >= LEAST_FOR_A_SHARE).then(|| rounded(hits as f64 / f64::from(n)));
    Figure { value, n }
}

/// One minus what the squared distances are to what they would be by chance. Not defined where there is no distance by
/// chance either: all levels are one and the same.
fn kappa(pairs: &[&Pair]) -> Figure {
    let levels = |pair: &&Pair| Some((pair.expected?.level(), pair.found.level()?.level()));
    let levels: Vec<(i64, i64)> = pairs
        .iter()
        .filter_map(levels)
        .map(|(one, other)| (i64::from(one), i64::from(other)))
        .collect();
    let n = whole(levels.len());
    let sum = |of: fn(&(i64, i64)) -> i64| -> i64 { levels.iter().map(of).sum() };
    // Both n² times too large.
    let observed = i64::from(n) * sum(|(one, other)| (one - other) * (one - other));
    let by_chance = i64::from(n) * sum(|(one, other)| one * one + other * other)
        - 2 * sum(|(one, _)| *one) * sum(|(_, other)| *other);
    let is_defined = n >= LEAST_FOR_KAPPA && by_chance > 0;
    Figure {
        value: is_defined.then(|| rounded(1.0 - observed as f64 / by_chance as f64)),
        n,
    }
}

/// To two decimals, and never minus nothing.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0 + 0.0
}

fn whole(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
