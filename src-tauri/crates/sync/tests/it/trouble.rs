//! Answers that are lost, refused or too late, one at a time; what comes of many is in `schedules.rs`.

use std::time::Duration;

use rehearse_fakes::leancloud::{FakeOptions, Fault, Permission, Reply, Who};
use serde_json::json;

use crate::machine::{Machine, generous};
use crate::order::check_whole;
use crate::records::session_id;

/// A practice during which one request of this kind meets a fault.
async fn practice_with(method: &str, path: &str, fault: Fault) -> Machine {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 4);
    machine.recorded.lock().late = matches!(fault, Fault::Late(_));
    machine.fake.faults().once(method, path, fault);
    machine.until_quiet().await;
    assert_eq!(
        machine.fake.faults().waiting(),
        0,
        "{method} {path} was never asked for"
    );
    check_whole(&machine.fake, &machine.recorded.lock());
    machine
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_is_lost_is_looked_for_and_not_made_again() {
    practice_with("POST", "/1.1/batch", Fault::After).await;
}

#[tokio::test(start_paused = true)]
async fn a_create_that_lands_after_the_client_gave_up_is_found() {
    practice_with("POST", "/1.1/batch", Fault::Late(Duration::from_secs(50))).await;
}

#[tokio::test(start_paused = true)]
async fn a_create_that_lands_much_later_leaves_no_twin() {
    practice_with("POST", "/1.1/batch", Fault::Late(Duration::from_secs(600))).await;
}

#[tokio::test(start_paused = true)]
async fn a_file_whose_row_was_made_unheard_leaves_no_orphan() {
    practice_with("POST", "/1.1/fileTokens", Fault::After).await;
    practice_with("POST", "/1.1/fileTokens", Fault::Late(Duration::from_secs(600))).await;
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_breaks_off_leaves_no_orphan() {
    practice_with("PUT", "*", Fault::Lost).await;
    practice_with("PUT", "*", Fault::After).await;
    practice_with("POST", "/1.1/fileCallback", Fault::Hang).await;
}

#[tokio::test(start_paused = true)]
async fn a_column_of_another_type_is_written_in_its_form_from_then_on() {
    let machine = Machine::new(generous()).await;
    machine.fake.import(
        "PracticeSession",
        [json!({
            "objectId": "old1", "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z",
            "terminationReason": {"reason": "idle"}, "endedAt": {"__type": "Date", "iso": "2026-01-01T00:00:00.000Z"}
        })],
    );
    machine.practise(1, 2);
    machine.practise(2, 2);
    machine.until_quiet().await;
    let rows = machine.fake.rows("PracticeSession");
    let ours: Vec<_> = rows.iter().filter(|row| row["objectId"] != "old1").collect();
    assert_eq!(ours.len(), 2);
    for row in ours {
        assert_eq!(row["terminationReason"], json!({"reason": "manual"}));
        assert_eq!(row["endedAt"]["__type"], "Date");
    }
    let refused = machine.fake.requests().len();
    let mut again = machine;
    again.restart();
    again.practise(3, 2);
    again.until_quiet().await;
    let requests = again.fake.requests().split_off(refused);
    let rows = requests.iter().filter(|request| request.path == "/1.1/batch");
    assert_eq!(rows.count(), 3, "it remembers, also after a start");
}

#[tokio::test(start_paused = true)]
async fn what_the_server_refuses_waits_for_the_user_and_holds_nothing_else_up() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 4);
    machine.practise(2, 2);
    machine.recorded.lock().refused = true;
    let refused = Fault::Before(Reply::error(413, 1, "request entity too large"));
    machine.fake.faults().once("POST", "/1.1/fileTokens", refused);
    machine.until_quiet().await;
    let stuck = machine.store.stuck_changes().unwrap();
    assert_eq!(stuck.len(), 1);
    assert_eq!(stuck[0].stuck_reason.as_deref(), Some("too_large"));
    assert_eq!(machine.fake.rows("PracticeSession").len(), 2);
    assert_eq!(
        machine.fake.rows("Turn").len(),
        5,
        "all but the one that waits for its clip"
    );
    assert!(machine.store.retry_stuck(stuck[0].id, machine.now()).unwrap());
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
    assert_eq!(machine.store.outbox_pending().unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_clip_whose_file_is_gone_is_said_and_its_turn_can_be_told_without() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    let turns = machine.store.turns(session_id(1)).unwrap();
    let clip = turns[1].clip.as_ref().unwrap();
    std::fs::remove_file(machine.store.audio_folder().join(&clip.file)).unwrap();
    machine.recorded.lock().refused = true;
    machine.until_quiet().await;
    let stuck = machine.store.stuck_changes().unwrap();
    assert_eq!(stuck[0].stuck_reason.as_deref(), Some("local_file"));
    assert!(machine.store.discard_stuck(stuck[0].id, machine.now()).unwrap());
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
    let turns = machine.fake.rows("Turn");
    assert!(turns.iter().any(|row| row["audioFileId"] == "missing"));
}

