//! What a client does by itself: wait for a busy server, set its clock, sign in again; and what it does not.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::*;
use crate::scripted::{Step, broken, client, json, owner, text};
use crate::{AnonymousId, Invalid, ObjectId, SignIn, TransportError, Update};

fn id() -> ObjectId {
    ObjectId::new("a1").unwrap()
}

fn stale(status: u16, code: i64) -> Step {
    json(status, json!({"code": code, "error": "no session"}))
}

#[tokio::test]
async fn a_request_says_who_asks_and_a_signature_stands_for_the_key() {
    let (client, seen) = client(Dialect::LeanCloud, [json(200, json!({}))]);
    client.class("Turn").unwrap().get(&id()).await.unwrap();
    let seen = &seen.seen()[0];
    assert_eq!(seen.line, "GET /1.1/classes/Turn/a1");
    assert_eq!(seen.header("x-lc-id"), Some("app"));
    assert!(seen.header("x-lc-sign").unwrap().ends_with(",1000000"));
    assert_eq!(seen.header("x-lc-key"), None);
    assert_eq!(seen.header("x-lc-session"), Some("session"));
    assert_eq!((seen.errand, seen.header("content-type")), (Errand::Api, None));
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_asked_again_after_a_while_that_grows_and_not_for_ever() {
    let busy = || json(429, json!({"code": 429, "error": "Too many requests."}));
    let (client, seen) = client(Dialect::LeanCloud, [busy(), busy(), json(200, json!({}))]);
    let before = Instant::now();
    client.class("Turn").unwrap().get(&id()).await.unwrap();
    // 1 s and 2 s, spread by a chance of one half.
    assert_eq!(before.elapsed().as_millis() / 10, (750 + 1500) / 10);
    assert_eq!(seen.lines().len(), 3);

    let (client, seen) = crate::scripted::client(Dialect::LeanCloud, (0..5).map(|_| busy()));
    let error = client.class("Turn").unwrap().get(&id()).await.unwrap_err();
    assert!(is_busy(&error), "{error:?}");
    assert_eq!(seen.lines().len(), 5);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_not_repeated() {
    for step in [
        broken(),
        json(502, json!({"code": 502, "error": "maintenance"})),
        text(502, "<html>"),
    ] {
        let (client, seen) = client(Dialect::LeanCloud, [step]);
        let error = client
            .class("Turn")
            .unwrap()
            .update(&id(), &Update::new())
            .await
            .unwrap_err();
        assert!(
            matches!(
                error.next(),
                Next::Later {
                    perhaps_done: true,
                    ..
                }
            ),
            "{error:?}"
        );
        assert_eq!(seen.lines().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_not_waited_for() {
    let (client, _) = client(Dialect::Parse, [Step::Hang]);
    let before = Instant::now();
    let error = client.class("Turn").unwrap().get(&id()).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut(_)), "{error:?}");
    assert_eq!(before.elapsed().as_secs(), 20);
}

#[tokio::test]
async fn nothing_is_sent_for_a_network_that_is_off_and_the_error_says_so() {
    let (client, _) = client(Dialect::Parse, [Step::Fail(TransportError::Offline)]);
    let error = client.class("Turn").unwrap().get(&id()).await.unwrap_err();
    assert!(matches!(error, Error::Transport(TransportError::Offline)));
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_set_by_the_server_that_refused_it() {
    let refused = || {
        Step::Answer(
            401,
            vec![],
            json!({"code": 401, "error": "Unauthorized."}).to_string(),
        )
    };
    let date = json(200, json!({"__type": "Date", "iso": "1970-01-01T01:00:00.000Z"}));
    let (client, seen) = client(Dialect::LeanCloud, [refused(), date, json(200, json!({}))]);
    client.class("Turn").unwrap().get(&id()).await.unwrap();
    let seen = seen.seen();
    assert_eq!(seen[1].line, "GET /1.1/date");
    assert_eq!(seen[1].header("x-lc-key"), Some("key"));
    assert!(seen[2].header("x-lc-sign").unwrap().ends_with(",3600000"));
}

#[tokio::test]
async fn the_date_of_the_refusal_itself_is_enough_and_a_right_clock_means_a_wrong_key() {
    let refused = |date: &str| {
        let body = json!({"code": 401, "error": "Unauthorized."}).to_string();
        Step::Answer(401, vec![("date", date.to_owned())], body)
    };
    let (wrong_clock, seen) = client(
        Dialect::LeanCloud,
        [refused("Thu, 01 Jan 1970 02:00:00 GMT"), json(200, json!({}))],
    );
    wrong_clock.class("Turn").unwrap().get(&id()).await.unwrap();
    assert!(seen.seen()[1].header("x-lc-sign").unwrap().ends_with(",7200000"));

    let (wrong_key, seen) = client(Dialect::LeanCloud, [refused("Thu, 01 Jan 1970 00:16:40 GMT")]);
    let error = wrong_key.class("Turn").unwrap().get(&id()).await.unwrap_err();
    assert_eq!(error.next(), Next::SignInAgain);
    assert_eq!(seen.lines().len(), 1);

    // A server that does not tell the time either.
    let (mute, _) = client(Dialect::LeanCloud, [stale(401, 401), text(404, "<html>")]);
    let error = mute.class("Turn").unwrap().get(&id()).await.unwrap_err();
    assert_eq!(error.next(), Next::SignInAgain);
}

#[tokio::test]
async fn a_session_that_ran_out_is_renewed_once_and_the_call_made_again() {
    let anonymous = AnonymousId::from_random([1; 16]);
    for (dialect, refusal) in [
        (Dialect::Parse, stale(400, 209)),
        (Dialect::LeanCloud, stale(403, 403)),
    ] {
        let renewed = json(200, json!({"objectId": "u", "sessionToken": "fresh"}));
        let row = json(
            200,
            json!({"objectId": "a1", "createdAt": "2019-09-19T04:45:53.884Z"}),
        );
        let (client, seen) = client(dialect, [refusal, renewed, row]);
        client.set_sign_in(Some(SignIn::Anonymous(anonymous.clone())));
        assert!(client.class("Turn").unwrap().get(&id()).await.unwrap().is_some());
        assert_eq!(client.session(), Some(SessionToken::new("fresh")));
        let seen = seen.seen();
        let header = match dialect {
            Dialect::LeanCloud => "x-lc-session",
            Dialect::Parse => "x-parse-session-token",
        };
        let shown: Vec<_> = seen.iter().map(|seen| seen.header(header)).collect();
        assert_eq!(shown, [Some("session"), None, Some("fresh")]);
    }
}

#[tokio::test]
async fn signing_in_again_that_changes_nothing_or_cannot_be_done_leaves_the_refusal() {
    let same = json(200, json!({"objectId": "u", "sessionToken": "session"}));
    let (forbidden, seen) = client(Dialect::LeanCloud, [stale(403, 403), same]);
    forbidden.set_sign_in(Some(SignIn::Anonymous(AnonymousId::from_random([1; 16]))));
    let error = forbidden.class("Turn").unwrap().get(&id()).await.unwrap_err();
    assert_eq!(error.next(), Next::SignInAgain);
    assert_eq!(seen.lines().len(), 2);

    let (nobody, seen) = client(Dialect::Parse, [stale(400, 209)]);
    let error = nobody.class("Turn").unwrap().get(&id()).await.unwrap_err();
    assert_eq!(error.next(), Next::SignInAgain);
    assert_eq!(seen.lines().len(), 1);

    let (broken_answer, _) = client(
        Dialect::Parse,
        [stale(400, 209), json(200, json!({"objectId": "u"}))],
    );
    broken_answer.set_sign_in(Some(SignIn::Anonymous(AnonymousId::from_random([1; 16]))));
    let error = broken_answer.class("Turn").unwrap().get(&id()).await.unwrap_err();
    assert!(matches!(error, Error::Malformed { .. }), "{error:?}");
}

#[tokio::test]
async fn a_sign_in_that_was_refused_is_not_tried_again_before_somebody_asks() {
    let fresh = json(200, json!({"objectId": "u", "sessionToken": "fresh"}));
    let (client, seen) = client(
        Dialect::LeanCloud,
        [
            stale(403, 403),
            stale(400, 210),
            stale(403, 403),
            stale(403, 403),
            fresh,
            json(200, json!({})),
        ],
    );
    client.set_sign_in(Some(SignIn::Anonymous(AnonymousId::from_random([1; 16]))));
    for _ in 0..2 {
        let error = client.class("Turn").unwrap().get(&id()).await.unwrap_err();
        assert_eq!(error.next(), Next::SignInAgain);
    }
    assert_eq!(seen.lines().len(), 3);
    client.try_sign_in_again();
    assert_eq!(client.class("Turn").unwrap().get(&id()).await.unwrap(), None);
    assert_eq!(seen.lines().len(), 6);
}

#[tokio::test]
async fn the_clock_of_the_server_can_be_asked_for() {
    let date = json(200, json!({"__type": "Date", "iso": "2015-08-27T07:38:33.643Z"}));
    let (leancloud, _) = client(Dialect::LeanCloud, [date]);
    assert_eq!(
        leancloud.server_time().await.unwrap().to_string(),
        "2015-08-27T07:38:33.643Z"
    );
    let head = vec![("date", "Thu, 27 Aug 2015 07:38:33 GMT".to_owned())];
    let (parse, seen) = client(
        Dialect::Parse,
        [Step::Answer(200, head, "{}".to_owned()), json(200, json!({}))],
    );
    assert_eq!(
        parse.server_time().await.unwrap().to_string(),
        "2015-08-27T07:38:33.000Z"
    );
    assert_eq!(seen.lines(), ["GET /parse/health"]);
    assert!(parse.server_time().await.is_err());
}

#[tokio::test]
async fn the_owner_shows_the_master_key_and_no_session() {
    let (client, seen) = owner(
        Dialect::Parse,
        [json(404, json!({"code": 101, "error": "Object not found."}))],
    );
    let owner = client.as_owner().unwrap();
    assert!(owner.class("Turn").unwrap().get(&id()).await.unwrap().is_none());
    let seen = &seen.seen()[0];
    assert_eq!(seen.header("x-parse-master-key"), Some("owner"));
    assert_eq!(seen.header("x-parse-session-token"), None);
    let (plain, _) = crate::scripted::client(Dialect::Parse, []);
    assert!(matches!(plain.as_owner(), Err(Error::NeedsMasterKey { .. })));
}

#[tokio::test]
async fn the_owner_who_is_refused_does_not_sign_in_again() {
    let (client, seen) = owner(Dialect::LeanCloud, [stale(403, 403)]);
    client.set_sign_in(Some(SignIn::Anonymous(AnonymousId::from_random([1; 16]))));
    let error = client
        .as_owner()
        .unwrap()
        .class("Turn")
        .unwrap()
        .get(&id())
        .await
        .unwrap_err();
    assert_eq!(error.next(), Next::SignInAgain);
    assert_eq!(seen.lines().len(), 1);
}

#[tokio::test]
async fn what_no_server_would_take_is_not_sent() {
    let (client, seen) = client(Dialect::LeanCloud, []);
    let large = Update::new().set("text", "x".repeat(21 * 1024 * 1024)).unwrap();
    let error = client
        .class("Turn")
        .unwrap()
        .update(&id(), &large)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Invalid(Invalid::TooLarge(_))), "{error:?}");
    assert!(client.class("a/b").is_err());
    assert!(seen.lines().is_empty());
}

#[tokio::test(start_paused = true)]
async fn three_requests_are_under_way_and_no_more() {
    let (client, seen) = client(Dialect::LeanCloud, (0..4).map(|_| Step::Hang));
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let class = client.class("Turn").unwrap();
            tokio::spawn(async move { class.get(&id()).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(19)).await;
    assert_eq!(seen.lines().len(), 3);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(seen.lines().len(), 4);
    for task in tasks {
        assert!(matches!(task.await.unwrap(), Err(Error::TimedOut(_))));
    }
}
