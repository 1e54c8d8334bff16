//! Evaluations from the request to the result: whose turn it is, who holds the lease, and what becomes of those who lost
//! it.

use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};

use rehearse_domain::{
    Assessment, Counts, Coverage, EvaluationId, Judge, NotObserved, Outcome, Sample, SkillFinding, Standing,
    TranscriptStatus,
};
use rehearse_store::{Evaluation, EvaluationStatus, Lease, OutboxKind, Store, StoreError, Verification};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use crate::deleting::holding;
use crate::frozen::{dump, thawed};
use crate::support::{at, session, session_id, slug, turn, turn_id};
use crate::{end, owner, practised};

pub(crate) const HERE: &str = "this computer";
const THERE: &str = "another computer";

pub(crate) fn assessment(summary: &str) -> Assessment {
    Assessment {
        outcome: Outcome::Scored,
        judge: Judge::Model {
            name: "a-judge".to_owned(),
        },
        rubric: "0123abcd".to_owned(),
        coverage: Coverage { turns: 1, heard: 1 },
        counts: Counts::default(),
        skills: vec![SkillFinding {
            skill: slug("asking"),
            standing: Standing::NotObserved {
                why: NotObserved::NoSign,
            },
            note: String::new(),
            checks: Vec::new(),
            quotes: Vec::new(),
            worked: None,
            change: None,
            rules: Vec::new(),
        }],
        advice: Vec::new(),
        summary: summary.to_owned(),
        words: None,
    }
}

pub(crate) fn sample(skill: &str, look: u32, answer: &str) -> Sample {
    Sample {
        skill: slug(skill),
        look,
        model: "a-judge".to_owned(),
        answer: answer.to_owned(),
    }
}

/// The current evaluation of a session.
pub(crate) fn current(store: &Store, session: u64) -> Evaluation {
    store.assessment_of(session_id(session)).unwrap().unwrap().0
}

/// Claims the evaluation of a session at a moment for a minute.
pub(crate) fn claimed(store: &Store, session: u64, second: u64) -> Lease {
    let id = current(store, session).id;
    let lease = store.claim_evaluation(id, HERE, at(second + 60), at(second));
    lease.unwrap().expect("it is due")
}

pub(crate) fn lost<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    assert!(matches!(outcome, Err(StoreError::LeaseLost)), "{outcome:?}");
}

/// Tries everything that needs a lease. None of it may succeed or change anything.
pub(crate) fn is_lost(store: &Store, folder: &Path, lease: Lease) {
    let rows = || dump(&Connection::open(folder.join("rehearse.db")).unwrap());
    let before = rows();
    lost(store.renew_evaluation(lease, at(90_000)));
    lost(store.release_evaluation(lease, at(0)));
    lost(store.keep_sample(lease, &sample("asking", 7, "late")));
    lost(store.finish_evaluation(lease, &assessment("late"), at(0)));
    lost(store.fail_evaluation(lease, "late", None, at(0)));
    lost(store.fail_evaluation(lease, "late", Some(at(0)), at(0)));
    assert_eq!(rows(), before);
}

fn due(store: &Store, second: u64) -> Vec<u64> {
    let due = store.evaluations_due(at(second), 100).unwrap();
    let number = |id: rehearse_domain::SessionId| (1..=9).find(|number| session_id(*number) == id).unwrap();
    due.into_iter().map(|one| number(one.session)).collect()
}

pub(crate) fn again_id(number: u128) -> EvaluationId {
    Uuid::from_u128(number).into()
}

fn saves(store: &Store, session: u64) -> usize {
    let rows = store.outbox(session_id(session)).unwrap();
    rows.iter()
        .filter(|row| row.kind == OutboxKind::SaveSession)
        .count()
}

