//! One owner, any number of readers, and what a kill leaves behind.

use std::fs;
use std::time::Duration;

use rehearse_domain::EndReason;
use rehearse_store::{Access, Store, StoreError, Verification};
use tempfile::TempDir;

use crate::child::{Process, Task};
use crate::support::{at, delivery, recorded, session, session_id, turn, turn_id};
use crate::{end, owner, practised};

#[test]
fn a_second_owner_is_told_who_holds_the_folder_until_that_process_dies() {
    let folder = TempDir::new().unwrap();
    let process = Process::start(Task::Own, folder.path());
    match Store::open(folder.path(), Access::Owner, at(0)) {
        Err(StoreError::Held(holder)) => {
            assert_eq!(holder.pid, process.id());
            assert!(holder.program.starts_with("it-"), "{}", holder.program);
            assert_eq!(holder.since, at(86_400));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        Store::set_aside_damaged(folder.path(), at(0)),
        Err(StoreError::Held(_))
    ));
    process.kill("nothing");
    owner(folder.path());
}

#[test]
fn the_lock_also_holds_within_one_process_and_ends_with_the_store() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    assert!(matches!(
        Store::open(folder.path(), Access::Owner, at(0)),
        Err(StoreError::Held(_))
    ));
    drop(store);
    owner(folder.path());
}

#[test]
fn a_reader_sees_what_the_owner_commits_and_needs_a_database() {
    let folder = TempDir::new().unwrap();
    let early = Store::open(folder.path(), Access::Reader, at(0));
    assert!(matches!(early, Err(StoreError::NoDatabase(_))));
    let store = owner(folder.path());
    practised(&store, 1, &["Come in."]);
    let reader = Store::open(folder.path(), Access::Reader, at(0)).unwrap();
    assert_eq!(reader.turns(session_id(1)).unwrap().len(), 1);
    practised(&store, 2, &["Come in.", "Thank you."]);
    assert_eq!(reader.turns(session_id(2)).unwrap().len(), 2);
    drop(store);
    assert_eq!(
        reader.turns(session_id(2)).unwrap().len(),
        2,
        "also when the owner has gone"
    );
}

#[test]
fn a_reader_reads_what_a_killed_owner_left_in_the_log() {
    let folder = TempDir::new().unwrap();
    let mut process = Process::start(Task::Record, folder.path());
    process.wait_for("turn");
    let last = process.kill("turn").unwrap_or(1_000);
    let reader = Store::open(folder.path(), Access::Reader, at(0)).unwrap();
    let turns = reader.turns(session_id(last / 1_000)).unwrap();
    assert!(turns.iter().any(|turn| turn.id == turn_id(last)));
}

#[test]
fn after_a_kill_every_acknowledged_turn_is_there_and_the_session_is_closed() {
    for delay in [3, 17, 40, 90, 160, 250] {
        let folder = TempDir::new().unwrap();
        let mut process = Process::start(Task::Record, folder.path());
        let first = process.wait_for("turn");
        std::thread::sleep(Duration::from_millis(delay));
        let last = process.kill("turn").unwrap_or(first);

        let store = owner(folder.path());
        for number in 1..=last / 1_000 {
            let turns = store.turns(session_id(number)).unwrap();
            let expected = if number == last / 1_000 {
                last % 1_000 + 1
            } else {
                6
            };
            assert!(
                turns.len() as u64 >= expected,
                "session {number} lost turns at {delay} ms"
            );
        }
        let closed = store.close_interrupted_sessions(at(90_000)).unwrap();
        assert!(closed.len() <= 1);
        for id in closed {
            let session = store.session(id).unwrap().unwrap();
            assert_eq!(session.end_reason, Some(EndReason::ClientClosed));
        }
        for interrupted in store.interrupted().unwrap() {
            store.discard_interrupted(interrupted.clip).unwrap();
        }
        assert_eq!(store.verify(Verification::Deep).unwrap(), []);
    }
}

#[test]
fn a_purge_that_was_killed_goes_on_at_the_next_start() {
    const MARKER: &str = "zebrafinch";
    for delay in [0, 4, 11, 25, 60] {
        let folder = TempDir::new().unwrap();
        let store = owner(folder.path());
        for number in 1..=12 {
            store.create_session(&session(number)).unwrap();
            store
                .record_turn(&turn(number, 0, &format!("{MARKER}{number}x")))
                .unwrap();
            let recorded = recorded(folder.path(), number, 1);
            store.record_turn(&recorded).unwrap();
            let figures = delivery(1, &format!("{MARKER}{number}x "));
            store.save_delivery(recorded.id, &figures).unwrap();
            store.end_session(&end(number)).unwrap();
        }
        drop(store);
        let mut process = Process::start(Task::Purge, folder.path());
        let first = process.wait_for("doomed");
        std::thread::sleep(Duration::from_millis(delay));
        let last = process.kill("doomed").unwrap_or(first);

        let store = owner(folder.path());
        assert_eq!(store.interrupted().unwrap(), [], "deleted sound is not offered");
        assert_eq!(store.verify(Verification::Deep).unwrap(), []);
        for number in 1..=last {
            assert_eq!(store.session(session_id(number)).unwrap(), None);
            assert!(
                !folder
                    .path()
                    .join("audio")
                    .join(session_id(number).to_string())
                    .exists()
            );
            let marker = format!("{MARKER}{number}x");
            for file in ["rehearse.db", "rehearse.db-wal"] {
                let bytes = fs::read(folder.path().join(file)).unwrap_or_default();
                assert!(
                    !bytes
                        .windows(marker.len())
                        .any(|window| window == marker.as_bytes()),
                    "{marker} in {file}"
                );
            }
        }
    }
}
