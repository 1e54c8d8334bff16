//! Bodies that are watched: both ways are counted, and an answer that falls silent, breaks or is cut off says which.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body::{Frame, SizeHint};
use parking_lot::Mutex;
use tokio::time::{Instant, Sleep, sleep};

use crate::traffic::Counter;
use crate::{Body, NetError};

/// What goes out; `progress` grows with each piece that the connection has taken.
pub(crate) struct Outgoing {
    pub(crate) inner: Body,
    pub(crate) counter: Arc<Counter>,
    pub(crate) progress: Arc<AtomicU64>,
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        self.progress.fetch_add(1, Ordering::Relaxed);
        if let Some(Ok(frame)) = &frame {
            self.counter.sent(frame.data_ref().map_or(0, Bytes::len));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// What comes in.
pub(crate) struct Incoming {
    inner: reqwest::Body,
    host: String,
    counter: Arc<Counter>,
    silence: Duration,
    timer: Pin<Box<Sleep>>,
    // Never locked: the lock only makes the future one that can be shared.
    cut_off: Mutex<BoxFuture<'static, ()>>,
}

impl Incoming {
    pub(crate) fn new(
        inner: reqwest::Body,
        host: String,
        counter: Arc<Counter>,
        silence: Duration,
        cut_off: BoxFuture<'static, ()>,
    ) -> Self {
        let timer = Box::pin(sleep(silence));
        Self {
            inner,
            host,
            counter,
            silence,
            timer,
            cut_off: Mutex::new(cut_off),
        }
    }

    fn fail(&self, error: impl FnOnce(String) -> NetError) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(Some(Err(error(self.host.clone()).into_io())))
    }
}

impl http_body::Body for Incoming {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.cut_off.get_mut().as_mut().poll(context).is_ready() {
            return self.fail(|host| NetError::CutOff { host });
        }
        match Pin::new(&mut self.inner).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                self.counter.received(frame.data_ref().map_or(0, Bytes::len));
                let until = Instant::now() + self.silence;
                self.timer.as_mut().reset(until);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                let source = error.without_url().into();
                self.fail(|host| NetError::Interrupted { host, source })
            }
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if self.timer.as_mut().poll(context).is_ready() => {
                let after = self.silence;
                self.fail(|host| NetError::Silent { host, after })
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