#[test]
fn only_sessions_that_ended_and_in_which_the_trainee_spoke_are_evaluated() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    practised(&store, 2, &["Come in."]);
    store.create_session(&session(3)).unwrap();
    store.record_turn(&turn(3, 0, "Come in.")).unwrap();
    store.record_turn(&turn(3, 1, "Hello.")).unwrap();
    practised(&store, 4, &["Come in.", "Hello."]);
    store.doom_sessions(&[session_id(4)], at(0)).unwrap();
    assert_eq!(due(&store, 9_000), [1]);
    let found = store.evaluations_due(at(9_000), 1).unwrap().remove(0);
    assert_eq!(found.evaluation, current(&store, 1));
    assert_eq!(
        (found.is_mirror, found.object_id, found.session_object_id),
        (false, None, None)
    );
    store.spare_sessions(&[session_id(4)]).unwrap();
    assert_eq!(due(&store, 9_000), [1, 4]);
    assert_eq!(due(&store, 0), [0; 0], "nothing is asked for before the end");
}

#[test]
fn the_one_that_was_put_off_until_the_earliest_moment_comes_first() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for number in [3, 1, 2, 4] {
        practised(&store, number, &["Come in.", "Hello."]);
    }
    assert_eq!(due(&store, 1_000), [1, 2, 3, 4]);
    assert_eq!(store.next_evaluation_at().unwrap(), Some(end(1).ended_at));
    for (number, next) in [(1, 2_000), (3, 1_500), (2, 2_000)] {
        let lease = claimed(&store, number, 1_000);
        store
            .fail_evaluation(lease, "busy", Some(at(next)), at(1_001))
            .unwrap();
    }
    assert_eq!(due(&store, 1_600), [4, 3]);
    assert_eq!(due(&store, 2_000), [4, 3, 1, 2]);
    let first_two = store.evaluations_due(at(2_000), 2).unwrap();
    assert_eq!(first_two.len(), 2);
    // Whoever was worked on and given up keeps its place.
    claimed(&store, 3, 2_000);
    assert_eq!(due(&store, 2_059), [4, 1, 2]);
    assert_eq!(due(&store, 2_060), [4, 3, 1, 2]);
    for number in [4, 1, 2] {
        claimed(&store, number, 2_060);
    }
    assert_eq!(store.next_evaluation_at().unwrap(), Some(at(2_060)));
}

#[test]
fn a_lease_that_has_passed_is_taken_over_and_its_holder_changes_nothing_more() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let id = current(&store, 1).id;
    assert_eq!(store.claim_evaluation(id, HERE, at(9), at(0)).unwrap(), None);
    let first = claimed(&store, 1, 1_000);
    assert_eq!(first.epoch, 1);
    let running = current(&store, 1);
    assert_eq!(
        (running.status, running.attempts, running.epoch),
        (EvaluationStatus::Running, 0, 1)
    );
    assert_eq!(
        (running.lease_holder.as_deref(), running.lease_until),
        (Some(HERE), Some(at(1_060)))
    );
    let claim = |second| {
        store
            .claim_evaluation(id, THERE, at(second + 60), at(second))
            .unwrap()
    };
    assert_eq!(claim(1_059), None, "it is held");
    store.renew_evaluation(first, at(1_100)).unwrap();
    assert_eq!(claim(1_060), None, "it lasts longer now");
    let second = claim(1_100).unwrap();
    assert_eq!(second.epoch, 2);
    is_lost(&store, folder.path(), first);
    store
        .finish_evaluation(second, &assessment("in time"), at(1_101))
        .unwrap();
    is_lost(&store, folder.path(), first);
    is_lost(&store, folder.path(), second);
    assert_eq!(claim(9_000), None, "it has its result");
    assert_eq!(store.next_evaluation_at().unwrap(), None);
}

#[test]
fn a_lease_that_nobody_took_over_still_counts_when_it_is_late() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let lease = claimed(&store, 1, 1_000);
    store
        .finish_evaluation(lease, &assessment("late"), at(80_000))
        .unwrap();
    assert_eq!(current(&store, 1).status, EvaluationStatus::Completed);
}

