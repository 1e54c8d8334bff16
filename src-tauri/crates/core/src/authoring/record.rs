//! A record as a file holds it: `{"scenario": {...}}` or `{"skill": {...}}`, with the fields of the domain.

use rehearse_content::{Library, own_slug};
use rehearse_domain::{IdSource, Scenario, ScenarioId, SkillId, Slug};
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

/// The record that has this id or slug, as it is kept, or that the catalogue calls so. Of two with one slug, what somebody
/// wrote; of a scenario and a skill, the scenario.
pub(super) fn named(library: &Library, written: &[AuthoredRecord], name: &str) -> Option<AuthoredRecord> {
    let id = name.parse::<Uuid>().ok();
    let is_meant = |record: &&AuthoredRecord| Some(record.id()) == id || slug(record).as_str() == name;
    let is_skill = |record: &&AuthoredRecord| matches!(record, AuthoredRecord::Skill(_));
    let scenario = |record: &&AuthoredRecord| is_meant(record) && !is_skill(record);
    let skill = |record: &&AuthoredRecord| is_meant(record) && is_skill(record);
    written
        .iter()
        .rfind(scenario)
        .cloned()
        .or_else(|| {
            let listed = library.scenarios().iter().rev();
            let mut listed = listed.filter(|one| Some(one.id.into()) == id || one.slug.as_str() == name);
            let listed = AuthoredRecord::Scenario(Box::new(listed.next()?.clone()));
            // It may be kept under another slug than the one that it is listed under.
            let kept = written.iter().find(|one| one.id() == listed.id());
            Some(kept.cloned().unwrap_or(listed))
        })
        .or_else(|| written.iter().rfind(skill).cloned())
        .or_else(|| {
            let listed = library.skills().iter().rev();
            let mut listed = listed.filter(|one| Some(one.id.into()) == id || one.slug.as_str() == name);
            Some(AuthoredRecord::Skill(Box::new(listed.next()?.clone())))
        })
}

fn slug(record: &AuthoredRecord) -> &Slug {
    match record {
        AuthoredRecord::Scenario(scenario) => &scenario.slug,
        AuthoredRecord::Skill(skill) => &skill.slug,
    }
}

/// Reads a file. What may be left out is filled in: the id, the revision and the statuses, and of a scenario its family
/// and whether it is published. What has the id of something built in is a new record after it. `others` are the records
/// that people wrote.
pub(super) fn given(
    mut file: Value,
    built_in: &Library,
    others: &[AuthoredRecord],
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
            if is_of_another(&scenario.family, scenario, built_in, others) {
                scenario.family = own_slug(&scenario.slug, scenario.id.into());
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

/// Whether a family is that of another scenario, so that their practices would be counted as one. Two languages of what
/// somebody wrote may share theirs; nothing joins what is built in.
fn is_of_another(family: &Slug, scenario: &Scenario, built_in: &Library, others: &[AuthoredRecord]) -> bool {
    let is_taken_by = |other: &Scenario| {
        other.family == *family && other.id != scenario.id && other.language == scenario.language
    };
    !built_in.family(family).is_empty()
        || others.iter().any(|other| match other {
            AuthoredRecord::Scenario(other) => is_taken_by(other),
            AuthoredRecord::Skill(_) => false,
        })
}

#[cfg(test)]
mod tests {
    use rehearse_domain::Language;

    use super::*;
    use crate::system::SystemIds;

    const RAISE: &str = "ask-for-a-raise";

    fn built_in() -> Library {
        Library::built_in().unwrap()
    }

    fn file(change: impl FnOnce(&mut Value)) -> Value {
        let mut file = json!({ "scenario": built_in().scenario(&RAISE.parse().unwrap()).unwrap() });
        change(&mut file["scenario"]);
        file
    }

    fn saved(file: Value, others: &[AuthoredRecord]) -> Scenario {
        match given(file, &built_in(), others, &SystemIds).unwrap() {
            AuthoredRecord::Scenario(scenario) => *scenario,
            AuthoredRecord::Skill(_) => panic!("a skill"),
        }
    }

    fn kept(scenario: &Scenario) -> AuthoredRecord {
        AuthoredRecord::Scenario(Box::new(scenario.clone()))
    }

    #[test]
    fn what_is_written_after_something_built_in_has_a_family_of_its_own() {
        for change in [
            |_: &mut Value| (),
            |scenario: &mut Value| drop(scenario.as_object_mut().unwrap().remove("id")),
            |scenario: &mut Value| scenario["id"] = json!(Uuid::from_u128(7)),
        ] {
            let mine = saved(file(change), &[]);
            assert_eq!(mine.slug.as_str(), RAISE);
            assert!(built_in().family(&mine.family).is_empty(), "{}", mine.family);
            let again = saved(json!({ "scenario": mine }), &[kept(&mine)]);
            assert_eq!(again.family, mine.family, "saved again it stays what it is");
        }
    }

    #[test]
    fn only_the_two_languages_of_what_somebody_wrote_share_a_family() {
        let named = |scenario: &mut Value| {
            scenario["id"] = json!(Uuid::from_u128(7));
            scenario["slug"] = json!("my-talk");
            scenario["family"] = json!("my-talk");
        };
        let mine = saved(file(named), &[]);
        assert_eq!(mine.family.as_str(), "my-talk");
        let others = [kept(&mine)];
        let other = |language: Language| {
            move |scenario: &mut Value| {
                named(scenario);
                scenario["id"] = json!(Uuid::from_u128(8));
                scenario["language"] = json!(language);
            }
        };
        assert_ne!(saved(file(other(mine.language)), &others).family, mine.family);
        assert_eq!(saved(file(other(Language::Chinese)), &others).family, mine.family);
    }

    #[test]
    fn a_record_is_found_by_the_slug_that_is_kept_and_by_the_one_that_is_listed() {
        let mine = saved(file(|_| ()), &[]);
        let written = [kept(&mine)];
        let library = built_in().with_authored(vec![mine.clone()], Vec::new());
        let listed = library.scenarios().last().unwrap().slug.clone();
        assert_ne!(listed, mine.slug);
        for name in [RAISE, listed.as_str(), &mine.id.to_string()] {
            assert_eq!(named(&library, &written, name), Some(kept(&mine)), "{name}");
        }
        let built_in = built_in().scenario(&mine.slug).unwrap().clone();
        let found = named(&library, &written, &built_in.id.to_string());
        assert_eq!(found, Some(kept(&built_in)));
    }
}
