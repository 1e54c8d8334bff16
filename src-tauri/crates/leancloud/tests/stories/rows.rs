//! Rows: created, read, changed, deleted.

use std::collections::BTreeSet;

use rehearse_leancloud::{
    Binary, Condition, Date, Dialect, Error, New, Next, ObjectId, Pointer, Query, Reason, Timestamp, Update,
};
use serde_json::{Value, json};

use crate::bench::{self, Bench};

pub(crate) async fn a_row_lives_and_dies(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    let new =
        New::of(json!({"transcript": "你好 <&> \"quotes\" \u{1F44B}", "sequence": 0, "none": null})).unwrap();
    let created = class.create(&new).await.unwrap();
    let row = class.get(&created.id).await.unwrap().unwrap();
    assert_eq!(row.created_at, created.created_at);
    assert_eq!(row.updated_at, created.created_at);
    let text: String = row.get("transcript").unwrap().unwrap();
    assert_eq!(text, "你好 <&> \"quotes\" \u{1F44B}");
    assert_eq!(row.get::<Value>("none").unwrap(), None);

    let updated = class
        .update(&created.id, &Update::new().set("sequence", 7).unwrap())
        .await
        .unwrap();
    assert!(updated >= created.created_at);
    let row = class.get(&created.id).await.unwrap().unwrap();
    assert_eq!((row.get("sequence").unwrap(), row.updated_at), (Some(7), updated));

    class.delete(&created.id).await.unwrap();
    assert_eq!(class.get(&created.id).await.unwrap(), None);
    class.delete(&created.id).await.unwrap();
    let error = class.update(&created.id, &Update::new()).await.unwrap_err();
    assert_eq!(
        error.next(),
        Next::Stuck {
            reason: Reason::Missing
        },
        "{error:?}"
    );
    // Nobody has heard of that class.
    let unheard = bench.class(&client, "Unheard");
    assert_eq!(unheard.get(&created.id).await.unwrap(), None);
    unheard.delete(&created.id).await.unwrap();
}

pub(crate) async fn changes_happen_on_the_server(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    let new = New::of(json!({"n": 1, "tags": ["a"], "gone": "x", "meta": {"a": 1, "b": 2}})).unwrap();
    let id = class.create(&new).await.unwrap().id;
    let first = Update::new()
        .increment("n", 4)
        .unwrap()
        .append("tags", ["b", "b"])
        .unwrap();
    class.update(&id, &first.unset("gone").unwrap()).await.unwrap();
    let second = Update::new()
        .increment("n", -2)
        .unwrap()
        .append_missing("tags", ["b", "c"])
        .unwrap();
    class
        .update(&id, &second.set("meta.a", 9).unwrap())
        .await
        .unwrap();
    let third = Update::new()
        .remove("tags", ["a"])
        .unwrap()
        .increment("fresh", 1)
        .unwrap();
    class.update(&id, &third).await.unwrap();
    let row = class.get(&id).await.unwrap().unwrap();
    assert_eq!(row.get("n").unwrap(), Some(3));
    assert_eq!(row.get("fresh").unwrap(), Some(1));
    assert_eq!(row.get("meta").unwrap(), Some(json!({"a": 9, "b": 2})));
    // Where a new item goes, and whether an old one may stand twice, is the server's choice.
    let tags: BTreeSet<String> = row.get("tags").unwrap().unwrap();
    assert_eq!(tags, BTreeSet::from(["b".to_owned(), "c".to_owned()]));
    assert_eq!(row.get::<String>("gone").unwrap(), None);
}

pub(crate) async fn values_come_back_as_they_went(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Value");
    let to = class.create(&New::of(json!({"n": 1})).unwrap()).await.unwrap().id;
    let date = Date(Timestamp::from_millis(1_234_567_890_123));
    let pointer = Pointer {
        class: bench.name("Value"),
        id: to,
    };
    let bytes = Binary((0..=255).collect());
    let fields = json!({
        "date": date, "pointer": pointer, "bytes": bytes, "yes": true, "number": -1.5,
        "nested": {"list": [1, "two", {"three": [null]}], "empty": {}}, "list": [],
    });
    let id = class.create(&New::of(&fields).unwrap()).await.unwrap().id;
    let row = class.get(&id).await.unwrap().unwrap();
    assert_eq!(row.get("date").unwrap(), Some(date));
    assert_eq!(row.get("pointer").unwrap(), Some(pointer));
    assert_eq!(row.get("bytes").unwrap(), Some(bytes));
    assert_eq!(row.get("yes").unwrap(), Some(true));
    assert_eq!(row.get("number").unwrap(), Some(-1.5));
    assert_eq!(row.get::<Value>("nested").unwrap().as_ref(), fields.get("nested"));
    assert_eq!(row.get("list").unwrap(), Some(json!([])));
}

