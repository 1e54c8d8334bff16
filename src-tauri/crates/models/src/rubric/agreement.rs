//! Several looks at one skill, taken together: majority for what was seen and for each check, the median for the level,
//! and how far they agree as the confidence (arXiv 2510.27106, 2203.11171).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rehearse_domain::{CheckAnswer, Confidence, NotObserved, Quote, Rating, Skill, SkillFinding, Standing};

use super::reading::{Seen, Verdict};
use super::transcript::Transcript;

/// Looks that are always taken.
const FIRST: u32 = 3;
/// Looks when the first ones are far apart.
pub(super) const MOST: u32 = 5;
/// One more, when not one of the first ones could quote the trainee.
const WITH_ONE_MORE: u32 = FIRST + 1;

/// So many levels apart is no agreement.
const FAR_APART: u8 = 2;

/// Quotes that a finding rests on at most.
const MOST_QUOTES: usize = 5;

/// The looks that still have to be taken: the first three, then as many more as those call for.
pub(super) fn missing(looks: &BTreeMap<u32, Option<Seen>>) -> Vec<u32> {
    let still =
        |from: u32, to: u32| -> Vec<u32> { (from..to).filter(|look| !looks.contains_key(look)).collect() };
    let first = still(0, FIRST);
    if first.is_empty() {
        still(FIRST, wanted(looks))
    } else {
        first
    }
}

/// How many looks there have to be, by what the first three say.
fn wanted(looks: &BTreeMap<u32, Option<Seen>>) -> u32 {
    let first: Vec<&Seen> = looks
        .range(..FIRST)
        .filter_map(|(_, look)| look.as_ref())
        .collect();
    if !matches!(majority(&first), Some(Verdict::Seen(_))) {
        return FIRST;
    }
    let levels = levels(&first);
    match spread(&levels) {
        None => WITH_ONE_MORE,
        Some((low, high)) if high.level() - low.level() >= FAR_APART => MOST,
        Some(_) => FIRST,
    }
}

/// What the looks at a skill come to.
pub(super) fn finding(
    skill: &Skill,
    looks: &BTreeMap<u32, Option<Seen>>,
    transcript: &Transcript<'_>,
) -> SkillFinding {
    let wanted = wanted(looks);
    let seen: Vec<&Seen> = looks
        .range(..wanted)
        .filter_map(|(_, look)| look.as_ref())
        .collect();
    let checks = checks(skill, &seen);
    let standing = standing(&seen, &checks);
    let mut finding = SkillFinding {
        skill: skill.slug.clone(),
        standing,
        note: String::new(),
        checks,
        quotes: Vec::new(),
        worked: None,
        change: None,
        rules: super::rules::counts(&skill.slug, transcript),
    };
    match standing {
        Standing::Rated { rating, .. } => {
            let mut nearest: Vec<&Seen> = seen
                .iter()
                .copied()
                .filter(|look| look.proven().is_some())
                .collect();
            nearest.sort_by_key(|look| look.proven().map(|other| other.level().abs_diff(rating.level())));
            finding.quotes = quotes(&nearest);
            finding.note = first_note(&nearest);
            finding.worked = nearest.iter().find_map(|look| look.strength.clone());
            finding.change = nearest.iter().find_map(|look| look.improvement.clone());
        }
        Standing::NotObserved { why } => {
            let agreeing: Vec<&Seen> = seen
                .iter()
                .copied()
                .filter(|look| {
                    matches!(
                        (why, look.verdict),
                        (NotObserved::NoSign, Verdict::NoSign) | (NotObserved::NoChance, Verdict::NoChance)
                    )
                })
                .collect();
            finding.note = first_note(&agreeing);
            // Where there was an occasion, there is something that could have been said.
            if why == NotObserved::NoSign {
                finding.change = agreeing.iter().find_map(|look| look.improvement.clone());
            }
        }
    }
    finding
}

fn standing(seen: &[&Seen], checks: &[CheckAnswer]) -> Standing {
    let not_observed = |why| Standing::NotObserved { why };
    match majority(seen) {
        None => not_observed(NotObserved::Undecided),
        Some(Verdict::NoSign) => not_observed(NotObserved::NoSign),
        Some(Verdict::NoChance) => not_observed(NotObserved::NoChance),
        Some(Verdict::Seen(_)) => {
            let levels = levels(seen);
            let (Some(rating), Some((low, high))) = (median(&levels), spread(&levels)) else {
                return not_observed(NotObserved::NoQuote);
            };
            Standing::Rated {
                rating,
                low,
                high,
                confidence: confidence(rating, (low, high), levels.len(), checks),
            }
        }
    }
}

