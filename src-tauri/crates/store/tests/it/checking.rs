//! Results that trainees have not looked at, and results from elsewhere beside what came of looking them up.

use rehearse_domain::{Assessment, EvaluationId, Language, Outcome, SessionId, TranscriptStatus};
use rehearse_store::{
    Check, EvaluationStatus, EvaluationUntold, FromElsewhere, RatedSession, Settled, Store, Unrevealed,
};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::frozen::dump;
use crate::judging::{assessment, claimed, current};
use crate::judging_elsewhere::{completed, evaluation_row, mirrored, take_in};
use crate::support::{at, session_id, turn_id};
use crate::{owner, practised};

const WORDS: [&str; 2] = ["Come in.", "Hello."];

fn judged_here(store: &Store, number: u64, found: &Assessment) {
    practised(store, number, &WORDS);
    let lease = claimed(store, number, 50_000);
    store.finish_evaluation(lease, found, at(50_001)).unwrap();
}

fn rated(store: &Store) -> Vec<RatedSession> {
    store.rated_sessions(Language::English, 9).unwrap()
}

fn sessions(store: &Store) -> Vec<SessionId> {
    rated(store).iter().map(|one| one.session).collect()
}

fn unrevealed(store: &Store) -> Option<(SessionId, u32)> {
    let found = store.unrevealed(Language::English).unwrap();
    found.map(|Unrevealed { latest, count, .. }| (latest, count))
}

fn judged_elsewhere(store: &Store, number: u64) -> EvaluationId {
    let evaluation = rehearse_store::Evaluation {
        evaluator_model: Some("a-judge".to_owned()),
        ..completed(number, 2)
    };
    assert_eq!(take_in(store, &[evaluation_row(&evaluation, 1)]), 1);
    evaluation.id
}

/// The results of a session that were made elsewhere.
fn elsewhere(store: &Store, number: u64) -> Vec<FromElsewhere> {
    let found = store.results(session_id(number)).unwrap().unwrap();
    let all = found.results.into_iter();
    all.filter_map(|one| one.from_elsewhere).collect()
}

/// What came of looking each of them up.
fn checks(store: &Store, number: u64) -> Vec<(EvaluationId, Option<Check>)> {
    let found = elsewhere(store, number).into_iter();
    found.map(|one| (one.result.evaluation, one.check)).collect()
}

fn keep(store: &Store, number: u64, check: &Check) {
    let found = elsewhere(store, number);
    store.keep_checks(&[(found[0].result, check.clone())]).unwrap();
}

fn check(stands: Option<&str>, for_good: bool) -> Check {
    Check {
        stands: stands.map(assessment),
        for_good,
    }
}

#[test]
fn what_its_trainee_has_not_looked_at_is_counted_and_not_compared() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    assert_eq!(unrevealed(&store), None);
    for number in [1, 2, 3] {
        judged_here(&store, number, &assessment("You asked."));
    }
    let too_little = Assessment {
        outcome: Outcome::InsufficientEvidence,
        skills: Vec::new(),
        ..assessment("")
    };
    judged_here(&store, 4, &too_little);
    assert_eq!(
        unrevealed(&store),
        Some((session_id(3), 3)),
        "nobody is asked of 4"
    );
    assert_eq!(sessions(&store), []);
    assert_eq!(store.unrevealed(Language::Chinese).unwrap(), None);
    assert_eq!(store.rated_languages().unwrap(), [Language::English]);

    store.reveal(session_id(3), &[], at(60_000)).unwrap();
    assert_eq!(unrevealed(&store), Some((session_id(2), 2)));
    assert_eq!(sessions(&store), [session_id(3)]);
    store.doom_sessions(&[session_id(2)], at(60_001)).unwrap();
    store.reveal(session_id(1), &[], at(60_002)).unwrap();
    assert_eq!(unrevealed(&store), None);
}

#[test]
fn nobody_is_asked_to_rate_themselves_before_the_words_are_here() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    mirrored(&store, 1);
    judged_elsewhere(&store, 1);
    assert_eq!(
        unrevealed(&store),
        None,
        "one turn was heard, and none has words here"
    );
    let put = |words: &str| {
        let status = TranscriptStatus::Completed;
        store
            .set_transcript(turn_id(1_001), Some(words), status, at(810))
            .unwrap();
    };
    put(" \n\u{3000}");
    assert_eq!(unrevealed(&store), None, "blank words are none");
    put("Hello.");
    assert_eq!(unrevealed(&store), Some((session_id(1), 1)));
}

