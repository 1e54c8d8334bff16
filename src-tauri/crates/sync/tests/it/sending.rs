//! How practices reach the server: in which order, in how few requests, and how they look there.

use rehearse_domain::Speaker;
use rehearse_leancloud::Content;
use rehearse_store::Settled;
use rehearse_sync::Audio;
use serde_json::{Value, json};

use crate::machine::{Machine, generous};
use crate::order::check_whole;
use crate::records::{begin, end, session_id, snapshot, turn_id, typed};

fn to_classes(machine: &Machine) -> usize {
    let requests = machine.fake.requests();
    let rows = requests.iter().filter(|request| {
        request.path == "/1.1/batch"
            || request.path.starts_with("/1.1/classes/") && !request.path.starts_with("/1.1/classes/_File")
    });
    rows.count()
}

#[tokio::test(start_paused = true)]
async fn a_practice_of_twelve_turns_takes_three_requests_beside_its_files() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 12);
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
    assert_eq!(to_classes(&machine), 3);
    assert_eq!(machine.fake.rows("Evaluation").len(), 1);
    assert_eq!(machine.store.outbox_pending().unwrap(), 0);
    assert!(machine.fake.peak_in_flight() <= 3);
}

#[tokio::test(start_paused = true)]
async fn a_record_looks_as_the_earlier_app_wrote_it_with_ours_beside() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    machine.until_quiet().await;
    let session = machine.fake.rows("PracticeSession").remove(0);
    let scenario = snapshot().scenario;
    for (field, value) in [
        ("status", json!("ended")),
        ("stubUserId", json!("stub-1")),
        ("language", json!("en")),
        ("terminationReason", json!("manual")),
        ("endReason", json!("client_closed")),
        ("objectiveStatus", json!("unknown")),
        ("idleLimitSeconds", json!(30.0)),
        ("durationLimitSeconds", json!(300.0)),
        ("totalDurationSeconds", json!(80.0)),
        ("scenarioSlug", json!(scenario.slug)),
        ("clientId", json!(session_id(1).to_string())),
    ] {
        assert_eq!(session[field], value, "{field}");
    }
    assert_eq!(
        session["evaluationId"],
        machine.fake.rows("Evaluation")[0]["objectId"]
    );
    assert!(session["endedAt"].as_str().unwrap().ends_with('Z'));
    let kept: rehearse_domain::Snapshot =
        serde_json::from_str(session["snapshot"].as_str().unwrap()).unwrap();
    assert_eq!(kept, snapshot());
    let owner = session["ownerId"].as_str().unwrap();
    for class in ["PracticeSession", "Turn", "Evaluation", "_File"] {
        for row in machine.fake.rows(class) {
            assert_eq!(
                row["ACL"],
                json!({ owner: {"read": true, "write": true} }),
                "{class}"
            );
            let null = row.as_object().unwrap().iter().find(|(_, value)| value.is_null());
            assert_eq!(null, None, "a null locks its column");
        }
    }
    let turns = machine.fake.rows("Turn");
    let trainee = turns.iter().find(|row| row["speaker"] == "trainee").unwrap();
    assert_eq!(
        (&trainee["sequence"], &trainee["asrStatus"], &trainee["latencyMs"]),
        (&json!(1), &json!("pending"), &json!(-1))
    );
    let file = machine.fake.rows("_File");
    let file = file
        .into_iter()
        .find(|row| row["objectId"] == trainee["audioFileId"])
        .unwrap();
    let key = file["key"].as_str().unwrap();
    assert!(trainee["audioUrl"].as_str().unwrap().ends_with(key));
    assert_eq!(file["mime_type"], json!("audio/mpeg"));
    assert_eq!(file["metaData"]["sha256"], trainee["audioSha256"]);
}

