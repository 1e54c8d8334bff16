//! What is deleted on one machine goes on the others, and nothing goes for any other reason.

use std::time::Duration;

use rehearse_fakes::leancloud::{FakeOptions, Fault};
use rehearse_sync::{AudioMirror, Look};

use crate::machine::{Machine, generous};
use crate::order::check_whole;
use crate::pulling::seen;
use crate::records::session_id;

/// Two machines that have the same sessions, half of them of each.
async fn two(options: FakeOptions) -> (Machine, Machine) {
    let first = Machine::new(options).await;
    let mut second = first.beside(2).await;
    second.mirror = AudioMirror::Complete;
    second.restart();
    first.practise(1, 3);
    first.practise(2, 2);
    second.practise(3, 3);
    second.practise(4, 2);
    for machine in [&first, &second, &first, &second] {
        machine.until_quiet().await;
        machine.pull(Look::New).await;
    }
    assert_eq!(seen(&first.store).len(), 4);
    assert_eq!(seen(&first.store), seen(&second.store));
    (first, second)
}

/// Looks for everything until what is uncertain is certain.
async fn look_twice(machine: &Machine) {
    machine.pull(Look::Everything).await;
    tokio::time::sleep(Duration::from_secs(90)).await;
    machine.pull(Look::Everything).await;
}

#[tokio::test(start_paused = true)]
async fn a_mirror_goes_when_its_session_does() {
    let (first, second) = two(generous()).await;
    let sound = second.store.audio_folder().join(session_id(1).to_string());
    assert!(sound.is_dir());
    first.delete(1);
    first.until_quiet().await;
    // The number of sessions gives it away; it takes a second look to be certain.
    assert_eq!(second.pull(Look::New).await.gone, []);
    assert_eq!(seen(&second.store).len(), 4);
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(second.pull(Look::New).await.gone, [session_id(1)]);
    assert!(!sound.exists());
    assert_eq!(seen(&first.store), seen(&second.store));
    assert_eq!(second.store.outbox_pending().unwrap(), 0);
    let before = second.fake.api_requests();
    second.pull(Look::New).await;
    assert_eq!(second.fake.api_requests() - before, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_deleted_as_a_mirror_goes_where_it_was_recorded() {
    let (first, second) = two(generous()).await;
    first.delete(3);
    first.until_quiet().await;
    check_counts(&first);
    look_twice(&second).await;
    second.until_quiet().await;
    assert_eq!(seen(&second.store).len(), 3);
    assert_eq!(seen(&first.store), seen(&second.store));
    check_whole(&first.fake, &first.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn what_was_told_and_never_read_back_goes_too() {
    let first = Machine::new(generous()).await;
    let second = first.beside(2).await;
    first.practise(1, 2);
    first.until_quiet().await;
    second.pull(Look::New).await;
    second.delete(1);
    second.until_quiet().await;
    look_twice(&first).await;
    assert!(seen(&first.store).is_empty());
    first.until_quiet().await;
    check_whole(&first.fake, &first.recorded.lock());
}

fn check_counts(machine: &Machine) {
    assert_eq!(machine.fake.rows("PracticeSession").len(), 3);
    assert_eq!(machine.fake.rows("Turn").len(), 7);
    assert_eq!(machine.fake.rows("_File").len(), 7);
}

#[tokio::test(start_paused = true)]
async fn what_was_deleted_here_does_not_come_back() {
    let (first, second) = two(generous()).await;
    // Deleted while the server cannot be told.
    first.delete(3);
    let pulled = first.pull(Look::Everything).await;
    assert_eq!((pulled.changed, seen(&first.store).len()), (Vec::new(), 3));
    first.until_quiet().await;
    look_twice(&first).await;
    assert_eq!(seen(&first.store).len(), 3);
    drop(second);
}

#[tokio::test(start_paused = true)]
async fn nothing_goes_when_the_server_takes_the_user_for_nobody() {
    let (first, second) = two(generous()).await;
    first.fake.revoke_sessions();
    for machine in [&first, &second] {
        for _ in 0..3 {
            machine.puller.round(Look::Everything).await.unwrap();
            tokio::time::sleep(Duration::from_secs(300)).await;
        }
        assert_eq!(seen(&machine.store).len(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_cut_short_deletes_nothing() {
    let (first, second) = two(generous()).await;
    first.fake.configure(|options| options.result_bytes = 200);
    for _ in 0..3 {
        let pulled = second.pull(Look::Everything).await;
        assert_eq!((pulled.gone, pulled.uncertain), (Vec::new(), 0));
        tokio::time::sleep(Duration::from_secs(300)).await;
    }
    assert_eq!(seen(&second.store).len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_deletes_nothing() {
    let (first, second) = two(generous()).await;
    first.delete(1);
    first.until_quiet().await;
    second.pull(Look::Everything).await;
    tokio::time::sleep(Duration::from_secs(300)).await;
    for fault in [Fault::html_502(), Fault::Lost, Fault::disabled_503()] {
        second.fake.faults().always("*", "*", fault);
        let pulled = second.puller.round(Look::Everything).await.unwrap();
        assert!(pulled.failed.is_some() && pulled.gone.is_empty());
    }
    second.fake.faults().clear();
    assert_eq!(second.pull(Look::Everything).await.gone, [session_id(1)]);
}

#[tokio::test(start_paused = true)]
async fn another_user_or_another_stub_deletes_nothing() {
    let (_first, mut second) = two(generous()).await;
    second.terms.stub_user = Some("somebody else".to_owned());
    second.restart();
    for _ in 0..3 {
        second.pull(Look::Everything).await;
        tokio::time::sleep(Duration::from_secs(300)).await;
    }
    second.terms.owner = rehearse_leancloud::ObjectId::new("000000000000000000000001").unwrap();
    second.restart();
    for _ in 0..3 {
        second.puller.round(Look::Everything).await.unwrap();
        tokio::time::sleep(Duration::from_secs(300)).await;
    }
    assert_eq!(seen(&second.store).len(), 4);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_told_yet_stays() {
    let (first, second) = two(generous()).await;
    let now = second.now();
    // Words that the server does not have yet, of a session that goes there.
    let words = Some("Not told yet.");
    let status = rehearse_domain::TranscriptStatus::Completed;
    second
        .store
        .set_transcript(crate::records::turn_id(3, 1), words, status, now)
        .unwrap();
    first.delete(3);
    first.until_quiet().await;
    look_twice(&second).await;
    assert_eq!(seen(&second.store).len(), 4);
    // Once it was tried there is nothing left that could be lost.
    second.until_quiet().await;
    look_twice(&second).await;
    assert_eq!(seen(&second.store).len(), 3);
    assert_eq!(second.store.outbox_figures().unwrap().stuck, 0);
}