#[test]
fn of_very_many_that_were_not_looked_at_it_is_known_that_there_are_more() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let found = |expected: u32, more: bool| {
        let found = store.unrevealed(Language::English).unwrap().unwrap();
        assert_eq!((found.count, found.more), (expected, more));
    };
    for number in 1..=100 {
        judged_here(&store, number, &assessment("You asked."));
        if number >= 99 {
            found(99, number == 100);
        }
    }
}

#[test]
fn a_result_is_from_elsewhere_unless_it_was_made_here_also_when_it_comes_back() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    judged_here(&store, 1, &assessment("from elsewhere"));
    assert_eq!(checks(&store, 1), []);
    let evaluation = current(&store, 1).id;
    let told = Settled::EvaluationTold {
        evaluation,
        epoch: 1,
        round: 1,
    };
    let again = rehearse_store::Evaluation {
        id: evaluation,
        attempts: 5,
        ..completed(1, 1)
    };
    let row = evaluation_row(&again, 1);
    let named = Settled::EvaluationNamed {
        evaluation,
        object_id: row.stamp.object_id.clone(),
    };
    store.settle(&[named, told], at(900)).unwrap();
    assert_eq!(take_in(&store, &[row]), 1);
    assert_eq!(checks(&store, 1), [], "it says what was made here");

    practised(&store, 2, &WORDS);
    let id = judged_elsewhere(&store, 2);
    assert_eq!(checks(&store, 2), [(id, None)]);
    mirrored(&store, 3);
    store.request_missing_evaluations(at(800)).unwrap();
    let lease = claimed(&store, 3, 50_000);
    assert_eq!(current(&store, 3).status, EvaluationStatus::Running);
    store
        .finish_evaluation(lease, &assessment("made here"), at(50_001))
        .unwrap();
    assert_eq!(
        checks(&store, 3),
        [],
        "this computer judged what another recorded"
    );
}

#[test]
fn what_came_of_looking_it_up_holds_while_the_session_stays_as_it_is_or_for_good() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &WORDS);
    let id = judged_elsewhere(&store, 1);
    store.reveal(session_id(1), &[], at(60_000)).unwrap();
    assert_eq!(rated(&store)[0].unchecked.map(|one| one.evaluation), Some(id));
    let said = |words: &str| {
        let turn = turn_id(1_001);
        let status = TranscriptStatus::Completed;
        store
            .set_transcript(turn, Some(words), status, at(60_001))
            .unwrap();
    };

    let (passing, lasting) = (check(Some("as far"), false), check(Some("for good"), true));
    keep(&store, 1, &passing);
    assert_eq!(checks(&store, 1), [(id, Some(passing))]);
    assert_eq!(
        (rated(&store)[0].unchecked, &rated(&store)[0].assessment),
        (None, &assessment("as far"))
    );
    let stale = elsewhere(&store, 1);
    said("Hello there.");
    assert_eq!(checks(&store, 1), [(id, None)]);
    store.keep_checks(&[(stale[0].result, lasting.clone())]).unwrap();
    assert_eq!(checks(&store, 1), [(id, None)], "the session changed meanwhile");

    keep(&store, 1, &check(None, false));
    assert_eq!(sessions(&store), [], "its words are not here");
    said("Hello.");
    assert_eq!(sessions(&store), [session_id(1)]);
    keep(&store, 1, &lasting);
    said("Hello again.");
    assert_eq!(checks(&store, 1), [(id, Some(lasting))]);
    assert_eq!(rated(&store)[0].assessment, assessment("for good"));

    store.doom_sessions(&[session_id(1)], at(70_000)).unwrap();
    store.purge_doomed(at(70_000), at(80_000)).unwrap();
    drop(store);
    let rows = dump(&Connection::open(folder.path().join("rehearse.db")).unwrap());
    assert!(!rows.contains("for good"), "what is kept goes with its session");
}

#[test]
fn another_result_from_elsewhere_is_to_be_looked_up_anew() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &WORDS);
    let id = judged_elsewhere(&store, 1);
    keep(&store, 1, &check(Some("for good"), true));
    let mut row = evaluation_row(&completed(1, 3), 2);
    if let rehearse_store::RemoteRecord::Evaluation(found) = &mut row.record {
        found.assessment = Some(assessment("of a higher round"));
    }
    assert_eq!(take_in(&store, &[row]), 1);
    assert_eq!(checks(&store, 1), [(id, None)]);
    let untold = store.untold_of_evaluation(session_id(1)).unwrap();
    assert_eq!(
        untold,
        EvaluationUntold::Nothing,
        "it is not this computer's to tell"
    );
}
