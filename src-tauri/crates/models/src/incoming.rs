//! The body of an answer as it comes, under its time limits.

use std::io;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use rehearse_net::{Body, NetError};
use tokio::time::Instant;

use crate::ModelError;
use crate::patience::{Deadline, TimeLimits};
use crate::wire::Head;

/// The body of one answer.
#[derive(Debug)]
pub(crate) struct Incoming {
    body: Body,
    head: Head,
    kind: String,
    limits: TimeLimits,
    deadline: Deadline,
    /// When the first bytes have to be there; `None` once they were.
    first_byte_by: Option<Instant>,
    /// Bytes that were waited for and not taken yet.
    ahead: Option<Bytes>,
}

impl Incoming {
    pub(crate) fn new(body: Body, head: Head, kind: String, limits: TimeLimits, deadline: Deadline) -> Self {
        Self {
            body,
            head,
            kind,
            limits,
            deadline,
            first_byte_by: Some(Instant::now() + limits.first_byte),
            ahead: None,
        }
    }

    /// The first bytes have to be there by then: what the head took is a part of the wait for them.
    pub(crate) fn begun_by(mut self, moment: Instant) -> Self {
        self.first_byte_by = Some(moment);
        self
    }

    /// What came before the body.
    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// What the host says the body is, in lower case; empty when it says nothing.
    pub(crate) fn kind(&self) -> &str {
        &self.kind
    }

    /// The next bytes, at least one; `None` at the end.
    ///
    /// # Errors
    /// When the connection broke or nothing came for too long.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, ModelError> {
        if let Some(bytes) = self.ahead.take() {
            return Ok(Some(bytes));
        }
        loop {
            let (by, limit) = match self.first_byte_by {
                Some(by) => (by, self.limits.first_byte),
                None => (Instant::now() + self.limits.silence, self.limits.silence),
            };
            let Some(frame) = self.deadline.wait(by, limit, self.body.frame()).await? else {
                return Ok(None);
            };
            // Trailers are no bytes.
            if let Ok(bytes) = frame.map_err(broken)?.into_data()
                && !bytes.is_empty()
            {
                self.first_byte_by = None;
                return Ok(Some(bytes));
            }
        }
    }

    /// Waits for the first bytes.
    ///
    /// # Errors
    /// As [`next`](Self::next), and [`ModelError::Malformed`] when there are none.
    pub(crate) async fn reach_bytes(&mut self) -> Result<(), ModelError> {
        match self.next().await? {
            Some(bytes) => {
                self.ahead = Some(bytes);
                Ok(())
            }
            None => Err(ModelError::Malformed(None)),
        }
    }

    /// All bytes.
    ///
    /// # Errors
    /// As [`next`](Self::next), and [`ModelError::Malformed`] when there are more than `most`.
    pub(crate) async fn whole(mut self, most: usize) -> Result<Bytes, ModelError> {
        let mut whole = BytesMut::new();
        while let Some(bytes) = self.next().await? {
            if whole.len() + bytes.len() > most {
                return Err(ModelError::Malformed(None));
            }
            whole.extend_from_slice(&bytes);
        }
        Ok(whole.freeze())
    }
}

fn broken(error: io::Error) -> ModelError {
    match error.downcast::<NetError>() {
        Ok(error) => error.into(),
        Err(error) => ModelError::Malformed(Some(error.into())),
    }
}
