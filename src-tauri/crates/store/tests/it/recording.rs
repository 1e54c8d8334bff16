//! What is written while a session is practised, read back.

use std::time::Duration;

use rehearse_domain::{
    EndReason, Objective, ObjectiveStatus, SessionStatus, TakeTwo, TranscriptStatus, Turn,
};
use rehearse_store::{Access, EvaluationStatus, OutboxKind, SessionEnd, Store, StoreError};
use tempfile::TempDir;

use crate::support::{at, clip, recorded, session, session_id, turn, turn_id};
use crate::{end, owner};

#[test]
fn a_session_reads_back_as_it_was_written() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let mut written = session(1);
    written.limits.idle = None;
    written.objective = Objective {
        status: ObjectiveStatus::Failed,
        reason: Some("no figure".into()),
    };
    written.parent = Some(TakeTwo {
        session: session_id(7),
        turn: turn_id(7_001),
    });
    store.create_session(&written).unwrap();
    assert_eq!(store.session(written.id).unwrap(), Some(written));
    assert_eq!(store.session(session_id(2)).unwrap(), None);
}

#[test]
fn turns_and_clips_read_back_in_order_and_the_first_one_starts_the_session() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    let written: Vec<Turn> = (0..4)
        .map(|sequence| recorded(folder.path(), 1, sequence))
        .collect();
    for turn in &written {
        store.record_turn(turn).unwrap();
    }
    assert_eq!(store.turns(session_id(1)).unwrap(), written);
    assert_eq!(store.clip(clip(1, 1_002).id).unwrap(), written[2].clip);
    let running = store.session(session_id(1)).unwrap().unwrap();
    assert_eq!(running.status, SessionStatus::Active);
    assert_eq!(running.started_at, Some(written[0].started_at));
}

#[test]
fn a_turn_waits_in_the_outbox_behind_its_clip() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    store.record_turn(&turn(1, 0, "Come in.")).unwrap();
    store.record_turn(&recorded(folder.path(), 1, 1)).unwrap();
    store.end_session(&end(1)).unwrap();
    let rows = store.outbox(session_id(1)).unwrap();
    let kinds: Vec<OutboxKind> = rows.iter().map(|row| row.kind).collect();
    use OutboxKind::{CreateTurn, SaveSession, Upload};
    assert_eq!(kinds, [SaveSession, CreateTurn, Upload, CreateTurn, SaveSession]);
    assert_eq!(rows[1].parent, None);
    assert_eq!(rows[3].parent, Some(rows[2].id));
    assert_eq!(rows[2].subject, uuid::Uuid::from(clip(1, 1_001).id));
    assert_eq!(store.outbox_pending().unwrap(), 5);
}

#[test]
fn a_turn_out_of_order_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    store.record_turn(&turn(1, 0, "Come in.")).unwrap();
    let waiting = store.outbox_pending().unwrap();
    for (sequence, words) in [(0, "again"), (2, "too early")] {
        let refused = store.record_turn(&Turn {
            id: turn_id(77),
            ..turn(1, sequence, words)
        });
        assert!(matches!(refused, Err(StoreError::OutOfOrder { expected: 1, found }) if found == sequence));
    }
    assert_eq!(store.turns(session_id(1)).unwrap().len(), 1);
    assert_eq!(store.outbox_pending().unwrap(), waiting);
}

#[test]
fn a_session_ends_once_and_keeps_its_reason() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    store.record_turn(&turn(1, 0, "Come in.")).unwrap();
    let mut first = end(1);
    first.reason = EndReason::Idle;
    first.objective = Objective {
        status: ObjectiveStatus::Unknown,
        reason: Some("nobody spoke".into()),
    };
    store.end_session(&first).unwrap();
    assert!(matches!(
        store.end_session(&end(1)),
        Err(StoreError::AlreadyEnded(EndReason::Idle))
    ));
    assert!(matches!(
        store.record_turn(&turn(1, 1, "late")),
        Err(StoreError::AlreadyEnded(EndReason::Idle))
    ));
    let ended = store.session(session_id(1)).unwrap().unwrap();
    assert_eq!(ended.status, SessionStatus::Ended);
    assert_eq!(
        (ended.end_reason, ended.ended_at),
        (Some(EndReason::Idle), Some(first.ended_at))
    );
    assert_eq!((ended.active, ended.objective), (first.active, first.objective));
}

#[test]
fn an_evaluation_is_asked_for_only_when_the_trainee_spoke() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for (number, turns) in [(1, 1), (2, 2)] {
        store.create_session(&session(number)).unwrap();
        (0..turns).for_each(|sequence| store.record_turn(&turn(number, sequence, "words")).unwrap());
        store.end_session(&end(number)).unwrap();
    }
    assert!(store.evaluations(session_id(1)).unwrap().is_empty());
    let asked = store.evaluations(session_id(2)).unwrap();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].status, asked[0].attempts),
        (EvaluationStatus::Pending, 0)
    );
    assert_eq!(asked[0].queued_at, end(2).ended_at);
}

