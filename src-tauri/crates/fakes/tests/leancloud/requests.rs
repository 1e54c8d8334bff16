//! Keys, forms of requests and answers, batches, limits of the app.

use axum::http::Request;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::app::{App, By};

#[tokio::test]
async fn a_request_without_the_apps_keys_is_refused() {
    let app = App::new();
    let request = |key: &str| {
        Request::get("/1.1/date")
            .header("x-lc-id", app.fake.options().app_id)
            .header("x-lc-key", key.to_owned())
            .body(Bytes::new())
            .unwrap()
    };
    for key in [
        "wrong",
        "",
        "fakeAppKey00000000000000,master",
        "fakeMasterKey00000000000",
    ] {
        let told = app.send(request(key)).await.unwrap();
        assert_eq!(
            (told.status, told.body),
            (401, json!({"code": 401, "error": "Unauthorized."})),
            "{key}"
        );
    }
    assert_eq!(
        app.send(request("fakeAppKey00000000000000"))
            .await
            .unwrap()
            .status,
        200
    );
}

#[tokio::test]
async fn answers_look_like_leanclouds() {
    let app = App::new();
    let told = app.post("/1.1/classes/Post", json!({"url": "a/b"})).await;
    assert_eq!(told.status, 201);
    let id = told.body["objectId"].as_str().unwrap();
    assert_eq!(
        told.body,
        json!({"objectId": id, "createdAt": "2026-03-02T08:00:00.000Z"})
    );
    assert_eq!(told.header("location"), format!("/1.1/classes/Post/{id}"));
    assert_eq!(told.header("content-type"), "application/json;charset=utf-8");
    assert_eq!(told.header("cache-control"), "no-cache,no-store");
    assert_eq!(told.header("date"), "Mon, 02 Mar 2026 08:00:00 GMT");
    let read = app.get(&format!("/1.1/classes/Post/{id}?")).await;
    assert!(String::from_utf8_lossy(&read.bytes).contains(r"a\/b"));
    assert_eq!(read.body["url"], "a/b");
    assert_eq!(
        app.get("/1.1/date").await.body,
        json!({"__type": "Date", "iso": "2026-03-02T08:00:00.000Z"})
    );
}

#[tokio::test]
async fn a_restricted_client_hides_method_and_keys_in_a_text() {
    let app = App::new();
    let id = app.row("Post", json!({"n": 1})).await;
    let options = app.fake.options();
    let body = json!({"_method": "PUT", "_ApplicationId": options.app_id, "_ApplicationKey": options.app_key, "n": 2});
    let request = Request::post(format!("/1.1/classes/Post/{id}")).header("content-type", "text/plain");
    let told = app
        .send(request.body(Bytes::from(body.to_string())).unwrap())
        .await
        .unwrap();
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!(app.fake.rows("Post")[0]["n"], 2);
}

#[tokio::test]
async fn bodies_are_json_and_not_too_long() {
    let app = App::with(|options| options.body_bytes = 100);
    let mut request = app.request(By::Anyone, "POST", "/1.1/classes/Post", &json!({}));
    *request.body_mut() = Bytes::from_static(b"{not json");
    assert_eq!(app.send(request).await.unwrap().refusal(), (400, 107));
    assert_eq!(
        app.post("/1.1/classes/Post", json!([1])).await.refusal(),
        (400, 107)
    );
    assert_eq!(
        app.post("/1.1/classes/Post", json!({"text": "x".repeat(100)}))
            .await
            .status,
        413
    );
}

