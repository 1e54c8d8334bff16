//! Scenarios and skills that people write: what is refused, what the audit log says, and what becomes of versions that
//! come from elsewhere.

use rehearse_domain::{Persona, PersonaVoice, Publication, RecordStatus, Scenario, Skill, Timestamp};
use rehearse_store::{
    AuthoredKind, AuthoredRecord, AuthoredTold, BuiltIn, Keep, Lanes, OutboxKind, RemoteAuthored,
    RemoteStamp, Settled, Store, StoreError,
};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use crate::owner;
use crate::support::{at, raise, skill, slug};

const ACCOUNT: &str = "https://example.invalid app user";

fn mine() -> Scenario {
    Scenario {
        id: Uuid::from_u128(77).into(),
        slug: slug("tell-my-landlord"),
        family: slug("tell-my-landlord"),
        title: "The damp".to_owned(),
        skills: vec![slug("asking")],
        ..raise()
    }
}

fn titled(title: &str) -> Scenario {
    Scenario {
        title: title.to_owned(),
        ..mine()
    }
}

fn record(scenario: &Scenario) -> AuthoredRecord {
    AuthoredRecord::Scenario(Box::new(scenario.clone()))
}

/// A version as the server has it: `change` tells one state of the row from another.
fn there(scenario: Scenario, revision: u32, change: u64) -> RemoteAuthored {
    RemoteAuthored {
        stamp: RemoteStamp {
            subject: scenario.id.into(),
            object_id: "s1".to_owned(),
            created_at: at(1),
            updated_at: at(100 + change),
            digest: Some(i64::try_from(change).unwrap()),
        },
        record: record(&Scenario { revision, ..scenario }),
        is_numbered: true,
        is_built_in: false,
    }
}

fn take_in(store: &Store, row: RemoteAuthored) -> bool {
    let id = row.record.id();
    let changed = store.take_in_authored(ACCOUNT, &[row], None, at(500)).unwrap();
    changed == [id]
}

/// The server has what is here now.
fn tell(store: &Store, change: u64) {
    let scenario = store.scenario(mine().id).unwrap().unwrap().record;
    let told = AuthoredTold {
        account: ACCOUNT.to_owned(),
        stamp: there(scenario.clone(), scenario.revision, change).stamp,
        revision: scenario.revision,
        record: Some(Box::new(record(&scenario))),
    };
    let mut settled = vec![Settled::Authored(Box::new(told))];
    settled.extend(waiting(store).iter().map(|row| Settled::Sent { row: *row }));
    store.settle(&settled, at(400)).unwrap();
}

/// The changes of the scenario that wait.
fn waiting(store: &Store) -> Vec<i64> {
    let lanes = store.lanes_due(Lanes::Authored, at(100_000), 0, 99).unwrap();
    let own = lanes.into_iter().filter(|lane| lane.id == Uuid::from(mine().id));
    own.flat_map(|lane| lane.rows).map(|row| row.id).collect()
}

fn title(store: &Store) -> String {
    store.scenario(mine().id).unwrap().unwrap().record.title
}

fn log(folder: &TempDir) -> Vec<(String, String)> {
    let database = Connection::open(folder.path().join("rehearse.db")).unwrap();
    let mut rows = database
        .prepare("SELECT action, entity_type FROM audit_log ORDER BY number")
        .unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn every_change_is_kept_logged_and_listed_to_be_told() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let draft = Scenario {
        publication: Publication::Draft,
        objective: String::new(),
        ..mine()
    };
    assert_eq!(store.save_scenario(&draft, None, at(1)).unwrap(), 1);
    assert_eq!(waiting(&store).len(), 1);
    assert_eq!(store.save_scenario(&mine(), Some(1), at(2)).unwrap(), 2);
    assert_eq!(
        store.save_scenario(&titled("The mould"), Some(2), at(3)).unwrap(),
        3
    );
    assert_eq!(waiting(&store).len(), 1, "its payload is read when it is sent");
    assert_eq!(store.delete_scenario(mine().id, 3, at(4)).unwrap(), 4);
    assert!(store.scenarios(RecordStatus::Active).unwrap().is_empty());
    assert_eq!(
        store.scenarios(RecordStatus::Deleted).unwrap()[0].record.title,
        "The mould"
    );
    assert_eq!(store.save_scenario(&mine(), Some(4), at(5)).unwrap(), 5);
    let found = store.scenarios(RecordStatus::Active).unwrap();
    assert_eq!(
        (found[0].record.revision, found[0].changed_at, found[0].waiting),
        (5, at(5), 1)
    );
    drop(store);
    let actions: Vec<String> = log(&folder).into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions, ["create", "publish", "update", "delete", "restore"]);
}

