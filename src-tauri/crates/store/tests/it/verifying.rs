//! That disagreement between database and files is found.

use std::fs;

use rehearse_store::{Finding, SessionQuery, Verification};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::{at, clip_id, delivery, recorded, session, session_id, turn_id};
use crate::{end, owner, practised};

#[test]
fn a_sound_folder_has_no_findings_and_each_fault_has_its_own() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    let turns: Vec<_> = (0..4)
        .map(|sequence| recorded(folder.path(), 1, sequence))
        .collect();
    turns.iter().for_each(|turn| store.record_turn(turn).unwrap());
    let taking = folder
        .path()
        .join("audio")
        .join(session_id(1).to_string())
        .join(format!("{}.mp3.part", clip_id(5)));
    fs::write(&taking, b"x").unwrap();
    assert_eq!(
        store.verify(Verification::Deep).unwrap(),
        [],
        "a take that is being recorded is no fault"
    );
    fs::remove_file(taking).unwrap();
    store.end_session(&end(1)).unwrap();
    assert_eq!(store.verify(Verification::Deep).unwrap(), []);

    let path = |place: usize| {
        folder
            .path()
            .join("audio")
            .join(&turns[place].clip.as_ref().unwrap().file)
    };
    fs::remove_file(path(0)).unwrap();
    fs::write(path(1), b"short").unwrap();
    let mut same_size = fs::read(path(2)).unwrap();
    same_size[10] ^= 1;
    fs::write(path(2), same_size).unwrap();
    let stray = path(3).with_file_name(format!("{}.mp3.part", clip_id(77)));
    fs::write(&stray, b"x").unwrap();
    Connection::open(folder.path().join("rehearse.db"))
        .unwrap()
        .execute_batch(
            "PRAGMA foreign_keys = OFF; DELETE FROM clip WHERE turn = 4; DELETE FROM turn WHERE number = 3",
        )
        .unwrap();

    let clip = |place: usize| turns[place].clip.as_ref().unwrap().id;
    let expected = [
        Finding::BrokenReference { table: "clip".into() },
        Finding::GapInTurns {
            session: session_id(1),
        },
        Finding::MissingFile {
            clip: clip(0),
            file: turns[0].clip.as_ref().unwrap().file.clone(),
        },
        Finding::WrongSize {
            clip: clip(1),
            expected: 600,
            found: 5,
        },
        Finding::WrongContents { clip: clip(2) },
        Finding::UnclaimedFile { path: path(3) },
        Finding::UnclaimedFile { path: stray },
    ];
    let found = store.verify(Verification::Deep).unwrap();
    for one in &expected {
        assert!(found.contains(one), "{one:?} is missing in {found:?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:?}");
    assert!(
        !store.verify(Verification::Quick).unwrap().contains(&expected[4]),
        "a quick look reads no file"
    );
}

#[test]
fn figures_without_their_turn_are_found() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    store
        .save_delivery(turn_id(1_001), &delivery(1, "words"))
        .unwrap();
    assert_eq!(store.verify(Verification::Deep).unwrap(), []);
    Connection::open(folder.path().join("rehearse.db"))
        .unwrap()
        .execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM turn WHERE number = 2")
        .unwrap();
    assert_eq!(
        store.verify(Verification::Quick).unwrap(),
        [Finding::BrokenReference {
            table: "delivery".into()
        }]
    );
}

#[test]
fn a_search_before_and_a_purge_between_are_no_fault_of_the_index() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for number in 1..=20 {
        practised(&store, number, &["Come in.", "I would like more money."]);
    }
    let query = SessionQuery {
        search: Some("money".into()),
        ..SessionQuery::default()
    };
    assert_eq!(store.sessions(&query).unwrap().total, 20);
    assert_eq!(store.verify(Verification::Deep).unwrap(), []);
    for number in 1..=10 {
        assert_eq!(store.sessions(&query).unwrap().total, 21 - number);
        let id = session_id(number.into());
        store.doom_sessions(&[id], at(0)).unwrap();
        assert!(store.purge_doomed(at(0), at(1)).unwrap().complete);
        assert_eq!(
            store.verify(Verification::Deep).unwrap(),
            [],
            "after purge {number}"
        );
    }
}
