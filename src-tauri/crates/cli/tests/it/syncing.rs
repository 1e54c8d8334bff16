//! A server of one's own: signing in, what reaches it, what is said when it does not, and where keys are kept.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use rehearse_fakes::leancloud::Fault;
use serde_json::{Value, json};

use crate::server::{Server, answer, fed, login, login_with_key, practise};
use crate::stage::{Stage, Told, files};

/// Nobody's password but this test's.
const PASSWORD: &str = "correct horse";

#[test]
fn what_was_recorded_before_and_after_signing_in_arrives_once() {
    let (stage, server) = (Stage::new(), Server::start());
    practise(&stage);
    assert_eq!(
        server.fake.requests().len(),
        0,
        "nothing leaves before somebody signs in"
    );

    let signed_in = answer(&login(&stage, &server, &["--keys", "file"], &[]));
    let code = signed_in["recovery_code"].as_str().unwrap().to_owned();
    assert_eq!(signed_in["sync"]["account"]["host"], "127.0.0.1");
    practise(&stage);
    let sent = stage.ask(&["sync", "--once"]);
    assert_eq!(
        (&sent["phase"]["kind"], &sent["waiting"]),
        (&json!("idle"), &json!(0))
    );
    assert_eq!(
        (server.rows("PracticeSession"), server.rows("Evaluation")),
        (2, 2)
    );
    let turns = server.rows("Turn");
    stage.ask(&["sync", "--once"]);
    assert_eq!(server.rows("Turn"), turns);

    // On another computer the code leads to the same user.
    let other = Stage::new();
    let again = answer(&login(
        &other,
        &server,
        &["--keys", "file", "--recovery-code"],
        &[&code],
    ));
    assert_eq!(again["recovery_code"], Value::Null);
    assert_eq!(server.rows("_User"), 1);
}

#[test]
fn a_deletion_reaches_the_server_too() {
    let (stage, server) = (Stage::new(), Server::start());
    answer(&login(&stage, &server, &["--keys", "file"], &[]));
    practise(&stage);
    stage.ask(&["sync", "--once"]);
    let id = stage.ask(&["sessions"])[0]["session"]
        .as_str()
        .unwrap()
        .to_owned();
    stage.ask(&["delete", &id]);
    stage.ask(&["sync", "--once"]);
    let left = ["PracticeSession", "Turn", "Evaluation"].map(|class| server.rows(class));
    assert_eq!(left, [0, 0, 0]);
}

#[test]
fn another_server_is_told_everything_anew() {
    let (stage, first, second) = (Stage::new(), Server::start(), Server::start());
    answer(&login(&stage, &first, &["--keys", "file"], &[]));
    practise(&stage);
    stage.ask(&["sync", "--once"]);
    second
        .fake
        .configure(|options| options.app_id = "another-app".to_owned());
    let second = Server {
        options: second.fake.options(),
        ..second
    };
    answer(&login(&stage, &second, &["--keys", "file"], &[]));
    stage.ask(&["sync", "--once"]);
    for class in ["PracticeSession", "Turn", "Evaluation"] {
        assert!(first.rows(class) > 0);
        assert_eq!(first.rows(class), second.rows(class), "{class}");
    }
}

#[test]
fn keys_lie_in_a_file_for_its_owner_and_nowhere_else() {
    let (stage, server) = (Stage::new(), Server::start());
    let more = ["--keys", "file", "--user", "dana", "--new"];
    let told = login(&stage, &server, &more, &[PASSWORD]);
    assert!(!told.out.contains(PASSWORD) && !told.err.contains(PASSWORD));
    answer(&told);
    practise(&stage);
    stage.ask(&["sync", "--once"]);
    let mut holders = Vec::new();
    for file in files(stage.data()) {
        let bytes = std::fs::read(&file).unwrap();
        if bytes
            .windows(PASSWORD.len())
            .any(|window| window == PASSWORD.as_bytes())
        {
            holders.push(file);
        }
    }
    assert_eq!(holders, [stage.data().join("keys.json")]);
    let mode = std::fs::metadata(&holders[0]).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    stage.ask(&["logout"]);
    assert!(!holders[0].exists());
    assert_eq!(stage.ask(&["sync", "status"])["phase"]["kind"], "off");
    assert_eq!(
        stage.run(&["sync", "--once", "--json"]).error()["code"],
        "not_signed_in"
    );
}

#[test]
fn what_the_server_refuses_is_said_and_nothing_is_kept() {
    let (stage, server) = (Stage::new(), Server::start());
    let file = ["--keys", "file"];
    let wrong = login_with_key(&stage, &server, "no key of this app", &file, &[]).error();
    assert_eq!(wrong["code"], "remote_wrong_keys");
    let wrong = login(
        &stage,
        &server,
        &["--keys", "file", "--user", "dana"],
        &[PASSWORD],
    )
    .error();
    assert_eq!(wrong["code"], "remote_wrong_password");
    let wrong = login(&stage, &server, &["--keys", "file", "--recovery-code"], &["abc"]).error();
    assert_eq!(wrong["code"], "recovery_code_bad");
    server.fake.faults().always("*", "*", Fault::archived_504());
    let wrong = login(&stage, &server, &file, &[]).error();
    assert_eq!(wrong["code"], "remote_archived");
    assert_eq!(stage.ask(&["sync", "status"])["account"], Value::Null);
    assert!(!stage.data().join("keys.json").exists());
}

