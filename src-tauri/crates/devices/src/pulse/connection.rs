//! Connecting to the sound server and waiting for its answers, both with an end.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use pulseaudio::protocol::PulseError;
use pulseaudio::{Client, ClientError};

use crate::DeviceError;

/// A server that does not answer within this is as good as none.
const ANSWER: Duration = Duration::from_secs(2);

/// The handshake of the protocol crate has no time limit of its own, so it is left behind when it hangs.
pub(super) fn connect(socket: Option<PathBuf>) -> Result<Client, DeviceError> {
    let (answer, answered) = mpsc::channel();
    std::thread::Builder::new()
        .name("sound server".to_owned())
        .spawn(move || {
            let client = match socket.or_else(pulseaudio::socket_path_from_env) {
                None => Err(ClientError::ServerUnavailable),
                Some(path) => std::os::unix::net::UnixStream::connect(path)
                    .map_err(ClientError::from)
                    .and_then(|stream| Client::new_unix(c"Rehearse", stream, Some(cookie()))),
            };
            // Nobody listens any more when the deadline has passed.
            let _ = answer.send(client);
        })
        .map_err(DeviceError::backend)?;
    match answered.recv_timeout(ANSWER) {
        Ok(client) => Ok(client?),
        Err(_) => Err(DeviceError::backend("the sound server does not answer")),
    }
}

/// A server that knows its user by the socket does not look at the cookie, but wants one of the right length; a
/// machine on which no other client ever ran has none.
fn cookie() -> Vec<u8> {
    let kept = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok());
    kept.unwrap_or_else(|| vec![0; 256])
}

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for an answer of the server, but not for ever.
pub(super) fn wait<T>(answer: impl Future<Output = Result<T, ClientError>>) -> Result<T, DeviceError> {
    let mut answer = std::pin::pin!(answer);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let deadline = Instant::now() + ANSWER;
    loop {
        if let Poll::Ready(result) = answer.as_mut().poll(&mut context) {
            return Ok(result?);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(DeviceError::backend("the sound server does not answer"));
        }
        std::thread::park_timeout(left);
    }
}

impl From<ClientError> for DeviceError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::ServerError(PulseError::AccessDenied | PulseError::AuthKey) => {
                Self::PermissionDenied
            }
            ClientError::ServerError(PulseError::NoEntity) => Self::NoDevice,
            ClientError::ServerError(PulseError::Busy) => Self::Busy,
            ClientError::ServerError(PulseError::NotSupported | PulseError::Invalid) => Self::WrongFormat {
                offered: error.to_string(),
            },
            other => Self::backend(other),
        }
    }
}
