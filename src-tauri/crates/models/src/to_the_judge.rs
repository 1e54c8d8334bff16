//! Sentences of a dialogue that speak to whoever judges it, and not to the other person. Nobody says these to a manager
//! or a mother, so that they show nothing about the talk.
//!
//! Two sieves, one behind the other: rules (`signals.rs`, `phrases.rs`), and weights that were learned from examples
//! (`weighed.rs`). A sentence that either finds is out. Neither can be complete; what they keep out is cheating at one's
//! own practice. What is left over meets the other defences: a rating needs a quote, and no prompt lets the dialogue
//! give orders.

mod chinese;
mod english;
mod features;
mod phrases;
mod plain;
mod signals;
#[cfg(any(test, feature = "training"))]
mod training;
mod weighed;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use icu_normalizer::ComposingNormalizerBorrowed;
use regex::Regex;

use self::plain::Plain;
use self::signals::Signals;
use crate::quote::{self, SpokenWords};
use crate::sentences;

#[cfg(feature = "training")]
pub use self::training::{Found, Saying, cross_validated, examples, found, learn, ordinary};

/// The phrases, each by its first word.
static PHRASES: LazyLock<HashMap<String, Vec<Vec<String>>>> = LazyLock::new(|| {
    let mut by_first: HashMap<String, Vec<Vec<String>>> = HashMap::new();
    for phrase in phrases::all() {
        let words: Vec<String> = SpokenWords::of(&phrase).iter().map(ToOwned::to_owned).collect();
        if let Some(first) = words.first() {
            by_first.entry(first.clone()).or_default().push(words);
        }
    }
    by_first
});

/// Forms that no list of phrases can hold: fields of an answer with their values, lines of somebody who is none of the
/// two.
static FORMS: LazyLock<Vec<Regex>> = LazyLock::new(|| understood(phrases::FORMS));
/// The same for marks that are to be given, of which people also speak at work.
static MARKS: LazyLock<Vec<Regex>> = LazyLock::new(|| understood(phrases::MARK_FORMS));

fn understood(forms: &[&str]) -> Vec<Regex> {
    forms.iter().filter_map(|form| Regex::new(form).ok()).collect()
}

/// Sentences after one that calls a judge that may still be spoken to it.
const CARRIES: usize = 2;

/// So many sentences are weighed as one.
const TOGETHER: usize = 4;

/// Whoever says 我给 so shortly before a mark gives it and does not ask for it.
const OWN_MARK: usize = 8;

/// Whether any of it could only have been said to a judge, or by one who was told to. Narrower than [`without`]: what a
/// judge writes speaks of levels and of the trainee, and is right to.
pub(crate) fn speaks(text: &str) -> bool {
    !sayings(text).is_empty() || units(text).iter().any(|unit| has_a_form(text, unit))
}

/// Whether somebody who says this in the talk speaks to the judge in any of it.
pub(crate) fn is_told(said: &str) -> bool {
    without(said).iter().map(ExactSizeIterator::len).sum::<usize>() < said.len()
}

/// What is left of what somebody says without the sentences that speak to the judge: places in bytes, in order, each as
/// long as nothing was taken out of it. A form in braces is one sentence.
pub(crate) fn without(text: &str) -> Vec<Range<usize>> {
    let units = units(text);
    let mut left: Vec<Range<usize>> = Vec::new();
    for (unit, is_told) in units.iter().zip(told(text, &units)) {
        match left.last_mut() {
            _ if is_told => {}
            Some(last) if last.end == unit.start => last.end = unit.end,
            _ => left.push(unit.clone()),
        }
    }
    left
}

/// Which of the sentences speak to the judge: those that one of the sieves finds, and beside them those that one nearly
/// does.
fn told(text: &str, units: &[Range<usize>]) -> Vec<bool> {
    let mut told = by_rules(text, units);
    let heavy = weights(text, units, weighed::weigh)
        .into_iter()
        .filter(|(_, weight)| *weight > weighed::TOLD);
    for (run, _) in heavy {
        // Beside a sentence that is found alone another one is no part of it by that.
        if let Some(run) = told.get_mut(run).filter(|run| !run.contains(&true)) {
            run.fill(true);
        }
    }
    if told.contains(&true) {
        for (told, unit) in told.iter_mut().zip(units) {
            *told |= weighed::weigh(text.get(unit.clone()).unwrap_or_default()) > weighed::TOLD_BESIDE;
        }
    }
    told
}

/// What the sentences weigh, first each alone, then with its neighbours: an instruction may be spread over what says nothing by
/// itself.
fn weights(text: &str, units: &[Range<usize>], weigh: impl Fn(&str) -> f64) -> Vec<(Range<usize>, f64)> {
    let runs = (1..=TOGETHER).flat_map(|length| (length..=units.len()).map(move |end| end - length..end));
    runs.filter_map(|run| {
        let sentences = units.get(run.clone())?;
        let text = text.get(sentences.first()?.start..sentences.last()?.end)?;
        Some((run, weigh(text)))
    })
    .collect()
}

