//! What becomes of an evaluation whose job has ended: done, tried again, given up, or held up with all the others.

use std::time::Duration;

use rehearse_leancloud::Wait;
use rehearse_store::StoreError;

use super::Hold;
use super::job::note;
use super::task::{GoingRound, Running};
use super::trouble::{Trouble, host_again};
use crate::backoff::next_attempt;
use crate::blocking::on;

/// A job that fell over is begun again so much later.
const AFTER_PANIC: Duration = Duration::from_secs(60);

impl GoingRound {
    /// A job was taken back, or fell over: what was exchanged is noted, and somebody may begin with it again. One that
    /// falls over again and again is given up.
    pub(super) async fn take_back(&mut self, running: &Running, panicked: bool) -> Result<(), StoreError> {
        let (lease, now) = (running.lease, self.now());
        self.note(running).await?;
        let gives_up = running.attempts.saturating_add(1) >= self.options.attempts;
        let again = (!gives_up).then(|| now.after(AFTER_PANIC));
        let done = on(&self.store, move |store| match panicked {
            true => store.fail_evaluation(lease, "internal", again, now),
            false => store.release_evaluation(lease, now),
        });
        unless_lost(done.await)
    }

    /// Puts what was exchanged into the session's record. One that is gone has none.
    async fn note(&self, running: &Running) -> Result<(), StoreError> {
        match note(&self.store, running.session, &running.exchanged).await {
            Err(StoreError::NoSession(_)) => Ok(()),
            noted => noted,
        }
    }

    /// A job has come to its end.
    pub(super) async fn conclude(
        &mut self,
        running: &Running,
        ended: Result<(), Trouble>,
    ) -> Result<(), StoreError> {
        let (lease, now) = (running.lease, self.now());
        self.note(running).await?;
        let trouble = match ended {
            Ok(()) => {
                self.in_vain = 0;
                return Ok(());
            }
            Err(trouble) => trouble,
        };
        let chance = (self.tools.random)();
        let attempts = running.attempts.saturating_add(1);
        let done = match trouble {
            Trouble::Lost => return Ok(()),
            Trouble::Once(code) if attempts < self.options.attempts => {
                let again = next_attempt(Wait::Soon, attempts, now, chance);
                on(&self.store, move |store| {
                    store.fail_evaluation(lease, &code, Some(again), now)
                })
                .await
            }
            Trouble::Once(code) | Trouble::ForGood(code) => {
                on(&self.store, move |store| {
                    store.fail_evaluation(lease, &code, None, now)
                })
                .await
            }
            Trouble::OfHost {
                code,
                wait,
                not_before,
            } => {
                self.in_vain = self.in_vain.saturating_add(1);
                let until = host_again(wait, not_before, self.in_vain, now, chance);
                self.standings.holds_everything(Hold {
                    until: Some(until),
                    ..Hold::everything(&code)
                });
                on(&self.store, move |store| store.release_evaluation(lease, now)).await
            }
            Trouble::Held(hold) => {
                self.hold(running.session, hold);
                on(&self.store, move |store| store.release_evaluation(lease, now)).await
            }
            Trouble::Store(error) => Err(error),
        };
        unless_lost(done)
    }
}

/// Whoever has lost a lease has nothing more to say about it.
pub(super) fn unless_lost(done: Result<(), StoreError>) -> Result<(), StoreError> {
    match done {
        Err(StoreError::LeaseLost) => Ok(()),
        done => done,
    }
}
