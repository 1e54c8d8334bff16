//! The road to the server: switched off, cut off, not encrypted, and with the keys themselves.

use std::sync::Arc;
use std::time::Duration;

use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Fault, Served};
use rehearse_leancloud::{
    Client, Credentials, FILES, NetTransport, New, Next, Query, Reason, SYNC, Secret, Server, Wait, Why,
};
use rehearse_net::{Net, NetOptions};
use serde_json::json;

struct Road {
    net: Net,
    client: Client<NetTransport>,
    fake: FakeLeanCloud,
    _served: Served,
}

async fn road(credentials: impl FnOnce(Credentials) -> Credentials) -> Road {
    let options = FakeOptions::default();
    let fake = FakeLeanCloud::new(options.clone());
    let served = fake.serve().await.unwrap();
    let net = Net::new(NetOptions::default());
    let plain = Credentials::new(options.app_id).app_key(Secret::new(options.app_key));
    let server = Server::leancloud(&served.url).unwrap();
    let client = Client::new(NetTransport::new(net.clone()), server, credentials(plain));
    Road {
        net,
        client,
        fake,
        _served: served,
    }
}

fn later(why: Why, perhaps_done: bool) -> Next {
    Next::Later {
        wait: Wait::Soon,
        why,
        perhaps_done,
    }
}

#[tokio::test]
async fn with_the_network_off_nothing_leaves_and_with_it_on_everything_goes_on() {
    let road = road(|credentials| credentials).await;
    let class = road.client.class("Turn").unwrap();
    let new = New::of(json!({"n": 1})).unwrap();
    road.net.set_offline(true);
    let error = class.create(&new).await.unwrap_err();
    assert_eq!(error.next(), later(Why::Offline, false));
    assert!(road.fake.requests().is_empty());
    road.net.set_offline(false);
    class.create(&new).await.unwrap();
}

#[tokio::test]
async fn a_request_that_is_cut_off_may_have_arrived() {
    let road = road(|credentials| credentials).await;
    let slow = Fault::Slow(Duration::from_secs(30));
    road.fake.faults().once("POST", "/1.1/classes/Turn", slow);
    let (fake, net) = (road.fake.clone(), road.net.clone());
    tokio::spawn(async move {
        while fake.rows("Turn").is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        net.set_offline(true);
    });
    let class = road.client.class("Turn").unwrap();
    let error = class
        .create(&New::of(json!({"n": 1})).unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.next(), later(Why::NoAnswer, true));
}

#[tokio::test]
async fn a_server_that_is_not_there_got_nothing() {
    let road = road(|credentials| credentials).await;
    drop(road._served);
    let error = road
        .client
        .class("Turn")
        .unwrap()
        .find(&Query::new())
        .await
        .unwrap_err();
    assert_eq!(error.next(), later(Why::Unreachable, false));
}

#[tokio::test]
async fn an_unencrypted_road_is_one_to_be_agreed_to() {
    let net = Net::new(NetOptions::default());
    let server = Server::leancloud("http://192.0.2.1").unwrap();
    let credentials = Credentials::new("app").app_key(Secret::new("key"));
    let client = Client::new(NetTransport::new(net), server, credentials);
    let error = client
        .class("Turn")
        .unwrap()
        .find(&Query::new())
        .await
        .unwrap_err();
    let reason = Reason::PlainHttp("192.0.2.1".to_owned());
    assert_eq!(error.next(), Next::Stuck { reason });
}

#[tokio::test]
async fn keys_may_be_sent_themselves_and_bytes_are_counted_by_purpose() {
    let road = road(Credentials::unsigned).await;
    let class = road.client.class("Turn").unwrap();
    class
        .create(&New::of(json!({"text": "x".repeat(5000)})).unwrap())
        .await
        .unwrap();
    let found = class.find(&Query::new()).await.unwrap();
    assert_eq!(found.objects.len(), 1);
    let bytes = bytes::Bytes::from(vec![1; 70_000]);
    let content = rehearse_leancloud::Content::Bytes(bytes);
    let told: rehearse_leancloud::Progress = Arc::new(|_| {});
    let upload = rehearse_leancloud::Upload::new("x.mp3", "audio/mpeg", content);
    road.client.files().upload(&upload, Some(told)).await.unwrap();
    let traffic = road.net.traffic();
    let of = |purpose| traffic.iter().find(|traffic| traffic.purpose == purpose).unwrap();
    assert_eq!(of(SYNC).requests, 4);
    assert!(of(SYNC).sent > 5000 && of(SYNC).received > 5000);
    assert_eq!((of(FILES).requests, of(FILES).sent), (1, 70_000));
}
