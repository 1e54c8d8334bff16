//! How the weights are learned: a linear support-vector machine with squared hinge loss, by dual coordinate descent
//! (Hsieh and others, "A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008). It adds, multiplies,
//! divides and takes roots, so that the same examples make the same weights on every computer.
//!
//! Only tests and the program that writes the weights know it.

#![cfg_attr(
    not(feature = "training"),
    allow(unreachable_pub, dead_code, reason = "public for the program alone")
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::weighed::{TOLD, UNIT, Weights};
use super::{by_rules, features};

/// Sentences that speak to a judge, one a line, and what people say to one another in talks that are worth practising,
/// about marks, judges and machines too. All were written for this purpose, by several writers in each language.
const TOLD_SAYINGS: [&str; 2] = [
    include_str!("sayings/told.en.txt"),
    include_str!("sayings/told.zh-CN.txt"),
];
const ORDINARY_SAYINGS: [&str; 2] = [
    include_str!("sayings/ordinary.en.txt"),
    include_str!("sayings/ordinary.zh-CN.txt"),
];

/// A feature of fewer examples is an accident.
const LEAST_EXAMPLES: usize = 2;
/// A weight below it, in hundredths, changes nothing and is not written down.
const LEAST_WEIGHT: f64 = 5.0;
/// What a mistake costs beside a simple answer.
const COST: f64 = 4.0;
/// How often each example is looked at. More changes nothing.
const ROUNDS: usize = 30;

/// Something said, and whether it was said to a judge.
#[derive(Clone, Copy, Debug)]
pub struct Saying<'a> {
    /// The words.
    pub text: &'a str,
    /// Whether they are meant for a judge.
    pub is_told: bool,
}

/// The examples that stand beside this file.
pub fn examples() -> Vec<Saying<'static>> {
    let of = |files: [&'static str; 2], is_told| {
        files
            .into_iter()
            .flat_map(str::lines)
            .filter(|line| !line.is_empty())
            .map(move |text| Saying { text, is_told })
    };
    of(TOLD_SAYINGS, true)
        .chain(of(ORDINARY_SAYINGS, false))
        .collect()
}

/// What people say in a text of which nothing is meant for a judge, sentence by sentence.
pub fn ordinary(text: &str) -> impl Iterator<Item = Saying<'_>> {
    crate::sentences::places(text).into_iter().filter_map(|place| {
        let text = text.get(place)?.trim();
        (!text.is_empty()).then_some(Saying { text, is_told: false })
    })
}

