//! A router on a socket of loopback, and the two ways in which an answer can end a connection.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt;

/// What was sent before a reset has this long to leave the sending buffer, which a reset throws away.
const BEFORE_RESET: Duration = Duration::from_millis(20);

/// The connection ended without a whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection was lost")]
pub struct ConnectionLost;

/// Marks an answer that is none: whoever serves it must end the connection.
#[derive(Clone, Copy, Debug)]
struct Lost;

/// Marks an answer whose body fails: the connection then ends with a reset (RST) and not with a close (FIN).
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResetWhenItFails;

/// An answer that is none.
pub(crate) fn lost() -> Response {
    let error =
        futures_util::stream::iter([Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset))]);
    let mut answer = Response::new(Body::from_stream(error));
    answer.extensions_mut().insert(Lost);
    answer
}

pub(crate) fn is_lost<T>(answer: &axum::http::Response<T>) -> bool {
    answer.extensions().get::<Lost>().is_some()
}

/// A fake that listens. It stops, with all its connections, when this is dropped.
#[derive(Debug)]
pub struct Served {
    /// `http://127.0.0.1:PORT`, without a slash at its end.
    pub url: String,
    task: JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves a router on this port of 127.0.0.1; 0 is a free one.
pub(crate) async fn serve_at(port: u16, router: Router) -> io::Result<Served> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address: SocketAddr = listener.local_addr()?;
    let task = tokio::spawn(listen(listener, router));
    Ok(Served {
        url: format!("http://{address}"),
        task,
    })
}

async fn listen(listener: TcpListener, router: Router) {
    // Dropped with this task, and every connection with it.
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            connections.spawn(converse(stream, router.clone()));
        }
        while connections.try_join_next().is_some() {}
    }
}

/// One connection to its end. An answer that a fault lost ends it.
async fn converse(stream: TcpStream, router: Router) {
    let _ = stream.set_nodelay(true);
    let resets = Arc::new(AtomicBool::new(false));
    let marked = Arc::clone(&resets);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        let marked = Arc::clone(&marked);
        async move {
            let Ok(answer) = router.oneshot(request.map(Body::new)).await;
            if is_lost(&answer) {
                return Err(ConnectionLost);
            }
            let resets = answer.extensions().get::<ResetWhenItFails>().is_some();
            marked.store(resets, Ordering::SeqCst);
            Ok(answer)
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    // How it ended is what the client sees; nobody here is interested.
    let ended = (&mut connection).await;
    if ended.is_err() && resets.load(Ordering::SeqCst) {
        tokio::time::sleep(BEFORE_RESET).await;
        // Dropped without lingering, which is how a socket sends a reset.
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}
