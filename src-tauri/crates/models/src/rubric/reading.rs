//! A judge's answer, held against the transcript. What the transcript does not bear out is left out.

use std::collections::BTreeMap;

use rehearse_domain::{CheckAnswer, Quote, Rating, Remark, Sample, Skill};
use serde_json::Value;

use super::form::{self, check_id};
use super::transcript::Transcript;
use crate::one_line::one_line;
use crate::quote::SpokenWords;
use crate::to_the_judge;

/// Longest reason in characters.
pub(super) const LONGEST_NOTE: usize = 400;
/// Longest remark in characters.
pub(super) const LONGEST_REMARK: usize = 240;
/// Longest sentence to try in characters; a longer one is nothing to say in one breath.
const LONGEST_SENTENCE: usize = 240;

/// Marks that stand around words which somebody else is to have said.
const QUOTATION: [(char, char); 5] = [('"', '"'), ('“', '”'), ('「', '」'), ('『', '』'), ('«', '»')];

/// What one look says about a skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was to be seen; at this level.
    Seen(Rating),
    /// There was an occasion and no sign of it.
    NoSign,
    /// There was no occasion.
    NoChance,
}

/// One look, as far as the transcript bears it out.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) verdict: Verdict,
    /// In the order of the rubric; empty where the judge answered none.
    pub(super) checks: Vec<CheckAnswer>,
    /// Words of the trainee that stand there, each once.
    pub(super) quotes: Vec<Quote>,
    /// Why; may be empty.
    pub(super) note: String,
    pub(super) strength: Option<Remark>,
    pub(super) improvement: Option<Remark>,
}

impl Seen {
    /// The level, where it rests on a quote that stands in the transcript.
    pub(super) fn proven(&self) -> Option<Rating> {
        match self.verdict {
            Verdict::Seen(rating) if !self.quotes.is_empty() => Some(rating),
            _ => None,
        }
    }
}

/// The looks at a skill by their number, each once. `None` is an answer that cannot be read, as another version may have
/// stored it: it was asked for, and says nothing.
pub(super) fn looks(
    skill: &Skill,
    samples: &[Sample],
    transcript: &Transcript<'_>,
) -> BTreeMap<u32, Option<Seen>> {
    let schema = form::form(skill).schema;
    let mut looks = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.skill == skill.slug) {
        looks.entry(sample.look).or_insert_with(|| {
            let answer: Value = serde_json::from_str(&sample.answer).ok()?;
            crate::form::complaints(&schema, &answer)
                .is_empty()
                .then(|| read(&answer, skill, transcript))
        });
    }
    looks
}

/// Reads an answer that has its form.
fn read(answer: &Value, skill: &Skill, transcript: &Transcript<'_>) -> Seen {
    let reasoning = text(answer, "reasoning");
    Seen {
        verdict: verdict(answer),
        checks: checks(answer, skill),
        quotes: quotes(answer, transcript),
        note: remark_text(reasoning, LONGEST_NOTE, transcript).unwrap_or_default(),
        strength: answer
            .get("strength")
            .and_then(|strength| strength_of(strength, transcript)),
        improvement: answer
            .get("improvement")
            .and_then(|improvement| improvement_of(improvement, transcript)),
    }
}

fn verdict(answer: &Value) -> Verdict {
    if text(answer, "opportunity") == "no" {
        return Verdict::NoChance;
    }
    number(answer, "level")
        .and_then(|level| Rating::new(u8::try_from(level).ok()?))
        .map_or(Verdict::NoSign, Verdict::Seen)
}

/// The answers in the order of the rubric. A check that is answered in two ways is unclear, as is one that is left out.
fn checks(answer: &Value, skill: &Skill) -> Vec<CheckAnswer> {
    let given: Vec<&Value> = answer
        .get("checks")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .collect();
    if given.is_empty() {
        return Vec::new();
    }
    let answered = |id: &str| {
        let mut answers =
            given
                .iter()
                .filter(|check| text(check, "id") == id)
                .map(|check| match text(check, "met") {
                    "yes" => CheckAnswer::Yes,
                    "no" => CheckAnswer::No,
                    _ => CheckAnswer::Unclear,
                });
        let first = answers.next()?;
        answers.all(|other| other == first).then_some(first)
    };
    (0..skill.checks.len())
        .map(|place| answered(&check_id(place)).unwrap_or(CheckAnswer::Unclear))
        .collect()
}

fn quotes(answer: &Value, transcript: &Transcript<'_>) -> Vec<Quote> {
    let mut quotes: Vec<Quote> = Vec::new();
    for evidence in answer
        .get("evidence")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if let Some(quote) = quoted(evidence, transcript)
            && !quotes.contains(&quote)
        {
            quotes.push(quote);
        }
    }
    quotes
}

fn strength_of(strength: &Value, transcript: &Transcript<'_>) -> Option<Remark> {
    Some(Remark {
        quote: quoted(strength, transcript)?,
        text: remark_text(text(strength, "text"), LONGEST_REMARK, transcript)?,
        say_instead: None,
    })
}

fn improvement_of(improvement: &Value, transcript: &Transcript<'_>) -> Option<Remark> {
    let quote = quoted(improvement, transcript)?;
    let say_instead = sentence(text(improvement, "say_instead"), &quote);
    Some(Remark {
        text: remark_text(text(improvement, "text"), LONGEST_REMARK, transcript)?,
        quote,
        say_instead,
    })
}

/// A sentence to try; `None` where it is none, or is what was said anyway.
pub(super) fn sentence(text: &str, quote: &Quote) -> Option<String> {
    let line = one_line(text, usize::MAX);
    let words = SpokenWords::of(&line);
    let is_new = words.iter().next().is_some() && words != SpokenWords::of(&quote.text);
    (is_new && line.chars().count() <= LONGEST_SENTENCE && !to_the_judge::speaks(&line)).then_some(line)
}

/// What a model says in its own words. `None` where it says nothing, repeats what was said to the judge, or puts words
/// into somebody's mouth: a quotation inside of it that nobody said.
pub(super) fn remark_text(text: &str, longest: usize, transcript: &Transcript<'_>) -> Option<String> {
    let line = one_line(text, longest);
    let is_invented = quotations(text).any(|quotation| {
        let words = SpokenWords::of(quotation);
        words.is_telling() && !transcript.has(&words)
    });
    let is_told = to_the_judge::speaks(text) || transcript.repeats_removed(text);
    (!line.is_empty() && !is_invented && !is_told).then_some(line)
}

/// What stands between quotation marks in a text.
fn quotations(text: &str) -> impl Iterator<Item = &str> {
    QUOTATION.iter().flat_map(move |(opening, closing)| {
        let mut rest = text;
        std::iter::from_fn(move || {
            let (_, after) = rest.split_once(*opening)?;
            let (inside, after) = after.split_once(*closing)?;
            rest = after;
            Some(inside)
        })
    })
}

/// The words of the trainee that a part of an answer names.
fn quoted(part: &Value, transcript: &Transcript<'_>) -> Option<Quote> {
    transcript.quoted(number(part, "turn"), text(part, "quote"))
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer
        .get(name)
        .and_then(Value::as_str)
        .map(str::trim)
        .unwrap_or_default()
}

/// A number from 0; a model may write it as `3.0`, which its form allows.
fn number(answer: &Value, name: &str) -> Option<u32> {
    let number = answer.get(name)?.as_f64()?;
    (0.0..=f64::from(u32::MAX))
        .contains(&number)
        .then_some(number as u32)
}
