//! One model's host: requests out, answers in, under time limits and with a few retries. It knows envelopes and
//! refusals; what is asked and what the answer means is known by the role that asks.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request};
use rehearse_net::{Body, Net, Purpose, Terms, WhileOffline, empty, full};
use serde::Serialize;
use tokio::time::Instant;

use crate::chat_stream::{ChatPart, ChatStream};
use crate::head::head_of;
use crate::incoming::Incoming;
use crate::patience::{Attempts, Deadline, Patience, TimeLimits};
use crate::wire::{ChatRequest, Dialect, Finish, Head, Multipart, Refusals};
use crate::{Access, ModelError, Refusal, RefusalKind, Usage};

/// An answer that is longer than this is none.
pub(crate) const LONGEST_ANSWER: usize = 16 * 1024 * 1024;
/// A host explains its no in fewer bytes.
const LONGEST_REFUSAL: usize = 1024 * 1024;
/// Longer than anybody waits; what is longer still cannot be added to a clock.
const UNLIMITED: Duration = Duration::from_secs(24 * 3600);
/// Below this many bytes a second a recording is not worth sending: 256 kbit/s.
const SLOWEST_UPLOAD: u64 = 32 * 1024;

/// A chat's answer, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Completion {
    /// The words.
    pub(crate) content: String,
    /// The arguments of the first function that was called: JSON, if the model took care.
    pub(crate) tool_arguments: Option<String>,
    pub(crate) finish: Finish,
    pub(crate) usage: Usage,
    /// How many requests it took.
    pub(crate) requests: u32,
}

/// A request that can be made more than once.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    method: Method,
    address: String,
    headers: HeaderMap,
    body: Bytes,
    streams: bool,
}

/// A host and how it is spoken to.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    net: Net,
    access: Access,
    purpose: Purpose,
    limits: TimeLimits,
    refusals: Refusals,
}

