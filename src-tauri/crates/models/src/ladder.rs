//! The evaluator over chat completions: climbs down the ladder of structured output until an answer has its form.
//!
//! Hosts differ in what they hold a model to, their own pages disagree, and a proxy may take a parameter and pass over
//! it. So nothing is believed: each answer is checked against the same schema here, whichever rung it came from, and the
//! rung that worked is where the next question begins.

mod asking;
mod known;
mod reading;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use rehearse_net::{Net, Purpose};

use crate::client::{Client, Completion};
use crate::completions::Completions;
use crate::patience::Attempts;
use crate::wire::ChatRequest;
use crate::{Abilities, Access, Answer, Evaluator, ModelError, Question, Rung, TimeLimits, Usage};
use known::KnownRung;
use reading::Misfit;

/// Questions to an evaluator, in [`Net::traffic`].
pub const EVALUATOR: Purpose = Purpose::named("evaluator");

/// How often one request is made while the host is busy or out of reach.
const ATTEMPTS: u32 = 3;

/// No model answers sooner, so with less time left none is asked.
const LEAST: Duration = Duration::from_millis(250);

/// An evaluator behind a host that completes chats.
pub struct ChatEvaluator {
    completions: Arc<dyn Completions>,
    model: String,
    host: Option<String>,
    abilities: Abilities,
    known: KnownRung,
}

impl ChatEvaluator {
    /// The evaluator that a model is. Nothing is sent.
    pub fn new(net: Net, access: Access, model: &str, abilities: Abilities) -> Self {
        let host = access.address.host();
        let client = Client::new(net, access, EVALUATOR, TimeLimits::default());
        Self::over(Arc::new(client), model, Some(&host), abilities)
    }

    /// The evaluator that a model is. `host` is who reads along.
    pub(crate) fn over(
        completions: Arc<dyn Completions>,
        model: &str,
        host: Option<&str>,
        abilities: Abilities,
    ) -> Self {
        Self {
            completions,
            model: model.to_owned(),
            host: host.map(str::to_owned),
            known: KnownRung::beginning_at(abilities.rung),
            abilities,
        }
    }

    /// Where the next question begins: the rung that worked last, or the one of the [`Abilities`]. `None` when nobody
    /// knows yet.
    pub fn rung(&self) -> Option<Rung> {
        self.known.rung()
    }

    async fn climb(&self, question: &Question) -> Result<Answer, ModelError> {
        let mut asked = Asked::until(question.budget);
        let mut misfit: Option<(Rung, Misfit)> = None;
        let mut refused = Vec::new();
        let mut refusal = ModelError::Malformed(None);
        for rung in self.known.rungs() {
            let request = asking::request(&self.model, &self.abilities, question, rung);
            match self.ask(&request, &mut asked).await {
                Ok(completion) => match reading::read(&question.form.schema, &completion) {
                    Ok(value) => {
                        self.known.worked(rung, &refused);
                        return Ok(asked.answered(value));
                    }
                    Err(unfit) => misfit = Some((rung, unfit)),
                },
                Err(error) if error.refuses_the_form() => {
                    refused.push(rung);
                    refusal = error;
                }
                Err(error) => return Err(told_by(misfit, error)),
            }
        }
        let Some((rung, unfit)) = misfit else {
            return Err(refusal);
        };
        let mut request = asking::request(&self.model, &self.abilities, question, rung);
        asking::add_repair(&mut request, &unfit);
        let completion = match self.ask(&request, &mut asked).await {
            Ok(completion) => completion,
            Err(error) => return Err(told_by(Some((rung, unfit)), error)),
        };
        let value = reading::read(&question.form.schema, &completion)?;
        self.known.worked(rung, &refused);
        Ok(asked.answered(value))
    }

    async fn ask(&self, request: &ChatRequest, asked: &mut Asked) -> Result<Completion, ModelError> {
        let began = Instant::now();
        let left = asked.deadline.saturating_duration_since(began);
        if left < asked.longest {
            return Err(ModelError::TimedOut(asked.budget));
        }
        let attempts = Attempts {
            most: ATTEMPTS,
            within: left,
        };
        let answer = self.completions.complete(request, attempts).await;
        asked.longest = asked.longest.max(began.elapsed());
        match &answer {
            Ok(completion) => {
                asked.requests += completion.requests;
                asked.usage += completion.usage;
            }
            // Whoever says no to a form does so at the first request.
            Err(_) => asked.requests += 1,
        }
        answer
    }
}

#[async_trait]
impl Evaluator for ChatEvaluator {
    fn model(&self) -> &str {
        &self.model
    }

    fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    async fn answer(&self, question: Question) -> Result<Answer, ModelError> {
        self.climb(&question).await
    }
}

/// What one question has taken so far, and how long it may go on.
struct Asked {
    budget: Duration,
    deadline: Instant,
    /// The longest that a request took. With less time left the next one is not begun.
    longest: Duration,
    requests: u32,
    usage: Usage,
}

impl Asked {
    fn until(budget: Duration) -> Self {
        Self {
            budget,
            deadline: Instant::now() + budget,
            longest: LEAST,
            requests: 0,
            usage: Usage::default(),
        }
    }

    fn answered(&self, value: serde_json::Value) -> Answer {
        Answer {
            value,
            requests: self.requests,
            usage: self.usage,
        }
    }
}

/// The time ran out because an answer did not fit: that is then what went wrong.
fn told_by(misfit: Option<(Rung, Misfit)>, error: ModelError) -> ModelError {
    match (misfit, error) {
        (Some((_, unfit)), ModelError::TimedOut(_)) => unfit.into(),
        (_, error) => error,
    }
}

#[cfg(test)]
#[path = "ladder/tests.rs"]
mod tests;
