//! `Evaluation`.

use rehearse_domain::Timestamp;
use rehearse_leancloud::{Invalid, ObjectId};
use rehearse_store::{Evaluation, EvaluationStatus};
use serde::Serialize;
use serde_json::{Map, Value};

use super::fields;
use crate::Terms;

/// What an evaluation may do without.
pub(super) const OPTIONAL: &[&str] = &["lastError", "completedAt"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    client_id: String,
    owner_id: &'a ObjectId,
    session_id: &'a str,
    status: EvaluationStatus,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<&'a str>,
    queued_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<Timestamp>,
    // Ours.
    session_client_id: String,
    next_attempt_at: Timestamp,
}

/// The fields of an evaluation of the session that the server calls `session`.
pub(crate) fn evaluation(
    evaluation: &Evaluation,
    session: &str,
    terms: &Terms,
) -> Result<Map<String, Value>, Invalid> {
    fields(&Row {
        client_id: evaluation.id.to_string(),
        owner_id: &terms.owner,
        session_id: session,
        status: evaluation.status,
        attempts: evaluation.attempts,
        last_error: evaluation.last_error.as_deref(),
        queued_at: evaluation.queued_at,
        completed_at: evaluation.completed_at,
        session_client_id: evaluation.session.to_string(),
        next_attempt_at: evaluation.next_attempt_at,
    })
}
