//! What a poller does not begin with, and what it says then.

use std::fs;

use rehearse_fakes::leancloud::Fault;
use serde_json::json;

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
fn credentials_that_others_may_read_or_that_say_something_else_are_refused() {
    let town = Town::new();
    let mut credentials = town.credentials(&code(1));
    let program = Program::new(&credentials);
    program.set_mode(0o644);
    let told = program.once(&[]);
    assert_eq!(told.error(), "credentials_open");
    assert!(told.err.contains("chmod 600"), "{}", told.err);

    credentials["evaluator"]["api_key"] = json!("sk-not-to-be-shown");
    program.write(&credentials.to_string());
    let told = program.once(&[]);
    assert_eq!(told.error(), "credentials_bad");
    assert!(told.err.contains("unknown field `api_key`"), "{}", told.err);
    assert!(!told.err.contains("sk-not"), "{}", told.err);

    fs::remove_file(program.credentials()).unwrap();
    assert_eq!(program.once(&[]).error(), "credentials_unreadable");
    program.write(&town.without_account().to_string());
    assert!(program.once(&[]).err.contains("neither an account nor"));
    assert!(town.app.requests().is_empty(), "nobody was asked anything");
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
