//! The sender: looks what may go out, in which order, and does it in as few requests as it can. One round of it is a
//! look and what follows from it; the task goes round for as long as there is something.
//!
//! Nothing is kept here between two rounds but what columns want, which is in the database too.

mod asking;
mod authored;
mod batches;
mod deleting;
mod ending;
mod flow;
mod item;
mod items;
mod ledger;
mod looking;
mod naming;
mod refused;
mod seeking;
mod settling;
mod tally;
mod telling;
mod twins;
mod under_way;
mod uploads;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::StreamExt as _;
use futures_util::stream;
use parking_lot::Mutex;
use rehearse_domain::Timestamp;
use rehearse_leancloud::{Client, Transport};
use rehearse_store::{AuthoredRecord, BuiltIn, Settled, Store, StoreError};
use uuid::Uuid;

use crate::blocking::on;
use crate::poller::holder;
use crate::wire::Forms;
use crate::{Terms, Tools};
use batches::TWIN_WATCH;
use flow::Busy;
pub(crate) use ledger::Ledger;
use looking::Job;
pub(crate) use looking::Look;
pub use tally::Round;
use tally::Tally;
pub use under_way::{Uploading, Uploads};

/// Jobs under way at once. The client lets three requests through; the others get their next one ready, or write down
/// what came of their last.
const JOBS: usize = 9;
/// Where the forms of columns are kept.
const FORMS: &str = "sync.forms";

/// Tells one server, as one user, what was recorded here. Clones are the same sender.
#[derive(Debug)]
pub struct Sender<T> {
    client: Client<T>,
    store: Arc<Store>,
    ledger: Ledger,
    terms: Arc<Terms>,
    tools: Tools,
    forms: Arc<Mutex<Forms>>,
    account: Arc<str>,
    /// What this computer is called in its leases.
    holder: Arc<str>,
    under_way: Uploads,
    /// What comes with the program, by its ids.
    built_in: Arc<HashMap<Uuid, AuthoredRecord>>,
    /// Nothing else is to be begun.
    leaving: Arc<AtomicBool>,
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            store: Arc::clone(&self.store),
            ledger: self.ledger.clone(),
            terms: Arc::clone(&self.terms),
            tools: self.tools.clone(),
            forms: Arc::clone(&self.forms),
            account: Arc::clone(&self.account),
            holder: Arc::clone(&self.holder),
            under_way: self.under_way.clone(),
            built_in: Arc::clone(&self.built_in),
            leaving: Arc::clone(&self.leaving),
        }
    }
}

impl<T: Transport> Sender<T> {
    /// A sender for a client that is signed in as the owner in `terms`. Blocking.
    ///
    /// # Errors
    /// What the database says.
    pub fn new(client: Client<T>, store: Arc<Store>, terms: Terms, tools: Tools) -> Result<Self, StoreError> {
        let forms = store.get_setting(FORMS)?.unwrap_or_default();
        let holder = holder(&store, &tools)?;
        Ok(Self {
            holder: holder.into(),
            account: terms.account(&client),
            client,
            ledger: Ledger::new(Arc::clone(&store)),
            store,
            terms: Arc::new(terms),
            tools,
            forms: Arc::new(Mutex::new(forms)),
            under_way: Uploads::default(),
            built_in: Arc::default(),
            leaving: Arc::default(),
        })
    }

    /// The clips under way, of every clone of this sender.
    pub fn uploads(&self) -> Uploads {
        self.under_way.clone()
    }

    /// Has the scenarios and skills that come with the program told as well, each once in each revision: sessions name
    /// them there by the server's ids, as the earlier web app does. What the server has already is taken for them; what
    /// it does not let this user write is left alone. Blocking.
    ///
    /// # Errors
    /// What the database says.
    pub fn with_built_in(
        self,
        records: impl IntoIterator<Item = AuthoredRecord>,
    ) -> Result<Self, StoreError> {
        let records: HashMap<Uuid, AuthoredRecord> =
            records.into_iter().map(|record| (record.id(), record)).collect();
        let mut listed: Vec<BuiltIn> = records
            .values()
            .map(|record| BuiltIn {
                id: record.id(),
                kind: record.kind(),
                revision: record.revision(),
            })
            .collect();
        listed.sort_by_key(|one| one.id);
        self.store.list_built_ins(&self.account, &listed, self.now())?;
        Ok(Self {
            built_in: Arc::new(records),
            ..self
        })
    }

    /// Sends what may go out now, as far as it goes. It may be dropped at any moment, as it may be killed.
    ///
    /// # Errors
    /// What the database says. Errors of the server are no errors of a round.
    pub async fn round(&self) -> Result<Round, StoreError> {
        let look = self.look().await?;
        self.carry_out(look, usize::MAX).await
    }

