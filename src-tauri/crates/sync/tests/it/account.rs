//! When the server does not know who asks, or is not to be reached at all.

use std::sync::atomic::Ordering;
use std::time::Duration;

use rehearse_fakes::leancloud::{FakeOptions, Fault};
use rehearse_sync::{Pause, Phase, SenderTask};

use crate::machine::{Machine, generous};
use crate::order::check_whole;

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
    machine.fake.faults().clear();
    task.nudge().hurry();
    until(&task, |phase| phase == Phase::Idle).await;
    task.stop().await;
    machine.until_quiet().await;
    check_whole(&machine.fake, &machine.recorded.lock());
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
    machine.practise(1, 2);
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
