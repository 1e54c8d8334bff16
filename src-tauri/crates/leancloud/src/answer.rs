//! Answers: read whole, and told apart into what the server did, what it refused, and what never reached it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::{Body, Error, ServerError, Timestamp, TransportError};

/// More than any answer of the API: one row has at most 16 MB, the results of a query 6 MB.
const LARGEST: usize = 64 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    bytes: Bytes,
}

impl Answer {
    pub(crate) async fn read(response: Response<Body>) -> Result<Self, Error> {
        let (parts, mut body) = response.into_parts();
        let mut bytes = BytesMut::new();
        while let Some(frame) = body.frame().await {
            if let Ok(data) = frame.map_err(broken)?.into_data() {
                if bytes.len() + data.len() > LARGEST {
                    return Err(Error::malformed("it is larger than any answer of the API"));
                }
                bytes.extend_from_slice(&data);
            }
        }
        Ok(Self {
            status: parts.status,
            headers: parts.headers,
            bytes: bytes.freeze(),
        })
    }

    /// Only what the server did.
    pub(crate) fn judged(self) -> Result<Self, Error> {
        if self.status.is_success() {
            return Ok(self);
        }
        let status = self.status;
        match self.json() {
            // Anything can stand before a server and speak JSON; the servers say what is wrong.
            Ok(body)
                if ["code", "error", "message"]
                    .iter()
                    .any(|key| body.get(key).is_some()) =>
            {
                let retry_after = header(&self.headers, &RETRY_AFTER).and_then(|text| text.parse().ok());
                Err(Error::Server(ServerError {
                    date: self.date(),
                    retry_after: retry_after.map(Duration::from_secs),
                    ..refusal(status, &body)
                }))
            }
            _ => Err(Error::Gateway { status }),
        }
    }

    pub(crate) fn json(&self) -> Result<Value, Error> {
        serde_json::from_slice(&self.bytes).map_err(|error| Error::unreadable("it is no JSON", error))
    }

    /// When the server answered, by its own clock.
    pub(crate) fn date(&self) -> Option<Timestamp> {
        header(&self.headers, &DATE).and_then(Timestamp::from_header)
    }
}

fn header<'h>(headers: &'h HeaderMap, name: &http::HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Reads `{"code", "error"}`, and Parse Server's `{"error"}` and `{"code", "message"}`.
pub(crate) fn refusal(status: StatusCode, body: &Value) -> ServerError {
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    ServerError {
        status,
        code: body.get("code").and_then(Value::as_i64),
        message: text("error")
            .or_else(|| text("message"))
            .unwrap_or_default()
            .to_owned(),
        date: None,
        retry_after: None,
    }
}

/// An answer that ended early.
pub(crate) fn broken(error: io::Error) -> Error {
    match error.downcast::<TransportError>() {
        Ok(error) => Error::Transport(error),
        Err(error) => Error::Transport(TransportError::Interrupted(Arc::new(error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::full;

    async fn judge(status: u16, body: &str) -> Result<Value, Error> {
        let response = Response::builder()
            .status(status)
            .header("date", "Sun, 06 Nov 1994 08:49:37 GMT")
            .header("retry-after", "3");
        let response = response.body(full(body.to_owned())).unwrap();
        Answer::read(response).await?.judged()?.json()
    }

    #[tokio::test]
    async fn all_shapes_of_a_refusal_are_read() {
        for (status, body, code, message) in [
            (400, r#"{"code":105,"error":"bad\/key"}"#, Some(105), "bad/key"),
            (403, r#"{"error":"unauthorized"}"#, None, "unauthorized"),
            (
                500,
                r#"{"code":1,"message":"Internal server error."}"#,
                Some(1),
                "Internal server error.",
            ),
        ] {
            let Err(Error::Server(error)) = judge(status, body).await else {
                panic!("{body}")
            };
            assert_eq!((error.code, error.message.as_str()), (code, message));
            assert_eq!(error.retry_after, Some(Duration::from_secs(3)));
            assert_eq!(error.date, "1994-11-06T08:49:37.000Z".parse().ok());
        }
    }

    #[tokio::test]
    async fn what_is_no_answer_of_the_api_came_from_something_before_it() {
        for (status, body) in [
            (404, "<html>"),
            (502, "<html>"),
            (302, ""),
            (500, r#"{"status":"x"}"#),
            (400, "[]"),
        ] {
            let error = judge(status, body).await.unwrap_err();
            assert!(matches!(error, Error::Gateway { .. }), "{error:?}");
        }
        let error = judge(200, "<html>log in to this network").await.unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{error:?}");
        assert_eq!(judge(201, "{}").await.unwrap(), serde_json::json!({}));
    }

    #[tokio::test]
    async fn an_answer_that_breaks_says_what_broke() {
        use http_body_util::StreamBody;
        for (error, silent) in [
            (io::Error::other(TransportError::Silent), true),
            (io::Error::from(io::ErrorKind::UnexpectedEof), false),
        ] {
            let frames = futures_util::stream::iter([Err(error)]);
            let body = BodyExt::boxed(StreamBody::new(frames));
            let error = Answer::read(Response::new(body)).await.unwrap_err();
            match error {
                Error::Transport(TransportError::Silent) => assert!(silent),
                Error::Transport(TransportError::Interrupted(_)) => assert!(!silent),
                other => panic!("{other:?}"),
            }
        }
    }
}