#[test]
fn a_result_is_put_down_with_who_made_it_and_the_remote_is_told() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let lease = claimed(&store, 1, 1_000);
    store.keep_sample(lease, &sample("asking", 0, "{}")).unwrap();
    let (told, revision) = (saves(&store, 1), store.session_revision(session_id(1)).unwrap());
    let result = assessment("You asked.");
    store.finish_evaluation(lease, &result, at(1_050)).unwrap();
    let (evaluation, found) = store.assessment_of(session_id(1)).unwrap().unwrap();
    assert_eq!(found, Some(result));
    assert_eq!(
        (evaluation.status, evaluation.attempts, evaluation.completed_at),
        (EvaluationStatus::Completed, 1, Some(at(1_050)))
    );
    assert_eq!(evaluation.evaluator_model.as_deref(), Some("a-judge"));
    assert_eq!(evaluation.rubric.as_deref(), Some("0123abcd"));
    assert_eq!((evaluation.lease_holder, evaluation.lease_until), (None, None));
    assert_eq!(store.samples(evaluation.id).unwrap(), []);
    assert_eq!(saves(&store, 1), told + 1);
    assert!(store.session_revision(session_id(1)).unwrap() > revision);
}

#[test]
fn a_lease_that_is_given_back_counts_as_no_try_and_its_answers_stay() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let lease = claimed(&store, 1, 1_000);
    let answers = [
        sample("asking", 0, "one"),
        sample("asking", 1, "two"),
        sample("listening", 0, "three"),
    ];
    for answer in answers.iter().rev() {
        store
            .keep_sample(lease, &sample(answer.skill.as_str(), answer.look, "before"))
            .unwrap();
        store.keep_sample(lease, answer).unwrap();
    }
    store.release_evaluation(lease, at(2_000)).unwrap();
    is_lost(&store, folder.path(), lease);
    let waits = current(&store, 1);
    assert_eq!((waits.status, waits.attempts), (EvaluationStatus::Pending, 0));
    assert_eq!((waits.next_attempt_at, waits.lease_until), (at(2_000), None));
    assert_eq!(store.samples(waits.id).unwrap(), answers);
    assert_eq!(claimed(&store, 1, 2_000).epoch, 2);
}

#[test]
fn one_that_failed_waits_is_given_up_and_can_be_asked_for_again() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let id = current(&store, 1).id;
    let lease = claimed(&store, 1, 1_000);
    store.keep_sample(lease, &sample("asking", 0, "one")).unwrap();
    let told = saves(&store, 1);
    store
        .fail_evaluation(lease, "busy", Some(at(1_500)), at(1_001))
        .unwrap();
    let waits = current(&store, 1);
    assert_eq!((waits.status, waits.attempts), (EvaluationStatus::Pending, 1));
    assert_eq!(
        (waits.last_error.as_deref(), waits.next_attempt_at),
        (Some("busy"), at(1_500))
    );
    assert_eq!(saves(&store, 1), told, "the remote is not told of each try");
    is_lost(&store, folder.path(), lease);

    let lease = claimed(&store, 1, 1_500);
    store.fail_evaluation(lease, "refused", None, at(1_501)).unwrap();
    let failed = current(&store, 1);
    assert_eq!((failed.status, failed.attempts), (EvaluationStatus::Failed, 2));
    assert_eq!(saves(&store, 1), told + 1);
    assert_eq!(due(&store, 80_000), [0; 0]);
    is_lost(&store, folder.path(), lease);

    store
        .evaluate_again(session_id(1), at(3_000), again_id(7))
        .unwrap();
    let again = current(&store, 1);
    assert_eq!(
        (again.id, again.status, again.attempts),
        (id, EvaluationStatus::Pending, 2)
    );
    assert_eq!(again.next_attempt_at, at(3_000));
    assert_eq!(store.assessments(session_id(1)).unwrap().len(), 1);
    assert_eq!(saves(&store, 1), told + 2);
    assert_eq!(
        store.samples(id).unwrap().len(),
        1,
        "no answer is asked for twice"
    );
    assert_eq!(claimed(&store, 1, 3_000).epoch, 3);
}

