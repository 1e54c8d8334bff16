//! What other machines put on the server appears here, once and whole, whatever happens meanwhile.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use rehearse_domain::{SessionId, TranscriptStatus};
use rehearse_store::{SessionQuery, Store};
use rehearse_sync::{Look, Pause, PullerPhase, PullerTask};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::machine::{Machine, generous};
use crate::records::{begin, end, say, session_id, snapshot, turn_id};

/// What can be seen of everything that is kept, in words; clips by their content.
pub(crate) fn seen(store: &Store) -> BTreeMap<SessionId, String> {
    let query = SessionQuery {
        limit: 10_000,
        ..SessionQuery::default()
    };
    let page = store.sessions(&query).unwrap();
    let describe = |id: SessionId| (id, described(store, id));
    page.items.into_iter().map(|item| describe(item.id)).collect()
}

fn described(store: &Store, id: SessionId) -> String {
    let session = store.session(id).unwrap().unwrap();
    // Some 20 kB, and either the same or not.
    let snapshot = Sha256::digest(serde_json::to_string(&session.snapshot).unwrap());
    let ran = (session.language, session.partner, session.limits, session.parent);
    let times = (
        session.created_at,
        session.started_at,
        session.ended_at,
        session.active,
    );
    let end = (session.status, session.objective, session.end_reason);
    let mut text = format!("{:02x?} {ran:?} {times:?} {end:?}", &snapshot[..4]);
    for turn in store.turns(id).unwrap() {
        let clip = turn.clip.as_ref();
        let sound = clip.map(|clip| (clip.sha256.clone(), clip.bytes, clip.duration));
        let turn = rehearse_domain::Turn { clip: None, ..turn };
        write!(text, "\n{turn:?} {sound:?}").unwrap();
    }
    for evaluation in store.evaluations(id).unwrap() {
        write!(text, "\n{evaluation:?}").unwrap();
    }
    text
}

#[tokio::test(start_paused = true)]
async fn a_new_machine_gets_everything() {
    let first = Machine::new(generous()).await;
    for number in 1..=3 {
        first.practise(number, 5);
    }
    first.until_quiet().await;
    let second = first.beside(2).await;
    let pulled = second.pull(Look::New).await;
    assert_eq!(pulled.changed, [1, 2, 3].map(session_id));
    assert_eq!(seen(&second.store), seen(&first.store));
    assert!(second.store.is_mirror(session_id(1)).unwrap());
    assert!(!first.store.is_mirror(session_id(1)).unwrap());
    assert_eq!(second.store.outbox_pending().unwrap(), 0, "a mirror is not told");
    let own = first.pull(Look::New).await;
    assert_eq!((own.changed, own.gone), (Vec::new(), Vec::new()));
    let words = SessionQuery {
        search: Some("line 2".to_owned()),
        ..SessionQuery::default()
    };
    assert_eq!(second.store.sessions(&words).unwrap().total, 3);
    let findings = second.store.verify(rehearse_store::Verification::Deep).unwrap();
    assert_eq!(findings, [], "clips that are elsewhere are not missed");
}

#[tokio::test(start_paused = true)]
async fn nothing_new_costs_one_request() {
    let first = Machine::new(generous()).await;
    first.practise(1, 4);
    first.until_quiet().await;
    let second = first.beside(2).await;
    second.pull(Look::New).await;
    let before = second.fake.api_requests();
    for _ in 0..5 {
        let pulled = second.pull(Look::New).await;
        assert!(!pulled.is_news());
    }
    assert_eq!(second.fake.api_requests() - before, 5);
}

#[tokio::test(start_paused = true)]
async fn an_idle_hour_costs_twelve_requests() {
    let first = Machine::new(generous()).await;
    first.practise(1, 4);
    first.until_quiet().await;
    let second = first.beside(2).await;
    let task = PullerTask::start(second.puller.clone());
    let mut status = task.status();
    status.wait_for(|status| status.news == 1).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let before = second.fake.api_requests();
    tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    let requests = second.fake.api_requests() - before;
    assert!(requests <= 12 * 24, "{requests} requests a day");
    assert_eq!(task.status().borrow().phase, PullerPhase::Idle);
    first.practise(2, 2);
    first.until_quiet().await;
    task.nudge().changed();
    status.wait_for(|status| status.news == 2).await.unwrap();
    task.stop().await;
}

