//! A change is made once, also while it is uncertain what came of an earlier one of the same record.

use std::sync::atomic::Ordering;
use std::time::Duration;

use rehearse_fakes::leancloud::{FakeOptions, Fault, Provider, Reply};
use rehearse_leancloud::Content;
use rehearse_store::{OutboxKind, Settled};
use rehearse_sync::{Audio, Phase, SenderTask};
use serde_json::json;

use crate::machine::{Machine, generous};
use crate::order::check_whole;
use crate::records::{begin, end, say, session_id, snapshot, typed};

#[tokio::test(start_paused = true)]
async fn a_session_that_ends_while_its_creation_is_uncertain_is_made_once() {
    let machine = Machine::new(generous()).await;
    begin(&machine.store, 1, &snapshot(), machine.now());
    machine.expect(1, 2);
    machine.fake.faults().once("POST", "/1.1/batch", Fault::After);
    machine.sender.round().await.unwrap();
    for sequence in 0..2 {
        say(&machine.store, 1, sequence, 300, machine.now());
    }
    end(&machine.store, 1, machine.now());
    for _ in 0..3 {
        machine.sender.round().await.unwrap();
        assert_eq!(machine.fake.rows("PracticeSession").len(), 1);
    }
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_killed_in_its_creation_and_closed_at_the_next_start_is_made_once() {
    let mut machine = Machine::new(generous()).await;
    begin(&machine.store, 1, &snapshot(), machine.now());
    machine.expect(1, 1);
    say(&machine.store, 1, 0, 300, machine.now());
    machine
        .fake
        .faults()
        .once("POST", "/1.1/batch", Fault::Slow(Duration::from_secs(3)));
    let sender = machine.sender.clone();
    let killed = tokio::time::timeout(Duration::from_secs(1), sender.round()).await;
    assert!(killed.is_err());
    tokio::time::sleep(Duration::from_secs(5)).await;
    let there = machine.fake.rows("PracticeSession").len();
    machine.restart();
    machine.store.close_interrupted_sessions(machine.now()).unwrap();
    machine.sender.round().await.unwrap();
    assert_eq!(machine.fake.rows("PracticeSession").len(), there);
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_taken_back_is_never_ours_however_late_the_server_hears_of_it() {
    let mut machine = Machine::with(
        FakeOptions {
            provider: Provider::S3,
            ..generous()
        },
        Audio::Sent,
        1,
    )
    .await;
    machine.recorded.lock().late = true;
    machine.practise(1, 1);
    machine.sender.round().await.unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    // All of it arrived, and nobody said so; that it did not is on its way when the program is killed.
    machine.fake.faults().once("PUT", "/s3/*", Fault::After);
    machine
        .fake
        .faults()
        .once("POST", "/1.1/fileCallback", Fault::Withheld);
    let sender = machine.sender.clone();
    let killed = tokio::time::timeout(Duration::from_secs(1), sender.round()).await;
    assert!(killed.is_err(), "it waits for an answer");
    machine.restart();
    machine.until_quiet().await;
    assert_eq!(machine.fake.rows("Turn").len(), 1);
    assert_eq!(machine.fake.deliver_withheld(), 1);
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn all_that_belongs_to_a_session_follows_it_to_its_earlier_twin() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 4);
    machine.fake.faults().once("POST", "/1.1/batch", Fault::Lost);
    machine.sender.round().await.unwrap();
    tokio::time::sleep(Duration::from_secs(200)).await;
    for _ in 0..4 {
        machine.sender.round().await.unwrap();
    }
    assert_eq!(machine.fake.rows("Evaluation").len(), 1);
    machine.recorded.lock().late = true;
    machine.fake.import(
        "PracticeSession",
        [json!({
            "objectId": "100000000000000000000001", "clientId": session_id(1).to_string(), "status": "pending",
            "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z"
        })],
    );
    machine.until_quiet().await;
    assert_eq!(
        machine.fake.rows("PracticeSession")[0]["objectId"],
        "100000000000000000000001"
    );
    check_whole(&machine.fake, &machine.recorded.lock());
}

/// More sessions than are looked at in one go, which need the user although some of their changes do not.
fn refused_ones(machine: &Machine) {
    for number in 1..=80 {
        begin(&machine.store, number, &snapshot(), machine.now());
        let speaker = rehearse_domain::Speaker::Partner;
        machine
            .store
            .record_turn(&typed(number, 0, speaker, machine.now()))
            .unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn sessions_that_need_the_user_hold_no_other_up() {
    let machine = Machine::new(generous()).await;
    machine.recorded.lock().refused = true;
    refused_ones(&machine);
    let refused = Fault::Before(Reply::error(413, 1, "request entity too large"));
    machine.fake.faults().always("POST", "/1.1/batch", refused);
    for _ in 0..8 {
        machine.sender.round().await.unwrap();
    }
    assert_eq!(machine.store.outbox_figures().unwrap().stuck, 80);
    machine.fake.faults().clear();
    crate::records::practise(&machine.store, 99, &snapshot(), 2, machine.now());
    let task = SenderTask::start(machine.sender.clone());
    let mut status = task.status();
    let idle = status.wait_for(|status| status.phase == Phase::Idle && status.last_success.is_some());
    tokio::time::timeout(Duration::from_secs(600), idle)
        .await
        .expect("it comes to rest")
        .unwrap();
    assert_eq!(machine.fake.rows("Turn").len(), 2);
    task.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_host_of_files_that_is_down_holds_up_only_what_waits_for_it() {
    let machine = Machine::new(generous()).await;
    machine.files_down.store(true, Ordering::Relaxed);
    machine.practise(1, 12);
    begin(&machine.store, 2, &snapshot(), machine.now());
    machine.expect(2, 1);
    let speaker = rehearse_domain::Speaker::Partner;
    machine
        .store
        .record_turn(&typed(2, 0, speaker, machine.now()))
        .unwrap();
    end(&machine.store, 2, machine.now());
    let task = SenderTask::start(machine.sender.clone());
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(machine.fake.rows("PracticeSession").len(), 2);
    assert_eq!(machine.fake.rows("Turn").len(), 1);
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let requests = machine.fake.requests();
    let tokens = requests
        .iter()
        .filter(|request| request.path == "/1.1/fileTokens")
        .count();
    assert!(tokens < 12 * 40, "{tokens} rows of files in an hour");
    machine.files_down.store(false, Ordering::Relaxed);
    task.nudge().hurry();
    tokio::time::sleep(Duration::from_secs(60)).await;
    task.stop().await;
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_was_begun_goes_when_sound_is_to_stay_here() {
    let mut machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    let rows = machine.store.outbox(session_id(1)).unwrap();
    let row = rows
        .into_iter()
        .find(|row| row.kind == OutboxKind::Upload)
        .unwrap();
    let attempted = Settled::Attempted { row: row.id };
    machine.store.settle(&[attempted], machine.now()).unwrap();
    let clip = machine.store.clip(row.subject.into()).unwrap().unwrap();
    let path = machine.store.audio_folder().join(&clip.file);
    let upload = rehearse_leancloud::Upload::new("clip.mp3", "audio/mpeg", Content::File(path));
    let stored = machine.client.files().upload(&upload, None).await.unwrap();
    let begun = Settled::Begun {
        row: row.id,
        session: row.session(),
        file: Some(stored.id.as_str().to_owned()),
    };
    machine.store.settle(&[begun], machine.now()).unwrap();
    machine.choose(Audio::StaysHere);
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
    assert!(machine.fake.rows("_File").is_empty());
}
