//! A judge that is away, and pollers that are stopped and killed in the middle: nothing is lost, nothing is asked again
//! that was answered.

use std::time::Duration;

use rehearse_fakes::models::{Role, Script};
use serde_json::json;

use crate::computer::{Computer, were_tried};
use crate::program::Program;
use crate::records::SPOKEN;
use crate::town::{Town, code, questions_for};

/// Requests under way at once, as it is where nobody says otherwise.
const IN_FLIGHT: usize = 4;

#[test]
fn a_judge_that_is_away_is_told_by_the_exit_code_and_gives_nothing_up() {
    let town = Town::new();
    Computer::of_code(&town, &code(1)).records(&town, 1..=2);
    let mut credentials = town.credentials(&code(1));
    credentials["evaluator"]["address"] = json!("http://127.0.0.1:9/v1");
    let program = Program::new(&credentials);
    let told = program.once(&[]);
    assert_eq!(told.code, Some(2), "{}", told.err);
    assert!(
        town.statuses().iter().all(|one| one == "pending"),
        "{:?}",
        town.statuses()
    );
    assert_eq!(
        told.saying("left for another run")[0]["code"],
        "evaluator_unavailable"
    );
    assert!(
        town.app
            .rows("Evaluation")
            .iter()
            .all(|row| row["attempts"] != json!(1))
    );
    let written_down = town.asked(Role::Transcriber);

    program.write(&town.credentials(&code(1)).to_string());
    let told = program.once(&[]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(town.are_all("completed", 2));
    assert!(written_down > 0 && town.asked(Role::Transcriber) == 2 * SPOKEN);
}

#[test]
fn a_judge_that_lets_nobody_in_holds_everything_and_is_no_sessions_fault() {
    let town = Town::new();
    Computer::of_code(&town, &code(1)).records(&town, 1..=1);
    town.models.always(Role::Judge, Script::Err403);
    let program = Program::new(&town.credentials(&code(1)));
    let told = program.once(&[]);
    assert_eq!(told.code, Some(2), "{}", told.err);
    assert!(town.are_all("pending", 1), "{:?}", town.statuses());
    assert_eq!(
        told.saying("left for another run")[0]["code"],
        "evaluator_permission"
    );
}

#[test]
fn an_answer_that_cannot_be_read_is_a_try_that_failed() {
    let town = Town::new();
    Computer::of_code(&town, &code(1)).records(&town, 1..=1);
    town.models.always(Role::Judge, Script::EvalBadJson);
    let told = Program::new(&town.credentials(&code(1))).once(&[]);
    assert_eq!(told.code, Some(0), "it is tried again later: {}", told.err);
    let failed = told.saying("evaluation failed");
    assert_eq!(
        (&failed[0]["code"], &failed[0]["attempts"]),
        (&json!("evaluator_malformed"), &json!(1))
    );
    assert!(town.are_all("pending", 1), "{:?}", town.statuses());
}

#[test]
fn what_failed_often_enough_is_given_up_and_told_by_the_exit_code() {
    let town = Town::new();
    Computer::of_code(&town, &code(1)).records(&town, 1..=1);
    were_tried(&town, 4);
    town.models.always(Role::Judge, Script::EvalBadJson);
    let program = Program::new(&town.credentials(&code(1)));
    let told = program.once(&[]);
    assert_eq!(told.code, Some(2), "{}", told.err);
    let given_up = told.saying("evaluation given up");
    assert_eq!(
        (&given_up[0]["code"], &given_up[0]["attempts"]),
        (&json!("evaluator_malformed"), &json!(5))
    );
    assert!(town.are_all("failed", 1), "{:?}", town.statuses());

    // It is left alone until somebody asks for it.
    town.models.forget_requests();
    assert_eq!(program.once(&[]).code, Some(0));
    assert!(town.models.requests().is_empty());
}

#[test]
fn one_that_is_asked_to_end_gives_its_lease_back() {
    let town = Town::new();
    Computer::of_code(&town, &code(1)).records(&town, 1..=1);
    town.models
        .configure(|options| options.before_first_byte = Duration::from_secs(30));
    let program = Program::new(&town.credentials(&code(1)));
    let first = program.start(&[]);
    town.until("it is at it", |town| {
        town.are_all("running", 1) && town.asked(Role::Transcriber) > 0
    });
    let told = first.terminate();
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(told.took < Duration::from_secs(5), "{:?}", told.took);
    assert_eq!(told.saying("evaluation given back").len(), 1, "{}", told.err);

    town.models
        .configure(|options| options.before_first_byte = Duration::ZERO);
    // Another one need not wait for any lease to pass.
    let told = Program::new(&town.credentials(&code(1))).once(&[]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(town.are_all("completed", 1), "{}", told.err);
}

#[test]
fn one_that_is_killed_is_gone_on_with_once_its_lease_has_passed() {
    let town = Town::new();
    Computer::of_code(&town, &code(1)).records(&town, 1..=1);
    town.models
        .configure(|options| options.before_first_byte = Duration::from_millis(300));
    let program = Program::new(&town.credentials(&code(1)));
    let mut first = program.start(&["--lease", "10"]);
    town.until("some answers", |town| {
        town.are_all("running", 1) && town.asked(Role::Judge) > 1
    });
    first.kill();
    let told = program.once(&["--lease", "10"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(town.are_all("running", 1), "its lease stands: {}", told.err);

    town.passes(Duration::from_secs(20));
    let told = program.once(&["--lease", "10"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(town.are_all("completed", 1), "{}", told.err);
    let asked = town.asked(Role::Judge);
    assert!(
        (questions_for(1)..=questions_for(1) + IN_FLIGHT).contains(&asked),
        "{asked}"
    );
    assert_eq!(
        town.asked(Role::Transcriber),
        SPOKEN,
        "words are kept as they come"
    );
}
