//! What the fake remembers, and in which order scripts are chosen.

use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, KeyShown, Role, Script};
use serde_json::json;
use tower::ServiceExt;

use crate::client::{CLOUD, Desk, LOCAL, local_turn, spoken_turn, with};

#[tokio::test]
async fn a_request_is_remembered_without_its_key() {
    let desk = Desk::new().await;
    desk.post(CLOUD, &spoken_turn()).await;
    let requests = desk.fake.requests();
    let seen = &requests[0];
    assert_eq!(
        (seen.number, seen.method.as_str(), seen.path.as_str()),
        (0, "POST", CLOUD)
    );
    assert_eq!(
        (seen.role, seen.script, seen.key),
        (Some(Role::Partner), Script::Happy, KeyShown::Right)
    );
    assert_eq!(
        (seen.status, seen.is_finished, seen.left_early),
        (Some(200), true, false)
    );
    assert_eq!(seen.model.as_deref(), Some("qwen3.5-omni-flash"));
    assert_eq!(seen.body, spoken_turn());
    assert!(!format!("{requests:?}{:?}", desk.fake).contains("sk-fake"));
    desk.fake.forget_requests();
    assert!(desk.fake.requests().is_empty());
    desk.post(CLOUD, &spoken_turn()).await;
    assert_eq!(desk.fake.requests()[0].number, 1);
}

#[tokio::test]
async fn only_so_many_are_remembered() {
    let desk = Desk::with(FakeModelsOptions {
        remembered: 2,
        ..FakeModelsOptions::default()
    })
    .await;
    for _ in 0..5 {
        desk.get("/health").await;
    }
    let numbers: Vec<usize> = desk
        .fake
        .requests()
        .iter()
        .map(|request| request.number)
        .collect();
    assert_eq!(numbers, [3, 4]);
}

#[tokio::test]
async fn a_header_goes_before_a_model_and_that_before_the_queue_and_the_usual() {
    let desk = Desk::new().await;
    desk.fake.configure(|options| options.script = Script::NoUsage);
    desk.fake.always(Role::Partner, Script::Crlf);
    desk.fake.script(Role::Partner, [Script::NoDone]);
    let by_model = with(spoken_turn(), "/model", json!("test/length"));
    desk.acted("odd_bytes", CLOUD, &by_model).await;
    desk.post(CLOUD, &by_model).await;
    desk.post(CLOUD, &spoken_turn()).await;
    desk.post(CLOUD, &spoken_turn()).await;
    desk.get("/health").await;
    let scripts: Vec<Script> = desk
        .fake
        .requests()
        .iter()
        .map(|request| request.script)
        .collect();
    assert_eq!(
        scripts,
        [
            Script::OddBytes,
            Script::Length,
            Script::NoDone,
            Script::Crlf,
            Script::NoUsage
        ]
    );
}

#[tokio::test]
async fn a_script_of_another_role_changes_nothing() {
    let desk = Desk::new().await;
    let told = desk
        .post(LOCAL, &with(local_turn(), "/model", json!("test/obj_success_3")))
        .await;
    assert_eq!(told.words(), "Come in, sit down. What’s on your mind?");
    assert_eq!(desk.fake.requests()[0].script, Script::Happy);
}

#[tokio::test]
async fn a_client_that_leaves_before_the_first_byte_is_noticed() {
    let desk = Desk::with(FakeModelsOptions::default()).await;
    let stream = desk.raw("slow_first", CLOUD, &spoken_turn()).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(desk.fake.requests()[0].status, None);
    drop(stream);
    for _ in 0..100 {
        let seen = desk.fake.requests().remove(0);
        if seen.left_early {
            assert!(seen.status.is_none() && seen.first_byte_at.is_none() && !seen.is_finished);
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nobody noticed that the client had gone");
}

/// Waits cost nothing where time is simulated and there is no socket.
#[tokio::test(start_paused = true)]
async fn it_is_called_in_process_on_a_paused_clock() {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let request = axum::http::Request::post(CLOUD)
        .header("authorization", "Bearer sk-fake-0123456789abcdef")
        .header("x-test-script", "slow_first")
        .body(Body::from(spoken_turn().to_string()))
        .unwrap();
    let started = tokio::time::Instant::now();
    let Ok(answer) = fake.router().oneshot(request).await;
    assert_eq!(started.elapsed(), Duration::from_secs(25));
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(body.ends_with(b"data: [DONE]\n\n"));
    assert!(fake.requests()[0].is_finished);
}

#[tokio::test]
async fn it_stops_listening_when_it_is_dropped() {
    let desk = Desk::new().await;
    let address = desk.served.url.strip_prefix("http://").unwrap().to_owned();
    let Desk { served, .. } = desk;
    drop(served);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
