//! Uploads to each host of files, and what becomes of the row when one fails.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;

use super::*;
use crate::scripted::{Scripted, Step, broken, client, json, owner, text};
use crate::{Client, Errand, Next, Reason};

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn upload() -> Upload {
    Upload {
        sha256: Some(ABC.to_owned()),
        owner: Some(ObjectId::new("u1").unwrap()),
        acl: Some(Acl::owner(&ObjectId::new("u1").unwrap())),
        ..Upload::new(
            "turn-1.mp3",
            "audio/mpeg",
            Content::Bytes(Bytes::from_static(b"abc")),
        )
    }
}

fn ticket(provider: &str, upload_url: &str) -> Step {
    let ticket = json!({
        "objectId": "f1", "createdAt": "2023-05-30T08:31:18.398Z", "name": "turn-1.mp3", "key": "k.mp3",
        "bucket": "b", "provider": provider, "token": "t:o/k=", "upload_url": upload_url,
        "url": "https://files.example/k.mp3", "mime_type": "audio/mpeg", "metaData": {"size": 3, "sha256": ABC}
    });
    json(201, ticket)
}

fn heard() -> Step {
    json(200, json!({}))
}

async fn run(steps: Vec<Step>) -> (Result<StoredFile, Error>, Arc<Scripted>) {
    let (client, seen) = client(Dialect::LeanCloud, steps);
    (client.files().upload(&upload(), None).await, seen)
}

#[tokio::test]
async fn qiniu_is_given_a_form_and_no_key() {
    let taken = json(200, json!({"hash": "Fh8x", "key": "k.mp3"}));
    let (file, seen) = run(vec![ticket("qiniu", "https://up.example"), taken, heard()]).await;
    let file = file.unwrap();
    assert_eq!(
        (file.id.as_str(), file.sha256(), &file.unconfirmed),
        ("f1", Some(ABC), &None)
    );
    let seen = seen.seen();
    assert_eq!(seen[0].line, "POST /1.1/fileTokens");
    assert_eq!(
        seen[0].json(),
        json!({
            "name": "turn-1.mp3", "mime_type": "audio/mpeg", "ACL": {"u1": {"read": true, "write": true}},
            "metaData": {"owner": "u1", "size": 3, "sha256": ABC}
        })
    );
    assert_eq!(
        (seen[1].line.as_str(), seen[1].host.as_str()),
        ("POST /", "up.example")
    );
    assert_eq!(seen[1].errand, Errand::Upload);
    assert!(
        seen[1]
            .headers
            .keys()
            .all(|name| !name.as_str().starts_with("x-lc"))
    );
    assert_eq!(
        seen[1].header("content-length"),
        Some(seen[1].bytes.len().to_string().as_str())
    );
    let form = String::from_utf8(seen[1].bytes.to_vec()).unwrap();
    for part in [
        "name=\"key\"\r\n\r\nk.mp3\r\n",
        "name=\"token\"\r\n\r\nt:o/k=\r\n",
        "\r\n\r\nabc\r\n--rehearse-",
    ] {
        assert!(form.contains(part), "{form}");
    }
    assert_eq!(seen[2].line, "POST /1.1/fileCallback");
    assert_eq!(seen[2].json(), json!({"result": true, "token": "t:o/k="}));
}

#[tokio::test]
async fn s3_is_given_the_bytes_and_cos_a_form_of_its_own() {
    let (file, seen) = run(vec![
        ticket("s3", "https://s3.example/k.mp3?sig=1%2B"),
        text(200, ""),
        heard(),
    ])
    .await;
    assert!(file.is_ok());
    let put = &seen.seen()[1];
    assert_eq!(
        (put.line.as_str(), &put.bytes[..]),
        ("PUT /k.mp3?sig=1+", &b"abc"[..])
    );
    assert_eq!(put.header("content-type"), Some("audio/mpeg"));
    assert_eq!(put.header("cache-control"), Some("public, max-age=31536000"));

    let taken = json(200, json!({"code": 0}));
    let (file, seen) = run(vec![
        ticket("qcloud", "https://cos.example/k.mp3"),
        taken,
        heard(),
    ])
    .await;
    assert!(file.is_ok());
    let post = &seen.seen()[1];
    assert_eq!(post.line, "POST /k.mp3?sign=t:o/k=");
    let form = String::from_utf8(post.bytes.to_vec()).unwrap();
    assert!(
        form.contains("name=\"op\"\r\n\r\nupload\r\n") && form.contains("name=\"fileContent\""),
        "{form}"
    );
}

#[tokio::test]
async fn an_earlier_attempt_that_arrived_is_an_upload() {
    let written = json(614, json!({"error": "file exists"}));
    let (file, _) = run(vec![ticket("qiniu", "https://up.example"), written, heard()]).await;
    assert!(file.is_ok());
}

