//! Lends a voice to a partner that has none, or none for the author's opening. Each sentence is spoken as soon as it is there, and the next one is asked
//! for while the former still sounds; the words are never held up for it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use rehearse_domain::{Language, PartnerKind};

use crate::scripted::opening;
use crate::sentences::Sentences;
use crate::{
    ModelError, Partner, PartnerRequest, PcmStream, ReplyEnd, ReplyPart, ReplyStream, Speaker, SpokenLine,
};

/// A partner and the one who speaks for it.
#[derive(Clone)]
pub struct VoicedPartner {
    /// Who answers.
    pub inner: Arc<dyn Partner>,
    /// Who reads aloud what comes without a voice: every answer, or of a partner that speaks the author's opening alone.
    pub speaker: Arc<dyn Speaker>,
}

#[async_trait]
impl Partner for VoicedPartner {
    fn kind(&self) -> PartnerKind {
        self.inner.kind()
    }

    fn model(&self) -> Option<&str> {
        self.inner.model()
    }

    fn hosts(&self) -> Vec<String> {
        let mut hosts = self.inner.hosts();
        let new = |host: &String| !hosts.contains(host);
        let of_the_speaker: Vec<String> = self.speaker.hosts().into_iter().filter(new).collect();
        hosts.extend(of_the_speaker);
        hosts
    }

    fn hears(&self) -> bool {
        self.inner.hears()
    }

    fn speaks(&self) -> bool {
        true
    }

    async fn reply(&self, request: PartnerRequest) -> Result<ReplyStream, ModelError> {
        if self.inner.speaks() && opening(&request).is_none() {
            return self.inner.reply(request).await;
        }
        let language = request.scenario.language;
        let words = self.inner.reply(request).await?;
        let mut voiced = Voiced {
            words: Some(words),
            end: None,
            voice: Voice::new(Arc::clone(&self.speaker), language),
        };
        Ok(stream::poll_fn(move |context| voiced.poll(context)).boxed())
    }

    fn foresee(&self, request: &PartnerRequest) -> Option<String> {
        self.inner.foresee(request)
    }
}

/// One reply.
struct Voiced {
    words: Option<ReplyStream>,
    end: Option<ReplyEnd>,
    voice: Voice,
}

impl Voiced {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<ReplyPart, ModelError>>> {
        if let Some(part) = self.poll_words(context) {
            return Poll::Ready(Some(part));
        }
        match self.voice.poll(context) {
            Poll::Ready(Some(samples)) => Poll::Ready(Some(Ok(ReplyPart::Pcm(samples)))),
            Poll::Ready(None) if self.words.is_none() => {
                Poll::Ready(self.end.take().map(ReplyPart::Done).map(Ok))
            }
            _ => Poll::Pending,
        }
    }

    /// What there is of the reply itself right now, the end left out.
    fn poll_words(&mut self, context: &mut Context<'_>) -> Option<Result<ReplyPart, ModelError>> {
        let Poll::Ready(part) = self.words.as_mut()?.poll_next_unpin(context) else {
            return None;
        };
        match part {
            Some(Ok(ReplyPart::Done(end))) => {
                self.words = None;
                self.end = Some(end);
                self.voice.finish();
                None
            }
            Some(Ok(ReplyPart::Text(words))) => {
                self.voice.say(&words);
                Some(Ok(ReplyPart::Text(words)))
            }
            Some(Ok(ReplyPart::Pcm(samples))) => {
                self.voice.fall_silent();
                Some(Ok(ReplyPart::Pcm(samples)))
            }
            Some(Ok(other)) => Some(Ok(other)),
            Some(Err(error)) => {
                self.words = None;
                self.voice.fall_silent();
                Some(Err(error))
            }
            None => {
                self.words = None;
                self.voice.fall_silent();
                None
            }
        }
    }
}

/// The voice, with the sentences that it has still to say.
struct Voice {
    speaker: Arc<dyn Speaker>,
    language: Language,
    silent: bool,
    sentences: Sentences,
    waiting: VecDeque<String>,
    asked: Option<BoxFuture<'static, Result<PcmStream, ModelError>>>,
    next: Option<PcmStream>,
    sounding: Option<PcmStream>,
}

impl Voice {
    fn new(speaker: Arc<dyn Speaker>, language: Language) -> Self {
        Self {
            speaker,
            language,
            silent: false,
            sentences: Sentences::default(),
            waiting: VecDeque::new(),
            asked: None,
            next: None,
            sounding: None,
        }
    }

    fn say(&mut self, words: &str) {
        if !self.silent {
            self.waiting.extend(self.sentences.push(words));
        }
    }

    fn finish(&mut self) {
        if !self.silent {
            self.waiting.extend(self.sentences.finish());
        }
    }

    /// Nothing more is said.
    fn fall_silent(&mut self) {
        self.silent = true;
        self.waiting.clear();
        (self.asked, self.next, self.sounding) = (None, None, None);
    }

    fn fail(&mut self, error: &ModelError) {
        tracing::warn!(%error, model = self.speaker.model(), "the voice failed; the reply goes on without sound");
        self.fall_silent();
    }

    /// The next samples; `None` when all is said that there is to say so far.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Vec<f32>>> {
        loop {
            self.ask(context);
            let Some(sound) = &mut self.sounding else {
                self.sounding = self.next.take();
                match (&self.sounding, &self.asked) {
                    (Some(_), _) => continue,
                    (None, Some(_)) => return Poll::Pending,
                    (None, None) => return Poll::Ready(None),
                }
            };
            match sound.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(samples))) => return Poll::Ready(Some(samples)),
                Poll::Ready(Some(Err(error))) => self.fail(&error),
                Poll::Ready(None) => self.sounding = None,
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// Has the next sentence begun, one ahead of the one that sounds.
    fn ask(&mut self, context: &mut Context<'_>) {
        while self.next.is_none() {
            if self.asked.is_none() {
                self.asked = self.waiting.pop_front().map(|sentence| self.begin(sentence));
            }
            let Some(asked) = &mut self.asked else { return };
            let Poll::Ready(begun) = asked.poll_unpin(context) else {
                return;
            };
            self.asked = None;
            match begun {
                Ok(sound) => self.next = Some(sound),
                Err(error) => self.fail(&error),
            }
        }
    }

    fn begin(&self, text: String) -> BoxFuture<'static, Result<PcmStream, ModelError>> {
        let speaker = Arc::clone(&self.speaker);
        let line = SpokenLine {
            text,
            language: self.language,
            voice: None,
        };
        async move { speaker.speak(line).await }.boxed()
    }
}

#[cfg(test)]
#[path = "voiced_partner_tests.rs"]
mod tests;
