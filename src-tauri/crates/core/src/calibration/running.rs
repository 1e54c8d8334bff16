//! Asking the judge, and what its answers come to.

use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{StreamExt as _, stream};
use rehearse_domain::{Language, Outcome, Rating, Sample, Slug};
use rehearse_models::calibration::{Agreement, Found, Pair};
use rehearse_models::rubric::{Look, Next};
use rehearse_models::{Evaluator, ModelError};
use serde::Serialize;

use super::known::KnownCase;
use super::{Calibration, CalibrationPlan, count};
use crate::error::ErrorView;
use crate::models::of_judge;

/// Transcripts that are asked about at the same time, each with one question after the other, so that a host still
/// knows the transcript when the next question about it comes.
const AT_ONCE: usize = 4;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalibrationProgress {
    /// Transcripts that are done.
    pub done: u32,
    /// Of so many.
    pub of: u32,
    /// Requests that went out.
    pub requests: u32,
}

/// A skill of a transcript with a level that is two or more off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FarOff {
    /// Name of the transcript.
    pub transcript: String,
    /// Its language.
    pub language: Language,
    /// The skill.
    pub skill: Slug,
    /// The level that has to be found.
    pub expected: Rating,
    /// The one that was.
    pub found: Rating,
}

/// How the judge did.
#[derive(Clone, Debug, Serialize)]
pub struct CalibrationReport {
    /// What was going to be asked.
    pub plan: CalibrationPlan,
    /// Requests that went out, repetitions included.
    pub requests: u32,
    /// Questions to which no answer came that could be read.
    pub unanswered: u32,
    /// The figures.
    pub agreement: Agreement,
    /// The levels that were far off, by transcript.
    pub far_off: Vec<FarOff>,
}

/// What is counted while several transcripts are under way.
#[derive(Default)]
struct Counts {
    requests: AtomicU32,
    unanswered: AtomicU32,
}

impl Calibration {
    /// Asks about every transcript, and tells how far it is after each.
    ///
    /// # Errors
    /// Why the host failed. An answer that cannot be read is no failure of the host: it is counted.
    pub async fn run(
        &self,
        mut told: impl FnMut(CalibrationProgress),
    ) -> Result<CalibrationReport, ErrorView> {
        let counts = Counts::default();
        let under_way = self.cases.iter().enumerate().map(|(place, known)| {
            let counts = &counts;
            async move { Ok((place, judged(&*self.judge, known, counts).await?)) }
        });
        let mut under_way = stream::iter(under_way).buffer_unordered(AT_ONCE);
        let mut found: Vec<(usize, Vec<Pair>)> = Vec::new();
        while let Some(done) = under_way.next().await {
            found.push(done.map_err(|error| of_judge(&error).with("host", &self.plan.host))?);
            told(CalibrationProgress {
                done: count(found.len()),
                of: count(self.cases.len()),
                requests: counts.requests.load(Ordering::Relaxed),
            });
        }
        drop(under_way);
        found.sort_by_key(|(place, _)| *place);
        let far_off = found.iter().flat_map(|(place, pairs)| {
            let known = self.cases.get(*place);
            pairs.iter().filter_map(move |pair| far_off(known?, pair))
        });
        let far_off = far_off.collect();
        let pairs: Vec<Pair> = found.into_iter().flat_map(|(_, pairs)| pairs).collect();
        Ok(CalibrationReport {
            plan: self.plan.clone(),
            requests: counts.requests.into_inner(),
            unanswered: counts.unanswered.into_inner(),
            agreement: Agreement::of(&pairs),
            far_off,
        })
    }
}

fn far_off(known: &KnownCase, pair: &Pair) -> Option<FarOff> {
    let (expected, found) = (pair.expected?, pair.found.level()?);
    pair.is_far_off().then(|| FarOff {
        transcript: known.name.clone(),
        language: known.language,
        skill: pair.skill.clone(),
        expected,
        found,
    })
}

/// Asks about one transcript until nothing is missing.
async fn judged(judge: &dyn Evaluator, known: &KnownCase, counts: &Counts) -> Result<Vec<Pair>, ModelError> {
    let mut samples = Vec::new();
    loop {
        match known.case.next(&samples) {
            Next::Ask(looks) => {
                for look in looks {
                    samples.push(looked(judge, look, counts).await?);
                }
            }
            Next::Done(assessment) => {
                // Where the trainee said too little nothing is found of any skill.
                let findings = match assessment.outcome {
                    Outcome::Scored => assessment.skills,
                    Outcome::InsufficientEvidence => Vec::new(),
                };
                return Ok(pairs(known, |skill| {
                    let finding = findings.iter().find(|finding| finding.skill == *skill);
                    finding.map_or(Found::Nothing, |finding| {
                        Found::of(&known.case, finding, &samples)
                    })
                }));
            }
        }
    }
}

/// Takes one look. An answer without its form is one that says nothing.
async fn looked(judge: &dyn Evaluator, look: Look, counts: &Counts) -> Result<Sample, ModelError> {
    match judge.answer(look.question.clone()).await {
        Ok(answer) => {
            counts.requests.fetch_add(answer.requests, Ordering::Relaxed);
            Ok(look.answered(judge.model(), &answer))
        }
        Err(ModelError::Malformed(_)) => {
            counts.requests.fetch_add(1, Ordering::Relaxed);
            counts.unanswered.fetch_add(1, Ordering::Relaxed);
            Ok(Sample {
                skill: look.skill,
                look: look.look,
                model: judge.model().to_owned(),
                answer: "null".to_owned(),
            })
        }
        Err(error) => Err(error),
    }
}

fn pairs(known: &KnownCase, found: impl Fn(&Slug) -> Found) -> Vec<Pair> {
    let pair = |(skill, expected): (&Slug, &Option<Rating>)| Pair {
        skill: skill.clone(),
        language: known.language,
        expected: *expected,
        found: found(skill),
    };
    known.expected.iter().map(pair).collect()
}
