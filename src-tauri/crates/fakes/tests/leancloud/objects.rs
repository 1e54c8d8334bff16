//! Objects: made, read, changed, deleted, and what is refused.

use rehearse_fakes::leancloud::{DefaultAcl, MissingDelete, Permission, Who};
use serde_json::{Value, json};

use crate::app::{App, By, escaped};

#[tokio::test]
async fn a_missing_row_reads_as_nothing_and_a_missing_class_as_an_error() {
    let app = App::new();
    app.row("Post", json!({"n": 1})).await;
    let told = app.get("/1.1/classes/Post/5d8308019c9235000886c4ce").await;
    assert_eq!((told.status, told.body), (200, json!({})));
    for path in ["/1.1/classes/Nothing", "/1.1/classes/Nothing/1"] {
        let told = app.get(path).await;
        assert_eq!(
            (told.status, told.body),
            (
                404,
                json!({"code": 101, "error": "Class or object doesn't exists."})
            )
        );
    }
    assert_eq!(
        app.put("/1.1/classes/Post/fakeid", json!({"n": 2}))
            .await
            .refusal(),
        (400, 1)
    );
}

#[tokio::test]
async fn an_update_answers_its_time_and_what_it_changed_where_that_is_asked() {
    let app = App::new();
    let id = app.row("Post", json!({"n": 1, "other": "x"})).await;
    app.wait_millis(1500);
    let told = app
        .put(
            &format!("/1.1/classes/Post/{id}"),
            json!({"n": {"__op": "Increment", "amount": 2}}),
        )
        .await;
    assert_eq!(
        told.body,
        json!({"updatedAt": "2026-03-02T08:00:01.500Z", "objectId": id})
    );
    let told = app
        .put(
            &format!("/1.1/classes/Post/{id}?new=true"),
            json!({"n": {"__op": "Decrement", "amount": 1}}),
        )
        .await;
    assert_eq!(
        told.body,
        json!({"updatedAt": "2026-03-02T08:00:01.500Z", "objectId": id, "n": 2})
    );
}

#[tokio::test]
async fn a_condition_that_does_not_hold_has_code_305() {
    let app = App::new();
    let id = app.row("Post", json!({"n": 1})).await;
    let path = |n: i64| format!("/1.1/classes/Post/{id}?where={}", escaped(&json!({"n": n})));
    let told = app.put(&path(2), json!({"n": 5})).await;
    assert_eq!(
        (told.status, told.body),
        (
            400,
            json!({"code": 305, "error": "No effect on updating/deleting a document."})
        )
    );
    assert_eq!(app.put(&path(1), json!({"n": 5})).await.status, 200);
    assert_eq!(app.delete(&path(1)).await.refusal(), (400, 305));
    assert_eq!(app.delete(&path(5)).await.status, 200);
}

#[tokio::test]
async fn a_refused_write_leaves_no_trace_not_even_a_type() {
    let app = App::new();
    let id = app.row("Post", json!({"n": 1})).await;
    let told = app
        .put(
            &format!("/1.1/classes/Post/{id}"),
            json!({"fresh": "x", "n": "y"}),
        )
        .await;
    assert_eq!(told.refusal(), (400, 111));
    assert_eq!(app.fake.column_type("Post", "fresh"), None);
    app.put(&format!("/1.1/classes/Post/{id}"), json!({"fresh": 1}))
        .await;
    assert_eq!(app.fake.column_type("Post", "fresh").as_deref(), Some("Number"));
}

#[tokio::test]
async fn null_first_locks_a_column_to_object() {
    let app = App::new();
    let id = app.row("PracticeSession", json!({"endedAt": null})).await;
    let told = app
        .put(
            &format!("/1.1/classes/PracticeSession/{id}"),
            json!({"endedAt": "2026-01-02"}),
        )
        .await;
    assert_eq!(told.refusal(), (400, 111));
    assert_eq!(
        told.body["error"],
        "Invalid value type for field 'endedAt',value '\"2026-01-02\"',expect type is {:type \"Object\"},\
         but it is '{:type \"String\"}'."
    );
}