/// What more than half of the looks say, whatever the levels are.
fn majority(seen: &[&Seen]) -> Option<Verdict> {
    seen.iter().map(|look| look.verdict).find(|verdict| {
        let kind = std::mem::discriminant(verdict);
        let agreeing = seen
            .iter()
            .filter(|look| std::mem::discriminant(&look.verdict) == kind)
            .count();
        agreeing * 2 > seen.len()
    })
}

/// The levels that rest on a quote, the lowest first.
fn levels(seen: &[&Seen]) -> Vec<Rating> {
    let mut levels: Vec<Rating> = seen.iter().filter_map(|look| look.proven()).collect();
    levels.sort_unstable();
    levels
}

/// The lower one of the two in the middle, where there are two: a level has to be reached.
fn median(levels: &[Rating]) -> Option<Rating> {
    levels.get(levels.len().checked_sub(1)? / 2).copied()
}

/// The lowest and the highest level. Of five looks the outermost on either side is left out, so that two more looks can
/// settle what one odd look unsettled.
fn spread(levels: &[Rating]) -> Option<(Rating, Rating)> {
    let inner = match levels {
        [_, inner @ .., _] if levels.len() >= MOST as usize => inner,
        all => all,
    };
    Some((*inner.first()?, *inner.last()?))
}

fn confidence(
    rating: Rating,
    (low, high): (Rating, Rating),
    looks: usize,
    checks: &[CheckAnswer],
) -> Confidence {
    let contradicted = by_checks(checks).is_some_and(|level| level.abs_diff(rating.level()) > 1);
    match high.level() - low.level() {
        _ if contradicted || looks < 2 => Confidence::Low,
        FAR_APART.. => Confidence::Low,
        // A full set of looks that were the same at once; everything else took more, or had less.
        0 if looks == FIRST as usize => Confidence::High,
        _ => Confidence::Medium,
    }
}

/// The level that the answers to the checks speak for: the share of yes among yes and no, from 1 to 5.
fn by_checks(checks: &[CheckAnswer]) -> Option<u8> {
    let count = |wanted: CheckAnswer| checks.iter().filter(|check| **check == wanted).count();
    let (yes, no) = (count(CheckAnswer::Yes), count(CheckAnswer::No));
    let all = yes + no;
    // Rounded to the nearest level.
    let steps = (8 * yes + all).checked_div(2 * all)?;
    u8::try_from(1 + steps).ok()
}

/// The answer of more than half of those looks that answered; else it is unclear.
fn checks(skill: &Skill, seen: &[&Seen]) -> Vec<CheckAnswer> {
    let answered: Vec<&[CheckAnswer]> = seen
        .iter()
        .map(|look| look.checks.as_slice())
        .filter(|checks| !checks.is_empty())
        .collect();
    if answered.is_empty() {
        return Vec::new();
    }
    let agreed = |place: usize| {
        let answers: Vec<CheckAnswer> = answered
            .iter()
            .filter_map(|checks| checks.get(place).copied())
            .collect();
        [CheckAnswer::Yes, CheckAnswer::No]
            .into_iter()
            .find(|wanted| answers.iter().filter(|answer| *answer == wanted).count() * 2 > answers.len())
            .unwrap_or(CheckAnswer::Unclear)
    };
    (0..skill.checks.len()).map(agreed).collect()
}

fn first_note(looks: &[&Seen]) -> String {
    looks
        .iter()
        .map(|look| look.note.as_str())
        .find(|note| !note.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// The quotes that most looks have, those of the nearest looks first, none inside another; in the order of the talk.
fn quotes(looks: &[&Seen]) -> Vec<Quote> {
    let mut counted: Vec<(&Quote, usize)> = Vec::new();
    for quote in looks.iter().flat_map(|look| &look.quotes) {
        match counted.iter_mut().find(|(other, _)| *other == quote) {
            Some((_, times)) => *times += 1,
            None => counted.push((quote, 1)),
        }
    }
    counted.sort_by_key(|(_, times)| Reverse(*times));
    let mut quotes: Vec<Quote> = Vec::new();
    for (quote, _) in counted {
        if quotes.len() < MOST_QUOTES && !quotes.iter().any(|other| overlap(other, quote)) {
            quotes.push(quote.clone());
        }
    }
    quotes.sort_by_key(|quote| (quote.turn, quote.start));
    quotes
}

/// Whether two quotes have words of the transcript in common.
pub(super) fn overlap(one: &Quote, other: &Quote) -> bool {
    one.turn == other.turn && one.start < other.end && other.start < one.end
}

#[cfg(test)]
#[path = "agreement_tests.rs"]
mod tests;
