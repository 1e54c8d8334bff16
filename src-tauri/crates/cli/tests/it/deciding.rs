//! What the user decides about a server of their own: changes that are stuck, hosts without encryption, and leaving a
//! server that was not told of everything.

use rehearse_fakes::leancloud::{Fault, Reply};
use serde_json::{Value, json};

use crate::authoring::landlord;
use crate::server::{Server, answer, login, practise};
use crate::stage::Stage;

const FILE: [&str; 2] = ["--keys", "file"];

/// A practice of which the server takes nothing.
fn refused(stage: &Stage, server: &Server) -> Vec<Value> {
    let too_large = Reply::error(413, 413, "too large");
    server
        .fake
        .faults()
        .always("POST", "/1.1/batch", Fault::Before(too_large));
    answer(&login(stage, server, &FILE, &[]));
    practise(stage);
    let told = stage.run(&["sync", "--once"]);
    assert_eq!(told.code, Some(1), "{}", told.out);
    assert!(told.out.contains("sync retry ID"), "{}", told.out);
    server.fake.faults().clear();
    let status = stage.ask(&["sync", "status"]);
    let stuck = status["troubles"]["stuck"].as_array().unwrap().clone();
    assert!(!stuck.is_empty());
    stuck
}

fn stuck(stage: &Stage) -> Value {
    stage.ask(&["sync", "status"])["stuck"].clone()
}

#[test]
fn a_change_that_is_stuck_is_named_by_its_id_and_goes_out_when_it_is_retried() {
    let (stage, server) = (Stage::new(), Server::start());
    let changes = refused(&stage, &server);
    let id = changes[0]["id"].to_string();
    let told = stage.run(&["sync", "status"]);
    assert!(told.out.contains(&format!("id {id}")), "{}", told.out);
    let unknown = stage.run(&["sync", "retry", "4711", "--json"]).error();
    assert_eq!(
        (&unknown["code"], &unknown["params"]["id"]),
        (&json!("no_such_change"), &json!("4711"))
    );
    assert_eq!(
        stage.run(&["sync", "retry"]).code,
        Some(2),
        "one has to say which"
    );

    let left = stage.ask(&["sync", "retry", &id]);
    assert_eq!(left["stuck"], json!(changes.len() - 1));
    stage.ask(&["sync", "retry", "--all"]);
    assert_eq!(stage.ask(&["sync", "--once"])["phase"]["kind"], "idle");
    assert_eq!(server.rows("PracticeSession"), 1);
}

#[test]
fn giving_up_leaves_the_practice_here_and_nothing_that_needs_anybody() {
    let (stage, server) = (Stage::new(), Server::start());
    landlord(&stage);
    let changes = refused(&stage, &server);
    assert!(changes.iter().any(|change| change["change"] == "scenario"));
    let told = stage.run(&["sync", "status"]).out;
    assert!(
        told.contains("A scenario, “Tell my landlord about the damp”."),
        "{told}"
    );
    stage.ask(&["sync", "give-up", "--all"]);
    assert_eq!(stuck(&stage), 0);
    let own = &stage.ask(&["author", "list"])["records"][0];
    assert_eq!(own["sync"], "waiting", "the server was never told of it");
    stage.ask(&["sync", "--once"]);
    assert_eq!(server.rows("PracticeSession"), 0);
    assert_eq!(stage.ask(&["sessions"]).as_array().unwrap().len(), 1);
}

#[test]
fn syncing_once_brings_what_another_computer_put_there_and_says_when_it_could_not_ask() {
    let (stage, server) = (Stage::new(), Server::start());
    let signed_in = answer(&login(&stage, &server, &FILE, &[]));
    practise(&stage);
    stage.ask(&["sync", "--once"]);

    let other = Stage::new();
    let code = signed_in["recovery_code"].as_str().unwrap();
    answer(&login(
        &other,
        &server,
        &["--keys", "file", "--recovery-code"],
        &[code],
    ));
    let told = other.run(&["sync", "--once"]);
    assert_eq!(told.code, Some(0), "{}", told.out);
    assert!(
        told.out.contains("What your other computers put on"),
        "{}",
        told.out
    );
    assert_eq!(other.ask(&["sessions"]).as_array().unwrap().len(), 1);
    let heard = other.ask(&["sync", "--once", "--all-audio"]);
    assert_eq!(
        (&heard["look"], &heard["account"]["all_audio"]),
        (&json!("done"), &json!(true))
    );

    drop(server);
    let told = other.run(&["sync", "--once"]);
    assert_eq!(told.code, Some(1));
    assert!(told.out.contains("could not be asked"), "{}", told.out);
}

#[test]
fn hosts_without_encryption_are_agreed_to_one_by_one_and_taken_back() {
    let (stage, server) = (Stage::new(), Server::start());
    let upload_host = server.served.url.replace("127.0.0.1", "0.0.0.0");
    server
        .fake
        .configure(|options| options.upload_host = Some(upload_host));
    let more = [
        "--keys",
        "file",
        "--plain-http",
        "a.example.org",
        "--plain-http",
        "B.example.org",
    ];
    let account = answer(&login(&stage, &server, &more, &[]))["sync"]["account"].clone();
    let hosts = |account: &Value| -> Vec<String> {
        let hosts = account["plain_hosts"].as_array().unwrap().iter();
        hosts
            .map(|host| host["host"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(hosts(&account), ["a.example.org", "b.example.org"]);
    let took_back = stage.ask(&["sync", "agree-http", "--take-back", "a.example.org"]);
    assert_eq!(hosts(&took_back["account"]), ["b.example.org"]);
    let bad = stage.run(&["sync", "agree-http", "a b", "--json"]).error();
    assert_eq!(bad["code"], "host_bad");
    let told = stage.run(&["sync", "agree-http", "0.0.0.0"]);
    assert!(
        told.out.contains("0.0.0.0") && told.out.contains("can listen"),
        "{}",
        told.out
    );
    let told = stage.run_in_chinese(&["sync", "status"]);
    assert!(
        told.out.contains("0.0.0.0") && told.out.contains("能听到"),
        "{}",
        told.out
    );
}

#[test]
fn another_server_has_to_wait_until_one_says_what_becomes_of_deletions_that_were_not_told() {
    let (stage, server, another) = (Stage::new(), Server::start(), Server::start());
    answer(&login(&stage, &server, &FILE, &[]));
    practise(&stage);
    stage.ask(&["sync", "--once"]);
    let id = stage.ask(&["sessions"])[0]["session"]
        .as_str()
        .unwrap()
        .to_owned();
    stage.ask(&["delete", &id]);
    let told = login(&stage, &another, &FILE, &[]);
    let error = told.error();
    assert_eq!(
        (&error["code"], &error["params"]["deletions"]),
        (&json!("untold_elsewhere"), &json!("1"))
    );
    assert!(told.err.contains("--forget-untold"), "{}", told.err);
    assert_eq!(another.fake.requests().len(), 0);
    answer(&login(
        &stage,
        &another,
        &["--keys", "file", "--forget-untold"],
        &[],
    ));
}