#[test]
fn a_stale_edit_is_refused_with_both_versions() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.save_scenario(&mine(), None, at(1)).unwrap();
    store.save_scenario(&titled("The mould"), Some(1), at(2)).unwrap();
    for base in [None, Some(1), Some(3)] {
        let refused = store.save_scenario(&titled("Late"), base, at(3));
        let Err(StoreError::Stale(stale)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(stale.yours, record(&titled("Late")));
        assert_eq!(stale.theirs.revision(), 2);
    }
    assert!(matches!(
        store.delete_scenario(mine().id, 1, at(3)),
        Err(StoreError::Stale(_))
    ));
    assert_eq!(title(&store), "The mould");
    let unknown = store.save_scenario(
        &Scenario {
            id: Uuid::from_u128(9).into(),
            ..mine()
        },
        Some(1),
        at(3),
    );
    assert!(matches!(unknown, Err(StoreError::NoAuthored(_))));
}

#[test]
fn names_are_unique_and_only_what_is_complete_is_published() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.save_scenario(&mine(), None, at(1)).unwrap();
    let twin = Scenario {
        id: Uuid::from_u128(78).into(),
        title: " The damp ".to_owned(),
        ..mine()
    };
    assert!(
        matches!(store.save_scenario(&twin, None, at(2)), Err(StoreError::NameTaken(name)) if name == "The damp")
    );
    let gap = Scenario {
        id: Uuid::from_u128(78).into(),
        objective: " ".to_owned(),
        title: "Another".to_owned(),
        ..mine()
    };
    assert!(
        matches!(store.save_scenario(&gap, None, at(2)), Err(StoreError::Incomplete(gaps)) if gaps.len() == 1)
    );
    // The name of a deleted one is free.
    store.delete_scenario(mine().id, 1, at(3)).unwrap();
    store.save_scenario(&twin, None, at(4)).unwrap();
    assert!(matches!(
        store.save_scenario(&mine(), Some(2), at(5)),
        Err(StoreError::NameTaken(_))
    ));
}

#[test]
fn a_skill_in_use_is_neither_deleted_nor_renamed() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let asking = skill(1, "asking");
    store.save_skill(&asking, None, at(1)).unwrap();
    store.save_scenario(&mine(), None, at(2)).unwrap();
    let renamed = Skill {
        slug: slug("asking-again"),
        ..asking.clone()
    };
    for refused in [
        store.delete_skill(asking.id, 1, at(3)),
        store.save_skill(&renamed, Some(1), at(3)),
    ] {
        let Err(StoreError::SkillInUse(users)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!((users.len(), users[0].title.as_str()), (1, "The damp"));
    }
    let draft = Scenario {
        publication: Publication::Draft,
        ..mine()
    };
    store.save_scenario(&draft, Some(1), at(4)).unwrap();
    assert_eq!(store.delete_skill(asking.id, 1, at(5)).unwrap(), 2);
}

#[test]
fn what_was_written_elsewhere_appears_and_takes_the_place_of_what_was_not_changed_here() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    assert!(take_in(&store, there(mine(), 1, 1)));
    assert_eq!(title(&store), "The damp");
    assert!(!take_in(&store, there(mine(), 1, 1)), "nothing new");
    assert!(take_in(&store, there(titled("The mould"), 2, 2)));
    assert_eq!(title(&store), "The mould");
    assert!(
        waiting(&store).is_empty(),
        "nobody is told of what it said itself"
    );
    let gone = Scenario {
        record_status: RecordStatus::Deleted,
        ..titled("The mould")
    };
    assert!(take_in(&store, there(gone, 3, 3)));
    assert!(store.scenarios(RecordStatus::Active).unwrap().is_empty());
}

/// Told to the server, then changed here and there.
fn changed_in_two_places(store: &Store) {
    store.save_scenario(&mine(), None, at(1)).unwrap();
    tell(store, 1);
    store.save_scenario(&titled("Here"), Some(1), at(2)).unwrap();
    assert!(take_in(store, there(titled("There"), 2, 2)));
}