    /// When there may be something to do; `None` when there is nothing, or only what needs the user.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let look = self.look().await?;
        Ok(match look.is_empty() {
            true => [look.next, look.next_watch].into_iter().flatten().min(),
            false => Some(self.now()),
        })
    }

    /// Looks what may go out now. What seemed to be due and has to wait is put off.
    pub(crate) async fn look(&self) -> Result<Look, StoreError> {
        self.look_beside(&Busy::default()).await
    }

    /// The same beside what is under way.
    async fn look_beside(&self, busy: &Busy) -> Result<Look, StoreError> {
        let mut look = self.look_once(busy).await?;
        if look.clock_was_set_back && self.clock_was_set_back().await? {
            look = self.look_once(busy).await?;
        }
        self.settle(std::mem::take(&mut look.put_off)).await?;
        Ok(look)
    }

    async fn look_once(&self, busy: &Busy) -> Result<Look, StoreError> {
        let (now, most, busy) = (self.now(), self.client.batch_size(), busy.clone());
        self.on(move |store| looking::look(store, now, most, &busy)).await
    }

    /// Does what a look found, at most so many jobs of it.
    pub(crate) async fn carry_out(&self, look: Look, most: usize) -> Result<Round, StoreError> {
        let tally = Tally::default();
        let results: Vec<Result<(), StoreError>> = stream::iter(look.jobs.into_iter().take(most))
            .map(|job| self.run(job, &tally))
            .buffer_unordered(JOBS)
            .collect()
            .await;
        results.into_iter().collect::<Result<(), _>>()?;
        Ok(tally.round())
    }

    /// Lets everything that waits go out at once.
    pub(crate) async fn hurry(&self) -> Result<(), StoreError> {
        let now = self.now();
        self.change(move |store| store.hurry_outbox(now)).await
    }

    /// Lets the client sign in again although that was refused before.
    pub(crate) fn try_sign_in_again(&self) {
        self.client.try_sign_in_again();
    }

    /// Takes back what was written down while the clock was ahead; whether there was anything.
    pub(crate) async fn clock_was_set_back(&self) -> Result<bool, StoreError> {
        let now = self.now();
        let watched_by = now.after(TWIN_WATCH);
        self.change(move |store| store.clock_was_set_back(now, watched_by))
            .await
    }

    pub(crate) fn time(&self) -> Timestamp {
        self.now()
    }

    pub(crate) fn chance(&self) -> f64 {
        (self.tools.random)()
    }

    /// The same sender with a ledger of its own, which can be closed without stopping the others.
    pub(crate) fn with_own_ledger(self) -> (Self, Ledger) {
        let ledger = Ledger::new(Arc::clone(&self.store));
        let sender = Self {
            ledger: ledger.clone(),
            leaving: Arc::default(),
            ..self
        };
        (sender, ledger)
    }

    /// Set to let it finish what is under way and begin nothing else.
    pub(crate) fn leaving(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.leaving)
    }

    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Acquire)
    }

    async fn run(&self, job: Job, tally: &Tally) -> Result<(), StoreError> {
        if tally.is_closed() || self.is_leaving() {
            return Ok(());
        }
        match job {
            Job::Authored(rows) => self.tell_authored(rows, tally).await,
            Job::Batch(parts) => self.batch(parts, tally).await,
            Job::Ending(ending) => self.tell_ending(&ending, tally).await,
            Job::Seek(sought) => self.seek(&sought, tally).await,
            Job::Delete(row) => self.delete(&row, tally).await,
            Job::Upload(row) => self.upload(&row, tally).await,
            Job::Stray(file) => self.delete_stray(&file, tally).await,
            Job::Twins(watches) => self.look_for_twins(&watches, tally).await,
        }
    }

    fn now(&self) -> Timestamp {
        (self.tools.now)()
    }

    /// Reads from the store on a thread that may block.
    async fn on<R: Send + 'static>(
        &self,
        read: impl FnOnce(&Store) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        on(&self.store, read).await
    }

    /// Changes the store beside the ledger, which is not closed before that is on disk.
    async fn change<R: Send + 'static>(
        &self,
        change: impl FnOnce(&Store) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        let Some(writing) = self.ledger.begin() else {
            return std::future::pending().await;
        };
        self.on(move |store| {
            let _writing = writing;
            change(store)
        })
        .await
    }

    /// Writes down what came of something.
    async fn settle(&self, all: Vec<Settled>) -> Result<(), StoreError> {
        self.ledger.write(all, self.now()).await
    }

    async fn begin_attempts(&self, rows: Vec<i64>) -> Result<(), StoreError> {
        let begun = rows.into_iter().map(|row| Settled::Attempted { row });
        self.settle(begun.collect()).await
    }
}
