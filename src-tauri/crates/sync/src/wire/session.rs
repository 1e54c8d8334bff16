//! `PracticeSession`.

use std::time::Duration;

use rehearse_domain::{
    EndReason, Language, Limits, Objective, Session, SessionStatus, Snapshot, TakeTwo, Timestamp,
};
use rehearse_leancloud::{Invalid, Object, ObjectId};
use rehearse_store::RemoteSession;
use serde::Serialize;
use serde_json::{Map, Value};

use super::reading::{Fields, Unreadable, Whose, subject, whose};
use super::{Authored, CLIENT_ID, Class, STUB_USER_ID, fields};
use crate::{Reach, Terms};

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
    /// How many turns it has, so that whoever reads it knows when all of them are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    turn_count: Option<u32>,
    /// The scenario and rubric it ran with. As text: the server looks into objects, and refuses some of their keys.
    snapshot: String,
}

/// How much of a session may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionState<'a> {
    /// Turns are still to come, so that it has not ended over there.
    Underway,
    /// All of it, with what the server calls its evaluation, and so many turns.
    Whole { evaluation: Option<&'a str>, turns: u32 },
}

/// The fields of a session, whose scenario the server calls `scenario` if it has it. `client_closed` is not a word of the earlier app, which reads `manual`; ours stands beside
/// it.
pub(crate) fn session(
    session: &Session,
    state: SessionState<'_>,
    scenario: Option<&str>,
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
        scenario_id: match scenario {
            Some(scenario) => scenario.to_owned(),
            None => session.snapshot.scenario.id.to_string(),
        },
        language: super::language(session.language),
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
            SessionState::Whole { evaluation, .. } => evaluation,
            SessionState::Underway => None,
        },
        turn_count: match state {
            SessionState::Whole { turns, .. } => Some(turns),
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

/// Whose a session is. The earlier web app knows its user by another name.
pub(crate) fn whose_session(object: &Object, terms: &Terms) -> Whose {
    let stub = Fields::of(object).text(STUB_USER_ID);
    match whose(object, terms) {
        Whose::Unsaid if terms.reach == Reach::Everybody => Whose::Own,
        Whose::Unsaid if stub.is_some() && stub == terms.stub_user => Whose::Own,
        Whose::Unsaid => Whose::Foreign,
        said => said,
    }
}

/// Whether it was recorded by the earlier web app, whose turns do not say whose they are.
pub(crate) fn is_of_earlier_app(object: &Object) -> bool {
    Fields::of(object).uuid(CLIENT_ID).is_none()
}

/// What the server calls the scenario of a session of the earlier web app.
pub(crate) fn scenario_of(object: &Object) -> Option<String> {
    Fields::of(object).text("scenarioId")
}

/// A session as anybody may have written it.
pub(crate) fn read_session(object: &Object, authored: &Authored) -> Result<RemoteSession, Unreadable> {
    let fields = Fields::of(object);
    let row_made = Timestamp::from_millis(object.created_at.as_millis());
    let created_at = fields.date("clientSessionStartedAt").unwrap_or(row_made);
    let started_at = fields.date("startedAt");
    let status = fields.word("status").ok_or(Unreadable("status"))?;
    let language = fields.text("language").and_then(|text| text.parse().ok());
    let language = language.unwrap_or(Language::English);
    let end = (status == SessionStatus::Ended).then(|| {
        let changed = Timestamp::from_millis(object.updated_at.as_millis());
        (fields.date("endedAt").unwrap_or(changed), end_reason(&fields))
    });
    let told = seconds(&fields, "totalDurationSeconds");
    let lasted = end.map(|(ended_at, _)| ended_at.since(started_at.unwrap_or(created_at)));
    Ok(RemoteSession {
        session: Session {
            id: subject(Class::Session, object).into(),
            snapshot: snapshot(&fields, authored, language)?,
            language,
            partner: fields.word("partner").unwrap_or_default(),
            limits: Limits {
                idle: seconds(&fields, "idleLimitSeconds"),
                duration: seconds(&fields, "durationLimitSeconds"),
            },
            status,
            created_at,
            started_at,
            ended_at: end.map(|(ended_at, _)| ended_at),
            active: told.or(lasted).unwrap_or_default(),
            objective: Objective {
                status: fields.word("objectiveStatus").unwrap_or_default(),
                reason: fields.text("objectiveReason"),
            },
            end_reason: end.map(|(_, reason)| reason),
            parent: parent(&fields),
        },
        turns: fields.count("turnCount"),
    })
}

/// Ours, where it stands, because the earlier app has fewer words.
fn end_reason(fields: &Fields<'_>) -> EndReason {
    let ours = fields.word("endReason");
    ours.or_else(|| fields.word("terminationReason"))
        .unwrap_or(EndReason::Manual)
}

fn seconds(fields: &Fields<'_>, name: &str) -> Option<Duration> {
    let seconds = Duration::try_from_secs_f64(fields.number(name)?).ok()?;
    // A column holds milliseconds of them.
    Some(seconds).filter(|seconds| seconds.as_millis() < 1 << 53)
}

fn parent(fields: &Fields<'_>) -> Option<TakeTwo> {
    Some(TakeTwo {
        session: fields.uuid("parentSessionClientId")?.into(),
        turn: fields.uuid("parentTurnClientId")?.into(),
    })
}

/// What it ran with: ours says so itself, of an earlier one it is put together.
fn snapshot(fields: &Fields<'_>, authored: &Authored, language: Language) -> Result<Snapshot, Unreadable> {
    match fields.text("snapshot") {
        Some(json) => serde_json::from_str(&json).map_err(|_| Unreadable("snapshot")),
        None => authored.snapshot(&fields.text("scenarioId").unwrap_or_default(), language),
    }
}
