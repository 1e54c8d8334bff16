//! What becomes of a scenario or a skill that the server did not take.

use rehearse_leancloud::{Error, Transport, Wait};
use rehearse_store::Settled;

use super::settling::{Later, Verdict, stuck};
use super::telling::{ALREADY_THERE, Telling, Work, class_of};
use super::{Sender, Tally};
use crate::Pause;
use crate::authored::is_the_user;
use crate::backoff::next_attempt;
use crate::outcome::CONFLICT;
use crate::wire::{Forms, revision};

/// That a record was not taken.
pub(super) struct Refusal<'a> {
    pub(super) error: &'a Error,
    /// The forms in which it was written.
    pub(super) forms: &'a Forms,
    /// Whether the server took anything else of the same request.
    pub(super) answered: bool,
}

impl<T: Transport> Sender<T> {
    /// What the server did not take.
    pub(super) async fn refused(
        &self,
        telling: &Telling,
        refusal: &Refusal<'_>,
        settled: &mut Vec<Settled>,
        tally: &Tally,
    ) {
        let (work, error, answered) = (&telling.work, refusal.error, refusal.answered);
        if let Error::Server(refusal) = error {
            self.learn(class_of(work.kind), refusal);
        }
        // Another one of the same request may have taught it already.
        let has_learnt = telling.written(refusal.forms) != telling.written(&self.forms.lock());
        let verdict = match self.verdict(error, work.attempts()) {
            // It is there as it was read: this user may read it, and not write it.
            Verdict::Missing if self.shows_the_same(telling).await => Verdict::Stuck { reason: "refused" },
            // Somebody changed it since it was read, or it is gone.
            Verdict::Stuck { reason: CONFLICT } | Verdict::Missing if telling.there.is_some() => {
                tally.failed();
                settled.extend(self.changed_meanwhile(telling, error).await);
                return;
            }
            Verdict::AlreadyThere if !work.met_a_hidden_one() => {
                tally.failed();
                settled.extend(work.failed(ALREADY_THERE));
                settled.push(self.when_certain(work.id));
                return;
            }
            Verdict::AlreadyThere => Verdict::Stuck { reason: "taken" },
            Verdict::OtherForm if has_learnt => {
                settled.extend(work.failed("other_form"));
                return;
            }
            Verdict::OtherForm => Verdict::Stuck {
                reason: "type_locked",
            },
            // The server may know well who asks, and not let this user write such a row.
            Verdict::Later(Later {
                pause: Some((Pause::SignIn, _)),
                ..
            }) if answered || matches!(is_the_user(&self.client, &self.terms.owner).await, Ok(true)) => {
                Verdict::Stuck { reason: "refused" }
            }
            verdict => verdict,
        };
        tally.failed();
        match verdict {
            Verdict::Later(later) => {
                let rows = work.rows.iter().map(|row| row.id);
                settled.extend(self.postponed(rows, work.id, &later, tally));
            }
            // Nobody asked for it, so nobody has to do anything about it.
            Verdict::Stuck { reason } if telling.built_in => {
                tracing::info!(id = %work.id, reason, "something built in is not told");
                settled.push(self.left_alone(&telling.record));
                settled.extend(work.sent());
            }
            Verdict::Stuck { reason } => settled.extend(work.rows.iter().map(|row| stuck(row.id, reason))),
            Verdict::AlreadyThere | Verdict::Missing | Verdict::OtherForm => {
                settled.extend(work.rows.iter().map(|row| stuck(row.id, "missing")));
            }
        }
    }

    /// Whether the server shows the user a row in the revision that was to be changed. Parse Server says of a row that may
    /// be read and not written that it is not there.
    async fn shows_the_same(&self, telling: &Telling) -> bool {
        let Some((id, known)) = &telling.there else {
            return false;
        };
        let Ok(class) = self.client.class(class_of(telling.work.kind).name()) else {
            return false;
        };
        matches!(class.get(id).await, Ok(Some(row)) if revision(&row) == *known)
            && matches!(is_the_user(&self.client, &self.terms.owner).await, Ok(true))
    }

    /// It is read again. A row that is gone, and not only hidden from somebody whose session has run out, is made anew.
    async fn changed_meanwhile(&self, telling: &Telling, error: &Error) -> Vec<Settled> {
        let work = &telling.work;
        let mut settled: Vec<Settled> = work.failed("changed_meanwhile").collect();
        let attempts = work.attempts().saturating_add(1);
        settled.push(Settled::PutOff {
            lane: work.id,
            until: next_attempt(Wait::Soon, attempts, self.now(), self.chance()),
        });
        let Some((id, _)) = &telling.there else {
            return settled;
        };
        let class = self.client.class(class_of(work.kind).name());
        let row = match class {
            Ok(class) => class.get(id).await,
            Err(_) => return settled,
        };
        let is_gone =
            matches!(row, Ok(None)) && matches!(is_the_user(&self.client, &self.terms.owner).await, Ok(true));
        if is_gone {
            tracing::warn!(id = %work.id, %error, "the server has lost a record");
            settled.push(Settled::AuthoredMissing {
                id: work.id,
                account: self.account.to_string(),
            });
        }
        settled
    }

    /// What the server did not say what it has of; nothing was tried, and it is as uncertain as before. `answered` when it
    /// said so of others.
    pub(super) fn not_told(
        &self,
        work: &Work,
        error: &Error,
        answered: bool,
        settled: &mut Vec<Settled>,
        tally: &Tally,
    ) {
        tally.failed();
        let verdict = match self.verdict(error, work.attempts()) {
            verdict if answered => verdict.of_one_alone(),
            verdict => verdict,
        };
        match (verdict, self.built_in.get(&work.id)) {
            (Verdict::Later(later), _) => {
                let unsure = work.rows.iter().any(|row| row.unsure_since.is_some());
                let later = Later { unsure, ..later };
                let rows = work.rows.iter().map(|row| row.id);
                settled.extend(self.postponed(rows, work.id, &later, tally));
            }
            // Nobody asked for it, so nobody has to do anything about it.
            (_, Some(record)) => {
                tracing::info!(id = %work.id, %error, "something built in is not told");
                settled.push(self.left_alone(record));
                settled.extend(work.sent());
            }
            (Verdict::Stuck { reason }, None) => {
                settled.extend(work.rows.iter().map(|row| stuck(row.id, reason)));
            }
            (Verdict::AlreadyThere | Verdict::Missing | Verdict::OtherForm, None) => {
                settled.extend(work.rows.iter().map(|row| stuck(row.id, "refused")));
            }
        }
    }

    /// What the server has in a form that nobody here can read: made anew it would be there twice.
    pub(super) fn not_read(&self, work: &Work, settled: &mut Vec<Settled>, tally: &Tally) {
        tally.failed();
        match self.built_in.get(&work.id) {
            Some(record) => {
                settled.push(self.left_alone(record));
                settled.extend(work.sent());
            }
            None => settled.extend(work.rows.iter().map(|row| stuck(row.id, "unreadable"))),
        }
    }
}
