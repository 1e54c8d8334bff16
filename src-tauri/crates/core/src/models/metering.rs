//! Reads off each model's answers what it says that they took, so that of two who play one role each is known to have
//! taken its own.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::StreamExt as _;
use parking_lot::Mutex;
use rehearse_domain::PartnerKind;
use rehearse_models::{
    Answer, Evaluator, ModelError, Partner, PartnerRequest, Question, ReplyPart, ReplyStream, Speech,
    Transcriber, Transcript, Usage,
};

/// What one model said that its answers took.
#[derive(Clone, Default)]
pub(super) struct Meter(Arc<Mutex<Usage>>);

impl Meter {
    fn add(&self, usage: Usage) {
        *self.0.lock() += usage;
    }

    /// What was told since this was last asked.
    pub(super) fn take(&self) -> Usage {
        std::mem::take(&mut self.0.lock())
    }
}

/// Somebody who plays a role, with a meter.
pub(super) struct Metered<T: ?Sized> {
    pub(super) inner: Arc<T>,
    pub(super) meter: Meter,
}

#[async_trait]
impl Partner for Metered<dyn Partner> {
    fn kind(&self) -> PartnerKind {
        self.inner.kind()
    }

    fn model(&self) -> Option<&str> {
        self.inner.model()
    }

    fn hosts(&self) -> Vec<String> {
        self.inner.hosts()
    }

    fn hears(&self) -> bool {
        self.inner.hears()
    }

    fn speaks(&self) -> bool {
        self.inner.speaks()
    }

    async fn reply(&self, request: PartnerRequest) -> Result<ReplyStream, ModelError> {
        let meter = self.meter.clone();
        let reply = self.inner.reply(request).await?.inspect(move |part| {
            if let Ok(ReplyPart::Used(usage)) = part {
                meter.add(*usage);
            }
        });
        Ok(reply.boxed())
    }

    fn foresee(&self, request: &PartnerRequest) -> Option<String> {
        self.inner.foresee(request)
    }
}

#[async_trait]
impl Transcriber for Metered<dyn Transcriber> {
    fn model(&self) -> &str {
        self.inner.model()
    }

    fn host(&self) -> Option<&str> {
        self.inner.host()
    }

    async fn transcribe(&self, speech: Speech) -> Result<Transcript, ModelError> {
        let transcript = self.inner.transcribe(speech).await?;
        self.meter.add(transcript.usage);
        Ok(transcript)
    }
}

#[async_trait]
impl Evaluator for Metered<dyn Evaluator> {
    fn model(&self) -> &str {
        self.inner.model()
    }

    fn host(&self) -> Option<&str> {
        self.inner.host()
    }

    async fn answer(&self, question: Question) -> Result<Answer, ModelError> {
        let answer = self.inner.answer(question).await?;
        self.meter.add(answer.usage);
        Ok(answer)
    }
}
