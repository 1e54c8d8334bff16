//! `PracticeSession`.

use rehearse_domain::{EndReason, Language, Objective, Session, SessionStatus, Timestamp};
use rehearse_leancloud::{Invalid, ObjectId};
use serde::Serialize;
use serde_json::{Map, Value};

use super::fields;
use crate::Terms;

/// What a session may do without.
pub(super) const OPTIONAL: &[&str] = &[
    "stubUserId",
    "startedAt",
    "endedAt",
    "totalDurationSeconds",
    "idleLimitSeconds",
    "durationLimitSeconds",
    "objectiveReason",
    "terminationReason",
    "evaluationId",
    "endReason",
    "parentSessionClientId",
    "parentTurnClientId",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    client_id: String,
    owner_id: &'a ObjectId,
    #[serde(skip_serializing_if = "Option::is_none")]
    stub_user_id: Option<&'a str>,
    scenario_id: String,
    language: &'static str,
    status: SessionStatus,
    client_session_started_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_duration_seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idle_limit_seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_limit_seconds: Option<f64>,
    objective_status: &'a rehearse_domain::ObjectiveStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    objective_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    termination_reason: Option<EndReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluation_id: Option<&'a str>,
    // Ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_reason: Option<EndReason>,
    partner: &'a rehearse_domain::PartnerKind,
    scenario_slug: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_session_client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_turn_client_id: Option<String>,
    /// The scenario and rubric it ran with. As text: the server looks into objects, and refuses some of their keys.
    snapshot: String,
}

/// How much of a session may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionState<'a> {
    /// Turns are still to come, so that it has not ended over there.
    Underway,
    /// All of it, with what the server calls its evaluation.
    Whole { evaluation: Option<&'a str> },
}

/// The fields of a session. `client_closed` is not a word of the earlier app, which reads `manual`; ours stands beside
/// it.
pub(crate) fn session(
    session: &Session,
    state: SessionState<'_>,
    terms: &Terms,
) -> Result<Map<String, Value>, Invalid> {
    let whole = matches!(state, SessionState::Whole { .. });
    let status = match (whole, session.started_at) {
        (true, _) => session.status,
        (false, None) => SessionStatus::Pending,
        (false, Some(_)) => SessionStatus::Active,
    };
    let ended = status == SessionStatus::Ended;
    let untold = Objective::default();
    let objective = if ended { &session.objective } else { &untold };
    let reason = session.end_reason.filter(|_| ended);
    let parent = session.parent.as_ref();
    let seconds = |limit: std::time::Duration| limit.as_secs_f64();
    fields(&Row {
        client_id: session.id.to_string(),
        owner_id: &terms.owner,
        stub_user_id: terms.stub_user.as_deref(),
        scenario_id: session.snapshot.scenario.id.to_string(),
        language: match session.language {
            Language::English => "en",
            Language::Chinese => "zh",
        },
        status,
        client_session_started_at: session.created_at,
        started_at: session.started_at,
        ended_at: session.ended_at.filter(|_| ended),
        total_duration_seconds: ended.then_some(session.active.as_secs_f64()),
        idle_limit_seconds: session.limits.idle.map(seconds),
        duration_limit_seconds: session.limits.duration.map(seconds),
        objective_status: &objective.status,
        objective_reason: objective.reason.as_deref(),
        termination_reason: reason.map(|reason| match reason {
            EndReason::ClientClosed => EndReason::Manual,
            reason => reason,
        }),
        evaluation_id: match state {
            SessionState::Whole { evaluation } => evaluation,
            SessionState::Underway => None,
        },
        end_reason: reason,
        partner: &session.partner,
        scenario_slug: session.snapshot.scenario.slug.as_str(),
        parent_session_client_id: parent.map(|parent| parent.session.to_string()),
        parent_turn_client_id: parent.map(|parent| parent.turn.to_string()),
        snapshot: serde_json::to_string(&session.snapshot)
            .map_err(|error| Invalid::Json(error.to_string()))?,
    })
}
