//! Evaluations that several machines see: mirrors, rows of the remote with and without leases, and sessions that go on
//! after their end.

use rehearse_domain::{
    EndReason, EvaluationId, Language, Session, SessionStatus, Speaker, TranscriptStatus, Turn,
};
use rehearse_store::{
    Claim, Evaluation, EvaluationStatus, EvaluationUntold, Lease, RemoteEvaluation, RemoteRecord, RemoteRow,
    RemoteSession, RemoteStamp, RemoteTurn, SessionEnd, SessionQuery, Settled, Store, Verification,
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::judging::{HERE, again_id, assessment, claimed, current, is_lost, sample};
use crate::support::{at, session, session_id, turn, turn_id};
use crate::{end, owner, practised};

const ACCOUNT: &str = "https://example.invalid app user";

fn row(number: u64, subject: Uuid, object_id: String, change: u64, record: RemoteRecord) -> RemoteRow {
    RemoteRow {
        stamp: RemoteStamp {
            subject,
            object_id,
            created_at: at(690),
            updated_at: at(700 + change),
            digest: None,
        },
        session: session_id(number),
        claim: Claim::Own,
        record,
    }
}

fn session_row(number: u64) -> RemoteRow {
    let found = RemoteSession {
        session: Session {
            status: SessionStatus::Ended,
            started_at: Some(at(600)),
            ended_at: Some(at(650)),
            end_reason: Some(EndReason::Manual),
            ..session(number)
        },
        turns: Some(2),
    };
    let (subject, object_id) = (session_id(number).into(), format!("s{number}"));
    row(
        number,
        subject,
        object_id,
        0,
        RemoteRecord::Session(Box::new(found)),
    )
}

pub(crate) fn turn_row(number: u64, sequence: u32, words: Option<&str>, change: u64) -> RemoteRow {
    let turn = Turn {
        transcript: words.map(str::to_owned),
        transcript_status: match words {
            Some(_) => TranscriptStatus::Completed,
            None => TranscriptStatus::Pending,
        },
        ..turn(number, sequence, "")
    };
    let (subject, object_id) = (turn.id.into(), format!("t{number}{sequence}"));
    let found = RemoteTurn {
        turn,
        sound: None,
        is_numbered: true,
    };
    row(
        number,
        subject,
        object_id,
        change,
        RemoteRecord::Turn(Box::new(found)),
    )
}

/// A row of an evaluation whose result, if it has one, is ours.
pub(crate) fn evaluation_row(evaluation: &Evaluation, change: u64) -> RemoteRow {
    let number = (1..=9)
        .find(|number| session_id(*number) == evaluation.session)
        .unwrap();
    let is_done = evaluation.status == EvaluationStatus::Completed;
    let found = RemoteEvaluation {
        evaluation: evaluation.clone(),
        result: None,
        assessment: is_done.then(|| assessment("from elsewhere")),
    };
    let subject: Uuid = evaluation.id.into();
    let object_id = format!("e{number}{:x}", subject.as_u128() % 0x1000);
    row(
        number,
        subject,
        object_id,
        change,
        RemoteRecord::Evaluation(Box::new(found)),
    )
}

pub(crate) fn take_in(store: &Store, rows: &[RemoteRow]) -> usize {
    store.take_in(ACCOUNT, rows, None, at(800)).unwrap().len()
}

/// A session that another machine recorded; what its trainee said is not written down.
pub(crate) fn mirrored(store: &Store, number: u64) {
    let rows = [
        session_row(number),
        turn_row(number, 0, Some("Come in."), 0),
        turn_row(number, 1, None, 0),
    ];
    assert_eq!(take_in(store, &rows), 1);
    assert!(store.is_mirror(session_id(number)).unwrap());
}

/// The first evaluation of a session as a machine that asks for it writes it.
fn first(number: u64) -> Evaluation {
    let session: Uuid = session_id(number).into();
    Evaluation {
        id: EvaluationId::from(Uuid::new_v5(&session, b"first evaluation")),
        session: session_id(number),
        status: EvaluationStatus::Pending,
        attempts: 0,
        last_error: None,
        queued_at: at(650),
        next_attempt_at: at(650),
        completed_at: None,
        superseded_at: None,
        evaluator_model: None,
        rubric: None,
        epoch: 0,
        lease_holder: None,
        lease_until: None,
        asked_at: None,
    }
}

fn running(number: u64, epoch: u32, until: u64) -> Evaluation {
    Evaluation {
        status: EvaluationStatus::Running,
        epoch,
        lease_holder: Some("another computer".to_owned()),
        lease_until: Some(at(until)),
        asked_at: None,
        ..first(number)
    }
}

pub(crate) fn completed(number: u64, epoch: u32) -> Evaluation {
    Evaluation {
        status: EvaluationStatus::Completed,
        epoch,
        attempts: 1,
        completed_at: Some(at(720)),
        ..first(number)
    }
}

#[test]
fn a_mirror_is_evaluated_here_and_the_outbox_stays_empty() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    mirrored(&store, 1);
    assert_eq!(store.request_missing_evaluations(at(800)).unwrap(), 1);
    let due = store.evaluations_due(at(800), 9).unwrap().remove(0);
    assert_eq!(due.evaluation.id, first(1).id);
    assert_eq!(due.evaluation.queued_at, at(650), "as of its end");
    assert_eq!(
        (due.is_mirror, due.object_id, due.session_object_id.as_deref()),
        (true, None, Some("s1"))
    );
    let lease = claimed(&store, 1, 800);
    store.fail_evaluation(lease, "refused", None, at(801)).unwrap();
    store.evaluate_again(session_id(1), at(802), again_id(7)).unwrap();
    let lease = claimed(&store, 1, 803);
    store
        .finish_evaluation(lease, &assessment("here"), at(804))
        .unwrap();
    store.evaluate_again(session_id(1), at(805), again_id(8)).unwrap();
    assert_eq!(store.assessments(session_id(1)).unwrap().len(), 2);
    assert_eq!(store.outbox_pending().unwrap(), 0);
}

