//! Downloads: written as they come, hashed on the way, never whole in memory.

use std::io;
use std::sync::Arc;

use http::Request;
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use url::{Host, Url};

use super::content::local;
use super::{Files, Progress};
use crate::answer::broken;
use crate::sign::hex;
use crate::transport::empty;
use crate::{Errand, Error, Invalid, StorageError, Transport, TransportError};

/// What is known about a file before it comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The hash of its content in hexadecimal.
    pub sha256: Option<String>,
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its size in bytes.
    pub size: u64,
    /// The hash of its content in lower-case hexadecimal.
    pub sha256: String,
}

impl<T: Transport> Files<T> {
    /// Downloads from the address of a file and writes what comes. It does not make the bytes durable: flush and sync
    /// what you handed in, and rename it only after this has succeeded.
    ///
    /// # Errors
    ///
    /// [`Error::Altered`] when size or hash are others than expected, [`Error::Storage`] when the host refuses
    /// ([`crate::Reason::Missing`] when there is no such file), [`Error::Local`] when writing fails,
    /// [`Invalid::Unchecked`] when the address is not encrypted, leads to another computer, and there is no hash to check
    /// the content against.
    pub async fn download(
        &self,
        url: &str,
        into: &mut (dyn AsyncWrite + Send + Unpin),
        expected: &Expected,
        progress: Option<Progress>,
    ) -> Result<Received, Error> {
        check(url, expected)?;
        self.rescue(url, into, expected, progress).await
    }

    /// The same as [`Files::download`] where nothing is known to check the content against, even from an unencrypted
    /// address that the transport lets through. For files that would be lost otherwise.
    ///
    /// # Errors
    ///
    /// Those of [`Files::download`], but [`Invalid::Unchecked`].
    pub async fn rescue(
        &self,
        url: &str,
        into: &mut (dyn AsyncWrite + Send + Unpin),
        expected: &Expected,
        progress: Option<Progress>,
    ) -> Result<Received, Error> {
        let mut request = Request::new(empty());
        *request.uri_mut() = url.parse().map_err(|_| Invalid::Address(url.to_owned()))?;
        let _place = self.client.file_places().acquire().await;
        let silence = self.client.settings().file_silence;
        let silent = || Error::Transport(TransportError::Silent);
        let answer = timeout(silence, self.client.transport().send(request, Errand::Download));
        let answer = answer.await.map_err(|_| silent())??;
        if !answer.status().is_success() {
            return Err(Error::Storage(StorageError {
                status: answer.status(),
                message: String::new(),
            }));
        }
        let mut body = answer.into_body();
        let (mut hasher, mut size) = (Sha256::new(), 0_u64);
        while let Some(frame) = timeout(silence, body.frame()).await.map_err(|_| silent())? {
            if let Ok(piece) = frame.map_err(broken)?.into_data() {
                hasher.update(&piece);
                into.write_all(&piece).await.map_err(local)?;
                size += piece.len() as u64;
                if let Some(progress) = &progress {
                    progress(size);
                }
            }
        }
        into.flush().await.map_err(local)?;
        let sha256 = hex(&hasher.finalize());
        if expected.size.is_some_and(|expected| expected > size) {
            // It may have been cut off by something that did not say so: asking again can help.
            let cut = io::Error::from(io::ErrorKind::UnexpectedEof);
            return Err(TransportError::Interrupted(Arc::new(cut)).into());
        }
        if expected.size.is_some_and(|expected| expected != size) {
            return Err(Error::Altered { what: "its size" });
        }
        match &expected.sha256 {
            Some(expected) if !expected.eq_ignore_ascii_case(&sha256) => {
                Err(Error::Altered { what: "its hash" })
            }
            _ => Ok(Received { size, sha256 }),
        }
    }
}

fn check(url: &str, expected: &Expected) -> Result<(), Invalid> {
    let address = Url::parse(url).map_err(|_| Invalid::Address(url.to_owned()))?;
    let here = match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => return Err(Invalid::Address(url.to_owned())),
    };
    match address.scheme() {
        "https" => Ok(()),
        "http" if here || expected.sha256.is_some() => Ok(()),
        "http" => Err(Invalid::Unchecked),
        _ => Err(Invalid::Address(url.to_owned())),
    }
}

#[cfg(test)]
#[path = "download_tests.rs"]
mod tests;
