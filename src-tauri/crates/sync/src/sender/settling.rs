//! What to write down after an attempt that failed.

use rehearse_domain::Timestamp;
use rehearse_leancloud::{Error, Wait};

use crate::Pause;
use crate::backoff::next_attempt;
use crate::outcome::{Outcome, outcome};

/// What becomes of something that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Later {
        until: Timestamp,
        error: &'static str,
        unsure: bool,
        pause: Option<(Pause, Wait)>,
    },
    Stuck {
        reason: &'static str,
    },
    AlreadyThere,
    Missing,
    OtherForm,
}

/// The verdict on an error at `now`, the attempt that met it counted.
pub(super) fn verdict(error: &Error, attempts: u32, now: Timestamp, random: f64) -> Verdict {
    match outcome(error) {
        Outcome::Later {
            wait,
            error,
            unsure,
            pause,
        } => Verdict::Later {
            until: match pause {
                // Everything waits, and what met it goes first again.
                Some(_) => now,
                None => next_attempt(wait, attempts, now, random),
            },
            error,
            unsure,
            pause: pause.map(|pause| (pause, wait)),
        },
        Outcome::SignIn => Verdict::Later {
            until: now,
            error: "sign_in",
            unsure: false,
            pause: Some((Pause::SignIn, Wait::Slowly)),
        },
        Outcome::Stuck { reason } => Verdict::Stuck { reason },
        Outcome::AlreadyThere => Verdict::AlreadyThere,
        Outcome::Missing => Verdict::Missing,
        Outcome::OtherForm => Verdict::OtherForm,
    }
}
