//! Queries and pages.

use std::collections::BTreeSet;
use std::time::Duration;

use rehearse_leancloud::{Condition, Cursor, Dated, New, Operation, Pointer, Query, Update};
use serde_json::json;

use crate::bench::{AnyClass, AnyClient, Bench};

/// Creates rows in one request after another and returns their ids in the order of their numbers.
async fn fill(
    client: &AnyClient,
    class: &AnyClass,
    rows: impl IntoIterator<Item = serde_json::Value>,
) -> Vec<String> {
    let create = |fields| Operation::Create {
        class: class.name().clone(),
        new: New::of(fields).unwrap(),
    };
    let results = client.batch(rows.into_iter().map(create).collect()).await;
    results
        .into_iter()
        .map(|done| done.unwrap().created().unwrap().id.to_string())
        .collect()
}

async fn numbers(class: &AnyClass, condition: Condition) -> Vec<u32> {
    let query = Query::new().matching(condition.clone()).ascending("n");
    let found = class.find(&query).await.unwrap();
    assert_eq!(found.count, class.count(&condition).await.unwrap());
    assert!(found.whole);
    found
        .objects
        .iter()
        .map(|row| row.get("n").unwrap().unwrap())
        .collect()
}

pub(crate) async fn conditions_find_what_they_should(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    let all = Condition::all;
    assert!(numbers(&class, all()).await.is_empty());
    let row = |n: u32| match n % 2 {
        0 => json!({"n": n, "text": format!("Line {n}"), "tags": ["even", "x"], "even": true}),
        _ => json!({"n": n, "text": format!("line {n}"), "tags": ["odd", "x"]}),
    };
    let ids = fill(&client, &class, (0..6).map(row)).await;
    assert_eq!(numbers(&class, all()).await, [0, 1, 2, 3, 4, 5]);
    assert_eq!(numbers(&class, all().equals("n", 3).unwrap()).await, [3]);
    assert_eq!(
        numbers(&class, all().differs("n", 3).unwrap()).await,
        [0, 1, 2, 4, 5]
    );
    assert_eq!(
        numbers(&class, all().above("n", 1).unwrap().below("n", 4).unwrap()).await,
        [2, 3]
    );
    assert_eq!(numbers(&class, all().at_least("n", 4).unwrap()).await, [4, 5]);
    assert_eq!(numbers(&class, all().at_most("n", 1).unwrap()).await, [0, 1]);
    assert_eq!(
        numbers(&class, all().one_of("n", [5, 1, 9]).unwrap()).await,
        [1, 5]
    );
    assert_eq!(
        numbers(&class, all().none_of("n", [0, 1, 2]).unwrap()).await,
        [3, 4, 5]
    );
    assert_eq!(
        numbers(&class, all().holds("tags", ["even", "x"]).unwrap()).await,
        [0, 2, 4]
    );
    assert_eq!(numbers(&class, all().has("even", false)).await, [1, 3, 5]);
    assert_eq!(numbers(&class, all().fits("text", "^line", "")).await, [1, 3, 5]);
    assert_eq!(numbers(&class, all().fits("text", "^line 2", "i")).await, [2]);
    let either = [all().equals("n", 0).unwrap(), all().above("n", 4).unwrap()];
    assert_eq!(
        numbers(&class, all().any_of(either).below("n", 9).unwrap()).await,
        [0, 5]
    );
    let by_id = all().one_of("objectId", [&ids[2], &ids[4]]).unwrap();
    assert_eq!(numbers(&class, by_id).await, [2, 4]);
}

pub(crate) async fn order_limit_and_skip_and_keys(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    fill(
        &client,
        &class,
        (0..7).map(|n| json!({"n": n, "half": n / 2, "text": "long"})),
    )
    .await;
    let query = Query::new()
        .descending("half")
        .ascending("n")
        .limit(3)
        .unwrap()
        .skip(2);
    let found = class.find(&query.keys(["n"])).await.unwrap();
    let rows: Vec<u32> = found
        .objects
        .iter()
        .map(|row| row.get("n").unwrap().unwrap())
        .collect();
    assert_eq!(rows, [5, 2, 3]);
    assert_eq!((found.count, found.whole), (7, true));
    assert!(found.objects.iter().all(|row| !row.fields.contains_key("text")));
    assert!(found.objects.iter().all(|row| row.created_at.as_millis() > 0));
    let first = class.first(&Query::new().descending("n")).await.unwrap().unwrap();
    assert_eq!(first.get("n").unwrap(), Some(6));
}

