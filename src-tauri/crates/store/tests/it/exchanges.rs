//! Who heard a session is added up, told, and forgotten with it.

use rehearse_store::{Exchange, StoreError, Tokens};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::{at, session_id};
use crate::{owner, practised};

fn exchange(purpose: &str, host: &str, sent: u64) -> Exchange {
    Exchange {
        purpose: purpose.to_owned(),
        host: host.to_owned(),
        model: "a-model".to_owned(),
        requests: 1,
        sent,
        received: 2 * sent,
        tokens: Tokens {
            text_in: 3 * sent,
            audio_in: 4 * sent,
            text_out: 5 * sent,
            audio_out: 6 * sent,
            cached: 7 * sent,
        },
    }
}

#[test]
fn what_was_exchanged_adds_up_by_purpose_host_and_model() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    let id = session_id(1);
    store
        .add_exchanges(
            id,
            &[
                exchange("partner", "b.example", 10),
                exchange("judge", "b.example", 1),
            ],
        )
        .unwrap();
    store
        .add_exchanges(
            id,
            &[
                exchange("partner", "b.example", 5),
                exchange("partner", "a.example", 7),
            ],
        )
        .unwrap();
    let both = Exchange {
        requests: 2,
        ..exchange("partner", "b.example", 15)
    };
    let expected = [
        exchange("judge", "b.example", 1),
        exchange("partner", "a.example", 7),
        both,
    ];
    assert_eq!(store.exchanges(id).unwrap(), expected);
    assert_eq!(store.exchanges(session_id(2)).unwrap(), []);
    drop(store);
    assert_eq!(
        owner(folder.path()).exchanges(id).unwrap(),
        expected,
        "also after a restart"
    );
}

#[test]
fn nothing_is_kept_of_a_session_that_is_not_there() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let added = store.add_exchanges(session_id(9), &[exchange("partner", "a.example", 1)]);
    assert!(matches!(added, Err(StoreError::NoSession(_))));
}

#[test]
fn what_was_exchanged_goes_with_its_session() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in.", "Hello."]);
    practised(&store, 2, &["Come in.", "Hello."]);
    for number in [1, 2] {
        let exchanges = [exchange("partner", "a.example", number)];
        store.add_exchanges(session_id(number), &exchanges).unwrap();
    }
    store.doom_sessions(&[session_id(1)], at(100)).unwrap();
    assert_eq!(store.exchanges(session_id(1)).unwrap(), []);
    store.purge_doomed(at(100), at(110)).unwrap();
    drop(store);
    let database = Connection::open(folder.path().join("rehearse.db")).unwrap();
    let left: i64 = database
        .query_row("SELECT sum(sent) FROM exchange", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 2);
}
