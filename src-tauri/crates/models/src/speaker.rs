//! The role of a speaker: words in, sound out. It lends its voice to a partner that has none.

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use rehearse_domain::Language;

use crate::ModelError;

/// Sound while it is being made: mono samples between -1 and 1 at [`PCM_SAMPLE_RATE`](crate::PCM_SAMPLE_RATE), to be
/// appended to those before. Ends by itself or with an error.
pub type PcmStream = BoxStream<'static, Result<Vec<f32>, ModelError>>;

/// Words to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenLine {
    /// The words, a sentence or a few.
    pub text: String,
    /// Their language.
    pub language: Language,
    /// The voice, by the name the host knows; `None` is the one of the settings.
    pub voice: Option<String>,
}

/// Somebody who reads aloud.
#[async_trait]
pub trait Speaker: Send + Sync {
    /// Name of the model.
    fn model(&self) -> &str;

    /// Host that is told the words, as it stands in the address; `None` when they stay on this computer.
    fn host(&self) -> Option<&str>;

    /// Every host that may come to that, where there are several.
    fn hosts(&self) -> Vec<String> {
        self.host().map(ToOwned::to_owned).into_iter().collect()
    }

    /// Begins to speak. Dropping the stream takes the request back.
    ///
    /// # Errors
    /// When no sound can begin; what goes wrong later comes as the last item of the stream.
    async fn speak(&self, line: SpokenLine) -> Result<PcmStream, ModelError>;
}
