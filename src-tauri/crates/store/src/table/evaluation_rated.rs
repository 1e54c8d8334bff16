//! Current results by a model, over many sessions.

use std::collections::HashMap;
use std::sync::Arc;

use rehearse_domain::{Judge, Language, Skill, Snapshot};
use rusqlite::{Connection, Row, params};

use crate::StoreError;
use crate::columns::{Columns, Word};
use crate::rated::RatedSession;

/// Of sessions in the language `?1`. The list of all sessions is walked from the newest on, so that nothing is sorted.
const RATED: &str = "
    FROM session INDEXED BY session_newest
    JOIN snapshot ON snapshot.number = session.snapshot
    JOIN evaluation ON evaluation.session = session.number AND evaluation.superseded_at IS NULL
    WHERE session.doomed_at IS NULL AND session.status = 'ended' AND session.language = ?1
      AND evaluation.status = 'completed' AND evaluation.assessment IS NOT NULL
      AND evaluation.evaluator_model IS NOT NULL";

fn newest_statement() -> String {
    format!(
        "SELECT session.id AS id, coalesce(session.started_at, session.created_at) AS began_at, session.title AS title,
                session.snapshot AS snapshot, snapshot.json AS json, evaluation.assessment AS assessment
         {RATED}
         ORDER BY session.created_at DESC, session.number DESC LIMIT ?2"
    )
}

/// The newest first.
pub(crate) fn newest(
    connection: &Connection,
    language: Language,
    limit: u32,
) -> Result<Vec<RatedSession>, StoreError> {
    let mut statement = connection.prepare_cached(&newest_statement())?;
    let mut rows = statement.query(params![Word(language), limit])?;
    // Sessions of one scenario mostly share their snapshot, which is the longest part of a row.
    let mut rubrics = HashMap::new();
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.extend(from_row(row, &mut rubrics)?);
    }
    Ok(all)
}

/// Whether there is any.
pub(crate) fn any(connection: &Connection, language: Language) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(&format!("SELECT 1 {RATED} LIMIT 1"))?
        .exists(params![Word(language)])?)
}

fn from_row(
    row: &Row<'_>,
    rubrics: &mut HashMap<i64, Arc<[Skill]>>,
) -> Result<Option<RatedSession>, StoreError> {
    let text = |name: &str| -> Result<&str, StoreError> {
        let column = row.as_ref().column_index(name)?;
        Ok(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)
    };
    let Ok(assessment) = serde_json::from_str::<rehearse_domain::Assessment>(text("assessment")?) else {
        tracing::warn!("a result that is not understood is left out of the comparison");
        return Ok(None);
    };
    if assessment.judge == Judge::Rules {
        return Ok(None);
    }
    let number: i64 = row.get("snapshot")?;
    let skills = match rubrics.get(&number) {
        Some(known) => Arc::clone(known),
        None => {
            let snapshot: Snapshot = serde_json::from_str(text("json")?)?;
            let skills: Arc<[Skill]> = snapshot.skills.into();
            rubrics.insert(number, Arc::clone(&skills));
            skills
        }
    };
    Ok(Some(RatedSession {
        session: row.key("id")?,
        started_at: row.at("began_at")?,
        title: row.get("title")?,
        skills,
        assessment,
    }))
}

#[cfg(test)]
mod tests {
    use rehearse_domain::Timestamp;
    use tempfile::TempDir;

    use super::*;
    use crate::{Access, Store};

    #[test]
    fn results_are_found_by_the_indexes_and_need_no_sorting() {
        let folder = TempDir::new().unwrap();
        let store = Store::open(folder.path(), Access::Owner, Timestamp::from_millis(0)).unwrap();
        let explain = |connection: &Connection| -> Result<Vec<String>, StoreError> {
            let statement = format!("EXPLAIN QUERY PLAN {}", newest_statement());
            let mut statement = connection.prepare(&statement)?;
            let rows = statement.query_map(params!["en", 9], |row| row.get("detail"))?;
            Ok(rows.collect::<Result<Vec<String>, _>>()?)
        };
        let plan = store.read(explain).unwrap();
        for index in ["session_newest", "evaluation_current"] {
            let uses = |step: &String| step.contains(&format!("INDEX {index}"));
            assert!(plan.iter().any(uses), "{index}: {plan:#?}");
        }
        let slow = |step: &&String| step.contains("TEMP B-TREE") || step.contains("SCAN evaluation");
        assert_eq!(plan.iter().find(slow), None, "{plan:#?}");
    }
}