#[test]
fn the_row_of_a_mirror_gives_its_evaluation_a_name_and_not_another_holder() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    mirrored(&store, 1);
    store.request_missing_evaluations(at(800)).unwrap();
    let lease = claimed(&store, 1, 800);
    assert_eq!(take_in(&store, &[evaluation_row(&first(1), 0)]), 0);
    store.release_evaluation(lease, at(900)).unwrap();
    let due = store.evaluations_due(at(900), 9).unwrap().remove(0);
    assert!(due.object_id.is_some());
    assert_eq!(due.evaluation.epoch, 1);
}

#[test]
fn a_result_that_nobody_was_told_of_stays_and_is_told_as_a_later_round() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "I ask for more."]);
    let told = |settled| store.settle(&[settled], at(800)).unwrap();
    let evaluation = first(1).id;
    told(Settled::EvaluationNamed {
        evaluation,
        object_id: "e1".to_owned(),
    });
    let lease = claimed(&store, 1, 800);
    store
        .finish_evaluation(lease, &assessment("here"), at(804))
        .unwrap();
    let untold = || store.untold_of_evaluation(session_id(1)).unwrap();
    assert_eq!(untold(), EvaluationUntold::End);
    for (change, epoch) in [(10, 1), (20, 2)] {
        assert_eq!(
            take_in(&store, &[evaluation_row(&completed(1, epoch), change)]),
            0,
            "somebody may have read it"
        );
    }
    let shown = || store.assessment_of(session_id(1)).unwrap().unwrap();
    assert_eq!(shown().1.unwrap().summary, "here");
    told(Settled::EvaluationTold {
        evaluation,
        epoch: 1,
        round: 3,
    });
    assert_eq!((shown().0.epoch, untold()), (3, EvaluationUntold::Nothing));
    // From here on it is as any other: a higher round stands above it.
    assert_eq!(take_in(&store, &[evaluation_row(&completed(1, 4), 30)]), 1);
    assert_eq!(shown().1.unwrap().summary, "from elsewhere");
}

#[test]
fn what_another_machine_did_counts_by_its_lease() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    mirrored(&store, 1);
    practised(&store, 2, &["Come in.", "Hello."]);
    store.request_missing_evaluations(at(800)).unwrap();
    for number in [1, 2] {
        let lease = claimed(&store, number, 800);
        store.keep_sample(lease, &sample("asking", 0, "one")).unwrap();
        let take = |evaluation: &Evaluation, change| take_in(&store, &[evaluation_row(evaluation, change)]);
        let failed = Evaluation {
            status: EvaluationStatus::Failed,
            ..first(number)
        };
        assert_eq!(take(&failed, 1), 0, "nobody's lease");
        store.renew_evaluation(lease, at(870)).unwrap();
        assert_eq!(take(&running(number, 2, 900), 2), 1);
        is_lost(&store, folder.path(), lease);
        let theirs = current(&store, number);
        assert_eq!((theirs.epoch, theirs.lease_until), (2, Some(at(900))));
        assert_eq!(store.samples(theirs.id).unwrap().len(), 1, "they may die");
        assert_eq!(take(&completed(number, 1), 3), 0, "too late");
        assert_eq!(take(&running(number, 2, 950), 4), 1, "it lasts longer");
        assert_eq!(take(&completed(number, 2), 5), 1);
        let (done, result) = store.assessment_of(session_id(number)).unwrap().unwrap();
        assert_eq!(done.status, EvaluationStatus::Completed);
        assert_eq!(result, Some(assessment("from elsewhere")));
        assert_eq!(store.samples(done.id).unwrap(), []);
        assert_eq!(take(&running(number, 3, 990), 6), 0, "a result stays");
        assert_eq!(current(&store, number).epoch, 2);
    }
}

