//! How the work on an evaluation ended that the server knows. Others may work on it there, so that this is told by the
//! rules of rounds (`poller::Claims`) and in no batch, which asks nobody whose a round is.

use rehearse_domain::SessionId;
use rehearse_leancloud::{Error, ObjectId, Transport};
use rehearse_store::{EvaluationStatus, OutboxRow, SendableEvaluation, Settled, StoreError};

use super::settling::{Later, Verdict, stuck};
use super::{Sender, Tally};
use crate::outcome::CONFLICT;
use crate::poller::{Claims, EndTold, Ended, LEASE};

/// The evaluation of a session that is to be told of.
pub(super) struct Ending {
    pub(super) session: SessionId,
    /// What the server calls the session.
    pub(super) name: String,
    /// The changes that stand for it, which go with the session afterwards.
    pub(super) rows: Vec<OutboxRow>,
}

impl<T: Transport> Sender<T> {
    pub(super) async fn tell_ending(&self, ending: &Ending, tally: &Tally) -> Result<(), StoreError> {
        self.begin_attempts(ending.rows.iter().map(|row| row.id).collect())
            .await?;
        let session = ending.session;
        let found = match self.on(move |store| store.sendable_session(session)).await {
            Err(error) if error.is_unreadable_record() => {
                tracing::error!(%error, "a record cannot be read, and is not told");
                let rows = ending.rows.iter();
                let settled = rows.map(|row| stuck(row.id, "unreadable")).collect();
                return self.settle(settled).await;
            }
            found => found?,
        };
        // It may have gone since, or been asked for again: the next look sees that.
        let settled = match found.and_then(|found| found.evaluation).filter(is_over) {
            Some(evaluation) => self.tell_end(ending, &evaluation, tally).await,
            None => held_back(ending),
        };
        self.settle(settled).await
    }

    async fn tell_end(&self, ending: &Ending, of: &SendableEvaluation, tally: &Tally) -> Vec<Settled> {
        let evaluation = &of.evaluation;
        let told = |round| Settled::EvaluationTold {
            evaluation: evaluation.id,
            epoch: evaluation.epoch,
            round,
        };
        let ended = match self.ended(ending, of).await {
            Ok(EndTold::As(round)) => told(round),
            Ok(EndTold::Needless) => told(evaluation.epoch),
            Ok(EndTold::Missing) => {
                tally.failed();
                return ending.rows.iter().map(|row| stuck(row.id, "missing")).collect();
            }
            Err(error) => return self.end_not_told(ending, &error, tally),
        };
        tally.done();
        let mut settled = held_back(ending);
        settled.push(ended);
        settled
    }

    async fn ended(&self, ending: &Ending, of: &SendableEvaluation) -> Result<EndTold, Error> {
        let row = ObjectId::new(of.object_id.as_deref().unwrap_or_default())?;
        let claims = Claims::new(self.client.clone(), &self.holder, LEASE)?;
        let ended = Ended {
            evaluation: &of.evaluation,
            assessment: of.assessment.as_ref(),
            session: &ending.name,
            terms: &self.terms,
        };
        claims.tell_end(&row, &ended).await
    }

    fn end_not_told(&self, ending: &Ending, error: &Error, tally: &Tally) -> Vec<Settled> {
        tally.failed();
        let attempts = ending.rows.iter().map(|row| row.attempts).max().unwrap_or(0);
        let rows = ending.rows.iter().map(|row| row.id);
        match self.verdict(error, attempts) {
            // It makes nothing that could be made twice.
            Verdict::Later(later) => {
                let later = Later {
                    unsure: false,
                    ..later
                };
                self.postponed(rows, ending.session, &later, tally)
            }
            // Somebody began a round at the same moment, whose number is seen the next time.
            Verdict::Stuck { reason: CONFLICT } => held_back(ending),
            Verdict::Stuck { reason } => rows.map(|row| stuck(row, reason)).collect(),
            Verdict::AlreadyThere => vec![self.when_certain(ending.session)],
            Verdict::Missing => rows.map(|row| stuck(row, "missing")).collect(),
            Verdict::OtherForm => rows.map(|row| stuck(row, "type_locked")).collect(),
        }
    }
}

/// Whether it is known over there, and came to its end here.
fn is_over(of: &SendableEvaluation) -> bool {
    let status = of.evaluation.status;
    of.object_id.is_some() && matches!(status, EvaluationStatus::Completed | EvaluationStatus::Failed)
}

/// The session's own change follows.
fn held_back(ending: &Ending) -> Vec<Settled> {
    let rows = ending.rows.iter().map(|row| Settled::Failed {
        row: row.id,
        error: "held_back".to_owned(),
        unsure: false,
    });
    rows.collect()
}
