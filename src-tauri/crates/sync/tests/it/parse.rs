//! The same with a real Parse Server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rehearse_domain::{Scenario, Timestamp};
use rehearse_fakes::ParseServer;
use rehearse_leancloud::{AnonymousId, Client, Condition, Credentials, NetTransport, Query, Secret, Server};
use rehearse_net::{Net, NetOptions};
use rehearse_store::{Access, Keep, Store};
use rehearse_sync::{Audio, AudioMirror, Look, Phase, Puller, Reach, Sender, SenderTask, Terms, Tools};

use crate::authoring::{authored, built_in, scenario_id};
use crate::pulling::seen;
use crate::records::{practise, session_id, snapshot};

async fn rows(client: &Client<NetTransport>, class: &str) -> usize {
    let query = Query::new().limit(1000).unwrap();
    client
        .class(class)
        .unwrap()
        .find(&query)
        .await
        .unwrap()
        .objects
        .len()
}

#[tokio::test(flavor = "multi_thread")]
async fn practices_reach_a_parse_server_and_go_again() {
    let server = match ParseServer::start() {
        Ok(server) => server,
        Err(unavailable) => {
            eprintln!("left out: {unavailable}");
            return;
        }
    };
    let keys = server.keys();
    let client = Client::new(
        NetTransport::new(Net::new(NetOptions::default())),
        Server::parse(server.url()).unwrap(),
        Credentials::new(&*keys.app_id).app_key(Secret::new(&*keys.rest_key)),
    );
    let user = client
        .users()
        .anonymous(&AnonymousId::from_random([3; 16]))
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let now = Timestamp::from_millis(1_795_856_400_000);
    let store = Arc::new(Store::open(folder.path(), Access::Owner, now).unwrap());
    for number in 1..=3 {
        practise(&store, number, &snapshot(), 12, now);
    }
    let terms = Terms {
        owner: user.id,
        reach: Reach::Own,
        stub_user: None,
        audio: Audio::Sent,
    };
    let begun = std::time::Instant::now();
    let tools = Tools {
        now: Arc::new(move || now.after(begun.elapsed())),
        random: Arc::new(|| 0.5),
    };
    let elsewhere = tempfile::tempdir().unwrap();
    let mirror = Arc::new(Store::open(elsewhere.path(), Access::Owner, now).unwrap());
    let later = Arc::new(AtomicU64::new(0));
    let clock = (Arc::clone(&later), tools.now.clone());
    let later_tools = Tools {
        now: Arc::new(move || clock.1().after(Duration::from_secs(clock.0.load(Ordering::Relaxed)))),
        ..tools.clone()
    };
    let puller = Puller::new(
        client.clone(),
        Arc::clone(&mirror),
        terms.clone(),
        later_tools,
        AudioMirror::OnDemand,
    );
    let sender_of = |store: &Arc<Store>| {
        let (client, store) = (client.clone(), Arc::clone(store));
        Sender::new(client, store, terms.clone(), tools.clone()).unwrap()
    };
    let sender = sender_of(&store).with_built_in(built_in()).unwrap();
    let task = SenderTask::start(sender);
    settle(&task, &store).await;
    let counts = [
        rows(&client, "PracticeSession").await,
        rows(&client, "Turn").await,
        rows(&client, "Evaluation").await,
    ];
    assert_eq!(counts, [3, 36, 3]);
    assert_eq!(
        rows(&client, "Scenario").await + rows(&client, "Skill").await,
        built_in().len()
    );
    let turn = client
        .class("Turn")
        .unwrap()
        .first(&Query::new())
        .await
        .unwrap()
        .unwrap();
    let ended = Query::new().matching(Condition::all().equals("status", "ended").unwrap());
    let ended = client
        .class("PracticeSession")
        .unwrap()
        .find(&ended)
        .await
        .unwrap();
    assert_eq!(ended.objects.len(), 3);
    assert_eq!(store.stuck_changes().unwrap(), []);
    let url: String = turn.get("audioUrl").unwrap().unwrap();
    let expected = rehearse_leancloud::Expected {
        size: Some(300),
        sha256: turn.get("audioSha256").unwrap(),
    };
    client
        .files()
        .download(&url, &mut tokio::io::sink(), &expected, None)
        .await
        .unwrap();

    let pulled = puller.round(Look::New).await.unwrap();
    assert_eq!((pulled.changed.len(), pulled.failed), (3, None));
    assert_eq!(seen(&mirror), seen(&store));
    assert!(!puller.round(Look::New).await.unwrap().is_news());
    let clip = mirror.turns(session_id(1)).unwrap()[3].clip.clone().unwrap();
    let path = puller.fetch_clip(clip.id).await.unwrap();
    assert_eq!(std::fs::read(path).unwrap().len(), 300);
    scenarios_travel(&task, [&store, &mirror], &puller, &sender_of(&mirror)).await;

    store.doom_sessions(&[session_id(2)], now).unwrap();
    store.purge_doomed(now, now).unwrap();
    task.nudge().hurry();
    settle(&task, &store).await;
    let counts = [
        rows(&client, "PracticeSession").await,
        rows(&client, "Turn").await,
        rows(&client, "Evaluation").await,
    ];
    assert_eq!(counts, [2, 24, 2]);
    // Only the owner of the app may delete files.
    assert_eq!(store.still_on_the_remote().unwrap().len(), 12);
    let pulled = puller.round(Look::New).await.unwrap();
    assert_eq!((pulled.uncertain, pulled.gone), (1, Vec::new()));
    later.store(120, Ordering::Relaxed);
    let pulled = puller.round(Look::New).await.unwrap();
    assert_eq!(pulled.gone, [session_id(2)]);
    assert_eq!(seen(&mirror), seen(&store));
    task.stop().await;
}

