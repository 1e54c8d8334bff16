//! Batches: what goes into one request, and what each operation is told.

use serde_json::json;

use super::*;
use crate::scripted::{Scripted, Step, broken, client, json};
use crate::{Condition, Next, Reason};

fn class(name: &str) -> ClassName {
    ClassName::new(name).unwrap()
}

fn id(text: &str) -> ObjectId {
    ObjectId::new(text).unwrap()
}

fn create(number: usize) -> Operation {
    ("Turn", New::of(json!({"n": number})).unwrap())
        .try_into()
        .unwrap()
}

fn update(row: &str) -> Operation {
    Operation::Update {
        class: class("Turn"),
        id: id(row),
        update: Update::new().increment("n", 1).unwrap(),
    }
}

fn delete(row: &str) -> Operation {
    Operation::Delete {
        class: class("Turn"),
        id: id(row),
    }
}

fn find() -> Operation {
    Operation::Find {
        class: class("Turn"),
        query: Query::new().matching(Condition::all().equals("n", 1).unwrap()),
    }
}

fn created() -> Value {
    json!({"success": {"objectId": "a", "createdAt": "2019-09-19T04:45:53.884Z"}})
}

fn sizes(seen: &Scripted) -> Vec<usize> {
    let size = |seen: crate::scripted::Seen| seen.json()["requests"].as_array().unwrap().len();
    seen.seen().into_iter().map(size).collect()
}

#[tokio::test]
async fn every_kind_of_operation_goes_out_and_is_told_what_came_of_it() {
    let found = json!({"success": {"results": [{"objectId": "f"}], "count": 1}});
    let updated = json!({"success": {"updatedAt": "2019-09-19T04:45:53.884Z"}});
    let answers = json!([created(), updated, {"success": {}}, found]);
    let (client, seen) = client(Dialect::LeanCloud, [json(200, answers)]);
    let results = client
        .batch(vec![create(1), update("x"), delete("y"), find()])
        .await;
    let done: Vec<Done> = results.into_iter().map(Result::unwrap).collect();
    assert_eq!(done[0].created().unwrap().id.as_str(), "a");
    assert!(matches!(&done[1], Done::Updated(at) if at.as_millis() % 1000 == 884));
    assert_eq!(done[2], Done::Deleted);
    assert!(matches!(&done[3], Done::Found(found) if found.whole && found.objects.len() == 1));
    assert!(done[2].created().is_none());
    assert_eq!(
        seen.seen()[0].json()["requests"],
        json!([
            {"method": "POST", "path": "/1.1/classes/Turn", "body": {"n": 1}},
            {"method": "PUT", "path": "/1.1/classes/Turn/x", "body": {"n": {"__op": "Increment", "amount": 1}}},
            {"method": "DELETE", "path": "/1.1/classes/Turn/y", "body": {}},
            {"method": "GET", "path": "/1.1/classes/Turn",
             "params": {"where": {"n": 1}, "order": "createdAt,objectId", "limit": 100, "count": 1}},
        ])
    );
}

#[tokio::test]
async fn an_operation_that_fails_fails_alone() {
    let answers = json!([
        created(),
        {"error": {"code": 137, "error": "unique"}},
        {"error": {"code": 101, "error": "Object not found."}},
        {"error": {"code": 1, "error": "Could not find object by id 'x' for class 'Turn'."}},
        {"error": {"code": 101, "error": "no class"}},
        {"neither": 1},
    ]);
    let operations = vec![create(1), create(2), delete("y"), update("x"), find(), create(3)];
    let (client, _) = client(Dialect::LeanCloud, [json(200, answers)]);
    let results = client.batch(operations).await;
    assert!(results[0].is_ok());
    assert_eq!(results[1].as_ref().unwrap_err().next(), Next::AlreadyDone);
    assert_eq!(results[2].as_ref().unwrap(), &Done::Deleted);
    let missing = Next::Stuck {
        reason: Reason::Missing,
    };
    assert_eq!(results[3].as_ref().unwrap_err().next(), missing);
    assert_eq!(results[4].as_ref().unwrap(), &Done::Found(Found::nothing()));
    assert!(results[5].is_err());
}

#[tokio::test]
async fn when_a_request_fails_as_a_whole_the_rest_is_held_back() {
    let ok = json(200, Value::from(vec![created(); 100]));
    let (client, seen) = client(Dialect::LeanCloud, [ok, broken()]);
    let results = client.batch((0..250).map(create).collect()).await;
    assert_eq!(results.len(), 250);
    assert!(results[..100].iter().all(Result::is_ok));
    assert!(
        results[100..200]
            .iter()
            .all(|result| matches!(result, Err(Error::Transport(_))))
    );
    assert!(
        results[200..]
            .iter()
            .all(|result| matches!(result, Err(Error::HeldBack)))
    );
    assert_eq!(sizes(&seen), [100, 100]);
    assert!(client.batch(Vec::new()).await.is_empty());
}

#[tokio::test]
async fn an_answer_with_another_number_of_results_is_none() {
    for answer in [json!([created()]), json!({"results": []})] {
        let (client, _) = client(Dialect::LeanCloud, [json(200, answer)]);
        let results = client.batch(vec![create(1), create(2)]).await;
        assert!(
            results
                .iter()
                .all(|result| matches!(result, Err(Error::Malformed { .. })))
        );
    }
}

fn answered(count: usize) -> Step {
    json(
        200,
        Value::from(vec![
            json!({"success": {"updatedAt": "2019-09-19T04:45:53.884Z", "results": []}});
            count
        ]),
    )
}

#[tokio::test]
async fn on_parse_server_a_row_is_touched_once_a_request_and_looking_is_not_mixed_with_changing() {
    let operations = || vec![update("x"), delete("y"), update("x"), find(), update("z")];
    let steps = [answered(2), answered(1), answered(1), answered(1)];
    let (parse, seen) = client(Dialect::Parse, steps);
    assert!(parse.batch(operations()).await.iter().all(Result::is_ok));
    assert_eq!(sizes(&seen), [2, 1, 1, 1]);
    assert_eq!(
        seen.seen()[2].json()["requests"][0]["body"]["where"],
        json!({"n": 1})
    );
    let (leancloud, seen) = client(Dialect::LeanCloud, [answered(5)]);
    assert!(leancloud.batch(operations()).await.iter().all(Result::is_ok));
    assert_eq!(sizes(&seen), [5]);
}

#[tokio::test]
async fn large_operations_are_spread_over_requests_and_impossible_ones_are_not_sent() {
    let large = |_| -> Operation {
        let new = New::of(json!({"text": "x".repeat(5 * 1024 * 1024)})).unwrap();
        ("Turn", new).try_into().unwrap()
    };
    let answer = |count: usize| json(200, Value::from(vec![created(); count]));
    let (leancloud, seen) = client(Dialect::LeanCloud, [answer(2), answer(2)]);
    assert!(
        leancloud
            .batch((0..4).map(large).collect())
            .await
            .iter()
            .all(Result::is_ok)
    );
    assert_eq!(sizes(&seen), [2, 2]);

    let bits = Operation::Update {
        class: class("Turn"),
        id: id("x"),
        update: Update::new().bit_or("n", 1).unwrap(),
    };
    let (parse, seen) = client(Dialect::Parse, [answer(1)]);
    let results = parse.batch(vec![bits, create(1)]).await;
    assert!(matches!(results[0], Err(Error::Unsupported { .. })));
    assert!(results[1].is_ok());
    assert_eq!(sizes(&seen), [1]);
    assert!(Operation::try_from(("a b", New::of(json!({})).unwrap())).is_err());
}
