//! The poller while the app is open: started with the data folder, woken by what changes, stopped before the rest.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use rehearse_domain::SessionId;
use rehearse_store::{Access, Store, StoreError};
use rehearse_sync::Nudge;
use rehearse_sync::poller::{PollerOptions, PollerTask, Remote, Standings, holder};
use tokio::task::JoinHandle;

use super::panel::HousePanel;
use crate::bus::Listener;
use crate::house::{Core, House};
use crate::view::{Changed, Topic};

/// The poller of the house.
#[derive(Default)]
pub(crate) struct Feedback {
    /// The host wants feedback to be given: one that only looks something up does not.
    wanted: AtomicBool,
    /// It wants it only where somebody asks.
    only_asked: AtomicBool,
    /// Where somebody is signed in: there evaluations are claimed that their other computers may work on too.
    remote: Mutex<Option<Remote>>,
    running: Mutex<Option<Running>>,
}

struct Running {
    poller: PollerTask,
    waker: JoinHandle<()>,
}

impl Feedback {
    /// Somebody is signed in at a server from now on, or nobody is.
    pub(crate) fn set_remote(&self, remote: Option<Remote>) {
        // One after the other, so that a poller that starts meanwhile has it too.
        let running = self.running.lock();
        *self.remote.lock() = remote.clone();
        if let Some(running) = &*running {
            running.poller.set_remote(remote);
        }
    }

    /// Looks again at what waits: something was set up, or somebody asks.
    pub(crate) fn hurry(&self) {
        if let Some(running) = &*self.running.lock() {
            running.poller.nudge().hurry();
        }
    }

    /// Asks nobody any more about this session.
    pub(crate) fn give_up(&self, session: SessionId) {
        if let Some(running) = &*self.running.lock() {
            running.poller.give_up(session);
        }
    }

    /// Asks nobody any more for now: whoever was asked is being replaced.
    pub(crate) fn give_up_all(&self) {
        if let Some(running) = &*self.running.lock() {
            running.poller.give_up_all();
        }
    }

    /// Whether nothing is to be given by itself, whatever the settings say.
    pub(super) fn gives_only_what_is_asked(&self) -> bool {
        self.only_asked.load(Ordering::Acquire)
    }

    /// How far sessions are; nothing where no poller runs.
    pub(super) fn standings(&self) -> Option<Standings> {
        Some(self.running.lock().as_ref()?.poller.standings())
    }

    /// Whether it has this session written down by itself, or is about to.
    pub(crate) fn sees_to(&self, session: SessionId) -> bool {
        let running = self.running.lock();
        let standings = running.as_ref().map(|running| running.poller.standings());
        standings.is_some_and(|standings| standings.hold(session).is_none())
    }

    /// Stops it; what was being asked for is asked for again at the next start.
    pub(crate) async fn shut_down(&self) {
        let running = self.running.lock().take();
        if let Some(running) = running {
            running.waker.abort();
            let _ = running.waker.await;
            running.poller.stop().await;
        }
    }
}

impl Core {
    /// From now on feedback is given as the settings have it, for as long as the core is open.
    pub fn give_feedback(&self) {
        self.0.feedback.wanted.store(true, Ordering::Release);
        self.start_feedback();
    }

    /// The same only for what somebody asks for, for a host that is there for one session.
    pub fn give_feedback_when_asked(&self) {
        self.0.feedback.only_asked.store(true, Ordering::Release);
        self.give_feedback();
    }

    /// Starts the poller where it is wanted and the data folder is ours.
    pub(crate) fn start_feedback(&self) {
        let Some(store) = self
            .0
            .store()
            .ok()
            .filter(|store| store.access() == Access::Owner)
        else {
            return;
        };
        let mut running = self.0.feedback.running.lock();
        let goes = running
            .as_ref()
            .is_some_and(|running| !running.poller.has_ended());
        if goes || !self.0.feedback.wanted.load(Ordering::Acquire) {
            return;
        }
        if let Some(fallen) = running.take() {
            tracing::error!("the poller fell over, and is begun again");
            fallen.waker.abort();
        }
        let options = match self.0.poller_options(&store) {
            Ok(options) => options,
            Err(error) => {
                tracing::error!(%error, "the poller has no name, and is not begun");
                return;
            }
        };
        let panel = Arc::new(HousePanel(Arc::downgrade(&self.0)));
        let remote = self.0.feedback.remote.lock().clone();
        let poller = PollerTask::start_at(remote, store, panel, self.0.tools(), options);
        let waker = tokio::spawn(wake(Arc::downgrade(&self.0), self.changes(), poller.nudge()));
        *running = Some(Running { poller, waker });
    }
}

impl House {
    /// How the poller of this data folder works. Blocking for a moment: its name is put when the folder is opened.
    pub(crate) fn poller_options(&self, store: &Store) -> Result<PollerOptions, StoreError> {
        Ok(PollerOptions::of(holder(store, &self.tools())?))
    }
}

/// Has the poller look when something changed that it depends on.
async fn wake(house: Weak<House>, mut changes: Listener<Changed>, nudge: Nudge) {
    while let Some(change) = changes.next().await {
        if house.strong_count() == 0 {
            return;
        }
        match change.topic {
            // Who may be asked, or whether anybody may.
            Topic::App | Topic::Models => nudge.hurry(),
            Topic::Sessions => nudge.changed(),
            Topic::Practice | Topic::Feedback | Topic::Sound | Topic::Recovery | Topic::Sync => {}
        }
    }
}
