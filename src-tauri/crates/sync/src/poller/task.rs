//! The task that goes round: when it looks, what it begins, and what it makes of how that ended.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use parking_lot::Mutex;
use rehearse_domain::{SessionId, Timestamp};
use rehearse_store::{DueEvaluation, Store, StoreError};
use tokio::sync::{Notify, Semaphore};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::timeout;

use super::beginning::OnRemote;
use super::elsewhere::Remote;
use super::job::{STOPPING, count};
use super::trouble::Trouble;
use super::{Hold, News, Panel, PollerOptions, Standings};
use crate::blocking::on;
use crate::{Nudge, Tools};

/// Never asleep for longer: the clock may be set back, and nothing else would wake it then.
const LONGEST_SLEEP: Duration = Duration::from_secs(5 * 60);
/// After an error of the database.
const STORE_TROUBLE: Duration = Duration::from_secs(30);

/// A poller that goes round until it is stopped.
#[derive(Debug)]
pub struct PollerTask {
    nudge: Nudge,
    standings: Standings,
    under_way: UnderWay,
    remote: Arc<Mutex<Option<Remote>>>,
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

/// What is under way, so that it can be taken back.
type UnderWay = Arc<Mutex<HashMap<SessionId, AbortHandle>>>;

impl PollerTask {
    /// Starts it on the runtime of the caller. It looks at once, then whenever something is due or somebody nudges.
    pub fn start(store: Arc<Store>, panel: Arc<dyn Panel>, tools: Tools, options: PollerOptions) -> Self {
        let (nudge, standings, stop) = (Nudge::default(), Standings::default(), Arc::<Notify>::default());
        let (under_way, remote) = (UnderWay::default(), Arc::<Mutex<Option<Remote>>>::default());
        let round = GoingRound {
            permits: Arc::new(Semaphore::new(options.in_flight.max(1))),
            store,
            panel,
            tools,
            options: Arc::new(options),
            standings: standings.clone(),
            nudge: nudge.clone(),
            under_way: Arc::clone(&under_way),
            jobs: JoinSet::new(),
            in_vain: 0,
            remote: Arc::clone(&remote),
            won: Arc::default(),
            remote_again: None,
            server_in_vain: 0,
        };
        let task = tokio::spawn(round.go(Arc::clone(&stop)));
        Self {
            nudge,
            standings,
            under_way,
            remote,
            stop,
            task,
        }
    }

    /// Signs it in at a server, or out. What was claimed on another one is given back as its jobs end.
    pub fn set_remote(&self, remote: Option<Remote>) {
        *self.remote.lock() = remote;
        self.nudge.hurry();
    }

    /// Wakes it. A hurry tries everything again that waits.
    pub fn nudge(&self) -> Nudge {
        self.nudge.clone()
    }

    /// How far the sessions are.
    pub fn standings(&self) -> Standings {
        self.standings.clone()
    }

    /// Whether it goes round no more: it fell over.
    pub fn has_ended(&self) -> bool {
        self.task.is_finished()
    }

    /// Asks nobody any more about this session. What was exchanged by then may not be in its record: this is for sessions
    /// that are deleted or begun anew.
    pub fn give_up(&self, session: SessionId) {
        if let Some(job) = self.under_way.lock().get(&session) {
            job.abort();
        }
    }

    /// Asks nobody any more about any session for now: whoever was asked is being replaced. What is left is begun again.
    pub fn give_up_all(&self) {
        for job in self.under_way.lock().values() {
            job.abort();
        }
    }

