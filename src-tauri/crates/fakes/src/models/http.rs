//! The routes: requests taken in, judged and remembered, answers sent at their pace.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use tokio::time::Instant;

use super::answers::answer;
use super::fake::Shared;
use super::plan::{End, Frame, Plan};
use super::wire::take_in;
use crate::loopback::{ResetWhenItFails, lost};

/// The router over one server.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    Router::new().fallback(respond).with_state(Arc::clone(shared))
}

async fn respond(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let Ok(wire) = take_in(request).await else {
        return lost();
    };
    let (number, plan) = answer(&shared, &wire);
    let sending = Sending {
        shared: Arc::clone(&shared),
        number,
        frames: plan.frames.clone().into_iter(),
        end: plan.end,
        has_begun: false,
        is_over: false,
    };
    if !plan.before.is_zero() {
        tokio::time::sleep(plan.before).await;
    }
    shared.note(number, |request| request.status = Some(plan.status));
    sent(&plan, sending, number)
}

fn sent(plan: &Plan, sending: Sending, number: usize) -> Response {
    let stream = futures_util::stream::unfold(sending, |mut sending| async move {
        let next = sending.next().await;
        next.map(|next| (next, sending))
    });
    let mut answer = Response::new(Body::from_stream(stream));
    *answer.status_mut() = StatusCode::from_u16(plan.status).unwrap_or_default();
    if plan.end == End::Reset {
        answer.extensions_mut().insert(ResetWhenItFails);
    }
    let headers = answer.headers_mut();
    let request = super::refusal::request_id(number);
    for (name, value) in [
        (header::CONTENT_TYPE, plan.content_type.clone()),
        (header::HeaderName::from_static("x-request-id"), request),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    if let Some(wait) = plan.retry_after.as_deref().map(HeaderValue::from_str)
        && let Ok(wait) = wait
    {
        headers.insert(header::RETRY_AFTER, wait);
    }
    answer
}

/// An answer on its way. Dropped before its end, the client has gone.
struct Sending {
    shared: Arc<Shared>,
    number: usize,
    frames: std::vec::IntoIter<Frame>,
    end: End,
    has_begun: bool,
    is_over: bool,
}

impl Sending {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        let Some(frame) = self.frames.next() else {
            self.is_over = true;
            if self.end == End::Whole {
                return None;
            }
            // Pending once, so that what was written goes out before the end is known.
            tokio::task::yield_now().await;
            return Some(Err(io::Error::from(io::ErrorKind::ConnectionReset)));
        };
        if !frame.wait.is_zero() {
            tokio::time::sleep(frame.wait).await;
        } else if self.has_begun {
            // As above: each write goes out by itself.
            tokio::task::yield_now().await;
        }
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        self.shared.note(self.number, |request| {
            request.spoken.extend_from_slice(&frame.pcm);
            if let Some(usage) = &frame.usage {
                request.usage = serde_json::from_str(usage).ok();
            }
            if is_first {
                request.first_byte_at = Some(Instant::now());
            }
            if !frame.pcm.is_empty() {
                request.first_sound_at.get_or_insert_with(Instant::now);
            }
        });
        Some(Ok(Bytes::from(frame.bytes)))
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.shared.note(self.number, |request| {
            request.is_finished = self.is_over;
            request.left_early = !self.is_over;
        });
    }
}
