//! A transport for tests: it answers what it was told to, in that order, and remembers what it was sent.

use std::collections::VecDeque;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt;
use parking_lot::Mutex;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::transport::full;
use crate::{
    Body, Client, Credentials, Dialect, Errand, Secret, Server, SessionToken, Settings, Timestamp, Transport,
    TransportError,
};

/// What comes of a request.
pub(crate) enum Step {
    Answer(u16, Vec<(&'static str, String)>, String),
    Fail(TransportError),
    Hang,
}

/// A request as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Method, path and parameters, decoded: `GET /1.1/classes/Turn?where={}`.
    pub(crate) line: String,
    pub(crate) host: String,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
    pub(crate) errand: Errand,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// An answer with JSON in it.
pub(crate) fn json(status: u16, body: Value) -> Step {
    Step::Answer(status, Vec::new(), body.to_string())
}

/// An answer with anything in it.
pub(crate) fn text(status: u16, body: &str) -> Step {
    Step::Answer(status, Vec::new(), body.to_owned())
}

pub(crate) fn broken() -> Step {
    let cause = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Step::Fail(TransportError::Interrupted(Arc::new(cause)))
}

#[derive(Default)]
pub(crate) struct Scripted {
    steps: Mutex<VecDeque<Step>>,
    seen: Mutex<Vec<Seen>>,
}

impl Scripted {
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().clone()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request<Body>, errand: Errand) -> Result<Response<Body>, TransportError> {
        let (parts, body) = request.into_parts();
        let bytes = body
            .collect()
            .await
            .map_err(|error| TransportError::Interrupted(Arc::new(error)))?
            .to_bytes();
        let path = parts
            .uri
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default();
        let path = percent_decode_str(&path).decode_utf8().unwrap().into_owned();
        self.seen.lock().push(Seen {
            line: format!("{} {path}", parts.method),
            host: parts.uri.host().unwrap_or_default().to_owned(),
            headers: parts.headers,
            bytes,
            errand,
        });
        let step = self
            .steps
            .lock()
            .pop_front()
            .expect("one request more than was expected");
        match step {
            Step::Fail(error) => Err(error),
            Step::Hang => std::future::pending().await,
            Step::Answer(status, headers, body) => {
                let mut answer = Response::builder().status(status);
                for (name, value) in headers {
                    answer = answer.header(name, value);
                }
                Ok(answer.body(full(body)).unwrap())
            }
        }
    }
}

/// A client whose server answers with these steps. Its clock stands still and its chance is one half.
pub(crate) fn client(
    dialect: Dialect,
    steps: impl IntoIterator<Item = Step>,
) -> (Client<Arc<Scripted>>, Arc<Scripted>) {
    let credentials = Credentials::new("app").app_key(Secret::new("key"));
    with_credentials(dialect, credentials, steps)
}

/// The same with the key of the owner.
pub(crate) fn owner(
    dialect: Dialect,
    steps: impl IntoIterator<Item = Step>,
) -> (Client<Arc<Scripted>>, Arc<Scripted>) {
    let credentials = Credentials::new("app")
        .app_key(Secret::new("key"))
        .master_key(Secret::new("owner"));
    with_credentials(dialect, credentials, steps)
}

fn with_credentials(
    dialect: Dialect,
    credentials: Credentials,
    steps: impl IntoIterator<Item = Step>,
) -> (Client<Arc<Scripted>>, Arc<Scripted>) {
    let server = match dialect {
        Dialect::LeanCloud => Server::leancloud("https://lc.example"),
        Dialect::Parse => Server::parse("https://ps.example/parse"),
    };
    let settings = Settings {
        now: Arc::new(|| Timestamp::from_millis(1_000_000)),
        random: Arc::new(|| 0.5),
        ..Settings::default()
    };
    let transport = Arc::new(Scripted::default());
    transport.steps.lock().extend(steps);
    let client = Client::with_settings(Arc::clone(&transport), server.unwrap(), credentials, settings);
    client.set_session(Some(SessionToken::new("session")));
    (client, transport)
}
