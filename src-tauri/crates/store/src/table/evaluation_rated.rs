//! Current results by a model, over many sessions.

use std::collections::HashMap;
use std::sync::Arc;

use rehearse_domain::{Judge, Language, Skill, Snapshot};
use rusqlite::{Connection, Row, params};

use super::evaluation_check::{self, HOLDS};
use crate::columns::{Columns, Word};
use crate::rated::{RatedSession, Unrevealed};
use crate::{ResultAsRead, StoreError};

/// Of sessions in the language `?1`. The list of all sessions is walked from the newest on, so that nothing is sorted.
const RATED: &str = "
    FROM session INDEXED BY session_newest
    JOIN snapshot ON snapshot.number = session.snapshot
    JOIN evaluation ON evaluation.session = session.number AND evaluation.superseded_at IS NULL
    WHERE session.doomed_at IS NULL AND session.status = 'ended' AND session.language = ?1
      AND evaluation.status = 'completed' AND evaluation.assessment IS NOT NULL
      AND evaluation.evaluator_model IS NOT NULL";

/// Whether the trainee looked at a result of the session.
const REVEALED: &str = "EXISTS (SELECT 1 FROM own_rating WHERE own_rating.session = session.number)";

/// Whether the trainee is asked for a rating of their own before a result is shown: there is something to rate, and the
/// words to look a result from elsewhere up in are here. Blank ones are none, as in the rubric, which is why all of what
/// Unicode calls white space is named.
const ASKS_FIRST: &str = "CASE WHEN json_valid(assessment) THEN
        json_extract(assessment, '$.outcome') = 'scored' AND json_array_length(assessment, '$.skills') > 0
        AND (is_elsewhere = 0 OR (
            SELECT count(nullif(trim(transcript, char(9, 10, 11, 12, 13, 32, 133, 160, 5760, 8192, 8193, 8194, 8195,
                8196, 8197, 8198, 8199, 8200, 8201, 8202, 8232, 8233, 8239, 8287, 12288)), '')) >= min(count(*), json_extract(assessment, '$.coverage.heard'))
            FROM turn WHERE turn.session = session.number AND speaker = 'trainee'))
    END";

/// So many of those that wait are counted. Nobody needs to know more, and each takes a look into its result.
const COUNTED: u32 = 99;

fn newest_statement() -> String {
    format!(
        "SELECT session.id AS id, coalesce(session.started_at, session.created_at) AS began_at, session.title AS title,
                session.snapshot AS snapshot, snapshot.json AS json, session.revision AS revision,
                evaluation.id AS evaluation, is_elsewhere, evaluation.assessment AS assessment,
                iif({HOLDS}, checked, NULL) AS checked
         {RATED} AND {REVEALED}
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

/// How many wait to be looked at, as far as they are counted, and the newest of them.
pub(crate) fn unrevealed(
    connection: &Connection,
    language: Language,
) -> Result<Option<Unrevealed>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT session.id AS id {RATED} AND NOT {REVEALED} AND {ASKS_FIRST}
         ORDER BY session.created_at DESC, session.number DESC LIMIT ?2"
    ))?;
    let mut rows = statement.query_map(params![Word(language), COUNTED + 1], |row| row.key("id"))?;
    let Some(latest) = rows.next().transpose()? else {
        return Ok(None);
    };
    let mut count = 1;
    for row in rows {
        row?;
        count += 1;
    }
    Ok(Some(Unrevealed {
        latest,
        count: count.min(COUNTED),
        more: count > COUNTED,
    }))
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
    let is_elsewhere: bool = row.get("is_elsewhere")?;
    let check = match is_elsewhere {
        true => evaluation_check::read(row.get::<_, Option<String>>("checked")?.as_deref()),
        false => None,
    };
    let is_unchecked = is_elsewhere && check.is_none();
    let assessment = match check {
        Some(check) => check.stands,
        None => serde_json::from_str::<rehearse_domain::Assessment>(text("assessment")?)
            .inspect_err(|_| tracing::warn!("a result that is not understood is left out of the comparison"))
            .ok(),
    };
    let Some(assessment) = assessment else {
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
        unchecked: match is_unchecked {
            true => Some(ResultAsRead {
                evaluation: row.key("evaluation")?,
                revision: row.get("revision")?,
            }),
            false => None,
        },
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
