//! An app on a clock in a test's hand, and the shortest way to ask it something.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::Request;
use bytes::Bytes;
use rehearse_fakes::leancloud::{ConnectionLost, FakeLeanCloud, FakeOptions};
use serde_json::{Value, json};

/// 2026-03-02T08:00:00.000Z.
pub(crate) const MORNING: i64 = 1_772_438_400_000;

pub(crate) struct App {
    pub(crate) fake: FakeLeanCloud,
    now: Arc<AtomicI64>,
}

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) bytes: Bytes,
    pub(crate) body: Value,
}

impl Told {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code.
    pub(crate) fn refusal(&self) -> (u16, i64) {
        (self.status, self.body["code"].as_i64().unwrap_or(0))
    }
}

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) enum By<'a> {
    Anyone,
    Master,
    Session(&'a str),
}

impl App {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut FakeOptions)) -> Self {
        let now = Arc::new(AtomicI64::new(MORNING));
        let clock = Arc::clone(&now);
        let mut options = FakeOptions {
            clock: Arc::new(move || clock.load(Ordering::SeqCst)),
            ..FakeOptions::default()
        };
        change(&mut options);
        Self {
            fake: FakeLeanCloud::new(options),
            now,
        }
    }

    pub(crate) fn wait_millis(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) async fn send(&self, request: Request<Bytes>) -> Result<Told, ConnectionLost> {
        let (head, bytes) = self.fake.call(request).await?.into_parts();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(Told {
            status: head.status.as_u16(),
            headers: head.headers,
            bytes,
            body,
        })
    }

    pub(crate) fn request(&self, by: By<'_>, method: &str, path: &str, body: &Value) -> Request<Bytes> {
        let options = self.fake.options();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-lc-id", options.app_id);
        request = match by {
            By::Master => request.header("x-lc-key", format!("{},master", options.master_key)),
            By::Anyone | By::Session(_) => request.header("x-lc-key", options.app_key),
        };
        if let By::Session(token) = by {
            request = request.header("x-lc-session", token);
        }
        let bytes = if body.is_null() {
            Bytes::new()
        } else {
            Bytes::from(body.to_string())
        };
        request
            .header("content-type", "application/json")
            .body(bytes)
            .unwrap()
    }

    pub(crate) async fn try_ask(
        &self,
        by: By<'_>,
        method: &str,
        path: &str,
        body: Value,
    ) -> Result<Told, ConnectionLost> {
        self.send(self.request(by, method, path, &body)).await
    }

    pub(crate) async fn ask(&self, by: By<'_>, method: &str, path: &str, body: Value) -> Told {
        self.try_ask(by, method, path, body).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Told {
        self.ask(By::Anyone, "GET", path, Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Told {
        self.ask(By::Anyone, "POST", path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Told {
        self.ask(By::Anyone, "PUT", path, body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Told {
        self.ask(By::Anyone, "DELETE", path, json!({})).await
    }

    /// Makes a row and answers its id.
    pub(crate) async fn row(&self, class: &str, fields: Value) -> String {
        let told = self.post(&format!("/1.1/classes/{class}"), fields).await;
        assert_eq!(told.status, 201, "{}", told.body);
        told.body["objectId"].as_str().unwrap().to_owned()
    }

    /// An anonymous user: id and session token.
    pub(crate) async fn user(&self, id: &str) -> (String, String) {
        let told = self
            .post("/1.1/users", json!({"authData": {"anonymous": {"id": id}}}))
            .await;
        let text = |name: &str| told.body[name].as_str().unwrap().to_owned();
        (text("objectId"), text("sessionToken"))
    }
}

/// JSON as the value of a parameter.
pub(crate) fn escaped(value: &Value) -> String {
    form_urlencoded::byte_serialize(value.to_string().as_bytes()).collect()
}
