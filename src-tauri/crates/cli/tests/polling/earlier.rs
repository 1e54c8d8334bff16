//! What was practised before the hosts of the models were chosen leaves for none of them by itself.

use rehearse_fakes::models::Role;
use serde_json::{Value, json};

use crate::computer::Computer;
use crate::program::Program;
use crate::records::{SPOKEN, session_id};
use crate::town::{Town, code, questions_for};

/// Credentials with models that are somewhere else, as far as anybody can tell by their address.
fn elsewhere(town: &Town) -> Value {
    let mut credentials = town.credentials(&code(1));
    for player in ["transcriber", "evaluator"] {
        let address = credentials[player]["address"].as_str().unwrap();
        credentials[player]["address"] = json!(address.replace("127.0.0.1", "0.0.0.0"));
        credentials[player]["allow_plain_http"] = json!(true);
    }
    credentials
}

#[test]
fn what_is_older_than_the_choice_is_held_until_somebody_says_that_it_is_meant_too() {
    let town = Town::new();
    let computer = Computer::of_code(&town, &code(1));
    computer.records(&town, 1..=2);
    let program = Program::new(&elsewhere(&town));
    for _ in 0..2 {
        let told = program.once(&[]);
        assert_eq!(told.code, Some(0), "{}", told.err);
        assert!(town.models.requests().is_empty(), "nothing left: {}", told.err);
        let held = told.saying("evaluation held");
        assert_eq!(held.len(), 2, "{}", told.err);
        assert!(held.iter().all(|line| line["code"] == "feedback_earlier"));
        let left = told.saying("left for another run");
        assert_eq!(
            (&left[0]["code"], &left[0]["evaluations"]),
            (&json!("feedback_earlier"), &json!(2))
        );
    }

    computer.records(&town, 3..=3);
    let told = program.once(&[]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    let finished = told.saying("evaluation finished");
    assert_eq!(finished.len(), 1, "{}", told.err);
    assert_eq!(finished[0]["session"], session_id(3).to_string());
    assert_eq!(
        (town.asked(Role::Transcriber), town.asked(Role::Judge)),
        (SPOKEN, questions_for(1))
    );

    let told = program.once(&["--since", "2999-01-01"]);
    assert_eq!(told.saying("evaluation held").len(), 2, "{}", told.err);
    let told = program.once(&["--everything"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(town.are_all("completed", 3), "{}", told.err);
}

#[test]
fn other_hosts_begin_anew_and_a_day_says_from_when_on() {
    let town = Town::new();
    let computer = Computer::of_code(&town, &code(1));
    let program = Program::new(&elsewhere(&town));
    let told = program.once(&[]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    computer.records(&town, 1..=1);
    let mut others = elsewhere(&town);
    others["transcriber"] = town.without_account()["transcriber"].clone();
    let address = others["evaluator"]["address"].as_str().unwrap();
    others["evaluator"]["address"] = json!(address.replace("0.0.0.0", "[::ffff:127.0.0.1]"));
    program.write(&others.to_string());
    let told = program.once(&[]);
    assert_eq!(told.saying("evaluation held").len(), 1, "{}", told.err);
    assert!(town.models.requests().is_empty(), "{}", told.err);

    let told = program.once(&["--since", "2020-01-01"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(town.are_all("completed", 1), "{}", told.err);
}
