//! What a job tells the server on which its evaluation was claimed.

use std::time::Duration;

use rehearse_domain::{Assessment, Sample, Turn};
use rehearse_leancloud::ObjectId;
use rehearse_store::{Lease, Store, StoreError};
use tokio::time::{Instant, timeout};

use super::beginning::{OnRemote, TO_BE_PULLED, held_elsewhere, of_server};
use super::claims::Claim;
use super::elsewhere::Remote;
use super::job::Job;
use super::rounds::RoundError;
use super::task::{GoingRound, Running};
use super::trouble::Trouble;
use crate::blocking::on;

/// The server is told how a job ended for no longer; the lease passes then.
const TELLING: Duration = Duration::from_secs(10);
/// A practice that was recorded here waits no longer for a server that does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

impl From<RoundError> for Trouble {
    fn from(error: RoundError) -> Self {
        match error {
            RoundError::Lost => Self::Lost,
            RoundError::Server(error) => of_server(&error),
        }
    }
}

impl Job {
    /// Notes here what was won on the server, with what a judge answered to those who had it before.
    pub(super) async fn take(&mut self, round: u32, samples: Vec<Sample>) -> Result<(), Trouble> {
        let id = self.lease.evaluation;
        let (holder, until) = (self.options.holder.clone(), self.now().after(self.options.lease));
        let lease = on(&self.store, move |store| {
            let lease = store.take_evaluation(id, round, &holder, until)?;
            keep_missing(store, lease, &samples)?;
            Ok(lease)
        });
        self.lease = lease.await?;
        Ok(())
    }

    /// Whether somebody asks for it by hand on the computer that recorded it.
    pub(super) fn is_asked_for_here(&self) -> bool {
        !self.due.is_mirror && self.due.evaluation.asked_at.is_some()
    }

    /// Takes the lease here alone. What it comes to is told once the server can be reached.
    pub(super) async fn take_alone(&mut self) -> Result<(), Trouble> {
        let (id, holder, now) = (self.lease.evaluation, self.options.holder.clone(), self.now());
        let until = now.after(self.options.lease);
        let claimed = on(&self.store, move |store| {
            store.claim_evaluation(id, &holder, until, now)
        });
        self.lease = claimed.await?.ok_or(Trouble::Lost)?;
        *self.unreachable_since.lock() = Some(Instant::now());
        Ok(())
    }

    fn on_remote(&self) -> Option<OnRemote> {
        self.held.lock().elsewhere.clone()
    }

    /// What is held here alone is claimed on the server too, as soon as that knows the evaluation and can be asked: from
    /// then on nobody takes it over from a slow judge. It is over where somebody else has it there. A server that cannot be
    /// asked is no reason to wait.
    pub(super) async fn join_elsewhere(&self) -> Result<(), Trouble> {
        let _one_by_one = self.telling.lock().await;
        let remote = self.remote.lock().clone();
        let Some(Remote(remote)) = remote.filter(|_| self.on_remote().is_none()) else {
            return Ok(());
        };
        let asked_in_vain = *self.unreachable_since.lock();
        if asked_in_vain.is_some_and(|since| since.elapsed() < self.options.lease / 4) {
            return Ok(());
        }
        let Some(row) = self.named_elsewhere().await? else {
            return Ok(());
        };
        let joined = timeout(PATIENCE, remote.join(&row, self.lease.epoch)).await;
        let wait = match joined {
            Ok(Ok(Claim::Won {
                held,
                attempts,
                samples,
            })) => {
                self.held.lock().elsewhere = Some(OnRemote {
                    remote,
                    held,
                    attempts,
                });
                let lease = self.lease;
                on(&self.store, move |store| keep_missing(store, lease, &samples)).await?;
                return Ok(());
            }
            Ok(Ok(Claim::NotYet { wait, .. })) => wait,
            Ok(Ok(Claim::Done | Claim::GivenUp)) => TO_BE_PULLED,
            // The outbox sees to that.
            Ok(Ok(Claim::Missing)) => return Ok(()),
            unknown => {
                tracing::info!(?unknown, "whose an evaluation is could not be asked");
                *self.unreachable_since.lock() = Some(Instant::now());
                return Ok(());
            }
        };
        Err(held_elsewhere(self.now().after(wait)))
    }

