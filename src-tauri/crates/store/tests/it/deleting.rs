//! Deleting, undoing, and that nothing is found afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use rehearse_domain::{TakeTwo, TranscriptStatus};
use rehearse_store::{DeleteReceipt, OutboxKind, SessionQuery, Store, StoreError, Verification};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::{
    at, clip_id, delivery, recorded, scenario, session, session_id, session_of, turn, turn_id,
};
use crate::{end, owner, practised};

/// An ended session with two recorded turns and these words said in the second.
pub(crate) fn recorded_session(store: &Store, folder: &Path, number: u64, words: &str) {
    store.create_session(&session(number)).unwrap();
    for sequence in 0..2 {
        let turn = recorded(folder, number, sequence);
        store.record_turn(&turn).unwrap();
        store.save_delivery(turn.id, &delivery(1, words)).unwrap();
    }
    let id = turn_id(number * 1_000 + 1);
    store
        .set_transcript(id, Some(words), TranscriptStatus::Completed, at(0))
        .unwrap();
    store.end_session(&end(number)).unwrap();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Files of the folder that hold these bytes.
pub(crate) fn holding(folder: &Path, marker: &[u8]) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        fs::read(path)
            .unwrap()
            .windows(marker.len())
            .any(|window| window == marker)
    };
    files(folder).into_iter().filter(holds).collect()
}

#[test]
fn a_deleted_session_is_hidden_everywhere_and_can_be_spared() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    recorded_session(&store, folder.path(), 1, "words");
    recorded_session(&store, folder.path(), 2, "words");
    let receipt = store
        .doom_sessions(&[session_id(1), session_id(1), session_id(9)], at(100))
        .unwrap();
    assert_eq!(
        receipt,
        DeleteReceipt {
            sessions: 1,
            turns: 2,
            clips: 2,
            bytes: 1_200
        }
    );
    assert_eq!(store.session(session_id(1)).unwrap(), None);
    assert_eq!(store.turns(session_id(1)).unwrap(), []);
    assert_eq!(store.clip(clip_id(1_000)).unwrap(), None);
    assert_eq!(store.evaluations(session_id(1)).unwrap(), []);
    assert_eq!(store.sessions(&SessionQuery::default()).unwrap().total, 1);
    assert_eq!(store.runs_per_family().unwrap()[0].runs, 1);
    assert!(store.interrupted().unwrap().is_empty());
    let words = store.set_transcript(turn_id(1_001), None, TranscriptStatus::Failed, at(0));
    assert!(matches!(words, Err(StoreError::NoTurn(_))));

    assert!(
        store.purge_doomed(at(99), at(105)).unwrap().sessions.is_empty(),
        "its ten seconds are not over"
    );
    assert_eq!(store.spare_sessions(&[session_id(1), session_id(2)]).unwrap(), 1);
    assert_eq!(store.turns(session_id(1)).unwrap().len(), 2);
    assert_eq!(store.sessions(&SessionQuery::default()).unwrap().total, 2);
}

#[test]
fn a_session_that_runs_is_not_deleted_nor_any_other_with_it() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in."]);
    store.create_session(&session(2)).unwrap();
    let refused = store.doom_sessions(&[session_id(1), session_id(2)], at(0));
    assert!(matches!(refused, Err(StoreError::StillOpen(id)) if id == session_id(2)));
    assert!(store.session(session_id(1)).unwrap().is_some());
}

