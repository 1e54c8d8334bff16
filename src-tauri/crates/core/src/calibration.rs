//! Trying out the judge that is set up: it is asked about transcripts of which it is known what has to be found, and
//! what it finds is told in figures. Nothing of it is stored. The window has no use for it and is built without.

mod known;
mod running;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rehearse_domain::{Language, Slug};
use rehearse_models::rubric::{MOST_LOOKS, Next};
use rehearse_models::{Evaluator, Question, Usage};
use serde::Serialize;

pub use rehearse_models::calibration::{Agreement, Figure, Figures, Found};
pub use running::{CalibrationProgress, CalibrationReport, FarOff};

use crate::error::ErrorView;
use crate::house::Core;
use crate::view::CostView;
use known::KnownCase;

/// Tokens of an answer: its form filled in, with reasons in a sentence or two.
const ANSWER: u64 = 400;
/// Letters of one token, where words are written with letters. One of any other script is a token of its own.
const LETTERS: u64 = 4;

/// Which transcripts the judge is asked about.
#[derive(Clone, Debug, Default)]
pub struct CalibrationChoice {
    /// Those in this language; all without it.
    pub language: Option<Language>,
    /// About these skills; about all without any.
    pub skills: Vec<Slug>,
    /// So many of them, spread evenly over the set.
    pub cases: Option<u32>,
}

/// What is going to be asked, of whom, and what it may cost.
#[derive(Clone, Debug, Serialize)]
pub struct CalibrationPlan {
    /// Name of the judge.
    pub model: String,
    /// Where it is.
    pub host: String,
    /// That is this computer.
    pub on_this_computer: bool,
    /// How many transcripts it is shown.
    pub transcripts: u32,
    /// How many levels are known in them, skill by skill.
    pub known: u32,
    /// Questions that it is asked at least.
    pub least_requests: u32,
    /// Questions when all its looks are far apart. A question that fails is repeated beyond that.
    pub most_requests: u32,
    /// What as many are likely to cost; `None` on this computer, and where a price is not known.
    pub cost: Option<CostView>,
}

/// A judge, and what it is going to be asked.
pub struct Calibration {
    judge: Arc<dyn Evaluator>,
    cases: Vec<KnownCase>,
    plan: CalibrationPlan,
}

impl Core {
    /// Makes ready to try out the judge that is set up; nobody is asked yet. Its substitute is left out.
    ///
    /// # Errors
    /// `calibrate_no_judge`; `calibrate_none` when no transcript fits the choice; why a key cannot be read, or that
    /// nobody agreed to a host without encryption.
    pub async fn calibration(&self, choice: &CalibrationChoice) -> Result<Calibration, ErrorView> {
        let judge = self.0.judge().await?;
        let cases = known::cases(&self.0.parts.library, choice)?;
        let (mut asked, mut most, mut expected) = (0_u32, 0_u32, Usage::default());
        for known in &cases {
            let Next::Ask(looks) = known.case.next(&[]) else {
                continue;
            };
            let skills = count(known.expected.len());
            asked = asked.saturating_add(count(looks.len()));
            most = most.saturating_add(skills.saturating_mul(MOST_LOOKS));
            if let Some(look) = looks.first() {
                let looks = u64::from(skills) * u64::from(MOST_LOOKS);
                expected.text_in += looks * tokens(&look.question);
                expected.text_out += looks * ANSWER;
            }
        }
        let plan = CalibrationPlan {
            model: judge.evaluator.model().to_owned(),
            cost: judge.cost(&expected),
            host: judge.host,
            on_this_computer: judge.on_this_computer,
            transcripts: count(cases.len()),
            known: cases
                .iter()
                .fold(0, |sum, known| sum + count(known.expected.len())),
            least_requests: asked,
            most_requests: most,
        };
        Ok(Calibration {
            judge: judge.evaluator,
            cases,
            plan,
        })
    }
}

impl Calibration {
    /// What is going to be asked.
    pub fn plan(&self) -> &CalibrationPlan {
        &self.plan
    }
}

/// About how many tokens a question has.
fn tokens(question: &Question) -> u64 {
    let form = question.form.schema.to_string();
    let texts = [&question.system, &question.shared, &question.task, &form];
    let (mut letters, mut others) = (0, 0);
    for character in texts.into_iter().flat_map(|text| text.chars()) {
        if character.is_ascii() {
            letters += 1;
        } else {
            others += 1;
        }
    }
    letters / LETTERS + others
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
