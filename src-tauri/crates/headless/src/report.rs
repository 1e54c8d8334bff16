//! What happened, as fields of the log: sessions by their ids, codes, models, numbers. Never a word of what was said, a
//! title or a quote.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use rehearse_domain::SessionId;
use rehearse_store::{Evaluation, EvaluationStatus, Store};
use rehearse_sync::blocking;
use rehearse_sync::poller::{News, Progress};
use tokio::sync::mpsc;

use crate::panel::Busy;
use crate::recordings::let_go_of_recordings;

/// Holds that say nothing to anybody: it ends, or has just begun.
const SILENT: [&str; 3] = ["closing", "given_up", "feedback_signed_out"];

/// What came of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Evaluations with a result.
    pub finished: u32,
    /// Tries that failed and are made again later.
    pub failed: u32,
    /// Evaluations that were given up until somebody asks for them again.
    pub given_up: u32,
}

/// Watches the sessions, tells what becomes of them, and lets go of what was recorded once it is written down.
pub(crate) struct Report {
    store: Arc<Store>,
    busy: Busy,
    /// Who is asked.
    transcriber: Option<String>,
    evaluator: String,
    begun: HashMap<SessionId, Instant>,
    /// What was said last of each that waits.
    held: HashMap<SessionId, String>,
    tally: Tally,
}

impl Report {
    pub(crate) fn new(store: Arc<Store>, busy: Busy, transcriber: Option<String>, evaluator: String) -> Self {
        Self {
            store,
            busy,
            transcriber,
            evaluator,
            begun: HashMap::new(),
            held: HashMap::new(),
            tally: Tally::default(),
        }
    }

    /// Tells of everything that comes, until nobody is left who could tell anything.
    pub(crate) async fn tell(mut self, mut news: mpsc::UnboundedReceiver<(SessionId, News)>) -> Tally {
        while let Some((session, what)) = news.recv().await {
            if what != News::Progress {
                let_go_of_recordings(&self.store, Some(session)).await;
            }
            let Some(standings) = self.busy.standings().cloned() else {
                continue;
            };
            match standings.progress(session) {
                Some(progress) => self.goes_on(session, progress),
                None => {
                    self.has_ended(session).await;
                    if let Some(hold) = standings.hold(session) {
                        self.is_held(session, &hold.code, hold.host.as_deref());
                    }
                }
            }
        }
        self.tally
    }

    fn goes_on(&mut self, session: SessionId, progress: Progress) {
        self.held.remove(&session);
        self.begun.entry(session).or_insert_with(|| {
            tracing::info!(
                %session,
                evaluator = self.evaluator,
                transcriber = self.transcriber.as_deref(),
                "evaluation begun"
            );
            Instant::now()
        });
        let (stage, done, of) = match progress {
            Progress::Transcribing { done, of } => ("transcribing", done, of),
            Progress::Judging { done, of } => ("judging", done, of),
        };
        tracing::debug!(%session, stage, done, of, "evaluation goes on");
    }

    /// Nobody is at it any more. What came of it stands in the store.
    async fn has_ended(&mut self, session: SessionId) {
        let Some(begun) = self.begun.remove(&session) else {
            return;
        };
        let seconds = begun.elapsed().as_secs_f64();
        let store = Arc::clone(&self.store);
        let found = blocking(move || store.assessment_of(session)).await;
        let Ok(Some((evaluation, _))) = found else {
            tracing::warn!(%session, "what came of an evaluation could not be read");
            return;
        };
        let Evaluation {
            status,
            attempts,
            last_error,
            evaluator_model,
            ..
        } = evaluation;
        match status {
            EvaluationStatus::Completed => {
                self.tally.finished += 1;
                let model = evaluator_model.as_deref();
                tracing::info!(%session, model, attempts, seconds, "evaluation finished");
            }
            EvaluationStatus::Failed => {
                self.tally.given_up += 1;
                let code = last_error.as_deref();
                tracing::warn!(%session, code, attempts, seconds, "evaluation given up");
            }
            EvaluationStatus::Pending if last_error.is_some() && attempts > 0 => {
                self.tally.failed += 1;
                let code = last_error.as_deref();
                tracing::warn!(%session, code, attempts, seconds, "evaluation failed");
            }
            EvaluationStatus::Pending | EvaluationStatus::Running => {
                tracing::info!(%session, attempts, seconds, "evaluation given back");
            }
        }
    }

    fn is_held(&mut self, session: SessionId, code: &str, host: Option<&str>) {
        if SILENT.contains(&code) || self.held.get(&session).is_some_and(|known| known == code) {
            return;
        }
        tracing::info!(%session, code, host, "evaluation held");
        self.held.insert(session, code.to_owned());
    }
}
