//! The task that goes round: when it looks, when it waits, and what it says about itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rehearse_domain::Timestamp;
use rehearse_leancloud::{Transport, Wait};
use serde::Serialize;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::backoff::{LONGEST, next_attempt};
use crate::sender::{Ledger, Look};
use crate::{Pause, Round, Sender};

/// Never asleep for longer: the clock may be set back, and nothing else would wake it then.
const LONGEST_SLEEP: Duration = Duration::from_secs(15 * 60);
/// A clock that is behind by less than this was only set right.
const CLOCK_GRAIN: Duration = Duration::from_secs(10);
/// What is under way gets so long to end when it is stopped: most requests take less.
const LEAVING: Duration = Duration::from_secs(2);
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
pub struct Nudge(Arc<Bell>);

#[derive(Debug, Default)]
struct Bell {
    wake: Notify,
    hurry: AtomicBool,
    signed_in: AtomicBool,
}

impl Bell {
    /// Whether somebody asks for more than a look.
    fn is_pressing(&self) -> bool {
        self.hurry.load(Ordering::Acquire) || self.signed_in.load(Ordering::Acquire)
    }
}

impl Nudge {
    /// There are new changes. Whoever waits for the server goes on waiting.
    pub fn changed(&self) {
        self.0.wake.notify_one();
    }

    /// Try everything now: the network is back, the window has the focus. Whoever waits for somebody to sign in goes on
    /// waiting: asking again with what was refused would lock the account.
    pub fn hurry(&self) {
        self.0.hurry.store(true, Ordering::Release);
        self.0.wake.notify_one();
    }

    /// Try everything now, also what waited for somebody to sign in: somebody did, or asks for it.
    pub fn signed_in(&self) {
        self.0.signed_in.store(true, Ordering::Release);
        self.hurry();
    }

    /// Whether somebody was in a hurry since this was asked last.
    pub(crate) fn take_hurry(&self) -> bool {
        self.0.hurry.swap(false, Ordering::AcqRel)
    }

    pub(crate) fn is_in_a_hurry(&self) -> bool {
        self.0.hurry.load(Ordering::Acquire)
    }

    /// Until somebody wakes it.
    pub(crate) async fn woken(&self) {
        self.0.wake.notified().await;
    }
}

/// A sender that goes round until it is stopped.
#[derive(Debug)]
pub struct SenderTask {
    nudge: Nudge,
    status: watch::Receiver<Status>,
    task: JoinHandle<()>,
    ledger: Ledger,
    leaving: Arc<AtomicBool>,
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
        let (sender, ledger) = sender.with_own_ledger();
        let leaving = sender.leaving();
        let task = tokio::spawn(go_round(sender, nudge.clone(), Told(told)));
        Self {
            nudge,
            status,
            task,
            ledger,
            leaving,
        }
    }

    /// Wakes it.
    pub fn nudge(&self) -> Nudge {
        self.nudge.clone()
    }

    /// How far it is, now and from now on.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Whether it goes round no more: it fell over.
    pub fn has_ended(&self) -> bool {
        self.task.is_finished()
    }

    /// Stops it once what is under way has ended, at most two seconds later. What has not ended by then is found out about
    /// at the next start, which takes longer. Nothing is written down any more when this returns.
    pub async fn stop(mut self) {
        self.leaving.store(true, Ordering::Release);
        self.nudge.changed();
        if timeout(LEAVING, &mut self.task).await.is_err() {
            self.task.abort();
            let _ = self.task.await;
        }
        self.ledger.close().await;
    }
}

/// Where the status is told.
struct Told(watch::Sender<Status>);

impl Drop for Told {
    fn drop(&mut self) {
        // Whoever is stopped has nothing to say. One that fell over has.
        if std::thread::panicking() {
            self.tell(Phase::Trouble, None);
        }
    }
}

/// What is remembered between two rounds.
#[derive(Default)]
struct Mood {
    /// Rounds in a row in which nothing worked.
    in_vain: u32,
    /// Whether the server seemed to be at fault in the last of them: then one attempt is enough to find out.
    doubts: bool,
    /// Nothing goes out for this reason, before this moment; or until somebody signs in.
    paused: Option<(Pause, Option<Timestamp>)>,
}

impl Mood {
    fn waits_for_sign_in(&self) -> bool {
        matches!(self.paused, Some((Pause::SignIn, _)))
    }

    /// Whether nothing goes out at this moment.
    fn is_paused(&self, now: Timestamp) -> Option<(Pause, Option<Timestamp>)> {
        self.paused
            .filter(|(_, until)| until.is_none_or(|until| now < until))
    }
}

/// What comes after a round.
enum Then {
    GoOn,
    /// Sleep until this moment, or until somebody nudges.
    Sleep(Option<Timestamp>),
}

