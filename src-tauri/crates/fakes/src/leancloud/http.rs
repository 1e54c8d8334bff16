//! The fake over HTTP: requests taken in and counted, faults brought about, answers written as LeanCloud writes them.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};
use axum::response::Response;
use futures_util::StreamExt;
use http_body_util::BodyExt;
use tower_http::compression::CompressionLayer;

use super::access::admit;
use super::answer::{Outcome, Refusal};
use super::call::{Call, Params, segments};
use super::dates;
use super::engine::Engine;
use super::fake::Shared;
use super::faults::{Fault, Reply};
use super::file_host::{HostAnswer, HostCall};
use super::seen::SeenRequest;
use super::wire::{Wire, take_in, text};
use crate::loopback::lost;

/// The router over one app. JSON is compressed with gzip or brotli for those who accept it.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    let json = |_: StatusCode, _: Version, headers: &HeaderMap, _: &axum::http::Extensions| {
        text(headers, "content-type").starts_with("application/json;")
    };
    Router::new()
        .fallback(answer)
        .with_state(Arc::clone(shared))
        .layer(CompressionLayer::new().gzip(true).br(true).compress_when(json))
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let Ok(mut wire) = take_in(request).await else {
        return lost();
    };
    let (seen, in_flight) = shared.count_in(&mut wire);
    if let Some(in_flight) = &in_flight
        && in_flight.is_one_too_many()
    {
        return shared.told(&wire, false, reply(&too_many()));
    }
    let Some(fault) = shared.faults.next(&seen) else {
        return shared.apply(&wire);
    };
    match fault {
        Fault::Before(text) => shared.told(&wire, false, reply(&text)),
        Fault::Instead(text) => {
            shared.apply(&wire);
            shared.told(&wire, true, reply(&text))
        }
        Fault::Lost => lost(),
        Fault::After => {
            shared.apply(&wire);
            shared.untold(&wire);
            lost()
        }
        Fault::CutShort => cut_short(shared.apply(&wire)).await,
        Fault::Hang => std::future::pending().await,
        Fault::Late(after) => {
            let app = Arc::clone(&shared);
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                app.apply(&wire);
                app.untold(&wire);
            });
            std::future::pending().await
        }
        Fault::Withheld => {
            shared.withheld.lock().push(wire);
            std::future::pending().await
        }
        Fault::Slow(time) => {
            let answer = shared.apply(&wire);
            tokio::time::sleep(time).await;
            answer
        }
    }
}

/// An API request under way, counted as long as this lives.
struct InFlight {
    shared: Arc<Shared>,
    now: usize,
    most: Option<usize>,
}

