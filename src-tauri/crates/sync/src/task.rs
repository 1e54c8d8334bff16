//! The task that goes round: when it looks, when it waits, and what it says about itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rehearse_domain::Timestamp;
use rehearse_leancloud::{Transport, Wait};
use serde::Serialize;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::backoff::{LONGEST, next_attempt};
use crate::{Pause, Round, Sender};

/// Never asleep for longer: the clock may be set back, and nothing else would wake it then.
const LONGEST_SLEEP: Duration = Duration::from_secs(15 * 60);
/// After an error of the database.
const STORE_TROUBLE: Duration = Duration::from_secs(30);

/// What the sender does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Everything is told.
    Idle,
    /// Changes are on their way.
    Sending,
    /// Changes wait for another attempt.
    Waiting,
    /// Nothing goes out, for this reason.
    Paused(Pause),
    /// The database cannot be read or written.
    Trouble,
}

/// How far the sender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// What it does.
    pub phase: Phase,
    /// When it tries again, if it waits.
    pub until: Option<Timestamp>,
    /// When the server confirmed something last.
    pub last_success: Option<Timestamp>,
}

/// Wakes a sender. Clones wake the same one.
#[derive(Clone, Debug, Default)]
pub struct Nudge {
    wake: Arc<Notify>,
    hurry: Arc<AtomicBool>,
}

impl Nudge {
    /// There are new changes. Whoever waits for the server goes on waiting.
    pub fn changed(&self) {
        self.wake.notify_one();
    }

    /// Try everything now: the network is back, the window has the focus, somebody signed in or asked for it.
    pub fn hurry(&self) {
        self.hurry.store(true, Ordering::Release);
        self.wake.notify_one();
    }

    /// Whether somebody was in a hurry since this was asked last.
    pub(crate) fn take_hurry(&self) -> bool {
        self.hurry.swap(false, Ordering::AcqRel)
    }

    pub(crate) fn is_in_a_hurry(&self) -> bool {
        self.hurry.load(Ordering::Acquire)
    }

    /// Until somebody wakes it.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }
}

/// A sender that goes round until it is stopped.
#[derive(Debug)]
pub struct SenderTask {
    nudge: Nudge,
    status: watch::Receiver<Status>,
    task: JoinHandle<()>,
}

impl SenderTask {
    /// Starts it on the runtime of the caller.
    pub fn start<T: Transport>(sender: Sender<T>) -> Self {
        let nudge = Nudge::default();
        let (told, status) = watch::channel(Status {
            phase: Phase::Idle,
            until: None,
            last_success: None,
        });
        let task = tokio::spawn(go_round(sender, nudge.clone(), told));
        Self { nudge, status, task }
    }

    /// Wakes it.
    pub fn nudge(&self) -> Nudge {
        self.nudge.clone()
    }

    /// How far it is, now and from now on.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Stops it where it is. What is under way is found out about at the next start.
    pub async fn stop(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

/// What is remembered between two rounds.
#[derive(Default)]
struct Mood {
    /// Rounds in a row in which nothing worked.
    in_vain: u32,
    /// Nothing goes out before this moment, for this reason.
    paused: Option<(Pause, Timestamp)>,
}

async fn go_round<T: Transport>(sender: Sender<T>, nudge: Nudge, told: watch::Sender<Status>) {
    let mut mood = Mood::default();
    loop {
        if nudge.take_hurry() {
            mood = Mood::default();
            if let Err(error) = sender.hurry().await {
                tracing::warn!(%error, "what waits could not be hurried");
            }
        }
        let until = match mood.paused {
            Some((pause, until)) if sender.time() < until => {
                tell(&told, Phase::Paused(pause), Some(until));
                Some(until)
            }
            _ => match one_round(&sender, &mut mood, &told).await {
                Some(until) => until,
                None => continue,
            },
        };
        let sleep = until.map_or(LONGEST_SLEEP, |until| {
            until.since(sender.time()).min(LONGEST_SLEEP)
        });
        tokio::select! {
            () = tokio::time::sleep(sleep) => {}
            () = nudge.woken() => {}
        }
    }
}

/// One round; until when to sleep after it, or `None` to go on at once.
async fn one_round<T: Transport>(
    sender: &Sender<T>,
    mood: &mut Mood,
    told: &watch::Sender<Status>,
) -> Option<Option<Timestamp>> {
    let due = match sender.due().await {
        Ok(due) => due,
        Err(error) => return trouble(sender, told, &error),
    };
    let Some(due) = due else {
        tell(told, Phase::Idle, None);
        return Some(None);
    };
    if due > sender.time() {
        // A wait that is longer than any was made by a clock that was set back.
        if due.since(sender.time()) > LONGEST && sender.hurry().await.is_ok() {
            return None;
        }
        tell(told, Phase::Waiting, Some(due));
        return Some(Some(due));
    }
    tell(told, Phase::Sending, None);
    match sender.round().await {
        Ok(round) => after(sender, mood, told, round),
        Err(error) => trouble(sender, told, &error),
    }
}

fn after<T: Transport>(
    sender: &Sender<T>,
    mood: &mut Mood,
    told: &watch::Sender<Status>,
    round: Round,
) -> Option<Option<Timestamp>> {
    let now = sender.time();
    if round.done > 0 {
        told.send_modify(|status| status.last_success = Some(now));
    }
    let wait = match round.pause {
        Some((pause, wait)) => Some((Some(pause), wait)),
        // Nothing worked, or what is due waits for something that is not: no reason to ask again at once.
        None if round.done == 0 => Some((None, Wait::Soon)),
        None => None,
    };
    let Some((pause, wait)) = wait else {
        *mood = Mood::default();
        return None;
    };
    mood.in_vain = if round.done > 0 {
        1
    } else {
        mood.in_vain.saturating_add(1)
    };
    let until = next_attempt(wait, mood.in_vain, now, sender.chance());
    mood.paused = pause.map(|pause| (pause, until));
    tell(told, pause.map_or(Phase::Waiting, Phase::Paused), Some(until));
    Some(Some(until))
}

fn trouble<T: Transport>(
    sender: &Sender<T>,
    told: &watch::Sender<Status>,
    error: &rehearse_store::StoreError,
) -> Option<Option<Timestamp>> {
    tracing::error!(%error, "the outbox could not be read or written");
    let until = sender.time().after(STORE_TROUBLE);
    tell(told, Phase::Trouble, Some(until));
    Some(Some(until))
}

fn tell(told: &watch::Sender<Status>, phase: Phase, until: Option<Timestamp>) {
    told.send_if_modified(|status| {
        let changed = (status.phase, status.until) != (phase, until);
        (status.phase, status.until) = (phase, until);
        changed
    });
}