#[test]
fn without_a_keychain_it_says_so_before_anything_is_sent() {
    let (stage, server) = (Stage::new(), Server::start());
    let told = login(&stage, &server, &[], &[]);
    assert_eq!(told.error()["code"], "keychain_missing");
    assert!(told.err.contains("--keys file"), "{}", told.err);
    assert_eq!(server.fake.requests().len(), 0);
}

#[test]
fn a_server_that_cannot_be_reached_keeps_everything_waiting() {
    let (stage, server) = (Stage::new(), Server::start());
    answer(&login(&stage, &server, &["--keys", "file"], &[]));
    drop(server);
    practise(&stage);
    let told = stage.run(&["sync", "--once"]);
    assert_eq!(told.code, Some(1));
    assert!(told.out.contains("cannot be reached"), "{}", told.out);
    let status = stage.ask(&["sync", "status"]);
    assert!(status["waiting"].as_u64().unwrap() > 0);
    assert_eq!(status["phase"]["kind"], "elsewhere");
}

/// Runs a program where a real keychain is unlocked; `None` where none is installed.
fn with_keychain(stage: &Stage, program: &Command, lines: &str) -> Option<Told> {
    let script = "printf pw | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
        keyring=$!
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
                string:org.freedesktop.secrets 2>/dev/null | grep -q true && break
            sleep 0.3
        done
        \"$@\"
        code=$?
        kill $keyring
        exit $code";
    for tool in ["dbus-run-session", "gnome-keyring-daemon"] {
        if Command::new(tool).arg("--version").output().is_err() {
            eprintln!("left out: {tool} is not installed");
            return None;
        }
    }
    let home = stage.beside("keychain");
    std::fs::create_dir_all(&home).unwrap();
    std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o700)).unwrap();
    let mut command = Command::new("dbus-run-session");
    command
        .args(["--", "sh", "-c", script, "sh"])
        .arg(program.get_program());
    command.args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("XDG_RUNTIME_DIR", &home).env("XDG_DATA_HOME", &home);
    Some(fed(command, lines))
}

#[test]
fn keys_lie_in_the_keychain_of_the_system() {
    let (stage, server) = (Stage::new(), Server::start());
    let words = [
        "login",
        "--server",
        "leancloud",
        "--address",
        &server.served.url,
        "--app-id",
        &server.options.app_id,
        "--user",
        "dana",
        "--new",
        "--json",
    ];
    let lines = format!("{}\n{PASSWORD}", server.options.app_key);
    let Some(told) = with_keychain(&stage, &stage.program(&words), &lines) else {
        return;
    };
    answer(&told);
    assert!(!stage.data().join("keys.json").exists());
    practise(&stage);
    assert_eq!(server.rows("PracticeSession"), 0, "that program had no keychain");
    let locked = stage.run(&["sync", "--once", "--json"]);
    assert_eq!(locked.error()["code"], "keychain_missing");
    let sent = with_keychain(&stage, &stage.program(&["sync", "--once", "--json"]), "").unwrap();
    assert_eq!(answer(&sent)["phase"]["kind"], "idle");
    assert_eq!(server.rows("PracticeSession"), 1);
}

#[test]
fn everything_comes_back_into_a_folder_and_a_second_run_finds_nothing_new() {
    let (stage, server) = (Stage::new(), Server::start());
    let key = server.options.master_key.clone();
    answer(&login(
        &stage,
        &server,
        &["--keys", "file", "--master-key"],
        &[&key],
    ));
    practise(&stage);
    stage.ask(&["sync", "--once"]);
    let folder = stage.beside("rescued");
    let words = ["pull", "--everything", folder.to_str().unwrap()];
    let pulled = stage.ask(&words);
    assert_eq!(pulled["whole"], true, "{pulled}");
    for class in ["PracticeSession", "Turn", "Evaluation"] {
        let rows = std::fs::read_to_string(folder.join(format!("classes/{class}.jsonl"))).unwrap();
        assert_eq!(rows.lines().count(), server.rows(class), "{class}");
    }
    assert_eq!(pulled["files"], server.fake.files().len() as f64);
    assert_eq!(stage.ask(&words)["fetched"], 0.0);
    for file in files(&folder) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(
            !bytes.windows(key.len()).any(|window| window == key.as_bytes()),
            "{file:?}"
        );
    }

    std::fs::write(stage.beside("mine.txt"), "mine").unwrap();
    let mine = stage.beside("");
    let refused = stage.run(&["pull", "--everything", mine.to_str().unwrap(), "--json"]);
    assert_eq!(refused.error()["code"], "pull_folder_in_use");
}

#[test]
fn a_check_says_what_a_server_is_good_for_and_leaves_nothing_there() {
    let (stage, server) = (Stage::new(), Server::start());
    assert_eq!(
        stage.run(&["remote", "check", "--json"]).error()["code"],
        "not_signed_in"
    );
    answer(&login(&stage, &server, &["--keys", "file"], &[]));
    let findings = stage.ask(&["remote", "check"]);
    let codes: Vec<&str> = findings
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    for expected in [
        "reached",
        "keys_accepted",
        "signed_in",
        "rows_work",
        "rows_hidden",
        "files_work",
    ] {
        assert!(codes.contains(&expected), "{expected}: {codes:?}");
    }
    assert_eq!(server.rows("RehearseCheck"), 0);
    let told = stage.run(&["remote", "check"]);
    assert!(
        !told.out.contains("check.") && !told.out.contains("{{"),
        "{}",
        told.out
    );
    let told = stage.run_in_chinese(&["remote", "check"]);
    assert!(
        !told.out.contains("check.") && !told.out.contains("{{"),
        "{}",
        told.out
    );
}
