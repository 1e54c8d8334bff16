//! What a judge answered while an evaluation is made, so that one that is cut off goes on without asking twice. Gone once
//! there is a result, or the words that were judged are others.

use rehearse_domain::{EvaluationId, Sample};
use rusqlite::{Connection, params};

use crate::StoreError;
use crate::columns::{Columns, Key};

/// The first version with this table.
pub(crate) const SINCE: u32 = 7;

/// Migration 7.
pub(crate) const V7: &str = "
    CREATE TABLE evaluation_sample (
        evaluation INTEGER NOT NULL REFERENCES evaluation (number),
        skill TEXT NOT NULL,
        look INTEGER NOT NULL CHECK (look >= 0),
        model TEXT NOT NULL,
        answer TEXT NOT NULL,
        PRIMARY KEY (evaluation, skill, look)
    ) STRICT;
";

/// Keeps an answer; one to the same look gives way.
pub(crate) fn keep(connection: &Connection, evaluation: i64, sample: &Sample) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO evaluation_sample (evaluation, skill, look, model, answer) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (evaluation, skill, look) DO UPDATE
             SET model = excluded.model, answer = excluded.answer",
        )?
        .execute(params![
            evaluation,
            sample.skill.as_str(),
            sample.look,
            sample.model,
            sample.answer
        ])?;
    Ok(())
}

/// The answers to an evaluation, by skill and look.
pub(crate) fn of_evaluation(connection: &Connection, id: EvaluationId) -> Result<Vec<Sample>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT skill, look, model, answer
         FROM evaluation
         JOIN session ON session.number = evaluation.session
         JOIN evaluation_sample ON evaluation_sample.evaluation = evaluation.number
         WHERE evaluation.id = ?1 AND session.doomed_at IS NULL
         ORDER BY skill, look",
    )?;
    let rows = statement.query_map([Key(id)], |row| {
        Ok(Sample {
            skill: row.word("skill")?,
            look: row.get("look")?,
            model: row.get("model")?,
            answer: row.get("answer")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes the answers about a session that nobody needs any more: their evaluation has a result, or gave way to
/// another one.
pub(crate) fn drop_used(connection: &Connection, session: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM evaluation_sample WHERE evaluation IN (
                SELECT number FROM evaluation
                WHERE session = ?1 AND (status = 'completed' OR superseded_at IS NOT NULL)
             )",
        )?
        .execute([session])?;
    Ok(())
}

/// Removes all answers about a session.
pub(crate) fn delete_of(connection: &Connection, session: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM evaluation_sample
             WHERE evaluation IN (SELECT number FROM evaluation WHERE session = ?1)",
        )?
        .execute([session])?;
    Ok(())
}
