//! A record as a file holds it: `{"scenario": {...}}` or `{"skill": {...}}`, with the fields of the domain.

use rehearse_content::Library;
use rehearse_domain::{IdSource, ScenarioId, SkillId};
use rehearse_store::{AuthoredRecord, Store, StoreError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::ErrorView;

/// Whether a record is kept here already, also as a deleted one.
pub(super) fn is_known(store: &Store, record: &AuthoredRecord) -> Result<bool, StoreError> {
    Ok(match record {
        AuthoredRecord::Scenario(scenario) => store.scenario(scenario.id)?.is_some(),
        AuthoredRecord::Skill(skill) => store.skill(skill.id)?.is_some(),
    })
}

/// The record that has this id or slug. Of two with one slug, what somebody wrote.
pub(super) fn named(library: &Library, name: &str) -> Option<AuthoredRecord> {
    let id = name.parse::<Uuid>().ok();
    let scenario = library
        .scenarios()
        .iter()
        .rev()
        .find(|one| Some(one.id.into()) == id || one.slug.as_str() == name);
    let skill = library
        .skills()
        .iter()
        .rev()
        .find(|one| Some(one.id.into()) == id || one.slug.as_str() == name);
    let scenario = scenario.map(|one| AuthoredRecord::Scenario(Box::new(one.clone())));
    scenario.or_else(|| skill.map(|one| AuthoredRecord::Skill(Box::new(one.clone()))))
}

/// Reads a file. What may be left out is filled in: the id, the revision and the statuses, and of a scenario its family
/// and whether it is published. What has the id of something built in is a new record after it.
pub(super) fn given(
    mut file: Value,
    built_in: &Library,
    ids: &dyn IdSource,
) -> Result<AuthoredRecord, ErrorView> {
    for kind in ["scenario", "skill"] {
        if let Some(fields) = file.get_mut(kind).and_then(Value::as_object_mut) {
            let slug = fields.get("slug").cloned().unwrap_or_default();
            for (name, value) in [
                ("id", json!(ids.next_id())),
                ("family", slug),
                ("revision", json!(1)),
                ("publication", json!("published")),
                ("record_status", json!("active")),
            ] {
                fields.entry(name).or_insert(value);
            }
        }
    }
    let mut record: AuthoredRecord = serde_json::from_value(file)
        .map_err(|error| ErrorView::new("authored_unreadable").with("detail", error))?;
    match &mut record {
        AuthoredRecord::Scenario(scenario) => {
            if built_in.scenarios().iter().any(|one| one.id == scenario.id) {
                scenario.id = ScenarioId::new(ids);
                scenario.family = scenario.slug.clone();
            }
        }
        AuthoredRecord::Skill(skill) => {
            if built_in.skills().iter().any(|one| one.id == skill.id) {
                skill.id = SkillId::new(ids);
            }
        }
    }
    Ok(record)
}
