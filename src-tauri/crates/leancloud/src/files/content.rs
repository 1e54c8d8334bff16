//! The content of a file on its way out: counted, hashed, and never whole in memory when it comes from a disk.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, ReadBuf};

use crate::sign::hex;
use crate::transport::Body;
use crate::{Error, Progress};

/// So much is read from a disk at once.
const PIECE: usize = 64 * 1024;

/// What is uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Bytes in memory.
    Bytes(Bytes),
    /// A file on this computer. It must not change while it is uploaded.
    File(PathBuf),
}

impl Content {
    /// Its size in bytes.
    pub(crate) async fn size(&self) -> Result<u64, Error> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.len() as u64),
            Self::File(path) => {
                let about = tokio::fs::metadata(path).await.map_err(local)?;
                match about.is_file() {
                    true => Ok(about.len()),
                    false => Err(local(io::Error::from(io::ErrorKind::IsADirectory))),
                }
            }
        }
    }

    /// A body of exactly `size` bytes of it, between two pieces of other bytes.
    pub(crate) async fn body(
        &self,
        size: u64,
        before: Bytes,
        after: Bytes,
        progress: Option<Progress>,
    ) -> Result<(Body, Outcome), Error> {
        let source = match self {
            Self::Bytes(bytes) => Source::Bytes(bytes.clone()),
            Self::File(path) => Source::File(tokio::fs::File::open(path).await.map_err(local)?),
        };
        let outcome = Outcome::default();
        let body = Reading {
            before,
            source,
            left: size,
            size,
            after,
            hasher: Some(Sha256::new()),
            outcome: outcome.clone(),
            progress,
        };
        Ok((body.boxed(), outcome))
    }
}

pub(crate) fn local(error: io::Error) -> Error {
    Error::Local(Arc::new(error))
}

/// What became of a content on its way out. A transport sees only that the bytes came, or stopped coming.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome(Arc<Mutex<Option<Result<String, Error>>>>);

impl Outcome {
    /// The hash in lower-case hexadecimal, when all of it was taken.
    pub(crate) fn hash(&self) -> Option<String> {
        self.0.lock().as_ref()?.as_ref().ok().cloned()
    }

    /// The error of this computer, if there was one; else that of the transport.
    pub(crate) fn blame(&self, error: Error) -> Error {
        match &*self.0.lock() {
            Some(Err(own)) => own.clone(),
            _ => error,
        }
    }

    /// Whether what was sent is what was announced.
    pub(crate) fn check(&self, announced: Option<&str>) -> Result<(), Error> {
        match (announced, self.hash()) {
            (Some(announced), Some(sent)) if !announced.eq_ignore_ascii_case(&sent) => {
                Err(Error::Altered { what: "its hash" })
            }
            _ => Ok(()),
        }
    }
}

#[derive(Debug)]
enum Source {
    Bytes(Bytes),
    File(tokio::fs::File),
}

struct Reading {
    before: Bytes,
    source: Source,
    left: u64,
    size: u64,
    after: Bytes,
    // Gone when the hash was told.
    hasher: Option<Sha256>,
    outcome: Outcome,
    progress: Option<Progress>,
}

impl Reading {
    /// The next piece of the content, not empty; an error when it ends before its size.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(PIECE);
        let piece = match &mut self.source {
            Source::Bytes(bytes) => bytes.split_to(most.min(bytes.len())),
            Source::File(file) => {
                let mut memory = BytesMut::zeroed(most);
                let mut buffer = ReadBuf::new(&mut memory);
                ready!(Pin::new(file).poll_read(context, &mut buffer))?;
                let count = buffer.filled().len();
                memory.truncate(count);
                memory.freeze()
            }
        };
        Poll::Ready(match piece.is_empty() {
            true => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file has become shorter",
            )),
            false => Ok(piece),
        })
    }

    fn count(&mut self, piece: &Bytes) {
        self.left -= (piece.len() as u64).min(self.left);
        if let Some(hasher) = &mut self.hasher {
            hasher.update(piece);
        }
        if let Some(progress) = &self.progress {
            progress(self.size - self.left);
        }
    }
}