#[test]
fn after_a_purge_no_byte_of_it_is_left() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    const TITLE: &str = "Quixotryphen";
    const WORDS: &str = "marzipanolith";
    const CHINESE: &str = "龘靐齉爩";
    const FIGURES: &str = "0.3141592653";
    for number in 1..=40 {
        practised(
            &store,
            number,
            &["Come in, sit down.", "I would like more money for the same work."],
        );
    }
    store
        .create_session(&session_of(
            50,
            scenario("secret", rehearse_domain::Language::English, TITLE, WORDS),
        ))
        .unwrap();
    for sequence in 0..30 {
        store
            .record_turn(&turn(
                50,
                sequence,
                &format!("{WORDS} {sequence} {CHINESE} {WORDS}{sequence}"),
            ))
            .unwrap();
    }
    store.record_turn(&recorded(folder.path(), 50, 30)).unwrap();
    let long = format!("{WORDS} ").repeat(3_000);
    store
        .set_transcript(turn_id(50_030), Some(&long), TranscriptStatus::Completed, at(0))
        .unwrap();
    store
        .set_transcript(turn_id(50_029), Some(CHINESE), TranscriptStatus::Completed, at(0))
        .unwrap();
    for (turn, method) in [(50_001, 1), (50_001, 2), (50_030, 2)] {
        let figures = format!("{FIGURES} {method}, ").repeat(4_000);
        store
            .save_delivery(turn_id(turn), &delivery(method, &figures))
            .unwrap();
    }
    store.end_session(&end(50)).unwrap();
    for number in 51..=90 {
        practised(
            &store,
            number,
            &["Come in, sit down.", "I would like more money for the same work."],
        );
    }
    // Pairs of characters as the index holds them, the id as a row holds it, and the id as a name holds it.
    let id = uuid::Uuid::from(session_id(50));
    let pair = &CHINESE.as_bytes()[..6];
    let markers: [&[u8]; 6] = [
        FIGURES.as_bytes(),
        TITLE.as_bytes(),
        WORDS.as_bytes(),
        pair,
        b"quixotryphen",
        b"quixot",
    ];
    for marker in &markers[..5] {
        assert!(
            !holding(folder.path(), marker).is_empty(),
            "the marker is there before"
        );
    }

    store.doom_sessions(&[session_id(50)], at(100)).unwrap();
    let purged = store.purge_doomed(at(100), at(110)).unwrap();
    assert_eq!(
        (purged.sessions.as_slice(), purged.complete),
        ([session_id(50)].as_slice(), true)
    );
    for marker in markers {
        assert_eq!(
            holding(folder.path(), marker),
            [] as [PathBuf; 0],
            "{:?}",
            String::from_utf8_lossy(marker)
        );
    }
    assert!(!folder.path().join("audio").join(id.to_string()).exists());
    assert_eq!(store.verify(Verification::Deep).unwrap(), []);
    assert_eq!(store.sessions(&SessionQuery::default()).unwrap().total, 80);
}

#[test]
fn not_even_the_beginning_of_a_word_is_left_in_the_index() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let many = |word: &str| {
        (0..6_000)
            .map(|number| format!("{word}{number} "))
            .collect::<String>()
    };
    for (round, word) in [(1, "marzipan"), (2, "nougat")] {
        practised(&store, 10 * round, &["Come in.", &many("ordinary")]);
        practised(&store, 10 * round + 1, &["Come in.", &many(word)]);
        assert!(!holding(folder.path(), word.as_bytes()).is_empty());
        store.doom_sessions(&[session_id(10 * round + 1)], at(0)).unwrap();
        // The first purge leaves an index in one piece; the second finds it so.
        assert!(store.purge_doomed(at(0), at(1)).unwrap().complete);
        assert_eq!(
            holding(folder.path(), word.as_bytes()),
            [] as [PathBuf; 0],
            "round {round}"
        );
    }
    let query = SessionQuery {
        search: Some("ordinary5".into()),
        ..SessionQuery::default()
    };
    assert_eq!(store.sessions(&query).unwrap().total, 2);
    assert_eq!(store.verify(Verification::Deep).unwrap(), []);
}

#[test]
fn the_words_of_a_corrected_transcript_leave_the_index() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "marzipanolith"]);
    store
        .set_transcript(
            turn_id(1_001),
            Some("marzipan"),
            TranscriptStatus::Completed,
            at(0),
        )
        .unwrap();
    drop(store);
    assert_eq!(holding(folder.path(), b"olith"), [] as [PathBuf; 0]);
}

#[test]
fn a_deletion_shrinks_the_database_file() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let long = "words and more words ".repeat(20_000);
    practised(&store, 1, &[&long]);
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    let before = store.storage().unwrap().database_bytes;
    store.purge_doomed(at(0), at(1)).unwrap();
    let after = store.storage().unwrap().database_bytes;
    assert!(after + 400_000 < before, "{before} -> {after}");
}

