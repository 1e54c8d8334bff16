//! Chat completions as the ladder and the probe need them: a request out, one whole answer in.

use async_trait::async_trait;

use crate::wire::ChatRequest;
use crate::{ModelError, Usage};

/// A whole answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Completion {
    /// What the model said.
    pub(crate) content: String,
    /// The arguments of the first function that it called, as it wrote them.
    pub(crate) tool_arguments: Option<String>,
    /// What it cost.
    pub(crate) usage: Usage,
    /// How many requests it took, 1 or more.
    pub(crate) requests: u32,
}

/// A host that completes chats.
#[async_trait]
pub(crate) trait Completions: Send + Sync {
    /// Asks up to `attempts` times, as long as asking again can help.
    async fn complete(&self, request: &ChatRequest, attempts: u32) -> Result<Completion, ModelError>;
}