#[tokio::test]
async fn a_failed_upload_takes_its_row_back() {
    let refused = |status| json(status, json!({"error": "no"}));
    for (provider, step) in [
        ("qiniu", refused(401)),
        ("qiniu", refused(579)),
        ("qiniu", broken()),
        ("qiniu", text(200, "<html>log in to this network")),
        ("qiniu", json(200, json!({"key": "another"}))),
        ("s3", text(503, "<Error/>")),
        ("qcloud", json(200, json!({"code": -1, "message": "no"}))),
    ] {
        let (file, seen) = run(vec![ticket(provider, "https://up.example"), step, heard()]).await;
        let error = file.unwrap_err();
        assert!(matches!(error.next(), Next::Later { .. }), "{error:?}");
        let last = seen.seen().pop().unwrap();
        assert_eq!(
            last.json(),
            json!({"result": false, "token": "t:o/k="}),
            "{provider}"
        );
    }
    let (file, _) = run(vec![ticket("qiniu", "https://up.example"), refused(413), heard()]).await;
    assert_eq!(
        file.unwrap_err().next(),
        Next::Stuck {
            reason: Reason::TooLarge
        }
    );
    let (file, _) = run(vec![ticket("dropbox", "https://up.example"), heard()]).await;
    assert!(matches!(file, Err(Error::Malformed { .. })));
}

#[tokio::test]
async fn a_row_that_could_not_be_taken_back_is_named() {
    let (file, _) = run(vec![ticket("qiniu", "https://up.example"), broken(), broken()]).await;
    let error = file.unwrap_err();
    let Error::LeftBehind { file, source } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(file.as_str(), "f1");
    assert!(matches!(**source, Error::Transport(_)));
}

#[tokio::test]
async fn content_that_is_not_what_was_announced_is_no_upload() {
    let steps = [ticket("s3", "https://up.example"), text(200, ""), heard()];
    let (client, seen) = client(Dialect::LeanCloud, steps);
    let upload = Upload {
        sha256: Some("00".repeat(32)),
        ..upload()
    };
    let error = client.files().upload(&upload, None).await.unwrap_err();
    assert!(matches!(error, Error::Altered { .. }), "{error:?}");
    assert_eq!(seen.seen()[2].json()["result"], false);
}

