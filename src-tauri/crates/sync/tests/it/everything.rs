//! Everything in a folder: whole, whatever happens on the way, and nobody else's.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rehearse_fakes::ParseServer;
use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Fault, Permission, Provider, Reply, Who};
use rehearse_leancloud::{Acl, AnonymousId, Client, Credentials, NetTransport, New, Secret, Server, Update};
use rehearse_net::{Net, NetOptions};
use rehearse_sync::everything::{Everything, EverythingError, FileReason, Outcome, Reader, Report};
use serde_json::json;
use tempfile::tempdir;

use crate::rescue::{
    App, AppClient, Road, assert_equal, assert_same_files, contents, fill, lines, pull, turn,
};

fn outcome<'r>(report: &'r Report, class: &str) -> &'r Outcome {
    let found = report.classes.iter().find(|one| one.class == class);
    &found.unwrap().outcome
}

/// A run that ends with the given request.
async fn killed(client: &AppClient, road: &Road, folder: &Path, after: usize) -> Option<Report> {
    road.cut_after(after);
    let report = tokio::select! {
        report = pull(client, folder) => Some(report.unwrap()),
        () = road.cut.notified() => None,
    };
    road.cut_after(usize::MAX);
    report
}

/// A line that was torn in the middle, behind each journal.
fn tear(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder.join("classes")) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "journal") {
            let mut bytes = fs::read(&path).unwrap();
            bytes.extend(br#"{"objectId":"to"#);
            fs::write(path, bytes).unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn all_rows_and_files_are_here_and_a_second_run_brings_what_is_new() {
    for provider in [Provider::S3, Provider::Qiniu, Provider::Cos] {
        let app = App::new(FakeOptions {
            provider,
            ..FakeOptions::default()
        });
        app.fill().await;
        let folder = tempdir().unwrap();
        let folder = folder.path().join("new");
        let (owner, _) = app.owner();
        let report = pull(&owner, &folder).await.unwrap();
        assert!(report.is_whole(), "{report:?}");
        assert_eq!(report.source.reader, Reader::Owner);
        assert_eq!(*outcome(&report, "AuditLog"), Outcome::Whole { rows: 1012 });
        assert_eq!((report.files.here, report.files.fetched), (5, 5));
        assert_equal(&app, &folder);
        let first = contents(&folder);
        let created: Vec<_> = lines(&folder, "AuditLog")
            .iter()
            .map(|row| row["createdAt"].as_str().unwrap().to_owned())
            .collect();
        assert!(created.is_sorted());

        let again = pull(&owner, &folder).await.unwrap();
        assert_eq!(again.files.fetched, 0);
        assert!(contents(&folder) == first);

        // Longer than dates overlap.
        tokio::time::sleep(Duration::from_secs(600)).await;
        let (client, _, user) = app.somebody(3).await;
        fill(&client, &user, 1, 2).await;
        let report = pull(&owner, &folder).await.unwrap();
        assert!(report.is_whole());
        assert_eq!(report.files.fetched, 1);
        assert_equal(&app, &folder);
    }
}

#[tokio::test(start_paused = true)]
async fn a_folder_is_private_and_holds_no_keys() {
    let app = App::new(FakeOptions::default());
    app.fill().await;
    let folder = tempdir().unwrap();
    pull(&app.owner().0, folder.path()).await.unwrap();
    let sessions: Vec<String> = app
        .fake
        .requests()
        .into_iter()
        .filter_map(|request| request.session)
        .collect();
    assert!(!sessions.is_empty());
    for below in ["", "classes", "files"] {
        for entry in fs::read_dir(folder.path().join(below)).unwrap() {
            let path = entry.unwrap().path();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
                let expected = if path.is_dir() { 0o700 } else { 0o600 };
                assert_eq!(mode, expected, "{path:?}");
            }
            if path.is_file() {
                let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
                let anonymous = AnonymousId::from_random([1; 16]).expose().to_owned();
                let keys = [&app.options.app_key, &app.options.master_key, &anonymous];
                let mut keys = keys.into_iter().chain(&sessions);
                assert!(keys.all(|key| !text.contains(key.as_str())), "{path:?}");
            }
        }
    }
    let manifest = fs::read(folder.path().join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["appId"], app.options.app_id);
    assert_eq!(manifest["files"]["count"], 5);
    assert_eq!(manifest["whole"], true);
    let read_me = fs::read_to_string(folder.path().join("README.txt")).unwrap();
    assert!(
        read_me.contains("1026 rows") && read_me.contains("全部数据"),
        "{read_me}"
    );
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_request_and_gone_on_it_is_the_same() {
    let app = App::new(FakeOptions::default());
    app.fill().await;
    let (somebody, its_road, _) = app.somebody(2).await;
    let (owner, road) = app.owner();
    for (client, road) in [(owner, road), (somebody, its_road)] {
        let whole = tempdir().unwrap();
        let before = road.gone();
        pull(&client, whole.path()).await.unwrap();
        let (expected, requests) = (contents(whole.path()), road.gone() - before);
        assert!(requests > 20);
        for after in 0..requests {
            let folder = tempdir().unwrap();
            assert_eq!(killed(&client, &road, folder.path(), after).await, None);
            tear(folder.path());
            let report = pull(&client, folder.path()).await.unwrap();
            assert!(report.is_whole(), "{after}: {report:?}");
            assert!(contents(folder.path()) == expected, "{after}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn killed_again_and_again_it_comes_to_an_end() {
    let app = App::new(FakeOptions {
        // A few rows a page.
        result_bytes: 3_000,
        ..FakeOptions::default()
    });
    let (client, road, user) = app.somebody(1).await;
    fill(&client, &user, 3, 150).await;
    let folder = tempdir().unwrap();
    let mut kills = 0;
    // Each run asks who it is, looks at what it has, reads a little more, and is killed.
    while killed(&client, &road, folder.path(), 5 + kills).await.is_none() {
        tear(folder.path());
        kills += 1;
        assert!(kills < 100);
    }
    assert!(kills > 2, "{kills}");
    let whole = tempdir().unwrap();
    pull(&client, whole.path()).await.unwrap();
    assert!(contents(folder.path()) == contents(whole.path()));
    assert_eq!(lines(folder.path(), "AuditLog").len(), 150);
}

#[tokio::test(start_paused = true)]
async fn what_changes_on_the_way_is_caught_up_with() {
    let app = App::new(FakeOptions::default());
    app.fill().await;
    for at in (1..40).step_by(6) {
        let (owner, road) = app.owner();
        let (client, _, user) = app.somebody(1).await;
        let rows = app.fake.rows("AuditLog");
        let id = |index: usize| rows[index]["objectId"].as_str().unwrap().parse_id();
        let (first, second) = (id(at), id(at + 1));
        road.before(at, async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let entries = client.class("AuditLog").unwrap();
            let update = Update::new().set("n", 99_999).unwrap();
            entries.update(&first, &update).await.unwrap();
            entries.delete(&second).await.unwrap();
            turn(&client, &user, "later", 9).await;
        });
        let folder = tempdir().unwrap();
        let report = pull(&owner, folder.path()).await.unwrap();
        assert!(report.is_whole(), "{at}: {report:?}");
        // What happened behind a class that was done is brought by the next run.
        let report = pull(&owner, folder.path()).await.unwrap();
        assert!(report.is_whole(), "{at}: {report:?}");
        assert_equal(&app, folder.path());
    }
}

trait ParseId {
    fn parse_id(&self) -> rehearse_leancloud::ObjectId;
}

impl ParseId for str {
    fn parse_id(&self) -> rehearse_leancloud::ObjectId {
        rehearse_leancloud::ObjectId::new(self).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_ran_out_begins_its_class_again() {
    let app = App::new(FakeOptions::default());
    app.fill().await;
    let (owner, road) = app.owner();
    let whole = tempdir().unwrap();
    pull(&owner, whole.path()).await.unwrap();
    let folder = tempdir().unwrap();
    // The list of classes, the time, and the first page of the largest.
    assert_eq!(killed(&owner, &road, folder.path(), 3).await, None);
    assert!(folder.path().join("classes/AuditLog.journal").exists());
    tokio::time::sleep(Duration::from_secs(700)).await;
    let report = pull(&owner, folder.path()).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert!(contents(folder.path()) == contents(whole.path()));
}

#[tokio::test(start_paused = true)]
async fn a_user_gets_what_a_user_may_read_and_is_told_of_the_rest() {
    let mut options = FakeOptions::default();
    options
        .permissions
        .insert(("Skill".to_owned(), Permission::Find), Who::Nobody);
    let app = App::new(options);
    app.fill().await;
    app.fake.import("Skill", [json!({"name": "listening"})]);
    let (client, _, user) = app.somebody(2).await;
    let folder = tempdir().unwrap();
    let report = pull(&client, folder.path()).await.unwrap();
    let id = user.to_string();
    assert_eq!(report.source.reader, Reader::User { id });
    assert_eq!(*outcome(&report, "Skill"), Outcome::Forbidden);
    assert_eq!(*outcome(&report, "Evaluation"), Outcome::Whole { rows: 0 });
    assert_eq!(*outcome(&report, "AuditLog"), Outcome::Whole { rows: 7 });
    assert_eq!((report.files.here, report.is_whole()), (2, true));
}

#[tokio::test(start_paused = true)]
async fn a_file_that_cannot_be_had_is_named_and_tried_again() {
    let app = App::new(FakeOptions::default());
    app.fill().await;
    let files = app.fake.rows("_File");
    let path = |index: usize| format!("/lcfile/{}", files[index]["key"].as_str().unwrap());
    let reply = |status: u16, body: &str| {
        Fault::Before(Reply {
            status,
            content_type: "audio/mpeg".to_owned(),
            body: body.to_owned(),
        })
    };
    let as_long = "x".repeat(usize::try_from(files[0]["metaData"]["size"].as_u64().unwrap()).unwrap());
    app.fake.faults().always("GET", &path(0), reply(200, &as_long));
    app.fake.faults().always("GET", &path(1), reply(404, ""));
    app.fake.faults().always("GET", &path(2), reply(403, ""));
    app.fake.faults().always("GET", &path(3), reply(502, ""));
    app.fake.faults().times(2, "GET", &path(4), Fault::CutShort);
    let folder = tempdir().unwrap();
    let (owner, _) = app.owner();
    let report = pull(&owner, folder.path()).await.unwrap();
    let reasons: Vec<&FileReason> = report.files.failed.iter().map(|file| &file.reason).collect();
    let expected = [
        &FileReason::Altered,
        &FileReason::Missing,
        &FileReason::Refused { code: 403 },
        &FileReason::Unavailable,
    ];
    assert_eq!(reasons, expected);
    assert_eq!((report.files.here, report.is_whole()), (1, false));
    app.fake.faults().clear();
    // A file that somebody put in the place of one is not written over, and one that broke here is.
    let taken = files[0]["objectId"].as_str().unwrap();
    let taken = folder.path().join(format!("files/{taken}-turn-0.mp3"));
    fs::write(&taken, "mine").unwrap();
    let broken = files[4]["objectId"].as_str().unwrap();
    let broken = folder.path().join(format!("files/{broken}-turn-1.mp3"));
    assert!(broken.exists());
    fs::write(&broken, "broken").unwrap();
    let report = pull(&owner, folder.path()).await.unwrap();
    assert_eq!(report.files.failed.len(), 1, "{report:?}");
    assert!(matches!(
        report.files.failed[0].reason,
        FileReason::Occupied { .. }
    ));
    assert_eq!(fs::read(&taken).unwrap(), b"mine");
    fs::remove_file(&taken).unwrap();
    assert!(pull(&owner, folder.path()).await.unwrap().is_whole());
    assert_same_files(&app, folder.path());
}

#[tokio::test(start_paused = true)]
async fn a_folder_of_somebody_else_is_left_alone() {
    let app = App::new(FakeOptions::default());
    app.fill().await;
    let (owner, _) = app.owner();
    let (client, _, _) = app.somebody(1).await;
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("letter.txt"), "dear").unwrap();
    let refused = pull(&owner, folder.path()).await;
    assert!(
        matches!(refused, Err(EverythingError::NotOurs { .. })),
        "{refused:?}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let folder = tempdir().unwrap();
    pull(&client, folder.path()).await.unwrap();
    let before = contents(folder.path());
    let other = App::new(FakeOptions {
        app_id: "another0000000000000000-gzGzoHsz".to_owned(),
        ..FakeOptions::default()
    });
    for refused in [
        pull(&owner, folder.path()).await,
        pull(&app.somebody(2).await.0, folder.path()).await,
        pull(&other.owner().0, folder.path()).await,
    ] {
        assert!(
            matches!(refused, Err(EverythingError::OfAnother { .. })),
            "{refused:?}"
        );
    }
    assert!(contents(folder.path()) == before);
    // A session that nobody has any more is not nobody.
    app.fake.revoke_sessions();
    client.set_sign_in(None);
    assert!(matches!(
        pull(&client, folder.path()).await,
        Err(EverythingError::Server(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn a_class_that_seems_to_be_emptied_stays_and_faults_that_pass_are_waited_for() {
    let app = App::new(FakeOptions::default());
    app.fill().await;
    let (client, _, user) = app.somebody(2).await;
    let folder = tempdir().unwrap();
    app.fake
        .faults()
        .times(3, "GET", "/1.1/classes/Turn", Fault::html_502());
    assert!(pull(&client, folder.path()).await.unwrap().is_whole());
    let before = contents(folder.path());
    let ids = app.fake.rows("Turn").into_iter();
    let ids = ids.filter(|row| row["ACL"].get(user.as_str()).is_some());
    for row in ids {
        let id = row["objectId"].as_str().unwrap().parse_id();
        client.class("Turn").unwrap().delete(&id).await.unwrap();
    }
    let report = pull(&client, folder.path()).await.unwrap();
    assert_eq!(*outcome(&report, "Turn"), Outcome::Vanished { here: 2 });
    assert!(contents(folder.path()) == before);
    let many = Everything::new(client, folder.path()).downloads(1);
    assert!(!many.run(|_| {}).await.unwrap().is_whole());
}

#[tokio::test]
async fn an_unencrypted_host_of_files_needs_consent() {
    let options = FakeOptions::default();
    let fake = FakeLeanCloud::new(options.clone());
    let served = fake.serve().await.unwrap();
    let client = Client::new(
        NetTransport::new(Net::new(NetOptions::default())),
        Server::leancloud(&served.url).unwrap(),
        Credentials::new(&*options.app_id).app_key(Secret::new(&*options.app_key)),
    );
    let user = client
        .users()
        .anonymous(&AnonymousId::from_random([5; 16]))
        .await
        .unwrap();
    fill(&client, &user.id, 1, 2).await;
    let folder = tempdir().unwrap();
    fake.configure(|options| options.file_host = Some("http://files.example".to_owned()));
    let report = pull(&client, folder.path()).await.unwrap();
    let host = "files.example".to_owned();
    assert_eq!(report.files.failed[0].reason, FileReason::PlainHttp { host });
    fake.configure(|options| options.file_host = None);
    // `_File` was read with the address of then, which does not change its date.
    fs::remove_dir_all(folder.path()).unwrap();
    assert!(pull(&client, folder.path()).await.unwrap().is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_a_parse_server() {
    let server = match ParseServer::start() {
        Ok(server) => server,
        Err(unavailable) => {
            eprintln!("left out: {unavailable}");
            return;
        }
    };
    let keys = server.keys();
    let transport = NetTransport::new(Net::new(NetOptions::default()));
    let transport = Arc::new(transport);
    let address = Server::parse(server.url()).unwrap();
    let plain = Credentials::new(&*keys.app_id).app_key(Secret::new(&*keys.rest_key));
    let user_client = Client::new(Arc::clone(&transport), address.clone(), plain.clone());
    let id = AnonymousId::from_random([4; 16]);
    let user = user_client.users().anonymous(&id).await.unwrap();
    fill(&user_client, &user.id, 2, 60).await;
    let public = New::of(json!({"name": "listening"})).unwrap();
    let public = public.acl(Acl::nobody().everybody(rehearse_leancloud::Access::READ));
    user_client.class("Skill").unwrap().create(&public).await.unwrap();
    let owner = Client::new(
        transport,
        address,
        plain.master_key(Secret::new(&*keys.master_key)),
    );
    for client in [user_client, owner] {
        let folder = tempdir().unwrap();
        let report = pull(&client, folder.path()).await.unwrap();
        assert_eq!(*outcome(&report, "AuditLog"), Outcome::Whole { rows: 60 });
        assert_eq!(*outcome(&report, "Turn"), Outcome::Whole { rows: 2 });
        assert_eq!(*outcome(&report, "Skill"), Outcome::Whole { rows: 1 });
        assert_eq!(
            (report.files.here, report.files.failed.len()),
            (2, 0),
            "{report:?}"
        );
        assert!(lines(folder.path(), "Turn")[0].get("ACL").is_some());
        let before = contents(folder.path());
        let again = pull(&client, folder.path()).await.unwrap();
        assert_eq!(again.classes, report.classes);
        assert!(contents(folder.path()) == before);
        println!("{:?}", report.classes);
    }
}