#[test]
fn of_two_versions_both_stay_until_one_is_chosen() {
    for keep in [Keep::Ours, Keep::Theirs] {
        let folder = TempDir::new().unwrap();
        let store = owner(folder.path());
        changed_in_two_places(&store);
        assert_eq!(title(&store), "Here");
        assert!(waiting(&store).is_empty(), "it is not told before somebody chose");
        let conflicts = store.conflicts().unwrap();
        assert_eq!(
            conflicts[0].ours,
            record(&Scenario {
                revision: 2,
                ..titled("Here")
            })
        );
        assert_eq!(
            conflicts[0].theirs,
            record(&Scenario {
                revision: 2,
                ..titled("There")
            })
        );

        assert!(store.settle_conflict(mine().id.into(), keep, at(3)).unwrap());
        assert!(!store.settle_conflict(mine().id.into(), keep, at(3)).unwrap());
        assert!(store.conflicts().unwrap().is_empty());
        let now = store.scenario(mine().id).unwrap().unwrap();
        assert_eq!(now.record.revision, 3, "an edit made before is stale");
        match keep {
            Keep::Ours => assert_eq!((now.record.title.as_str(), waiting(&store).len()), ("Here", 1)),
            Keep::Theirs => assert_eq!((now.record.title.as_str(), waiting(&store).len()), ("There", 0)),
        }
    }
}

#[test]
fn both_saying_the_same_is_no_conflict_and_ends_one() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.save_scenario(&mine(), None, at(1)).unwrap();
    tell(&store, 1);
    store.save_scenario(&titled("Same"), Some(1), at(2)).unwrap();
    assert!(!take_in(&store, there(titled("Same"), 2, 2)));
    assert!(store.conflicts().unwrap().is_empty());

    store.save_scenario(&titled("Here"), Some(2), at(3)).unwrap();
    assert!(take_in(&store, there(titled("There"), 3, 3)));
    assert!(
        take_in(&store, there(titled("Here"), 4, 4)),
        "the user need not choose any more"
    );
    assert!(store.conflicts().unwrap().is_empty());
}

fn hinted(scenario: Scenario, voice: Option<PersonaVoice>) -> Scenario {
    let partner = Persona {
        voice,
        ..scenario.partner
    };
    Scenario { partner, ..scenario }
}

fn hint(store: &Store) -> Option<PersonaVoice> {
    let kept = store.scenario(mine().id).unwrap().unwrap();
    assert!(!kept.in_conflict);
    kept.record.partner.voice
}

#[test]
fn a_row_without_the_hint_of_a_voice_is_no_edit_and_takes_none_away() {
    let feminine = Some(PersonaVoice::Feminine);
    let folder = tempfile::tempdir().unwrap();
    let store = owner(folder.path());
    store
        .save_scenario(&hinted(mine(), feminine), None, at(10))
        .unwrap();
    tell(&store, 1);
    // As an earlier version has written it, in the same revision and in a later one.
    for (revision, change) in [(1, 2), (2, 3)] {
        assert!(
            !take_in(&store, there(mine(), revision, change)),
            "nobody sees it"
        );
        assert_eq!(hint(&store), feminine);
        assert_eq!(waiting(&store), [] as [i64; 0], "there is nothing to tell");
    }
    // An edit that was made there leaves the hint here, unless it is another person's.
    assert!(take_in(&store, there(titled("Mould"), 3, 4)));
    assert_eq!((title(&store).as_str(), hint(&store)), ("Mould", feminine));
    let mut other = titled("Mould");
    other.partner.name = "Mark".to_owned();
    assert!(take_in(&store, there(other, 4, 5)));
    assert_eq!(hint(&store), None);
}

#[test]
fn a_hint_of_a_voice_comes_with_a_row_and_makes_no_conflict_of_a_change_here() {
    let folder = tempfile::tempdir().unwrap();
    let store = owner(folder.path());
    store.save_scenario(&mine(), None, at(10)).unwrap();
    tell(&store, 1);
    let masculine = Some(PersonaVoice::Masculine);
    assert!(!take_in(&store, there(hinted(mine(), masculine), 2, 2)));
    assert_eq!(hint(&store), masculine);
    // Set anew here, it is told, as any change is.
    let feminine = Some(PersonaVoice::Feminine);
    store
        .save_scenario(&hinted(mine(), feminine), Some(2), at(20))
        .unwrap();
    assert_eq!(waiting(&store).len(), 1);
    assert!(!take_in(&store, there(hinted(mine(), masculine), 2, 3)));
    assert_eq!(hint(&store), feminine);
    let sendable = store.sendable_authored(ACCOUNT, mine().id.into()).unwrap();
    assert!(sendable.unwrap().is_news);
}

