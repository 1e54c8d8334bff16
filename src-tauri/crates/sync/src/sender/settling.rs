//! What to write down after an attempt that failed.

use rehearse_domain::{SessionId, Timestamp};
use rehearse_leancloud::{Error, Next, Transport, Wait, Why};
use rehearse_store::Settled;
use uuid::Uuid;

use super::{Sender, Tally};
use crate::Pause;
use crate::backoff::next_attempt;
use crate::outcome::{Outcome, outcome};
use crate::plan::LATE;

/// What becomes of something that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Later(Later),
    Stuck { reason: &'static str },
    AlreadyThere,
    Missing,
    OtherForm,
}

impl Verdict {
    /// The same, when it is about one thing alone although it sounds as if it were about everything: something else of the
    /// same request worked, so that the server knows who asks.
    pub(super) fn of_one_alone(self) -> Self {
        match self {
            Self::Later(Later {
                pause: Some((Pause::SignIn, _)),
                ..
            }) => Self::Stuck { reason: "refused" },
            verdict => verdict,
        }
    }
}

/// It may work later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Later {
    pub(super) until: Timestamp,
    /// What went wrong, in a word.
    pub(super) error: &'static str,
    /// Whether the server may have done it, or may still.
    pub(super) unsure: bool,
    /// Why nothing else is tried either, and how long that lasts.
    pub(super) pause: Option<(Pause, Wait)>,
}

impl Later {
    /// Whether the server may be at fault, and not only with this.
    fn is_fault(&self) -> bool {
        matches!(self.error, "fault" | "no_answer")
    }
}

impl<T: Transport> Sender<T> {
    /// The verdict on an error now, which was met after so many attempts in vain.
    pub(super) fn verdict(&self, error: &Error, attempts: u32) -> Verdict {
        let now = self.now();
        match outcome(error) {
            Outcome::Later {
                wait,
                error,
                unsure,
                pause,
            } => Verdict::Later(Later {
                until: match pause {
                    // Everything waits, and what met it goes first again.
                    Some(_) => now,
                    None => next_attempt(wait, attempts.saturating_add(1), now, self.chance()),
                },
                error,
                unsure,
                pause: pause.map(|pause| (pause, wait)),
            }),
            Outcome::SignIn => Verdict::Later(Later {
                until: now,
                error: "sign_in",
                unsure: false,
                pause: Some((Pause::SignIn, Wait::Slowly)),
            }),
            Outcome::Stuck { reason } => Verdict::Stuck { reason },
            Outcome::AlreadyThere => Verdict::AlreadyThere,
            Outcome::Missing => Verdict::Missing,
            Outcome::OtherForm => Verdict::OtherForm,
        }
    }

    /// The verdict on an error of a host of files, of which nobody knows whether the server has it too: one that cannot
    /// be reached is no reason to tell nothing at all.
    pub(super) fn verdict_on_host(&self, error: &Error, attempts: u32) -> Verdict {
        match (self.verdict(error, attempts), error.next()) {
            (Verdict::Later(later), Next::Later { wait, why, .. }) if why != Why::Offline => {
                let now = self.now();
                Verdict::Later(Later {
                    until: next_attempt(wait, attempts.saturating_add(1), now, self.chance()),
                    pause: None,
                    ..later
                })
            }
            (verdict, _) => verdict,
        }
    }

    /// Something may work later: whether that is a reason to begin nothing else is noted.
    pub(super) fn note(later: &Later, tally: &Tally) {
        tally.pause(later.pause);
        if later.is_fault() {
            tally.fault();
        }
    }

    /// Changes of a lane that may work later, and nothing else of it before them.
    pub(super) fn postponed(
        &self,
        rows: impl IntoIterator<Item = i64>,
        lane: impl Into<Uuid>,
        later: &Later,
        tally: &Tally,
    ) -> Vec<Settled> {
        Self::note(later, tally);
        let failed = rows.into_iter().map(|row| Settled::Failed {
            row,
            error: later.error.to_owned(),
            unsure: later.unsure,
        });
        let until = match later.unsure {
            true => later.until.max(self.now().after(LATE)),
            false => later.until,
        };
        let lane = lane.into();
        failed.chain([Settled::PutOff { lane, until }]).collect()
    }

    /// Nothing of a lane before it is certain what came of its earlier attempts.
    pub(super) fn when_certain(&self, lane: impl Into<Uuid>) -> Settled {
        Settled::PutOff {
            lane: lane.into(),
            until: self.now().after(LATE),
        }
    }
}

pub(super) fn stuck(row: i64, reason: &str) -> Settled {
    Settled::Stuck {
        row,
        reason: reason.to_owned(),
    }
}

pub(super) fn stray(session: SessionId, file: &str) -> Settled {
    Settled::Stray {
        file: file.to_owned(),
        session,
    }
}
