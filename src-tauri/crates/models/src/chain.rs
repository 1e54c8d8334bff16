//! Several who play one role, in order: what fails before its first word or sound falls to the next one. After that
//! nobody takes over: half a reply in one voice and half in another is none. Who has taken over goes on, so that not
//! every turn waits for the one that failed; that one is asked again when its substitute fails in its turn.

mod round;
mod standing;

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use rehearse_domain::{PartnerKind, Speaker as Who};
use tokio::time::Instant;

use crate::{
    Answer, Evaluator, ModelError, Partner, PartnerRequest, PcmStream, Question, RefusalKind, ReplyPart,
    ReplyStream, Speaker, Speech, SpokenLine, Transcriber, Transcript,
};
use round::Round;
use standing::Standing;

/// At least one who plays the role. When all fail, the error is that of the first, whom the user chose.
pub struct Chain<T: ?Sized> {
    first: Arc<T>,
    others: Vec<Arc<T>>,
    standing: Arc<Standing>,
}

impl<T: ?Sized> Chain<T> {
    /// The first and those behind it, in order.
    pub fn new(first: Arc<T>, others: Vec<Arc<T>>) -> Self {
        let standing = Standing::new(others.len() + 1, |_, _| ());
        Self {
            first,
            others,
            standing,
        }
    }

    /// Tells when somebody else answers than before: the places of the two, the first one's being 0.
    #[must_use]
    pub fn telling(mut self, told: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
        self.standing = Standing::new(self.others.len() + 1, told);
        self
    }

    fn all(&self) -> impl Iterator<Item = &Arc<T>> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Who is asked first.
    fn next(&self) -> &T {
        self.at(self.standing.next())
    }

    fn at(&self, place: usize) -> &T {
        let behind = place.checked_sub(1).and_then(|place| self.others.get(place));
        behind.unwrap_or(&self.first)
    }

    fn round(&self) -> Round<'_, T> {
        Round::begin(self, |_| true)
    }
}

/// Whether somebody else is asked after this failure. What one host will not pass on is not tried on another: that is an
/// answer, though not a welcome one.
fn falls_on(error: &ModelError) -> bool {
    !matches!(error, ModelError::Refused(refusal) if refusal.kind == RefusalKind::Filtered)
}

#[async_trait]
impl Partner for Chain<dyn Partner> {
    fn kind(&self) -> PartnerKind {
        self.next().kind()
    }

    fn model(&self) -> Option<&str> {
        self.next().model()
    }

    fn hosts(&self) -> Vec<String> {
        each_once(self.all().flat_map(|partner| partner.hosts()))
    }

    /// Whether the one that is asked first does. Then those that do not are passed over while nobody has written down
    /// what was just said.
    fn hears(&self) -> bool {
        self.next().hears()
    }

    fn speaks(&self) -> bool {
        self.next().speaks()
    }

    async fn reply(&self, request: PartnerRequest) -> Result<ReplyStream, ModelError> {
        let sound = request.sound.as_ref().map_or(0, |sound| sound.mp3.len());
        let mut round = Round::begin(self, |partner| understands(partner, &request)).for_a_person(sound);
        while let Some((place, partner)) = round.next() {
            match round.heard_from(begun(partner, request.clone()), sound).await {
                Ok(reply) => {
                    round.answered(place);
                    return Ok(watched(reply, &self.standing, place));
                }
                Err(error) => round.failed(place, partner.model().unwrap_or("scripted"), error)?,
            }
        }
        Err(round.why())
    }

    fn foresee(&self, request: &PartnerRequest) -> Option<String> {
        self.next().foresee(request)
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

/// Who breaks off in the middle is not asked first the next time.
fn watched<A: Send + 'static>(
    stream: stream::BoxStream<'static, Result<A, ModelError>>,
    standing: &Arc<Standing>,
    place: usize,
) -> stream::BoxStream<'static, Result<A, ModelError>> {
    let standing = Arc::clone(standing);
    stream
        .inspect(move |part| {
            if part.as_ref().is_err_and(falls_on) {
                standing.failed(place);
            }
        })
        .boxed()
}

#[async_trait]
impl Transcriber for Chain<dyn Transcriber> {
    fn model(&self) -> &str {
        self.next().model()
    }

    fn host(&self) -> Option<&str> {
        self.all().find_map(|transcriber| transcriber.host())
    }

    fn hosts(&self) -> Vec<String> {
        each_once(self.all().flat_map(|transcriber| transcriber.hosts()))
    }

    async fn transcribe(&self, speech: Speech) -> Result<Transcript, ModelError> {
        let mut round = self.round();
        while let Some((place, transcriber)) = round.next() {
            let transcript = transcriber.transcribe(speech.clone());
            match round
                .written_by(transcript, speech.mp3.len(), speech.duration)
                .await
            {
                Ok(transcript) => {
                    round.answered(place);
                    return Ok(transcript);
                }
                Err(error) => round.failed(place, transcriber.model(), error)?,
            }
        }
        Err(round.why())
    }
}

#[async_trait]
impl Evaluator for Chain<dyn Evaluator> {
    fn model(&self) -> &str {
        self.next().model()
    }

    fn host(&self) -> Option<&str> {
        self.all().find_map(|evaluator| evaluator.host())
    }

    fn hosts(&self) -> Vec<String> {
        each_once(self.all().flat_map(|evaluator| evaluator.hosts()))
    }

    async fn answer(&self, question: Question) -> Result<Answer, ModelError> {
        let (mut round, asked) = (self.round(), Instant::now());
        while let Some((place, evaluator)) = round.next() {
            let mut question = question.clone();
            question.budget = round.share_of(question.budget.saturating_sub(asked.elapsed()));
            match evaluator.answer(question).await {
                Ok(answer) => {
                    round.answered(place);
                    return Ok(answer);
                }
                Err(error) => round.failed(place, evaluator.model(), error)?,
            }
        }
        Err(round.why())
    }
}

#[async_trait]
impl Speaker for Chain<dyn Speaker> {
    fn model(&self) -> &str {
        self.next().model()
    }

    fn host(&self) -> Option<&str> {
        self.all().find_map(|speaker| speaker.host())
    }

    fn hosts(&self) -> Vec<String> {
        each_once(self.all().flat_map(|speaker| speaker.hosts()))
    }

    async fn speak(&self, line: SpokenLine) -> Result<PcmStream, ModelError> {
        let mut round = self.round().for_a_person(0);
        while let Some((place, speaker)) = round.next() {
            match round.heard_from(sounding(speaker, line.clone()), 0).await {
                Ok(sound) => {
                    round.answered(place);
                    return Ok(watched(sound, &self.standing, place));
                }
                Err(error) => round.failed(place, speaker.model(), error)?,
            }
        }
        Err(round.why())
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
