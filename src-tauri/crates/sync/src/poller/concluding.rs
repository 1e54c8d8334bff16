//! What becomes of an evaluation whose job has ended: done, tried again, given up, or held up with all the others.

use rehearse_leancloud::Wait;
use rehearse_store::StoreError;

use super::Hold;
use super::task::{Ended, GoingRound};
use super::trouble::{Trouble, host_again};
use crate::backoff::next_attempt;
use crate::blocking::on;

impl GoingRound {
    pub(super) async fn conclude(&mut self, ended: Ended) -> Result<(), StoreError> {
        let now = self.now();
        if ended.elsewhere.is_some() {
            self.server_in_vain = 0;
        }
        let trouble = match ended.how {
            Ok(()) => {
                self.in_vain = 0;
                return Ok(());
            }
            Err(trouble) => trouble,
        };
        let chance = (self.tools.random)();
        let tried = ended.elsewhere.as_ref().map_or(0, |one| one.attempts);
        let attempts = ended.due.evaluation.attempts.max(tried).saturating_add(1);
        let again = next_attempt(Wait::Soon, attempts, now, chance);
        if let Some(elsewhere) = &ended.elsewhere {
            let failed = match &trouble {
                Trouble::Once(code) if attempts < self.options.attempts => {
                    Some((code, Some(again.since(now))))
                }
                Trouble::Once(code) | Trouble::ForGood(code) => Some((code, None)),
                _ => None,
            };
            self.conclude_elsewhere(elsewhere, &ended.due, failed, attempts)
                .await;
        }
        let Some(lease) = ended.lease else {
            match trouble {
                Trouble::Held(hold) => self.hold(ended.due.evaluation.session, hold),
                Trouble::OfServer(wait) => self.put_server_off(ended.due.evaluation.session, wait),
                Trouble::Store(error) => return Err(error),
                _ => {}
            }
            return Ok(());
        };
        let done = match trouble {
            Trouble::Lost => return Ok(()),
            Trouble::Once(code) if attempts < self.options.attempts => {
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
            Trouble::OfServer(wait) => {
                self.put_server_off(ended.due.evaluation.session, wait);
                on(&self.store, move |store| store.release_evaluation(lease, now)).await
            }
            Trouble::Held(hold) => {
                self.hold(ended.due.evaluation.session, hold);
                on(&self.store, move |store| store.release_evaluation(lease, now)).await
            }
            Trouble::Store(error) => Err(error),
        };
        match done {
            Err(StoreError::LeaseLost) => Ok(()),
            done => done,
        }
    }
}