#[test]
fn what_was_told_although_the_answer_was_lost_is_no_conflict() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.save_scenario(&mine(), None, at(1)).unwrap();
    store.save_scenario(&titled("Later"), Some(1), at(2)).unwrap();
    assert!(!take_in(&store, there(mine(), 1, 1)), "it was made here");
    assert_eq!(title(&store), "Later");
    assert!(store.conflicts().unwrap().is_empty());
    let sendable = store
        .sendable_authored(ACCOUNT, mine().id.into())
        .unwrap()
        .unwrap();
    assert!(sendable.is_news);
}

#[test]
fn an_older_version_that_came_late_is_told_over() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.save_scenario(&mine(), None, at(1)).unwrap();
    tell(&store, 1);
    store.save_scenario(&titled("Newer"), Some(1), at(2)).unwrap();
    tell(&store, 2);
    assert!(waiting(&store).is_empty());
    take_in(&store, there(titled("Of old"), 1, 3));
    assert_eq!((title(&store).as_str(), waiting(&store).len()), ("Newer", 1));
    assert!(store.conflicts().unwrap().is_empty());
}

#[test]
fn a_version_that_was_written_over_is_shown_beside_the_other() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.save_scenario(&mine(), None, at(1)).unwrap();
    tell(&store, 1);
    store.save_scenario(&titled("Here"), Some(1), at(2)).unwrap();
    tell(&store, 2);
    // Another machine wrote its second revision over ours, as it can on a server without conditions.
    assert!(take_in(&store, there(titled("There"), 2, 3)));
    assert_eq!(store.conflicts().unwrap().len(), 1);
    assert_eq!(title(&store), "Here");
}

#[test]
fn rows_that_count_no_changes_are_known_again_by_their_dates() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let uncounted = |title: &str, change| RemoteAuthored {
        is_numbered: false,
        ..there(titled(title), 1, change)
    };
    assert!(take_in(&store, uncounted("First", 1)));
    assert!(take_in(&store, uncounted("Second", 2)));
    let now = store.scenario(mine().id).unwrap().unwrap().record;
    assert_eq!(
        (now.title.as_str(), now.revision),
        ("Second", 2),
        "so that an edit from before is stale"
    );
}

#[test]
fn what_is_built_in_is_listed_once_for_each_server_and_again_in_a_new_revision() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let id = Uuid::from_u128(5);
    let built_in = |revision| {
        [BuiltIn {
            id,
            kind: AuthoredKind::Skill,
            revision,
        }]
    };
    assert_eq!(store.list_built_ins(ACCOUNT, &built_in(1), at(1)).unwrap(), 1);
    assert_eq!(
        store.list_built_ins(ACCOUNT, &built_in(1), at(2)).unwrap(),
        0,
        "it waits"
    );
    let row = &store.lanes_due(Lanes::Authored, at(100), 0, 9).unwrap()[0].rows[0];
    assert_eq!((row.kind, row.lane), (OutboxKind::SaveSkill, id));
    let told = |revision| AuthoredTold {
        account: ACCOUNT.to_owned(),
        stamp: RemoteStamp {
            subject: id,
            object_id: "k1".to_owned(),
            created_at: Timestamp::from_millis(1),
            updated_at: Timestamp::from_millis(1),
            digest: None,
        },
        revision,
        record: None,
    };
    let settled = [
        Settled::Authored(Box::new(told(1))),
        Settled::Sent { row: row.id },
    ];
    store.settle(&settled, at(3)).unwrap();
    assert_eq!(store.list_built_ins(ACCOUNT, &built_in(1), at(4)).unwrap(), 0);
    assert!(
        store.skills(RecordStatus::Active).unwrap().is_empty(),
        "it is not kept here"
    );
    assert_eq!(store.list_built_ins("another", &built_in(1), at(4)).unwrap(), 1);
    store.forget_remote(at(5)).unwrap();
    assert_eq!(store.list_built_ins(ACCOUNT, &built_in(2), at(6)).unwrap(), 1);
}

