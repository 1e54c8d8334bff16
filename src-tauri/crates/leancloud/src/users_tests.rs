//! Users, as they come into being, sign in and leave.

use serde_json::json;

use super::*;
use crate::scripted::{client, json};
use crate::{Dialect, Next, Reason};

fn hush() -> Secret {
    Secret::new("hush")
}

fn user(session: Option<&str>) -> Value {
    let mut user =
        json!({"objectId": "u1", "username": "x7", "authData": {"anonymous": {"id": "secret"}}, "n": 1});
    if let Some(session) = session {
        user["sessionToken"] = Value::from(session);
    }
    user
}

#[tokio::test]
async fn an_anonymous_user_comes_into_being_once_and_is_signed_in() {
    let steps = [json(201, user(Some("s1"))), json(200, user(Some("s2")))];
    let (client, seen) = client(Dialect::LeanCloud, steps);
    let id = AnonymousId::from_random([9; 16]);
    let first = client.users().anonymous(&id).await.unwrap();
    assert_eq!((first.id.as_str(), first.new), ("u1", true));
    assert_eq!(client.session(), Some(SessionToken::new("s1")));
    let second = client.users().anonymous(&id).await.unwrap();
    assert!(!second.new && second.id == first.id);
    assert_eq!(client.session(), Some(SessionToken::new("s2")));
    let request = &seen.seen()[0];
    assert_eq!(request.line, "POST /1.1/users");
    assert_eq!(request.header("x-lc-session"), None);
    assert_eq!(
        request.json(),
        json!({"authData": {"anonymous": {"id": id.expose()}}})
    );
    // What signs in is not handed around.
    assert_eq!(first.fields.keys().collect::<Vec<_>>(), ["n"]);
}

#[tokio::test]
async fn an_id_that_nobody_has_brings_nobody_into_being() {
    let id = AnonymousId::from_random([9; 16]);
    let refusal = json(400, json!({"code": 211, "error": "Could not find user."}));
    let (leancloud, seen) = client(Dialect::LeanCloud, [refusal]);
    assert_eq!(leancloud.users().known_anonymous(&id).await.unwrap(), None);
    assert_eq!(seen.seen()[0].line, "POST /1.1/users?failOnNotExist=true");

    let (parse, seen) = client(
        Dialect::Parse,
        [json(201, user(Some("s1"))), json(200, json!({}))],
    );
    assert_eq!(parse.users().known_anonymous(&id).await.unwrap(), None);
    let deletion = &seen.seen()[1];
    assert!(
        deletion.line.starts_with("DELETE ") && deletion.line.ends_with("/users/u1"),
        "{}",
        deletion.line
    );
    assert_eq!(parse.session(), None);

    let (client, _) = client(Dialect::Parse, [json(200, user(Some("s1")))]);
    let known = client.users().known_anonymous(&id).await.unwrap().unwrap();
    assert_eq!(known.id.as_str(), "u1");
}

#[tokio::test]
async fn a_wrong_password_is_the_same_on_both_servers() {
    for (dialect, status, code) in [(Dialect::LeanCloud, 400, 210), (Dialect::Parse, 404, 101)] {
        let (client, seen) = client(dialect, [json(status, json!({"code": code, "error": "no"}))]);
        let error = client.users().log_in("robin", &hush()).await.unwrap_err();
        assert_eq!(error.next(), Next::SignInAgain);
        let request = &seen.seen()[0];
        assert!(request.line.ends_with("/login"), "{}", request.line);
        assert_eq!(request.json(), json!({"username": "robin", "password": "hush"}));
    }
}

#[tokio::test]
async fn somebody_signs_up_signs_in_and_is_known() {
    let steps = [
        json(
            201,
            json!({"objectId": "u1", "createdAt": "2019-09-19T04:45:53.884Z", "sessionToken": "s1"}),
        ),
        json(200, user(Some("s2"))),
        json(200, user(Some("s2"))),
        json(400, json!({"code": 202, "error": "taken"})),
        json(201, json!({"objectId": "u1"})),
    ];
    let (client, seen) = client(Dialect::Parse, steps);
    let new = client.users().sign_up("robin", &hush()).await.unwrap();
    assert_eq!((new.username.as_deref(), new.new), (Some("robin"), true));
    let old = client.users().log_in("robin", &hush()).await.unwrap();
    assert!(!old.new);
    assert_eq!(client.users().me().await.unwrap().id.as_str(), "u1");
    assert_eq!(seen.seen()[2].header("x-parse-session-token"), Some("s2"));
    let taken = client.users().sign_up("robin", &hush()).await.unwrap_err();
    assert_eq!(
        taken.next(),
        Next::Stuck {
            reason: Reason::Taken
        }
    );
    assert!(matches!(
        client.users().sign_up("r", &hush()).await,
        Err(Error::Malformed { .. })
    ));
}

#[tokio::test]
async fn an_anonymous_user_gets_a_name_and_keeps_its_id() {
    let steps = [
        json(200, json!({"updatedAt": "x", "sessionToken": "s9"})),
        json(200, json!({"updatedAt": "x"})),
    ];
    let (client, seen) = client(Dialect::Parse, steps);
    let id = ObjectId::new("u1").unwrap();
    client.users().give_name(&id, "robin", &hush()).await.unwrap();
    assert_eq!(client.session(), Some(SessionToken::new("s9")));
    client.users().give_name(&id, "robin", &hush()).await.unwrap();
    assert_eq!(client.session(), Some(SessionToken::new("s9")));
    assert_eq!(seen.lines(), ["PUT /parse/users/u1"; 2]);
}

#[tokio::test]
async fn whoever_leaves_is_signed_out() {
    let refused = json(400, json!({"code": 206, "error": "no session"}));
    let (client, seen) = client(Dialect::LeanCloud, [refused, json(200, json!({}))]);
    let id = ObjectId::new("u1").unwrap();
    assert_eq!(
        client.users().delete(&id).await.unwrap_err().next(),
        Next::SignInAgain
    );
    assert!(client.session().is_some());
    client.users().delete(&id).await.unwrap();
    assert_eq!(client.session(), None);
    assert_eq!(seen.lines(), ["DELETE /1.1/users/u1"; 2]);
}

#[tokio::test]
async fn a_session_that_ran_out_is_said() {
    for (dialect, code) in [(Dialect::LeanCloud, 211), (Dialect::Parse, 209)] {
        let (client, _) = client(dialect, [json(400, json!({"code": code, "error": "stale"}))]);
        assert_eq!(client.users().me().await.unwrap_err().next(), Next::SignInAgain);
    }
}
