//! Evaluations as the remote has them: what is known of one here, and how it becomes what it is over there.

use rehearse_domain::{EvaluationId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::evaluation::{Evaluation, EvaluationStatus};
use super::evaluation_sample;
use crate::StoreError;
use crate::columns::{At, Columns, Key, Word};

/// How far an evaluation is: what a row from the remote is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) epoch: u32,
    pub(crate) status: EvaluationStatus,
    pub(crate) attempts: u32,
    pub(crate) lease_until: Option<Timestamp>,
    /// Its number was given over there, or is known there: no lease of this computer alone.
    pub(crate) is_told: bool,
}

impl Stage {
    /// Where this one stands.
    pub(crate) const fn of(evaluation: &Evaluation) -> Self {
        Self {
            epoch: evaluation.epoch,
            status: evaluation.status,
            attempts: evaluation.attempts,
            lease_until: evaluation.lease_until,
            is_told: true,
        }
    }

    /// Whether an evaluation is further over there than it is here. A higher lease stands above a lower one, but a result
    /// that is here gives way only to another result. A result from there stands above whatever came to none under leases
    /// that were taken here alone: they have raised the number without the server. Where nobody counted leases, how far it
    /// came decides, and somebody who does not count them is believed only with a result.
    pub(crate) fn is_beyond(self, here: Self) -> bool {
        let is_done = |stage: Self| stage.status == EvaluationStatus::Completed;
        match (self.epoch, here.epoch) {
            (0, 0) => self.progress() > here.progress(),
            _ if is_done(self) && !is_done(here) && !here.is_told => true,
            (0, _) => is_done(self) && !is_done(here),
            (there, known) if there == known => self.progress() > here.progress(),
            (there, known) => there > known && (is_done(self) || !is_done(here)),
        }
    }

    /// How far it is, of one lease. One that waits after a try that failed is further than the try; one that waits and
    /// was not tried may be seen between the two steps of a claim.
    fn progress(self) -> (bool, u32, u8, Option<Timestamp>) {
        let far = match self.status {
            EvaluationStatus::Pending => 0,
            EvaluationStatus::Running => 1,
            EvaluationStatus::Failed => 2,
            EvaluationStatus::Completed => 3,
        };
        match self.epoch {
            0 => (false, 0, far, None),
            _ => (
                self.status == EvaluationStatus::Completed,
                self.attempts,
                far,
                self.lease_until,
            ),
        }
    }
}

/// How far an evaluation is; `None` when there is none of this id.
pub(crate) fn stage(connection: &Connection, id: EvaluationId) -> Result<Option<Stage>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT epoch, status, attempts, lease_until, told_epoch FROM evaluation WHERE id = ?1",
        )?
        .query_row([Key(id)], |row| {
            Ok(Stage {
                epoch: row.get("epoch")?,
                status: row.word("status")?,
                attempts: row.get("attempts")?,
                lease_until: row.at_if_any("lease_until")?,
                is_told: row.get::<_, u32>("epoch")? <= row.get("told_epoch")?,
            })
        })
        .optional()?)
}