#[test]
fn asking_again_keeps_the_result_before_and_the_latest_is_current() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let lease = claimed(&store, 1, 1_000);
    store
        .finish_evaluation(lease, &assessment("first"), at(1_001))
        .unwrap();
    let told = saves(&store, 1);
    // The clock was set back meanwhile.
    store.evaluate_again(session_id(1), at(10), again_id(7)).unwrap();
    assert_eq!(saves(&store, 1), told + 1);
    let all = store.assessments(session_id(1)).unwrap();
    let [(first, first_result), (second, None)] = all.as_slice() else {
        panic!("{all:?}");
    };
    assert_eq!(first_result, &Some(assessment("first")));
    assert_eq!((first.superseded_at, second.superseded_at), (Some(at(10)), None));
    assert_eq!(
        (second.id, second.status),
        (again_id(7), EvaluationStatus::Pending)
    );
    assert!(second.queued_at > first.queued_at);
    assert_eq!(
        store.assessment_of(session_id(1)).unwrap(),
        Some((second.clone(), None))
    );

    let lease = claimed(&store, 1, 2_000);
    store.keep_sample(lease, &sample("asking", 0, "one")).unwrap();
    store
        .evaluate_again(session_id(1), at(2_001), again_id(8))
        .unwrap();
    is_lost(&store, folder.path(), lease);
    assert_eq!(store.samples(again_id(7)).unwrap(), []);
    assert_eq!(current(&store, 1).id, again_id(8));
    assert_eq!(due(&store, 9_000), [1], "once");
    assert_eq!(store.verify(Verification::Quick).unwrap(), []);
}

#[test]
fn nothing_is_asked_about_a_session_that_runs_is_gone_or_in_which_nothing_was_said() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    practised(&store, 2, &["Come in."]);
    let ask = |number| store.evaluate_again(session_id(number), at(0), again_id(7));
    assert!(matches!(ask(1), Err(StoreError::StillOpen(_))));
    assert!(matches!(ask(2), Err(StoreError::NothingSaid(_))));
    assert!(matches!(ask(3), Err(StoreError::NoSession(_))));
    assert_eq!(store.request_missing_evaluations(at(0)).unwrap(), 0);
}

#[test]
fn a_session_that_was_never_asked_about_is_asked_about_once() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for number in 1..=2 {
        practised(&store, number, &["Come in.", "Hello."]);
    }
    let id = current(&store, 1).id;
    let other = Connection::open(folder.path().join("rehearse.db")).unwrap();
    other
        .execute("DELETE FROM evaluation WHERE number = 1", [])
        .unwrap();
    let told = saves(&store, 1);
    assert_eq!(store.request_missing_evaluations(at(500)).unwrap(), 1);
    assert_eq!(store.request_missing_evaluations(at(501)).unwrap(), 0);
    let asked = current(&store, 1);
    assert_eq!(asked.id, id, "the same as at the first time");
    assert_eq!(
        (asked.queued_at, asked.next_attempt_at),
        (end(1).ended_at, at(500))
    );
    assert_eq!((saves(&store, 1), saves(&store, 2)), (told + 1, told));
}

#[test]
fn a_lease_that_was_won_elsewhere_has_to_be_higher() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let id = current(&store, 1).id;
    let local = claimed(&store, 1, 1_000);
    let take = |epoch| store.take_evaluation(id, epoch, THERE, at(2_000));
    lost(take(1));
    let lease = take(5).unwrap();
    assert_eq!(
        lease,
        Lease {
            evaluation: id,
            epoch: 5
        }
    );
    is_lost(&store, folder.path(), local);
    lost(take(5));
    assert_eq!(claimed(&store, 1, 2_000).epoch, 6);
    store
        .finish_evaluation(take(7).unwrap(), &assessment("done"), at(2_001))
        .unwrap();
    lost(take(8));
    lost(store.take_evaluation(again_id(9), 1, THERE, at(2_000)));
}

#[test]
fn after_a_crash_it_goes_on_once_the_lease_has_passed_without_asking_again() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let lease = claimed(&store, 1, 1_000);
    store.keep_sample(lease, &sample("asking", 0, "one")).unwrap();
    drop(store);
    let store = owner(folder.path());
    assert_eq!(due(&store, 1_059), [0; 0]);
    assert_eq!(store.next_evaluation_at().unwrap(), Some(at(1_060)));
    let next = claimed(&store, 1, 1_060);
    assert_eq!(next.epoch, 2);
    assert_eq!(
        store.samples(next.evaluation).unwrap(),
        [sample("asking", 0, "one")]
    );
    is_lost(&store, folder.path(), lease);
    drop(store);
    let store = owner(folder.path());
    store
        .finish_evaluation(next, &assessment("done"), at(1_070))
        .unwrap();
}