#[tokio::test(start_paused = true)]
async fn a_column_that_must_be_unique_makes_a_second_create_no_error() {
    let mut options = FakeOptions::default();
    for class in ["PracticeSession", "Turn", "Evaluation"] {
        options.unique.insert((class.to_owned(), "clientId".to_owned()));
    }
    let machine = Machine::new(options).await;
    machine.recorded.lock().late = true;
    machine.practise(1, 3);
    machine
        .fake
        .faults()
        .once("POST", "/1.1/batch", Fault::Late(Duration::from_secs(90)));
    machine.until_quiet().await;
    assert_eq!(machine.fake.rows("PracticeSession").len(), 1);
    assert_eq!(machine.fake.rows("Turn").len(), 3);
    assert_eq!(machine.store.outbox_figures().unwrap().stuck, 0);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_is_said_to_be_there_and_is_not_shown_waits_for_the_user() {
    let mut options = generous();
    options
        .unique
        .insert(("PracticeSession".to_owned(), "clientId".to_owned()));
    let machine = Machine::new(options).await;
    machine.fake.import(
        "PracticeSession",
        [json!({
            "objectId": "somebodys", "clientId": session_id(1).to_string(),
            "ACL": {"somebody": {"read": true, "write": true}},
            "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z"
        })],
    );
    machine.practise(1, 2);
    machine.recorded.lock().refused = true;
    machine.until_quiet().await;
    let stuck = machine.store.stuck_changes().unwrap();
    assert!(!stuck.is_empty());
    assert!(
        stuck
            .iter()
            .all(|row| row.stuck_reason.as_deref() == Some("taken"))
    );
}

#[tokio::test(start_paused = true)]
async fn one_record_that_is_forbidden_is_no_reason_to_sign_in() {
    let mut options = generous();
    options
        .permissions
        .insert(("Evaluation".to_owned(), Permission::Create), Who::Nobody);
    let machine = Machine::new(options).await;
    machine.practise(1, 4);
    machine.until_quiet().await;
    assert_eq!(machine.fake.rows("Turn").len(), 4);
    let stuck = machine.store.stuck_changes().unwrap();
    assert!(
        stuck
            .iter()
            .all(|row| row.stuck_reason.as_deref() == Some("refused"))
    );
    assert!(!stuck.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_record_that_cannot_be_read_holds_no_other_up() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    machine.until_quiet().await;
    machine.practise(2, 2);
    machine.recorded.lock().refused = true;
    let broken = std::process::Command::new("sqlite3")
        .arg(machine.store.folder().join("rehearse.db"))
        .arg("UPDATE session SET language = 'none' WHERE object_id IS NULL")
        .status();
    let Ok(broken) = broken else {
        eprintln!("left out: sqlite3 is not installed");
        return;
    };
    assert!(broken.success());
    machine.practise(3, 2);
    machine.until_quiet().await;
    assert_eq!(machine.fake.rows("PracticeSession").len(), 2);
    assert_eq!(machine.fake.rows("Turn").len(), 4);
    let stuck = machine.store.stuck_changes().unwrap();
    assert!(!stuck.is_empty());
    assert!(
        stuck
            .iter()
            .all(|row| row.stuck_reason.as_deref() == Some("unreadable"))
    );
}
