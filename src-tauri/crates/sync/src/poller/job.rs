//! One evaluation from its lease to its result: the words first, then the looks of the judge, each kept as it comes. What
//! is kept is never asked for twice, by this job or by the next one that takes the session over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use parking_lot::Mutex;
use rehearse_domain::{Assessment, Sample, Session, SessionId, Turn};
use rehearse_models::rubric::{Case, Look, Next};
use rehearse_models::{Evaluator, Transcriber};
use rehearse_store::{DueEvaluation, Lease, Store, StoreError};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::beginning::SharedHeld;
use super::elsewhere::Remote;
use super::panel::Exchanged;
use super::transcribing::waits;
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
    /// What is held of it, as whoever takes it back sees it: on the server too, where that knows it.
    pub(super) held: SharedHeld,
    /// The server that somebody is signed in at.
    pub(super) remote: Arc<Mutex<Option<Remote>>>,
    pub(super) transcriber: Option<Arc<dyn Transcriber>>,
    pub(super) evaluator: Option<Arc<dyn Evaluator>>,
    pub(super) exchanged: SharedExchanged,
    /// The program ends: nothing new is asked.
    pub(super) stopping: Arc<AtomicBool>,
    /// Held while the server is told how far it is, so that it is never told less than before.
    pub(super) telling: tokio::sync::Mutex<()>,
    /// When the server was asked in vain whose the evaluation is.
    pub(super) unreachable_since: Mutex<Option<Instant>>,
}

impl Job {
    pub(super) fn session(&self) -> SessionId {
        self.due.session
    }

    /// Does all that is left to do, and keeps the lease meanwhile.
    pub(super) async fn run(&self) -> Result<(), Trouble> {
        tokio::select! {
            done = self.work() => done,
            lost = self.keep_lease() => Err(lost),
        }
    }

    async fn work(&self) -> Result<(), Trouble> {
        let (session, turns) = read(&self.store, self.session()).await?;
        let turns = self.written_down(&session, turns).await?;
        // Whoever wrote some of them down may not have come to tell.
        self.tell_words(&turns).await?;
        let case = Case::of(&session, &turns);
        // Somebody else may have had answers already.
        self.join_elsewhere().await?;
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
            samples.push(
                self.look_unless(&AtomicBool::new(false), &**evaluator, first)
                    .await?,
            );
            self.tell(Progress::Judging {
                done: 1,
                of: count(of),
            });
        }
        // What was asked is waited for also when another look has failed: it would be asked for again.
        let given_up = AtomicBool::new(false);
        let mut coming: FuturesUnordered<_> = looks
            .map(|look| self.look_unless(&given_up, &**evaluator, look))
            .collect();
        let mut failure = None;
        while let Some(sample) = coming.next().await {
            match sample {
                Ok(sample) => samples.push(sample),
                Err(trouble) => {
                    given_up.store(true, Ordering::Release);
                    failure.get_or_insert(trouble);
                }
            }
            self.tell(Progress::Judging {
                done: count(samples.len()),
                of: count(of),
            });
        }
        failure.map_or(Ok(samples), Err)
    }

    async fn look_unless(
        &self,
        given_up: &AtomicBool,
        evaluator: &dyn Evaluator,
        look: Look,
    ) -> Result<Sample, Trouble> {
        // A server that is slow keeps no other session waiting.
        self.join_elsewhere().await?;
        let _permit = self.permits.acquire().await.map_err(|_| Trouble::Lost)?;
        if given_up.load(Ordering::Acquire) {
            return Err(Trouble::Held(Hold::this_session("given_up")));
        }
        self.look(evaluator, look).await
    }

    /// One look, which is on disk when this returns.
    async fn look(&self, evaluator: &dyn Evaluator, look: Look) -> Result<Sample, Trouble> {
        self.goes_on()?;
        let answer = evaluator.answer(look.question.clone()).await;
        let kept = match answer {
            Ok(answer) => {
                let sample = look.answered(evaluator.model(), &answer);
                let (lease, kept) = (self.lease, sample.clone());
                on(&self.store, move |store| store.keep_sample(lease, &kept)).await?;
                match self.renew_elsewhere().await {
                    Some(lost) => Err(lost),
                    None => Ok(sample),
                }
            }
            Err(error) => Err(of_model(Who::Evaluator, &error)),
        };
        self.note().await?;
        kept
    }

    /// Whether anything new may be asked.
    pub(super) fn goes_on(&self) -> Result<(), Trouble> {
        match self.stopping.load(Ordering::Acquire) {
            true => Err(Trouble::Held(Hold::everything("closing"))),
            false => Ok(()),
        }
    }

    async fn finish(&self, assessment: Assessment) -> Result<(), Trouble> {
        self.join_elsewhere().await?;
        // Whoever is stopped in between finds it there.
        let is_told = self.finish_elsewhere(&assessment).await?;
        let (lease, now) = (self.lease, self.now());
        on(&self.store, move |store| {
            store.finish_evaluation(lease, &assessment, now)?;
            match is_told {
                true => store.evaluation_told(lease),
                false => Ok(()),
            }
        })
        .await?;
        Ok(())
    }

    /// Puts what was exchanged since into the session's record.
    pub(super) async fn note(&self) -> Result<(), Trouble> {
        Ok(note(&self.store, self.session(), &self.exchanged).await?)
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
            match renewed {
                Err(StoreError::LeaseLost) => return Trouble::Lost,
                // It holds for a while yet, and may be prolonged the next time.
                Err(error) => tracing::warn!(%error, "a lease could not be prolonged"),
                Ok(()) => {}
            }
            if let Err(lost) = self.join_elsewhere().await {
                return lost;
            }
            if let Some(lost) = self.renew_elsewhere().await {
                return lost;
            }
        }
    }
}

/// What was exchanged, as a job and whoever takes it back read it.
pub(super) type SharedExchanged = Arc<Mutex<Exchanged>>;

/// Puts what was exchanged since into the record of a session.
pub(super) async fn note(
    store: &Arc<Store>,
    session: SessionId,
    exchanged: &SharedExchanged,
) -> Result<(), StoreError> {
    let news = (exchanged.lock())();
    if news.is_empty() {
        return Ok(());
    }
    on(store, move |store| store.add_exchanges(session, &news)).await
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
    !turns.iter().any(waits) && matches!(Case::of(session, turns).next(&[]), Next::Done(_))
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How long what is under way may take to come when the poller is stopped.
pub(super) const STOPPING: Duration = Duration::from_secs(2);
