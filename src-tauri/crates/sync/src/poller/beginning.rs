//! How an evaluation is begun: who may be asked about it, whose it is, and the job that does it. What the server knows is
//! claimed there, so that no two machines do the same; what it does not know is this machine's alone.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parking_lot::Mutex;
use rehearse_domain::{Sample, SessionId, Timestamp};
use rehearse_leancloud::{Error, Next, Wait};
use rehearse_store::{DueEvaluation, Lease, StoreError};

use super::claims::{Claim, RoundHeld};
use super::concluding::unless_lost;
use super::elsewhere::{Elsewhere, Remote};
use super::job::{Job, SharedExchanged, needs_nobody, read};
use super::task::{GoingRound, Running};
use super::trouble::Trouble;
use super::{Hold, Seated};
use crate::backoff::next_attempt;
use crate::blocking::on;

/// What is over on the server is known here once the puller has looked; until then it is not asked about again.
pub(super) const TO_BE_PULLED: Duration = Duration::from_secs(60);
/// Why an evaluation waits that somebody else works on.
const ELSEWHERE: &str = "feedback_elsewhere";
/// Why one waits that somebody else recorded, while nobody is signed in.
const SIGNED_OUT: &str = "feedback_signed_out";
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

/// What a job holds of an evaluation: nothing before it is claimed.
#[derive(Clone, Default)]
pub(super) struct Held {
    pub(super) lease: Option<Lease>,
    /// The same on the server, where it was claimed there.
    pub(super) elsewhere: Option<OnRemote>,
}

/// What a job holds, as whoever takes it back sees it.
pub(super) type SharedHeld = Arc<Mutex<Held>>;

impl Running {
    /// How often it will have been tried with this try.
    pub(super) fn tried(&self, elsewhere: Option<&OnRemote>) -> u32 {
        let before = elsewhere.map_or(0, |one| one.attempts);
        self.due.evaluation.attempts.max(before).saturating_add(1)
    }
}

impl GoingRound {
    /// Begins with one, if it may be. Whether it did.
    pub(super) async fn begin(&mut self, due: DueEvaluation, now: Timestamp) -> Result<bool, StoreError> {
        let session = due.session;
        let remote = self.remote.lock().clone();
        let remote = remote.filter(|_| due.is_mirror || due.object_id.is_some());
        if due.is_mirror && remote.is_none() {
            self.hold(session, Hold::this_session(SIGNED_OUT));
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
        let taken_back = self.taken_back.load(Ordering::Acquire);
        let seated = match self.panel.seat(&record, due.evaluation.asked_at).await {
            Ok(seated) => seated,
            Err(hold) => {
                self.hold(session, hold);
                return Ok(false);
            }
        };
        let waits = turns.iter().any(super::transcribing::waits);
        let missing = match (&seated.transcriber, &seated.evaluator) {
            (None, _) if waits => Some("no_transcriber"),
            (_, None) if !waits && !needs_nobody(&record, &turns) => Some("no_evaluator"),
            _ => None,
        };
        if let Some(missing) = missing {
            self.hold(session, Hold::this_session(missing));
            return Ok(false);
        }
        let lease = match &remote {
            // Claimed by the job: whoever goes round does not wait for a server.
            Some(_) => None,
            None => {
                let (id, holder) = (due.evaluation.id, self.options.holder.clone());
                let until = now.after(self.options.lease);
                let claimed = on(&self.store, move |store| {
                    store.claim_evaluation(id, &holder, until, now)
                });
                match claimed.await? {
                    Some(lease) => Some(lease),
                    None => return Ok(false),
                }
            }
        };
        let begun = self.spawn(due, lease, seated, remote, taken_back);
        if !begun {
            // It is looked at anew, with those who may be asked now.
            if let Some(lease) = lease {
                unless_lost(on(&self.store, move |store| store.release_evaluation(lease, now)).await)?;
            }
            self.nudge.changed();
        }
        Ok(begun)
    }

    /// Has a job begin, unless something was taken back since `taken_back` was read.
    fn spawn(
        &mut self,
        due: DueEvaluation,
        lease: Option<Lease>,
        seated: Seated,
        remote: Option<Remote>,
        taken_back: u64,
    ) -> bool {
        let exchanged: SharedExchanged = Arc::new(Mutex::new(seated.exchanged));
        let held = SharedHeld::new(Mutex::new(Held {
            lease,
            elsewhere: None,
        }));
        let job = Job {
            store: Arc::clone(&self.store),
            panel: Arc::clone(&self.panel),
            tools: self.tools.clone(),
            options: Arc::clone(&self.options),
            standings: self.standings.clone(),
            permits: Arc::clone(&self.permits),
            due: due.clone(),
            // Where the server is asked first its number is known once it is won.
            lease: lease.unwrap_or(Lease {
                evaluation: due.evaluation.id,
                epoch: 0,
            }),
            held: Arc::clone(&held),
            remote: Arc::clone(&self.remote),
            transcriber: seated.transcriber,
            evaluator: seated.evaluator,
            exchanged: Arc::clone(&exchanged),
            stopping: Arc::clone(&self.stopping),
            telling: tokio::sync::Mutex::default(),
            unreachable_since: Mutex::default(),
        };
        // Whoever takes back from here on finds it.
        let mut all = self.under_way.lock();
        let may_begin = self.taken_back.load(Ordering::Acquire) == taken_back;
        if may_begin {
            let session = due.session;
            let running = Running {
                job: self.jobs.spawn(go(job, remote)),
                due,
                held,
                exchanged,
            };
            all.insert(session, running);
        }
        may_begin
    }
}

/// Does a job, which is claimed on the server first where there is one. What was won is noted at once, so that it can be
/// given back when the job is stopped.
async fn go(mut job: Job, remote: Option<Remote>) -> Result<(), Trouble> {
    if let Some(remote) = remote {
        job.sounds_are_here().await?;
        match won(&remote, &job).await {
            Ok((on_remote, samples)) => {
                let round = on_remote.held.round;
                job.held.lock().elsewhere = Some(on_remote);
                job.take(round, samples).await?;
            }
            // Whoever recorded it and asks for it now does not have to wait for the server.
            Err(Trouble::OfServer(_)) if job.is_asked_for_here() => job.take_alone().await?,
            Err(trouble) => return Err(trouble),
        }
        job.held.lock().lease = Some(job.lease);
    }
    job.run().await
}

/// Claims an evaluation on the server.
async fn won(remote: &Remote, job: &Job) -> Result<(OnRemote, Vec<Sample>), Trouble> {
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
    Err(held_elsewhere(job.now().after(wait)))
}

/// Somebody else has it, or had it.
pub(super) fn held_elsewhere(until: Timestamp) -> Trouble {
    Trouble::Held(Hold {
        until: Some(until),
        ..Hold::this_session(ELSEWHERE)
    })
}

/// What a server's refusal means.
pub(super) fn of_server(error: &Error) -> Trouble {
    match error.next() {
        Next::Later { wait, .. } => Trouble::OfServer(wait),
        // Somebody has to do something first; looking from time to time costs little.
        Next::SignInAgain => Trouble::OfServer(Wait::Slowly),
        // Another row may be written.
        Next::Stuck { .. } | Next::AlreadyDone => Trouble::OfItsRow,
    }
}

pub(super) fn server_trouble(until: Timestamp) -> Hold {
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
