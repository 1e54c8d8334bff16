//! What becomes of an evaluation whose job has ended: done, tried again, given up, or held up with all the others.

use std::time::Duration;

use rehearse_domain::Timestamp;
use rehearse_leancloud::Wait;
use rehearse_store::{Lease, StoreError};

use super::Hold;
use super::beginning::{Held, server_trouble};
use super::job::note;
use super::task::{GoingRound, Running};
use super::trouble::{Trouble, host_again};
use crate::backoff::next_attempt;
use crate::blocking::on;

/// A job that fell over is begun again so much later.
const AFTER_PANIC: Duration = Duration::from_secs(60);
/// A row that cannot be written is tried again so much later.
const ROW_TROUBLE: Duration = Duration::from_secs(15 * 60);

impl GoingRound {
    /// A job was taken back, or fell over: what was exchanged is noted, and somebody may begin with it again. One that
    /// falls over again and again is given up.
    pub(super) async fn take_back(&mut self, running: &Running, panicked: bool) -> Result<(), StoreError> {
        let now = self.now();
        let Held { lease, elsewhere } = running.held.lock().clone();
        self.note(running).await?;
        let attempts = running.tried(elsewhere.as_ref());
        let again = (attempts < self.options.attempts).then_some(AFTER_PANIC);
        let failed = panicked.then_some(("internal", again));
        // What is known here comes first: the server may not answer.
        let done = match lease {
            None => Ok(()),
            Some(lease) => {
                let again = again.map(|wait| now.after(wait));
                let done = on(&self.store, move |store| match panicked {
                    true => store.fail_evaluation(lease, "internal", again, now),
                    false => store.release_evaluation(lease, now),
                });
                unless_lost(done.await)
            }
        };
        if let Some(elsewhere) = &elsewhere {
            self.conclude_elsewhere(elsewhere, running, failed, attempts)
                .await;
        }
        done
    }

    /// Puts what was exchanged into the session's record. One that is gone has none.
    async fn note(&self, running: &Running) -> Result<(), StoreError> {
        match note(&self.store, running.due.session, &running.exchanged).await {
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
        let now = self.now();
        let Held { lease, elsewhere } = running.held.lock().clone();
        self.note(running).await?;
        if elsewhere.is_some() {
            self.server_in_vain = 0;
        }
        let trouble = match ended {
            Ok(()) => {
                self.in_vain = 0;
                return Ok(());
            }
            Err(trouble) => trouble,
        };
        let attempts = running.tried(elsewhere.as_ref());
        // When one may be tried again that failed by its own fault; `None` where it is given up.
        let again = match &trouble {
            Trouble::Once(_) if attempts < self.options.attempts => {
                Some(next_attempt(Wait::Soon, attempts, now, (self.tools.random)()))
            }
            _ => None,
        };
        let failed = match &trouble {
            Trouble::Once(code) | Trouble::ForGood(code) => Some(code.clone()),
            _ => None,
        };
        // What is known here comes first: the server may not answer.
        let done = self.conclude_here(running, lease, trouble, again).await;
        if let Some(elsewhere) = &elsewhere {
            let failed = failed.as_deref();
            let failed = failed.map(|code| (code, again.map(|again| again.since(now))));
            self.conclude_elsewhere(elsewhere, running, failed, attempts)
                .await;
        }
        done
    }

    /// Puts down here why a job came to nothing; one that failed by its own fault may be tried `again`, or is given up.
    async fn conclude_here(
        &mut self,
        running: &Running,
        lease: Option<Lease>,
        trouble: Trouble,
        again: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let now = self.now();
        match trouble {
            Trouble::Lost => return Ok(()),
            Trouble::Store(error) => return Err(error),
            Trouble::Once(code) | Trouble::ForGood(code) => {
                let Some(lease) = lease else { return Ok(()) };
                let failed = on(&self.store, move |store| {
                    store.fail_evaluation(lease, &code, again, now)
                });
                return unless_lost(failed.await);
            }
            Trouble::OfHost {
                code,
                wait,
                not_before,
            } => {
                self.in_vain = self.in_vain.saturating_add(1);
                let until = host_again(wait, not_before, self.in_vain, now, (self.tools.random)());
                self.standings.holds_everything(Hold {
                    until: Some(until),
                    ..Hold::everything(&code)
                });
            }
            Trouble::OfServer(wait) => self.put_server_off(running.due.session, wait),
            Trouble::OfItsRow => self.hold(running.due.session, server_trouble(now.after(ROW_TROUBLE))),
            Trouble::Held(hold) => self.hold(running.due.session, hold),
        }
        // Nobody is to blame: it waits as before.
        let Some(lease) = lease else { return Ok(()) };
        let released = on(&self.store, move |store| store.release_evaluation(lease, now));
        unless_lost(released.await)
    }
}

/// Whoever has lost a lease has nothing more to say about it.
pub(super) fn unless_lost(done: Result<(), StoreError>) -> Result<(), StoreError> {
    match done {
        Err(StoreError::LeaseLost) => Ok(()),
        done => done,
    }
}