/// Makes an evaluation look as it does on the remote. Of several of one session the one that was asked for last is
/// current. Answers that a judge gave here go once there is a result; another lease may still need them. A result that
/// comes back as it was made here stays one of this computer's.
pub(crate) fn reflect(
    connection: &Connection,
    (session_number, object_id): (i64, &str),
    evaluation: &Evaluation,
    result: Option<&str>,
    assessment: Option<&str>,
) -> Result<(), StoreError> {
    let last: Option<At> = connection
        .prepare_cached("SELECT max(queued_at) FROM evaluation WHERE session = ?1 AND id <> ?2")?
        .query_row(params![session_number, Key(evaluation.id)], |row| row.get(0))?;
    let superseded_at = last
        .map(|last| last.0)
        .filter(|last| *last > evaluation.queued_at);
    if superseded_at.is_none() {
        connection
            .prepare_cached(
                "UPDATE evaluation SET superseded_at = ?3
                 WHERE session = ?1 AND id <> ?2 AND superseded_at IS NULL",
            )?
            .execute(params![
                session_number,
                Key(evaluation.id),
                At(evaluation.queued_at)
            ])?;
    }
    connection
        .prepare_cached(
            "INSERT INTO evaluation (
                id, session, status, attempts, last_error, queued_at, next_attempt_at, completed_at, superseded_at,
                result, assessment, evaluator_model, rubric, epoch, told_epoch, lease_holder, lease_until, is_elsewhere,
                object_id
             ) VALUES (
                ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14, ?15, ?16, ?11 IS NOT NULL, ?17
             )
             ON CONFLICT (id) DO UPDATE SET
                is_elsewhere = iif(assessment IS excluded.assessment, is_elsewhere, excluded.is_elsewhere),
                checked = iif(assessment IS excluded.assessment, checked, NULL),
                checked_revision = iif(assessment IS excluded.assessment, checked_revision, NULL),
                status = excluded.status, attempts = excluded.attempts, last_error = excluded.last_error,
                next_attempt_at = excluded.next_attempt_at, completed_at = excluded.completed_at,
                superseded_at = excluded.superseded_at, result = excluded.result, assessment = excluded.assessment,
                evaluator_model = excluded.evaluator_model, rubric = excluded.rubric, epoch = excluded.epoch,
                told_epoch = excluded.told_epoch, object_id = excluded.object_id,
                lease_holder = excluded.lease_holder, lease_until = excluded.lease_until",
        )?
        .execute(params![
            Key(evaluation.id),
            session_number,
            Word(evaluation.status),
            evaluation.attempts,
            evaluation.last_error,
            At(evaluation.queued_at),
            At(evaluation.next_attempt_at),
            evaluation.completed_at.map(At),
            superseded_at.map(At),
            result,
            assessment,
            evaluation.evaluator_model,
            evaluation.rubric,
            evaluation.epoch,
            evaluation.lease_holder,
            evaluation.lease_until.map(At),
            object_id,
        ])?;
    evaluation_sample::drop_used(connection, session_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(epoch: u32, status: EvaluationStatus) -> Stage {
        Stage {
            epoch,
            status,
            attempts: 0,
            lease_until: None,
            is_told: true,
        }
    }

    #[test]
    fn what_comes_from_elsewhere_stands_by_its_lease_and_then_by_how_far_it_is() {
        use EvaluationStatus::{Completed, Failed, Pending, Running};
        let further = [
            ((0, Pending), (0, Running)),
            ((0, Running), (0, Failed)),
            ((0, Failed), (0, Completed)),
            ((0, Failed), (1, Running)),
            ((1, Pending), (1, Running)),
            ((1, Running), (1, Failed)),
            ((1, Failed), (1, Completed)),
            ((1, Failed), (2, Running)),
            ((1, Completed), (2, Completed)),
            ((3, Running), (0, Completed)),
        ];
        for ((epoch, status), (later_epoch, later)) in further {
            let (here, there) = (stage(epoch, status), stage(later_epoch, later));
            assert!(there.is_beyond(here), "{there:?} over {here:?}");
            assert!(!here.is_beyond(there), "{here:?} over {there:?}");
            assert!(!here.is_beyond(here), "{here:?} over itself");
        }
    }

    #[test]
    fn a_result_gives_way_only_to_another_one() {
        let done = stage(1, EvaluationStatus::Completed);
        assert!(!stage(2, EvaluationStatus::Running).is_beyond(done));
        assert!(!stage(0, EvaluationStatus::Failed).is_beyond(stage(2, EvaluationStatus::Running)));
    }

    #[test]
    fn a_result_stands_above_leases_that_were_taken_here_alone() {
        let there = stage(1, EvaluationStatus::Completed);
        for status in [EvaluationStatus::Pending, EvaluationStatus::Running] {
            let known = stage(3, status);
            assert!(!there.is_beyond(known), "it is too late");
            let alone = Stage {
                is_told: false,
                ..known
            };
            assert!(there.is_beyond(alone));
        }
    }

    #[test]
    fn of_one_lease_a_try_that_failed_is_further_than_the_try() {
        let running = stage(1, EvaluationStatus::Running);
        let waits = stage(1, EvaluationStatus::Pending);
        let failed_once = Stage { attempts: 1, ..waits };
        assert!(failed_once.is_beyond(running));
        assert!(!running.is_beyond(failed_once));
        assert!(!waits.is_beyond(running), "a claim may be made in two steps");
    }

    #[test]
    fn a_lease_that_was_made_longer_is_news() {
        let held = |until| Stage {
            lease_until: Some(Timestamp::from_millis(until)),
            ..stage(1, EvaluationStatus::Running)
        };
        assert!(held(2).is_beyond(held(1)));
        assert!(!held(1).is_beyond(held(2)));
    }
}
