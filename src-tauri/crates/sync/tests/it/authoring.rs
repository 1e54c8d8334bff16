//! Scenarios and skills: those that come with the program are there once, and what people write is the same on every
//! machine, whoever changes it.

use std::collections::BTreeMap;

use rehearse_content::Library;
use rehearse_domain::{RecordStatus, Scenario, ScenarioId};
use rehearse_fakes::leancloud::{Fault, Permission, Reply, Who};
use rehearse_leancloud::Transport;
use rehearse_store::{AuthoredKind, AuthoredRecord, Keep, Store, StoreError};
use rehearse_sync::{Look, Sender};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::machine::{Dice, Machine, generous};
use crate::records::snapshot;
use crate::schedules::snapshot_once;

/// Everything that comes with the program.
pub(crate) fn built_in() -> Vec<AuthoredRecord> {
    let library = Library::built_in().unwrap();
    let scenarios = library.scenarios().iter().cloned().map(Box::new);
    let skills = library.skills().iter().cloned().map(Box::new);
    let skills = skills.map(AuthoredRecord::Skill);
    scenarios.map(AuthoredRecord::Scenario).chain(skills).collect()
}

fn with_built_in<T: Transport>(sender: &Sender<T>) -> Sender<T> {
    sender.clone().with_built_in(built_in()).unwrap()
}

/// The id of a scenario that a test writes.
pub(crate) fn scenario_id(number: u64) -> ScenarioId {
    Uuid::from_u128(0x5ce0_0000 << 64 | u128::from(number)).into()
}

/// Writes a new scenario.
pub(crate) fn write(machine: &Machine, number: u64, title: &str) {
    let scenario = Scenario {
        id: scenario_id(number),
        slug: format!("own-{number}").parse().unwrap(),
        title: title.to_owned(),
        ..snapshot_once().scenario
    };
    machine
        .store
        .save_scenario(&scenario, None, machine.now())
        .unwrap();
}

/// Gives a scenario another title.
pub(crate) fn edit(machine: &Machine, number: u64, title: &str) {
    let known = machine
        .store
        .scenario(scenario_id(number))
        .unwrap()
        .unwrap()
        .record;
    let (base, title) = (known.revision, title.to_owned());
    let edited = Scenario { title, ..known };
    machine
        .store
        .save_scenario(&edited, Some(base), machine.now())
        .unwrap();
}

fn delete(machine: &Machine, number: u64) {
    let id = scenario_id(number);
    let base = machine.store.scenario(id).unwrap().unwrap().record.revision;
    machine.store.delete_scenario(id, base, machine.now()).unwrap();
}

/// The titles of what people wrote and did not delete.
pub(crate) fn authored(store: &Store) -> BTreeMap<ScenarioId, String> {
    let all = store.scenarios(RecordStatus::Active).unwrap();
    all.into_iter()
        .map(|one| (one.record.id, one.record.title))
        .collect()
}

/// The titles on the server of what is not deleted there, each record once.
pub(crate) fn on_the_server(machine: &Machine) -> BTreeMap<ScenarioId, String> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let mut all = BTreeMap::new();
    for row in machine.fake.rows("Scenario") {
        let id: ScenarioId = text(&row, "clientId").parse().unwrap();
        let title = match text(&row, "recordStatus").as_str() {
            "deleted" => None,
            _ => Some(text(&row, "title")),
        };
        assert_eq!(all.insert(id, title), None, "a scenario is there twice: {row}");
    }
    all.into_iter()
        .filter_map(|(id, title)| Some((id, title?)))
        .collect()
}