    /// Stops it. What was being asked for is asked for again by whoever goes on.
    pub async fn stop(mut self) {
        self.stop.notify_one();
        if timeout(STOPPING, &mut self.task).await.is_err() {
            self.task.abort();
            let _ = self.task.await;
        }
    }
}

pub(super) struct GoingRound {
    pub(super) store: Arc<Store>,
    pub(super) panel: Arc<dyn Panel>,
    pub(super) tools: Tools,
    pub(super) options: Arc<PollerOptions>,
    pub(super) standings: Standings,
    pub(super) permits: Arc<Semaphore>,
    nudge: Nudge,
    pub(super) under_way: UnderWay,
    pub(super) jobs: JoinSet<Ended>,
    /// Times in a row that a host failed.
    pub(super) in_vain: u32,
    /// Where evaluations are claimed that others may work on too.
    pub(super) remote: Arc<Mutex<Option<Remote>>>,
    /// What is held there.
    pub(super) won: Arc<Mutex<HashMap<SessionId, OnRemote>>>,
    /// When that server may be asked again, after it failed so many times in a row.
    pub(super) remote_again: Option<Timestamp>,
    pub(super) server_in_vain: u32,
}

/// How a job ended.
pub(super) struct Ended {
    pub(super) due: DueEvaluation,
    /// `None` where none was won.
    pub(super) lease: Option<rehearse_store::Lease>,
    /// The same on the server.
    pub(super) elsewhere: Option<OnRemote>,
    pub(super) how: Result<(), Trouble>,
}

impl GoingRound {
    async fn go(mut self, stop: Arc<Notify>) {
        self.take_up().await;
        loop {
            if self.nudge.take_hurry() {
                (self.in_vain, self.server_in_vain, self.remote_again) = (0, 0, None);
                self.standings.clear();
            }
            let until = match self.fill().await {
                Ok(until) => until,
                Err(error) => {
                    tracing::error!(%error, "what is due could not be read");
                    Some(self.now().after(STORE_TROUBLE))
                }
            };
            let sleep = until.map_or(LONGEST_SLEEP, |until| until.since(self.now()).min(LONGEST_SLEEP));
            tokio::select! {
                biased;
                () = stop.notified() => break,
                Some(ended) = self.jobs.join_next_with_id(), if !self.jobs.is_empty() => self.after(ended).await,
                () = self.nudge.woken() => {}
                () = tokio::time::sleep(sleep) => {}
            }
        }
        self.jobs.shutdown().await;
        let held: Vec<SessionId> = self.won.lock().keys().copied().collect();
        join_all(held.into_iter().map(|session| self.give_back(session))).await;
    }

    /// What this poller held when the program ended last is nobody's.
    async fn take_up(&self) {
        let (holder, now) = (self.options.holder.clone(), self.now());
        let released = on(&self.store, move |store| store.release_leases_of(&holder, now)).await;
        if let Err(error) = released {
            tracing::warn!(%error, "leases could not be given back");
        }
    }

    /// Begins what can be begun, and says when there may be more.
    async fn fill(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let now = self.now();
        if let Some(hold) = self.standings.is_held(now) {
            return Ok(hold.until);
        }
        self.standings.waits(None);
        if self.remote.lock().is_some() {
            // Those of the earlier web app come without one.
            on(&self.store, move |store| store.request_missing_evaluations(now)).await?;
        }
        let free = self.options.in_flight.saturating_sub(self.jobs.len());
        if free == 0 {
            return Ok(None);
        }
        let by_itself = self.panel.may_begin().await;
        let limit = count(free + self.jobs.len() + self.standings.put_off());
        let due = on(&self.store, move |store| store.evaluations_due(now, limit)).await?;
        let mut begun = 0;
        for one in due {
            let session = one.evaluation.session;
            let busy = self.under_way.lock().contains_key(&session);
            if busy || begun == free || self.standings.is_put_off(session, now) {
                continue;
            }
            // Those that somebody asked for come first.
            if let Err(hold) = &by_itself
                && one.evaluation.asked_at.is_none()
            {
                self.standings.waits(Some(hold.clone()));
                return Ok(hold.until);
            }
            begun += usize::from(self.begin(one, now).await?);
            if let Some(hold) = self.standings.is_held(now) {
                return Ok(hold.until);
            }
        }
        let next = on(&self.store, rehearse_store::Store::next_evaluation_at).await?;
        // What is due already waits for a job to end, or is put off.
        let next = next.filter(|next| *next > now);
        Ok(next.into_iter().chain(self.standings.next()).min())
    }

    pub(super) fn hold(&self, session: SessionId, hold: Hold) {
        self.standings.holds(session, hold);
        self.panel.changed(session, News::Progress);
    }

    /// Makes of it what has to be made.
    async fn after(&mut self, ended: Result<(tokio::task::Id, Ended), tokio::task::JoinError>) {
        let ended = match ended {
            Ok((_, ended)) => ended,
            // Taken back, or fell over: its lease runs out, and it is begun again.
            Err(error) => return self.forget(error.id()).await,
        };
        let session = ended.due.evaluation.session;
        self.under_way.lock().remove(&session);
        self.won.lock().remove(&session);
        self.standings.left(session);
        if let Err(error) = self.conclude(ended).await {
            tracing::error!(%error, "how an evaluation ended could not be written down");
            self.standings.holds_everything(Hold {
                until: Some(self.now().after(STORE_TROUBLE)),
                ..Hold::everything("store")
            });
        }
        self.panel.changed(session, News::Record);
    }

    async fn forget(&self, task: tokio::task::Id) {
        let mut gone = Vec::new();
        self.under_way.lock().retain(|session, job| {
            let is_it = job.id() == task;
            if is_it {
                gone.push(*session);
            }
            !is_it
        });
        for session in gone {
            self.standings.left(session);
            self.panel.changed(session, News::Record);
            self.give_back(session).await;
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.tools.now)()
    }
}
