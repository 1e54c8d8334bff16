//! Rows of both classes: there and back without a loss, and what the earlier web app wrote.

use std::time::Duration;

use rehearse_content::Library;
use rehearse_domain::{PersonaVoice, Publication, RecordStatus, Scenario};
use rehearse_leancloud::ObjectId;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::wire::Forms;
use crate::{Audio, Reach};

fn terms() -> Terms {
    Terms {
        owner: ObjectId::new("owner").unwrap(),
        reach: Reach::Own,
        stub_user: None,
        audio: Audio::Sent,
    }
}

/// A row as a server would give it back.
fn row(fields: Map<String, Value>) -> Object {
    Object {
        id: ObjectId::new("abc123").unwrap(),
        created_at: rehearse_leancloud::Timestamp::from_millis(1_795_856_400_000),
        updated_at: rehearse_leancloud::Timestamp::from_millis(1_795_856_400_001),
        acl: None,
        fields,
    }
}

fn class_of(record: &AuthoredRecord) -> Class {
    match record {
        AuthoredRecord::Scenario(_) => Class::Scenario,
        AuthoredRecord::Skill(_) => Class::Skill,
    }
}

fn fields_of(record: &AuthoredRecord) -> Map<String, Value> {
    let terms = terms();
    let told = Told {
        terms: &terms,
        revision: record.revision(),
        built_in: false,
    };
    let fields = authored(record, &[], told).unwrap();
    assert!(fields.values().all(|value| !value.is_null()), "{fields:?}");
    fields
}

fn there_and_back(record: &AuthoredRecord) -> RemoteAuthored {
    let fields = fields_of(record);
    Authored::default()
        .record(class_of(record), &row(fields))
        .unwrap()
}