    /// What the server calls the evaluation, if it knows it by now.
    async fn named_elsewhere(&self) -> Result<Option<ObjectId>, Trouble> {
        let id = self.lease.evaluation;
        let name = on(&self.store, move |store| store.remote_name_of_evaluation(id)).await?;
        Ok(name.and_then(|name| ObjectId::new(name).ok()))
    }

    /// Has the round on the server last, and tells what was answered so far: whoever takes it over asks for nothing twice.
    /// Why it is over, if it is; a server that cannot be asked is no reason: what is found out meanwhile is kept here, and
    /// whether it counts is settled at the end.
    pub(super) async fn renew_elsewhere(&self) -> Option<Trouble> {
        let OnRemote { remote, held, .. } = self.on_remote()?;
        let _one_by_one = self.telling.lock().await;
        let samples = match self.samples().await {
            Ok(samples) => samples,
            Err(trouble) => return Some(trouble),
        };
        match timeout(PATIENCE, remote.renew(&held, &samples)).await {
            Ok(Ok(())) => None,
            Ok(Err(RoundError::Lost)) => Some(Trouble::Lost),
            in_vain => {
                tracing::info!(?in_vain, "a lease on the server could not be prolonged");
                None
            }
        }
    }

    /// Tells the words of turns that were recorded elsewhere. Of one's own the outbox tells.
    pub(super) async fn tell_words(&self, turns: &[Turn]) -> Result<(), Trouble> {
        match self.on_remote() {
            Some(OnRemote { remote, held, .. }) if self.due.is_mirror => {
                // Only whoever still has the round may.
                remote.renew(&held, &[]).await?;
                let told = remote.tell_words(&self.due, turns).await;
                told.map_err(|error| of_server(&error))
            }
            _ => Ok(()),
        }
    }

    /// Tells the server what it came to, where it is held there. Whether it was told: of what was recorded here the outbox
    /// tells too, so that it is shown though the server is away.
    pub(super) async fn finish_elsewhere(&self, assessment: &Assessment) -> Result<bool, Trouble> {
        let Some(OnRemote {
            remote,
            held,
            attempts,
        }) = self.on_remote()
        else {
            return Ok(false);
        };
        let _one_by_one = self.telling.lock().await;
        let attempts = self.due.evaluation.attempts.max(attempts);
        let finished = remote.finish(&held, assessment, attempts.saturating_add(1));
        if self.due.is_mirror {
            finished.await?;
            return Ok(true);
        }
        match timeout(PATIENCE, finished).await {
            Ok(Ok(())) => Ok(true),
            Ok(Err(RoundError::Lost)) => Err(Trouble::Lost),
            in_vain => {
                tracing::info!(?in_vain, "a result could not be told yet");
                Ok(false)
            }
        }
    }
}

/// Keeps what a judge answered to those before, as far as it is not known here.
fn keep_missing(store: &Store, lease: Lease, samples: &[Sample]) -> Result<(), StoreError> {
    let known = store.samples(lease.evaluation)?;
    let is_known = |one: &Sample| {
        let mut known = known.iter();
        known.any(|kept| kept.skill == one.skill && kept.look == one.look)
    };
    for sample in samples.iter().filter(|sample| !is_known(sample)) {
        store.keep_sample(lease, sample)?;
    }
    Ok(())
}

impl GoingRound {
    /// Tells the server that a round came to nothing: in which word and when it may be begun again, where it failed.
    pub(super) async fn conclude_elsewhere(
        &self,
        elsewhere: &OnRemote,
        running: &Running,
        failed: Option<(&str, Option<Duration>)>,
        attempts: u32,
    ) {
        let OnRemote { remote, held, .. } = elsewhere;
        let id = running.due.evaluation.id;
        let telling = async {
            if let Some((code, again)) = failed {
                return remote.fail(held, code, attempts, again).await;
            }
            let samples = on(&self.store, move |store| store.samples(id)).await;
            remote.release(held, &samples.unwrap_or_default()).await
        };
        match timeout(TELLING, telling).await {
            Ok(Ok(()) | Err(RoundError::Lost)) => {}
            Ok(Err(RoundError::Server(error))) => {
                tracing::info!(%error, "how a round ended could not be told");
            }
            Err(_) => tracing::info!("how a round ended could not be told in time"),
        }
    }
}