/// The weights that follow from the examples, as they are written down.
pub fn learn(sayings: &[Saying<'_>]) -> String {
    let mut found: Vec<(bool, Vec<String>)> = sayings
        .iter()
        .map(|saying| (saying.is_told, features::of(saying.text)))
        .collect();
    found.extend(mixed(sayings));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for feature in found.iter().flat_map(|(_, features)| features) {
        *counts.entry(feature).or_default() += 1;
    }
    counts.retain(|_, count| *count >= LEAST_EXAMPLES);
    // The first place is what all examples begin with.
    let places: BTreeMap<&str, usize> = counts.keys().copied().zip(1..).collect();
    let examples: Vec<Example> = found
        .iter()
        .map(|(is_told, found)| Example::of(*is_told, found, &places))
        .collect();
    let weights = descend(&examples, places.len() + 1);
    let mut written = String::new();
    for (feature, weight) in std::iter::once("").chain(places.into_keys()).zip(weights) {
        let weight = (weight * UNIT).round();
        if weight.abs() >= LEAST_WEIGHT || feature.is_empty() {
            // Writing into a string cannot fail.
            let _ = writeln!(written, "{weight:.0}\t{feature}");
        }
    }
    written
}

/// What people say to one another with its words in another order: what was written down badly is still not meant for a
/// judge.
fn mixed(sayings: &[Saying<'_>]) -> Vec<(bool, Vec<String>)> {
    let mut shuffling = Shuffling(2);
    let ordinary = sayings.iter().filter(|saying| !saying.is_told);
    ordinary
        .map(|saying| {
            let mut words = features::words(saying.text);
            shuffling.shuffle(&mut words);
            (false, features::of_words(words))
        })
        .collect()
}

/// One example: which features it has, each worth the same, so that all examples are equally long.
struct Example {
    places: Vec<usize>,
    worth: f64,
    side: f64,
}

impl Example {
    fn of(is_told: bool, found: &[String], places: &BTreeMap<&str, usize>) -> Self {
        let places: Vec<usize> = found
            .iter()
            .filter_map(|feature| places.get(feature.as_str()).copied())
            .collect();
        let length = f64::from(u32::try_from(places.len().max(1)).unwrap_or(u32::MAX));
        Self {
            places,
            worth: 1.0 / length.sqrt(),
            side: if is_told { 1.0 } else { -1.0 },
        }
    }

    fn weigh(&self, weights: &[f64]) -> f64 {
        let sum: f64 = self.places.iter().filter_map(|place| weights.get(*place)).sum();
        sum * self.worth + weights.first().copied().unwrap_or_default()
    }

    /// Its length, squared, with what all begin with.
    fn square(&self) -> f64 {
        if self.places.is_empty() { 1.0 } else { 2.0 }
    }

    fn move_by(&self, step: f64, weights: &mut [f64]) {
        if let Some(beginning) = weights.first_mut() {
            *beginning += step;
        }
        for place in &self.places {
            if let Some(weight) = weights.get_mut(*place) {
                *weight += step * self.worth;
            }
        }
    }
}

fn descend(examples: &[Example], features: usize) -> Vec<f64> {
    let slack = 1.0 / (2.0 * COST);
    let mut weights = vec![0.0; features];
    let mut shares = vec![0.0_f64; examples.len()];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut shuffling = Shuffling(1);
    for _ in 0..ROUNDS {
        shuffling.shuffle(&mut order);
        for place in &order {
            let (Some(example), Some(share)) = (examples.get(*place), shares.get_mut(*place)) else {
                continue;
            };
            let gradient = example.side * example.weigh(&weights) - 1.0 + slack * *share;
            let next = (*share - gradient / (example.square() + slack)).max(0.0);
            if next != *share {
                example.move_by((next - *share) * example.side, &mut weights);
                *share = next;
            }
        }
    }
    weights
}

/// An order that looks like none and is the same every time.
struct Shuffling(u64);

impl Shuffling {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from((self.0 >> 33) % end).unwrap_or_default()
    }

    fn shuffle<T>(&mut self, order: &mut [T]) {
        for last in (1..order.len()).rev() {
            let other = self.below(last + 1);
            order.swap(last, other);
        }
    }
}

/// What each saying weighs, by weights that were learned from the others alone.
pub fn cross_validated(sayings: &[Saying<'_>], parts: usize) -> Vec<f64> {
    let mut weighed = vec![0.0; sayings.len()];
    for part in 0..parts {
        let is_tried = |place: usize| place % parts == part;
        let others: Vec<Saying<'_>> = sayings
            .iter()
            .enumerate()
            .filter(|(place, _)| !is_tried(*place))
            .map(|(_, saying)| *saying)
            .collect();
        let written = learn(&others);
        let weights = Weights::read(&written);
        for (place, (saying, weight)) in sayings.iter().zip(&mut weighed).enumerate() {
            if is_tried(place) {
                *weight = heaviest(saying.text, |sentence| weights.weigh(sentence));
            }
        }
    }
    weighed
}

/// What the heaviest sentence of a text weighs, or the heaviest few.
fn heaviest(text: &str, weigh: impl Fn(&str) -> f64) -> f64 {
    let weights = super::weights(text, &super::units(text), weigh);
    weights
        .into_iter()
        .map(|(_, weight)| weight)
        .fold(f64::NEG_INFINITY, f64::max)
}

/// Who finds that something in a text speaks to the judge.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// The rules do.
    pub by_rules: bool,
    /// The weights do.
    pub by_weights: bool,
    /// Nothing of it is left, so that no word of it can be quoted.
    pub is_all: bool,
}

/// Looks at a text as at a turn.
pub fn found(text: &str) -> Found {
    let left = super::without(text);
    Found {
        by_rules: by_rules(text, &super::units(text)).contains(&true),
        by_weights: heaviest(text, super::weighed::weigh) > TOLD,
        is_all: left.is_empty(),
    }
}