#[test]
fn every_record_of_the_library_comes_back_as_it_went() {
    let library = Library::built_in().unwrap();
    let scenarios = library.scenarios().iter().cloned().map(Box::new);
    let skills = library.skills().iter().cloned().map(Box::new);
    let all = scenarios
        .map(AuthoredRecord::Scenario)
        .chain(skills.map(AuthoredRecord::Skill));
    let mut count = 0;
    for record in all {
        let found = there_and_back(&record);
        assert_eq!(found.record, record);
        assert!(found.is_numbered && !found.is_built_in);
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn a_persona_without_a_hint_is_told_as_ever_and_a_hint_that_nobody_knows_is_none() {
    let library = Library::built_in().unwrap();
    let mut scenario = library.scenarios().first().unwrap().clone();
    scenario.partner.voice = Some(PersonaVoice::Masculine);
    let told = fields_of(&AuthoredRecord::Scenario(Box::new(scenario.clone())));
    assert_eq!(told["aiPersona"]["voice"], "masculine");
    let plain = &told["traineePersona"];
    let names: Vec<&str> = plain.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    for voice in [json!(null), json!("robotic"), json!({"pitch": 2})] {
        let mut fields = told.clone();
        fields["aiPersona"]["voice"] = voice;
        let found = Authored::default().record(Class::Scenario, &row(fields)).unwrap();
        let AuthoredRecord::Scenario(found) = found.record else {
            panic!("a scenario");
        };
        scenario.partner.voice = None;
        assert_eq!(*found, scenario);
    }
}

#[test]
fn a_draft_with_nothing_in_it_comes_back_as_it_went() {
    let library = Library::built_in().unwrap();
    let scenario = library.scenarios().first().unwrap().clone();
    let draft = AuthoredRecord::Scenario(Box::new(Scenario {
        id: Uuid::from_u128(7).into(),
        revision: 12,
        title: String::new(),
        summary: String::new(),
        heavy: None,
        end_criteria: vec![String::new(), "an answer".to_owned()],
        skills: Vec::new(),
        prompt: String::new(),
        idle_limit: Duration::from_millis(1_250),
        duration_limit: Duration::ZERO,
        script: None,
        publication: Publication::Draft,
        record_status: RecordStatus::Deleted,
        ..scenario
    }));
    assert_eq!(there_and_back(&draft).record, draft);
    let skill = AuthoredRecord::Skill(Box::new(Skill {
        name: String::new(),
        description: String::new(),
        ..library.skills().first().unwrap().clone()
    }));
    assert_eq!(there_and_back(&skill).record, skill);
}

#[test]
fn a_scenario_of_the_earlier_web_app_is_read_as_far_as_it_goes() {
    let fields = json!({
        "title": "要求加薪", "category": "Work life", "description": "d", "objective": "o",
        "aiPersona": {"name": "Li"}, "endCriteria": ["e"], "skills": ["s1", "gone"], "prompt": "p",
        "idleLimitSeconds": 0, "status": "draft", "recordStatus": "deleted",
    });
    let mut known = Authored::default();
    let skill =
        json!({"externalId": "Small Talk & more", "name": "Plaudern", "rubric": "r", "status": "active"});
    known
        .skills
        .insert("s1".to_owned(), row(skill.as_object().unwrap().clone()));
    let found = known
        .record(Class::Scenario, &row(fields.as_object().unwrap().clone()))
        .unwrap();
    assert!(!found.is_numbered);
    let AuthoredRecord::Scenario(scenario) = &found.record else {
        panic!("a scenario");
    };
    assert_eq!(scenario.language, Language::Chinese);
    assert_eq!(scenario.skills, ["small-talk-more".parse().unwrap()]);
    assert_eq!(
        (scenario.publication, scenario.record_status),
        (Publication::Draft, RecordStatus::Deleted)
    );
    assert_eq!(scenario.idle_limit, Duration::from_secs(8));
    assert_eq!(Uuid::from(scenario.id), found.stamp.subject);
    let snapshot = {
        let row = row(fields.as_object().unwrap().clone());
        known.scenarios.insert("abc123".to_owned(), row);
        known.snapshot("abc123", Language::Chinese).unwrap()
    };
    assert_eq!(snapshot.scenario, **scenario, "a session names the same one");
}

#[test]
fn a_row_without_a_title_is_not_one() {
    let fields = Map::from_iter([("description".to_owned(), json!("d"))]);
    let read = |class| Authored::default().record(class, &row(fields.clone()));
    assert_eq!(read(Class::Scenario), Err(Unreadable("title")));
    assert_eq!(read(Class::Skill), Err(Unreadable("name")));
}

#[test]
fn a_slug_is_made_of_anything() {
    for (text, expected) in [
        ("Small Talk & more", "small-talk-more"),
        ("职场", "earlier"),
        ("", "earlier"),
        ("--a--", "a"),
    ] {
        assert_eq!(slug(text).as_str(), expected);
    }
    assert_eq!(slug(&"long ".repeat(40)).as_str().len(), 64);
}

#[test]
fn a_session_whose_scenario_is_gone_still_ran_with_something() {
    let snapshot = Authored::default().snapshot("abc", Language::Chinese).unwrap();
    assert_eq!(snapshot.scenario.title, "以前的练习");
    assert_eq!(snapshot.scenario.slug.as_str(), "earlier-abc");
    assert!(snapshot.skills.is_empty());
}

#[test]
fn columns_that_wrap_what_they_hold_are_read_as_what_it_is() {
    let library = Library::built_in().unwrap();
    let scenario = AuthoredRecord::Scenario(Box::new(library.scenarios().first().unwrap().clone()));
    let (mut forms, terms) = (Forms::default(), terms());
    let told = Told {
        terms: &terms,
        revision: scenario.revision(),
        built_in: false,
    };
    let mut fields = authored(&scenario, &[], told).unwrap();
    for field in [
        "prompt",
        "title",
        "summary",
        "idleLimitSeconds",
        "durationLimitSeconds",
        "script",
        "family",
    ] {
        let expected = "Object".to_owned();
        let lock = rehearse_leancloud::TypeLock {
            field: field.to_owned(),
            expected,
        };
        forms.learn(Class::Scenario, &lock);
    }
    forms.apply(Class::Scenario, &mut fields);
    assert!(fields["idleLimitSeconds"].is_object(), "{fields:?}");
    let found = Authored::default().record(Class::Scenario, &row(fields)).unwrap();
    assert_eq!(found.record, scenario);
}

#[test]
fn skills_of_the_web_app_whose_names_have_no_letter_of_ours_are_not_one() {
    let slug = |id: &str| {
        let fields = json!({ "name": "倾听", "externalId": "倾听", "rubric": "" });
        let row = Object {
            id: ObjectId::new(id).unwrap(),
            ..row(fields.as_object().unwrap().clone())
        };
        match Authored::default().record(Class::Skill, &row).unwrap().record {
            AuthoredRecord::Skill(skill) => skill.slug,
            AuthoredRecord::Scenario(_) => panic!("a skill"),
        }
    };
    assert_ne!(slug("abc123"), slug("abc124"));
}
