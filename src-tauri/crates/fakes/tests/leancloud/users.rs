//! Users and their sessions.

use rehearse_fakes::leancloud::StaleSession;
use serde_json::{Value, json};

use crate::app::{App, By};

#[tokio::test]
async fn an_anonymous_id_makes_a_user_once_and_logs_in_ever_after() {
    let app = App::new();
    let body = json!({"authData": {"anonymous": {"id": "a73bb25b"}}});
    let first = app.post("/1.1/users", body.clone()).await;
    assert_eq!(first.status, 201);
    let id = first.body["objectId"].as_str().unwrap();
    assert_eq!(first.header("location"), format!("/1.1/classes/_User/{id}"));
    for name in ["username", "sessionToken"] {
        assert_eq!(first.body[name].as_str().unwrap().len(), 25);
    }
    assert_eq!(
        (
            first.body["emailVerified"].clone(),
            first.body["authData"].clone()
        ),
        (json!(false), body["authData"].clone())
    );
    let again = app.post("/1.1/users?", body).await;
    assert_eq!(
        (again.status, &again.body["sessionToken"]),
        (200, &first.body["sessionToken"])
    );
    let unknown = json!({"authData": {"anonymous": {"id": "other"}}});
    assert_eq!(
        app.post("/1.1/users?failOnNotExist=true", unknown)
            .await
            .refusal(),
        (400, 211)
    );
}

#[tokio::test]
async fn a_session_is_whose_it_says_until_it_is_renewed() {
    let app = App::new();
    let (id, token) = app.user("one").await;
    let me = app
        .ask(By::Session(&token), "GET", "/1.1/users/me", Value::Null)
        .await;
    assert_eq!(me.body["objectId"], id.as_str());
    let renewed = app
        .ask(
            By::Session(&token),
            "PUT",
            &format!("/1.1/users/{id}/refreshSessionToken"),
            json!({}),
        )
        .await;
    assert_ne!(renewed.body["sessionToken"], token.as_str());
    assert_eq!(
        app.ask(By::Session(&token), "GET", "/1.1/users/me", Value::Null)
            .await
            .refusal(),
        (400, 211)
    );
    assert_eq!(
        app.ask(By::Session(&token), "POST", "/1.1/classes/Turn", json!({"n": 1}))
            .await
            .status,
        201
    );
    app.fake
        .configure(|options| options.stale_session = StaleSession::IsRefused);
    assert_eq!(
        app.ask(By::Session(&token), "POST", "/1.1/classes/Turn", json!({"n": 1}))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn too_many_wrong_passwords_lock_a_user_for_a_while() {
    let app = App::new();
    app.post("/1.1/users", json!({"username": "ann", "password": "secret"}))
        .await;
    let log_in = |password: &str| json!({"username": "ann", "password": password});
    for _ in 0..6 {
        assert_eq!(
            app.post("/1.1/login", log_in("wrong")).await.refusal(),
            (400, 210)
        );
    }
    assert_eq!(
        app.post("/1.1/login", log_in("secret")).await.refusal(),
        (400, 219)
    );
    app.wait_millis(16 * 60 * 1000);
    assert_eq!(app.post("/1.1/login", log_in("secret")).await.status, 200);
}

#[tokio::test]
async fn an_anonymous_user_gets_a_name_and_nobody_else_may_give_it() {
    let app = App::new();
    let (id, token) = app.user("one").await;
    let (_, stranger) = app.user("two").await;
    let path = format!("/1.1/users/{id}");
    let named = json!({"username": "ann", "password": "secret"});
    assert_eq!(
        app.ask(By::Session(&stranger), "PUT", &path, named.clone())
            .await
            .refusal(),
        (400, 206)
    );
    assert_eq!(app.put(&path, named.clone()).await.refusal(), (400, 206));
    assert_eq!(
        app.ask(By::Session(&token), "PUT", &path, named.clone())
            .await
            .status,
        200
    );
    assert_eq!(app.post("/1.1/login", named).await.body["objectId"], id.as_str());
    let unlink = json!({"authData.anonymous": {"__op": "Delete"}});
    assert_eq!(
        app.ask(By::Session(&token), "PUT", &path, unlink).await.status,
        200
    );
    let told = app
        .post("/1.1/users", json!({"authData": {"anonymous": {"id": "one"}}}))
        .await;
    assert_eq!(told.status, 201);
    assert!(
        app.fake
            .rows("_User")
            .iter()
            .all(|user| user.get("password").is_none())
    );
}

#[tokio::test]
async fn other_users_keep_their_identities_to_themselves() {
    let app = App::new();
    let (id, _) = app.user("one").await;
    let (_, stranger) = app.user("two").await;
    let seen = app
        .ask(
            By::Session(&stranger),
            "GET",
            &format!("/1.1/users/{id}"),
            Value::Null,
        )
        .await;
    assert_eq!(
        (
            seen.status,
            seen.body.get("authData"),
            seen.body.get("sessionToken")
        ),
        (200, None, None)
    );
    assert_eq!(app.get("/1.1/users/fakeid").await.refusal(), (400, 211));
}
