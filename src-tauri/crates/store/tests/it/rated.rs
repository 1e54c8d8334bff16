//! Results of many sessions side by side: the current one of each session that is there, by a model, in one language.

use rehearse_domain::{
    Assessment, Confidence, Judge, Language, NotObserved, Rating, Session, SessionId, Snapshot, Standing,
};
use rehearse_store::{RatedSession, Store};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::judging::{again_id, assessment, claimed, current};
use crate::support::{at, raise, raise_in_chinese, session, session_id, session_of, skill};
use crate::{owner, practised, practised_as};

const WORDS: [&str; 2] = ["Come in.", "Hello."];

fn standing(level: u8) -> Standing {
    let rating = Rating::new(level).unwrap();
    Standing::Rated {
        rating,
        low: rating,
        high: rating,
        confidence: Confidence::High,
    }
}

/// A result in which the skill "asking" stands so.
fn result(standing: Standing, rubric: &str) -> Assessment {
    let mut result = assessment("You asked.");
    result.skills[0].standing = standing;
    rubric.clone_into(&mut result.rubric);
    result
}

/// A session with its result, which its trainee has looked at.
fn rated(store: &Store, number: u64, found: &Assessment) {
    practised(store, number, &WORDS);
    finish(store, number, found);
}

fn finish(store: &Store, number: u64, found: &Assessment) {
    let lease = claimed(store, number, 50_000);
    store.finish_evaluation(lease, found, at(50_001)).unwrap();
    store.reveal(session_id(number), &[], at(50_002)).unwrap();
}

fn newest(store: &Store, limit: u32) -> Vec<RatedSession> {
    store.rated_sessions(Language::English, limit).unwrap()
}

fn sessions(store: &Store) -> Vec<SessionId> {
    newest(store, 100).iter().map(|one| one.session).collect()
}

#[test]
fn results_of_every_rubric_and_those_without_a_rating_are_given_the_newest_session_first() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let unseen = Standing::NotObserved {
        why: NotObserved::NoChance,
    };
    let results = [
        (3, result(standing(4), "one")),
        (1, result(standing(2), "another")),
        (2, result(unseen, "one")),
    ];
    for (number, found) in &results {
        rated(&store, *number, found);
    }
    let found = newest(&store, 9);
    let expected: Vec<_> = [3, 2, 1].map(session_id).to_vec();
    assert_eq!(sessions(&store), expected);
    for one in &found {
        let (_, result) = results
            .iter()
            .find(|(number, _)| session_id(*number) == one.session)
            .unwrap();
        assert_eq!((&one.assessment, one.title.as_str()), (result, "Ask for a raise"));
    }
    assert_eq!(newest(&store, 2).len(), 2, "never more than asked for");
    assert_eq!(newest(&store, 2), found[..2]);
}

#[test]
fn a_second_result_takes_the_place_of_the_first_once_it_is_there() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    rated(&store, 1, &result(standing(2), "one"));
    store
        .evaluate_again(session_id(1), at(60_000), again_id(7))
        .unwrap();
    assert_eq!(sessions(&store), [], "the first one is no longer current");
    assert_eq!(current(&store, 1).id, again_id(7));
    let lease = claimed(&store, 1, 60_001);
    let second = result(standing(5), "one");
    store.finish_evaluation(lease, &second, at(60_002)).unwrap();
    let found = newest(&store, 9);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].assessment, second);
}

#[test]
fn what_was_deleted_is_gone_at_once_and_comes_back_with_an_undo() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for number in [1, 2] {
        rated(&store, number, &result(standing(3), "one"));
    }
    store.doom_sessions(&[session_id(2)], at(70_000)).unwrap();
    assert_eq!(sessions(&store), [session_id(1)]);
    store.spare_sessions(&[session_id(2)]).unwrap();
    assert_eq!(sessions(&store), [2, 1].map(session_id));
}

#[test]
fn what_rules_counted_what_waits_and_what_is_not_understood_is_left_out() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for number in [1, 2, 4] {
        rated(&store, number, &result(standing(3), "one"));
    }
    let mut by_rules = result(standing(3), "one");
    by_rules.judge = Judge::Rules;
    rated(&store, 3, &by_rules);
    practised(&store, 5, &WORDS);
    assert_eq!(sessions(&store), [4, 2, 1].map(session_id));
    drop(store);
    let database = Connection::open(folder.path().join("rehearse.db")).unwrap();
    let change = "UPDATE evaluation SET assessment = ?1
                  WHERE session = (SELECT number FROM session WHERE created_at = ?2)";
    for (number, text) in [(2, Some("{\"outcome\":\"of tomorrow\"}")), (4, None)] {
        let changed = database.execute(change, (text, at(number * 60).as_millis()));
        assert_eq!(changed.unwrap(), 1);
    }
    drop(database);
    assert_eq!(sessions(&owner(folder.path())), [session_id(1)]);
}

#[test]
fn languages_are_told_apart_and_the_rubrics_come_with_the_results() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    assert_eq!(store.rated_languages().unwrap(), []);
    let with_rubric = |number| Session {
        snapshot: Snapshot {
            scenario: raise(),
            skills: vec![skill(1, "asking")],
        },
        ..session(number)
    };
    for number in [1, 2] {
        practised_as(&store, with_rubric(number), number, &WORDS);
        finish(&store, number, &result(standing(3), "one"));
    }
    practised_as(&store, session_of(3, raise_in_chinese()), 3, &WORDS);
    finish(&store, 3, &result(standing(1), "one"));
    assert_eq!(store.rated_languages().unwrap(), Language::ALL);
    let found = newest(&store, 9);
    assert_eq!(sessions(&store), [2, 1].map(session_id));
    assert!(found.iter().all(|one| one.skills[..] == [skill(1, "asking")]));
    assert!(std::sync::Arc::ptr_eq(&found[0].skills, &found[1].skills));
    let chinese = store.rated_sessions(Language::Chinese, 9).unwrap();
    assert_eq!(chinese.len(), 1);
    assert!(chinese[0].skills.is_empty());
}
