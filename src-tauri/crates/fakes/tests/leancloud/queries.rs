//! Queries: limits, cuts, pages by time, and what is expanded.

use serde_json::{Value, json};

use crate::app::{App, escaped};

fn column(told: &Value, name: &str) -> Vec<Value> {
    told["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row[name].clone())
        .collect()
}

#[tokio::test]
async fn results_beyond_six_megabytes_are_left_off_without_a_word() {
    let app = App::new();
    for n in 0..8 {
        app.row("Turn", json!({"n": n, "text": "x".repeat(1024 * 1024)}))
            .await;
    }
    let told = app.get("/1.1/classes/Turn?count=1&order=n").await;
    assert_eq!((told.status, told.body["count"].clone()), (200, json!(8)));
    assert_eq!(column(&told.body, "n"), [0, 1, 2, 3, 4].map(|n| json!(n)));
}

#[tokio::test]
async fn pages_by_the_time_of_the_last_change() {
    let app = App::new();
    for n in 0..4 {
        app.row("Turn", json!({"n": n})).await;
        app.wait_millis(if n % 2 == 0 { 0 } else { 1000 });
    }
    let since = json!({"updatedAt": {"$gte": {"__type": "Date", "iso": "2026-03-02T08:00:01.000Z"}}});
    let told = app
        .get(&format!(
            "/1.1/classes/Turn?order=updatedAt,objectId&where={}",
            escaped(&since)
        ))
        .await;
    assert_eq!(column(&told.body, "n"), [json!(2), json!(3)]);
}

#[tokio::test]
async fn a_column_that_does_not_exist_is_refused_unless_the_console_says_otherwise() {
    let app = App::new();
    app.row("Turn", json!({"n": 1})).await;
    let unknown = format!("/1.1/classes/Turn?where={}", escaped(&json!({"clientId": "a"})));
    assert_eq!(app.get(&unknown).await.refusal(), (400, 700));
    assert_eq!(
        app.get("/1.1/classes/Turn?order=-sequence").await.refusal(),
        (400, 700)
    );
    app.fake
        .configure(|options| options.unknown_columns_are_refused = false);
    assert_eq!(app.get(&unknown).await.body, json!({"results": []}));
}

#[tokio::test]
async fn pointers_are_expanded_in_place() {
    let app = App::new();
    let parent = app.row("PracticeSession", json!({"title": "budget"})).await;
    let pointer = json!({"__type": "Pointer", "className": "PracticeSession", "objectId": parent});
    let lost = json!({"__type": "Pointer", "className": "PracticeSession", "objectId": "fakeid"});
    app.row("Turn", json!({"session": pointer})).await;
    app.row("Turn", json!({"session": lost})).await;
    let told = app
        .get("/1.1/classes/Turn?include=session&order=createdAt,objectId")
        .await;
    let sessions = column(&told.body, "session");
    assert_eq!(sessions[0]["title"], "budget");
    assert_eq!(
        (sessions[0]["__type"].as_str(), sessions[0]["className"].as_str()),
        (Some("Pointer"), Some("PracticeSession"))
    );
    assert_eq!(sessions[1], lost);
}

#[tokio::test]
async fn a_condition_that_is_no_json_is_refused() {
    let app = App::new();
    app.row("Turn", json!({"n": 1})).await;
    assert_eq!(
        app.get("/1.1/classes/Turn?where=%7Bn").await.refusal(),
        (400, 107)
    );
}