pub(crate) async fn a_changed_row_is_not_changed_by_somebody_who_has_not_seen_it(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Scenario");
    let created = class
        .create(&New::of(json!({"title": "one", "n": 1})).unwrap())
        .await
        .unwrap();
    let seen = |n: i32| Condition::all().equals("n", n).unwrap();
    let update = |n: i32| Update::new().set("n", n).unwrap();
    class.update_if(&created.id, &update(2), &seen(1)).await.unwrap();
    let error = class
        .update_if(&created.id, &update(3), &seen(1))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Conflict), "{error:?}");
    let row = class.get(&created.id).await.unwrap().unwrap();
    assert_eq!(row.get("n").unwrap(), Some(2));
    // By the date of the last change, as somebody would who edits offline.
    let by_date = Condition::all()
        .equals("updatedAt", Date(row.updated_at))
        .unwrap();
    class.update_if(&created.id, &update(4), &by_date).await.unwrap();
    let error = class.delete_if(&created.id, &seen(2)).await.unwrap_err();
    assert!(matches!(error, Error::Conflict), "{error:?}");
    class.delete_if(&created.id, &seen(4)).await.unwrap();
    let error = class.delete_if(&created.id, &seen(4)).await.unwrap_err();
    assert!(matches!(error, Error::Conflict), "{error:?}");
}

pub(crate) async fn a_column_keeps_its_type(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Locked");
    class
        .create(&New::of(json!({"latencyMs": 7})).unwrap())
        .await
        .unwrap();
    let error = class
        .create(&New::of(json!({"latencyMs": "seven"})).unwrap())
        .await
        .unwrap_err();
    let Next::Stuck {
        reason: Reason::TypeLocked(Some(lock)),
    } = error.next()
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (lock.field.as_str(), lock.expected.as_str()),
        ("latencyMs", "Number")
    );
    assert!(!error.to_string().contains("seven"), "{error}");
}

pub(crate) async fn a_unique_row_is_created_once(bench: &Bench) {
    let name = bench.name("Unique");
    match (&bench.fake, bench.dialect()) {
        (Some(fake), _) => fake.configure(|options| {
            options.unique.insert((name, "clientId".to_owned()));
        }),
        (None, Dialect::Parse) => {
            let made =
                tokio::task::spawn_blocking(move || bench::parse().unwrap().make_unique(&name, "clientId"));
            made.await.unwrap().unwrap();
        }
        (None, Dialect::LeanCloud) => return,
    }
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Unique");
    let new = New::of(json!({"clientId": "c-1"})).unwrap();
    let created = class.create(&new).await.unwrap();
    let error = class.create(&new).await.unwrap_err();
    assert_eq!(error.next(), Next::AlreadyDone, "{error:?}");
    let query = Query::new().matching(Condition::all().equals("clientId", "c-1").unwrap());
    let found = class.find(&query).await.unwrap().objects;
    let ids: Vec<&ObjectId> = found.iter().map(|row| &row.id).collect();
    assert_eq!(ids, [&created.id]);
}

/// The number decides who may do something: eight at once, on a number that is not there yet, inside an object.
pub(crate) async fn of_those_who_count_at_once_each_gets_another_number(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    let id = class.create(&New::of(json!({"n": 1})).unwrap()).await.unwrap().id;
    for field in ["lease.r7", "lease.r8", "plain"] {
        let counting = (0..8).map(|_| class.count_up(&id, field));
        let counted = futures_util::future::join_all(counting).await;
        let numbers: BTreeSet<u64> = counted.into_iter().map(|one| one.unwrap().0).collect();
        assert_eq!(numbers, (1..=8).collect(), "{field}");
    }
    let row = class.get(&id).await.unwrap().unwrap();
    assert_eq!(row.get("lease").unwrap(), Some(json!({"r7": 8, "r8": 8})));
    let missing = ObjectId::new("aaaaaaaaaa").unwrap();
    let error = class.count_up(&missing, "plain").await.unwrap_err();
    assert_eq!(
        error.next(),
        Next::Stuck {
            reason: Reason::Missing
        },
        "{error:?}"
    );
}
