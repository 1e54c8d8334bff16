//! The transport of the app: `rehearse-net`, with its offline switch and its counts.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::{Request, Response};
use http_body_util::BodyExt;
use rehearse_net::{Net, NetError, Purpose, Redirects, Terms};

use crate::{Body, Errand, Transport, TransportError};

/// Calls of the API, in [`Net::traffic`].
pub const SYNC: Purpose = Purpose::named("sync");
/// Bytes of files, in [`Net::traffic`].
pub const FILES: Purpose = Purpose::named("files");

/// A [`Net`] as a [`Transport`].
#[derive(Clone, Debug)]
pub struct NetTransport(Net);

impl NetTransport {
    /// Sends through this net.
    pub const fn new(net: Net) -> Self {
        Self(net)
    }
}

#[async_trait]
impl Transport for NetTransport {
    async fn send(&self, request: Request<Body>, errand: Errand) -> Result<Response<Body>, TransportError> {
        let terms = match errand {
            Errand::Api => Terms {
                silence: Duration::from_secs(30),
                ..Terms::of(SYNC)
            },
            Errand::Upload => Terms::of(FILES),
            Errand::Download => Terms {
                redirects: Redirects::Follow,
                ..Terms::of(FILES)
            },
        };
        let answer = self.0.send(request, terms).await.map_err(translate)?;
        Ok(answer.map(|body| body.map_err(translate_io).boxed()))
    }
}

fn translate(error: NetError) -> TransportError {
    match error {
        NetError::Offline => TransportError::Offline,
        NetError::PlainHttp { host } => TransportError::PlainHttp { host },
        NetError::Silent { .. } => TransportError::Silent,
        error if error.may_have_arrived() => TransportError::Interrupted(Arc::new(error)),
        error => TransportError::NotSent(Arc::new(error)),
    }
}

fn translate_io(error: io::Error) -> io::Error {
    let kind = error.kind();
    match error.downcast::<NetError>() {
        Ok(error) => io::Error::new(kind, translate(error)),
        Err(error) => error,
    }
}
