//! The task that goes round: when it looks, and what it says about itself.

use std::time::Duration;

use rehearse_domain::Timestamp;
use rehearse_leancloud::{Transport, Wait};
use rehearse_store::StoreError;
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Look, Pulled, Puller};
use crate::backoff::next_attempt;
use crate::{Nudge, Pause};

/// Between two rounds while nobody is in a hurry.
const INTERVAL: Duration = Duration::from_secs(5 * 60);
/// Whoever wakes it sooner after a round learns nothing new.
const SHORTEST: Duration = Duration::from_secs(30);
/// After an error of the database.
const STORE_TROUBLE: Duration = Duration::from_secs(30);

/// What the puller does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PullerPhase {
    /// Waits for its next round.
    Idle,
    /// Asks the server.
    Pulling,
    /// The last round ended early; it tries again.
    Waiting,
    /// Nothing is asked, for this reason.
    Paused(Pause),
    /// The database cannot be read or written.
    Trouble,
}

/// How far the puller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PullerStatus {
    /// What it does.
    pub phase: PullerPhase,
    /// When it looks again.
    pub until: Option<Timestamp>,
    /// When a round last came to its end.
    pub last_success: Option<Timestamp>,
    /// Grows with every round that changed something here.
    pub news: u64,
}

/// A puller that goes round until it is stopped.
#[derive(Debug)]
pub struct PullerTask {
    nudge: Nudge,
    status: watch::Receiver<PullerStatus>,
    task: JoinHandle<()>,
}

impl PullerTask {
    /// Starts it on the runtime of the caller. It looks at once, and then every five minutes.
    pub fn start<T: Transport>(puller: Puller<T>) -> Self {
        let nudge = Nudge::default();
        let (told, status) = watch::channel(PullerStatus {
            phase: PullerPhase::Idle,
            until: None,
            last_success: None,
            news: 0,
        });
        let round = GoingRound {
            puller,
            nudge: nudge.clone(),
            told,
            in_vain: 0,
        };
        let task = tokio::spawn(round.go());
        Self { nudge, status, task }
    }

    /// Wakes it. A hurry looks for everything, that something is gone included.
    pub fn nudge(&self) -> Nudge {
        self.nudge.clone()
    }

    /// How far it is, now and from now on.
    pub fn status(&self) -> watch::Receiver<PullerStatus> {
        self.status.clone()
    }

    /// Whether it goes round no more: it fell over.
    pub fn has_ended(&self) -> bool {
        self.task.is_finished()
    }

    /// Stops it where it is. It goes on from there at the next start.
    pub async fn stop(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

struct GoingRound<T> {
    puller: Puller<T>,
    nudge: Nudge,
    told: watch::Sender<PullerStatus>,
    /// Rounds in a row that ended early.
    in_vain: u32,
}

impl<T: Transport> GoingRound<T> {
    async fn go(mut self) {
        loop {
            let look = match self.nudge.take_hurry() {
                true => {
                    self.in_vain = 0;
                    Look::Everything
                }
                false => Look::New,
            };
            self.tell(PullerPhase::Pulling, None);
            let begun = self.puller.now();
            let (phase, until) = match self.puller.round(look).await {
                Ok(pulled) => self.after(&pulled),
                Err(error) => self.trouble(&error),
            };
            self.tell(phase, Some(until));
            self.wait(phase, until, begun.after(SHORTEST)).await;
        }
    }

    /// Until it is time, or somebody wakes it who may: not before `earliest`, and not while nothing works, unless in a
    /// hurry.
    async fn wait(&self, phase: PullerPhase, until: Timestamp, earliest: Timestamp) {
        loop {
            let now = self.puller.now();
            // The clock may be set back meanwhile.
            let sleep = until.since(now).min(INTERVAL.max(until.since(earliest)));
            tokio::select! {
                () = tokio::time::sleep(sleep) => return,
                () = self.nudge.woken() => {}
            }
            let may_look = phase == PullerPhase::Idle && self.puller.now() >= earliest;
            if self.nudge.is_in_a_hurry() || may_look {
                return;
            }
        }
    }

    fn after(&mut self, pulled: &Pulled) -> (PullerPhase, Timestamp) {
        let now = self.puller.now();
        if pulled.is_news() {
            self.told.send_modify(|status| status.news += 1);
        }
        let Some((pause, wait)) = pulled.failed else {
            self.in_vain = 0;
            self.told.send_modify(|status| status.last_success = Some(now));
            return (PullerPhase::Idle, now.after(INTERVAL));
        };
        self.in_vain = self.in_vain.saturating_add(1);
        let chance = (self.puller.tools.random)();
        let mut until = next_attempt(wait, self.in_vain, now, chance);
        if wait == Wait::Soon && self.in_vain > 3 {
            until = until.max(now.after(INTERVAL));
        }
        (pause.map_or(PullerPhase::Waiting, PullerPhase::Paused), until)
    }

    fn trouble(&self, error: &StoreError) -> (PullerPhase, Timestamp) {
        tracing::error!(%error, "what came could not be written down");
        (PullerPhase::Trouble, self.puller.now().after(STORE_TROUBLE))
    }

    fn tell(&self, phase: PullerPhase, until: Option<Timestamp>) {
        self.told.send_if_modified(|status| {
            let changed = (status.phase, status.until) != (phase, until);
            (status.phase, status.until) = (phase, until);
            changed
        });
    }
}
