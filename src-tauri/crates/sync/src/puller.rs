//! The puller: brings here what other machines and the earlier web app put on the server.
//!
//! A round is one request while there is nothing new: the rows of each class that changed since the last round, and how
//! many sessions there are. Rows are read by the date of their last change, with an overlap, because a row gets its date
//! before others can see it; what comes again is known by its id and date. How far it read is written down in the same
//! transaction as what it read, so that whoever kills it at any moment loses and doubles nothing.
//!
//! # Who may say what
//!
//! - A session belongs to the machine that recorded it. What was recorded here is never changed by what the server says,
//!   but for words of a turn that are missing here, and an evaluation that has come further: those belong to whoever
//!   holds the lease.
//! - Everything else is a mirror: it is read, never written, and never in the outbox. Deleting one does go there.
//! - A session appears once it has ended and all its turns are there. What comes before that waits.
//! - One record that is there twice is the row that was made first, as for the sender.
//! - What says that it is somebody else's is left alone, and so is what does not say whose it is, unless its session is
//!   of the user whom the earlier web app knew.
//! - Scenarios and skills belong to whoever wrote them, on any machine. What becomes of two versions stands in
//!   `rehearse_store`'s `reflecting`: none is ever lost without the user. Those of the earlier web app do not say whose
//!   they are, and are taken as they are.
//! - What was deleted elsewhere goes here: see `vanished`. What was deleted here does not come back.

mod clips;
mod look;
mod pages;
mod task;
mod vanished;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rehearse_domain::{ClipId, SessionId, Timestamp};
use rehearse_leancloud::{Client, Error, Transport, Wait};
use rehearse_store::{Mark, Store, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::blocking::on;
use crate::failed::Failed;
use crate::outcome::{Outcome, outcome};
use crate::wire::Class;
use crate::{Pause, Terms, Tools};

pub use clips::FetchError;
pub use task::{PullerPhase, PullerStatus, PullerTask};

/// Where it is kept how far the server was read.
const PROGRESS: &str = "sync.pulled";
/// Ids are compared at least so often.
const COMPARE_EVERY: Duration = Duration::from_secs(24 * 3600);

/// Whether clips of mirrors are brought before anybody wants to hear them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AudioMirror {
    /// A clip comes when it is asked for.
    #[default]
    OnDemand,
    /// All clips come.
    Complete,
}

/// What a round looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// What is new.
    New,
    /// What is new, and whether anything is gone or was overlooked.
    Everything,
}

/// What a round did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// Sessions that are new here or look otherwise.
    pub changed: Vec<SessionId>,
    /// Scenarios and skills that are new here, look otherwise, or are in conflict with what is here.
    pub authored: Vec<Uuid>,
    /// Sessions that were deleted elsewhere and are gone here.
    pub gone: Vec<SessionId>,
    /// Clips that came.
    pub clips: u32,
    /// New rows that could not be read, and were passed over.
    pub unreadable: u32,
    /// Sessions that are missing on the server and may go here after another look.
    pub uncertain: u32,
    /// What ended the round early: why nothing at all works, if that is so, and how long to wait.
    pub failed: Option<(Option<Pause>, Wait)>,
}

impl Pulled {
    /// Whether anything looks otherwise here.
    pub fn is_news(&self) -> bool {
        !(self.changed.is_empty() && self.authored.is_empty() && self.gone.is_empty()) || self.clips > 0
    }
}

/// Brings from one server, for one user, what was put there. Clones are the same puller.
#[derive(Debug)]
pub struct Puller<T> {
    client: Client<T>,
    store: Arc<Store>,
    terms: Arc<Terms>,
    tools: Tools,
    audio: AudioMirror,
    /// Which server, app and user it reads.
    account: Arc<str>,
    memory: Arc<Mutex<Memory>>,
}

impl<T> Clone for Puller<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            store: Arc::clone(&self.store),
            terms: Arc::clone(&self.terms),
            tools: self.tools.clone(),
            audio: self.audio,
            account: Arc::clone(&self.account),
            memory: Arc::clone(&self.memory),
        }
    }
}

/// What is only worth knowing while the program runs.
#[derive(Debug, Default)]
struct Memory {
    /// Something seems to be gone, so that the next round compares ids.
    suspects: bool,
    /// Clips that did not come and are not tried again by themselves.
    refused: HashSet<ClipId>,
    /// Rows that could not be read, as they are; they are not looked at again.
    unreadable: HashSet<(String, Timestamp)>,
}

