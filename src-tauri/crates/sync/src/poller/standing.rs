//! How far each session is that is being evaluated, and why nothing goes on: for whoever shows it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use rehearse_domain::{SessionId, Timestamp};

use super::{Breadth, Hold};

/// How far an evaluation under way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The turns are being written down.
    Transcribing {
        /// Turns that are done.
        done: u32,
        /// Of how many that had no words.
        of: u32,
    },
    /// The judge is being asked.
    Judging {
        /// Looks that have come.
        done: u32,
        /// Of how many that are needed as far as is known.
        of: u32,
    },
}

/// What a poller knows of its sessions. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Standings(Arc<Mutex<All>>);

#[derive(Debug, Default)]
struct All {
    under_way: HashMap<SessionId, Progress>,
    held: HashMap<SessionId, Hold>,
    /// A host failed, or the store.
    everything: Option<Hold>,
    /// Nothing is begun by itself.
    waits: Option<Hold>,
}

impl Standings {
    /// How far a session is; `None` when nobody is at it.
    pub fn progress(&self, session: SessionId) -> Option<Progress> {
        self.0.lock().under_way.get(&session).copied()
    }

    /// Why a session waits, if it is known that it does.
    pub fn hold(&self, session: SessionId) -> Option<Hold> {
        let all = self.0.lock();
        if all.under_way.contains_key(&session) {
            return None;
        }
        let hold = all.held.get(&session).or(all.everything.as_ref());
        hold.or(all.waits.as_ref()).cloned()
    }

    pub(super) fn goes_on(&self, session: SessionId, progress: Progress) {
        let mut all = self.0.lock();
        all.held.remove(&session);
        all.under_way.insert(session, progress);
    }

    pub(super) fn left(&self, session: SessionId) {
        self.0.lock().under_way.remove(&session);
    }

    pub(super) fn holds(&self, session: SessionId, hold: Hold) {
        let mut all = self.0.lock();
        match hold.breadth {
            Breadth::Everything => all.everything = Some(hold),
            Breadth::ThisSession => {
                all.held.insert(session, hold);
            }
        }
    }

    pub(super) fn holds_everything(&self, hold: Hold) {
        self.0.lock().everything = Some(hold);
    }

    pub(super) fn waits(&self, hold: Option<Hold>) {
        self.0.lock().waits = hold;
    }

    /// Whether nothing may go on at this moment, and until when.
    pub(super) fn is_held(&self, now: Timestamp) -> Option<Hold> {
        let mut all = self.0.lock();
        if all.everything.as_ref()?.until.is_some_and(|until| until <= now) {
            all.everything = None;
        }
        all.everything.clone()
    }

    /// Lets those go on whose time has come; also those of which nothing is due any more, so that nobody is woken for
    /// them again and again.
    pub(super) fn let_go(&self, now: Timestamp) {
        let waits_still = |hold: &mut Hold| hold.until.is_none_or(|until| until > now);
        self.0.lock().held.retain(|_, hold| waits_still(hold));
    }

    /// Whether this session is put off.
    pub(super) fn is_put_off(&self, session: SessionId) -> bool {
        self.0.lock().held.contains_key(&session)
    }

    /// How many sessions are put off.
    pub(super) fn put_off(&self) -> usize {
        self.0.lock().held.len()
    }

    /// When the first of them may go on.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.0.lock().held.values().filter_map(|hold| hold.until).min()
    }

    /// Everybody may try again.
    pub(super) fn clear(&self) {
        let mut all = self.0.lock();
        all.held.clear();
        all.everything = None;
    }
}
