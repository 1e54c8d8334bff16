//! Batches.

use rehearse_leancloud::{Condition, Done, New, Next, ObjectId, Operation, Query, Reason, Update};
use serde_json::json;

use crate::bench::{AnyClass, Bench};

fn create(class: &AnyClass, fields: serde_json::Value) -> Operation {
    Operation::Create {
        class: class.name().clone(),
        new: New::of(fields).unwrap(),
    }
}

pub(crate) async fn many_rows_in_few_requests(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    let before = bench
        .fake
        .as_ref()
        .map(rehearse_fakes::leancloud::FakeLeanCloud::api_requests);
    let operations = (0..120).map(|n| create(&class, json!({"n": n}))).collect();
    let results = client.batch(operations).await;
    if let (Some(fake), Some(before)) = (&bench.fake, before) {
        assert_eq!(fake.api_requests() - before, 2);
    }
    let ids: Vec<ObjectId> = results
        .into_iter()
        .map(|done| done.unwrap().created().unwrap().id.clone())
        .collect();
    // Each result belongs to its operation.
    for n in [0, 49, 50, 99, 100, 119] {
        let row = class.get(&ids[n]).await.unwrap().unwrap();
        assert_eq!(row.get("n").unwrap(), Some(n));
    }
    let name = class.name();
    let update = |n: usize| Operation::Update {
        class: name.clone(),
        id: ids[n].clone(),
        update: Update::new().increment("n", 1000).unwrap(),
    };
    let delete = |n: usize| Operation::Delete {
        class: name.clone(),
        id: ids[n].clone(),
    };
    let find = Operation::Find {
        class: name.clone(),
        query: Query::new().matching(Condition::all().at_least("n", 1000).unwrap()),
    };
    let results = client
        .batch(vec![update(1), update(2), update(1), delete(3), find])
        .await;
    let done: Vec<Done> = results.into_iter().map(Result::unwrap).collect();
    assert!(matches!(done[0], Done::Updated(_)) && done[3] == Done::Deleted);
    let Done::Found(found) = &done[4] else {
        panic!("{done:?}")
    };
    let mut numbers: Vec<u32> = found
        .objects
        .iter()
        .map(|row| row.get("n").unwrap().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1002, 2001]);
    assert_eq!(class.count(&Condition::all()).await.unwrap(), 119);
}

pub(crate) async fn an_operation_that_fails_fails_alone(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    class.create(&New::of(json!({"n": 1})).unwrap()).await.unwrap();
    let nobody = ObjectId::new("5d8308019c9235000886c4ce").unwrap();
    let name = class.name().clone();
    let operations = vec![
        create(&class, json!({"n": 2})),
        create(&class, json!({"n": "two"})),
        Operation::Update {
            class: name.clone(),
            id: nobody.clone(),
            update: Update::new().set("n", 3).unwrap(),
        },
        Operation::Delete {
            class: name,
            id: nobody,
        },
        create(&class, json!({"n": 4})),
    ];
    let results = client.batch(operations).await;
    let next = |index: usize| results[index].as_ref().unwrap_err().next();
    assert!(results[0].is_ok() && results[4].is_ok(), "{results:?}");
    assert!(matches!(next(1), Next::Stuck { reason: Reason::TypeLocked(Some(lock)) } if lock.field == "n"));
    assert_eq!(
        next(2),
        Next::Stuck {
            reason: Reason::Missing
        }
    );
    assert!(matches!(results[3], Ok(Done::Deleted)));
    assert_eq!(class.count(&Condition::all()).await.unwrap(), 3);
}

pub(crate) async fn many_rows_are_deleted(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    let results = client
        .batch((0..110).map(|n| create(&class, json!({"n": n}))).collect())
        .await;
    let ids: Vec<ObjectId> = results
        .into_iter()
        .map(|done| done.unwrap().created().unwrap().id.clone())
        .collect();
    class.delete(&ids[5]).await.unwrap();
    class.delete_many(&ids[..105]).await.unwrap();
    assert_eq!(class.count(&Condition::all()).await.unwrap(), 5);
    class.delete_many(&[]).await.unwrap();
}
