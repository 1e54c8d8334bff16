//! `Evaluation`.

use rehearse_domain::{Assessment, Outcome, Slug, Standing, Timestamp};
use rehearse_leancloud::{Invalid, Object, ObjectId};
use rehearse_store::{Evaluation, EvaluationStatus, RemoteEvaluation};
use serde::Serialize;
use serde_json::{Map, Value};

use super::reading::{Fields, Unreadable, subject};
use super::{Class, fields, session_of};
use crate::Terms;

/// What an evaluation may do without.
pub(super) const OPTIONAL: &[&str] = &[
    "lastError",
    "completedAt",
    "scores",
    "summary",
    "evaluatorModel",
    "outcome",
    "rubricHash",
    ASSESSMENT,
];

/// All of a result, as text, so that its columns cannot be locked to other types.
const ASSESSMENT: &str = "assessment";

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
    #[serde(skip_serializing_if = "Option::is_none")]
    scores: Option<Vec<Score<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluator_model: Option<&'a str>,
    // Ours.
    session_client_id: String,
    next_attempt_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rubric_hash: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assessment: Option<String>,
}

/// A rating as the earlier web app shows it. A skill without a rating has none there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Score<'a> {
    skill_id: &'a Slug,
    rating: u8,
    note: &'a str,
}

fn scores(assessment: &Assessment) -> Vec<Score<'_>> {
    let rated = assessment.skills.iter().filter_map(|skill| match skill.standing {
        Standing::Rated { rating, .. } => Some(Score {
            skill_id: &skill.skill,
            rating: rating.level(),
            note: &skill.note,
        }),
        Standing::NotObserved { .. } => None,
    });
    rated.collect()
}

/// The fields of an evaluation of the session that the server calls `session`.
pub(crate) fn evaluation(
    evaluation: &Evaluation,
    assessment: Option<&Assessment>,
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
        scores: assessment.map(scores),
        summary: assessment.map(|one| one.summary.as_str()),
        evaluator_model: evaluation
            .evaluator_model
            .as_deref()
            .filter(|_| assessment.is_some()),
        outcome: assessment.map(|one| one.outcome),
        rubric_hash: assessment.map(|one| one.rubric.as_str()),
        assessment: assessment
            .map(serde_json::to_string)
            .transpose()
            .map_err(|error| Invalid::Json(error.to_string()))?,
    })
}

/// The fields that make a result.
const RESULT: [&str; 2] = ["scores", "outcome"];

/// An evaluation as anybody may have written it.
pub(crate) fn read_evaluation(object: &Object) -> Result<RemoteEvaluation, Unreadable> {
    let fields = Fields::of(object);
    let created_at = Timestamp::from_millis(object.created_at.as_millis());
    let queued_at = fields.date("queuedAt").unwrap_or(created_at);
    Ok(RemoteEvaluation {
        evaluation: Evaluation {
            id: subject(Class::Evaluation, object).into(),
            session: session_of(object)?,
            status: fields.word("status").unwrap_or(EvaluationStatus::Pending),
            attempts: fields.count("attempts").unwrap_or(0),
            last_error: fields.text("lastError"),
            queued_at,
            next_attempt_at: fields.date("nextAttemptAt").unwrap_or(queued_at),
            completed_at: fields.date("completedAt"),
            superseded_at: None,
            evaluator_model: fields.text("evaluatorModel"),
            rubric: fields.text("rubricHash"),
            epoch: 0,
            lease_holder: None,
            lease_until: None,
            asked_at: None,
        },
        result: result(&fields),
        // One that a later version wrote in another way is shown as far as the earlier web app could show it.
        assessment: fields
            .text(ASSESSMENT)
            .and_then(|text| serde_json::from_str(&text).ok()),
    })
}

/// What it says about the session, its wrappings taken off; `None` while it says nothing.
fn result(fields: &Fields<'_>) -> Option<Value> {
    let mut result = Map::new();
    for name in RESULT {
        result.extend(fields.value(name).map(|value| (name.to_owned(), value.clone())));
    }
    for name in ["summary", "evaluatorModel"] {
        result.extend(
            fields
                .text(name)
                .map(|text| (name.to_owned(), Value::String(text))),
        );
    }
    let says_something = result.contains_key("scores") || result.contains_key("summary");
    says_something.then_some(Value::Object(result))
}