/// How far the server was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Progress {
    account: String,
    /// The latest change of each class that was seen.
    read_to: BTreeMap<String, Timestamp>,
    /// When ids were compared last.
    compared_at: Option<Timestamp>,
}

impl Progress {
    fn of(&self, class: Class) -> Option<Timestamp> {
        self.read_to.get(class.name()).copied()
    }

    /// Never goes back, nor past `now`: a row with a date in the future must not hide all that come before it.
    fn advance(&mut self, class: Class, to: Option<Timestamp>, now: Timestamp) {
        let Some(to) = to.map(|to| to.min(now)) else {
            return;
        };
        let known = self.read_to.entry(class.name().to_owned()).or_insert(to);
        *known = to.max(*known);
    }

    fn mark(&self) -> Mark {
        Mark {
            key: PROGRESS,
            value: json!(self),
        }
    }
}

impl<T: Transport> Puller<T> {
    /// A puller for a client that is signed in as the owner in `terms`.
    pub fn new(client: Client<T>, store: Arc<Store>, terms: Terms, tools: Tools, audio: AudioMirror) -> Self {
        Self {
            account: terms.account(&client),
            client,
            store,
            terms: Arc::new(terms),
            tools,
            audio,
            memory: Arc::default(),
        }
    }

    /// Brings what there is. It may be dropped at any moment, as it may be killed.
    ///
    /// # Errors
    /// What the database says. Errors of the server are no errors of a round: see [`Pulled::failed`].
    pub async fn round(&self, look: Look) -> Result<Pulled, StoreError> {
        let mut pulled = Pulled::default();
        match self.go(look, &mut pulled).await {
            Ok(()) => {}
            Err(Failed::Store(error)) => return Err(error),
            Err(Failed::Server(error)) => pulled.failed = Some(failure(&error)),
            // Only who deletes can meet it.
            Err(Failed::Stays) => {}
        }
        pulled.changed.sort();
        pulled.changed.dedup();
        Ok(pulled)
    }

    async fn go(&self, look: Look, pulled: &mut Pulled) -> Result<(), Failed> {
        let now = self.now();
        if look == Look::Everything {
            self.memory.lock().refused.clear();
        }
        pulled
            .changed
            .extend(on(&self.store, move |store| store.take_in_left_open(now)).await?);
        let mut progress = self.progress().await?;
        let compares = self.compares(look, &progress);
        let first = self.first_look(&progress, compares).await?;
        self.take_first_pages(first.rows, &mut progress, pulled).await?;
        let known = self.known_sessions().await?;
        if compares || first.sessions.is_some_and(|there| there < known) {
            self.compare(first.listing, pulled).await?;
            progress.compared_at = Some(now);
            let mark = progress.mark();
            on(&self.store, move |store| store.put_setting(mark.key, &mark.value)).await?;
        }
        if self.audio == AudioMirror::Complete {
            self.fetch_absent(pulled).await?;
        }
        Ok(())
    }

    /// How far this account was read; of another one nothing is known.
    async fn progress(&self) -> Result<Progress, StoreError> {
        let found: Option<Progress> = on(&self.store, |store| store.get_setting(PROGRESS)).await?;
        let nothing = Progress {
            account: self.account.to_string(),
            ..Progress::default()
        };
        Ok(found
            .filter(|found| *found.account == *self.account)
            .unwrap_or(nothing))
    }

    fn compares(&self, look: Look, progress: &Progress) -> bool {
        let now = self.now();
        let is_due = match progress.compared_at {
            // A clock that was set back does not put it off.
            Some(at) => now.since(at) >= COMPARE_EVERY || at > now,
            None => true,
        };
        look == Look::Everything || is_due || self.memory.lock().suspects
    }

    async fn known_sessions(&self) -> Result<u64, StoreError> {
        let account = Arc::clone(&self.account);
        on(&self.store, move |store| store.remote_sessions(&account)).await
    }

    fn now(&self) -> Timestamp {
        (self.tools.now)()
    }
}

/// Why nothing works, if it is about everything, and how long to wait.
fn failure(error: &Error) -> (Option<Pause>, Wait) {
    match outcome(error) {
        Outcome::Later { wait, pause, .. } => (pause, wait),
        Outcome::SignIn => (Some(Pause::SignIn), Wait::Slowly),
        Outcome::Stuck { .. } | Outcome::AlreadyThere | Outcome::Missing | Outcome::OtherForm => {
            tracing::warn!(%error, "the server does not let itself be read");
            (None, Wait::Slowly)
        }
    }
}
