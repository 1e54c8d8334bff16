//! `Evaluation`. Who works on it and whose result counts stands in [`super::rounds`].

use rehearse_domain::{Assessment, Judge, Outcome, Slug, Standing, Timestamp};
use rehearse_leancloud::{Invalid, Object, ObjectId};
use rehearse_store::{Evaluation, EvaluationStatus, RemoteEvaluation};
use serde::Serialize;
use serde_json::{Map, Value};

use super::reading::{Fields, Unreadable, subject};
use super::rounds::{HOLDERS, LEASE, LEASE_HOLDER, RELEASED, RESULTS, Rounds, key, of_round};
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
    LEASE,
    LEASE_HOLDER,
    HOLDERS,
    RESULTS,
    RELEASED,
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
    // What this machine did before the server knew of it.
    #[serde(skip_serializing_if = "Map::is_empty")]
    lease: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lease_holder: Option<&'a str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    holders: Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    results: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    released: Option<u32>,
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

/// The fields of an evaluation of the session that the server calls `session`. What was done of it here was done by
/// `holder`.
pub(crate) fn evaluation(
    evaluation: &Evaluation,
    assessment: Option<&Assessment>,
    session: &str,
    terms: &Terms,
    holder: Option<&str>,
) -> Result<Map<String, Value>, Invalid> {
    let round = evaluation.epoch;
    let holder = holder.filter(|_| round > 0);
    let text = assessment.map(as_text).transpose()?;
    let of_round = |value: Value| Map::from_iter([(key(round), value)]);
    let is_over = matches!(
        evaluation.status,
        EvaluationStatus::Pending | EvaluationStatus::Failed
    );
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
        lease: match round {
            0 => Map::new(),
            _ => of_round(1.into()),
        },
        lease_holder: holder,
        holders: holder.map(|name| of_round(name.into())).unwrap_or_default(),
        results: (text.clone().filter(|_| round > 0))
            .map(|text| of_round(text.into()))
            .unwrap_or_default(),
        released: (round > 0 && is_over).then_some(round),
        assessment: text,
    })
}

/// How the work on an evaluation ended as `round`, for a row that is there, to which others may have written meanwhile: of
/// the rounds this one alone.
pub(crate) fn ended(
    evaluation: &Evaluation,
    assessment: Option<&Assessment>,
    round: u32,
    session: &str,
    terms: &Terms,
    holder: &str,
) -> Result<Map<String, Value>, Invalid> {
    let as_round = Evaluation {
        epoch: round,
        ..evaluation.clone()
    };
    let mut fields = self::evaluation(&as_round, assessment, session, terms, Some(holder))?;
    for column in [LEASE, HOLDERS, RESULTS] {
        if let Some(Value::Object(rounds)) = fields.remove(column) {
            let dotted = rounds
                .into_iter()
                .map(|(round, value)| (format!("{column}.{round}"), value));
            fields.extend(dotted);
        }
    }
    Ok(fields)
}

/// The fields of a result of a round, for whoever holds it.
pub(crate) fn finished(
    assessment: &Assessment,
    round: u32,
    attempts: u32,
    completed_at: Timestamp,
) -> Result<Map<String, Value>, Invalid> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Finished<'a> {
        status: EvaluationStatus,
        attempts: u32,
        completed_at: Timestamp,
        scores: Vec<Score<'a>>,
        summary: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        evaluator_model: Option<&'a str>,
        outcome: Outcome,
        rubric_hash: &'a str,
        assessment: &'a str,
    }
    let text = as_text(assessment)?;
    let mut finished = fields(&Finished {
        status: EvaluationStatus::Completed,
        attempts,
        completed_at,
        scores: scores(assessment),
        summary: &assessment.summary,
        evaluator_model: model(assessment),
        outcome: assessment.outcome,
        rubric_hash: &assessment.rubric,
        assessment: &text,
    })?;
    finished.insert(of_round(RESULTS, round), text.into());
    Ok(finished)
}

fn as_text(assessment: &Assessment) -> Result<String, Invalid> {
    serde_json::to_string(assessment).map_err(|error| Invalid::Json(error.to_string()))
}

fn model(assessment: &Assessment) -> Option<&str> {
    match &assessment.judge {
        Judge::Model { name } => Some(name),
        Judge::Rules => None,
    }
}

/// The fields that make a result.
const RESULT: [&str; 2] = ["scores", "outcome"];

/// An evaluation as anybody may have written it.
pub(crate) fn read_evaluation(object: &Object) -> Result<RemoteEvaluation, Unreadable> {
    let fields = Fields::of(object);
    let created_at = Timestamp::from_millis(object.created_at.as_millis());
    let queued_at = fields.date("queuedAt").unwrap_or(created_at);
    let rounds = Rounds::of(object);
    let status = rounds.status();
    let is_done = status == EvaluationStatus::Completed;
    let in_rounds = rounds.highest > 0;
    let text = match in_rounds {
        true => rounds.result.clone(),
        false => fields.text(ASSESSMENT),
    };
    // One that a later version wrote in another way is shown as far as the earlier web app could show it.
    let assessment: Option<Assessment> = text.and_then(|text| serde_json::from_str(&text).ok());
    let completed_at = fields.date("completedAt");
    let touched_at = Timestamp::from_millis(object.updated_at.as_millis());
    Ok(RemoteEvaluation {
        evaluation: Evaluation {
            id: subject(Class::Evaluation, object).into(),
            session: session_of(object)?,
            status,
            attempts: fields.count("attempts").unwrap_or(0),
            last_error: fields.text("lastError").filter(|_| !in_rounds || !is_done),
            queued_at,
            next_attempt_at: fields.date("nextAttemptAt").unwrap_or(queued_at),
            completed_at: match in_rounds {
                true => is_done.then(|| completed_at.unwrap_or(touched_at)),
                false => completed_at,
            },
            superseded_at: None,
            evaluator_model: match &assessment {
                Some(assessment) => model(assessment).map(ToOwned::to_owned),
                None => fields.text("evaluatorModel").filter(|_| !in_rounds || is_done),
            },
            rubric: match &assessment {
                Some(assessment) => Some(assessment.rubric.clone()),
                None => fields.text("rubricHash").filter(|_| !in_rounds || is_done),
            },
            epoch: rounds.highest,
            lease_holder: fields
                .text(LEASE_HOLDER)
                .filter(|_| in_rounds && status == EvaluationStatus::Running),
            lease_until: rounds.stands_until().filter(|_| in_rounds),
            asked_at: None,
        },
        result: result(&fields).filter(|_| !in_rounds || is_done),
        assessment,
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
