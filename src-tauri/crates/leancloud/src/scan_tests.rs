//! Scans and lists of classes, which are for the owner of an app.

use serde_json::json;

use super::*;
use crate::scripted::{client, json, owner};

#[tokio::test]
async fn a_scan_goes_on_until_there_is_no_cursor_even_past_empty_pages() {
    let row = |id: &str| json!({"objectId": id, "createdAt": "2019-09-19T04:45:53.884Z"});
    let steps = [
        json(200, json!({"results": [row("a"), row("b")], "cursor": "c1"})),
        json(200, json!({"results": [], "cursor": "c2"})),
        json(200, json!({"results": [row("c")], "cursor": "c3"})),
        json(200, json!({"results": []})),
    ];
    let (client, seen) = owner(Dialect::LeanCloud, steps);
    let mut scan = client.class("Turn").unwrap().scan(Condition::all()).unwrap();
    assert_eq!(scan.next().await.unwrap().unwrap().len(), 2);
    assert_eq!(scan.next().await.unwrap().unwrap()[0].id.as_str(), "c");
    assert_eq!(scan.next().await.unwrap(), None);
    assert_eq!(scan.next().await.unwrap(), None);
    let seen = seen.seen();
    assert_eq!(seen[0].line, "GET /1.1/scan/classes/Turn?limit=1000&where={}");
    assert_eq!(
        seen[2].line,
        "GET /1.1/scan/classes/Turn?cursor=c2&limit=1000&where={}"
    );
    assert!(seen[0].header("x-lc-sign").unwrap().ends_with(",master"));
}

#[tokio::test]
async fn a_scan_is_for_the_owner_of_a_leancloud_app() {
    let class = |client: &Client<_>| client.class("Turn").unwrap();
    let (plain, _) = client(Dialect::LeanCloud, []);
    assert!(matches!(
        class(&plain).scan(Condition::all()),
        Err(Error::NeedsMasterKey { .. })
    ));
    assert!(matches!(plain.schemas().await, Err(Error::NeedsMasterKey { .. })));
    let (parse, _) = owner(Dialect::Parse, []);
    assert!(matches!(
        class(&parse).scan(Condition::all()),
        Err(Error::Unsupported { .. })
    ));
    let missing = json(404, json!({"code": 101, "error": "no class"}));
    let refused = json(403, json!({"code": 403, "error": "Forbidden."}));
    let (owner, _) = owner(Dialect::LeanCloud, [missing, refused, json(200, json!({}))]);
    assert_eq!(
        class(&owner)
            .scan(Condition::all())
            .unwrap()
            .next()
            .await
            .unwrap(),
        None
    );
    assert!(
        class(&owner)
            .scan(Condition::all())
            .unwrap()
            .next()
            .await
            .is_err()
    );
    assert!(
        class(&owner)
            .scan(Condition::all())
            .unwrap()
            .next()
            .await
            .is_err()
    );
}

#[tokio::test]
async fn classes_are_listed_in_either_dialect() {
    let leancloud = json!({"Turn": {"n": {"type": "Number"}, "odd": 7}, "Skill": {}});
    let parse = json!({"results": [
        {"className": "Turn", "fields": {"n": {"type": "Number"}}}, {"className": "Skill"}, {"nameless": 1}
    ]});
    for (dialect, answer) in [(Dialect::LeanCloud, leancloud), (Dialect::Parse, parse)] {
        let (client, _) = owner(dialect, [json(200, answer)]);
        let classes = client.schemas().await.unwrap();
        assert_eq!(classes.keys().collect::<Vec<_>>(), ["Skill", "Turn"]);
        assert_eq!(classes["Turn"]["n"], "Number");
    }
}
