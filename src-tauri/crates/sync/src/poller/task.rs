//! The task that goes round: when it looks, what it begins, and what it makes of how that ended.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rehearse_domain::{SessionId, Timestamp};
use rehearse_store::{DueEvaluation, Store, StoreError};
use tokio::sync::{Notify, Semaphore};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::timeout;

use super::beginning::SharedHeld;
use super::elsewhere::Remote;
use super::job::{STOPPING, SharedExchanged, count};
use super::trouble::Trouble;
use super::{Hold, News, Panel, PollerOptions, Standings};
use crate::blocking::on;
use crate::{Nudge, Tools};

/// Never asleep for longer: the clock may be set back, and nothing else would wake it then.
const LONGEST_SLEEP: Duration = Duration::from_secs(5 * 60);
/// After an error of the database.
const STORE_TROUBLE: Duration = Duration::from_secs(30);

/// A poller that goes round until it is stopped.
pub struct PollerTask {
    nudge: Nudge,
    standings: Standings,
    under_way: UnderWay,
    taken_back: Arc<AtomicU64>,
    remote: Arc<Mutex<Option<Remote>>>,
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

/// What is under way, so that it can be taken back.
pub(super) type UnderWay = Arc<Mutex<HashMap<SessionId, Running>>>;

/// One job, and what has to be seen to when it is taken back.
pub(super) struct Running {
    pub(super) job: AbortHandle,
    pub(super) due: DueEvaluation,
    pub(super) held: SharedHeld,
    pub(super) exchanged: SharedExchanged,
}

impl PollerTask {
    /// Starts it on the runtime of the caller, signed in nowhere. It looks at once, then whenever something is due or
    /// somebody nudges.
    pub fn start(store: Arc<Store>, panel: Arc<dyn Panel>, tools: Tools, options: PollerOptions) -> Self {
        Self::start_at(None, store, panel, tools, options)
    }