#[test]
fn answers_about_other_words_are_asked_for_again() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let lease = claimed(&store, 1, 1_000);
    store.keep_sample(lease, &sample("asking", 0, "one")).unwrap();
    let write = |words| {
        let status = TranscriptStatus::Completed;
        store
            .set_transcript(turn_id(1_001), Some(words), status, at(1_001))
            .unwrap();
    };
    write("Hello.");
    assert_eq!(
        store.samples(lease.evaluation).unwrap().len(),
        1,
        "the same words"
    );
    write("Hello?");
    assert_eq!(store.samples(lease.evaluation).unwrap(), []);
}

#[test]
fn a_deleted_session_takes_its_results_and_answers_along_to_the_last_byte() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for number in 1..=2 {
        practised(&store, number, &["Come in.", "Hello."]);
    }
    let long = |word: &str| word.repeat(3_000);
    let lease = claimed(&store, 1, 1_000);
    store
        .finish_evaluation(lease, &assessment(&long("nougatine")), at(1_001))
        .unwrap();
    store
        .evaluate_again(session_id(1), at(1_002), again_id(7))
        .unwrap();
    let lease = claimed(&store, 1, 1_010);
    store
        .keep_sample(lease, &sample("asking", 0, &long("marzipanolith")))
        .unwrap();
    store
        .keep_sample(lease, &sample("asking", 1, "krokantoid"))
        .unwrap();
    let markers: [&[u8]; 3] = [b"nougatine", b"marzipanolith", b"krokantoid"];
    for marker in markers {
        assert!(!holding(folder.path(), marker).is_empty(), "it is there before");
    }
    store.doom_sessions(&[session_id(1)], at(2_000)).unwrap();
    is_lost(&store, folder.path(), lease);
    assert_eq!(store.samples(again_id(7)).unwrap(), [], "it is hidden");
    assert_eq!(store.assessment_of(session_id(1)).unwrap(), None);
    assert!(store.purge_doomed(at(2_000), at(2_010)).unwrap().complete);
    for marker in markers {
        assert_eq!(holding(folder.path(), marker), [] as [std::path::PathBuf; 0]);
    }
    is_lost(&store, folder.path(), lease);
    assert_eq!(due(&store, 9_000), [2]);
    assert_eq!(store.verify(Verification::Deep).unwrap(), []);
}

#[test]
fn of_eight_who_claim_at_once_one_wins_each_time() {
    const ROUNDS: u64 = 1_000;
    const THREADS: usize = 8;
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let id = current(&store, 1).id;
    let winners: Vec<AtomicU32> = (0..ROUNDS).map(|_| AtomicU32::new(0)).collect();
    let barrier = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for (round, won) in (1_000..).zip(&winners) {
                    barrier.wait();
                    // Each lease passes when the next round begins.
                    let lease = store.claim_evaluation(id, HERE, at(round + 1), at(round));
                    won.fetch_add(u32::from(lease.unwrap().is_some()), Ordering::Relaxed);
                }
            });
        }
    });
    assert!(winners.iter().all(|won| won.load(Ordering::Relaxed) == 1));
    assert_eq!(u64::from(current(&store, 1).epoch), ROUNDS);
}

#[test]
fn what_ran_in_a_version_6_file_without_a_lease_may_be_taken_over() {
    let folder = thawed("v6.db");
    let other = Connection::open(folder.path().join("rehearse.db")).unwrap();
    let running = other
        .execute(
            "UPDATE evaluation SET status = 'running' WHERE superseded_at IS NULL",
            [],
        )
        .unwrap();
    drop(other);
    let store = owner(folder.path());
    let due = store.evaluations_due(at(86_400), 100).unwrap();
    assert!(running > 0);
    assert!(
        due.iter()
            .any(|one| one.evaluation.status == EvaluationStatus::Running)
    );
    for one in due {
        let lease = store.claim_evaluation(one.evaluation.id, HERE, at(86_460), at(86_400));
        assert_eq!(lease.unwrap().unwrap().epoch, 1);
    }
}