#[test]
fn a_result_from_elsewhere_is_compared_where_it_is_one_of_ours() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for number in [1, 2] {
        mirrored(&store, number);
        let by_a_model = Evaluation {
            evaluator_model: Some("a-judge".to_owned()),
            ..completed(number, 2)
        };
        let mut row = evaluation_row(&by_a_model, 1);
        if let (2, RemoteRecord::Evaluation(found)) = (number, &mut row.record) {
            found.result = Some("{\"of\":\"the earlier web app\"}".into());
            found.assessment = None;
        }
        assert_eq!(take_in(&store, &[row]), 1);
        store.reveal(session_id(number), &[], at(810)).unwrap();
    }
    let found = store.rated_sessions(Language::English, 9).unwrap();
    let sessions: Vec<_> = found.iter().map(|one| one.session).collect();
    assert_eq!(sessions, [session_id(1)]);
    assert_eq!(found[0].assessment, assessment("from elsewhere"));
}

#[test]
fn a_budget_counts_only_what_its_own_program_works_on_now() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for number in [1, 2] {
        mirrored(&store, number);
    }
    assert_eq!(take_in(&store, &[evaluation_row(&running(1, 1, 990), 1)]), 1);
    store.request_missing_evaluations(at(800)).unwrap();
    claimed(&store, 2, 800);
    let spent = |now| store.evaluations_spent_since(HERE, at(700), at(now)).unwrap();
    assert_eq!(spent(810), 1, "another computer works on the first session");
    assert_eq!(spent(861), 0, "the lease has passed");
}

#[test]
fn whoever_works_without_a_lease_is_given_an_hour() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    mirrored(&store, 1);
    let unleased = Evaluation {
        lease_holder: None,
        lease_until: None,
        asked_at: None,
        ..running(1, 0, 0)
    };
    assert_eq!(take_in(&store, &[evaluation_row(&unleased, 10)]), 1);
    assert_eq!(store.request_missing_evaluations(at(800)).unwrap(), 0);
    assert_eq!(store.next_evaluation_at().unwrap(), Some(at(710 + 3_600)));
    assert_eq!(claimed(&store, 1, 710 + 3_600).epoch, 1);
}

#[test]
fn asking_again_on_another_machine_reaches_the_one_that_recorded_the_session() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let lease = claimed(&store, 1, 700);
    store
        .finish_evaluation(lease, &assessment("here"), at(701))
        .unwrap();
    let asked = Evaluation {
        id: again_id(7),
        queued_at: at(750),
        next_attempt_at: at(750),
        ..first(1)
    };
    assert_eq!(take_in(&store, &[evaluation_row(&asked, 50)]), 1);
    let all = store.assessments(session_id(1)).unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].1, Some(assessment("here")));
    assert_eq!(current(&store, 1).id, again_id(7));
}

#[test]
fn the_words_of_a_mirror_are_written_down_and_stay() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    mirrored(&store, 1);
    let heard = || {
        let turn = store.turns(session_id(1)).unwrap().remove(1);
        assert_eq!(turn.speaker, Speaker::Trainee);
        (turn.transcript, turn.transcript_status)
    };
    let unheard = TranscriptStatus::Failed;
    store
        .set_transcript(turn_id(1_001), None, unheard, at(800))
        .unwrap();
    assert_eq!(take_in(&store, &[turn_row(1, 1, None, 1)]), 1);
    assert_eq!(heard(), (None, TranscriptStatus::Failed));
    let words = Some("Marzipan, please.");
    store
        .set_transcript(turn_id(1_001), words, TranscriptStatus::Completed, at(801))
        .unwrap();
    take_in(&store, &[turn_row(1, 1, None, 2)]);
    assert_eq!(heard(), (words.map(str::to_owned), TranscriptStatus::Completed));
    let query = SessionQuery {
        search: Some("marzipan".into()),
        ..SessionQuery::default()
    };
    assert_eq!(store.sessions(&query).unwrap().total, 1);
    assert_eq!(
        store.outbox_pending().unwrap(),
        0,
        "the remote is not told by this"
    );
    take_in(&store, &[turn_row(1, 1, Some("Nougat, please."), 3)]);
    assert_eq!(heard().0.as_deref(), Some("Nougat, please."));
    assert_eq!(store.verify(Verification::Deep).unwrap(), []);
}

