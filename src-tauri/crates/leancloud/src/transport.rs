//! The seam to the network: one request in, one answer out. A transport knows nothing about LeanCloud, and the client
//! knows nothing about sockets.

use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full};

/// Bytes behind the headers, as they come.
pub type Body = BoxBody<Bytes, io::Error>;

/// What lay underneath an error.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// What a request is for, so that a transport can hold it to the right terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// A call of the API. It carries keys and must not be redirected.
    Api,
    /// Bytes of a file on their way to where files are kept.
    Upload,
    /// Bytes of a file on their way back. It carries no keys and may be redirected.
    Download,
}

/// Why no answer came, or no whole one.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The user switched the network off. Nothing was sent.
    #[error("the network is switched off")]
    Offline,
    /// Only an unencrypted connection would lead there, and the user has not agreed to that.
    #[error("{host} is only to be reached without encryption")]
    PlainHttp {
        /// The server.
        host: String,
    },
    /// No connection came about. Nothing was sent.
    #[error("the server cannot be reached")]
    NotSent(#[source] Cause),
    /// The connection broke afterwards. The server may have received the request.
    #[error("the connection broke")]
    Interrupted(#[source] Cause),
    /// Nothing came for too long. The server may have received the request.
    #[error("the server was silent for too long")]
    Silent,
}

/// Carries one request to a server and its answer back.
///
/// It must not follow redirects of an [`Errand::Api`], must unpack what the server packed (gzip, brotli) if it asked
/// for that, and must not try a request again once any of it may have arrived.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends a request. An answer of any status is an answer; its body comes as it is read, and an error of it that
    /// holds a [`TransportError`] is understood.
    async fn send(&self, request: Request<Body>, errand: Errand) -> Result<Response<Body>, TransportError>;
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, request: Request<Body>, errand: Errand) -> Result<Response<Body>, TransportError> {
        (**self).send(request, errand).await
    }
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Box<T> {
    async fn send(&self, request: Request<Body>, errand: Errand) -> Result<Response<Body>, TransportError> {
        (**self).send(request, errand).await
    }
}

pub(crate) fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed()
}

pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed()
}
