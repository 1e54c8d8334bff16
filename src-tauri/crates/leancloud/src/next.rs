//! The one place that says what to do after an error: wait, sign in again, show it to somebody, or nothing at all.
//! Source of the codes: LeanCloud's table of error codes, and answers of Parse Server 9.10.

use http::StatusCode;

use crate::{Error, Invalid, ServerError, StorageError, TransportError, TypeLock};

/// What comes after an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The same call may work later.
    Later {
        /// How long to wait.
        wait: Wait,
        /// What is being waited for.
        why: Why,
        /// Whether the server may have acted all the same. A row that was to be created is then looked for before it is
        /// created again.
        perhaps_done: bool,
    },
    /// Nothing of this account will work before somebody signs in again or sets the keys right.
    SignInAgain,
    /// This call will not work by waiting; others may.
    Stuck {
        /// Why.
        reason: Reason,
    },
    /// What was asked for is so already.
    AlreadyDone,
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Seconds, and longer each time.
    Soon,
    /// Minutes.
    Slowly,
    /// Until the server's next day, which begins at midnight in China.
    Tomorrow,
}

/// What is being waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The user switched the network off.
    Offline,
    /// The server cannot be reached.
    Unreachable,
    /// The connection broke, or no answer came in time.
    NoAnswer,
    /// The server has too much to do.
    Busy,
    /// The server, or something before it, has a fault.
    Fault,
    /// The calls of the day are used up.
    Quota,
    /// The app is archived; its owner can wake it in the console.
    Archived,
    /// The app is switched off or takes no writes.
    Disabled,
    /// Too many wrong passwords; the server asks to wait for 15 minutes.
    LoginLocked,
    /// An operation before this one has to work first.
    Earlier,
}

/// Why a call will not work by waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A column holds another type. Writing it in the column's type may work, once.
    TypeLocked(Option<TypeLock>),
    /// It is larger than the server takes.
    TooLarge,
    /// The row, or its class, is not there.
    Missing,
    /// The row was changed by somebody else.
    Conflict,
    /// The user name, or the account that was to be linked, belongs to somebody.
    Taken,
    /// Only the owner of the app may do it.
    NeedsMasterKey,
    /// The host may only be reached without encryption; the user can agree to that.
    PlainHttp(String),
    /// The file on this computer is gone or cannot be read.
    LocalFile,
    /// The bytes are not those that were announced.
    Altered,
    /// The server does not do this.
    Unsupported,
    /// The server refused, with this code or else this status.
    Refused(i64),
    /// The call was put wrongly.
    Invalid,
}

const fn later(wait: Wait, why: Why, perhaps_done: bool) -> Next {
    Next::Later {
        wait,
        why,
        perhaps_done,
    }
}

const fn stuck(reason: Reason) -> Next {
    Next::Stuck { reason }
}

impl Error {
    /// What comes after this error.
    ///
    /// ```
    /// use rehearse_leancloud::{Error, Next, Reason};
    /// assert_eq!(Error::Conflict.next(), Next::Stuck { reason: Reason::Conflict });
    /// ```
    pub fn next(&self) -> Next {
        match self {
            Self::Transport(TransportError::Offline) => later(Wait::Soon, Why::Offline, false),
            Self::Transport(TransportError::PlainHttp { host }) => stuck(Reason::PlainHttp(host.clone())),
            Self::Transport(TransportError::NotSent(_)) => later(Wait::Soon, Why::Unreachable, false),
            Self::Transport(TransportError::Interrupted(_) | TransportError::Silent) | Self::TimedOut(_) => {
                later(Wait::Soon, Why::NoAnswer, true)
            }
            Self::Server(error) => error.next(),
            Self::Gateway { status } => gateway(*status),
            Self::Malformed { .. } => later(Wait::Soon, Why::Fault, true),
            Self::HeldBack => later(Wait::Soon, Why::Earlier, false),
            Self::Invalid(Invalid::NoKey | Invalid::Header(_) | Invalid::Address(_)) => Next::SignInAgain,
            Self::Invalid(Invalid::TooLarge(_)) => stuck(Reason::TooLarge),
            Self::Invalid(_) => stuck(Reason::Invalid),
            Self::Unsupported { .. } => stuck(Reason::Unsupported),
            Self::NeedsMasterKey { .. } => stuck(Reason::NeedsMasterKey),
            Self::Conflict => stuck(Reason::Conflict),
            Self::Storage(error) => error.next(),
            Self::Altered { .. } => stuck(Reason::Altered),
            Self::Local(_) => stuck(Reason::LocalFile),
            Self::LeftBehind { source, .. } => source.next(),
        }
    }
}

impl ServerError {
    fn next(&self) -> Next {
        if self.is_missing() {
            return stuck(Reason::Missing);
        }
        match self.code {
            Some(137 | 159) => Next::AlreadyDone,
            Some(206 | 209 | 210 | 211 | 401 | 403) => Next::SignInAgain,
            Some(219) => later(Wait::Slowly, Why::LoginLocked, false),
            Some(155 | 429) => later(Wait::Soon, Why::Busy, false),
            Some(430 | 431) => later(Wait::Slowly, Why::Busy, false),
            Some(140 | 154 | 160) => later(Wait::Tomorrow, Why::Quota, false),
            Some(100 | 124 | 141 | 301 | 303 | 304 | 502 | 511 | 524 | 529) => {
                later(Wait::Soon, Why::Fault, true)
            }
            Some(503) => later(Wait::Slowly, Why::Disabled, false),
            Some(504) => later(Wait::Slowly, Why::Archived, false),
            Some(305) => stuck(Reason::Conflict),
            Some(111) => stuck(Reason::TypeLocked(self.type_lock())),
            Some(116) => stuck(Reason::TooLarge),
            Some(202 | 203 | 208 | 214) => stuck(Reason::Taken),
            // Parse Server says this with status 500, or inside a batch that has status 200.
            Some(1) if self.message.contains("Internal server error") => later(Wait::Soon, Why::Fault, true),
            code => by_status(self.status, code),
        }
    }
}

fn by_status(status: StatusCode, code: Option<i64>) -> Next {
    match status.as_u16() {
        // 410: the app lives in another region than this host.
        401 | 403 | 410 => Next::SignInAgain,
        408 => later(Wait::Soon, Why::NoAnswer, true),
        413 => stuck(Reason::TooLarge),
        429 => later(Wait::Soon, Why::Busy, false),
        500.. => later(Wait::Soon, Why::Fault, true),
        status => stuck(Reason::Refused(code.unwrap_or(status.into()))),
    }
}

/// Something before the server answered: whatever it refused, it did not know what it refused.
fn gateway(status: StatusCode) -> Next {
    match status.as_u16() {
        413 => stuck(Reason::TooLarge),
        429 => later(Wait::Soon, Why::Busy, false),
        status => later(Wait::Soon, Why::Fault, !(300..500).contains(&status)),
    }
}

impl StorageError {
    fn next(&self) -> Next {
        match self.status.as_u16() {
            // The key is written: an earlier attempt arrived.
            614 => Next::AlreadyDone,
            404 | 612 => stuck(Reason::Missing),
            413 => stuck(Reason::TooLarge),
            // The permission to upload has run out; the next attempt asks for a new one.
            401 => later(Wait::Soon, Why::Fault, true),
            408 | 429 | 573 => later(Wait::Soon, Why::Busy, true),
            status @ 400..500 => stuck(Reason::Refused(status.into())),
            _ => later(Wait::Soon, Why::Fault, true),
        }
    }
}

#[cfg(test)]
#[path = "next_tests.rs"]
mod tests;
