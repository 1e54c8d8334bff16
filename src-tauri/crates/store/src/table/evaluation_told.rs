//! What the remote knows of how the work on an evaluation ended, and under which number.

use rehearse_domain::{EvaluationId, SessionId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::StoreError;
use crate::columns::Key;

/// What the remote has still to be told about an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationUntold {
    /// It knows all there is to know.
    Nothing,
    /// It does not know it at all.
    Row,
    /// It does not know how the work on it ended.
    End,
}

/// The remote knows how the work under this lease ended, and counts it as this round: its number here from now on.
pub(crate) fn told(
    connection: &Connection,
    id: EvaluationId,
    epoch: u32,
    round: u32,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE evaluation SET told_epoch = max(told_epoch, iif(epoch = ?2, ?3, ?2)), epoch = iif(epoch = ?2, ?3, epoch)
             WHERE id = ?1",
        )?
        .execute(params![Key(id), epoch, round])?;
    Ok(())
}

/// What the remote has still to be told about the current evaluation of a session.
pub(crate) fn untold(connection: &Connection, session: SessionId) -> Result<EvaluationUntold, StoreError> {
    let is_unnamed: Option<bool> = connection
        .prepare_cached(
            "SELECT evaluation.object_id IS NULL FROM evaluation JOIN session ON session.number = evaluation.session
             WHERE session.id = ?1 AND session.doomed_at IS NULL
               AND superseded_at IS NULL
               AND (evaluation.object_id IS NULL
                    OR (evaluation.status IN ('completed', 'failed') AND is_elsewhere = 0 AND epoch > told_epoch))",
        )?
        .query_row([Key(session)], |row| row.get(0))
        .optional()?;
    Ok(match is_unnamed {
        None => EvaluationUntold::Nothing,
        Some(true) => EvaluationUntold::Row,
        Some(false) => EvaluationUntold::End,
    })
}

/// Whether an evaluation that stands has a result of this computer's of which the remote does not know.
pub(crate) fn result_is_untold(connection: &Connection, id: EvaluationId) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM evaluation
             WHERE id = ?1 AND status = 'completed' AND epoch > told_epoch AND is_elsewhere = 0
               AND superseded_at IS NULL",
        )?
        .exists([Key(id)])?)
}
