//! Figures are kept with their turn, told apart by their method, and found for what came before a session.

use rehearse_domain::{Language, SessionId, TranscriptStatus};
use rehearse_store::{Access, Store, StoreError};
use tempfile::TempDir;

use crate::deleting::recorded_session;
use crate::support::{
    at, delivery, raise_in_chinese, scenario, session, session_id, session_of, turn, turn_id,
};
use crate::{end, owner, practised, practised_as};

/// Adds an ended session in which the trainee's only turn has figures.
fn measured(store: &Store, number: u64) {
    practised(store, number, &["Come in.", "Hello."]);
    save(store, number * 1_000 + 1, 1);
}

fn save(store: &Store, turn: u64, method: u32) {
    store
        .save_delivery(turn_id(turn), &delivery(method, "words"))
        .unwrap();
}

fn recent(store: &Store, language: Language, limit: u32, before: Option<u64>) -> Vec<SessionId> {
    let found = store.recent_deliveries(language, limit, before.map(session_id));
    found.unwrap().into_iter().map(|one| one.session).collect()
}

#[test]
fn figures_come_back_as_they_were_saved_in_the_order_of_the_turns() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(
        &store,
        1,
        &["Come in.", "Hello.", "Yes?", "I would like more money."],
    );
    let odd = "{ \"pitch\": null, \"说\": \"'; DROP TABLE delivery; --\" }\u{0}";
    let kept = rehearse_store::Delivery {
        method: u32::MAX,
        figures: odd.to_owned(),
        made_at: at(5),
    };
    store.save_delivery(turn_id(1_003), &kept).unwrap();
    store
        .save_delivery(turn_id(1_001), &delivery(0, "quiet"))
        .unwrap();
    let expected = [(turn_id(1_001), delivery(0, "quiet")), (turn_id(1_003), kept)];
    assert_eq!(store.deliveries(session_id(1)).unwrap(), expected);
    assert_eq!(store.deliveries(session_id(2)).unwrap(), []);
    drop(store);
    assert_eq!(
        owner(folder.path()).deliveries(session_id(1)).unwrap(),
        expected,
        "also after a restart"
    );
}

#[test]
fn figures_of_megabytes_are_kept_whole() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let long = delivery(1, &"0.125,".repeat(700_000));
    store.save_delivery(turn_id(1_001), &long).unwrap();
    assert_eq!(store.deliveries(session_id(1)).unwrap(), [(turn_id(1_001), long)]);
}

#[test]
fn newer_figures_take_the_place_of_older_ones_and_leave_the_session_as_it_was() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    store.record_turn(&turn(1, 0, "Come in.")).unwrap();
    let revision = || store.session_revision(session_id(1)).unwrap().unwrap();
    let before = revision();
    save(&store, 1_000, 1);
    save(&store, 1_000, 2);
    assert_eq!(revision(), before, "no other machine has to hear of figures");
    assert_eq!(
        store.deliveries(session_id(1)).unwrap(),
        [(turn_id(1_000), delivery(2, "words"))]
    );
    let waiting = store.outbox(session_id(1)).unwrap().len();
    store.end_session(&end(1)).unwrap();
    save(&store, 1_000, 3);
    assert_eq!(store.deliveries(session_id(1)).unwrap()[0].1.method, 3);
    assert_eq!(
        store.outbox(session_id(1)).unwrap().len(),
        waiting + 1,
        "the end goes out, figures do not"
    );
}

#[test]
fn figures_of_a_turn_that_is_not_there_are_refused_and_change_nothing() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    measured(&store, 1);
    for id in [turn_id(1_009), turn_id(1_001)] {
        if id == turn_id(1_001) {
            store.doom_sessions(&[session_id(1)], at(0)).unwrap();
        }
        let refused = store.save_delivery(id, &delivery(9, "late"));
        assert!(matches!(refused, Err(StoreError::NoTurn(no)) if no == id));
    }
    store.spare_sessions(&[session_id(1)]).unwrap();
    assert_eq!(
        store.deliveries(session_id(1)).unwrap(),
        [(turn_id(1_001), delivery(1, "words"))]
    );
}

#[test]
fn what_came_before_a_session_is_found_by_language_the_newest_first() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for number in [3, 1, 2, 5] {
        measured(&store, number);
    }
    practised_as(
        &store,
        session_of(4, raise_in_chinese()),
        4,
        &["请进。", "你好。"],
    );
    save(&store, 4_001, 1);
    practised(&store, 6, &["Come in.", "Nobody measured this."]);
    store.create_session(&session(7)).unwrap();
    store.record_turn(&turn(7, 0, "Come in.")).unwrap();
    save(&store, 7_000, 1);

    let ids = |numbers: &[u64]| numbers.iter().copied().map(session_id).collect::<Vec<_>>();
    let english = |limit, before| recent(&store, Language::English, limit, before);
    assert_eq!(english(10, None), ids(&[5, 3, 2, 1]), "7 still runs");
    assert_eq!(english(2, None), ids(&[5, 3]));
    assert_eq!(english(0, None), []);
    assert_eq!(
        english(10, Some(3)),
        ids(&[2, 1]),
        "by age, not by when it was written"
    );
    assert_eq!(english(1, Some(7)), ids(&[5]), "the one asked about may run");
    assert_eq!(
        english(10, Some(4)),
        ids(&[3, 2, 1]),
        "and may have another language"
    );
    assert_eq!(english(10, Some(1)), []);
    assert_eq!(recent(&store, Language::Chinese, 10, None), ids(&[4]));
    let unknown = store.recent_deliveries(Language::English, 10, Some(session_id(99)));
    assert!(matches!(unknown, Err(StoreError::NoSession(id)) if id == session_id(99)));
}

