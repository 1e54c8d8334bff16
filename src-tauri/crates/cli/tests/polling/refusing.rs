//! What a poller does not begin with, and what it says then.

use std::fs;

use rehearse_fakes::leancloud::Fault;
use serde_json::{Value, json};

use crate::computer::Computer;
use crate::program::{Program, Running};
use crate::town::{Town, code};

#[test]
fn without_credentials_or_a_place_for_data_it_says_how_they_are_given() {
    let town = Town::new();
    Computer::of_code(&town, &code(1));
    let program = Program::new(&town.credentials(&code(1)));
    let told = Running::of(program.bare()).told();
    assert_eq!(told.error(), "no_credentials");
    assert!(told.err.contains("--credentials FILE") && told.err.contains("LoadCredential="));
    let mut command = program.bare();
    command.arg("--credentials").arg(program.credentials());
    let told = Running::of(command).told();
    assert_eq!(told.error(), "no_data_folder");
    assert!(told.err.contains("--data FOLDER"), "{}", told.err);

    // As systemd hands them in: readable for its own group, which nobody else is in.
    program.set_mode(0o440);
    let (folder, state) = (program.credentials(), program.data());
    let mut command = program.bare();
    command
        .arg("--once")
        .env("CREDENTIALS_DIRECTORY", folder.parent().unwrap())
        .env("STATE_DIRECTORY", &state);
    let told = Running::of(command).told();
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(state.join("rehearse.db").is_file());
}

#[test]
fn credentials_that_cannot_be_used_are_refused_with_the_name_of_their_file() {
    let town = Town::new();
    let good = town.credentials(&code(1));
    let program = Program::new(&good);
    let refused = |expected: &str, says: &str| {
        let told = program.once(&[]);
        assert_eq!(told.error(), expected, "{}", told.err);
        let file = program.credentials();
        for part in [says, file.to_str().unwrap()] {
            assert!(told.err.contains(part), "{part}: {}", told.err);
        }
        assert!(!told.err.contains("sk-not"), "{}", told.err);
        told.err
    };
    program.set_mode(0o644);
    assert!(refused("credentials_open", "(mode 644)").contains("chmod 600"));

    let bad = |change: &dyn Fn(&mut Value), says: &str| {
        let mut credentials = good.clone();
        change(&mut credentials);
        program.write(&credentials.to_string());
        let told = refused("credentials_bad", says);
        // Whoever has to mend the file is told what belongs there.
        for part in [
            "leancloud or parse",
            "username and password, or recovery_code",
            "app_id",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
    };
    bad(
        &|all| all["evaluator"]["api_key"] = json!("sk-not-to-be-shown"),
        "unknown field `api_key`",
    );
    bad(
        &|all| all["server"]["kind"] = json!("sk-not-a-kind"),
        "server.kind is neither leancloud nor parse",
    );
    bad(
        &|all| all["account"] = json!({"username": "dana"}),
        "account has either a recovery_code, or a username and a password",
    );
    bad(
        &|all| drop(all["server"].as_object_mut().unwrap().remove("app_id")),
        "missing field `app_id`",
    );
    bad(&|all| *all = json!("sk-not-an-object"), "of another kind");
    bad(&|all| *all = town.without_account(), "neither an account nor");
    for text in ["", "server: sk-not-json"] {
        program.write(text);
        refused("credentials_bad", "that is no JSON");
    }
    fs::remove_file(program.credentials()).unwrap();
    refused("credentials_unreadable", "No such file");
    fs::create_dir(program.credentials()).unwrap();
    program.set_mode(0o700);
    refused("credentials_unreadable", "s a directory");
    assert!(town.app.requests().is_empty(), "nobody was asked anything");
}

#[cfg(feature = "desktop")]
#[test]
fn the_folder_of_recordings_is_not_taken_for_that_of_a_poller() {
    let town = Town::new();
    Computer::of_code(&town, &code(1));
    let program = Program::new(&town.credentials(&code(1)));
    let recordings = program.data().with_file_name("recordings");
    let mut command = program.bare();
    command
        .arg("--credentials")
        .arg(program.credentials())
        .arg("--once")
        .arg("--data-dir")
        .arg(&recordings);
    let told = Running::of(command).told();
    // As for everything that was typed wrongly.
    assert_eq!(told.code, Some(2), "{}", told.err);
    assert!(told.err.contains("with --data FOLDER"), "{}", told.err);
    assert!(!recordings.exists() && !program.data().exists());

    // Where it stands in the environment it is meant for the others.
    let mut command = program.command(&["--once"]);
    command.env("REHEARSE_DATA_DIR", &recordings);
    let told = Running::of(command).told();
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(!recordings.exists() && program.data().is_dir());
}

#[test]
fn the_help_says_what_belongs_into_the_credentials() {
    let program = Program::new(&json!({}));
    let mut command = program.bare();
    let help = command
        .arg("--help")
        .stdout(std::process::Stdio::piped())
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("username and password, or recovery_code"), "{help}");
}

