//! What is due is written down and judged, once, whoever recorded it; and the log tells of it without a word of it.

use rehearse_fakes::models::Role;
use serde_json::json;

use crate::computer::Computer;
use crate::program::Program;
use crate::records::{SPOKEN, session_id};
use crate::town::{Town, WORDS, code, questions_for};

#[test]
fn what_another_computer_recorded_is_written_down_and_judged_once() {
    let town = Town::new();
    Computer::of_code(&town, &code(1)).records(&town, 1..=2);
    let program = Program::new(&town.credentials(&code(1)));
    let told = program.once(&["--name", "basement"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(town.are_all("completed", 2), "{:?}", town.statuses());
    assert_eq!(
        (town.asked(Role::Transcriber), town.asked(Role::Judge)),
        (2 * SPOKEN, questions_for(2))
    );
    for turn in town.app.rows("Turn") {
        if turn["speaker"] == "trainee" {
            assert_eq!(
                (&turn["transcript"], &turn["asrStatus"]),
                (&json!(WORDS), &json!("completed"))
            );
        }
    }
    let finished = told.saying("evaluation finished");
    assert_eq!(finished.len(), 2, "{}", told.err);
    let ids: Vec<_> = finished
        .iter()
        .map(|line| line["session"].as_str().unwrap())
        .collect();
    assert!(ids.contains(&session_id(1).to_string().as_str()), "{ids:?}");
    assert_eq!(finished[0]["model"], "qwen3.7-plus");
    assert!(finished[0]["seconds"].is_number() && finished[0]["attempts"] == 1);
    assert_eq!(told.saying("looked")[0]["sessions"], 2);
    assert_eq!(told.saying("evaluation begun").len(), 2);
    assert_eq!(told.saying("begun")[0]["holder"], "basement");
    assert!(program.recordings().is_empty(), "what was written down has gone");

    town.models.forget_requests();
    let again = program.once(&[]);
    assert_eq!(again.code, Some(0), "{}", again.err);
    assert!(town.models.requests().is_empty(), "nothing is asked twice");
    // Nor by a poller that knows nothing yet.
    let other = Program::new(&town.credentials(&code(1))).once(&[]);
    assert_eq!(
        (other.code, town.models.requests().len()),
        (Some(0), 0),
        "{}",
        other.err
    );
}

#[test]
fn two_pollers_at_once_ask_nothing_twice() {
    let town = Town::new();
    Computer::of_name(&town, "dana", "correct horse").records(&town, 1..=4);
    let mut credentials = town.without_account();
    credentials["account"] = json!({"username": "dana", "password": "correct horse"});
    let programs = [(); 2].map(|()| Program::new(&credentials));
    let running = programs
        .each_ref()
        .map(|program| program.start(&["--every", "5"]));
    town.until("all results", |town| town.are_all("completed", 4));
    town.until("no recording that the other one has written down", |_| {
        programs.iter().all(|program| program.recordings().is_empty())
    });
    for one in running {
        let told = one.terminate();
        assert_eq!(told.code, Some(0), "{}", told.err);
    }
    assert_eq!(
        (town.asked(Role::Transcriber), town.asked(Role::Judge)),
        (4 * SPOKEN, questions_for(4))
    );
}

#[test]
fn somebody_elses_sessions_are_left_alone() {
    let town = Town::new();
    Computer::of_code(&town, &code(1)).records(&town, 1..=1);
    Computer::of_code(&town, &code(2)).records(&town, 2..=2);
    let told = Program::new(&town.credentials(&code(2))).once(&[]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    let mut statuses = town.statuses();
    statuses.sort();
    assert_eq!(statuses, ["completed", "pending"]);
}

#[test]
fn whoever_holds_the_master_key_sees_to_everybody_and_everything_stays_with_its_owner() {
    let town = Town::new();
    let computers = [
        Computer::of_code(&town, &code(1)),
        Computer::of_code(&town, &code(2)),
    ];
    for (computer, number) in computers.iter().zip(1..) {
        computer.records(&town, number..=number);
    }
    let owners = |town: &Town| -> Vec<_> {
        let rows = town.app.rows("Evaluation");
        rows.iter()
            .map(|row| {
                (
                    row["objectId"].clone(),
                    row["ownerId"].clone(),
                    row["ACL"].clone(),
                )
            })
            .collect()
    };
    let before = owners(&town);
    let mut credentials = town.without_account();
    credentials["server"]["master_key"] = json!(town.app.options().master_key);
    let told = Program::new(&credentials).once(&[]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(town.are_all("completed", 2), "{:?}", town.statuses());
    assert_eq!(owners(&town), before);
    assert_ne!(before[0].1, before[1].1, "they are two people's");
    assert!(!told.err.contains(&town.app.options().master_key));
}

#[test]
fn a_day_brings_no_more_than_it_may() {
    let town = Town::new();
    Computer::of_code(&town, &code(1)).records(&town, 1..=3);
    let program = Program::new(&town.credentials(&code(1)));
    let told = program.once(&["--per-day", "1", "--in-flight", "1"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    let done = town.statuses().iter().filter(|one| *one == "completed").count();
    assert_eq!(done, 1, "{}", told.err);
    assert_eq!(told.saying("held")[0]["code"], "feedback_budget");
    let left = told.saying("left for another run");
    assert_eq!(
        (&left[0]["code"], &left[0]["evaluations"]),
        (&json!("feedback_budget"), &json!(2))
    );
}

#[test]
fn the_whole_log_holds_neither_secrets_nor_words() {
    let town = Town::new();
    Computer::of_name(&town, "dana", "correct horse").records(&town, 1..=1);
    let mut credentials = town.without_account();
    credentials["account"] = json!({"username": "dana", "password": "correct horse"});
    let program = Program::new(&credentials);
    let mut command = program.command(&["--once"]);
    command.env("RUST_LOG", "trace");
    let told = crate::program::Running::of(command).told();
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(
        told.err.lines().count() > 100,
        "that is everything: {}",
        told.err.lines().count()
    );
    let (options, models) = (town.app.options(), town.models.options());
    let session = town.app.rows("_User")[0]["sessionToken"]
        .as_str()
        .map(str::to_owned);
    for secret in [&options.app_key, &models.key, &"correct horse".to_owned()]
        .into_iter()
        .chain(&session)
    {
        assert!(!told.err.contains(secret.as_str()), "{secret}");
    }
    for words in [
        "suppliers call nobody",
        "Line 0.",
        &crate::records::snapshot().scenario.title,
    ] {
        assert!(!told.err.contains(words), "{words}");
    }
}
