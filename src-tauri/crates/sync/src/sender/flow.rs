//! Jobs under way: begun in their order, a few at a time, and no two for one lane. As soon as places are free
//! somebody looks what has become possible, so that one slow job holds up nothing but its own lane.

use std::collections::{HashMap, HashSet, VecDeque};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use rehearse_leancloud::Transport;
use rehearse_store::StoreError;
use tokio::sync::Notify;
use uuid::Uuid;

use super::looking::Job;
use super::tally::Tally;
use super::{JOBS, Look, Round, Sender};

/// What jobs are about that wait or are under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Busy {
    /// Lanes, with how many jobs are for them.
    lanes: HashMap<Uuid, usize>,
    /// Whether scenarios or skills are among them.
    authored: usize,
    strays: HashSet<String>,
    watches: HashSet<Uuid>,
}

/// What one job is about.
enum About {
    Lanes(Vec<Uuid>),
    /// Of scenarios and skills.
    Authored(Vec<Uuid>),
    Stray(String),
    /// With their lanes.
    Watches(Vec<(Uuid, Uuid)>),
}

impl About {
    fn of(job: &Job) -> Self {
        match job {
            Job::Authored(rows) => Self::Authored(rows.iter().map(|row| row.lane).collect()),
            Job::Batch(parts) => Self::Lanes(parts.iter().map(|part| part.session().into()).collect()),
            Job::Ending(ending) => Self::Lanes(vec![ending.session.into()]),
            Job::Seek(sought) => Self::Lanes(sought.iter().map(|one| one.turn.lane).collect()),
            Job::Delete(row) | Job::Upload(row) => Self::Lanes(vec![row.lane]),
            Job::Stray(stray) => Self::Stray(stray.file.clone()),
            Job::Twins(watches) => Self::Watches(
                watches
                    .iter()
                    .map(|watch| (watch.subject, watch.session.into()))
                    .collect(),
            ),
        }
    }

    fn lanes(&self) -> Vec<Uuid> {
        match self {
            Self::Lanes(lanes) | Self::Authored(lanes) => lanes.clone(),
            Self::Watches(watches) => watches.iter().map(|(_, lane)| *lane).collect(),
            Self::Stray(_) => Vec::new(),
        }
    }
}

impl Busy {
    pub(super) fn has_lane(&self, lane: impl Into<Uuid>) -> bool {
        self.lanes.contains_key(&lane.into())
    }

    /// Whether scenarios or skills are being told.
    pub(super) const fn has_authored(&self) -> bool {
        self.authored > 0
    }

    pub(super) fn has_stray(&self, file: &str) -> bool {
        self.strays.contains(file)
    }

    pub(super) fn has_watch(&self, subject: Uuid) -> bool {
        self.watches.contains(&subject)
    }

    fn begin(&mut self, about: &About) {
        for lane in about.lanes() {
            *self.lanes.entry(lane).or_default() += 1;
        }
        match about {
            About::Authored(_) => self.authored += 1,
            About::Stray(file) => {
                self.strays.insert(file.clone());
            }
            About::Watches(watches) => self.watches.extend(watches.iter().map(|(subject, _)| *subject)),
            About::Lanes(_) => {}
        }
    }

    fn end(&mut self, about: &About) {
        for lane in about.lanes() {
            if let Some(jobs) = self.lanes.get_mut(&lane) {
                *jobs -= 1;
                if *jobs == 0 {
                    self.lanes.remove(&lane);
                }
            }
        }
        match about {
            About::Authored(_) => self.authored = self.authored.saturating_sub(1),
            About::Stray(file) => {
                self.strays.remove(file);
            }
            About::Watches(watches) => {
                let gone: Vec<&Uuid> = watches.iter().map(|(subject, _)| subject).collect();
                self.watches.retain(|subject| !gone.contains(&subject));
            }
            About::Lanes(_) => {}
        }
    }
}

/// Jobs that wait for a place.
#[derive(Default)]
struct Waiting {
    jobs: VecDeque<(Job, About)>,
    busy: Busy,
}

impl Waiting {
    fn add(&mut self, look: Look) {
        for job in look.jobs {
            let about = About::of(&job);
            self.busy.begin(&about);
            self.jobs.push_back((job, about));
        }
    }
}

impl<T: Transport> Sender<T> {
    /// Does what a look found and what follows from it, until nothing is left or nothing else is to be begun. Whoever
    /// wakes it has it look again. `told` hears how far it is after each job.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn go_on(
        &self,
        look: Look,
        wake: &Notify,
        told: impl Fn(&Round),
    ) -> Result<Round, StoreError> {
        let tally = Tally::default();
        let mut waiting = Waiting::default();
        waiting.add(look);
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < JOBS
                && let Some((job, about)) = waiting.jobs.pop_front()
            {
                let run = self.run(job, &tally);
                under_way.push(async move { (run.await, about) });
            }
            let is_full = under_way.len() >= JOBS;
            tokio::select! {
                ended = under_way.next() => {
                    let Some((result, about)) = ended else { break };
                    result?;
                    waiting.busy.end(&about);
                    told(&tally.round());
                }
                () = wake.notified(), if !is_full => {}
            }
            if waiting.jobs.is_empty() && !tally.is_closed() && !self.is_leaving() {
                waiting.add(self.look_beside(&waiting.busy).await?);
            }
        }
        Ok(tally.round())
    }
}
