//! How an evaluation is begun: who may be asked about it, whose it is, and the job that does it. What the server knows is
//! claimed there, so that no two machines do the same; what it does not know is this machine's alone.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rehearse_domain::{SessionId, Timestamp};
use rehearse_leancloud::{Error, Next, Wait};
use rehearse_store::{DueEvaluation, Lease, StoreError};

use super::claims::{Claim, RoundHeld};
use super::elsewhere::{Elsewhere, Remote};
use super::job::{Job, needs_nobody, read};
use super::task::{Ended, GoingRound};
use super::trouble::Trouble;
use super::{Hold, Seated};
use crate::backoff::next_attempt;
use crate::blocking::on;

/// What is over on the server is known here once the puller has looked; until then it is not asked about again.
const TO_BE_PULLED: Duration = Duration::from_secs(60);
/// Why an evaluation waits that somebody else works on.
const ELSEWHERE: &str = "feedback_elsewhere";
/// Why one waits that has to be claimed on a server that cannot be asked.
const SERVER: &str = "feedback_server";

/// A round on the server that a job holds.
#[derive(Clone)]
pub(super) struct OnRemote {
    pub(super) remote: Arc<dyn Elsewhere>,
    pub(super) held: RoundHeld,
    /// How often it was tried before.
    pub(super) attempts: u32,
}

impl GoingRound {
    /// Begins with one, if it may be. Whether it did.
    pub(super) async fn begin(&mut self, due: DueEvaluation, now: Timestamp) -> Result<bool, StoreError> {
        let session = due.evaluation.session;
        let remote = self.remote.lock().clone();
        let remote = remote.filter(|_| due.is_mirror || due.object_id.is_some());
        if due.is_mirror && remote.is_none() {
            self.hold(session, Hold::this_session(ELSEWHERE));
            return Ok(false);
        }
        if let Some(until) = self.remote_again.filter(|until| remote.is_some() && *until > now) {
            self.hold(session, server_trouble(until));
            return Ok(false);
        }
        let (record, turns) = match read(&self.store, session).await {
            Ok(found) => found,
            Err(Trouble::Store(error)) => return Err(error),
            Err(_) => return Ok(false),
        };
        let seated = match self.panel.seat(&record, due.evaluation.asked_at.is_some()).await {
            Ok(seated) => seated,
            Err(hold) => {
                self.hold(session, hold);
                return Ok(false);
            }
        };
        let missing = match (&seated.transcriber, &seated.evaluator) {
            (None, _) if turns.iter().any(super::transcribing::waits) => Some("no_transcriber"),
            (_, None) if !needs_nobody(&record, &turns) => Some("no_evaluator"),
            _ => None,
        };
        if let Some(missing) = missing {
            self.hold(session, Hold::this_session(missing));
            return Ok(false);
        }
        match remote {
            Some(remote) => self.spawn_on(remote, due, seated),
            None => {
                let (id, holder) = (due.evaluation.id, self.options.holder.clone());
                let until = now.after(self.options.lease);
                let lease = on(&self.store, move |store| {
                    store.claim_evaluation(id, &holder, until, now)
                });
                let Some(lease) = lease.await? else {
                    return Ok(false);
                };
                let job = self.job(due, lease, seated, None);
                self.spawn(session, async move { go(job).await });
            }
        }
        Ok(true)
    }

    fn job(&self, due: DueEvaluation, lease: Lease, seated: Seated, elsewhere: Option<OnRemote>) -> Job {
        Job {
            store: Arc::clone(&self.store),
            panel: Arc::clone(&self.panel),
            tools: self.tools.clone(),
            options: Arc::clone(&self.options),
            standings: self.standings.clone(),
            permits: Arc::clone(&self.permits),
            due,
            lease,
            elsewhere,
            transcriber: seated.transcriber,
            evaluator: seated.evaluator,
            exchanged: Mutex::new(seated.exchanged),
        }
    }

    /// Claims on the server and does the job. What was won is noted, so that it can be given back when the job is stopped.
    fn spawn_on(&mut self, remote: Remote, due: DueEvaluation, seated: Seated) {
        let session = due.evaluation.session;
        // Its number is known once it is won.
        let nothing = Lease {
            evaluation: due.evaluation.id,
            epoch: 0,
        };
        let mut job = self.job(due, nothing, seated, None);
        let won_rounds = Arc::clone(&self.won);
        self.spawn(session, async move {
            let on_remote = match won(&remote, &job).await {
                Ok(won) => won,
                Err(how) => {
                    return Ended {
                        due: job.due,
                        lease: None,
                        elsewhere: None,
                        how: Err(how),
                    };
                }
            };
            won_rounds.lock().insert(session, on_remote.0.clone());
            match job.take(on_remote.0, on_remote.1).await {
                Ok(()) => go(job).await,
                Err(how) => Ended {
                    due: job.due,
                    lease: None,
                    elsewhere: job.elsewhere,
                    how: Err(how),
                },
            }
        });
    }

    fn spawn(&mut self, session: SessionId, work: impl Future<Output = Ended> + Send + 'static) {
        let running = self.jobs.spawn(work);
        self.under_way.lock().insert(session, running);
    }

    /// Gives back on the server what a job held that was stopped.
    pub(super) async fn give_back(&self, session: SessionId) {
        let won = self.won.lock().remove(&session);
        if let Some(OnRemote { remote, held, .. }) = won
            && let Err(error) = remote.release(&held, &[]).await
        {
            tracing::info!(%error, "a lease on the server passes by itself");
        }
    }
}

async fn go(job: Job) -> Ended {
    let how = job.run().await;
    if let Err(Trouble::Store(error)) = job.note().await {
        tracing::warn!(%error, "what was exchanged could not be noted");
    }
    Ended {
        due: job.due,
        lease: Some(job.lease),
        elsewhere: job.elsewhere,
        how,
    }
}

/// Claims an evaluation on the server.
async fn won(remote: &Remote, job: &Job) -> Result<(OnRemote, Vec<rehearse_domain::Sample>), Trouble> {
    let wait = match remote.0.claim(&job.due).await {
        Ok(Claim::Won {
            held,
            attempts,
            samples,
        }) => {
            let on_remote = OnRemote {
                remote: Arc::clone(&remote.0),
                held,
                attempts,
            };
            return Ok((on_remote, samples));
        }
        Ok(Claim::NotYet { wait, .. }) => wait,
        Ok(Claim::Done | Claim::GivenUp | Claim::Missing) => TO_BE_PULLED,
        Err(error) => return Err(of_server(&error)),
    };
    Err(Trouble::Held(Hold {
        until: Some(job.now().after(wait)),
        ..Hold::this_session(ELSEWHERE)
    }))
}

/// What a server's refusal means.
pub(super) fn of_server(error: &Error) -> Trouble {
    Trouble::OfServer(match error.next() {
        Next::Later { wait, .. } => wait,
        // Somebody has to do something first; looking from time to time costs little.
        Next::SignInAgain | Next::Stuck { .. } | Next::AlreadyDone => Wait::Slowly,
    })
}

fn server_trouble(until: Timestamp) -> Hold {
    Hold {
        until: Some(until),
        ..Hold::this_session(SERVER)
    }
}

impl GoingRound {
    /// The server cannot be asked for a while. Until when.
    pub(super) fn put_server_off(&mut self, session: SessionId, wait: Wait) {
        self.server_in_vain = self.server_in_vain.saturating_add(1);
        let chance = (self.tools.random)();
        let until = next_attempt(wait, self.server_in_vain, self.now(), chance);
        self.remote_again = Some(until);
        self.hold(session, server_trouble(until));
    }
}