#[tokio::test]
async fn a_batch_goes_one_by_one_and_each_item_has_its_own_end() {
    let app = App::new();
    let [one, two] = [
        app.row("Turn", json!({"n": 1})).await,
        app.row("Turn", json!({"n": 2})).await,
    ];
    let told = app
        .post(
            "/1.1/batch",
            json!({"requests": [
                {"method": "POST", "path": "/1.1/classes/Turn", "body": {"n": 3}},
                {"method": "PUT", "path": "/1.1/classes/Turn/fakeid", "body": {"n": 4}},
                {"method": "PUT", "path": format!("/1.1/classes/Turn/{one}"), "body": {"n": {"__op": "Increment", "amount": 9}}, "params": {"fetchWhenSave": true}},
                {"method": "GET", "path": "/1.1/classes/Turn", "params": {"where": {"n": 10}, "count": 1}},
                {"method": "GET", "path": "/1.1/classes/Turn/fakeid"},
                {"method": "DELETE", "path": format!("/1.1/classes/Turn/{one},{two}"), "body": {}},
            ]}),
        )
        .await;
    assert_eq!(told.status, 200);
    let items = told.body.as_array().unwrap();
    assert_eq!(items[0]["success"]["createdAt"], "2026-03-02T08:00:00.000Z");
    assert_eq!(
        items[1],
        json!({"error": {"code": 1, "error": "Could not find object by id 'fakeid' for class 'Turn'."}})
    );
    assert_eq!(items[2]["success"]["n"], 10);
    assert_eq!(items[3]["success"]["count"], 1);
    assert_eq!(items[4], json!({"success": null}));
    assert_eq!(items[5], json!({"success": {}}));
    assert_eq!(app.fake.rows("Turn").len(), 1);
    assert_eq!(app.fake.billed(), 2 + 6);
}

#[tokio::test]
async fn a_days_calls_run_out_and_the_next_day_brings_new_ones() {
    let app = App::with(|options| options.daily_calls = Some(2));
    app.row("Turn", json!({"n": 1})).await;
    app.row("Turn", json!({"n": 2})).await;
    assert_eq!(
        app.post("/1.1/classes/Turn", json!({"n": 3})).await.refusal(),
        (400, 140)
    );
    app.wait_millis(24 * 3600 * 1000);
    app.row("Turn", json!({"n": 3})).await;
}

#[tokio::test]
async fn schemas_and_scans_are_the_masters() {
    let app = App::new();
    for n in 0..3 {
        app.row("Turn", json!({"n": n})).await;
    }
    assert_eq!(app.get("/1.1/scan/classes/Turn").await.refusal(), (403, 403));
    assert_eq!(app.get("/1.1/schemas/Turn").await.status, 403);
    let first = app
        .ask(By::Master, "GET", "/1.1/scan/classes/Turn?limit=2", Value::Null)
        .await;
    let cursor = first.body["cursor"].as_str().unwrap();
    let address = format!("/1.1/scan/classes/Turn?limit=2&cursor={cursor}");
    let rest = app.ask(By::Master, "GET", &address, Value::Null).await;
    assert_eq!(
        (
            first.body["results"].as_array().unwrap().len(),
            rest.body["cursor"].clone()
        ),
        (2, Value::Null)
    );
    assert_eq!(rest.body["results"][0]["n"], 2);
    app.wait_millis(11 * 60 * 1000);
    assert_eq!(
        app.ask(By::Master, "GET", &address, Value::Null).await.refusal(),
        (400, 1)
    );
    let schema = app.ask(By::Master, "GET", "/1.1/schemas/Turn", Value::Null).await;
    assert_eq!(schema.body["n"], json!({"type": "Number"}));
}

#[tokio::test]
async fn every_request_is_remembered() {
    let app = App::new();
    app.row("Turn", json!({"n": 1})).await;
    app.ask(By::Master, "GET", "/1.1/classes/Turn?limit=1", Value::Null)
        .await;
    let seen = app.fake.requests();
    assert_eq!(
        (seen[0].method.as_str(), seen[0].path.as_str(), seen[0].status),
        ("POST", "/1.1/classes/Turn", Some(201))
    );
    assert!(seen[1].master && seen[1].query == "limit=1" && seen[1].reached);
    assert_eq!((app.fake.api_requests(), app.fake.peak_in_flight()), (2, 1));
}