pub(crate) async fn a_pointer_is_followed(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let (sessions, turns) = (bench.class(&client, "Session"), bench.class(&client, "Turn"));
    let session = sessions
        .create(&New::of(json!({"title": "a raise"})).unwrap())
        .await
        .unwrap();
    let pointer = Pointer {
        class: bench.name("Session"),
        id: session.id,
    };
    let turn = turns
        .create(&New::of(json!({"session": pointer})).unwrap())
        .await
        .unwrap();
    let plain = turns.get(&turn.id).await.unwrap().unwrap();
    assert_eq!(plain.get("session").unwrap(), Some(pointer.clone()));
    let rich = turns
        .get_including(&turn.id, &["session"])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(rich.fields["session"]["title"], "a raise");
    assert_eq!(rich.get("session").unwrap(), Some(pointer.clone()));
    let query = Query::new()
        .matching(Condition::all().equals("session", &pointer).unwrap())
        .include("session");
    let found = turns.find(&query).await.unwrap().objects;
    assert_eq!(found[0].fields["session"]["title"], "a raise");
}

async fn all(class: &AnyClass, size: u32, cursor: Cursor) -> (Vec<u32>, Cursor) {
    let mut pages = class.pages(Query::new().limit(size).unwrap(), cursor);
    let mut numbers = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        assert!(page.len() <= size as usize);
        numbers.extend(page.iter().map(|row| row.get::<u32>("n").unwrap().unwrap()));
    }
    (numbers, pages.cursor().clone())
}

pub(crate) async fn pages_bring_each_row_once(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    // Rows of one batch share milliseconds.
    fill(&client, &class, (0..60).map(|n| json!({"n": n}))).await;
    for size in [7, 60, 1000] {
        for dated in [Dated::CreatedAt, Dated::UpdatedAt] {
            let (mut numbers, _) = all(&class, size, Cursor::start(dated)).await;
            numbers.sort_unstable();
            assert!(numbers.iter().copied().eq(0..60), "{size} {dated:?}: {numbers:?}");
        }
    }
}

pub(crate) async fn what_is_new_comes_and_what_is_old_does_not(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    let ids = fill(&client, &class, (0..10).map(|n| json!({"n": n}))).await;
    let (numbers, cursor) = all(&class, 4, Cursor::start(Dated::UpdatedAt)).await;
    assert_eq!(numbers.len(), 10);
    let (numbers, cursor) = all(&class, 4, cursor).await;
    assert!(numbers.is_empty(), "{numbers:?}");
    // A new millisecond, so that the change is one.
    tokio::time::sleep(Duration::from_millis(5)).await;
    let changed = rehearse_leancloud::ObjectId::new(&*ids[3]).unwrap();
    class
        .update(&changed, &Update::new().set("n", 33).unwrap())
        .await
        .unwrap();
    fill(&client, &class, [json!({"n": 77})]).await;
    let (numbers, cursor) = all(&class, 4, cursor).await;
    assert_eq!(
        numbers.into_iter().collect::<BTreeSet<_>>(),
        BTreeSet::from([33, 77])
    );
    let (numbers, _) = all(&class, 4, cursor.overlapping(Duration::from_secs(3600))).await;
    assert_eq!(numbers.len(), 11);
}

pub(crate) async fn a_query_may_be_very_long(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    let none = Condition::all()
        .one_of("clientId", (0..300).map(|n| format!("id-{n:030}")))
        .unwrap();
    assert!(
        class
            .find(&Query::new().matching(none.clone()))
            .await
            .unwrap()
            .objects
            .is_empty()
    );
    let row = |n: u32| json!({"n": n, "clientId": format!("id-{n:030}")});
    fill(&client, &class, [row(7), row(500)]).await;
    assert_eq!(numbers(&class, none).await, [7]);
}
