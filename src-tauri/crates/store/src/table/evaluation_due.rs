//! Which evaluations may be worked on, which of them somebody has asked for, and which sessions have none. Sessions may be many thousands, so that each of the
//! first two walks an index of its own and stops early.

use rehearse_domain::{SessionId, Timestamp};
use rusqlite::{Connection, params};

use super::evaluation::{COLUMNS, Evaluation, EvaluationStatus, from_row};
use crate::StoreError;
use crate::columns::{At, Columns};

/// An evaluation that may be worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueEvaluation {
    /// The record.
    pub evaluation: Evaluation,
    /// The session that it judges.
    pub session: SessionId,
    /// Whether the session was recorded elsewhere and is only shown here.
    pub is_mirror: bool,
    /// What the remote calls the evaluation; `None` when it does not know it.
    pub object_id: Option<String>,
    /// What the remote calls the session; `None` when it does not know it.
    pub session_object_id: Option<String>,
}

/// A session that ought to have an evaluation.
pub(crate) struct Unjudged {
    pub(crate) number: i64,
    pub(crate) id: SessionId,
    pub(crate) ended_at: Timestamp,
    pub(crate) is_mirror: bool,
}

fn columns() -> String {
    format!(
        "{COLUMNS}, evaluation.number AS number, session.id AS session_id, is_mirror,
         evaluation.object_id AS object_id, session.object_id AS session_object_id"
    )
}

/// Those that somebody asked for, which are few.
fn asked_statement() -> String {
    let columns = columns();
    format!(
        "SELECT {columns}
         FROM evaluation INDEXED BY evaluation_asked CROSS JOIN session ON session.number = evaluation.session
         WHERE superseded_at IS NULL AND evaluation.status = 'pending' AND asked_at IS NOT NULL
           AND next_attempt_at <= ?1 AND session.status = 'ended' AND doomed_at IS NULL
         ORDER BY next_attempt_at LIMIT ?2"
    )
}

/// Those that wait and those whose lease has passed, each in the order of its index, merged.
fn due_statement() -> String {
    let columns = columns();
    format!(
        "SELECT {columns}
         FROM evaluation INDEXED BY evaluation_pending CROSS JOIN session ON session.number = evaluation.session
         WHERE superseded_at IS NULL AND evaluation.status = 'pending' AND next_attempt_at <= ?1
           AND session.status = 'ended' AND doomed_at IS NULL
         UNION ALL
         SELECT {columns}
         FROM evaluation INDEXED BY evaluation_running CROSS JOIN session ON session.number = evaluation.session
         WHERE superseded_at IS NULL AND evaluation.status = 'running' AND lease_until <= ?1
           AND session.status = 'ended' AND doomed_at IS NULL
         ORDER BY next_attempt_at, queued_at, number LIMIT ?2"
    )
}