#[test]
fn a_wrong_key_and_a_code_that_nobody_has_are_told_apart() {
    let town = Town::new();
    let computer = Computer::of_code(&town, &code(1));
    computer.records(&town, 1..=1);
    let mut credentials = town.credentials(&code(9));
    let program = Program::new(&credentials);
    assert_eq!(program.once(&[]).error(), "no_such_account");
    assert_eq!(town.app.rows("_User").len(), 1, "nobody came into being");

    credentials["account"] = json!({"username": "dana", "password": "wrong"});
    program.write(&credentials.to_string());
    assert_eq!(program.once(&[]).error(), "sign_in_refused");
    credentials = town.credentials(&code(1));
    credentials["server"]["app_key"] = json!("notTheKey0000000");
    program.write(&credentials.to_string());
    let told = program.once(&[]);
    assert_eq!(told.error(), "sign_in_refused");
    assert!(!told.err.contains("notTheKey"), "{}", told.err);
    credentials = town.without_account();
    credentials["server"]["master_key"] = json!("notTheKey0000000");
    program.write(&credentials.to_string());
    assert_eq!(program.once(&[]).error(), "sign_in_refused");
    // Neither is a reason to go on asking.
    assert_eq!(program.start(&[]).told().error(), "sign_in_refused");
    assert!(town.models.requests().is_empty());
}

#[test]
fn a_server_that_is_away_ends_a_single_run_and_is_waited_for_by_one_that_stays() {
    let town = Town::new();
    Computer::of_code(&town, &code(1)).records(&town, 1..=1);
    let program = Program::new(&town.credentials(&code(1)));
    town.app.faults().always("*", "*", Fault::html_502());
    assert_eq!(program.once(&[]).error(), "server_away");
    let staying = program.start(&["--every", "5"]);
    std::thread::sleep(std::time::Duration::from_secs(1));
    town.app.faults().clear();
    town.until("a result", |town| town.are_all("completed", 1));
    let told = staying.terminate();
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert_eq!(
        told.saying("the server could not be asked")[0]["code"],
        "server_away"
    );
}

#[test]
fn a_data_folder_has_one_poller_and_one_account() {
    let town = Town::new();
    Computer::of_code(&town, &code(1));
    Computer::of_code(&town, &code(2));
    let program = Program::new(&town.credentials(&code(1)));
    let first = program.start(&[]);
    town.until("it looks", |town| {
        town.app.requests().iter().any(|one| one.path.ends_with("/batch"))
    });
    let told = program.once(&[]);
    assert_eq!(told.error(), "data_held");
    assert!(told.err.contains("rehearse-cli (process "), "{}", told.err);
    assert_eq!(first.terminate().code, Some(0));
    program.write(&town.credentials(&code(2)).to_string());
    assert_eq!(program.once(&[]).error(), "data_of_others");
}

#[test]
fn the_unit_does_not_start_again_what_a_person_has_to_mend() {
    let unit = include_str!("../../../headless/deploy/rehearse-poll.service");
    assert!(unit.lines().any(|line| line == "RestartPreventExitStatus=78"));
}