#[tokio::test(start_paused = true)]
async fn somebody_who_has_to_sign_in_is_told_and_nothing_else_is_asked() {
    let machine = Machine::new(generous()).await;
    machine
        .fake
        .faults()
        .always("*", "/1.1/*", rehearse_fakes::leancloud::Fault::unauthorized());
    let task = PullerTask::start(machine.puller.clone());
    let mut status = task.status();
    let signed_out = PullerPhase::Paused(Pause::SignIn);
    status
        .wait_for(|status| status.phase == signed_out)
        .await
        .unwrap();
    let asked = machine.fake.api_requests();
    task.nudge().changed();
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert_eq!(machine.fake.api_requests(), asked);
    machine.fake.faults().clear();
    task.nudge().hurry();
    let idle = |status: &rehearse_sync::PullerStatus| status.phase == PullerPhase::Idle;
    status.wait_for(idle).await.unwrap();
    task.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_session_appears_once_it_has_ended() {
    let first = Machine::new(generous()).await;
    let second = first.beside(2).await;
    begin(&first.store, 1, &snapshot(), first.now());
    first.expect(1, 0);
    for sequence in 0..3 {
        say(&first.store, 1, sequence, 200, first.now());
        first.expect(1, sequence + 1);
        first.until_quiet().await;
        assert_eq!(second.pull(Look::New).await.changed, []);
    }
    end(&first.store, 1, first.now());
    first.until_quiet().await;
    assert_eq!(second.pull(Look::New).await.changed, [session_id(1)]);
    assert_eq!(seen(&second.store), seen(&first.store));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_left_open_appears_after_a_day() {
    let first = Machine::new(generous()).await;
    let second = first.beside(2).await;
    begin(&first.store, 1, &snapshot(), first.now());
    first.expect(1, 2);
    for sequence in 0..2 {
        say(&first.store, 1, sequence, 200, first.now());
    }
    first.until_quiet().await;
    assert_eq!(second.pull(Look::New).await.changed, []);
    tokio::time::sleep(Duration::from_secs(25 * 3600)).await;
    assert_eq!(second.pull(Look::New).await.changed, [session_id(1)]);
    let shown = second.store.session(session_id(1)).unwrap().unwrap();
    assert_eq!(shown.end_reason, Some(rehearse_domain::EndReason::ClientClosed));
    // It goes on after all.
    say(&first.store, 1, 2, 200, first.now());
    first.expect(1, 3);
    end(&first.store, 1, first.now());
    first.until_quiet().await;
    second.pull(Look::New).await;
    assert_eq!(seen(&second.store), seen(&first.store));
}

#[tokio::test(start_paused = true)]
async fn words_that_come_later_come_here_too() {
    let first = Machine::new(generous()).await;
    let second = first.beside(2).await;
    first.practise(1, 3);
    first.until_quiet().await;
    second.pull(Look::New).await;
    tokio::time::sleep(Duration::from_secs(600)).await;
    let words = Some("I would like to earn a little more.");
    let now = first.now();
    let status = TranscriptStatus::Completed;
    first
        .store
        .set_transcript(turn_id(1, 1), words, status, now)
        .unwrap();
    first.until_quiet().await;
    assert_eq!(second.pull(Look::New).await.changed, [session_id(1)]);
    assert_eq!(seen(&second.store), seen(&first.store));
    let query = SessionQuery {
        search: Some("earn a little".to_owned()),
        ..SessionQuery::default()
    };
    assert_eq!(second.store.sessions(&query).unwrap().total, 1);
}

#[tokio::test(start_paused = true)]
async fn words_for_what_was_recorded_here_are_taken_where_there_are_none() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 3);
    machine.until_quiet().await;
    machine.pull(Look::New).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let class = machine.client.class("Turn").unwrap();
    for (sequence, words) in [(0, "Not what was said."), (1, "I heard you.")] {
        let id = machine.store.sendable_turns(session_id(1)).unwrap()[sequence]
            .object_id
            .clone()
            .unwrap();
        let update = rehearse_leancloud::Update::new()
            .set("transcript", words)
            .unwrap()
            .set("asrStatus", "completed")
            .unwrap()
            .set("sequence", 7)
            .unwrap();
        let id = rehearse_leancloud::ObjectId::new(id).unwrap();
        machine.recorded.lock().others_write = true;
        class.update(&id, &update).await.unwrap();
    }
    assert_eq!(machine.pull(Look::New).await.changed, [session_id(1)]);
    let turns = machine.store.turns(session_id(1)).unwrap();
    assert_eq!(turns[0].transcript.as_deref(), Some("Line 0."));
    assert_eq!(turns[1].transcript.as_deref(), Some("I heard you."));
    assert_eq!(turns[1].sequence, 1);
    assert_eq!(machine.store.outbox_pending().unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_puller_that_is_killed_anywhere_goes_on() {
    let first = Machine::new(generous()).await;
    for number in 1..=4 {
        first.practise(number, 3);
    }
    first.until_quiet().await;
    let expected = seen(&first.store);
    for steps in 0..40 {
        let mut second = first.beside(100 + steps).await;
        let steps = usize::try_from(steps).unwrap();
        second.pull_killed_after(Look::Everything, steps).await;
        second.pull(Look::New).await;
        assert_eq!(seen(&second.store), expected, "killed after {steps} steps");
    }
}

/// A row as another machine of the user would have left it, made at a moment.
fn stamped(mut row: Value, id: &str, at: &str, owner: &str) -> Value {
    row["objectId"] = json!(id);
    row["createdAt"] = json!(at);
    row["updatedAt"] = json!(at);
    row["ownerId"] = json!(owner);
    row
}

fn session_row(number: u64, turns: u32) -> Value {
    json!({
        "clientId": session_id(number).to_string(), "status": "ended", "language": "en", "endReason": "manual",
        "clientSessionStartedAt": "2026-11-28T08:00:00.000Z", "startedAt": "2026-11-28T08:00:01.000Z",
        "endedAt": "2026-11-28T08:03:00.000Z", "snapshot": serde_json::to_string(&snapshot()).unwrap(),
        "turnCount": turns,
    })
}

fn turn_row(number: u64, sequence: u32) -> Value {
    json!({
        "clientId": turn_id(number, sequence).to_string(), "sessionClientId": session_id(number).to_string(),
        "sessionId": format!("s{number}"), "sequence": sequence, "speaker": "trainee", "asrStatus": "pending",
        "audioFileId": "missing", "startedAt": "2026-11-28T08:01:00.000Z", "endedAt": "2026-11-28T08:01:05.000Z",
    })
}

#[tokio::test(start_paused = true)]
async fn turns_that_come_before_their_session_wait_for_it() {
    let machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    let owner = machine.terms.owner.as_str();
    let at = "2026-11-28T08:10:00.000Z";
    machine
        .fake
        .import("Turn", [stamped(turn_row(1, 1), "t1", at, owner)]);
    assert_eq!(machine.pull(Look::New).await.changed, []);
    let session = stamped(session_row(1, 2), "s1", at, owner);
    machine.fake.import("PracticeSession", [session]);
    assert_eq!(
        machine.pull(Look::New).await.changed,
        [],
        "a turn is not there yet"
    );
    machine
        .fake
        .import("Turn", [stamped(turn_row(1, 0), "t0", at, owner)]);
    assert_eq!(machine.pull(Look::New).await.changed, [session_id(1)]);
    assert_eq!(machine.store.turns(session_id(1)).unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn rows_that_share_a_millisecond_and_rows_that_come_late_are_all_read() {
    let machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    let owner = machine.terms.owner.as_str();
    let at = "2026-11-28T08:10:00.000Z";
    let turns = (0..2_300_u32).map(|place| {
        let (number, sequence) = (1 + u64::from(place / 100), place % 100);
        stamped(turn_row(number, sequence), &format!("t{place:05}"), at, owner)
    });
    machine.fake.import("Turn", turns);
    let sessions =
        (1..=23).map(|number| stamped(session_row(number, 100), &format!("s{number:02}"), at, owner));
    machine.fake.import("PracticeSession", sessions);
    assert_eq!(machine.pull(Look::New).await.changed.len(), 23);
    // Made before what was read last, and seen only now.
    let late = "2026-11-28T08:08:30.000Z";
    let session = stamped(session_row(30, 1), "s30", late, owner);
    machine.fake.import("PracticeSession", [session]);
    machine
        .fake
        .import("Turn", [stamped(turn_row(30, 0), "t30", late, owner)]);
    assert_eq!(machine.pull(Look::New).await.changed, [session_id(30)]);
    // Long before: found by comparing ids.
    let older = "2026-11-20T08:00:00.000Z";
    let session = stamped(session_row(31, 1), "s31", older, owner);
    machine.fake.import("PracticeSession", [session]);
    machine
        .fake
        .import("Turn", [stamped(turn_row(31, 0), "t31", older, owner)]);
    assert_eq!(machine.pull(Look::New).await.changed, []);
    assert_eq!(machine.pull(Look::Everything).await.changed, [session_id(31)]);
}

#[tokio::test(start_paused = true)]
async fn a_date_in_the_future_hides_nothing() {
    let machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    let owner = machine.terms.owner.as_str();
    let session = stamped(session_row(1, 0), "s1", "2099-01-01T00:00:00.000Z", owner);
    machine.fake.import("PracticeSession", [session]);
    assert_eq!(machine.pull(Look::New).await.changed, [session_id(1)]);
    let other = machine.beside(3).await;
    other.practise(2, 2);
    other.until_quiet().await;
    assert_eq!(machine.pull(Look::New).await.changed, [session_id(2)]);
}

#[tokio::test(start_paused = true)]
async fn of_twins_the_earliest_is_taken_in_any_order() {
    let machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    let owner = machine.terms.owner.as_str();
    let (early, late) = ("2026-11-28T08:10:00.000Z", "2026-11-28T08:11:00.000Z");
    let with = |mut row: Value, words: &str| {
        row["transcript"] = json!(words);
        row["asrStatus"] = json!("completed");
        row
    };
    let sessions = [
        stamped(session_row(1, 1), "s2", late, owner),
        stamped(session_row(1, 1), "s1", early, owner),
    ];
    machine.fake.import("PracticeSession", sessions);
    let turn = stamped(with(turn_row(1, 0), "later"), "t2", late, owner);
    machine.fake.import("Turn", [turn]);
    assert_eq!(machine.pull(Look::New).await.changed, [session_id(1)]);
    let turn = stamped(with(turn_row(1, 0), "earlier"), "t1", early, owner);
    machine.fake.import("Turn", [turn]);
    machine.pull(Look::New).await;
    let turns = machine.store.turns(session_id(1)).unwrap();
    assert_eq!(turns.len(), 1);
    assert_eq!(turns[0].transcript.as_deref(), Some("earlier"));
    let named = machine.store.remote_name(session_id(1)).unwrap();
    assert_eq!(named.as_deref(), Some("s1"));
}

#[tokio::test(start_paused = true)]
async fn what_is_somebody_elses_is_left_alone() {
    let machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    let at = "2026-11-28T08:10:00.000Z";
    let mut nobodys = stamped(session_row(2, 0), "s2", at, "");
    nobodys.as_object_mut().unwrap().remove("ownerId");
    let mut stranger = nobodys.clone();
    stranger["objectId"] = json!("s3");
    stranger["stubUserId"] = json!("stub-2");
    let rows = [
        stamped(session_row(1, 1), "s1", at, "somebody"),
        nobodys,
        stranger,
    ];
    machine.fake.import("PracticeSession", rows);
    let mut turn = stamped(turn_row(1, 0), "t1", at, "");
    turn.as_object_mut().unwrap().remove("ownerId");
    machine.fake.import("Turn", [turn]);
    let pulled = machine.pull(Look::Everything).await;
    assert_eq!((pulled.changed, pulled.unreadable), (Vec::new(), 0));
    assert!(seen(&machine.store).is_empty());
    let before = machine.fake.api_requests();
    machine.pull(Look::New).await;
    assert_eq!(machine.fake.api_requests() - before, 1);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_makes_no_sense_holds_no_other_up() {
    let machine = Machine::new(generous()).await;
    machine.recorded.lock().others_write = true;
    let owner = machine.terms.owner.as_str();
    let at = "2026-11-28T08:10:00.000Z";
    let mut broken = stamped(session_row(1, 0), "s1", at, owner);
    broken["snapshot"] = json!("{");
    let rows = [broken, stamped(session_row(2, 0), "s2", at, owner)];
    machine.fake.import("PracticeSession", rows);
    let pulled = machine.pull(Look::New).await;
    assert_eq!((pulled.changed, pulled.unreadable), (vec![session_id(2)], 1));
}
