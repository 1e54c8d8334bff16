//! Calls on rows, as they go out in either dialect and as their answers are understood.

use serde_json::json;

use super::*;
use crate::scripted::{client, json, text};
use crate::{Acl, Next, Reason};

const BOTH: [Dialect; 2] = [Dialect::LeanCloud, Dialect::Parse];

fn id(text: &str) -> ObjectId {
    ObjectId::new(text).unwrap()
}

fn prefix(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::LeanCloud => "/1.1",
        Dialect::Parse => "/parse",
    }
}

fn not_found() -> crate::scripted::Step {
    json(404, json!({"code": 101, "error": "Object not found."}))
}

#[tokio::test]
async fn a_row_is_created_with_its_rights_and_a_name_for_the_request_where_one_is_known() {
    for dialect in BOTH {
        let answer = json!({"objectId": "5d83", "createdAt": "2019-09-19T04:45:53.884Z"});
        let (client, seen) = client(dialect, [json(201, answer)]);
        let new = New::of(json!({"n": 1, "none": null})).unwrap();
        let new = new.acl(Acl::owner(&id("u"))).request_id("r-1");
        let created = client.class("Turn").unwrap().create(&new).await.unwrap();
        assert_eq!(
            (created.id.as_str(), created.created_at.as_millis()),
            ("5d83", 1_568_868_353_884)
        );
        let seen = &seen.seen()[0];
        assert_eq!(seen.line, format!("POST {}/classes/Turn", prefix(dialect)));
        assert_eq!(
            seen.json(),
            json!({"n": 1, "ACL": {"u": {"read": true, "write": true}}})
        );
        assert_eq!(seen.header("content-type"), Some("application/json"));
        let named = (dialect == Dialect::Parse).then_some("r-1");
        assert_eq!(seen.header("x-parse-request-id"), named);
    }
}

#[tokio::test]
async fn a_row_that_was_there_already_is_done() {
    for body in [
        json!({"code": 137, "error": "unique"}),
        json!({"code": 159, "error": "Duplicate request"}),
    ] {
        let (client, _) = client(Dialect::Parse, [json(400, body)]);
        let new = New::of(json!({})).unwrap();
        let error = client.class("Turn").unwrap().create(&new).await.unwrap_err();
        assert_eq!(error.next(), Next::AlreadyDone);
    }
}

#[tokio::test]
async fn a_row_that_is_not_there_is_none_however_that_is_said() {
    let missing = json!({"code": 101, "error": "Class or object doesn't exists."});
    for step in [json(200, json!({})), not_found(), json(404, missing)] {
        let (client, _) = client(Dialect::LeanCloud, [step]);
        assert_eq!(client.class("Turn").unwrap().get(&id("x")).await.unwrap(), None);
    }
    let (client, seen) = client(Dialect::LeanCloud, [json(200, json!({}))]);
    let class = client.class("Turn").unwrap();
    class
        .get_including(&id("x"), &["session", "session.scenario"])
        .await
        .unwrap();
    assert_eq!(
        seen.lines(),
        ["GET /1.1/classes/Turn/x?include=session,session.scenario"]
    );
}

#[tokio::test]
async fn an_update_says_when_and_one_of_a_missing_row_that_it_is_missing() {
    let (leancloud, seen) = client(
        Dialect::LeanCloud,
        [
            json(
                200,
                json!({"updatedAt": "2019-09-19T04:45:53.884Z", "objectId": "x"}),
            ),
            json(
                400,
                json!({"code": 1, "error": "Could not find object by id 'x' for class 'Turn'."}),
            ),
            json(200, json!({})),
        ],
    );
    let class = leancloud.class("Turn").unwrap();
    let update = Update::new().set("n", 2).unwrap();
    assert_eq!(
        class.update(&id("x"), &update).await.unwrap().as_millis() % 1000,
        884
    );
    let missing = Next::Stuck {
        reason: Reason::Missing,
    };
    assert_eq!(class.update(&id("x"), &update).await.unwrap_err().next(), missing);
    assert!(class.update(&id("x"), &update).await.is_err());
    assert_eq!(seen.seen()[0].line, "PUT /1.1/classes/Turn/x");
    assert_eq!(seen.seen()[0].json(), json!({"n": 2}));
    let (parse, _) = client(Dialect::Parse, [not_found()]);
    let error = parse
        .class("Turn")
        .unwrap()
        .update(&id("x"), &update)
        .await
        .unwrap_err();
    assert_eq!(error.next(), missing);
}

