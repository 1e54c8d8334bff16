//! The check of a server: of good ones and of several bad ones, and that nothing of it stays.

use std::sync::Arc;

use rehearse_domain::Timestamp;
use rehearse_fakes::ParseServer;
use rehearse_fakes::leancloud::{DefaultAcl, FakeLeanCloud, FakeOptions, Fault, Permission, Who};
use rehearse_leancloud::{
    AnonymousId, Client, Credentials, NetTransport, ObjectId, Query, Secret, Server, Transport,
};
use rehearse_net::{Net, NetOptions};
use rehearse_sync::check::{CheckLine, FileStep, Finding, PROBES, RowStep, Trouble, Verdict, check};
use rehearse_sync::{Audio, Reach, Terms, Tools};
use serde_json::json;

use crate::machine::generous;
use crate::rescue::{App, Road};

/// Checks, by a clock that is so many milliseconds behind the server's.
async fn checked<T: Transport>(
    client: &Client<T>,
    owner: &ObjectId,
    app: &FakeOptions,
    behind: i64,
) -> Vec<CheckLine> {
    let clock = Arc::clone(&app.clock);
    let tools = Tools {
        now: Arc::new(move || Timestamp::from_millis(clock() - behind)),
        random: Arc::new(|| 0.5),
    };
    check(client, &terms(owner), &tools).await
}

fn terms(owner: &ObjectId) -> Terms {
    Terms {
        owner: owner.clone(),
        reach: Reach::Own,
        stub_user: None,
        audio: Audio::Sent,
    }
}

