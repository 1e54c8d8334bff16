//! The second sieve, which knows no rule: what sentences are made of that speak to a judge, and what those are made of
//! that people say to one another, learned from examples of both (`training.rs`). It finds wordings that nobody thought
//! of when the rules were written, and it is wrong about others than they are.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::features;

/// Made by `cargo run -p rehearse-models --features training --example to_the_judge -- learn`.
const WEIGHTS: &str = include_str!("weights.txt");

/// What the weights are written in.
pub(super) const UNIT: f64 = 100.0;

/// A sentence above it speaks to the judge: so chosen that of ordinary sentences about marks and judges which it did not
/// learn from no more than one or two in a hundred are above it, and of all others hardly any (`-- cross-validate`).
pub(super) const TOLD: f64 = 0.3;

/// A sentence above it does, where another one of the same turn does: an instruction is seldom one sentence long.
pub(super) const TOLD_BESIDE: f64 = -0.1;

/// Each feature and what it speaks for, in hundredths: above nothing for the judge. The empty one is what all sentences
/// begin with.
static LEARNED: LazyLock<Weights<'static>> = LazyLock::new(|| Weights::read(WEIGHTS));

pub(super) struct Weights<'a> {
    by_feature: HashMap<&'a str, i32>,
    beginning: i32,
}

impl<'a> Weights<'a> {
    /// One a line: the weight, a tabulator, the feature.
    pub(super) fn read(written: &'a str) -> Self {
        let mut by_feature: HashMap<&str, i32> = written
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .filter_map(|(weight, feature)| Some((feature, weight.parse().ok()?)))
            .collect();
        let beginning = by_feature.remove("").unwrap_or_default();
        Self {
            by_feature,
            beginning,
        }
    }

    /// Above nothing rather spoken to a judge, below rather to anybody else. What is not known says nothing.
    pub(super) fn weigh(&self, sentence: &str) -> f64 {
        let known: Vec<i32> = features::of(sentence)
            .iter()
            .filter_map(|feature| self.by_feature.get(feature.as_str()).copied())
            .collect();
        let length = f64::from(u32::try_from(known.len()).unwrap_or(u32::MAX)).sqrt();
        let sum = f64::from(known.iter().sum::<i32>());
        let said = if known.is_empty() { 0.0 } else { sum / length };
        (said + f64::from(self.beginning)) / UNIT
    }
}

/// How much a sentence speaks to the judge.
pub(super) fn weigh(sentence: &str) -> f64 {
    LEARNED.weigh(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_weighs_what_its_known_parts_do() {
        let weights = Weights::read("-100\t\n300\tgrade\n-100\tme\n500\tnever said\n");
        assert!((weights.weigh("Grade") - 2.0).abs() < 1e-9);
        assert!((weights.weigh("Me!") + 2.0).abs() < 1e-9);
        let both = (300.0 - 100.0) / 2.0_f64.sqrt() / 100.0 - 1.0;
        assert!((weights.weigh("grade me") - both).abs() < 1e-9);
        assert!((weights.weigh("unknown") + 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_weights_that_come_along_can_be_read() {
        assert!(LEARNED.by_feature.len() > 5_000);
        assert_eq!(
            WEIGHTS.lines().count(),
            LEARNED.by_feature.len() + 1,
            "a line cannot be read"
        );
        assert!(WEIGHTS.len() <= 300 * 1024, "{}", WEIGHTS.len());
    }
}