impl Client {
    pub(crate) fn new(net: Net, access: Access, purpose: Purpose, limits: TimeLimits) -> Self {
        Self {
            refusals: Refusals {
                dialect: access.address.dialect(),
                key: access.key.clone(),
            },
            net,
            access,
            purpose,
            limits,
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.refusals.dialect
    }

    /// What reads this host's refusals where an answer looks like a success.
    pub(crate) fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// A request to look at `path` below the address.
    pub(crate) fn get(&self, path: &str) -> Call {
        self.call(Method::GET, self.access.address.join(path))
    }

    /// A request with this as JSON.
    ///
    /// # Errors
    /// [`ModelError::Malformed`] when it is none, which no structure of ours is.
    pub(crate) fn json(&self, path: &str, value: &impl Serialize) -> Result<Call, ModelError> {
        let mut call = self.call(Method::POST, self.access.address.join(path));
        call.body = serde_json::to_vec(value).map_err(malformed)?.into();
        let json = HeaderValue::from_static("application/json");
        call.headers.insert(CONTENT_TYPE, json);
        Ok(call)
    }

    /// A request with a filled-in form.
    ///
    /// # Errors
    /// [`ModelError::Malformed`] when its type is no header.
    pub(crate) fn form(&self, path: &str, form: Multipart) -> Result<Call, ModelError> {
        let mut call = self.call(Method::POST, self.access.address.join(path));
        let (kind, body) = form.finish();
        call.body = body;
        call.headers
            .insert(CONTENT_TYPE, kind.parse().map_err(malformed)?);
        Ok(call)
    }

    fn call(&self, method: Method, address: String) -> Call {
        Call {
            method,
            address,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            streams: false,
        }
    }

    /// A chat's answer when it is whole, streamed or not as the request asks for.
    ///
    /// # Errors
    /// When no whole answer came in any attempt.
    pub(crate) async fn complete(
        &self,
        request: &ChatRequest,
        attempts: Attempts,
    ) -> Result<Completion, ModelError> {
        let call = self.chat(request)?;
        let mut patience = attempts.begin();
        loop {
            match self.complete_once(&call, patience.deadline()).await {
                Ok(mut completion) => {
                    completion.requests = patience.made();
                    return Ok(completion);
                }
                Err(error) => patience.bear(error).await?,
            }
        }
    }

    async fn complete_once(&self, call: &Call, deadline: Deadline) -> Result<Completion, ModelError> {
        let mut stream = ChatStream::new(self.send(call, deadline).await?, self.refusals.clone());
        let mut completion = Completion::default();
        while let Some(part) = stream.next().await? {
            match part {
                ChatPart::Text(words) => completion.content.push_str(&words),
                ChatPart::Arguments(piece) => {
                    completion.tool_arguments.get_or_insert_default().push_str(&piece);
                }
                ChatPart::Used(usage) => completion.usage += usage,
                ChatPart::Finished(finish) => completion.finish = finish,
                ChatPart::Pcm(_) => {}
            }
        }
        Ok(completion)
    }

    /// A chat's answer as it comes. Returns when the first words or sound are there, or when it has ended without any:
    /// before that another attempt may be made, and after it none. The same patience serves for a request of another
    /// form.
    ///
    /// # Errors
    /// When no attempt came that far.
    pub(crate) async fn stream(
        &self,
        request: &ChatRequest,
        patience: &mut Patience,
    ) -> Result<ChatStream, ModelError> {
        let call = self.chat(request)?;
        loop {
            match self.stream_once(&call, patience.deadline()).await {
                Ok(stream) => return Ok(stream),
                Err(error) => patience.bear(error).await?,
            }
        }
    }

    async fn stream_once(&self, call: &Call, deadline: Deadline) -> Result<ChatStream, ModelError> {
        let mut stream = ChatStream::new(self.send(call, deadline).await?, self.refusals.clone());
        stream.reach_content().await?;
        Ok(stream)
    }

    fn chat(&self, request: &ChatRequest) -> Result<Call, ModelError> {
        let call = self.json("chat/completions", request)?;
        Ok(match request.stream {
            true => call.streamed("text/event-stream"),
            false => call,
        })
    }

    /// The body of an answer, whole.
    ///
    /// # Errors
    /// When no whole answer came in any attempt.
    pub(crate) async fn fetch(&self, call: &Call, attempts: Attempts) -> Result<Bytes, ModelError> {
        let mut patience = attempts.begin();
        loop {
            match self.fetch_once(call, patience.deadline()).await {
                Ok(bytes) => return Ok(bytes),
                Err(error) => patience.bear(error).await?,
            }
        }
    }

    async fn fetch_once(&self, call: &Call, deadline: Deadline) -> Result<Bytes, ModelError> {
        self.send(call, deadline).await?.whole(LONGEST_ANSWER).await
    }

    /// The body of an answer as it comes. Returns when its first bytes are there: before that another attempt may be
    /// made, and after it none.
    ///
    /// # Errors
    /// When no attempt came that far. [`ModelError::Malformed`] when an answer has no bytes.
    pub(crate) async fn open(&self, call: &Call, attempts: Attempts) -> Result<Incoming, ModelError> {
        let mut patience = attempts.begin();
        loop {
            match self.open_once(call, patience.deadline()).await {
                Ok(incoming) => return Ok(incoming),
                Err(error) => patience.bear(error).await?,
            }
        }
    }

    async fn open_once(&self, call: &Call, deadline: Deadline) -> Result<Incoming, ModelError> {
        let mut incoming = self.send(call, deadline).await?;
        incoming.reach_bytes().await?;
        Ok(incoming)
    }

    /// Makes a request once. The answer is one of success.
    async fn send(&self, call: &Call, deadline: Deadline) -> Result<Incoming, ModelError> {
        let request = call.request(self.access.key.as_ref())?;
        let limits = match call.streams {
            true => self.limits,
            // All of it is made before anything comes.
            false => TimeLimits {
                first_byte: UNLIMITED,
                ..self.limits
            },
        };
        let terms = Terms {
            silence: limits.first_byte.max(limits.silence),
            while_offline: WhileOffline::ThisComputer,
            ..Terms::of(self.purpose)
        };
        let to_head = limits.first_byte + call.upload();
        let begun = Instant::now();
        let first_byte_by = begun + to_head;
        let answer = deadline
            .wait(first_byte_by, to_head, self.net.send(request, terms))
            .await??;
        let head = head_of(&answer);
        tracing::debug!(
            host = self.access.address.host(),
            purpose = self.purpose.name(),
            status = answer.status().as_u16(),
            request_id = head.request_id,
            after_ms = begun.elapsed().as_millis(),
            "the model answers"
        );
        let status = answer.status();
        let kind = answer
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_ascii_lowercase();
        let incoming =
            Incoming::new(answer.into_body(), head.clone(), kind, limits, deadline).begun_by(first_byte_by);
        match status.is_success() {
            true => Ok(incoming),
            false => Err(self.refused(incoming, head).await),
        }
    }

    async fn refused(&self, incoming: Incoming, head: Head) -> ModelError {
        // A no whose reasons do not arrive is a no.
        let body = incoming.whole(LONGEST_REFUSAL).await.unwrap_or_default();
        ModelError::Refused(self.refusals.read(&body, head))
    }
}

impl Call {
    /// Its answer comes in pieces, of this kind.
    pub(crate) fn streamed(mut self, kind: &'static str) -> Self {
        self.streams = true;
        self.headers.insert(ACCEPT, HeaderValue::from_static(kind));
        // What packs a stream may hold it back.
        let as_it_is = HeaderValue::from_static("identity");
        self.headers.insert(ACCEPT_ENCODING, as_it_is);
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    fn request(&self, key: Option<&crate::Key>) -> Result<Request<Body>, ModelError> {
        let body = match self.body.is_empty() {
            true => empty(),
            false => full(self.body.clone()),
        };
        let request = Request::builder()
            .method(self.method.clone())
            .uri(&self.address)
            .body(body);
        let mut request = request.map_err(malformed)?;
        *request.headers_mut() = self.headers.clone();
        if let Some(key) = key {
            // A key with letters that no header has is not the one that the host gave out.
            let no_key = || ModelError::Refused(Refusal::of_kind(RefusalKind::Key));
            let key = Some(key.expose()).filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()));
            let bearer = format!("Bearer {}", key.ok_or_else(no_key)?);
            let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| no_key())?;
            bearer.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, bearer);
        }
        Ok(request)
    }

    /// How long a request of this size may take to go out.
    fn upload(&self) -> Duration {
        time_to_send(self.body.len())
    }
}

/// How long it may take until this many bytes have gone out.
pub(crate) fn time_to_send(bytes: usize) -> Duration {
    Duration::from_secs(bytes as u64 / SLOWEST_UPLOAD)
}

pub(crate) fn malformed(error: impl std::error::Error + Send + Sync + 'static) -> ModelError {
    ModelError::Malformed(Some(error.into()))
}
