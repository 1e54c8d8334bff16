//! A request as it arrived: read whole, with method and keys where restricted clients hide them.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::Value;

use super::access::Credentials;
use super::answer::Refusal;

/// A request as it arrived, whole.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    pub(super) number: usize,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) credentials: Credentials,
    pub(super) origin: String,
    pub(super) body: Bytes,
}

/// Reads a request to its end. Restricted clients hide method and keys in a text body.
pub(super) async fn take_in(request: Request) -> Result<Wire, axum::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let host = text(&head.headers, "host");
    let host = if host.is_empty() {
        head.uri.authority().map_or("127.0.0.1", |host| host.as_str())
    } else {
        &host
    };
    let mut wire = Wire {
        number: 0,
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        credentials: credentials(&head.headers),
        origin: format!("http://{host}"),
        headers: head.headers,
        body,
    };
    wire.unhide();
    Ok(wire)
}

fn credentials(headers: &HeaderMap) -> Credentials {
    let value = |name: &str| Some(text(headers, name)).filter(|value| !value.is_empty());
    Credentials {
        id: value("x-lc-id"),
        key: value("x-lc-key"),
        sign: value("x-lc-sign"),
        session: value("x-lc-session"),
    }
}

pub(super) fn text(headers: &HeaderMap, name: &str) -> String {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

impl Wire {
    pub(super) fn is_api(&self) -> bool {
        self.path.starts_with("/1.1/")
    }

    pub(super) fn content_type(&self) -> String {
        text(&self.headers, "content-type")
    }

    fn unhide(&mut self) {
        if self.method != "POST" || !self.is_api() || !self.content_type().starts_with("text/plain") {
            return;
        }
        let Ok(Value::Object(mut fields)) = serde_json::from_slice::<Value>(&self.body) else {
            return;
        };
        let mut take = |name: &str| {
            fields
                .remove(name)
                .and_then(|value| value.as_str().map(ToOwned::to_owned))
        };
        let Some(method) = take("_method") else {
            return;
        };
        self.method = method.to_uppercase();
        self.credentials = Credentials {
            id: take("_ApplicationId").or_else(|| self.credentials.id.take()),
            key: take("_ApplicationKey").or_else(|| self.credentials.key.take()),
            sign: take("_ApplicationSign").or_else(|| self.credentials.sign.take()),
            session: take("_SessionToken").or_else(|| self.credentials.session.take()),
        };
        self.body = Bytes::from(Value::Object(fields).to_string());
        self.headers
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }

    pub(super) fn json(&self) -> Result<Value, Refusal> {
        if self.body.is_empty() || self.method == "GET" {
            return Ok(Value::Null);
        }
        if !self.content_type().contains("json") {
            return Err(Refusal::malformed("The content type must be application/json."));
        }
        serde_json::from_slice(&self.body).map_err(|_| Refusal::malformed("A json dictionary is expected."))
    }
}