#[tokio::test]
async fn a_unique_column_has_no_twins() {
    let app = App::with(|options| {
        options.unique.insert(("Turn".to_owned(), "clientId".to_owned()));
    });
    app.row("Turn", json!({"clientId": "a"})).await;
    app.row("Turn", json!({"n": 1})).await;
    app.row("Turn", json!({"n": 2})).await;
    assert_eq!(
        app.post("/1.1/classes/Turn", json!({"clientId": "a"}))
            .await
            .refusal(),
        (400, 137)
    );
    let other = app.row("Turn", json!({"clientId": "b"})).await;
    assert_eq!(
        app.put(&format!("/1.1/classes/Turn/{other}"), json!({"clientId": "a"}))
            .await
            .refusal(),
        (400, 137)
    );
    assert_eq!(
        app.put(&format!("/1.1/classes/Turn/{other}"), json!({"clientId": "b"}))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn names_and_acls_are_checked() {
    let app = App::new();
    for (path, body, code) in [
        ("/1.1/classes/1a", json!({}), 103),
        ("/1.1/classes/Post", json!({"objectId": "x"}), 105),
        ("/1.1/classes/Post", json!({"meta.a": 1}), 105),
        ("/1.1/classes/Post", json!({"meta": {"$a": 1}}), 121),
        ("/1.1/classes/Post", json!({"ACL": {"*": true}}), 123),
    ] {
        assert_eq!(app.post(path, body).await.refusal(), (400, code));
    }
    assert!(app.fake.rows("Post").is_empty());
}

#[tokio::test]
async fn deleting_what_is_not_there_answers_as_it_was_told_to() {
    for (missing, expected) in [
        (MissingDelete::Succeeds, (200, 0)),
        (MissingDelete::NotFound, (404, 101)),
        (MissingDelete::CouldNotFind, (400, 1)),
    ] {
        let app = App::with(|options| options.missing_delete = missing);
        app.row("Post", json!({"n": 1})).await;
        assert_eq!(app.delete("/1.1/classes/Post/fakeid").await.refusal(), expected);
    }
}

#[tokio::test]
async fn an_acl_hides_a_row_and_guards_it() {
    let app = App::new();
    let (owner, session) = app.user("one").await;
    let (_, stranger) = app.user("two").await;
    let id = app
        .row(
            "Turn",
            json!({"n": 1, "ACL": {owner: {"read": true, "write": true}}}),
        )
        .await;
    let path = format!("/1.1/classes/Turn/{id}");
    assert_eq!(
        app.ask(By::Session(&session), "GET", &path, Value::Null)
            .await
            .body["n"],
        1
    );
    for by in [By::Anyone, By::Session(&stranger)] {
        assert_eq!(app.ask(by, "GET", &path, Value::Null).await.body, json!({}));
        assert_eq!(
            app.ask(by, "GET", "/1.1/classes/Turn?count=1", Value::Null)
                .await
                .body,
            json!({"results": [], "count": 0})
        );
        let told = app.ask(by, "PUT", &path, json!({"n": 2})).await;
        assert_eq!(
            (told.status, told.body["error"].as_str()),
            (403, Some("Forbidden writing by object's ACL."))
        );
        assert_eq!(app.ask(by, "DELETE", &path, json!({})).await.status, 403);
    }
    assert_eq!(app.ask(By::Master, "DELETE", &path, json!({})).await.status, 200);
}

#[tokio::test]
async fn an_acl_comes_back_only_where_console_and_query_want_it() {
    let app = App::new();
    let id = app.row("Turn", json!({"n": 1})).await;
    let path = format!("/1.1/classes/Turn/{id}?returnACL=true");
    assert_eq!(app.get(&path).await.body.get("ACL"), None);
    app.fake.configure(|options| options.acl_in_results = true);
    assert_eq!(
        app.get(&path).await.body["ACL"],
        json!({"*": {"read": true, "write": true}})
    );
    assert_eq!(
        app.get(&format!("/1.1/classes/Turn/{id}")).await.body.get("ACL"),
        None
    );
}

#[tokio::test]
async fn the_console_sets_default_acls_and_class_permissions() {
    let app = App::with(|options| options.default_acl = DefaultAcl::Owner);
    let (owner, session) = app.user("one").await;
    app.ask(
        By::Session(&session),
        "POST",
        "/1.1/classes/Turn",
        json!({"n": 1}),
    )
    .await;
    assert_eq!(
        app.fake.rows("Turn")[0]["ACL"],
        json!({owner: {"read": true, "write": true}})
    );
    app.fake.configure(|options| {
        options
            .permissions
            .insert(("Turn".to_owned(), Permission::Find), Who::Users);
        options
            .permissions
            .insert(("Turn".to_owned(), Permission::AddFields), Who::Nobody);
    });
    let told = app.get("/1.1/classes/Turn").await;
    assert_eq!(
        (told.status, told.body["error"].as_str()),
        (403, Some("Forbidden to find by class 'Turn' permissions."))
    );
    assert_eq!(
        app.ask(By::Session(&session), "GET", "/1.1/classes/Turn", Value::Null)
            .await
            .status,
        200
    );
    assert_eq!(
        app.post("/1.1/classes/Turn", json!({"fresh": 1})).await.status,
        403
    );
    assert_eq!(app.post("/1.1/classes/Turn", json!({"n": 1})).await.status, 201);
}

#[tokio::test]
async fn imported_rows_keep_their_ids_and_set_types() {
    let app = App::new();
    app.fake.import("Turn", [json!({"objectId": "5cc6abe117b54d7448151efc", "createdAt": "2019-04-29T07:46:41.687Z", "updatedAt": "2020-11-04T03:29:17.441Z", "startedAt": {"value": "x"}})]);
    let told = app.get("/1.1/classes/Turn/5cc6abe117b54d7448151efc").await;
    assert_eq!(told.body["updatedAt"], "2020-11-04T03:29:17.441Z");
    assert_eq!(
        app.post("/1.1/classes/Turn", json!({"startedAt": "x"}))
            .await
            .refusal(),
        (400, 111)
    );
}
