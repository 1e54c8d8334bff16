//! Why a request got no answer, told apart by whether the server may have received it.

use std::io;
use std::time::Duration;

/// What lay underneath.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A request got no answer, or an answer ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetError {
    /// The offline switch is on. Nothing was sent.
    #[error("the network is switched off")]
    Offline,
    /// The offline switch was turned while this was under way.
    #[error("the network was switched off in the middle of a request to {host}")]
    CutOff {
        /// The server.
        host: String,
    },
    /// The address asks for an unencrypted connection to another computer, and nobody agreed to that.
    #[error("{host} is only to be reached without encryption, and nobody agreed to that")]
    PlainHttp {
        /// The server.
        host: String,
    },
    /// This is no address that a request can be sent to.
    #[error("\"{0}\" is not the address of a server")]
    Address(String),
    /// No connection came about. Nothing was sent.
    #[error("{host} cannot be reached")]
    Unreachable {
        /// The server.
        host: String,
        /// What the system said.
        #[source]
        source: Cause,
    },
    /// The connection broke. The server may have received the request.
    #[error("the connection to {host} broke")]
    Interrupted {
        /// The server.
        host: String,
        /// What the system said.
        #[source]
        source: Cause,
    },
    /// Nothing came or went for too long. The server may have received the request.
    #[error("{host} was silent for {} s", .after.as_secs())]
    Silent {
        /// The server.
        host: String,
        /// How long nothing came.
        after: Duration,
    },
    /// The server sent the request on too often.
    #[error("{host} sends from one address to the next")]
    Redirected {
        /// The first server.
        host: String,
    },
    /// This system has no certificates to trust, or they cannot be read, so nothing encrypted can be reached.
    #[error("no encrypted connection can be made on this system: {0}")]
    NoTls(String),
}

impl NetError {
    /// Whether the server may have received the request and acted on it.
    ///
    /// ```
    /// assert!(!rehearse_net::NetError::Offline.may_have_arrived());
    /// ```
    pub const fn may_have_arrived(&self) -> bool {
        matches!(
            self,
            Self::CutOff { .. } | Self::Interrupted { .. } | Self::Silent { .. } | Self::Redirected { .. }
        )
    }

    pub(crate) fn of_reqwest(host: &str, error: reqwest::Error) -> Self {
        let host = host.to_owned();
        // An address is in the message of the error, and an address may carry a token.
        let error = error.without_url();
        if error.is_builder() {
            Self::Address(host)
        } else if error.is_connect() {
            let source = error.into();
            Self::Unreachable { host, source }
        } else {
            let source = error.into();
            Self::Interrupted { host, source }
        }
    }

    pub(crate) fn into_io(self) -> io::Error {
        let kind = match &self {
            Self::Silent { .. } => io::ErrorKind::TimedOut,
            Self::Offline | Self::CutOff { .. } => io::ErrorKind::NotConnected,
            _ => io::ErrorKind::ConnectionAborted,
        };
        io::Error::new(kind, self)
    }
}
