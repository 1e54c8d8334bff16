//! When the server does not know who asks, or is not to be reached at all.

use std::sync::atomic::Ordering;
use std::time::Duration;

use rehearse_domain::TranscriptStatus;
use rehearse_fakes::leancloud::{FakeOptions, Fault, Reply, StaleSession};
use rehearse_sync::{Pause, Phase, SenderTask};

use crate::machine::{Machine, generous};
use crate::order::check_whole;
use crate::records::turn_id;

/// Waits until a task says so, on simulated time.
async fn until(task: &SenderTask, what: impl Fn(Phase) -> bool) {
    let mut status = task.status();
    let told = tokio::time::timeout(
        Duration::from_secs(3600),
        status.wait_for(|status| what(status.phase)),
    );
    told.await.expect("it says so within an hour").unwrap();
}

#[tokio::test(start_paused = true)]
async fn somebody_who_has_to_sign_in_again_is_asked_once_and_nothing_is_lost() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 4);
    machine.fake.faults().always("*", "/1.1/*", Fault::unauthorized());
    let task = SenderTask::start(machine.sender.clone());
    until(&task, |phase| phase == Phase::Paused(Pause::SignIn)).await;
    let asked = machine.fake.api_requests();
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(machine.fake.api_requests(), asked, "waiting does not help");
    task.nudge().changed();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(machine.fake.api_requests(), asked, "nor do new changes");
    assert_eq!(machine.store.outbox_figures().unwrap().stuck, 0);
    task.nudge().hurry();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(machine.fake.api_requests(), asked, "nor does impatience");
    machine.fake.faults().clear();
    task.nudge().signed_in();
    until(&task, |phase| phase == Phase::Idle).await;
    task.stop().await;
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_is_refused_is_not_tried_again_by_itself() {
    let machine = Machine::new(FakeOptions {
        stale_session: StaleSession::IsRefused,
        ..generous()
    })
    .await;
    machine.practise(1, 12);
    machine.practise(2, 12);
    machine.fake.revoke_sessions();
    let refused = Fault::Before(Reply::error(400, 210, "The username and password mismatch."));
    machine.fake.faults().always("POST", "/1.1/users", refused);
    let logins = |machine: &Machine| {
        let requests = machine.fake.requests();
        requests
            .iter()
            .filter(|request| request.path == "/1.1/users")
            .count()
    };
    let before = logins(&machine);
    let task = SenderTask::start(machine.sender.clone());
    until(&task, |phase| phase == Phase::Paused(Pause::SignIn)).await;
    for _ in 0..24 * 4 {
        tokio::time::sleep(Duration::from_secs(15 * 60)).await;
        task.nudge().hurry();
    }
    assert_eq!(logins(&machine) - before, 1, "in a day");
    machine.fake.faults().clear();
    task.nudge().signed_in();
    until(&task, |phase| phase == Phase::Idle).await;
    task.stop().await;
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn one_who_signs_in_again_after_another_finds_everything_there() {
    let mut machine = Machine::new(generous()).await;
    machine.practise(1, 4);
    machine.practise(2, 2);
    machine.until_quiet().await;
    // The other account was told nothing yet.
    machine.store.forget_remote(machine.now()).unwrap();
    machine.restart();
    let words = Some("I would like to earn a little more.");
    let (turn, status) = (turn_id(1, 1), TranscriptStatus::Completed);
    machine
        .store
        .set_transcript(turn, words, status, machine.now())
        .unwrap();
    machine.practise(3, 2);
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
    let requests = machine.fake.requests();
    let made = requests
        .iter()
        .filter(|request| request.path == "/1.1/fileTokens")
        .count();
    assert_eq!(made, 8, "no clip goes twice");
    let turns = machine.fake.rows("Turn");
    assert!(turns.iter().any(|row| row["transcript"].as_str() == words));
}

#[tokio::test(start_paused = true)]
async fn what_the_account_before_has_goes_with_a_session_that_is_deleted() {
    let mut machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    machine.until_quiet().await;
    machine.store.forget_remote(machine.now()).unwrap();
    machine.restart();
    machine.delete(1);
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
    assert!(machine.fake.rows("Turn").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_holds_nothing_up() {
    for hours in [1, 48] {
        let machine = Machine::new(generous()).await;
        machine.clock_error.store(hours * 3_600_000, Ordering::Relaxed);
        machine.practise(1, 4);
        machine.fake.faults().once("POST", "/1.1/batch", Fault::After);
        let task = SenderTask::start(machine.sender.clone());
        tokio::time::sleep(Duration::from_secs(30)).await;
        machine.clock_error.store(0, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(20 * 60)).await;
        assert_eq!(task.status().borrow().phase, Phase::Idle, "{hours} h");
        // With a watch in the future alone there is nothing to do, and nobody spins.
        machine.clock_error.store(-hours * 3_600_000, Ordering::Relaxed);
        let asked = machine.fake.api_requests();
        tokio::time::sleep(Duration::from_secs(2 * 3600)).await;
        assert!(machine.fake.api_requests() - asked < 20);
        task.stop().await;
        machine.until_quiet().await;
        check_whole(&machine.fake, &machine.recorded.lock());
    }
}

#[tokio::test(start_paused = true)]
async fn a_practice_without_a_network_arrives_once_it_is_back() {
    let machine = Machine::new(generous()).await;
    machine.off.store(true, Ordering::Relaxed);
    machine.practise(1, 4);
    let task = SenderTask::start(machine.sender.clone());
    until(&task, |phase| phase == Phase::Paused(Pause::Offline)).await;
    tokio::time::sleep(Duration::from_secs(8 * 3600)).await;
    assert_eq!(machine.fake.rows("PracticeSession").len(), 0);
    machine.off.store(false, Ordering::Relaxed);
    task.nudge().hurry();
    until(&task, |phase| phase == Phase::Idle).await;
    assert!(task.status().borrow().last_success.is_some());
    task.stop().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn whoever_hurries_while_something_is_under_way_is_heard_afterwards() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 4);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let hangs = || Fault::Slow(Duration::from_secs(10));
    machine.fake.faults().times(3, "*", "*", hangs());
    let task = SenderTask::start(machine.sender.clone());
    tokio::time::sleep(Duration::from_secs(1)).await;
    machine.off.store(true, Ordering::Relaxed);
    task.nudge().hurry();
    tokio::time::sleep(Duration::from_secs(5)).await;
    machine.off.store(false, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(task.status().borrow().phase, Phase::Idle);
    task.stop().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn a_clip_that_takes_long_holds_up_no_other_session() {
    let machine = Machine::new(generous()).await;
    machine.practise(1, 2);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let slow = Fault::Slow(Duration::from_secs(15));
    machine.fake.faults().once("POST", "/1.1/fileTokens", slow);
    let task = SenderTask::start(machine.sender.clone());
    tokio::time::sleep(Duration::from_secs(2)).await;
    crate::records::begin(&machine.store, 2, &crate::records::snapshot(), machine.now());
    machine.expect(2, 0);
    task.nudge().changed();
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(machine.fake.rows("PracticeSession").len(), 2);
    crate::records::end(&machine.store, 2, machine.now());
    task.nudge().changed();
    until(&task, |phase| phase == Phase::Idle).await;
    task.stop().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_is_used_up_waits_for_tomorrow() {
    let machine = Machine::new(FakeOptions {
        daily_calls: Some(6),
        ..generous()
    })
    .await;
    machine.practise(1, 8);
    let task = SenderTask::start(machine.sender.clone());
    until(&task, |phase| phase == Phase::Paused(Pause::Quota)).await;
    let until_when = task.status().borrow().until.unwrap();
    assert!(until_when.since(machine.now()) > Duration::from_secs(3600));
    // Midnight in China.
    let midnight = until_when.as_millis() + 8 * 3_600_000;
    assert!(midnight.rem_euclid(86_400_000) < 16 * 60_000, "{until_when}");
    machine.fake.configure(|options| options.daily_calls = None);
    tokio::time::sleep(Duration::from_secs(25 * 3600)).await;
    until(&task, |phase| phase == Phase::Idle).await;
    task.stop().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_down_is_asked_less_and_less() {
    let machine = Machine::new(generous()).await;
    for number in 1..=50 {
        machine.practise(number, 2);
    }
    machine.fake.faults().always("*", "*", Fault::html_502());
    let task = SenderTask::start(machine.sender.clone());
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let first = machine.fake.api_requests();
    tokio::time::sleep(Duration::from_secs(4 * 3600)).await;
    let an_hour = (machine.fake.api_requests() - first) / 4;
    assert!(an_hour < 120, "{an_hour} requests an hour");
    machine.fake.faults().clear();
    until(&task, |phase| phase == Phase::Idle).await;
    task.stop().await;
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
}