fn codes(lines: &[CheckLine], verdict: Verdict) -> Vec<String> {
    let written = |line: &CheckLine| {
        serde_json::to_value(line).unwrap()["code"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let of = lines.iter().filter(|line| line.verdict == verdict);
    of.map(written).collect()
}

/// Nothing of a check is left.
fn assert_clean(fake: &FakeLeanCloud, files: usize) {
    assert_eq!(fake.rows(PROBES).len(), 0);
    assert_eq!(fake.rows("_File").len(), files);
}

#[tokio::test(start_paused = true)]
async fn a_good_server_has_warnings_only_and_nothing_stays() {
    let app = App::new(FakeOptions {
        default_acl: DefaultAcl::Owner,
        ..generous()
    });
    let (client, _, user) = app.somebody(1).await;
    for _ in 0..2 {
        let lines = checked(&client, &user, &app.options, 0).await;
        assert_eq!(codes(&lines, Verdict::Bad), Vec::<String>::new(), "{lines:?}");
        // What holds for every LeanCloud app.
        assert_eq!(
            codes(&lines, Verdict::Warning),
            ["unique_unproven", "files_readable"]
        );
        let good = [
            "reached",
            "keys_accepted",
            "clock",
            "signed_in",
            "rows_hidden",
            "conditions",
            "default_acl",
            "batch_works",
            "rows_work",
            "files_work",
            "files_deletable",
        ];
        assert_eq!(codes(&lines, Verdict::Good), good);
        assert_clean(&app.fake, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_app_has_rows_that_are_everybodys_and_files_that_stay() {
    let app = App::new(FakeOptions::default());
    let (client, _, user) = app.somebody(1).await;
    let twin = |id: &str| json!({"clientId": id});
    app.fake
        .import("Turn", [twin("a"), twin("b"), twin("a"), twin("a")]);
    for _ in 0..3 {
        let lines = checked(&client, &user, &app.options, 0).await;
        assert_eq!(codes(&lines, Verdict::Bad), Vec::<String>::new(), "{lines:?}");
        let warnings = [
            "default_acl",
            "twins",
            "unique_unproven",
            "files_readable",
            "files_stay",
        ];
        assert_eq!(codes(&lines, Verdict::Warning), warnings);
        let open = Finding::DefaultAcl {
            read: true,
            write: true,
        };
        assert!(lines.iter().any(|line| line.finding == open));
        let twins = Finding::Twins {
            class: "Turn",
            count: 2,
        };
        assert!(lines.iter().any(|line| line.finding == twins));
        // One, however often it is checked.
        assert_clean(&app.fake, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_request_the_next_check_cleans_up() {
    let app = App::new(generous());
    let (client, road, user) = app.somebody(1).await;
    let before = road.gone();
    let expected = checked(&client, &user, &app.options, 0).await;
    for after in 0..road.gone() - before {
        road.cut_after(after);
        tokio::select! {
            lines = checked(&client, &user, &app.options, 0) => panic!("{after}: {lines:?}"),
            () = road.cut.notified() => {}
        }
        road.cut_after(usize::MAX);
        assert_eq!(
            checked(&client, &user, &app.options, 0).await,
            expected,
            "{after}"
        );
        assert_clean(&app.fake, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn wrong_keys_wrong_servers_and_wrong_people_are_told_apart() {
    let app = App::new(generous());
    let (client, _, user) = app.somebody(1).await;
    let at = |address: &str| Server::leancloud(address).unwrap();
    let road = || Road::new(&app.fake);
    let wrong = Credentials::new(&*app.options.app_id).app_key(Secret::new("wrong"));
    let wrong = app.client_of(road(), wrong, at("http://fake.localhost"));
    let lines = checked(&wrong, &user, &app.options, 0).await;
    assert_eq!(codes(&lines, Verdict::Bad), ["keys_refused"]);
    assert_eq!(codes(&lines, Verdict::Good), ["reached"]);

    let parse = Server::parse("http://fake.localhost/1.1").unwrap();
    let parse = app.client_of(road(), app.credentials(), parse);
    let lines = checked(&parse, &user, &app.options, 0).await;
    let speaks = Some("leancloud");
    assert_eq!(lines, [line(Finding::WrongAddress { speaks }, Verdict::Bad)]);

    let closing = app.client_of(road(), app.credentials(), at("https://a.api.lncldglobal.com"));
    let lines = checked(&closing, &user, &app.options, 0).await;
    assert!(
        lines.contains(&line(Finding::Closes { days: 44 }, Verdict::Warning)),
        "{lines:?}"
    );
    assert_eq!(codes(&lines, Verdict::Bad), ["nobody_signed_in"]);

    let (other, _, stranger) = app.somebody(2).await;
    let lines = checked(&other, &user, &app.options, 0).await;
    assert!(lines.contains(&line(Finding::OtherUser { user: stranger }, Verdict::Bad)));
    app.fake.revoke_sessions();
    client.set_sign_in(None);
    let lines = checked(&client, &user, &app.options, 0).await;
    assert_eq!(codes(&lines, Verdict::Bad), ["session_ended"]);
    app.fake.faults().always("*", "*", Fault::Lost);
    let lines = checked(&client, &user, &app.options, 0).await;
    assert_eq!(codes(&lines, Verdict::Bad), ["unreachable"]);
}

fn line(finding: Finding, verdict: Verdict) -> CheckLine {
    CheckLine { verdict, finding }
}

#[tokio::test(start_paused = true)]
async fn what_is_forbidden_and_a_wrong_clock_are_named() {
    let mut options = generous();
    options.client_creates_classes = false;
    let app = App::new(options);
    let (client, _, user) = app.somebody(1).await;
    let minutes = |minutes: i64| minutes * 60_000;
    let lines = checked(&client, &user, &app.options, minutes(5)).await;
    let clock = Finding::Clock {
        offset_ms: minutes(5),
    };
    assert!(lines.contains(&line(clock, Verdict::Warning)), "{lines:?}");
    let trouble = Trouble {
        why: "refused",
        code: Some(119),
    };
    let step = RowStep::Create;
    let refused = Finding::RowRefused { step, trouble };
    assert!(lines.contains(&line(refused, Verdict::Bad)), "{lines:?}");
    let lines = checked(&client, &user, &app.options, -minutes(60)).await;
    let clock = Finding::Clock {
        offset_ms: -minutes(60),
    };
    assert!(lines.contains(&line(clock, Verdict::Bad)), "{lines:?}");

    app.fake.configure(|options| {
        options.client_creates_classes = true;
        for (permission, class) in [(Permission::Delete, PROBES), (Permission::Create, "_File")] {
            options
                .permissions
                .insert((class.to_owned(), permission), Who::Nobody);
        }
    });
    app.fake
        .faults()
        .always("POST", "/1.1/fileTokens", Fault::quota_exceeded());
    let lines = checked(&client, &user, &app.options, 0).await;
    let bad = ["row_refused", "file_refused"];
    assert_eq!(codes(&lines, Verdict::Bad), bad, "{lines:?}");
    let step = FileStep::Upload;
    let trouble = Trouble {
        why: "quota",
        code: Some(140),
    };
    let refused = Finding::FileRefused { step, trouble };
    assert!(lines.contains(&line(refused, Verdict::Bad)), "{lines:?}");
    let left = Finding::LeftBehind {
        rows: 4,
        files: Vec::new(),
    };
    assert!(lines.contains(&line(left, Verdict::Warning)), "{lines:?}");
}

#[tokio::test]
async fn an_unencrypted_host_of_files_is_named() {
    let options = generous();
    let fake = FakeLeanCloud::new(options.clone());
    let served = fake.serve().await.unwrap();
    fake.configure(|options| options.file_host = Some("http://files.example".to_owned()));
    let client = Client::new(
        NetTransport::new(Net::new(NetOptions::default())),
        Server::leancloud(&served.url).unwrap(),
        Credentials::new(&*options.app_id).app_key(Secret::new(&*options.app_key)),
    );
    let id = AnonymousId::from_random([5; 16]);
    let user = client.users().anonymous(&id).await.unwrap().id;
    let lines = checked(&client, &user, &options, 0).await;
    let (host, agreed) = ("files.example".to_owned(), false);
    let plain = Finding::FilesPlainHttp { host, agreed };
    assert!(lines.contains(&line(plain, Verdict::Warning)), "{lines:?}");
    assert_eq!(codes(&lines, Verdict::Bad), Vec::<String>::new());
    assert_clean(&fake, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parse_server_is_checked() {
    let server = match ParseServer::start() {
        Ok(server) => server,
        Err(unavailable) => {
            eprintln!("left out: {unavailable}");
            return;
        }
    };
    let keys = server.keys();
    let transport = Arc::new(NetTransport::new(Net::new(NetOptions::default())));
    let address = Server::parse(server.url()).unwrap();
    let plain = Credentials::new(&*keys.app_id).app_key(Secret::new(&*keys.rest_key));
    let client = Client::new(Arc::clone(&transport), address.clone(), plain.clone());
    let id = AnonymousId::from_random([4; 16]);
    let user = client.users().anonymous(&id).await.unwrap().id;
    let options = FakeOptions::default();
    let rows = async || {
        let probes = client.class(PROBES).unwrap();
        probes.find(&Query::new()).await.unwrap().objects
    };
    let mut kept = Vec::new();
    for _ in 0..2 {
        let lines = checked(&client, &user, &options, 0).await;
        assert_eq!(codes(&lines, Verdict::Bad), Vec::<String>::new(), "{lines:?}");
        let warnings = [
            "conditions",
            "default_acl",
            "unique_unproven",
            "files_readable",
            "files_stay",
        ];
        assert_eq!(codes(&lines, Verdict::Warning), warnings);
        // The one row that remembers the one file.
        let rows = rows().await;
        assert_eq!(rows.len(), 1);
        kept.push(rows[0].get::<String>("fileId").unwrap());
    }
    assert_eq!(kept[0], kept[1]);
    let owner = plain.clone().master_key(Secret::new(&*keys.master_key));
    let owner = Client::new(Arc::clone(&transport), address, owner);
    owner.set_session(client.session());
    let lines = checked(&owner, &user, &options, 0).await;
    assert!(
        codes(&lines, Verdict::Good).contains(&"files_deletable".to_owned()),
        "{lines:?}"
    );
    assert_eq!(rows().await.len(), 0);

    let wrong = Credentials::new("nobody").app_key(Secret::new("wrong"));
    let wrong = client_at(&transport, Server::parse(server.url()).unwrap(), wrong);
    let lines = checked(&wrong, &user, &options, 0).await;
    assert_eq!(codes(&lines, Verdict::Bad), ["keys_refused"], "{lines:?}");
    for path in ["", "/1.1"] {
        let address = server.url().replace("/parse", path);
        let elsewhere = client_at(&transport, Server::leancloud(&address).unwrap(), plain.clone());
        let lines = checked(&elsewhere, &user, &options, 0).await;
        let speaks = Some("parse");
        assert_eq!(lines, [line(Finding::WrongAddress { speaks }, Verdict::Bad)]);
    }
}

fn client_at(
    transport: &Arc<NetTransport>,
    server: Server,
    credentials: Credentials,
) -> Client<Arc<NetTransport>> {
    Client::new(Arc::clone(transport), server, credentials)
}