    /// The same, signed in at a server: whatever that knows is claimed there from the first look on.
    pub fn start_at(
        remote: Option<Remote>,
        store: Arc<Store>,
        panel: Arc<dyn Panel>,
        tools: Tools,
        options: PollerOptions,
    ) -> Self {
        let (nudge, standings, stop) = (Nudge::default(), Standings::default(), Arc::<Notify>::default());
        let (under_way, taken_back) = (UnderWay::default(), Arc::<AtomicU64>::default());
        let remote = Arc::new(Mutex::new(remote));
        let round = GoingRound {
            permits: Arc::new(Semaphore::new(options.in_flight.max(1))),
            store,
            panel,
            tools,
            options: Arc::new(options),
            standings: standings.clone(),
            nudge: nudge.clone(),
            under_way: Arc::clone(&under_way),
            taken_back: Arc::clone(&taken_back),
            jobs: JoinSet::new(),
            stopping: Arc::default(),
            in_vain: 0,
            remote: Arc::clone(&remote),
            remote_again: None,
            server_in_vain: 0,
        };
        let task = tokio::spawn(round.go(Arc::clone(&stop)));
        Self {
            nudge,
            standings,
            under_way,
            taken_back,
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

    /// Whether it has fallen over: nothing goes round any more.
    pub fn has_ended(&self) -> bool {
        self.task.is_finished()
    }

    /// Asks nobody any more about this session for now.
    pub fn give_up(&self, session: SessionId) {
        self.taken_back.fetch_add(1, Ordering::AcqRel);
        if let Some(running) = self.under_way.lock().get(&session) {
            running.job.abort();
        }
    }

    /// Asks nobody any more about any session for now: whoever was asked is being replaced. What is left is begun again.
    pub fn give_up_all(&self) {
        self.taken_back.fetch_add(1, Ordering::AcqRel);
        for running in self.under_way.lock().values() {
            running.job.abort();
        }
    }

    /// Stops it. What was being asked for is asked for again by whoever goes on.
    pub async fn stop(mut self) {
        self.stop.notify_one();
        if timeout(STOPPING * 2, &mut self.task).await.is_err() {
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
    pub(super) nudge: Nudge,
    pub(super) under_way: UnderWay,
    /// Rises whenever something is taken back, so that what is just being begun is not begun behind its back.
    pub(super) taken_back: Arc<AtomicU64>,
    pub(super) jobs: JoinSet<Result<(), Trouble>>,
    pub(super) stopping: Arc<AtomicBool>,
    /// Times in a row that a host failed.
    pub(super) in_vain: u32,
    /// Where evaluations are claimed that others may work on too.
    pub(super) remote: Arc<Mutex<Option<Remote>>>,
    /// When that server may be asked again, after it failed so many times in a row.
    pub(super) remote_again: Option<Timestamp>,
    pub(super) server_in_vain: u32,
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
        // What was asked and comes soon need not be asked for again.
        self.stopping.store(true, Ordering::Release);
        let ending = async {
            while let Some(ended) = self.jobs.join_next_with_id().await {
                self.after(ended).await;
            }
        };
        let _ = timeout(STOPPING, ending).await;
        self.jobs.abort_all();
        while let Some(ended) = self.jobs.join_next_with_id().await {
            self.after(ended).await;
        }
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
        self.standings.let_go(now);
        if let Some(hold) = self.standings.is_held(now) {
            return Ok(hold.until);
        }
        if self.remote.lock().is_some() {
            // Those of the earlier web app come without one.
            on(&self.store, move |store| store.request_missing_evaluations(now)).await?;
        }
        let free = self.options.in_flight.saturating_sub(self.jobs.len());
        if free == 0 {
            return Ok(None);
        }
        let mut begun = 0;
        loop {
            let put_off = self.standings.put_off();
            let limit = count(free + self.jobs.len() + put_off);
            let due = on(&self.store, move |store| store.evaluations_due(now, limit)).await?;
            let all = due.len() < limit as usize;
            for one in due {
                let session = one.evaluation.session;
                let busy = self.under_way.lock().contains_key(&session);
                if busy || begun == free || self.standings.is_put_off(session) {
                    continue;
                }
                // Those that somebody asked for come first.
                if one.evaluation.asked_at.is_none()
                    && let Err(hold) = self.panel.may_begin().await
                {
                    let until = hold.until;
                    self.standings.waits(Some(hold));
                    return Ok(self.next(now).await?.into_iter().chain(until).min());
                }
                begun += usize::from(self.begin(one, now).await?);
                if let Some(hold) = self.standings.is_held(now) {
                    return Ok(hold.until);
                }
            }
            // Whoever was put off just now stood before others.
            if all || begun == free || self.standings.put_off() <= put_off {
                break;
            }
        }
        self.standings.waits(None);
        self.next(now).await
    }

    /// When the next one is due, or may go on. What is due already waits for a job to end, or is put off.
    async fn next(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let next = on(&self.store, Store::next_evaluation_at).await?;
        let next = next.filter(|next| *next > now);
        Ok(next.into_iter().chain(self.standings.next()).min())
    }

    pub(super) fn hold(&self, session: SessionId, hold: Hold) {
        self.standings.holds(session, hold);
        self.panel.changed(session, News::Progress);
    }

    /// Makes of it what has to be made.
    async fn after(&mut self, ended: Result<(tokio::task::Id, Result<(), Trouble>), tokio::task::JoinError>) {
        let task = match &ended {
            Ok((task, _)) => *task,
            Err(error) => error.id(),
        };
        let running = {
            let mut all = self.under_way.lock();
            let session = all
                .values()
                .find(|one| one.job.id() == task)
                .map(|one| one.due.session);
            session.and_then(|session| all.remove(&session))
        };
        let Some(running) = running else { return };
        let session = running.due.session;
        self.standings.left(session);
        let news = match &ended {
            Ok((_, Ok(()))) => News::Result,
            _ => News::Record,
        };
        let concluded = match ended {
            Ok((_, ended)) => self.conclude(&running, ended).await,
            Err(error) => self.take_back(&running, error.is_panic()).await,
        };
        if let Err(error) = concluded {
            tracing::error!(%error, "how an evaluation ended could not be written down");
            self.standings.holds_everything(Hold {
                until: Some(self.now().after(STORE_TROUBLE)),
                ..Hold::everything("store")
            });
        }
        self.panel.changed(session, news);
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.tools.now)()
    }
}
