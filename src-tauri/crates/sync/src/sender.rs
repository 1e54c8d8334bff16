//! The sender: looks what may go out, in which order, and does it in as few requests as it can. One round of it is a
//! look and what follows from it; the task goes round for as long as there is something.
//!
//! Nothing is kept here between two rounds but what columns want, which is in the database too.

mod batches;
mod deleting;
mod items;
mod ledger;
mod settling;
mod twins;
mod uploads;

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream;
use parking_lot::Mutex;
use rehearse_domain::Timestamp;
use rehearse_leancloud::{Client, Transport, Wait};
use rehearse_store::{Lane, Settled, Store, StoreError, StrayFile, TwinWatch};

use crate::blocking::on;
use crate::plan::{Steps, plan};
use crate::wire::Forms;
use crate::{Pause, Terms, Tools};
use items::Part;
use ledger::Ledger;

/// Sessions that are looked at in one round.
const LANES: u32 = 16;
/// Stray files and watches that are looked at in one round.
const STRAYS: u32 = 32;
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
        }
    }
}

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Changes that the server confirmed, stray files that are gone, watches that ended.
    pub done: u32,
    /// What failed.
    pub failed: u32,
    /// Why nothing goes out for now, and how long that lasts.
    pub pause: Option<(Pause, Wait)>,
}

/// One thing to do, on its own road.
enum Job {
    Upload(Box<rehearse_store::OutboxRow>),
    Batch(Vec<Part>),
    Delete(Box<rehearse_store::OutboxRow>),
    Stray(StrayFile),
    Twin(TwinWatch),
}

/// What came of the jobs so far.
#[derive(Default)]
struct Tally(Mutex<Round>);

impl Tally {
    fn add(&self, done: u32, failed: u32) {
        let mut round = self.0.lock();
        round.done += done;
        round.failed += failed;
    }

    /// Nothing else is begun in this round.
    fn pause(&self, pause: Option<(Pause, Wait)>) {
        let mut round = self.0.lock();
        // Signing in comes before everything: waiting does not help.
        if round.pause.is_none() || matches!(pause, Some((Pause::SignIn, _))) {
            round.pause = pause;
        }
    }

    fn is_paused(&self) -> bool {
        self.0.lock().pause.is_some()
    }
}

impl<T: Transport> Sender<T> {
    /// A sender for a client that is signed in as the owner in `terms`. Blocking.
    ///
    /// # Errors
    /// What the database says.
    pub fn new(client: Client<T>, store: Arc<Store>, terms: Terms, tools: Tools) -> Result<Self, StoreError> {
        let forms = store.get_setting(FORMS)?.unwrap_or_default();
        Ok(Self {
            account: terms.account(&client),
            client,
            ledger: Ledger::new(Arc::clone(&store)),
            store,
            terms: Arc::new(terms),
            tools,
            forms: Arc::new(Mutex::new(forms)),
        })
    }

    /// Sends what may go out now, as far as it goes. It may be dropped at any moment, as it may be killed.
    ///
    /// # Errors
    /// What the database says. Errors of the server are no errors of a round.
    pub async fn round(&self) -> Result<Round, StoreError> {
        let now = self.now();
        let (jobs, put_off) = self.on(move |store| jobs(store, now)).await?;
        self.settle(put_off).await?;
        let tally = Tally::default();
        let parts = self.batch_jobs(jobs.parts);
        let all = jobs.others.into_iter().chain(parts);
        let results: Vec<Result<(), StoreError>> = stream::iter(all)
            .map(|job| self.run(job, &tally))
            .buffer_unordered(JOBS)
            .collect()
            .await;
        results.into_iter().collect::<Result<(), _>>()?;
        Ok(tally.0.into_inner())
    }