impl http_body::Body for Reading {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if !self.before.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.before)))));
        }
        if self.left > 0 {
            let piece = ready!(self.poll_piece(context));
            match &piece {
                Ok(piece) => self.count(piece),
                Err(error) => {
                    let error = io::Error::new(error.kind(), error.to_string());
                    *self.outcome.0.lock() = Some(Err(local(error)));
                }
            }
            // Nobody may ask again behind the last piece.
            if self.left == 0 {
                self.tell_hash();
            }
            return Poll::Ready(Some(piece.map(Frame::data)));
        }
        self.tell_hash();
        match self.after.is_empty() {
            true => Poll::Ready(None),
            false => Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.after))))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.before.is_empty() && self.left == 0 && self.after.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.before.len() as u64 + self.left + self.after.len() as u64)
    }
}

impl Reading {
    fn tell_hash(&mut self) {
        if let Some(hasher) = self.hasher.take() {
            *self.outcome.0.lock() = Some(Ok(hex(&hasher.finalize())));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[tokio::test]
    async fn content_stands_between_what_comes_before_and_after_and_is_hashed_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        for content in [Content::Bytes(Bytes::from_static(b"abc")), Content::File(path)] {
            let size = content.size().await.unwrap();
            let (before, after) = (Bytes::from_static(b"<<"), Bytes::from_static(b">"));
            let (body, outcome) = content.body(size, before, after, None).await.unwrap();
            assert_eq!(http_body::Body::size_hint(&body).exact(), Some(6));
            assert_eq!(outcome.hash(), None);
            assert_eq!(body.collect().await.unwrap().to_bytes(), "<<abc>");
            assert_eq!(outcome.hash().as_deref(), Some(ABC));
        }
    }

    #[tokio::test]
    async fn a_large_file_comes_in_pieces_and_its_progress_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        let bytes: Vec<u8> = (0..300_000u32).map(|number| number.to_le_bytes()[0]).collect();
        std::fs::write(&path, &bytes).unwrap();
        let told = Arc::new(AtomicU64::new(0));
        let ear = Arc::clone(&told);
        let progress: Progress = Arc::new(move |sent| {
            assert!(ear.swap(sent, Ordering::SeqCst) < sent);
        });
        let content = Content::File(path);
        let (mut body, _) = content
            .body(300_000, Bytes::new(), Bytes::new(), Some(progress))
            .await
            .unwrap();
        let mut read = Vec::new();
        while let Some(frame) = body.frame().await {
            let piece = frame.unwrap().into_data().unwrap();
            assert!(piece.len() <= PIECE);
            read.extend_from_slice(&piece);
        }
        assert!(read == bytes);
        assert_eq!(told.load(Ordering::SeqCst), 300_000);
    }

    #[tokio::test]
    async fn nothing_and_a_file_that_shrinks_and_one_that_is_not_there() {
        let nothing = Content::Bytes(Bytes::new());
        let (body, outcome) = nothing
            .body(0, Bytes::new(), Bytes::from_static(b"."), None)
            .await
            .unwrap();
        assert_eq!(body.collect().await.unwrap().to_bytes(), ".");
        assert!(outcome.hash().unwrap().starts_with("e3b0c442"));

        let short = Content::Bytes(Bytes::from_static(b"ab"));
        let (body, outcome) = short.body(3, Bytes::new(), Bytes::new(), None).await.unwrap();
        assert_eq!(
            body.collect().await.unwrap_err().kind(),
            io::ErrorKind::UnexpectedEof
        );
        assert_eq!(outcome.hash(), None);
        let blamed = outcome.blame(Error::TimedOut(std::time::Duration::ZERO));
        assert!(matches!(blamed, Error::Local(_)), "{blamed:?}");

        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().join("none"), folder.path().to_owned()] {
            let error = Content::File(path).size().await.unwrap_err();
            assert!(matches!(error, Error::Local(_)), "{error:?}");
        }
    }
}
