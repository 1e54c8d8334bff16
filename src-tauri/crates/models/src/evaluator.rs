//! The role of an evaluator: a question whose answer has a form that code can check.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use crate::{ModelError, Usage};

/// The form that an answer must have.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerForm {
    /// Its name: letters, digits and underscores. Hosts that take a forced tool call it so.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub purpose: &'static str,
    /// A JSON schema in which every object lists all its properties as required and allows no others.
    pub schema: Value,
}

/// A question to an evaluator.
#[derive(Clone, Debug)]
pub struct Question {
    /// Who it is and what it must never do.
    pub system: String,
    /// What several questions have in common, the dialogue above all; comes first, so that a host can remember it.
    pub shared: String,
    /// What is asked.
    pub task: String,
    /// The form of the answer.
    pub form: Arc<AnswerForm>,
    /// 0 to below 2.
    pub temperature: f32,
    /// For an answer that can be repeated as far as the host is able to.
    pub seed: Option<u32>,
    /// The longest that the answer may take, all attempts together.
    pub budget: Duration,
}

/// An answer that has its form.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The answer; [`AnswerForm::schema`] holds for it.
    pub value: Value,
    /// How many requests it took, 1 or more.
    pub requests: u32,
    /// What it cost, as far as the host said.
    pub usage: Usage,
}

/// Somebody who judges.
#[async_trait]
pub trait Evaluator: Send + Sync {
    /// Name of the model.
    fn model(&self) -> &str;

    /// Host that reads the dialogue, as it stands in the address; `None` when it stays in this process.
    fn host(&self) -> Option<&str>;

    /// Every host that may come to that, where there are several.
    fn hosts(&self) -> Vec<String> {
        self.host().map(ToOwned::to_owned).into_iter().collect()
    }

    /// Answers in the form that is asked for, with retries of its own.
    ///
    /// # Errors
    /// When no answer came, or none in this form even when it was told what was wrong with it
    /// ([`ModelError::Malformed`]).
    async fn answer(&self, question: Question) -> Result<Answer, ModelError>;
}