/// A scenario that is written here is read there; where both change it the one that comes late has both versions.
async fn scenarios_travel(
    task: &SenderTask,
    [store, mirror]: [&Arc<Store>; 2],
    puller: &Puller<NetTransport>,
    sender: &Sender<NetTransport>,
) {
    let now = Timestamp::from_millis(1_795_856_400_000);
    let titled = |title: &str| Scenario {
        id: scenario_id(1),
        slug: "own-1".parse().unwrap(),
        title: title.to_owned(),
        ..snapshot().scenario
    };
    store.save_scenario(&titled("The damp"), None, now).unwrap();
    task.nudge().hurry();
    settle(task, store).await;
    let pulled = puller.round(Look::New).await.unwrap();
    assert_eq!((pulled.authored.len(), pulled.failed), (1, None));
    assert_eq!(authored(mirror), authored(store));

    store.save_scenario(&titled("First"), Some(1), now).unwrap();
    mirror.save_scenario(&titled("Second"), Some(1), now).unwrap();
    task.nudge().hurry();
    settle(task, store).await;
    sender.round().await.unwrap();
    assert_eq!(mirror.conflicts().unwrap().len(), 1);
    let id = scenario_id(1).into();
    assert!(mirror.settle_conflict(id, Keep::Theirs, now).unwrap());
    assert_eq!(authored(mirror), authored(store));
    let revision = mirror.scenario(scenario_id(1)).unwrap().unwrap().record.revision;
    mirror
        .save_scenario(&titled("Third"), Some(revision), now)
        .unwrap();
    sender.round().await.unwrap();
    assert_eq!(
        (mirror.outbox_pending().unwrap(), mirror.conflicts().unwrap()),
        (0, Vec::new())
    );
}

/// Waits until everything is told.
async fn settle(task: &SenderTask, store: &Store) {
    let deadline = std::time::Instant::now() + Duration::from_secs(120);
    let told = || store.outbox_pending().unwrap() == 0 && task.status().borrow().phase == Phase::Idle;
    while !told() {
        assert!(
            std::time::Instant::now() < deadline,
            "{:?}",
            task.status().borrow()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
