//! The objective check: after each reply a judge reads the whole dialogue and says whether the talk has reached its
//! objective. Here it is put into words, and what comes back is believed only as far as the dialogue bears it out.
//!
//! A verdict ends a session, so it takes a quote that stands in the dialogue. Whatever cannot be borne out means that
//! the session goes on, which costs a moment; an end that nobody earned would cost the practice.

mod prompt;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use rehearse_domain::{Language, Scenario, Speaker};
use serde_json::json;

use crate::{AnswerForm, Evaluator, HistoryTurn, ModelError, Question, Usage};

/// The longest that a check may take; the talk goes on meanwhile.
const BUDGET: Duration = Duration::from_secs(8);

/// Longest reason in characters: two lines of an end card.
const LONGEST_REASON: usize = 200;

/// What has to be reached, and by whom. The partner is never told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The language of the practice.
    pub language: Language,
    /// Title of the scenario.
    pub title: String,
    /// What the trainee wants to reach.
    pub objective: String,
    /// By what one can tell; addressed to the trainee.
    pub end_criteria: Vec<String>,
    /// What the partner is called.
    pub partner: String,
    /// What the trainee is called.
    pub trainee: String,
}

impl From<&Scenario> for Goal {
    fn from(scenario: &Scenario) -> Self {
        Self {
            language: scenario.language,
            title: scenario.title.clone(),
            objective: scenario.objective.clone(),
            end_criteria: scenario.end_criteria.clone(),
            partner: scenario.partner.name.clone(),
            trainee: scenario.trainee.name.clone(),
        }
    }
}

/// How the talk stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    Continue,
    /// The objective is reached.
    Succeeded,
    /// It can no longer be reached.
    Failed,
}

/// Why a judge's "succeeded" or "failed" was not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// It came without a turn or without a quote.
    NoQuote,
    /// The quote is too short to prove anything: under three words or four Chinese characters.
    TooShort,
    /// The quote does not stand in that turn.
    NotSaid,
    /// The quote is of a moment that proves nothing: the partner's words before the trainee had spoken, or words of the
    /// trainee that the partner has not answered yet.
    TooEarly,
    /// In that turn the trainee speaks to the judge, not to the partner.
    ToTheJudge,
}

/// A judge's answer, as far as the dialogue bears it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// How the talk stands.
    pub verdict: Verdict,
    /// Number of the turn that shows it, counted in the dialogue that was given, from 0. `None` when it goes on.
    pub turn: Option<u32>,
    /// The words of that turn that show it, as the judge wrote them: marks and case may differ. `None` when it goes on.
    pub quote: Option<String>,
    /// Why, on one line, at most 200 characters, in the language of the practice as far as the judge kept to it. Empty
    /// when it goes on.
    pub reason: String,
    /// Why a verdict was turned into [`Verdict::Continue`]; `None` when the judge itself said so, or was right.
    pub doubt: Option<Doubt>,
}

impl Judgement {
    fn going_on(doubt: Option<Doubt>) -> Self {
        Self {
            verdict: Verdict::Continue,
            turn: None,
            quote: None,
            reason: String::new(),
            doubt,
        }
    }
}

/// A judgement and what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The judgement.
    pub judgement: Judgement,
    /// How many requests it took; 0 when there was nothing to judge.
    pub requests: u32,
    /// What it cost, as far as the host said.
    pub usage: Usage,
}

/// Has the dialogue judged. Without a word of a dialogue, or before the trainee has had a turn, nobody is asked.
///
/// # Errors
/// When no judgement came within 8 s. The talk goes on then, too: an error ends nothing.
pub async fn judge(
    evaluator: &dyn Evaluator,
    goal: &Goal,
    dialogue: &[HistoryTurn],
) -> Result<Judged, ModelError> {
    let Some(question) = question(goal, dialogue) else {
        return Ok(Judged {
            judgement: Judgement::going_on(None),
            requests: 0,
            usage: Usage::default(),
        });
    };
    let answer = evaluator.answer(question).await?;
    Ok(Judged {
        judgement: verdict::read(&answer.value, dialogue),
        requests: answer.requests,
        usage: answer.usage,
    })
}

/// The check as a question; `None` while there is nothing to judge.
pub(crate) fn question(goal: &Goal, dialogue: &[HistoryTurn]) -> Option<Question> {
    let trainee_spoke = dialogue.iter().any(|turn| turn.speaker == Speaker::Trainee);
    let something_was_said = dialogue.iter().any(|turn| words_of(turn).is_some());
    (trainee_spoke && something_was_said).then(|| Question {
        system: prompt::system(goal),
        shared: prompt::shared(goal, dialogue),
        task: prompt::task(goal.language).to_owned(),
        form: Arc::new(form()),
        temperature: 0.0,
        seed: None,
        budget: BUDGET,
    })
}

/// What was said in a turn; `None` when there are no words.
fn words_of(turn: &HistoryTurn) -> Option<&str> {
    turn.text
        .as_deref()
        .map(str::trim)
        .filter(|words| !words.is_empty())
}

fn form() -> AnswerForm {
    AnswerForm {
        name: "objective_check",
        purpose: "Says whether the conversation has reached its objective, with the words that show it.",
        // What it rests on before what it comes to: a model writes in this order and should think in it.
        schema: json!({
            "type": "object",
            "properties": {
                "quote": {"type": ["string", "null"]},
                "turn": {"type": ["integer", "null"]},
                "reason": {"type": "string"},
                "status": {"type": "string", "enum": ["continue", "succeeded", "failed"]},
            },
            "required": ["quote", "turn", "reason", "status"],
            "additionalProperties": false,
        }),
    }
}

#[cfg(test)]
#[path = "objective/tests.rs"]
mod tests;