/// Which of the sentences the rules find: those that speak to the judge by themselves, and what they carry with them.
fn by_rules(text: &str, units: &[Range<usize>]) -> Vec<bool> {
    let sayings = sayings(text);
    let signals: Vec<Signals> = units
        .iter()
        .map(|unit| {
            let plain = Plain::of(text.get(unit.clone()).unwrap_or_default());
            let mut signals = Signals::of(&plain);
            let is_elsewhere = signals::is_about_something_else(&plain.text);
            signals.is_told |= sayings
                .iter()
                .any(|saying| overlap(&saying.place, unit) && !(saying.is_of_marks && is_elsewhere))
                || has_a_form(text, unit);
            signals
        })
        .collect();
    let mut told: Vec<bool> = signals.iter().map(|one| one.is_told).collect();
    for (place, one) in signals.iter().enumerate().filter(|(_, one)| one.opens) {
        // Somebody is called, and told what to do in the next breath.
        let belongs = |next: &Signals| next.is_about_rating || (one.is_told && next.praises);
        let after = signals.iter().enumerate().skip(place + 1).take(CARRIES);
        let last = after
            .filter(|(_, next)| belongs(next))
            .map(|(next, _)| next)
            .next_back();
        if let Some(carried) = last.and_then(|last| told.get_mut(place..=last)) {
            carried.fill(true);
        }
        // What was said before turns out to have been meant for them.
        let before = place.checked_sub(1).filter(|_| one.is_told);
        let is_about_rating = before
            .and_then(|before| signals.get(before))
            .is_some_and(|one| one.is_about_rating);
        if let (Some(told), true) = (before.and_then(|before| told.get_mut(before)), is_about_rating) {
            *told = true;
        }
    }
    told
}

/// A phrase that somebody says.
struct Said {
    place: Range<usize>,
    /// It asks for a mark, as people also do who are appraised at work.
    is_of_marks: bool,
}

/// Where one of the phrases stands, whichever sentences it is spread over.
fn sayings(text: &str) -> Vec<Said> {
    let words = quote::words(text);
    let mut sayings = Vec::new();
    for (place, word) in words.iter().enumerate() {
        for phrase in PHRASES.get(&word.letters).into_iter().flatten() {
            let said = words.get(place..place + phrase.len()).unwrap_or_default();
            if said.len() != phrase.len() || !said.iter().map(|word| &word.letters).eq(phrase) {
                continue;
            }
            // 给我五分钟 asks for five minutes, and 五分之一 is a fifth.
            let next = words.get(place + phrase.len()).map(|word| word.letters.as_str());
            let is_no_mark =
                phrase.last().is_some_and(|last| last == "分") && matches!(next, Some("钟" | "之"));
            let is_ones_own = phrase
                .first()
                .is_some_and(|first| "给打评".contains(first.as_str()))
                && words
                    .get(place.saturating_sub(OWN_MARK)..place)
                    .is_some_and(|before| {
                        before
                            .windows(2)
                            .any(|two| two.iter().map(|word| word.letters.as_str()).eq(["我", "给"]))
                    });
            // An evaluator on that panel, at the district, is another one.
            let is_anothers = phrase.last().is_some_and(|last| last == "evaluator")
                && matches!(next, Some("on" | "at" | "in" | "from" | "of"));
            if let (Some(last), false) = (said.last(), is_no_mark || is_ones_own || is_anothers) {
                sayings.push(Said {
                    place: word.from.start..last.from.end,
                    is_of_marks: matches!(word.letters.as_str(), "give" | "rate" | "score" | "grade"),
                });
            }
        }
    }
    sayings
}

/// The sentences, those inside braces as one with what is around them.
fn units(text: &str) -> Vec<Range<usize>> {
    let braces = braces(text);
    let mut units: Vec<Range<usize>> = Vec::new();
    for sentence in sentences::places(text) {
        let is_inside = |brace: &Range<usize>| brace.start < sentence.start && sentence.start < brace.end;
        match units.last_mut() {
            Some(last) if braces.iter().any(is_inside) => last.end = sentence.end,
            _ => units.push(sentence),
        }
    }
    units
}

/// Everything between a brace and the one that closes it; one that nothing closes goes on to the end.
fn braces(text: &str) -> Vec<Range<usize>> {
    let mut braces = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    for (place, letter) in text.char_indices() {
        match (letter, open) {
            ('{' | '｛', None) => open = Some((place, 1)),
            ('{' | '｛', Some((start, depth))) => open = Some((start, depth + 1)),
            ('}' | '｝', Some((start, 1))) => {
                braces.push(start..place);
                open = None;
            }
            ('}' | '｝', Some((start, depth))) => open = Some((start, depth - 1)),
            _ => {}
        }
    }
    braces.extend(open.map(|(start, _)| start..text.len()));
    braces
}

fn has_a_form(text: &str, unit: &Range<usize>) -> bool {
    let sentence = text.get(unit.clone()).unwrap_or_default();
    let normal: String = ComposingNormalizerBorrowed::new_nfkc()
        .normalize(sentence)
        .chars()
        .filter(|letter| !quote::is_invisible(*letter))
        .flat_map(char::to_lowercase)
        .collect();
    let is_in = |forms: &[Regex]| forms.iter().any(|form| form.is_match(&normal));
    is_in(&FORMS) || (is_in(&MARKS) && !signals::is_about_something_else(&normal))
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

#[cfg(test)]
#[path = "to_the_judge/tests.rs"]
mod tests;
