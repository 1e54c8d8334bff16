//! The fake on a socket of loopback.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt;

use super::fake::{ConnectionLost, FakeLeanCloud};
use super::http::is_lost;

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

impl FakeLeanCloud {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When the system gives no port.
    pub async fn serve(&self) -> io::Result<Served> {
        self.serve_at(0).await
    }

    /// Listens on this port of 127.0.0.1; 0 is a free one.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn serve_at(&self, port: u16) -> io::Result<Served> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address: SocketAddr = listener.local_addr()?;
        let task = tokio::spawn(listen(listener, self.router()));
        Ok(Served {
            url: format!("http://{address}"),
            task,
        })
    }
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
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let Ok(answer) = router.oneshot(request.map(Body::new)).await;
            if is_lost(&answer) {
                Err(ConnectionLost)
            } else {
                Ok(answer)
            }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    // How it ended is what the client sees; nobody here is interested.
    let _ = connection.await;
}
