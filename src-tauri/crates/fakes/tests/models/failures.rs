//! Scripts that fail: their bodies as documented, and how often.

use serde_json::{Value, json};

use crate::client::{CLOUD, Desk, LOCAL, NATIVE, data_url, local_turn, mp3, spoken_turn, with};

use rehearse_fakes::models::{Role, Script};

/// The body with its own request id put in place of the dots.
fn expected(told: &crate::client::Told, body: &str) -> String {
    body.replace('…', told.header("x-request-id"))
}

#[tokio::test]
async fn failures_of_the_cloud_have_the_documented_bodies() {
    let desk = Desk::new().await;
    for (script, status, body) in [
        (
            "err_401",
            401,
            r#"{"error":{"message":"Incorrect API key provided. See the documentation on error codes.","type":"invalid_request_error","param":null,"code":"invalid_api_key"},"request_id":"…"}"#,
        ),
        (
            "err_arrearage",
            400,
            r#"{"error":{"code":"Arrearage","param":null,"message":"Access denied, please make sure your account is in good standing.","type":"Arrearage"},"id":"chatcmpl-…","request_id":"…"}"#,
        ),
        (
            "err_native",
            401,
            r#"{"code":"InvalidApiKey","message":"Invalid API-key provided.","request_id":"…"}"#,
        ),
        (
            "err400_data_prefix",
            400,
            "data: {\"error\":{\"message\":\"Output data may contain inappropriate content.\",\"type\":\"data_inspection_failed\",\"param\":null,\"code\":\"data_inspection_failed\"}}\n\n",
        ),
        (
            "err_403",
            403,
            r#"{"error":{"message":"Access denied.","type":"access_denied","param":null,"code":"access_denied"},"request_id":"…"}"#,
        ),
        (
            "err_404",
            404,
            r#"{"error":{"message":"The model `qwen3.5-omni-flash` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"},"request_id":"…"}"#,
        ),
    ] {
        let told = desk.acted(script, CLOUD, &spoken_turn()).await;
        assert_eq!(
            (told.status, told.text()),
            (status, expected(&told, body)),
            "{script}"
        );
    }
}

#[tokio::test]
async fn failures_of_other_servers_have_theirs() {
    let desk = Desk::new().await;
    let told = desk.acted("err_401", LOCAL, &local_turn()).await;
    let body = r#"{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}"#;
    assert_eq!((told.status, told.text().as_str()), (401, body));
    let told = desk.acted("err_404", LOCAL, &local_turn()).await;
    let body = r#"{"error":{"message":"model \"fake-omni\" not found","type":"not_found_error","param":null,"code":null}}"#;
    assert_eq!((told.status, told.text().as_str()), (404, body));

    let speech = json!({"model": "qwen3-tts-flash", "input": {"text": "Hello", "voice": "Cherry"}});
    let told = desk.acted("err_401", NATIVE, &speech).await;
    let body = r#"{"code":"InvalidApiKey","message":"Invalid API-key provided.","request_id":"…"}"#;
    assert_eq!((told.status, told.text()), (401, expected(&told, body)));
    let told = desk.acted("429_then_ok", NATIVE, &speech).await;
    assert_eq!(
        (told.status, told.json()["code"].as_str()),
        (429, Some("Throttling.RateQuota"))
    );

    let request = desk
        .request("POST", "/inference")
        .header("x-test-script", "err_403");
    let form = "--xyz\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\nID3abc\r\n--xyz--\r\n";
    let request = request.header("content-type", "multipart/form-data; boundary=xyz");
    let told = desk.send(request, form.into()).await;
    assert_eq!(
        (told.status, told.text().as_str()),
        (403, r#"{"error":"Access denied."}"#)
    );

    // A list of models fails too, so that a test of the connection can be tested.
    let request = desk
        .request("GET", "/compatible-mode/v1/models")
        .header("x-test-script", "err_401");
    assert_eq!(desk.send(request, "".into()).await.status, 401);
}

async fn statuses(desk: &Desk, script: &str, body: &Value, times: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..times {
        statuses.push(desk.acted(script, CLOUD, body).await.status);
    }
    statuses
}

#[tokio::test]
async fn a_failure_that_passes_passes_after_its_number_of_tries_and_comes_again() {
    let desk = Desk::new().await;
    let turn = spoken_turn();
    assert_eq!(
        statuses(&desk, "429_then_ok", &turn, 6).await,
        [429, 429, 200, 429, 429, 200]
    );
    assert_eq!(
        statuses(&desk, "429_insufficient_quota_then_ok", &turn, 3).await,
        [429, 200, 429]
    );
    assert_eq!(statuses(&desk, "503_then_ok", &turn, 2).await, [503, 200]);
    assert_eq!(statuses(&desk, "429_billing", &turn, 3).await, [429, 429, 429]);
    let told = desk.acted("retry_after", CLOUD, &turn).await;
    assert_eq!((told.status, told.header("retry-after")), (429, "1"));
    assert_eq!(statuses(&desk, "retry_after", &turn, 1).await, [200]);
}

#[tokio::test]
async fn each_request_has_a_count_of_its_own() {
    let desk = Desk::new().await;
    let another = with(spoken_turn(), "/messages/0/content", json!("Another brief."));
    let mut statuses = Vec::new();
    for body in [
        &spoken_turn(),
        &another,
        &spoken_turn(),
        &another,
        &spoken_turn(),
        &another,
    ] {
        statuses.push(desk.acted("429_then_ok", CLOUD, body).await.status);
    }
    assert_eq!(statuses, [429, 429, 429, 429, 200, 200]);
}

#[tokio::test]
async fn a_passing_failure_names_its_code() {
    let desk = Desk::new().await;
    for (script, status, code) in [
        ("429_then_ok", 429, "limit_requests"),
        ("429_insufficient_quota_then_ok", 429, "insufficient_quota"),
        ("429_billing", 429, "PrepaidBillOverdue"),
        ("503_then_ok", 503, "ModelUnavailable"),
        ("retry_after", 429, "limit_requests"),
    ] {
        let (told, _, named) = desk.acted(script, CLOUD, &spoken_turn()).await.error();
        assert_eq!((told, named), (status, json!(code)), "{script}");
    }
}

#[tokio::test]
async fn a_queued_script_stays_with_its_request_until_that_was_answered() {
    let desk = Desk::new().await;
    desk.fake
        .script(Role::Partner, [Script::TooManyThenOk, Script::Length]);
    let another = with(
        spoken_turn(),
        "/messages/0/content",
        json!("Speak English, please."),
    );
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(desk.post(CLOUD, &spoken_turn()).await.status);
    }
    assert_eq!(statuses, [429, 429, 200]);
    assert_eq!(desk.post(CLOUD, &another).await.words(), "Come in, sit down.");
    assert_eq!(
        desk.post(CLOUD, &another).await.words(),
        "Come in, sit down. What’s on your mind?"
    );
}

#[tokio::test]
async fn what_a_failed_try_would_have_heard_is_heard_by_the_next() {
    let desk = Desk::new().await;
    desk.fake.hears("I said this once.");
    desk.fake.script(Role::Transcriber, [Script::UnavailableThenOk]);
    let ask = json!({
        "model": "qwen3-asr-flash",
        "messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": data_url(&mp3())}}]}],
    });
    assert_eq!(desk.post(CLOUD, &ask).await.status, 503);
    let heard = desk.post(CLOUD, &ask).await.json();
    assert_eq!(heard["choices"][0]["message"]["content"], "I said this once.");
}
