//! Results that were made elsewhere: which of them were held against the words here, and what came of it. It stands
//! beside the result, so that nobody reads a transcript again to show what was looked up before.

use rehearse_domain::SessionId;
use rusqlite::{Connection, params};

use super::evaluation::{COLUMNS, from_row};
use crate::StoreError;
use crate::checking::{Check, FromElsewhere, KeptResult, ResultAsRead};
use crate::columns::Key;

/// The first version with these columns.
///
/// Of a result that was there before it is not known who made it. That of a mirror is looked up; one of this computer's
/// own sessions is left alone, because it may rest on words that were put right since.
pub(crate) const V8: &str = "
    ALTER TABLE evaluation ADD COLUMN is_elsewhere INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE evaluation ADD COLUMN checked TEXT;
    ALTER TABLE evaluation ADD COLUMN checked_revision INTEGER;
    UPDATE evaluation SET is_elsewhere = 1
    WHERE assessment IS NOT NULL AND session IN (SELECT number FROM session WHERE is_mirror = 1);
";

/// Whether what came of it still holds: for good, or for the words that the session has now.
pub(super) const HOLDS: &str = "(checked_revision IS NULL OR checked_revision = session.revision)";

/// All results of a session, in the order in which they were asked for.
pub(crate) fn of_session(connection: &Connection, session: SessionId) -> Result<Vec<KeptResult>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, assessment, is_elsewhere, session.revision AS revision,
                iif({HOLDS}, checked, NULL) AS checked
         FROM evaluation JOIN session ON session.number = evaluation.session
         WHERE session.id = ?1 AND session.doomed_at IS NULL
         ORDER BY queued_at, evaluation.number"
    ))?;
    let mut rows = statement.query([Key(session)])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let evaluation = from_row(row, session)?;
        let json: Option<String> = row.get("assessment")?;
        let is_elsewhere: bool = row.get("is_elsewhere")?;
        all.push(KeptResult {
            from_elsewhere: match is_elsewhere && json.is_some() {
                true => Some(FromElsewhere {
                    result: ResultAsRead {
                        evaluation: evaluation.id,
                        revision: row.get("revision")?,
                    },
                    check: read(row.get::<_, Option<String>>("checked")?.as_deref()),
                }),
                false => None,
            },
            assessment: json
                .map(|json| serde_json::from_str(&json).map_err(StoreError::from))
                .transpose(),
            evaluation,
        });
    }
    Ok(all)
}

/// What another version of the program wrote in another way was not checked.
pub(super) fn read(json: Option<&str>) -> Option<Check> {
    serde_json::from_str(json?).ok()
}

/// Keeps what came of one, unless its session changed since it was read.
pub(crate) fn keep(connection: &Connection, result: ResultAsRead, check: &Check) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE evaluation SET checked = ?3, checked_revision = iif(?4, NULL, ?2)
             WHERE id = ?1 AND is_elsewhere = 1
               AND (SELECT revision FROM session WHERE session.number = evaluation.session) = ?2",
        )?
        .execute(params![
            Key(result.evaluation),
            result.revision,
            serde_json::to_string(check)?,
            check.for_good
        ])?;
    Ok(())
}