#[tokio::test]
async fn a_condition_is_the_servers_on_leancloud() {
    let unmet = || {
        json(
            400,
            json!({"code": 305, "error": "No effect on updating/deleting a document."}),
        )
    };
    let done = json(200, json!({"updatedAt": "2019-09-19T04:45:53.884Z"}));
    let (client, seen) = client(Dialect::LeanCloud, [done, unmet(), json(200, json!({})), unmet()]);
    let class = client.class("Turn").unwrap();
    let condition = Condition::all().equals("n", 5).unwrap();
    let update = Update::new().set("n", 6).unwrap();
    assert!(class.update_if(&id("x"), &update, &condition).await.is_ok());
    let error = class.update_if(&id("x"), &update, &condition).await.unwrap_err();
    assert!(matches!(error, Error::Conflict), "{error:?}");
    assert!(class.delete_if(&id("x"), &condition).await.is_ok());
    let error = class.delete_if(&id("x"), &condition).await.unwrap_err();
    assert!(matches!(error, Error::Conflict), "{error:?}");
    assert_eq!(seen.lines()[1], r#"PUT /1.1/classes/Turn/x?where={"n":5}"#);
    assert_eq!(seen.lines()[3], r#"DELETE /1.1/classes/Turn/x?where={"n":5}"#);
}

#[tokio::test]
async fn a_condition_is_looked_at_first_on_parse_server_and_never_sent_with_the_change() {
    let row = || json(200, json!({"results": [{"objectId": "x"}], "count": 1}));
    let none = || json(200, json!({"results": [], "count": 0}));
    let done = json(200, json!({"updatedAt": "2019-09-19T04:45:53.884Z"}));
    let (client, seen) = client(
        Dialect::Parse,
        [row(), done, none(), row(), json(200, json!({})), none()],
    );
    let class = client.class("Turn").unwrap();
    let condition = Condition::all().equals("n", 5).unwrap();
    let update = Update::new().set("n", 6).unwrap();
    assert!(class.update_if(&id("x"), &update, &condition).await.is_ok());
    assert!(matches!(
        class.update_if(&id("x"), &update, &condition).await,
        Err(Error::Conflict)
    ));
    assert!(class.delete_if(&id("x"), &condition).await.is_ok());
    assert!(matches!(
        class.delete_if(&id("x"), &condition).await,
        Err(Error::Conflict)
    ));
    let lines = seen.lines();
    for part in [r#""objectId":"x""#, r#""n":5"#] {
        assert!(lines[0].contains(part), "{}", lines[0]);
    }
    assert_eq!(lines[1], "PUT /parse/classes/Turn/x");
    assert_eq!(lines[4], "DELETE /parse/classes/Turn/x");
}

#[tokio::test]
async fn what_is_gone_is_deleted() {
    let gone = json(
        400,
        json!({"code": 1, "error": "Could not find object by id 'x' for class 'Turn'."}),
    );
    for step in [json(200, json!({})), not_found(), gone] {
        let (client, _) = client(Dialect::LeanCloud, [step]);
        assert!(client.class("Turn").unwrap().delete(&id("x")).await.is_ok());
    }
    let (client, _) = client(
        Dialect::LeanCloud,
        [json(403, json!({"code": 403, "error": "Forbidden."}))],
    );
    assert!(client.class("Turn").unwrap().delete(&id("x")).await.is_err());
}

#[tokio::test]
async fn many_rows_go_by_a_hundred_on_leancloud_and_in_batches_on_parse_server() {
    let ids: Vec<ObjectId> = (0..101).map(|number| id(&format!("i{number}"))).collect();
    let (leancloud, seen) = client(Dialect::LeanCloud, [json(200, json!({})), not_found()]);
    leancloud.class("Turn").unwrap().delete_many(&ids).await.unwrap();
    let lines = seen.lines();
    assert!(
        lines[0].starts_with("DELETE /1.1/classes/Turn/i0,i1,i2,"),
        "{}",
        lines[0]
    );
    assert_eq!(lines[1], "DELETE /1.1/classes/Turn/i100");

    let ok = |count: usize| json(200, Value::from(vec![json!({"success": {}}); count]));
    let mut gone = vec![json!({"error": {"code": 101, "error": "Object not found."}}); 1];
    gone.truncate(1);
    let (parse, seen) = client(Dialect::Parse, [ok(50), ok(50), json(200, Value::from(gone))]);
    parse.class("Turn").unwrap().delete_many(&ids).await.unwrap();
    let first = &seen.seen()[0].json()["requests"][0];
    assert_eq!(
        first,
        &json!({"method": "DELETE", "path": "/parse/classes/Turn/i0", "body": {}})
    );
    assert_eq!(seen.lines(), ["POST /parse/batch"; 3]);
}

#[tokio::test]
async fn a_class_that_is_not_there_has_no_rows() {
    let (client, _) = client(Dialect::LeanCloud, [not_found(), not_found(), not_found()]);
    let class = client.class("Turn").unwrap();
    let found = class.find(&Query::new()).await.unwrap();
    assert!(found.objects.is_empty() && found.whole);
    assert_eq!(class.count(&Condition::all()).await.unwrap(), 0);
    assert_eq!(class.first(&Query::new()).await.unwrap(), None);
}

#[tokio::test]
async fn rows_are_found_and_counted() {
    let rows =
        json!({"results": [{"objectId": "x", "createdAt": "2019-09-19T04:45:53.884Z", "n": 1}], "count": 7});
    let (client, seen) = client(
        Dialect::LeanCloud,
        [json(200, rows), json(200, json!({"results": [], "count": 7}))],
    );
    let class = client.class("Turn").unwrap();
    let query = Query::new()
        .matching(Condition::all().equals("a", "x y").unwrap())
        .limit(1)
        .unwrap();
    let found = class.find(&query).await.unwrap();
    assert_eq!((found.objects.len(), found.count, found.whole), (1, 7, true));
    assert_eq!(class.count(&Condition::all()).await.unwrap(), 7);
    let lines = seen.lines();
    assert_eq!(
        lines[0],
        r#"GET /1.1/classes/Turn?count=1&limit=1&order=createdAt,objectId&where={"a":"x y"}"#
    );
    assert_eq!(lines[1], "GET /1.1/classes/Turn?count=1&limit=0&where={}");
}

#[tokio::test]
async fn a_long_query_travels_in_a_body_where_each_server_reads_it() {
    let many: Vec<String> = (0..300).map(|number| format!("id{number}")).collect();
    for (dialect, place) in [(Dialect::LeanCloud, "params"), (Dialect::Parse, "body")] {
        let found = json!([{"success": {"results": [], "count": 0}}]);
        let refused = json!([{"error": {"code": 700, "error": "unknown column"}}]);
        let missing = json!([{"error": {"code": 101, "error": "no class"}}]);
        let counted = json!([{"success": {"results": [], "count": 3}}]);
        let steps = [
            json(200, found),
            json(200, refused),
            json(200, missing),
            json(200, counted),
            json(200, json!([])),
        ];
        let (client, seen) = client(dialect, steps);
        let class = client.class("Turn").unwrap();
        let condition = Condition::all().one_of("objectId", &many).unwrap();
        let query = Query::new().matching(condition.clone());
        assert!(class.find(&query).await.unwrap().whole);
        let error = class.find(&query).await.unwrap_err();
        assert_eq!(
            error.next(),
            Next::Stuck {
                reason: Reason::Refused(700)
            }
        );
        assert!(class.find(&query).await.unwrap().objects.is_empty());
        assert_eq!(class.count(&condition).await.unwrap(), 3);
        assert!(class.find(&query).await.is_err());
        let request = &seen.seen()[0];
        assert_eq!(request.line, format!("POST {}/batch", prefix(dialect)));
        let inner = &request.json()["requests"][0];
        assert_eq!(inner["path"], format!("{}/classes/Turn", prefix(dialect)));
        assert_eq!(inner[place]["where"]["objectId"]["$in"][299], "id299");
    }
}

#[tokio::test]
async fn a_locked_column_is_named() {
    let text = r#"Invalid value type for field 'n',value '"x"',expect type is {:type "Number"},but it is '{:type "String"}'."#;
    let (client, _) = client(
        Dialect::LeanCloud,
        [json(400, json!({"code": 111, "error": text}))],
    );
    let new = New::of(json!({"n": "x"})).unwrap();
    let error = client.class("Turn").unwrap().create(&new).await.unwrap_err();
    let Next::Stuck {
        reason: Reason::TypeLocked(Some(lock)),
    } = error.next()
    else {
        panic!("{error:?}")
    };
    assert_eq!((lock.field.as_str(), lock.expected.as_str()), ("n", "Number"));
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_may_have_been_an_action() {
    for step in [text(200, "<html>"), json(201, json!({})), json(201, json!([]))] {
        let (client, _) = client(Dialect::Parse, [step]);
        let error = client
            .class("Turn")
            .unwrap()
            .create(&New::of(json!({})).unwrap())
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
    }
}