#[test]
fn a_found_session_names_its_scenario_and_has_another_stamp_after_each_change() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let other = scenario("say-no", Language::English, "Say no", "Stay friendly");
    practised_as(
        &store,
        session_of(1, other),
        1,
        &["Come in.", "No.", "Why?", "I have no time."],
    );
    save(&store, 1_003, 2);
    save(&store, 1_001, 1);
    let found = || {
        store
            .recent_deliveries(Language::English, 1, None)
            .unwrap()
            .remove(0)
    };
    let one = found();
    assert_eq!(
        (one.title.as_str(), one.slug.as_str(), one.family.as_str()),
        ("Say no", "say-no", "say-no")
    );
    assert_eq!(one.started_at, at(60));
    assert_eq!(found(), one, "nothing changed");
    let mut stamps = vec![one.stamp];
    let mut changed = |what: &str| {
        let stamp = found().stamp;
        assert!(!stamps.contains(&stamp), "{what}");
        stamps.push(stamp);
    };
    save(&store, 1_002, 1);
    changed("another turn has figures");
    save(&store, 1_002, 2);
    changed("another method made them");
    store
        .save_delivery(turn_id(1_002), &delivery(2, "longer words"))
        .unwrap();
    changed("they are others");
    store
        .set_transcript(
            turn_id(1_003),
            Some("I have some."),
            TranscriptStatus::Completed,
            at(9),
        )
        .unwrap();
    changed("other words were heard");
}

#[test]
fn figures_of_a_deleted_session_are_hidden_at_once_and_shown_again_when_it_is_spared() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    measured(&store, 1);
    measured(&store, 2);
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    assert_eq!(store.deliveries(session_id(1)).unwrap(), []);
    assert_eq!(recent(&store, Language::English, 10, None), [session_id(2)]);
    let before = store.recent_deliveries(Language::English, 10, Some(session_id(1)));
    assert!(matches!(before, Err(StoreError::NoSession(_))));
    store.spare_sessions(&[session_id(1)]).unwrap();
    assert_eq!(store.deliveries(session_id(1)).unwrap().len(), 1);
    assert_eq!(recent(&store, Language::English, 10, None).len(), 2);
}

#[test]
fn a_reader_sees_figures_and_cannot_save_any() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    measured(&store, 1);
    let reader = Store::open(folder.path(), Access::Reader, at(0)).unwrap();
    assert_eq!(reader.deliveries(session_id(1)).unwrap().len(), 1);
    save(&store, 1_001, 2);
    assert_eq!(reader.deliveries(session_id(1)).unwrap()[0].1.method, 2);
    assert_eq!(recent(&reader, Language::English, 10, None), [session_id(1)]);
    let refused = reader.save_delivery(turn_id(1_001), &delivery(3, "words"));
    assert!(matches!(refused, Err(StoreError::ReaderAccess)));
    drop(store);
    assert_eq!(
        reader.deliveries(session_id(1)).unwrap()[0].1.method,
        2,
        "also when the owner has gone"
    );
}

#[test]
fn what_is_not_measured_by_a_method_is_found_the_newest_first() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for number in [1, 2, 3, 4] {
        recorded_session(&store, folder.path(), number, "words");
    }
    save(&store, 2_001, 2);
    save(&store, 3_001, 3);
    // Nothing was recorded in it.
    practised(&store, 5, &["Come in.", "Typed."]);
    store.doom_sessions(&[session_id(4)], at(0)).unwrap();
    let unmeasured = |method| {
        let found = store.unmeasured_sessions(method).unwrap();
        let count = store.count_unmeasured_sessions(method).unwrap();
        assert_eq!(found.len(), count as usize);
        found
    };
    assert_eq!(unmeasured(1), [session_id(3), session_id(2)]);
    assert_eq!(unmeasured(2), [session_id(3), session_id(1)]);
    assert_eq!(unmeasured(4), [session_id(3), session_id(2), session_id(1)]);
}

#[test]
fn figures_are_changed_from_what_is_there_or_left() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    measured(&store, 1);
    let turn = turn_id(1_001);
    let kept = || store.deliveries(session_id(1)).unwrap().remove(0).1;
    let before = kept();
    store
        .change_delivery(turn, |known| {
            assert_eq!(known, Some(&before));
            Ok(None)
        })
        .unwrap();
    assert_eq!(kept(), before);
    let other = delivery(9, "others");
    store.change_delivery(turn, |_| Ok(Some(other.clone()))).unwrap();
    assert_eq!(kept(), other);
    let refused = store.change_delivery(turn, |_| Err(StoreError::Busy));
    assert!(matches!(refused, Err(StoreError::Busy)));
    assert_eq!(kept(), other);
}