async fn go_round<T: Transport>(sender: Sender<T>, nudge: Nudge, told: Told) {
    let mut mood = Mood::default();
    let mut latest = sender.time();
    while !sender.is_leaving() {
        let signed_in = nudge.0.signed_in.swap(false, Ordering::AcqRel);
        let hurry = nudge.take_hurry();
        if signed_in {
            sender.try_sign_in_again();
        }
        if signed_in || hurry && !mood.waits_for_sign_in() {
            mood = Mood::default();
            if let Err(error) = sender.hurry().await {
                tracing::warn!(%error, "what waits could not be hurried");
            }
        }
        if sender.time().after(CLOCK_GRAIN) < latest {
            clock_was_set_back(&sender, &mut mood).await;
        }
        latest = sender.time();
        let then = match mood.is_paused(latest) {
            Some((pause, until)) => {
                told.tell(Phase::Paused(pause), until);
                Then::Sleep(until)
            }
            None => one_round(&sender, &mut mood, &told, &nudge.0.wake).await,
        };
        let Then::Sleep(until) = then else { continue };
        // Its ring may have been heard while jobs were under way.
        if nudge.0.is_pressing() {
            continue;
        }
        let sleep = until.map_or(LONGEST_SLEEP, |until| {
            until.since(sender.time()).min(LONGEST_SLEEP)
        });
        tokio::select! {
            () = tokio::time::sleep(sleep) => {}
            () = nudge.woken() => {}
        }
    }
}

/// Moments that were written down by the clock as it was would not come for as long as it was set back.
async fn clock_was_set_back<T: Transport>(sender: &Sender<T>, mood: &mut Mood) {
    if !mood.waits_for_sign_in() {
        mood.paused = None;
    }
    if let Err(error) = sender.clock_was_set_back().await {
        tracing::warn!(%error, "what was written down by the clock as it was could not be taken back");
    }
}

async fn one_round<T: Transport>(sender: &Sender<T>, mood: &mut Mood, told: &Told, wake: &Notify) -> Then {
    let look = match sender.look().await {
        Ok(look) => look,
        Err(error) => return trouble(sender, told, &error),
    };
    if look.is_empty() {
        return nothing_to_do(sender, told, &look).await;
    }
    if look.tells() {
        told.tell(Phase::Sending, None);
    }
    let round = match mood.doubts {
        true => sender.carry_out(look, 1).await,
        false => {
            sender
                .go_on(look, wake, |round| told.round(round, sender.time()))
                .await
        }
    };
    match round {
        Ok(round) => after(sender, mood, told, round),
        Err(error) => trouble(sender, told, &error),
    }
}

async fn nothing_to_do<T: Transport>(sender: &Sender<T>, told: &Told, look: &Look) -> Then {
    let wake = [look.next, look.next_watch].into_iter().flatten().min();
    // A wait that is longer than any was made by a clock that was set back while nobody looked.
    if let Some(wake) = wake
        && wake.since(sender.time()) > LONGEST
        && matches!(sender.clock_was_set_back().await, Ok(true))
    {
        return Then::GoOn;
    }
    // Where there are only twins to look for, everything is told.
    match look.next {
        Some(next) => told.tell(Phase::Waiting, Some(next)),
        None => told.tell(Phase::Idle, None),
    }
    Then::Sleep(wake)
}

fn after<T: Transport>(sender: &Sender<T>, mood: &mut Mood, told: &Told, round: Round) -> Then {
    let now = sender.time();
    told.round(&round, now);
    if round.pause.is_none() && round.moved() {
        *mood = Mood::default();
        return Then::GoOn;
    }
    mood.in_vain = match round.done {
        0 => mood.in_vain.saturating_add(1),
        _ => 1,
    };
    mood.doubts = round.faults > 0 && round.done == 0;
    let (pause, wait) = match round.pause {
        Some((Pause::SignIn, _)) => {
            mood.paused = Some((Pause::SignIn, None));
            told.tell(Phase::Paused(Pause::SignIn), None);
            return Then::Sleep(None);
        }
        Some((pause, wait)) => (Some(pause), wait),
        None => (None, Wait::Soon),
    };
    let until = next_attempt(wait, mood.in_vain, now, sender.chance());
    mood.paused = pause.map(|pause| (pause, Some(until)));
    told.tell(pause.map_or(Phase::Waiting, Phase::Paused), Some(until));
    Then::Sleep(Some(until))
}

fn trouble<T: Transport>(sender: &Sender<T>, told: &Told, error: &rehearse_store::StoreError) -> Then {
    tracing::error!(%error, "the outbox could not be read or written");
    let until = sender.time().after(STORE_TROUBLE);
    told.tell(Phase::Trouble, Some(until));
    Then::Sleep(Some(until))
}

impl Told {
    fn round(&self, round: &Round, now: Timestamp) {
        if round.done > 0 {
            self.0.send_modify(|status| status.last_success = Some(now));
        }
    }

    fn tell(&self, phase: Phase, until: Option<Timestamp>) {
        self.0.send_if_modified(|status| {
            let changed = (status.phase, status.until) != (phase, until);
            (status.phase, status.until) = (phase, until);
            changed
        });
    }
}
