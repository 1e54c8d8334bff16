//! "Test connection": asks a host what it can do with a model, step by step, and corrects what was thought of it.
//!
//! Findings are codes; the window has the words. Nothing is guessed: a step that was not made, or that failed for a
//! reason that will pass, is [`Outcome::Unknown`]. The whole takes at most 40 s and sends a second of a tone, or a few
//! words that nobody said.

mod clip;
mod evaluating;
mod finding;
mod running;
mod talking;

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, timeout};

use crate::patience::Attempts;
use crate::{Abilities, ModelError};

pub use finding::{Finding, Outcome, Report, Step, Trouble, TroubleKind};
pub use running::{Candidate, PROBE};

/// The longest that everything may take together.
const WHOLE: Duration = Duration::from_secs(40);
/// The longest that a list of models may take.
const LISTING: Duration = Duration::from_secs(8);

/// A host that tells which models it has.
#[async_trait]
pub(crate) trait Catalogue: Send + Sync {
    /// Their names, as `GET models` has them.
    async fn models(&self, attempts: Attempts) -> Result<Vec<String>, ModelError>;
}

/// A probe under way.
pub(crate) struct Probe {
    deadline: Instant,
    report: Report,
    /// It is asked to speak although nothing says that it can, so that a refusal is of that alone.
    tries_to_speak: bool,
}

impl Probe {
    /// Begins with what can be asked without a model: whether anybody is there, lets us in, and has the model.
    pub(crate) async fn begin(catalogue: &dyn Catalogue, model: &str, guess: Abilities) -> Self {
        let mut probe = Self {
            deadline: Instant::now() + WHOLE,
            report: Report::new(guess),
            tries_to_speak: false,
        };
        match probe.step(LISTING, catalogue.models(once(LISTING))).await {
            Ok((listed, took)) => {
                probe.report.learn(Finding::yes(Step::Reachable).after(took));
                probe.report.learn(Finding::yes(Step::Key));
                let found = listed.iter().any(|name| is_named(name, model));
                probe.report.learn(match found {
                    true => Finding::yes(Step::Model),
                    false => Finding::no(Step::Model),
                });
            }
            // Nothing is there under the name of the list: that says nothing about a model.
            Err(ModelError::Refused(refusal)) if refusal.status == Some(404) => {
                probe.report.learn(Finding::yes(Step::Reachable));
            }
            Err(error) => probe.report.hear_of(&error),
        }
        probe
    }

    /// Has a partner asked to speak of which nobody knows whether it can.
    pub(crate) fn trying_to_speak(mut self) -> Self {
        self.tries_to_speak = !self.report.abilities.speaks;
        self.report.abilities.speaks = true;
        self
    }

    /// Whether asking further can tell anything.
    fn goes_on(&self) -> bool {
        !self.report.is_no(Step::Reachable) && !self.report.is_no(Step::Key)
    }

    fn end(self) -> Report {
        self.report
    }

    /// Waits for something within its own limit and that of the whole, and tells how long it took.
    async fn step<T>(
        &self,
        limit: Duration,
        what: impl Future<Output = Result<T, ModelError>>,
    ) -> Result<(T, Duration), ModelError> {
        let began = Instant::now();
        let limit = limit.min(self.deadline.saturating_duration_since(began));
        let value = timeout(limit, what)
            .await
            .map_err(|_| ModelError::TimedOut(limit))??;
        Ok((value, began.elapsed()))
    }

    /// Keeps the outcome of a step, and what it tells about host, key and model.
    fn keep(&mut self, step: Step, result: Result<Finding, ModelError>) {
        match result {
            Ok(finding) => {
                self.report.hear_of_an_answer();
                self.report.learn(finding);
            }
            Err(error) => {
                self.report.hear_of(&error);
                self.report.learn(Finding::failed(step, &error));
            }
        }
    }
}

/// One attempt: a probe tells how things stand, and a second attempt would hide it.
fn once(within: Duration) -> Attempts {
    Attempts { most: 1, within }
}

/// Whether a listed name is the one that was asked for. Ollama lists what is called `qwen3` as `qwen3:latest`.
fn is_named(listed: &str, model: &str) -> bool {
    listed == model || listed.strip_suffix(":latest") == Some(model)
}

#[cfg(test)]
#[path = "probe/tests.rs"]
mod tests;
