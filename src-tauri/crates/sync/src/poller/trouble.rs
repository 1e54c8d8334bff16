//! What a model's failure means to a poller: whose fault it is, and when to try again.

use rehearse_domain::Timestamp;
use rehearse_leancloud::Wait;
use rehearse_models::{ModelError, RefusalKind, Retry};
use rehearse_store::StoreError;

use super::Hold;

/// Why an evaluation did not come to its end.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It is this session's; trying again later may help.
    Once(String),
    /// It is this session's, and would be again.
    ForGood(String),
    /// It is the host's: nobody else would fare better, and the session is not to blame.
    OfHost {
        code: String,
        wait: Wait,
        /// Not before, where the host said so.
        not_before: Option<std::time::Duration>,
    },
    /// It is the server's on which it is claimed: what is this machine's alone can go on.
    OfServer(Wait),
    /// It is that of its row on the server, which cannot be read or written: others may go on.
    OfItsRow,
    /// Nothing failed, and nothing can go on.
    Held(Hold),
    /// Somebody else has it, or it is gone.
    Lost,
    /// The store cannot be read or written.
    Store(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            // The session is gone, or somebody else has it.
            StoreError::LeaseLost | StoreError::NoTurn(_) | StoreError::NoSession(_) => Self::Lost,
            error => Self::Store(error),
        }
    }
}

/// Who failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Transcriber,
    Evaluator,
}

/// What a failure means. The code is `transcriber_…` or `evaluator_…`, as the window and the command line know them.
pub(super) fn of_model(who: Who, error: &ModelError) -> Trouble {
    let role = match who {
        Who::Transcriber => "transcriber",
        Who::Evaluator => "evaluator",
    };
    let code = format!("{role}_{}", word(error));
    match error {
        ModelError::Malformed(_) | ModelError::BrokeOff(_) => Trouble::Once(code),
        ModelError::Refused(refusal) => match refusal.kind {
            RefusalKind::Filtered | RefusalKind::TooLong | RefusalKind::EmptySound => Trouble::ForGood(code),
            RefusalKind::Other => Trouble::Once(code),
            RefusalKind::Busy | RefusalKind::Quota | RefusalKind::Down => Trouble::OfHost {
                code,
                wait: Wait::Soon,
                not_before: match error.retry() {
                    Retry::After(wait) => Some(wait),
                    _ => None,
                },
            },
            // Asking again with what was refused would lock an account; who mends it nudges.
            _ => Trouble::OfHost {
                code,
                wait: Wait::Slowly,
                not_before: None,
            },
        },
        _ => Trouble::OfHost {
            code,
            wait: Wait::Soon,
            not_before: None,
        },
    }
}

fn word(error: &ModelError) -> &'static str {
    match error {
        ModelError::Offline => "offline",
        ModelError::BrokeOff(_) => "broke_off",
        ModelError::TimedOut(_) => "timed_out",
        ModelError::Malformed(_) => "malformed",
        ModelError::Refused(refusal) => match refusal.kind {
            RefusalKind::Key => "key",
            RefusalKind::Permission => "permission",
            RefusalKind::NoSuchModel => "no_model",
            RefusalKind::Billing => "billing",
            RefusalKind::Busy | RefusalKind::Quota => "busy",
            RefusalKind::Filtered => "filtered",
            RefusalKind::TooLong => "too_long",
            RefusalKind::Unsupported => "unsupported",
            RefusalKind::Down => "down",
            _ => "refused",
        },
        _ => "unavailable",
    }
}

/// When a host is asked again that failed so many times in a row.
pub(super) fn host_again(
    wait: Wait,
    not_before: Option<std::time::Duration>,
    in_vain: u32,
    now: Timestamp,
    random: f64,
) -> Timestamp {
    let until = crate::backoff::next_attempt(wait, in_vain, now, random);
    not_before.map_or(until, |wait| until.max(now.after(wait)))
}