/// Evaluations that may be worked on at `now`.
pub(crate) fn due(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<DueEvaluation>, StoreError> {
    let mut all = rows_of(connection, &asked_statement(), now, limit)?;
    let by_itself = rows_of(connection, &due_statement(), now, limit)?;
    all.extend(by_itself.into_iter().filter(|one| !is_asked(one)));
    all.truncate(limit as usize);
    Ok(all)
}

/// Whether it is among those that [`asked_statement`] finds.
fn is_asked(due: &DueEvaluation) -> bool {
    due.evaluation.asked_at.is_some() && due.evaluation.status == EvaluationStatus::Pending
}

fn rows_of(
    connection: &Connection,
    statement: &str,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<DueEvaluation>, StoreError> {
    let mut statement = connection.prepare_cached(statement)?;
    let rows = statement.query_map(params![At(now), limit], |row| {
        let session = row.key("session_id")?;
        Ok(DueEvaluation {
            evaluation: from_row(row, session)?,
            session,
            is_mirror: row.get("is_mirror")?,
            object_id: row.get("object_id")?,
            session_object_id: row.get("session_object_id")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Of those that wait only the first is read; those that are worked on are few.
const NEXT: &str = "
    SELECT min(due) FROM (
        SELECT * FROM (
            SELECT next_attempt_at AS due
            FROM evaluation INDEXED BY evaluation_pending CROSS JOIN session ON session.number = evaluation.session
            WHERE superseded_at IS NULL AND evaluation.status = 'pending'
              AND session.status = 'ended' AND doomed_at IS NULL
            ORDER BY next_attempt_at LIMIT 1
        )
        UNION ALL
        SELECT min(lease_until)
        FROM evaluation INDEXED BY evaluation_running CROSS JOIN session ON session.number = evaluation.session
        WHERE superseded_at IS NULL AND evaluation.status = 'running'
          AND session.status = 'ended' AND doomed_at IS NULL
    )";

/// When the next one may be worked on.
pub(crate) fn next(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<At> = connection.prepare_cached(NEXT)?.query_row([], |row| row.get(0))?;
    Ok(next.map(|next| next.0))
}

/// Sessions that ended after the trainee said anything, and were never asked about.
pub(crate) fn unjudged(connection: &Connection) -> Result<Vec<Unjudged>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, id, ended_at, is_mirror FROM session
         WHERE status = 'ended' AND doomed_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM evaluation WHERE evaluation.session = session.number)
           AND EXISTS (SELECT 1 FROM turn WHERE turn.session = session.number AND speaker = 'trainee')
         ORDER BY number",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Unjudged {
            number: row.get("number")?,
            id: row.key("id")?,
            ended_at: row.at("ended_at")?,
            is_mirror: row.get("is_mirror")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes that somebody asks for the current one by hand, unless it has a result or is being worked on. It is due before
/// everything that comes by itself, and one that was given up waits again.
pub(crate) fn ask(connection: &Connection, session_number: i64, now: Timestamp) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE evaluation SET status = 'pending', asked_at = ?2, next_attempt_at = 0
             WHERE session = ?1 AND superseded_at IS NULL AND status IN ('pending', 'failed')",
        )?
        .execute(params![session_number, At(now)])?;
    Ok(())
}

/// How many results have come since, and how many `holder` has a lease for at `now`: the work of others, and work that was
/// given up, is nothing that was begun here.
pub(crate) fn spent_since(
    connection: &Connection,
    holder: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<u32, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM evaluation INDEXED BY evaluation_completed
                     WHERE status = 'completed' AND completed_at >= ?1 AND evaluator_model IS NOT NULL)
                  + (SELECT count(*) FROM evaluation INDEXED BY evaluation_running
                     WHERE superseded_at IS NULL AND status = 'running'
                       AND lease_holder = ?2 AND lease_until > ?3)",
        )?
        .query_row(params![At(since), holder, At(now)], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{Access, Store};

    fn plan_of(store: &Store, statement: &str) -> Vec<String> {
        let explain = |connection: &Connection| -> Result<Vec<String>, StoreError> {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}"))?;
            let parameters: &[i64] = &[1, 8];
            let bound = parameters.iter().take(statement.parameter_count());
            let rows = statement.query_map(rusqlite::params_from_iter(bound), |row| row.get("detail"))?;
            Ok(rows.collect::<Result<Vec<String>, _>>()?)
        };
        store.read(explain).unwrap()
    }

    #[test]
    fn what_is_due_is_found_by_an_index_and_needs_no_sorting() {
        let folder = TempDir::new().unwrap();
        let store = Store::open(folder.path(), Access::Owner, Timestamp::from_millis(0)).unwrap();
        let statement = due_statement();
        for statement in [statement.as_str(), NEXT] {
            let plan = plan_of(&store, statement);
            for index in ["evaluation_pending", "evaluation_running"] {
                let uses = |step: &String| step.contains(&format!("INDEX {index}"));
                assert!(plan.iter().any(uses), "{index}: {plan:#?}");
            }
            let slow = |step: &&String| step.contains("TEMP B-TREE") || step.contains("SCAN session");
            assert_eq!(plan.iter().find(slow), None, "{plan:#?}");
        }
    }
}
