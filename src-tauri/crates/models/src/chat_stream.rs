//! A chat's answer as it comes: words, sound and what they cost.

use std::collections::VecDeque;

use crate::assembly::Assembly;
use crate::events::Events;
use crate::incoming::Incoming;
use crate::wire::{Finish, Refusals};
use crate::{ModelError, Usage};

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ChatPart {
    /// Words, to be appended.
    Text(String),
    /// Samples at [`PCM_SAMPLE_RATE`](crate::PCM_SAMPLE_RATE), to be appended.
    Pcm(Vec<f32>),
    /// A piece of a called function's arguments.
    Arguments(String),
    /// What all of it cost.
    Used(Usage),
    /// It is whole, or as long as it may be. Nothing follows.
    Finished(Finish),
}

/// One answer.
pub(crate) struct ChatStream {
    events: Events,
    assembly: Assembly,
    ready: VecDeque<Result<ChatPart, ModelError>>,
    over: bool,
}

impl ChatStream {
    pub(crate) fn new(incoming: Incoming, refusals: Refusals) -> Self {
        let events = Events::new(incoming);
        Self {
            assembly: Assembly::new(refusals, events.request_id()),
            events,
            ready: VecDeque::new(),
            over: false,
        }
    }

    /// The next part; `None` after [`ChatPart::Finished`] or an error.
    ///
    /// # Errors
    /// When the answer broke off, cannot be read, or is a refusal.
    pub(crate) async fn next(&mut self) -> Result<Option<ChatPart>, ModelError> {
        loop {
            if let Some(part) = self.ready.pop_front() {
                return part.map(Some);
            }
            if self.over {
                return Ok(None);
            }
            self.read().await;
        }
    }

    /// Waits for words or sound, or for the end of an answer without any.
    ///
    /// # Errors
    /// As [`next`](Self::next), when that comes before any.
    pub(crate) async fn reach_content(&mut self) -> Result<(), ModelError> {
        while self.ready.is_empty() && !self.over {
            self.read().await;
        }
        match self.ready.pop_front() {
            Some(Err(error)) => Err(error),
            Some(Ok(part)) => {
                self.ready.push_front(Ok(part));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Reads one event. What came before an error is as good as without it.
    async fn read(&mut self) {
        if let Err(error) = self.read_event().await {
            self.ready.push_back(Err(error));
            self.over = true;
        }
    }

    async fn read_event(&mut self) -> Result<(), ModelError> {
        let event = self.events.next().await?;
        match event.as_deref().map(<[u8]>::trim_ascii) {
            Some(b"") => Ok(()),
            Some(b"[DONE]") => {
                self.assembly.is_done();
                self.events.see_out().await;
                self.finish()
            }
            Some(event) => self.assembly.take(event, &mut self.ready),
            None => self.finish(),
        }
    }

    fn finish(&mut self) -> Result<(), ModelError> {
        self.over = true;
        self.assembly.finish(&mut self.ready)
    }
}

#[cfg(test)]
#[path = "chat_stream_tests.rs"]
mod tests;
