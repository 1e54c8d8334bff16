//! Faults on cue, in-process and on simulated time.

use std::time::Duration;

use rehearse_fakes::leancloud::{ConnectionLost, Fault};
use serde_json::{Value, json};

use crate::app::{App, By};

async fn create(app: &App) -> Result<u16, ConnectionLost> {
    app.try_ask(By::Anyone, "POST", "/1.1/classes/Turn", json!({"n": 1}))
        .await
        .map(|told| told.status)
}

fn rows(app: &App) -> usize {
    app.fake.rows("Turn").len()
}

#[tokio::test]
async fn refusals_of_gateways_apply_nothing() {
    for (fault, status) in [
        (Fault::too_many_requests(), 429),
        (Fault::html_502(), 502),
        (Fault::disabled_503(), 503),
        (Fault::archived_504(), 504),
        (Fault::unauthorized(), 401),
        (Fault::quota_exceeded(), 400),
    ] {
        let app = App::new();
        app.fake.faults().once("POST", "/1.1/classes/*", fault);
        assert_eq!((create(&app).await, rows(&app)), (Ok(status), 0));
        assert_eq!((create(&app).await, rows(&app)), (Ok(201), 1));
    }
}

#[tokio::test]
async fn a_lost_connection_before_and_after() {
    let app = App::new();
    app.fake.faults().once("POST", "*", Fault::Lost);
    assert_eq!((create(&app).await, rows(&app)), (Err(ConnectionLost), 0));
    app.fake.faults().once("POST", "*", Fault::After);
    assert_eq!((create(&app).await, rows(&app)), (Err(ConnectionLost), 1));
    app.fake.faults().once("POST", "*", Fault::CutShort);
    assert_eq!((create(&app).await, rows(&app)), (Err(ConnectionLost), 2));
    assert_eq!(
        app.fake
            .requests()
            .iter()
            .map(|seen| seen.reached)
            .collect::<Vec<_>>(),
        [false, true, true]
    );
}

#[tokio::test]
async fn a_server_that_gave_up_on_itself_may_have_written() {
    let app = App::new();
    app.fake.faults().once("POST", "*", Fault::timed_out_inside());
    assert_eq!(create(&app).await, Ok(400));
    assert_eq!(rows(&app), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_lands_after_the_client_gave_up() {
    let app = App::new();
    app.fake
        .faults()
        .once("POST", "*", Fault::Late(Duration::from_secs(30)));
    assert!(
        tokio::time::timeout(Duration::from_secs(15), create(&app))
            .await
            .is_err()
    );
    assert_eq!(rows(&app), 0);
    tokio::time::sleep(Duration::from_secs(16)).await;
    assert_eq!(rows(&app), 1);
}

#[tokio::test(start_paused = true)]
async fn a_withheld_write_lands_when_the_test_says_so() {
    let app = App::new();
    app.fake.faults().once("POST", "*", Fault::Withheld);
    app.fake.faults().once("POST", "*", Fault::Hang);
    for _ in 0..2 {
        assert!(
            tokio::time::timeout(Duration::from_secs(15), create(&app))
                .await
                .is_err()
        );
    }
    assert_eq!((rows(&app), app.fake.deliver_withheld(), rows(&app)), (0, 1, 1));
    assert_eq!(app.fake.deliver_withheld(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_the_right_one() {
    let app = App::new();
    app.fake
        .faults()
        .always("*", "/1.1/*", Fault::Slow(Duration::from_secs(12)));
    let begin = tokio::time::Instant::now();
    assert_eq!(create(&app).await, Ok(201));
    assert!(begin.elapsed() >= Duration::from_secs(12));
}

#[tokio::test(start_paused = true)]
async fn more_requests_at_a_time_than_workers_are_too_many() {
    let app = App::with(|options| options.worker_threads = Some(2));
    app.fake
        .faults()
        .always("*", "*", Fault::Slow(Duration::from_secs(1)));
    let (one, two, three) = tokio::join!(create(&app), create(&app), create(&app));
    assert_eq!([one, two, three], [Ok(201), Ok(201), Ok(429)]);
    assert_eq!((app.fake.peak_in_flight(), app.fake.billed()), (3, 2));
}

#[tokio::test]
async fn a_script_decides_from_what_it_sees() {
    let app = App::new();
    app.fake
        .faults()
        .script(|request| (request.number % 2 == 0).then(Fault::too_many_requests));
    assert_eq!(
        [create(&app).await, create(&app).await, create(&app).await],
        [Ok(429), Ok(201), Ok(429)]
    );
    app.fake.faults().clear();
    assert_eq!(
        app.ask(By::Anyone, "GET", "/1.1/classes/Turn", Value::Null)
            .await
            .status,
        200
    );
}
