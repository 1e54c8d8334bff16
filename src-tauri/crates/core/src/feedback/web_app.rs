//! Results of the earlier web app, which have ratings and notes and no quotes: shown as what they are, beside what is
//! counted here.

use rehearse_domain::{Assessment, Rating, Session, SkillId};
use rehearse_store::{Evaluation, EvaluationStatus, Store, StoreError};
use serde_json::Value;

use crate::view::{WebAppRating, WebAppResult};

/// The current result of a session, where it is one of the earlier web app's.
pub(super) fn result(
    store: &Store,
    session: &Session,
    current: Option<&(Evaluation, Option<Assessment>)>,
) -> Result<Option<WebAppResult>, StoreError> {
    let Some((evaluation, None)) = current else {
        return Ok(None);
    };
    if evaluation.status != EvaluationStatus::Completed {
        return Ok(None);
    }
    let Some(written) = store.result_from_elsewhere(session.id)? else {
        return Ok(None);
    };
    let mut ratings = Vec::new();
    for score in written
        .get("scores")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        ratings.extend(rating(store, session, score)?);
    }
    let summary = text(&written, "summary").unwrap_or_default();
    Ok(
        (!ratings.is_empty() || !summary.is_empty()).then_some(WebAppResult {
            completed_at: evaluation.completed_at,
            model: text(&written, "evaluatorModel"),
            ratings,
            summary,
        }),
    )
}

fn rating(store: &Store, session: &Session, score: &Value) -> Result<Option<WebAppRating>, StoreError> {
    let Some(id) = text(score, "skillId").or_else(|| text(score.get("skillId")?, "objectId")) else {
        return Ok(None);
    };
    // It names a skill by its row; this app writes the external id in the same place.
    let row: Option<SkillId> = store.authored_called(&id)?.map(Into::into);
    let mut skills = session.snapshot.skills.iter();
    let skill = skills.find(|skill| Some(skill.id) == row || skill.slug.as_str() == id);
    Ok(Some(WebAppRating {
        name: skill.map_or(id, |skill| skill.name.clone()),
        rating: score.get("rating").and_then(level),
        note: text(score, "note").unwrap_or_default(),
    }))
}

/// A rating as it may have been written there: as a number with or without a fraction.
fn level(rating: &Value) -> Option<Rating> {
    let number = rating.as_f64().filter(|number| (0.5..5.5).contains(number))?;
    Rating::new(number.round() as u8)
}

/// Text without what only looks like some.
fn text(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
