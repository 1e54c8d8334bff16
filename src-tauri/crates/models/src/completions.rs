//! What the ladder and the probe need of a host, so that both can be tried against hosts that do not exist.

use async_trait::async_trait;
use serde_json::Value;

use crate::ModelError;
use crate::client::{Client, Completion};
use crate::patience::Attempts;
use crate::probe::Catalogue;
use crate::wire::ChatRequest;

/// A host that completes chats.
#[async_trait]
pub(crate) trait Completions: Send + Sync {
    /// A whole answer, after as many attempts as are allowed and within their time.
    async fn complete(&self, request: &ChatRequest, attempts: Attempts) -> Result<Completion, ModelError>;
}

#[async_trait]
impl Completions for Client {
    async fn complete(&self, request: &ChatRequest, attempts: Attempts) -> Result<Completion, ModelError> {
        Self::complete(self, request, attempts).await
    }
}

#[async_trait]
impl Catalogue for Client {
    async fn models(&self, attempts: Attempts) -> Result<Vec<String>, ModelError> {
        let list = self.fetch(&self.get("models"), attempts).await?;
        let list: Value =
            serde_json::from_slice(&list).map_err(|error| ModelError::Malformed(Some(error.into())))?;
        let models = list.get("data").and_then(Value::as_array);
        let models = models.ok_or(ModelError::Malformed(None))?;
        let name = |model: &Value| Some(model.get("id")?.as_str()?.to_owned());
        Ok(models.iter().filter_map(name).collect())
    }
}