#[tokio::test(start_paused = true)]
async fn an_upload_whose_end_nobody_heard_is_an_upload_to_be_confirmed() {
    let steps = vec![
        ticket("s3", "https://up.example"),
        text(200, ""),
        broken(),
        broken(),
        broken(),
    ];
    let (file, _) = run(steps).await;
    let token = file.unwrap().unconfirmed.unwrap();
    let (client, seen) = client(Dialect::LeanCloud, [heard()]);
    client.files().confirm(&token, true).await.unwrap();
    assert_eq!(seen.seen()[0].json(), json!({"result": true, "token": "t:o/k="}));

    let steps = vec![
        ticket("s3", "https://up.example"),
        text(200, ""),
        broken(),
        heard(),
    ];
    assert_eq!(run(steps).await.0.unwrap().unconfirmed, None);
    let refused = json(400, json!({"code": 1, "error": "no"}));
    let steps = vec![ticket("s3", "https://up.example"), text(200, ""), refused];
    assert!(run(steps).await.0.unwrap().unconfirmed.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_host_that_says_nothing_is_waited_for_as_long_as_the_size_asks() {
    let before = tokio::time::Instant::now();
    let (file, _) = run(vec![ticket("s3", "https://up.example"), Step::Hang, heard()]).await;
    assert!(matches!(file, Err(Error::TimedOut(_))));
    assert_eq!(before.elapsed().as_secs(), 60);
    let (client, _) = client(Dialect::LeanCloud, []);
    assert_eq!(client.files().upload_time(1024 * 1024).as_secs(), 60 + 128);
}

#[tokio::test]
async fn a_file_of_this_computer_that_is_gone_is_said_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let content = Content::File(folder.path().join("gone.mp3"));
    for dialect in [Dialect::LeanCloud, Dialect::Parse] {
        let (client, seen) = client(dialect, []);
        let upload = Upload::new("gone.mp3", "audio/mpeg", content.clone());
        let error = client.files().upload(&upload, None).await.unwrap_err();
        assert_eq!(
            error.next(),
            Next::Stuck {
                reason: Reason::LocalFile
            }
        );
        assert!(seen.lines().is_empty());
    }
}

#[tokio::test]
async fn a_permission_that_is_not_whole_is_none() {
    for missing in ["objectId", "token", "upload_url", "url", "provider"] {
        let mut answer =
            json!({"objectId": "f", "token": "t", "upload_url": "u", "url": "u", "provider": "s3"});
        answer.as_object_mut().unwrap().remove(missing);
        let (file, _) = run(vec![json(201, answer)]).await;
        assert!(matches!(file, Err(Error::Malformed { .. })), "{missing}");
    }
}

fn parse(steps: impl IntoIterator<Item = Step>) -> (Client<Arc<Scripted>>, Arc<Scripted>) {
    client(Dialect::Parse, steps)
}

#[tokio::test]
async fn parse_server_takes_the_bytes_at_once() {
    let stored = json(
        201,
        json!({"name": "abc_turn-1.mp3", "url": "https://ps.example/parse/files/app/abc_turn-1.mp3"}),
    );
    let (client, seen) = parse([stored]);
    let file = client.files().upload(&upload(), None).await.unwrap();
    assert_eq!(
        (file.id.as_str(), file.name.as_str()),
        ("abc_turn-1.mp3", "turn-1.mp3")
    );
    let seen = &seen.seen()[0];
    assert_eq!(
        (seen.line.as_str(), &seen.bytes[..]),
        ("POST /parse/files/turn-1.mp3", &b"abc"[..])
    );
    assert_eq!(seen.header("content-type"), Some("audio/mpeg"));
    assert_eq!(seen.header("content-length"), Some("3"));
    assert_eq!(seen.header("x-parse-session-token"), Some("session"));
    assert!(client.files().begin(&upload()).await.is_err());
    assert!(client.files().get(&FileId::new("x")).await.is_err());
}

#[tokio::test]
async fn on_parse_server_too_a_session_that_ran_out_is_renewed() {
    let stored = json(201, json!({"name": "n", "url": "u"}));
    let stale = || json(400, json!({"code": 209, "error": "Invalid session token"}));
    let renewed = json(200, json!({"objectId": "u", "sessionToken": "fresh"}));
    let (client, seen) = parse([stale(), renewed, stored]);
    client.set_sign_in(Some(crate::SignIn::Anonymous(crate::AnonymousId::from_random(
        [1; 16],
    ))));
    assert!(client.files().upload(&upload(), None).await.is_ok());
    let seen = seen.seen();
    assert_eq!(seen[2].header("x-parse-session-token"), Some("fresh"));
    assert_eq!(&seen[2].bytes[..], b"abc");
    let (nobody, _) = parse([stale()]);
    assert_eq!(
        nobody.files().upload(&upload(), None).await.unwrap_err().next(),
        Next::SignInAgain
    );
}

#[tokio::test]
async fn on_parse_server_content_that_changed_is_deleted_or_named() {
    let stored = || json(201, json!({"name": "n", "url": "u"}));
    let refused = json(403, json!({"error": "unauthorized"}));
    let changed = Upload {
        sha256: Some("00".repeat(32)),
        ..upload()
    };
    let (client, seen) = parse([stored(), text(200, "")]);
    assert!(matches!(
        client.files().upload(&changed, None).await,
        Err(Error::Altered { .. })
    ));
    assert_eq!(seen.lines()[1], "DELETE /parse/files/n");
    let (client, _) = parse([stored(), refused]);
    let error = client.files().upload(&changed, None).await.unwrap_err();
    assert!(matches!(error, Error::LeftBehind { .. }), "{error:?}");
    let (client, _) = parse([json(413, json!({"error": "request entity too large"}))]);
    let error = client.files().upload(&changed, None).await.unwrap_err();
    assert_eq!(
        error.next(),
        Next::Stuck {
            reason: Reason::TooLarge
        }
    );
}

#[tokio::test]
async fn a_file_is_deleted_by_its_owner_and_a_refusal_asks_for_the_master_key() {
    let id = FileId::new("f1");
    for step in [
        json(200, json!({})),
        json(404, json!({"code": 101, "error": "gone"})),
    ] {
        let (client, seen) = owner(Dialect::LeanCloud, [step]);
        client.files().delete(&id).await.unwrap();
        let seen = &seen.seen()[0];
        assert_eq!(seen.line, "DELETE /1.1/files/f1");
        assert!(seen.header("x-lc-sign").unwrap().ends_with(",master"));
    }
    let refused = json!({"code": 403, "error": "Forbidden to delete by class '_File' permissions."});
    let (client, _) = client(Dialect::LeanCloud, [json(403, refused)]);
    let error = client.files().delete(&id).await.unwrap_err();
    assert_eq!(
        error.next(),
        Next::Stuck {
            reason: Reason::NeedsMasterKey
        }
    );
}

#[tokio::test]
async fn parse_server_that_could_not_delete_is_asked_whether_the_file_is_there() {
    let failed = || json(400, json!({"code": 153, "error": "Could not delete file."}));
    let id = FileId::new("n");
    let (client, seen) = owner(Dialect::Parse, [failed(), text(404, "")]);
    client.files().delete(&id).await.unwrap();
    assert_eq!(seen.lines()[1], "GET /parse/files/app/n");
    assert_eq!(seen.seen()[1].header("x-parse-master-key"), None);
    for step in [text(200, "abc"), text(500, "")] {
        let (client, _) = owner(Dialect::Parse, [failed(), step]);
        assert!(client.files().delete(&id).await.is_err());
    }
}

#[tokio::test]
async fn the_row_of_a_file_is_read() {
    let row = json!({"objectId": "f1", "createdAt": "2019-09-19T04:45:53.884Z", "name": "n", "url": "u"});
    let (client, seen) = client(Dialect::LeanCloud, [json(200, row), json(200, json!({}))]);
    let file = client.files().get(&FileId::new("f1")).await.unwrap().unwrap();
    assert_eq!((file.name.as_str(), file.size()), ("n", None));
    assert_eq!(client.files().get(&FileId::new("f2")).await.unwrap(), None);
    assert!(client.files().get(&FileId::new("a/b")).await.is_err());
    assert_eq!(seen.lines()[0], "GET /1.1/files/f1");
}
