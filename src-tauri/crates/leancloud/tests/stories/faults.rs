//! What goes wrong: each fault that a server, a gateway or a network is known for, and what a client makes of it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rehearse_fakes::leancloud::{FakeOptions, Fault, Provider, StaleSession};
use rehearse_leancloud::{
    Acl, Condition, Content, Cursor, Dated, Error, Expected, New, Next, Query, Settings, Timestamp, Upload,
    Wait, Why,
};
use serde_json::json;

use crate::bench::{self, Bench};

fn new(n: usize) -> New {
    New::of(json!({"n": n})).unwrap()
}

async fn create(bench: &Bench) -> Result<(), Error> {
    bench.class(&bench.client, "Turn").create(&new(1)).await.map(drop)
}

fn later(why: Why, perhaps_done: bool) -> Next {
    Next::Later {
        wait: Wait::Soon,
        why,
        perhaps_done,
    }
}

#[tokio::test]
async fn a_write_that_was_applied_before_the_connection_broke_may_have_been_done() {
    for bench in [bench::in_this_process().await, bench::over_loopback().await] {
        let fake = bench.fake.as_ref().unwrap();
        for (fault, applied) in [(Fault::Lost, 0), (Fault::After, 1), (Fault::CutShort, 1)] {
            let before = fake.rows("Turn").len();
            fake.faults().once("POST", "/1.1/classes/Turn", fault.clone());
            let error = create(&bench).await.unwrap_err();
            assert_eq!(error.next(), later(Why::NoAnswer, true), "{fault:?}: {error:?}");
            assert_eq!(fake.rows("Turn").len() - before, applied, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn answers_that_are_none_of_the_app_are_told_apart() {
    let bench = bench::over_loopback().await;
    let fake = bench.fake.as_ref().unwrap();
    for (fault, next) in [
        (Fault::html_502(), later(Why::Fault, true)),
        (Fault::timed_out_inside(), later(Why::Fault, true)),
        (
            Fault::disabled_503(),
            Next::Later {
                wait: Wait::Slowly,
                why: Why::Disabled,
                perhaps_done: false,
            },
        ),
        (
            Fault::archived_504(),
            Next::Later {
                wait: Wait::Slowly,
                why: Why::Archived,
                perhaps_done: false,
            },
        ),
        (
            Fault::quota_exceeded(),
            Next::Later {
                wait: Wait::Tomorrow,
                why: Why::Quota,
                perhaps_done: false,
            },
        ),
        (Fault::unauthorized(), Next::SignInAgain),
    ] {
        fake.faults().once("POST", "/1.1/classes/Turn", fault.clone());
        assert_eq!(create(&bench).await.unwrap_err().next(), next, "{fault:?}");
        assert_eq!(fake.faults().waiting(), 0);
    }
    assert!(create(&bench).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_write_that_lands_after_the_client_gave_up_is_one_that_may_have_been_done() {
    let bench = bench::in_this_process().await;
    let fake = bench.fake.as_ref().unwrap();
    fake.faults()
        .once("POST", "/1.1/classes/Turn", Fault::Late(Duration::from_secs(25)));
    let error = create(&bench).await.unwrap_err();
    assert_eq!(error.next(), later(Why::NoAnswer, true));
    assert!(fake.rows("Turn").is_empty());
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(fake.rows("Turn").len(), 1);
    fake.faults()
        .once("POST", "/1.1/classes/Turn", Fault::Slow(Duration::from_secs(12)));
    assert!(create(&bench).await.is_ok());
}

#[tokio::test]
async fn never_more_than_three_workers_are_kept_busy() {
    let options = FakeOptions {
        worker_threads: Some(3),
        ..FakeOptions::default()
    };
    let bench = Arc::new(bench::over_loopback_with(options).await);
    let tasks: Vec<_> = (0..60)
        .map(|_| {
            let bench = Arc::clone(&bench);
            tokio::spawn(async move { create(&bench).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let fake = bench.fake.as_ref().unwrap();
    assert_eq!(fake.rows("Turn").len(), 60);
    assert!(fake.peak_in_flight() <= 3, "{}", fake.peak_in_flight());
    assert!(fake.requests().iter().all(|request| request.status == Some(201)));
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_gets_its_rest_and_everything_arrives_once() {
    let bench = Arc::new(bench::in_this_process().await);
    let fake = bench.fake.as_ref().unwrap();
    fake.faults()
        .times(7, "POST", "/1.1/classes/Turn", Fault::too_many_requests());
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let bench = Arc::clone(&bench);
            tokio::spawn(async move { create(&bench).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(fake.rows("Turn").len(), 20);
    assert_eq!(fake.api_requests(), 27);
}

#[tokio::test]
async fn a_clock_that_goes_wrong_is_followed() {
    let options = FakeOptions {
        signature_tolerance: Some(Duration::from_secs(60)),
        ..FakeOptions::default()
    };
    for bench in [
        bench::in_this_process_with(options.clone()),
        bench::over_loopback_with(options).await,
    ] {
        let slow = Settings {
            now: Arc::new(|| Timestamp::of_this_computer().before(Duration::from_secs(86_400))),
            ..Settings::default()
        };
        let client = bench.another_with(slow);
        let class = bench.class(&client, "Turn");
        class.create(&new(1)).await.unwrap();
        let before = bench.fake.as_ref().unwrap().api_requests();
        class.create(&new(2)).await.unwrap();
        assert_eq!(bench.fake.as_ref().unwrap().api_requests(), before + 1);
    }
}

#[tokio::test]
async fn a_result_that_was_cut_short_is_noticed_and_pages_bring_the_rest() {
    let options = FakeOptions {
        result_bytes: 20_000,
        ..FakeOptions::default()
    };
    let bench = bench::over_loopback_with(options).await;
    let class = bench.class(&bench.client, "Turn");
    for n in 0..30 {
        // One row alone is larger than a result may be.
        let length = if n == 17 { 50_000 } else { 3_000 };
        let new = New::of(json!({"n": n, "text": "x".repeat(length)})).unwrap();
        class.create(&new).await.unwrap();
    }
    let found = class.find(&Query::new()).await.unwrap();
    assert!(!found.whole && found.objects.len() < 30 && found.count == 30);
    let mut pages = class.pages(Query::new(), Cursor::start(Dated::CreatedAt));
    let mut numbers = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        numbers.extend(page.iter().map(|row| row.get::<u32>("n").unwrap().unwrap()));
    }
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(0..30), "{numbers:?}");
}

#[tokio::test]
async fn a_session_that_is_refused_everywhere_is_renewed_for_looking_too() {
    let options = FakeOptions {
        stale_session: StaleSession::IsRefused,
        ..FakeOptions::default()
    };
    let bench = bench::over_loopback_with(options).await;
    let (client, user) = bench.somebody().await;
    let class = bench.class(&client, "Turn");
    let row = class.create(&new(1).acl(Acl::owner(&user.id))).await.unwrap();
    bench.fake.as_ref().unwrap().revoke_sessions();
    assert!(class.get(&row.id).await.unwrap().is_some());
    // All who meet it at once sign in once.
    let fake = bench.fake.as_ref().unwrap();
    fake.revoke_sessions();
    let before = fake.requests().len();
    let gets = (0..10).map(|_| class.get(&row.id));
    for got in futures_util::future::join_all(gets).await {
        assert!(got.unwrap().is_some());
    }
    let requests = fake.requests();
    let sign_ins = requests[before..]
        .iter()
        .filter(|request| request.path == "/1.1/users")
        .count();
    assert_eq!(sign_ins, 1);
}

fn upload() -> Upload {
    Upload::new(
        "turn.mp3",
        "audio/mpeg",
        Content::Bytes(Bytes::from(vec![7; 200_000])),
    )
}

#[tokio::test]
async fn every_host_of_files_takes_a_file_and_gives_it_back() {
    for provider in [Provider::Qiniu, Provider::S3, Provider::Cos] {
        let options = FakeOptions {
            provider,
            ..FakeOptions::default()
        };
        for bench in [
            bench::in_this_process_with(options.clone()),
            bench::over_loopback_with(options).await,
        ] {
            let file = bench.client.files().upload(&upload(), None).await.unwrap();
            let mut into = Vec::new();
            let expected = Expected {
                size: Some(200_000),
                sha256: None,
            };
            bench
                .client
                .files()
                .download(&file.url, &mut into, &expected, None)
                .await
                .unwrap();
            assert!(into == vec![7; 200_000], "{provider:?}");
        }
    }
}

#[tokio::test]
async fn a_failed_upload_leaves_nothing_behind_or_says_what() {
    for (provider, path) in [
        (Provider::Qiniu, "/"),
        (Provider::S3, "/s3/*"),
        (Provider::Cos, "/cos/*"),
    ] {
        let options = FakeOptions {
            provider,
            ..FakeOptions::default()
        };
        let bench = bench::over_loopback_with(options).await;
        let fake = bench.fake.as_ref().unwrap();
        for fault in [Fault::Lost, Fault::After, Fault::html_502()] {
            fake.faults().once("*", path, fault.clone());
            let error = bench.client.files().upload(&upload(), None).await.unwrap_err();
            assert!(
                matches!(error.next(), Next::Later { .. }),
                "{provider:?} {fault:?} {error:?}"
            );
            assert_eq!(fake.faults().waiting(), 0);
            assert!(fake.rows("_File").is_empty(), "{provider:?} {fault:?}");
        }
        fake.faults().once("*", path, Fault::Lost);
        fake.faults().once("POST", "/1.1/fileCallback", Fault::Lost);
        let error = bench.client.files().upload(&upload(), None).await.unwrap_err();
        let Error::LeftBehind { file, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(fake.rows("_File").len(), 1);
        bench.owner.files().delete(&file).await.unwrap();
        assert!(fake.rows("_File").is_empty());
    }
}

#[tokio::test]
async fn a_permission_that_ran_out_is_asked_for_again() {
    let options = FakeOptions {
        provider: Provider::Qiniu,
        ..FakeOptions::default()
    };
    let bench = bench::in_this_process_with(options);
    let fake = bench.fake.as_ref().unwrap();
    let ticket = bench.client.files().begin(&upload()).await.unwrap();
    fake.configure(|options| {
        options.clock = Arc::new(|| Timestamp::of_this_computer().as_millis() + 7_200_000);
    });
    let error = bench
        .client
        .files()
        .carry(&upload(), ticket, None)
        .await
        .unwrap_err();
    assert!(matches!(error.next(), Next::Later { .. }), "{error:?}");
    assert!(bench.client.files().upload(&upload(), None).await.is_ok());
}

#[tokio::test]
async fn an_upload_that_arrived_twice_is_one_file() {
    let options = FakeOptions {
        provider: Provider::Qiniu,
        ..FakeOptions::default()
    };
    let bench = bench::in_this_process_with(options);
    let fake = bench.fake.as_ref().unwrap();
    let ticket = bench.client.files().begin(&upload()).await.unwrap();
    let first = bench
        .client
        .files()
        .carry(&upload(), ticket.clone(), None)
        .await
        .unwrap();
    let second = bench.client.files().carry(&upload(), ticket, None).await.unwrap();
    assert_eq!(first.id, second.id);
    assert_eq!(fake.files().len(), 1);
}

#[tokio::test]
async fn a_download_that_breaks_can_be_asked_for_again() {
    let bench = bench::over_loopback().await;
    let fake = bench.fake.as_ref().unwrap();
    let file = bench.client.files().upload(&upload(), None).await.unwrap();
    for fault in [Fault::Lost, Fault::CutShort] {
        fake.faults().once("GET", "/lcfile/*", fault.clone());
        let mut into = Vec::new();
        let error = bench
            .client
            .files()
            .download(&file.url, &mut into, &Expected::default(), None)
            .await
            .unwrap_err();
        assert!(matches!(error.next(), Next::Later { .. }), "{fault:?} {error:?}");
    }
    let mut into = Vec::new();
    bench
        .client
        .files()
        .download(&file.url, &mut into, &Expected::default(), None)
        .await
        .unwrap();
    assert_eq!(into.len(), 200_000);
}

#[tokio::test]
async fn a_lost_create_is_found_by_an_id_of_ones_own() {
    let bench = bench::over_loopback().await;
    let fake = bench.fake.as_ref().unwrap();
    let class = bench.class(&bench.client, "Turn");
    fake.faults().once("POST", "/1.1/classes/Turn", Fault::After);
    let new = New::of(json!({"clientId": "c-1"})).unwrap();
    assert!(class.create(&new).await.is_err());
    let query = Query::new().matching(Condition::all().equals("clientId", "c-1").unwrap());
    assert!(class.first(&query).await.unwrap().is_some());
}