/// A session that the checker of the objective ended.
fn reached(store: &Store) {
    store.create_session(&session(1)).unwrap();
    store.record_turn(&turn(1, 0, "Come in.")).unwrap();
    store.record_turn(&turn(1, 1, "Hello.")).unwrap();
    end_again(store);
}

fn end_again(store: &Store) {
    store
        .end_session(&SessionEnd {
            reason: EndReason::ObjectiveMet,
            ..end(1)
        })
        .unwrap();
}

#[test]
fn a_session_that_goes_on_is_evaluated_by_nobody_who_had_begun() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    reached(&store);
    let lease = claimed(&store, 1, 700);
    store.keep_sample(lease, &sample("asking", 0, "one")).unwrap();
    store.reopen_session(session_id(1), at(701)).unwrap();
    is_lost(&store, folder.path(), lease);
    assert_eq!(store.assessment_of(session_id(1)).unwrap(), None);
    assert_eq!(store.next_evaluation_at().unwrap(), None);
    assert_eq!(store.samples(lease.evaluation).unwrap(), []);
    end_again(&store);
    let evaluation = current(&store, 1);
    assert_eq!(
        (evaluation.id, evaluation.status),
        (first(1).id, EvaluationStatus::Pending)
    );
    assert_eq!(store.evaluations(session_id(1)).unwrap().len(), 1);
    let next = claimed(&store, 1, 800);
    assert_eq!(next.epoch, 2, "a number is not given twice");
    is_lost(&store, folder.path(), lease);
}

/// The remote has the evaluation of a session that goes on.
fn goes_on_while_the_remote_has_its_evaluation(store: &Store) -> Lease {
    reached(store);
    let lease = claimed(store, 1, 700);
    let named = Settled::EvaluationNamed {
        evaluation: lease.evaluation,
        object_id: "e1".to_owned(),
    };
    store.settle(&[named], at(700)).unwrap();
    store.reopen_session(session_id(1), at(701)).unwrap();
    lease
}

#[test]
fn a_request_that_the_remote_has_gives_way_to_a_new_one_at_the_next_end() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let lease = goes_on_while_the_remote_has_its_evaluation(&store);
    is_lost(&store, folder.path(), lease);
    assert_eq!(store.assessment_of(session_id(1)).unwrap(), None);
    assert_eq!(store.next_evaluation_at().unwrap(), None);
    end_again(&store);
    let next = claimed(&store, 1, 800);
    assert_ne!(next.evaluation, lease.evaluation);
    assert_eq!(store.verify(Verification::Quick).unwrap(), []);
}

#[test]
fn a_result_of_half_a_session_from_elsewhere_is_not_that_of_the_whole() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let lease = goes_on_while_the_remote_has_its_evaluation(&store);
    let asked = store.evaluations(session_id(1)).unwrap().remove(0);
    let half = |epoch| Evaluation {
        queued_at: asked.queued_at,
        ..completed(1, epoch)
    };
    assert_eq!(take_in(&store, &[evaluation_row(&half(2), 5)]), 0);
    assert_eq!(store.assessment_of(session_id(1)).unwrap(), None);
    end_again(&store);
    take_in(&store, &[evaluation_row(&half(3), 6)]);
    let whole = current(&store, 1);
    assert_ne!(whole.id, lease.evaluation);
    assert_eq!(whole.status, EvaluationStatus::Pending);
}

#[test]
fn a_result_of_half_a_session_is_kept_and_the_whole_is_evaluated() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    reached(&store);
    let lease = claimed(&store, 1, 700);
    store
        .finish_evaluation(lease, &assessment("half"), at(701))
        .unwrap();
    store.reopen_session(session_id(1), at(702)).unwrap();
    assert_eq!(store.assessment_of(session_id(1)).unwrap(), None);
    end_again(&store);
    let all = store.assessments(session_id(1)).unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].1, Some(assessment("half")));
    assert_eq!(all[1].0.superseded_at, None);
    assert_eq!(claimed(&store, 1, 800).evaluation, all[1].0.id);
    store.reopen_session(session_id(1), at(801)).unwrap();
    end_again(&store);
    assert_eq!(current(&store, 1).id, all[1].0.id);
    assert_eq!(store.verify(Verification::Quick).unwrap(), []);
}
