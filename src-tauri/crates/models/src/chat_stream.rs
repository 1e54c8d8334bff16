//! A chat's answer as it comes: out of the events of a stream, or out of one piece from a host that does not stream or
//! has only an error to tell.

use std::collections::VecDeque;

use crate::assembly::Assembly;
use crate::client::{LONGEST_ANSWER, malformed};
use crate::incoming::Incoming;
use crate::wire::{Dialect, Finish, Sse};
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

/// The form in which the answer comes, told by its first byte.
enum Form {
    Unknown,
    Events(Sse),
    OnePiece(Vec<u8>),
}

/// One answer.
pub(crate) struct ChatStream {
    incoming: Incoming,
    form: Form,
    assembly: Assembly,
    ready: VecDeque<Result<ChatPart, ModelError>>,
    over: bool,
}

impl ChatStream {
    pub(crate) fn new(incoming: Incoming, dialect: Dialect) -> Self {
        let assembly = Assembly::new(dialect, incoming.head().request_id.clone());
        Self {
            incoming,
            form: Form::Unknown,
            assembly,
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

    /// Reads once. What came before an error is as good as without it.
    async fn read(&mut self) {
        if let Err(error) = self.read_bytes().await {
            self.ready.push_back(Err(error));
            self.over = true;
        }
    }

    async fn read_bytes(&mut self) -> Result<(), ModelError> {
        let Some(bytes) = self.incoming.next().await? else {
            return self.end();
        };
        let mut bytes = bytes.as_ref();
        if matches!(self.form, Form::Unknown) {
            bytes = bytes.trim_ascii_start();
            self.form = match bytes.first() {
                None => Form::Unknown,
                Some(b'{') => Form::OnePiece(Vec::new()),
                Some(_) => Form::Events(Sse::default()),
            };
        }
        match &mut self.form {
            Form::Unknown => Ok(()),
            Form::OnePiece(piece) if piece.len() + bytes.len() > LONGEST_ANSWER => {
                Err(ModelError::Malformed(None))
            }
            Form::OnePiece(piece) => {
                piece.extend_from_slice(bytes);
                Ok(())
            }
            Form::Events(sse) => {
                let mut events = Vec::new();
                let pushed = sse.push(bytes, &mut events).map_err(malformed);
                self.take(&events)?;
                pushed
            }
        }
    }

    /// The body ended as it should.
    fn end(&mut self) -> Result<(), ModelError> {
        match std::mem::replace(&mut self.form, Form::Unknown) {
            Form::Unknown => return Err(ModelError::Malformed(None)),
            Form::OnePiece(piece) => self.take(&[piece])?,
            Form::Events(mut sse) => {
                let mut events = Vec::new();
                sse.finish(&mut events).map_err(malformed)?;
                self.take(&events)?;
            }
        }
        self.finish()
    }

    fn take(&mut self, events: &[Vec<u8>]) -> Result<(), ModelError> {
        for event in events {
            if self.over {
                break;
            }
            match event.trim_ascii() {
                b"" => {}
                b"[DONE]" => {
                    self.assembly.is_done();
                    self.finish()?;
                }
                event => self.assembly.take(event, &mut self.ready)?,
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ModelError> {
        if !std::mem::replace(&mut self.over, true) {
            self.assembly.finish(&mut self.ready)?;
        }
        Ok(())
    }
}
