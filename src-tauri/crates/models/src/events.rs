//! The events of an answer that streams. An answer in one piece, from a host that does not stream or has only an error
//! to tell, is one event.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::timeout;

use crate::ModelError;
use crate::client::{LONGEST_ANSWER, malformed};
use crate::incoming::Incoming;
use crate::wire::Sse;

/// The end of an answer mostly comes with its last words.
const FAREWELL: Duration = Duration::from_millis(50);

/// The form in which the answer comes, told by its first byte.
enum Form {
    Unknown,
    Events(Sse),
    OnePiece(Vec<u8>),
    Over,
}

/// The events of one answer.
pub(crate) struct Events {
    incoming: Incoming,
    form: Form,
    ready: VecDeque<Vec<u8>>,
}

impl Events {
    pub(crate) fn new(incoming: Incoming) -> Self {
        Self {
            incoming,
            form: Form::Unknown,
            ready: VecDeque::new(),
        }
    }

    /// What the host calls the request.
    pub(crate) fn request_id(&self) -> Option<String> {
        self.incoming.head().request_id.clone()
    }

    /// The data of the next event; `None` when the answer ended as it should.
    ///
    /// # Errors
    /// When the connection broke, nothing came for too long, or a line has no end. What came before it was given.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, ModelError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            if matches!(self.form, Form::Over) {
                return Ok(None);
            }
            match self.incoming.next().await? {
                Some(bytes) => self.push(&bytes)?,
                None => self.finish()?,
            }
        }
    }

    /// The host said that nothing more comes. Waits a moment for the end of the answer itself, for only then can the
    /// connection be used again, and a new one would cost the next turn a greeting.
    pub(crate) async fn see_out(&mut self) {
        let _ = timeout(FAREWELL, self.incoming.next()).await;
        self.form = Form::Over;
    }

    fn push(&mut self, mut bytes: &[u8]) -> Result<(), ModelError> {
        if matches!(self.form, Form::Unknown) {
            bytes = bytes.trim_ascii_start();
            self.form = match bytes.first() {
                None => Form::Unknown,
                Some(b'{') => Form::OnePiece(Vec::new()),
                Some(_) => Form::Events(Sse::default()),
            };
        }
        match &mut self.form {
            Form::Events(sse) => sse.push(bytes, &mut self.ready).map_err(malformed),
            Form::OnePiece(piece) if piece.len() + bytes.len() > LONGEST_ANSWER => {
                Err(ModelError::Malformed(None))
            }
            Form::OnePiece(piece) => {
                piece.extend_from_slice(bytes);
                Ok(())
            }
            Form::Unknown | Form::Over => Ok(()),
        }
    }

    fn finish(&mut self) -> Result<(), ModelError> {
        match std::mem::replace(&mut self.form, Form::Over) {
            Form::Events(mut sse) => sse.finish(&mut self.ready).map_err(malformed),
            Form::OnePiece(piece) => {
                self.ready.push_back(piece);
                Ok(())
            }
            Form::Unknown | Form::Over => Ok(()),
        }
    }
}