/// Writes, changes or deletes something at random.
pub(crate) fn happen(machine: &Machine, next: &mut u64, dice: &mut Dice) {
    let known: Vec<ScenarioId> = authored(&machine.store).into_keys().collect();
    let number = |id: ScenarioId| (1..500).find(|number| scenario_id(*number) == id).unwrap();
    if known.is_empty() || dice.below(3) == 0 {
        write(machine, *next, &format!("Scenario {next}"));
        // Another machine has the numbers between.
        *next += 2;
        return;
    }
    let chosen = number(known[dice.below(known.len() as u64) as usize]);
    match dice.below(4) {
        0 => delete(machine, chosen),
        _ => edit(machine, chosen, &format!("Scenario {chosen}, {}", dice.number())),
    }
}

/// Lets this version of everything stay that was changed in two places; whether there was anything.
pub(crate) fn choose(machine: &Machine, keep: Keep) -> bool {
    let all = machine.store.conflicts().unwrap();
    for one in &all {
        let settled = machine.store.settle_conflict(one.ours.id(), keep, machine.now());
        assert!(settled.unwrap());
    }
    !all.is_empty()
}

#[tokio::test(start_paused = true)]
async fn what_comes_with_the_program_is_there_once_and_sessions_name_it() {
    let mut first = Machine::new(generous()).await;
    let mut second = first.beside(2).await;
    first.sender = with_built_in(&first.sender);
    first.until_quiet().await;
    let rows = first.fake.rows("Scenario");
    assert_eq!(rows.len() + first.fake.rows("Skill").len(), built_in().len());
    let named = first.fake.rows("Skill");
    let ids: Vec<&Value> = named.iter().map(|row| &row["objectId"]).collect();
    for row in &rows {
        let skills = row["skills"].as_array().unwrap();
        assert!(
            !skills.is_empty() && skills.iter().all(|id| ids.contains(&id)),
            "{row}"
        );
        assert_eq!(row["builtIn"], true);
    }

    second.sender = with_built_in(&second.sender);
    let before = first.fake.requests().len();
    second.until_quiet().await;
    assert_eq!(first.fake.rows("Scenario").len(), rows.len());
    let asked = first.fake.requests().len() - before;
    assert!(asked <= 6, "{asked} requests to find that everything is there");

    second.practise(1, 4);
    second.until_quiet().await;
    let session = &first.fake.rows("PracticeSession")[0];
    let scenario = snapshot().scenario.id.to_string();
    let row = rows
        .iter()
        .find(|row| row["clientId"] == scenario.as_str())
        .unwrap();
    assert_eq!(session["scenarioId"], row["objectId"]);
    assert!(authored(&second.store).is_empty());
    second.pull(Look::Everything).await;
    assert!(
        authored(&second.store).is_empty(),
        "what is built in is not somebody's own"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_told_by_two_machines_at_once_is_there_once_in_the_end() {
    let mut first = Machine::new(generous()).await;
    let mut second = first.beside(2).await;
    first.recorded.lock().late = true;
    first.sender = with_built_in(&first.sender);
    second.sender = with_built_in(&second.sender);
    let (one, other) = tokio::join!(first.sender.round(), second.sender.round());
    assert!(one.is_ok() && other.is_ok());
    for _ in 0..3 {
        first.until_quiet().await;
        second.until_quiet().await;
    }
    for class in ["Scenario", "Skill"] {
        let mut seen = std::collections::BTreeSet::new();
        for row in first.fake.rows(class) {
            assert!(seen.insert(row["clientId"].to_string()), "twice: {row}");
        }
    }
    assert_eq!(
        first.fake.rows("Scenario").len() + first.fake.rows("Skill").len(),
        built_in().len()
    );
    all_skills_are_named(&first);
}

/// Every scenario names rows of skills that are there.
fn all_skills_are_named(machine: &Machine) {
    let skills = machine.fake.rows("Skill");
    let ids: Vec<&Value> = skills.iter().map(|row| &row["objectId"]).collect();
    for row in machine.fake.rows("Scenario") {
        let (named, slugs) = (
            row["skills"].as_array().unwrap(),
            row["skillSlugs"].as_array().unwrap(),
        );
        assert_eq!(named.len(), slugs.len(), "{row}");
        assert!(named.iter().all(|id| ids.contains(&id)), "{row}");
    }
}

/// A built-in skill, as somebody else has it.
fn of_somebody_else(skill: &AuthoredRecord) -> Value {
    json!({
        "objectId": "a-theirs", "createdAt": "2026-01-05T10:00:00.000Z", "updatedAt": "2026-01-05T10:00:00.000Z",
        "clientId": skill.id().to_string(), "ownerId": "somebody", "name": "Theirs", "revision": 1, "builtIn": true,
    })
}

#[tokio::test(start_paused = true)]
async fn what_is_built_in_for_somebody_else_is_no_twin_of_ours() {
    let mut machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    let skill = built_in()
        .into_iter()
        .find(|one| one.kind() == AuthoredKind::Skill)
        .unwrap();
    machine.fake.import("Skill", [of_somebody_else(&skill)]);
    machine.sender = with_built_in(&machine.sender);
    machine.until_quiet().await;
    let rows = machine.fake.rows("Skill");
    let mut same = rows
        .iter()
        .filter(|row| row["clientId"] == skill.id().to_string().as_str());
    assert_eq!(same.clone().count(), 2);
    assert!(
        same.any(|row| row["objectId"] == "a-theirs"),
        "it is not ours to delete"
    );
}

#[tokio::test(start_paused = true)]
async fn columns_of_another_type_stop_none_of_many() {
    let mut machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    let at = "2026-01-05T10:00:00.000Z";
    machine.fake.import(
        "Scenario",
        [
            json!({ "objectId": "scen1", "createdAt": at, "updatedAt": at, "ownerId": "somebody",
            "summary": {"value": "Wrapped."}, "prompt": {"text": "Be hard."} }),
        ],
    );
    machine.sender = with_built_in(&machine.sender);
    machine.until_quiet().await;
    let (scenarios, skills) = (machine.fake.rows("Scenario"), machine.fake.rows("Skill"));
    assert_eq!(scenarios.len() - 1 + skills.len(), built_in().len());
    assert!(scenarios.iter().all(|row| row["summary"].is_object()));

    write(&machine, 1, "The damp");
    machine.until_quiet().await;
    let second = machine.beside(2).await;
    second.pull(Look::Everything).await;
    let record = |machine: &Machine| machine.store.scenario(scenario_id(1)).unwrap().unwrap().record;
    assert_eq!(record(&second), record(&machine));
    machine.pull(Look::Everything).await;
    assert_eq!(machine.store.conflicts().unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn however_many_sessions_wait_longer_their_scenarios_are_named_first() {
    let mut machine = Machine::new(generous()).await;
    for number in 1..=70 {
        machine.practise(number, 1);
    }
    machine.sender = with_built_in(&machine.sender);
    machine.until_quiet().await;
    let scenarios = machine.fake.rows("Scenario");
    let ids: Vec<&Value> = scenarios.iter().map(|row| &row["objectId"]).collect();
    let sessions = machine.fake.rows("PracticeSession");
    assert_eq!(sessions.len(), 70);
    assert!(sessions.iter().all(|row| ids.contains(&&row["scenarioId"])));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_went_before_its_scenario_had_a_name_names_it_later() {
    let mut machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    machine.until_quiet().await;
    let id = snapshot().scenario.id.to_string();
    assert_eq!(machine.fake.rows("PracticeSession")[0]["scenarioId"], id.as_str());
    machine.sender = with_built_in(&machine.sender);
    machine.until_quiet().await;
    let scenarios = machine.fake.rows("Scenario");
    let row = scenarios
        .iter()
        .find(|row| row["clientId"] == id.as_str())
        .unwrap();
    assert_eq!(
        machine.fake.rows("PracticeSession")[0]["scenarioId"],
        row["objectId"]
    );
}

#[tokio::test(start_paused = true)]
async fn scenarios_that_went_before_their_skills_name_them_later() {
    let mut machine = Machine::new(generous()).await;
    let rule = |machine: &Machine, who| {
        machine.fake.configure(move |options| {
            options
                .permissions
                .insert(("Skill".to_owned(), Permission::Create), who);
        });
    };
    rule(&machine, Who::Nobody);
    machine.sender = with_built_in(&machine.sender);
    machine.until_quiet().await;
    assert!(machine.fake.rows("Skill").is_empty(), "they are refused");
    let scenarios = machine.fake.rows("Scenario");
    assert!(!scenarios.is_empty() && scenarios.iter().all(|row| row["skills"] == json!([])));

    rule(&machine, Who::Everyone);
    // The next program brings all of them in a new revision.
    let newer = built_in().into_iter().map(|record| match record.kind() {
        AuthoredKind::Skill => {
            let revision = record.revision() + 1;
            record.with_revision(revision)
        }
        AuthoredKind::Scenario => record,
    });
    machine.sender = machine.sender.clone().with_built_in(newer).unwrap();
    machine.until_quiet().await;
    all_skills_are_named(&machine);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_may_be_read_and_not_written_needs_the_user() {
    let machine = Machine::new(generous()).await;
    write(&machine, 1, "The damp");
    machine.until_quiet().await;
    edit(&machine, 1, "The mould");
    // As Parse Server says it.
    let hidden = Reply::error(404, 101, "Object not found.");
    machine
        .fake
        .faults()
        .always("PUT", "/1.1/classes/Scenario/*", Fault::Before(hidden));
    machine.until_quiet().await;
    let stuck = machine.store.stuck_changes().unwrap();
    assert_eq!(stuck.len(), 1);
    assert_eq!(stuck[0].stuck_reason.as_deref(), Some("refused"));
}

#[tokio::test(start_paused = true)]
async fn what_one_writes_is_on_the_other_until_it_is_deleted() {
    let first = Machine::new(generous()).await;
    let second = first.beside(2).await;
    write(&first, 1, "The damp");
    first.until_quiet().await;
    let pulled = second.pull(Look::New).await;
    assert_eq!(pulled.authored, [Uuid::from(scenario_id(1))]);
    let (own, other) = (
        first.store.scenario(scenario_id(1)).unwrap().unwrap().record,
        second.store.scenario(scenario_id(1)).unwrap().unwrap().record,
    );
    assert_eq!(own, other, "whole, with its script");

    edit(&second, 1, "The mould");
    second.until_quiet().await;
    first.pull(Look::New).await;
    assert_eq!(authored(&first.store), authored(&second.store));
    assert_eq!(authored(&first.store)[&scenario_id(1)], "The mould");
    assert!(!first.pull(Look::New).await.is_news());

    delete(&first, 1);
    first.until_quiet().await;
    assert_eq!(first.fake.rows("Scenario")[0]["recordStatus"], "deleted");
    second.pull(Look::New).await;
    assert!(authored(&second.store).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_stale_edit_is_refused_and_both_versions_are_shown() {
    for keep in [Keep::Ours, Keep::Theirs] {
        let first = Machine::new(generous()).await;
        let second = first.beside(2).await;
        write(&first, 1, "The damp");
        first.until_quiet().await;
        second.pull(Look::New).await;
        edit(&first, 1, "First");
        edit(&second, 1, "Second");
        first.until_quiet().await;
        // It finds out when it tells: nothing was pulled meanwhile.
        second.until_quiet().await;
        assert_eq!(on_the_server(&first)[&scenario_id(1)], "First");
        assert_eq!(authored(&second.store)[&scenario_id(1)], "Second");
        let conflicts = second.store.conflicts().unwrap();
        assert_eq!(conflicts.len(), 1);
        assert_eq!(second.store.stuck_changes().unwrap(), []);
        assert_eq!(second.store.outbox_pending().unwrap(), 0);

        assert!(choose(&second, keep));
        second.until_quiet().await;
        first.pull(Look::New).await;
        let expected = match keep {
            Keep::Ours => "Second",
            Keep::Theirs => "First",
        };
        for machine in [&first, &second] {
            assert_eq!(authored(&machine.store)[&scenario_id(1)], expected);
            assert_eq!(machine.store.conflicts().unwrap(), []);
        }
        assert_eq!(on_the_server(&first)[&scenario_id(1)], expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_and_an_edit_meet_as_two_versions() {
    let first = Machine::new(generous()).await;
    let second = first.beside(2).await;
    write(&first, 1, "The damp");
    first.until_quiet().await;
    second.pull(Look::New).await;
    delete(&first, 1);
    edit(&second, 1, "The mould");
    first.until_quiet().await;
    second.pull(Look::New).await;
    let conflict = &second.store.conflicts().unwrap()[0];
    assert_eq!(conflict.theirs.record_status(), RecordStatus::Deleted);
    choose(&second, Keep::Ours);
    second.until_quiet().await;
    first.pull(Look::New).await;
    assert_eq!(authored(&first.store)[&scenario_id(1)], "The mould");
}

#[tokio::test(start_paused = true)]
async fn scenarios_of_the_earlier_web_app_can_be_practised_and_changed_here() {
    let machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    let at = "2026-01-05T10:00:00.000Z";
    machine.fake.import(
        "Skill",
        [json!({
            "objectId": "skill1", "createdAt": at, "updatedAt": at, "externalId": "Active Listening",
            "name": "Listening", "rubric": "1 to 5", "description": "Hears.", "status": "active",
        })],
    );
    machine.fake.import("Scenario", [json!({
        "objectId": "scen1", "createdAt": at, "updatedAt": at, "category": "Work & Career",
        "title": "Ask for a raise", "description": "You want more.", "objective": "A figure.",
        "aiPersona": {"name": "Dana", "role": "manager", "background": "Busy."},
        "traineePersona": {"name": "Sam", "role": "engineer", "background": "Underpaid."},
        "endCriteria": ["A figure was named."], "skills": ["skill1"], "idleLimitSeconds": 8,
        "durationLimitSeconds": 300, "prompt": "Be hard.", "status": "published", "recordStatus": "active",
    })]);
    machine.pull(Look::New).await;
    let found = machine.store.scenarios(RecordStatus::Active).unwrap();
    let scenario = found[0].record.clone();
    assert_eq!(
        (scenario.title.as_str(), scenario.gaps()),
        ("Ask for a raise", Vec::new())
    );
    let skills = machine.store.skills(RecordStatus::Active).unwrap();
    assert_eq!(scenario.skills, [skills[0].record.slug.clone()]);

    let edited = Scenario {
        title: "Ask for more".to_owned(),
        ..scenario
    };
    machine
        .store
        .save_scenario(&edited, Some(1), machine.now())
        .unwrap();
    machine.until_quiet().await;
    let rows = machine.fake.rows("Scenario");
    assert_eq!(
        (rows.len(), &rows[0]["objectId"], &rows[0]["title"]),
        (1, &json!("scen1"), &json!("Ask for more"))
    );
    assert_eq!(
        rows[0]["skills"],
        json!(["skill1"]),
        "which the web app goes on reading"
    );
}

#[tokio::test(start_paused = true)]
async fn somebody_elses_scenarios_are_left_alone() {
    let machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    let at = "2026-01-05T10:00:00.000Z";
    machine.fake.import(
        "Scenario",
        [json!({
            "objectId": "scen1", "createdAt": at, "updatedAt": at, "title": "Not mine", "ownerId": "somebody",
            "clientId": scenario_id(1).to_string(), "revision": 1,
        })],
    );
    machine.pull(Look::New).await;
    assert!(authored(&machine.store).is_empty());
    let stale = machine.store.delete_scenario(scenario_id(1), 1, machine.now());
    assert!(matches!(stale, Err(StoreError::NoAuthored(_))));
}