    /// When there may be something to do; `None` when there is nothing at all.
    pub(crate) async fn due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.on(Store::next_due).await
    }

    /// Lets everything that waits go out at once.
    pub(crate) async fn hurry(&self) -> Result<(), StoreError> {
        let now = self.now();
        self.on(move |store| store.hurry_outbox(now)).await
    }

    pub(crate) fn time(&self) -> Timestamp {
        self.now()
    }

    pub(crate) fn chance(&self) -> f64 {
        (self.tools.random)()
    }

    /// Parts of many sessions, as many as one request holds.
    fn batch_jobs(&self, parts: Vec<Part>) -> Vec<Job> {
        let most = self.client.batch_size();
        let mut jobs: Vec<Vec<Part>> = Vec::new();
        let mut size = most;
        for part in parts {
            if size + part.len() > most {
                jobs.push(Vec::new());
                size = 0;
            }
            size += part.len();
            if let Some(last) = jobs.last_mut() {
                last.push(part);
            }
        }
        jobs.into_iter().map(Job::Batch).collect()
    }

    async fn run(&self, job: Job, tally: &Tally) -> Result<(), StoreError> {
        if tally.is_paused() {
            return Ok(());
        }
        match job {
            Job::Upload(row) => self.upload(&row, tally).await,
            Job::Batch(parts) => self.batch(parts, tally).await,
            Job::Delete(row) => self.delete(&row, tally).await,
            Job::Stray(file) => self.delete_stray(&file, tally).await,
            Job::Twin(watch) => self.look_for_twins(&watch, tally).await,
        }
    }

    fn now(&self) -> Timestamp {
        (self.tools.now)()
    }

    /// Does something with the store on a thread that may block.
    async fn on<R: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        on(&self.store, work).await
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

/// What a look found.
#[derive(Default)]
struct Jobs {
    others: Vec<Job>,
    parts: Vec<Part>,
}

/// Looks what may go out now, and what has to wait although it seemed to be due. Blocking.
fn jobs(store: &Store, now: Timestamp) -> Result<(Jobs, Vec<Settled>), StoreError> {
    let mut found = Jobs::default();
    let mut put_off = Vec::new();
    for lane in store.lanes_due(now, LANES)? {
        let steps = plan(&lane, now);
        match steps.not_before.filter(|_| steps.is_empty()) {
            Some(until) => put_off.push(Settled::PutOff {
                session: lane.session,
                until,
            }),
            None => add(store, &lane, steps, &mut found)?,
        }
    }
    let strays = store.stray_files_due(now, STRAYS)?;
    found.others.extend(strays.into_iter().map(Job::Stray));
    let twins = store.twin_watches_due(now, STRAYS)?;
    found.others.extend(twins.into_iter().map(Job::Twin));
    Ok((found, put_off))
}

fn add(store: &Store, lane: &Lane, steps: Steps, found: &mut Jobs) -> Result<(), StoreError> {
    let uploads = steps.uploads.into_iter();
    found.others.extend(uploads.map(|row| Job::Upload(Box::new(row))));
    found
        .others
        .extend(steps.delete.map(|row| Job::Delete(Box::new(row))));
    if !steps.create.is_empty() {
        found.parts.push(Part::Session {
            session: lane.session,
            rows: steps.create,
            more_turns: steps.more_turns,
        });
    }
    let evaluation = match steps.evaluation {
        Some(row) if evaluation_is_new(store, lane)? => Some(Box::new(row)),
        _ => None,
    };
    // The session names its evaluation, which comes first.
    let save = if evaluation.is_some() {
        Vec::new()
    } else {
        steps.save
    };
    if !(steps.turns.is_empty() && steps.changed.is_empty() && evaluation.is_none()) {
        found.parts.push(Part::Turns {
            session: lane.session,
            object_id: lane.object_id.clone().unwrap_or_default(),
            new: steps.turns,
            changed: steps.changed,
            evaluation,
        });
    }
    if !save.is_empty() {
        found.parts.push(Part::Session {
            session: lane.session,
            rows: save,
            more_turns: false,
        });
    }
    Ok(())
}

fn evaluation_is_new(store: &Store, lane: &Lane) -> Result<bool, StoreError> {
    let sendable = store.sendable_session(lane.session)?;
    let evaluation = sendable.and_then(|sendable| sendable.evaluation);
    Ok(evaluation.is_some_and(|(_, object_id)| object_id.is_none()))
}