#[test]
fn a_transcript_takes_its_place_and_goes_out_with_the_turn_or_after_it() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    store.record_turn(&recorded(folder.path(), 1, 0)).unwrap();
    let before = (
        store.outbox_pending().unwrap(),
        store.session_revision(session_id(1)).unwrap().unwrap(),
    );
    let id = turn_id(1_000);
    store
        .set_transcript(id, Some("Come in."), TranscriptStatus::Completed, at(900))
        .unwrap();
    let turn = store.turns(session_id(1)).unwrap().remove(0);
    assert_eq!(turn.transcript.as_deref(), Some("Come in."));
    assert_eq!(turn.transcript_status, TranscriptStatus::Completed);
    assert_eq!(
        store.outbox_pending().unwrap(),
        before.0,
        "the waiting row carries the words along"
    );
    assert!(store.session_revision(session_id(1)).unwrap().unwrap() > before.1);

    let other = rusqlite::Connection::open(folder.path().join("rehearse.db")).unwrap();
    other.execute("UPDATE outbox SET attempts = 1", []).unwrap();
    store
        .set_transcript(id, None, TranscriptStatus::Failed, at(901))
        .unwrap();
    assert_eq!(
        store.outbox(session_id(1)).unwrap().last().unwrap().kind,
        OutboxKind::SaveTurn
    );
    assert_eq!(store.turns(session_id(1)).unwrap()[0].transcript, None);
    let nobody = store.set_transcript(turn_id(5), None, TranscriptStatus::Failed, at(902));
    assert!(matches!(nobody, Err(StoreError::NoTurn(_))));
}

#[test]
fn sessions_that_share_a_scenario_share_its_snapshot() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    (1..=3).for_each(|number| store.create_session(&session(number)).unwrap());
    let other = rusqlite::Connection::open(folder.path().join("rehearse.db")).unwrap();
    let snapshots: u32 = other
        .query_row("SELECT count(*) FROM snapshot", [], |row| row.get(0))
        .unwrap();
    assert_eq!(snapshots, 1);
}

#[test]
fn settings_keep_their_shape_and_a_reader_writes_nothing() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    assert_eq!(store.get_setting::<Vec<u8>>("ui.columns").unwrap(), None);
    store.put_setting("ui.columns", &vec![1_u8, 2]).unwrap();
    store.put_setting("ui.columns", &vec![3_u8]).unwrap();
    assert_eq!(store.get_setting::<Vec<u8>>("ui.columns").unwrap(), Some(vec![3]));
    assert!(matches!(
        store.get_setting::<String>("ui.columns"),
        Err(StoreError::Value(_))
    ));

    let reader = Store::open(folder.path(), Access::Reader, at(0)).unwrap();
    assert_eq!(
        reader.get_setting::<Vec<u8>>("ui.columns").unwrap(),
        Some(vec![3])
    );
    assert!(matches!(
        reader.put_setting("ui.columns", "x"),
        Err(StoreError::ReaderAccess)
    ));
    assert!(matches!(
        reader.create_session(&session(1)),
        Err(StoreError::ReaderAccess)
    ));
    assert!(matches!(reader.interrupted(), Err(StoreError::ReaderAccess)));
}

#[test]
fn the_time_that_counted_never_goes_back() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    store
        .update_active(session_id(1), Duration::from_secs(20))
        .unwrap();
    store
        .update_active(session_id(1), Duration::from_secs(10))
        .unwrap();
    assert_eq!(
        store.session(session_id(1)).unwrap().unwrap().active,
        Duration::from_secs(20)
    );
}

#[test]
fn many_threads_write_and_read_at_once() {
    let folder = TempDir::new().unwrap();
    let store = std::sync::Arc::new(owner(folder.path()));
    std::thread::scope(|scope| {
        for number in 1..=6 {
            let store = std::sync::Arc::clone(&store);
            scope.spawn(move || {
                store.create_session(&session(number)).unwrap();
                for sequence in 0..5 {
                    store.record_turn(&turn(number, sequence, "words")).unwrap();
                    assert_eq!(
                        store.turns(session_id(number)).unwrap().len() as u32,
                        sequence + 1
                    );
                }
            });
        }
    });
    assert_eq!(store.storage().unwrap().turns, 30);
}

#[test]
fn an_end_that_the_checker_found_is_taken_back_and_nobody_evaluates_it_yet() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    store.record_turn(&turn(1, 0, "Come in.")).unwrap();
    store.record_turn(&turn(1, 1, "Hello.")).unwrap();
    let found = SessionEnd {
        reason: EndReason::ObjectiveMet,
        ..end(1)
    };
    store.end_session(&found).unwrap();
    assert_eq!(store.evaluations(session_id(1)).unwrap().len(), 1);
    store.reopen_session(session_id(1), at(200)).unwrap();
    let open = store.session(session_id(1)).unwrap().unwrap();
    assert_eq!((open.status, open.end_reason), (SessionStatus::Active, None));
    assert_eq!((open.ended_at, open.objective), (None, Objective::default()));
    assert!(store.evaluations(session_id(1)).unwrap().is_empty());
    assert!(matches!(
        store.reopen_session(session_id(1), at(201)),
        Err(StoreError::StillOpen(_))
    ));
    store.record_turn(&turn(1, 2, "One more thing.")).unwrap();
    store.end_session(&end(1)).unwrap();
    assert_eq!(store.evaluations(session_id(1)).unwrap().len(), 1);
    let other = store.reopen_session(session_id(1), at(300));
    assert!(matches!(other, Err(StoreError::AlreadyEnded(_))), "{other:?}");
}
