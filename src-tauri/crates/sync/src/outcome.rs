//! What an error of the server means for the outbox: for one change, for one session, or for everything.

use rehearse_leancloud::{Error, Next, Reason, Wait, Why};
use serde::Serialize;

/// A host is only reached without encryption.
const PLAIN_HTTP: &str = "plain_http";

/// The word for a change that the server did not take, because the row is not what it was when it was read.
pub(crate) const CONFLICT: &str = "conflict";

/// Why nothing at all goes out for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// The user switched the network off.
    Offline,
    /// The server cannot be reached.
    Unreachable,
    /// The server has too much to do, or a fault.
    Busy,
    /// The calls of the day are used up.
    Quota,
    /// The app is archived; its owner can wake it in the console.
    Archived,
    /// The app is switched off or takes no writes.
    Disabled,
    /// Somebody has to sign in again, or set the keys right. Waiting does not help.
    SignIn,
}

/// What to do with a change that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Try its session again later.
    Later {
        wait: Wait,
        /// A word for the database.
        error: &'static str,
        /// Whether the server may have acted.
        unsure: bool,
        /// Whether nothing else has to be tried either.
        pause: Option<Pause>,
    },
    /// Sign in first.
    SignIn,
    /// Leave it to the user.
    Stuck { reason: &'static str },
    /// It is there already.
    AlreadyThere,
    /// What it is about is not there any more.
    Missing,
    /// A column wants another form.
    OtherForm,
}

pub(crate) fn outcome(error: &Error) -> Outcome {
    match error.next() {
        Next::Later {
            wait,
            why,
            perhaps_done,
        } => Outcome::Later {
            wait,
            error: word(why),
            unsure: perhaps_done,
            pause: pause(why),
        },
        Next::SignInAgain => Outcome::SignIn,
        Next::AlreadyDone => Outcome::AlreadyThere,
        Next::Stuck { reason } => match reason {
            Reason::Missing => Outcome::Missing,
            Reason::TypeLocked(Some(_)) => Outcome::OtherForm,
            reason => Outcome::Stuck {
                reason: stuck_word(&reason),
            },
        },
    }
}

/// The word for why a change is stuck; where its host is only reached without encryption, with that host behind it, so
/// that the user can agree to it.
pub(crate) fn stuck_because(reason: &'static str, error: &Error) -> String {
    match error.next() {
        Next::Stuck {
            reason: Reason::PlainHttp(host),
        } => format!("{PLAIN_HTTP}:{host}"),
        _ => reason.to_owned(),
    }
}

/// The host in the reason of a change that is stuck because that host is only reached without encryption.
pub fn refused_host(reason: &str) -> Option<&str> {
    let (word, host) = reason.split_once(':')?;
    (word == PLAIN_HTTP).then_some(host)
}

/// Whether a condition names a column that no row has had yet, so that it holds for none.
pub(crate) fn is_about_no_column(error: &Error) -> bool {
    /// LeanCloud's code for it; Parse Server has none.
    const UNKNOWN_COLUMN: i64 = 700;
    matches!(error, Error::Server(refusal) if refusal.code == Some(UNKNOWN_COLUMN))
}

/// What one session meets, all of them will.
const fn pause(why: Why) -> Option<Pause> {
    match why {
        Why::Offline => Some(Pause::Offline),
        Why::Unreachable => Some(Pause::Unreachable),
        Why::Quota => Some(Pause::Quota),
        Why::Archived => Some(Pause::Archived),
        Why::Disabled => Some(Pause::Disabled),
        Why::Busy | Why::LoginLocked => Some(Pause::Busy),
        // May be about this one request.
        Why::NoAnswer | Why::Fault | Why::Earlier => None,
    }
}

pub(crate) const fn word(why: Why) -> &'static str {
    match why {
        Why::Offline => "offline",
        Why::Unreachable => "unreachable",
        Why::NoAnswer => "no_answer",
        Why::Busy => "busy",
        Why::Fault => "fault",
        Why::Quota => "quota",
        Why::Archived => "archived",
        Why::Disabled => "disabled",
        Why::LoginLocked => "login_locked",
        Why::Earlier => "earlier",
    }
}

pub(crate) const fn stuck_word(reason: &Reason) -> &'static str {
    match reason {
        Reason::TypeLocked(_) => "type_locked",
        Reason::TooLarge => "too_large",
        Reason::Missing => "missing",
        Reason::Conflict => CONFLICT,
        Reason::Taken => "taken",
        Reason::NeedsMasterKey => "needs_master_key",
        Reason::PlainHttp(_) => PLAIN_HTTP,
        Reason::LocalFile => "local_file",
        Reason::Altered => "altered",
        Reason::Unsupported => "unsupported",
        Reason::Refused(_) => "refused",
        Reason::Invalid => "invalid",
    }
}
