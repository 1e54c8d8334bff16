//! What only the owner of an app may do.

use rehearse_leancloud::{Acl, Client, Condition, Dialect, Error, New, Operation, Transport};
use serde_json::json;

use crate::bench::{self, Bench};

#[tokio::test]
async fn a_scan_brings_the_rows_of_everybody() {
    let bench = bench::over_loopback().await;
    for _ in 0..3 {
        let (client, user) = bench.somebody().await;
        let class = bench.class(&client, "Turn");
        let create = |n: u32| Operation::Create {
            class: class.name().clone(),
            new: New::of(json!({"n": n})).unwrap().acl(Acl::owner(&user.id)),
        };
        assert!(
            client
                .batch((0..500).map(create).collect())
                .await
                .iter()
                .all(Result::is_ok)
        );
    }
    let class = bench.class(&bench.owner, "Turn");
    let (mut scan, mut rows) = (class.scan(Condition::all()).unwrap(), 0);
    while let Some(page) = scan.next().await.unwrap() {
        rows += page.len();
    }
    assert_eq!(rows, 1500);
    let some = Condition::all().below("n", 10).unwrap();
    assert_eq!(class.scan(some).unwrap().next().await.unwrap().unwrap().len(), 30);
    let none = bench
        .class(&bench.owner, "Nothing")
        .scan(Condition::all())
        .unwrap()
        .next()
        .await
        .unwrap();
    assert_eq!(none, None);
}

async fn classes_are_listed(bench: &Bench) {
    let (client, _) = bench.somebody().await;
    let new = New::of(json!({"n": 1, "text": "x", "deep": {}})).unwrap();
    bench.class(&client, "Turn").create(&new).await.unwrap();
    let classes = bench.owner.schemas().await.unwrap();
    let columns = &classes[&bench.name("Turn")];
    assert_eq!(columns["n"], "Number");
    assert_eq!(columns["text"], "String");
    assert_eq!(columns["deep"], "Object");
    assert!(matches!(
        client.schemas().await,
        Err(Error::NeedsMasterKey { .. })
    ));
}

#[tokio::test]
async fn classes_are_listed_by_the_fake() {
    classes_are_listed(&bench::over_loopback().await).await;
}

#[tokio::test]
async fn classes_are_listed_by_parse_server() {
    if let Some(bench) = bench::on_parse_server("classes_are_listed").await {
        classes_are_listed(&bench).await;
        let scan = bench.class(&bench.owner, "Turn").scan(Condition::all());
        assert!(matches!(scan, Err(Error::Unsupported { .. })));
        assert_eq!(bench.dialect(), Dialect::Parse);
    }
}

/// A client can be handed to any task.
#[test]
fn a_client_is_everybodys() {
    const fn shared<T: Send + Sync + Clone>() {}
    const fn for_any<T: Transport>() {
        shared::<Client<T>>();
    }
    for_any::<std::sync::Arc<dyn Transport>>();
}
