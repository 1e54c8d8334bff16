//! One evaluation from its lease to its result: the words first, then the looks of the judge, each kept as it comes. What
//! is kept is never asked for twice, by this job or by the next one that takes the session over.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use parking_lot::Mutex;
use rehearse_domain::{Assessment, Sample, Session, SessionId, Turn};
use rehearse_models::rubric::{Case, Look, Next};
use rehearse_models::{Evaluator, Transcriber};
use rehearse_store::{DueEvaluation, Lease, Store};
use tokio::sync::Semaphore;

use super::beginning::OnRemote;
use super::panel::Exchanged;
use super::trouble::{Trouble, Who, of_model};
use super::{Hold, News, Panel, PollerOptions, Progress, Standings};
use crate::Tools;
use crate::blocking::on;

/// One evaluation under way.
pub(super) struct Job {
    pub(super) store: Arc<Store>,
    pub(super) panel: Arc<dyn Panel>,
    pub(super) tools: Tools,
    pub(super) options: Arc<PollerOptions>,
    pub(super) standings: Standings,
    /// Requests that may be under way, of all jobs together.
    pub(super) permits: Arc<Semaphore>,
    pub(super) due: DueEvaluation,
    pub(super) lease: Lease,
    /// The same on the server, where it was claimed there.
    pub(super) elsewhere: Option<OnRemote>,
    pub(super) transcriber: Option<Arc<dyn Transcriber>>,
    pub(super) evaluator: Option<Arc<dyn Evaluator>>,
    pub(super) exchanged: Mutex<Exchanged>,
}

impl Job {
    /// Does all that is left to do, and keeps the lease meanwhile.
    pub(super) async fn run(&self) -> Result<(), Trouble> {
        tokio::select! {
            done = self.work() => done,
            lost = self.keep_lease() => Err(lost),
        }
    }

    pub(super) fn session(&self) -> SessionId {
        self.due.evaluation.session
    }

    async fn work(&self) -> Result<(), Trouble> {
        let (session, turns) = read(&self.store, self.session()).await?;
        let turns = self.written_down(&session, turns).await?;
        self.tell_words(&turns).await?;
        let case = Case::of(&session, &turns);
        let mut samples = self.samples().await?;
        loop {
            match case.next(&samples) {
                Next::Done(assessment) => return self.finish(*assessment).await,
                Next::Ask(looks) => samples = self.ask(looks, samples).await?,
            }
        }
    }

    pub(super) async fn samples(&self) -> Result<Vec<Sample>, Trouble> {
        let id = self.lease.evaluation;
        Ok(on(&self.store, move |store| store.samples(id)).await?)
    }

    /// Asks for these looks. The very first goes alone, so that a host remembers what all have in common.
    async fn ask(&self, looks: Vec<Look>, mut samples: Vec<Sample>) -> Result<Vec<Sample>, Trouble> {
        let no_judge = || Trouble::Held(Hold::this_session("no_evaluator"));
        let evaluator = self.evaluator.as_ref().ok_or_else(no_judge)?;
        let of = samples.len() + looks.len();
        self.tell(Progress::Judging {
            done: count(samples.len()),
            of: count(of),
        });
        let mut looks = looks.into_iter();
        if samples.is_empty()
            && let Some(first) = looks.next()
        {
            samples.push(self.look(&**evaluator, first).await?);
            self.tell(Progress::Judging {
                done: 1,
                of: count(of),
            });
        }
        let mut coming: FuturesUnordered<_> = looks.map(|look| self.look(&**evaluator, look)).collect();
        while let Some(sample) = coming.next().await {
            samples.push(sample?);
            self.tell(Progress::Judging {
                done: count(samples.len()),
                of: count(of),
            });
        }
        Ok(samples)
    }

    /// One look, which is on disk when this returns.
    async fn look(&self, evaluator: &dyn Evaluator, look: Look) -> Result<Sample, Trouble> {
        let _permit = self.permits.acquire().await.map_err(|_| Trouble::Lost)?;
        let answer = evaluator.answer(look.question.clone()).await;
        self.note().await?;
        let answer = answer.map_err(|error| of_model(Who::Evaluator, &error))?;
        let sample = look.answered(evaluator.model(), &answer);
        let (lease, kept) = (self.lease, sample.clone());
        on(&self.store, move |store| store.keep_sample(lease, &kept)).await?;
        Ok(sample)
    }

    async fn finish(&self, assessment: Assessment) -> Result<(), Trouble> {
        // Whoever is stopped in between finds it there.
        self.finish_elsewhere(&assessment).await?;
        let (lease, now) = (self.lease, self.now());
        on(&self.store, move |store| {
            store.finish_evaluation(lease, &assessment, now)
        })
        .await?;
        Ok(())
    }

    /// Puts what was exchanged since into the session's record.
    pub(super) async fn note(&self) -> Result<(), Trouble> {
        let (session, news) = (self.session(), (self.exchanged.lock())());
        if !news.is_empty() {
            on(&self.store, move |store| store.add_exchanges(session, &news)).await?;
        }
        Ok(())
    }

    pub(super) fn tell(&self, progress: Progress) {
        self.standings.goes_on(self.session(), progress);
        self.panel.changed(self.session(), News::Progress);
    }

    pub(super) fn now(&self) -> rehearse_domain::Timestamp {
        (self.tools.now)()
    }

    /// Prolongs the lease in good time, for ever. Returns when it is somebody else's.
    async fn keep_lease(&self) -> Trouble {
        loop {
            tokio::time::sleep(self.options.lease / 3).await;
            let (lease, until) = (self.lease, self.now().after(self.options.lease));
            let renewed = on(&self.store, move |store| store.renew_evaluation(lease, until)).await;
            if let Err(error) = renewed {
                return error.into();
            }
            if let Some(lost) = self.renew_elsewhere().await {
                return lost;
            }
        }
    }
}

/// A session with its turns.
pub(super) async fn read(store: &Arc<Store>, id: SessionId) -> Result<(Session, Vec<Turn>), Trouble> {
    let found = on(store, move |store| Ok((store.session(id)?, store.turns(id)?))).await?;
    match found {
        (Some(session), turns) => Ok((session, turns)),
        (None, _) => Err(Trouble::Lost),
    }
}

/// Whether it can be done without asking anybody: everything is written down, and there is too little of it.
pub(super) fn needs_nobody(session: &Session, turns: &[Turn]) -> bool {
    !turns.iter().any(super::transcribing::waits)
        && matches!(Case::of(session, turns).next(&[]), Next::Done(_))
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How long one that is stopped may take to write down what was exchanged.
pub(super) const STOPPING: Duration = Duration::from_secs(2);