#[tokio::test(start_paused = true)]
async fn turns_are_told_while_the_practice_goes_on() {
    let machine = Machine::new(generous()).await;
    let snapshot = snapshot();
    begin(&machine.store, 1, &snapshot, machine.now());
    machine.expect(1, 3);
    machine.until_quiet().await;
    assert_eq!(machine.fake.rows("PracticeSession")[0]["status"], "pending");
    for sequence in 0..3 {
        crate::records::say(&machine.store, 1, sequence, 300, machine.now());
        machine.until_quiet().await;
        assert_eq!(machine.fake.rows("Turn").len(), sequence as usize + 1);
    }
    end(&machine.store, 1, machine.now());
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn what_changes_afterwards_is_told_too() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    machine.until_quiet().await;
    let words = Some("I would like to earn a little more.");
    let status = rehearse_domain::TranscriptStatus::Completed;
    machine
        .store
        .set_transcript(turn_id(1, 1), words, status, machine.now())
        .unwrap();
    machine.until_quiet().await;
    let turns = machine.fake.rows("Turn");
    let changed = turns.iter().find(|row| row["sequence"] == 1).unwrap();
    assert_eq!(
        (&changed["transcript"], &changed["asrStatus"]),
        (&json!(words), &json!("completed"))
    );
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn what_a_record_has_no_more_goes_from_there_too() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    crate::records::begin_again(&machine.store, 2, 1, &snapshot(), machine.now());
    machine.expect(2, 2);
    for sequence in 0..2 {
        crate::records::say(&machine.store, 2, sequence, 300, machine.now());
    }
    end(&machine.store, 2, machine.now());
    let (turn, status) = (turn_id(2, 1), rehearse_domain::TranscriptStatus::Completed);
    let words = Some("I would like to earn a little more.");
    machine
        .store
        .set_transcript(turn, words, status, machine.now())
        .unwrap();
    machine.until_quiet().await;
    let of = |class: &str, field: &str| {
        let rows = machine.fake.rows(class);
        rows.iter().filter(|row| row.get(field).is_some()).count()
    };
    let columns = [
        ("PracticeSession", "parentSessionClientId"),
        ("PracticeSession", "parentTurnClientId"),
    ];
    assert_eq!(columns.map(|(class, field)| of(class, field)), [1, 1]);
    let transcripts = of("Turn", "transcript");
    machine.delete(1);
    let status = rehearse_domain::TranscriptStatus::Failed;
    machine
        .store
        .set_transcript(turn, None, status, machine.now())
        .unwrap();
    machine.until_quiet().await;
    assert_eq!(columns.map(|(class, field)| of(class, field)), [0, 0]);
    // One went with its session, one with its words.
    assert_eq!(of("Turn", "transcript"), transcripts - 2);
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn rows_may_go_without_their_sound() {
    let machine = Machine::with(generous(), Audio::StaysHere, 1).await;
    machine.practise(1, 4);
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
    assert!(machine.fake.files().is_empty());
    assert!(
        machine
            .fake
            .rows("Turn")
            .iter()
            .all(|row| row["audioFileId"] == "missing")
    );
}

#[tokio::test(start_paused = true)]
async fn a_typed_turn_has_no_file() {
    let machine = Machine::new(generous()).await;
    begin(&machine.store, 1, &snapshot(), machine.now());
    machine.expect(1, 2);
    for (sequence, speaker) in [(0, Speaker::Partner), (1, Speaker::Trainee)] {
        machine
            .store
            .record_turn(&typed(1, sequence, speaker, machine.now()))
            .unwrap();
    }
    end(&machine.store, 1, machine.now());
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_arrived_before_a_kill_is_taken_for_ours() {
    let mut machine = Machine::new(rehearse_fakes::leancloud::FakeOptions::default()).await;
    begin(&machine.store, 1, &snapshot(), machine.now());
    machine.expect(1, 1);
    crate::records::say(&machine.store, 1, 0, 300, machine.now());
    let row = machine
        .rest()
        .into_iter()
        .find(|row| row.parent.is_none() && row.lane != row.subject);
    let row = row.unwrap();
    // All was done over there, and nothing of it was written down here but that it began.
    machine
        .store
        .settle(&[Settled::Attempted { row: row.id }], machine.now())
        .unwrap();
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
    machine.restart();
    end(&machine.store, 1, machine.now());
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
    let files: Vec<Value> = machine.fake.rows("_File");
    assert_eq!(files.len(), 1, "it was not uploaded again");
}
