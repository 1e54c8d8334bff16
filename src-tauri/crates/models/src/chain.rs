//! Several who play one role, in order: what fails before its first word or sound falls to the next one. After that
//! nobody takes over: half a reply in one voice and half in another is none.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use rehearse_domain::{PartnerKind, Speaker as Who};

use crate::{
    ModelError, Partner, PartnerRequest, PcmStream, ReplyPart, ReplyStream, Speaker, Speech, SpokenLine,
    Transcriber, Transcript,
};

/// At least one who plays the role. When all fail, the error is that of the first, whom the user chose.
pub struct Chain<T: ?Sized> {
    first: Arc<T>,
    others: Vec<Arc<T>>,
}

impl<T: ?Sized> Chain<T> {
    /// The first and those behind it, in order.
    pub fn new(first: Arc<T>, others: Vec<Arc<T>>) -> Self {
        Self { first, others }
    }

    fn all(&self) -> impl Iterator<Item = &Arc<T>> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

#[async_trait]
impl Partner for Chain<dyn Partner> {
    fn kind(&self) -> PartnerKind {
        self.first.kind()
    }

    fn model(&self) -> Option<&str> {
        self.first.model()
    }

    fn hosts(&self) -> Vec<String> {
        each_once(self.all().flat_map(|partner| partner.hosts()))
    }

    /// Whether the first does. Then those that do not are passed over while nobody has written down what was just said.
    fn hears(&self) -> bool {
        self.first.hears()
    }

    fn speaks(&self) -> bool {
        self.first.speaks()
    }

    async fn reply(&self, request: PartnerRequest) -> Result<ReplyStream, ModelError> {
        let mut failed = None;
        for partner in self.all() {
            if failed.is_some() && !understands(partner.as_ref(), &request) {
                continue;
            }
            match begun(partner.as_ref(), request.clone()).await {
                Ok(stream) => return Ok(stream),
                Err(error) => falls_on(partner.model().unwrap_or("scripted"), error, &mut failed),
            }
        }
        Err(failed.unwrap_or(ModelError::Malformed(None)))
    }

    fn foresee(&self, request: &PartnerRequest) -> Option<String> {
        self.first.foresee(request)
    }
}

fn each_once(hosts: impl Iterator<Item = String>) -> Vec<String> {
    let mut each = Vec::new();
    for host in hosts {
        if !each.contains(&host) {
            each.push(host);
        }
    }
    each
}

/// Whether the partner can know what was said last. The embedded one does not want to.
fn understands(partner: &dyn Partner, request: &PartnerRequest) -> bool {
    let unwritten = request
        .history
        .last()
        .is_some_and(|turn| turn.speaker == Who::Trainee && turn.text.is_none());
    !unwritten || partner.kind() == PartnerKind::Scripted || (partner.hears() && request.sound.is_some())
}

/// A reply whose first words or sound are there, with the name of who gives it before them.
async fn begun(partner: &dyn Partner, request: PartnerRequest) -> Result<ReplyStream, ModelError> {
    let mut reply = partner.reply(request).await?;
    let mut parts = vec![ReplyPart::From {
        kind: partner.kind(),
        model: partner.model().map(ToOwned::to_owned),
    }];
    while let Some(part) = reply.next().await {
        match part? {
            ReplyPart::Used(usage) => parts.push(ReplyPart::Used(usage)),
            // A chain in this chain knows better.
            from @ ReplyPart::From { .. } => parts = vec![from],
            content => {
                parts.push(content);
                break;
            }
        }
    }
    Ok(stream::iter(parts.into_iter().map(Ok)).chain(reply).boxed())
}

fn falls_on(model: &str, error: ModelError, failed: &mut Option<ModelError>) {
    tracing::warn!(model, %error, "it falls to the next model");
    failed.get_or_insert(error);
}

#[async_trait]
impl Transcriber for Chain<dyn Transcriber> {
    fn model(&self) -> &str {
        self.first.model()
    }

    fn host(&self) -> Option<&str> {
        self.all().find_map(|transcriber| transcriber.host())
    }

    fn hosts(&self) -> Vec<String> {
        each_once(self.all().flat_map(|transcriber| transcriber.hosts()))
    }

    async fn transcribe(&self, speech: Speech) -> Result<Transcript, ModelError> {
        let mut failed = None;
        for transcriber in self.all() {
            match transcriber.transcribe(speech.clone()).await {
                Ok(transcript) => return Ok(transcript),
                Err(error) => falls_on(transcriber.model(), error, &mut failed),
            }
        }
        Err(failed.unwrap_or(ModelError::Malformed(None)))
    }
}

#[async_trait]
impl Speaker for Chain<dyn Speaker> {
    fn model(&self) -> &str {
        self.first.model()
    }

    fn host(&self) -> Option<&str> {
        self.all().find_map(|speaker| speaker.host())
    }

    fn hosts(&self) -> Vec<String> {
        each_once(self.all().flat_map(|speaker| speaker.hosts()))
    }

    async fn speak(&self, line: SpokenLine) -> Result<PcmStream, ModelError> {
        let mut failed = None;
        for speaker in self.all() {
            match sounding(speaker.as_ref(), line.clone()).await {
                Ok(stream) => return Ok(stream),
                Err(error) => falls_on(speaker.model(), error, &mut failed),
            }
        }
        Err(failed.unwrap_or(ModelError::Malformed(None)))
    }
}

/// Sound whose first samples are there.
async fn sounding(speaker: &dyn Speaker, line: SpokenLine) -> Result<PcmStream, ModelError> {
    let mut sound = speaker.speak(line).await?;
    match sound.next().await {
        Some(first) => {
            let first = first?;
            Ok(stream::iter([Ok(first)]).chain(sound).boxed())
        }
        None => Err(ModelError::Malformed(None)),
    }
}