#[test]
fn take_twos_lose_their_link_and_stay() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in."]);
    let mut take_two = session(2);
    take_two.parent = Some(TakeTwo {
        session: session_id(1),
        turn: turn_id(1_000),
    });
    store.create_session(&take_two).unwrap();
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    assert!(
        store.session(session_id(2)).unwrap().unwrap().parent.is_some(),
        "it may be spared yet"
    );
    let waiting = store.outbox(session_id(2)).unwrap().len();
    store.purge_doomed(at(0), at(1)).unwrap();
    assert_eq!(store.session(session_id(2)).unwrap().unwrap().parent, None);
    assert_eq!(
        store.outbox(session_id(2)).unwrap().len(),
        waiting + 1,
        "the remote is told"
    );
}

#[test]
fn the_remote_is_told_of_a_deletion_when_it_may_know_the_session() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    (1..=3).for_each(|number| practised(&store, number, &["Come in."]));
    let other = Connection::open(folder.path().join("rehearse.db")).unwrap();
    let known = uuid::Uuid::from(session_id(1));
    other
        .execute(
            "UPDATE session SET object_id = '66aa' WHERE id = ?1",
            [known.as_bytes()],
        )
        .unwrap();
    let tried = uuid::Uuid::from(session_id(2));
    other
        .execute(
            "UPDATE outbox SET attempts = 1 WHERE lane = ?1",
            [tried.as_bytes()],
        )
        .unwrap();
    drop(other);

    store.doom_sessions(&[1, 2, 3].map(session_id), at(0)).unwrap();
    store.purge_doomed(at(0), at(1)).unwrap();
    let deletions = |number| -> Vec<(OutboxKind, Option<String>)> {
        let rows = store.outbox(session_id(number)).unwrap();
        rows.into_iter().map(|row| (row.kind, row.object_id)).collect()
    };
    assert_eq!(
        deletions(1),
        [(OutboxKind::DeleteSession, Some("66aa".to_owned()))]
    );
    assert_eq!(deletions(2), [(OutboxKind::DeleteSession, None)]);
    assert_eq!(deletions(3), []);
}

#[test]
fn a_deletion_leaves_an_entry_with_counts_and_no_words() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in."]);
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    store.purge_doomed(at(0), at(7)).unwrap();
    let other = Connection::open(folder.path().join("rehearse.db")).unwrap();
    let entry: (String, String, i64, String) = other
        .query_row(
            "SELECT action, entity_type, at, details FROM audit_log",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .unwrap();
    assert_eq!(
        entry,
        (
            "delete".into(),
            "session".into(),
            at(7).as_millis(),
            r#"{"bytes":0,"turns":1}"#.into()
        )
    );
}

#[test]
fn what_was_hidden_when_the_app_closed_goes_at_the_next_start() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    recorded_session(&store, folder.path(), 1, "words");
    store.doom_sessions(&[session_id(1)], at(200_000)).unwrap();
    drop(store);
    let store = owner(folder.path());
    assert_eq!(store.spare_sessions(&[session_id(1)]).unwrap(), 0);
    assert_eq!(files(&folder.path().join("audio")), [] as [PathBuf; 0]);
}

#[test]
fn a_reader_in_the_way_makes_the_purge_incomplete_and_the_next_one_finishes_it() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    recorded_session(&store, folder.path(), 1, "marzipanolith");
    let other = Connection::open(folder.path().join("rehearse.db")).unwrap();
    other.execute_batch("BEGIN; SELECT count(*) FROM turn;").unwrap();
    store.doom_sessions(&[session_id(1)], at(0)).unwrap();
    assert!(!store.purge_doomed(at(0), at(1)).unwrap().complete);
    other.execute_batch("COMMIT").unwrap();
    assert!(store.purge_doomed(at(0), at(2)).unwrap().complete);
    assert_eq!(holding(folder.path(), b"marzipanolith"), [] as [PathBuf; 0]);
}