#[test]
fn another_server_is_told_everything_anew_and_nobody_has_to_choose() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    changed_in_two_places(&store);
    store.forget_remote(at(9)).unwrap();
    assert!(store.conflicts().unwrap().is_empty());
    assert_eq!((title(&store).as_str(), waiting(&store).len()), ("Here", 1));
}

#[test]
fn what_was_changed_here_meets_another_servers_version_as_two() {
    for theirs in [1, 2, 3, 7] {
        let folder = TempDir::new().unwrap();
        let store = owner(folder.path());
        store.save_scenario(&mine(), None, at(1)).unwrap();
        tell(&store, 1);
        store.save_scenario(&titled("Here"), Some(1), at(2)).unwrap();
        tell(&store, 2);
        store.forget_remote(at(9)).unwrap();
        assert!(take_in(&store, there(titled("There"), theirs, 3)), "{theirs}");
        let conflicts = store.conflicts().unwrap();
        assert_eq!(conflicts.len(), 1, "{theirs}: nobody compared their numbers");
        assert_eq!(title(&store), "Here");
        assert!(waiting(&store).is_empty());
    }
}

#[test]
fn what_came_from_another_machine_gives_way_to_what_the_new_server_has_later() {
    for (theirs, title_then, conflicts) in [(5, "There", 0), (3, "Elsewhere", 1)] {
        let folder = TempDir::new().unwrap();
        let store = owner(folder.path());
        take_in(&store, there(titled("Elsewhere"), 4, 1));
        store.forget_remote(at(9)).unwrap();
        assert!(take_in(&store, there(titled("There"), theirs, 2)));
        assert_eq!(
            (title(&store).as_str(), store.conflicts().unwrap().len()),
            (title_then, conflicts)
        );
    }
}

#[test]
fn an_answer_that_comes_after_newer_news_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.save_scenario(&mine(), None, at(1)).unwrap();
    let told = store.scenario(mine().id).unwrap().unwrap().record;
    // The server took it, another machine changed it, and that was read before the answer came.
    take_in(&store, there(mine(), 1, 1));
    take_in(&store, there(titled("Newer"), 2, 2));
    let late = AuthoredTold {
        account: ACCOUNT.to_owned(),
        stamp: there(mine(), 1, 1).stamp,
        revision: 1,
        record: Some(Box::new(record(&told))),
    };
    store
        .settle(&[Settled::Authored(Box::new(late))], at(600))
        .unwrap();
    store.save_scenario(&titled("Newest"), Some(2), at(3)).unwrap();
    take_in(&store, there(titled("Newer"), 2, 2));
    assert!(store.conflicts().unwrap().is_empty());
    assert_eq!(title(&store), "Newest");
}

#[test]
fn what_the_server_does_not_take_keeps_the_name_that_it_has_there() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.save_scenario(&mine(), None, at(1)).unwrap();
    tell(&store, 1);
    let id = Uuid::from(mine().id);
    let refused = AuthoredTold {
        account: ACCOUNT.to_owned(),
        stamp: RemoteStamp {
            object_id: String::new(),
            ..there(mine(), 1, 9).stamp
        },
        revision: 2,
        record: None,
    };
    store
        .settle(&[Settled::Authored(Box::new(refused))], at(600))
        .unwrap();
    let name = store.remote_names(ACCOUNT, [id]).unwrap().remove(&id).unwrap();
    assert_eq!((name.object_id.as_deref(), name.revision), (Some("s1"), 2));
}

#[test]
fn one_that_cannot_be_read_takes_no_other_with_it() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.save_scenario(&mine(), None, at(1)).unwrap();
    let other = Scenario {
        id: Uuid::from_u128(78).into(),
        ..titled("Another")
    };
    store.save_scenario(&other, None, at(1)).unwrap();
    let database = Connection::open(folder.path().join("rehearse.db")).unwrap();
    let changed = database.execute(
        "UPDATE authored SET body = '{\"title\": 1}' WHERE id = ?1",
        [Uuid::from(other.id).as_bytes()],
    );
    assert_eq!(changed.unwrap(), 1);
    let left = store.scenarios(RecordStatus::Active).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].record.id, mine().id);
}

#[test]
fn an_empty_note_is_none() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let scenario = Scenario {
        heavy: Some(" ".to_owned()),
        ..mine()
    };
    store.save_scenario(&scenario, None, at(1)).unwrap();
    let kept = store.scenario(mine().id).unwrap().unwrap().record;
    assert_eq!(kept.heavy, None);
}