impl InFlight {
    fn is_one_too_many(&self) -> bool {
        self.most.is_some_and(|most| self.now > most)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.shared.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Shared {
    fn count_in(self: &Arc<Self>, wire: &mut Wire) -> (SeenRequest, Option<InFlight>) {
        let (at, most) = self.with(&wire.origin, |engine| (engine.now, engine.options.worker_threads));
        let key = wire.credentials.sign.as_ref().or(wire.credentials.key.as_ref());
        let mut seen = self.seen.lock();
        wire.number = seen.len();
        let request = SeenRequest {
            number: wire.number,
            method: wire.method.clone(),
            path: wire.path.clone(),
            query: wire.query.clone(),
            at,
            body_bytes: wire.body.len(),
            master: key.is_some_and(|key| key.ends_with(",master")),
            session: wire.credentials.session.clone(),
            status: None,
            reached: false,
        };
        seen.push(request.clone());
        let in_flight = wire.is_api().then(|| {
            let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            self.peak.fetch_max(now, Ordering::SeqCst);
            InFlight {
                shared: Arc::clone(self),
                now,
                most,
            }
        });
        (request, in_flight)
    }

    /// Carries a request out and answers it.
    pub(super) fn apply(&self, wire: &Wire) -> Response {
        let (answer, now) = self.with(&wire.origin, |engine| {
            let answer = if wire.is_api() {
                render(api(engine, wire))
            } else {
                host(engine, wire)
            };
            (answer, engine.now)
        });
        let mut answer = self.told(wire, true, answer);
        if let Ok(date) = HeaderValue::from_str(&dates::http_date(now)) {
            answer.headers_mut().insert(header::DATE, date);
        }
        answer
    }

    fn told(&self, wire: &Wire, reached: bool, answer: Response) -> Response {
        if let Some(seen) = self.seen.lock().get_mut(wire.number) {
            seen.status = Some(answer.status().as_u16());
            seen.reached = reached;
        }
        answer
    }

    /// Takes back that a request was answered: it was applied, and its answer went nowhere.
    pub(super) fn untold(&self, wire: &Wire) {
        if let Some(seen) = self.seen.lock().get_mut(wire.number) {
            seen.status = None;
        }
    }
}

fn api(engine: &mut Engine<'_>, wire: &Wire) -> Outcome {
    let path = segments(&wire.path).ok_or_else(Refusal::no_route)?;
    if wire.body.len() > engine.options.body_bytes {
        return Err(Refusal::new(413, 413, "Payload too large."));
    }
    let is_ping = path.iter().map(String::as_str).eq(["ping"]);
    let master = if is_ping {
        false
    } else {
        admit(engine.options, &wire.credentials, engine.now)?
    };
    let caller = engine.caller(master, wire.credentials.session.as_deref())?;
    if let ("POST", [files, name]) = (wire.method.as_str(), path.as_slice())
        && files == "files"
    {
        engine.bill(1)?;
        return engine.one_call_upload(&caller, name, &wire.content_type(), wire.body.clone());
    }
    if path.first().is_none_or(|first| first != "batch") {
        engine.bill(1)?;
    }
    let params = Params::from_query(&wire.query);
    engine.run(&Call {
        method: wire.method.clone(),
        path,
        params,
        body: wire.json()?,
        caller,
    })
}

fn host(engine: &mut Engine<'_>, wire: &Wire) -> Response {
    let range = Some(text(&wire.headers, "range")).filter(|range| !range.is_empty());
    let call = HostCall {
        method: wire.method.clone(),
        path: wire.path.clone(),
        params: Params::from_query(&wire.query),
        content_type: wire.content_type(),
        authorization: text(&wire.headers, "authorization"),
        range,
        body: wire.body.clone(),
    };
    let HostAnswer {
        status,
        headers,
        body,
    } = engine.host(&call);
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    answer
}

/// Slashes in strings come escaped, as LeanCloud's do; outside of strings JSON has none.
fn render(outcome: Outcome) -> Response {
    let (status, location, body) = match outcome {
        Ok(answer) => (answer.status, answer.location, answer.body),
        Err(refusal) => (refusal.status, None, refusal.body()),
    };
    let mut answer = Response::new(Body::from(body.to_string().replace('/', "\\/")));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json;charset=utf-8"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache,no-store"),
    );
    if let Some(location) = location.and_then(|location| HeaderValue::from_str(&location).ok()) {
        headers.insert(header::LOCATION, location);
    }
    answer
}

fn too_many() -> Reply {
    Reply::error(429, 429, "Too many requests.")
}

fn reply(text: &Reply) -> Response {
    let mut answer = Response::new(Body::from(text.body.clone()));
    *answer.status_mut() = StatusCode::from_u16(text.status).unwrap_or_default();
    if let Ok(content_type) = HeaderValue::from_str(&text.content_type) {
        answer.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    answer
}

/// The head and the first half of an answer, then nothing.
async fn cut_short(answer: Response) -> Response {
    let (mut head, body) = answer.into_parts();
    let bytes = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    head.headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let half = bytes.slice(..bytes.len() / 2);
    // Pending once, so that a server sends what it has before it learns that there is no more.
    let end = futures_util::stream::once(async {
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    });
    let stream = futures_util::stream::iter([Ok(half)]).chain(end);
    Response::from_parts(head, Body::from_stream(stream))
}
