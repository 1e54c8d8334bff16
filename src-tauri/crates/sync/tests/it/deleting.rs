//! What is deleted here goes over there, whatever happened before.

use std::sync::atomic::Ordering;
use std::time::Duration;

use rehearse_fakes::leancloud::{FakeOptions, Fault, Permission, Who};

use crate::machine::{Machine, generous};
use crate::order::check_whole;

#[tokio::test(start_paused = true)]
async fn a_session_goes_with_all_that_belongs_to_it() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 4);
    machine.practise(2, 2);
    machine.until_quiet().await;
    machine.delete(1);
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
    assert_eq!(machine.fake.rows("Turn").len(), 2);
    assert_eq!(machine.fake.rows("Evaluation").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_never_told_is_not_told_about() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    machine.delete(1);
    let before = machine.fake.api_requests();
    machine.until_quiet().await;
    assert_eq!(machine.fake.api_requests(), before);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_deleted_without_a_network_goes_later() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    machine.until_quiet().await;
    machine.off.store(true, Ordering::Relaxed);
    machine.delete(1);
    machine.sender.round().await.unwrap();
    assert_eq!(machine.fake.rows("Turn").len(), 2);
    machine.off.store(false, Ordering::Relaxed);
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn a_session_whose_creation_lands_after_its_deletion_goes_too() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    machine.recorded.lock().late = true;
    machine
        .fake
        .faults()
        .once("POST", "/1.1/batch", Fault::Late(Duration::from_secs(300)));
    machine.sender.round().await.unwrap();
    machine.delete(1);
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn turns_that_land_after_the_deletion_of_their_session_go_too() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    tokio::time::sleep(Duration::from_secs(5)).await;
    machine.sender.round().await.unwrap();
    assert_eq!(machine.fake.rows("PracticeSession").len(), 1);
    machine.recorded.lock().late = true;
    machine
        .fake
        .faults()
        .once("POST", "/1.1/batch", Fault::Late(Duration::from_secs(300)));
    machine.sender.round().await.unwrap();
    assert_eq!(machine.fake.faults().waiting(), 0);
    machine.delete(1);
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
    assert!(machine.fake.rows("Evaluation").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_told_and_never_begun_leaves_no_trace_there() {
    let machine = Machine::new(generous()).await;
    crate::records::begin(&machine.store, 1, &crate::records::snapshot(), machine.now());
    machine.until_quiet().await;
    assert_eq!(machine.fake.rows("PracticeSession").len(), 1);
    assert_eq!(
        machine.store.close_interrupted_sessions(machine.now()).unwrap(),
        []
    );
    machine.until_quiet().await;
    assert!(machine.fake.rows("PracticeSession").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_is_killed_anywhere_goes_on() {
    for steps in 1..60 {
        let mut machine = Machine::with(generous(), rehearse_sync::Audio::Sent, steps).await;
        machine.practise(1, 3);
        machine.until_quiet().await;
        machine.delete(1);
        let steps = usize::try_from(steps).unwrap();
        machine.killed_after(steps).await;
        machine.until_quiet().await;
        check_whole(&machine.fake, &machine.recorded.lock());
    }
}

#[tokio::test(start_paused = true)]
async fn files_that_nobody_may_delete_are_listed() {
    let machine = Machine::new(FakeOptions::default()).await;
    machine.practise(1, 2);
    machine.until_quiet().await;
    machine.delete(1);
    machine.until_quiet().await;
    assert!(machine.fake.rows("PracticeSession").is_empty() && machine.fake.rows("Turn").is_empty());
    let left = machine.store.still_on_the_remote().unwrap();
    assert_eq!(left.len(), 2);
    assert_eq!(machine.store.outbox_figures().unwrap().still_there, 2);

    assert_eq!(machine.store.reconsider_stray_files(machine.now()).unwrap(), 2);
    let round = machine.sender.round().await.unwrap();
    assert_eq!(
        (round.failed, round.settled),
        (2, 2),
        "nothing waits because of them"
    );

    machine.fake.configure(|options| {
        let files = ("_File".to_owned(), Permission::Delete);
        options.permissions.insert(files, Who::Everyone);
    });
    assert_eq!(machine.store.reconsider_stray_files(machine.now()).unwrap(), 2);
    machine.until_quiet().await;
    assert!(machine.store.still_on_the_remote().unwrap().is_empty());
    check_whole(&machine.fake, &machine.recorded.lock());
}
