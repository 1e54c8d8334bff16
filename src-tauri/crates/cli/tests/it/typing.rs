//! Turns typed into the terminal, and that a deleted session leaves nothing behind.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::stage::{RAISE, Stage, Told, files};

const MARKER: &str = "Quittenmarmelade";

/// Types these lines, closes the input, and returns what the program said.
fn typed(stage: &Stage, lines: &str, more: &[&str]) -> Told {
    let mut child = stage
        .program(&[&["practise", RAISE], more].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    Told::of(child.wait_with_output().unwrap())
}

fn session(stage: &Stage) -> Value {
    let told = typed(
        stage,
        &format!("I came about the {MARKER}.\nAnd about my pay.\n"),
        &["--json"],
    );
    assert_eq!(told.code, Some(0), "{}", told.err);
    serde_json::from_str(&told.out).unwrap()
}

#[test]
fn words_and_enter_are_a_turn_without_any_device() {
    let stage = Stage::new();
    let session = session(&stage);
    let turns = session["turns"].as_array().unwrap();
    let said: Vec<&Value> = turns
        .iter()
        .map(|turn| &turn["line"])
        .filter(|line| line["speaker"] == "trainee")
        .collect();
    assert_eq!(said.len(), 2);
    assert_eq!(said[0]["text"], format!("I came about the {MARKER}."));
    assert!(
        said.iter()
            .all(|line| line["clip"].is_null() && line["transcript_status"] == "completed"),
        "{said:?}"
    );
    assert_eq!(session["end"]["reason"], "manual");
}

#[test]
fn what_to_type_is_said_beside_the_answer() {
    let stage = Stage::new();
    let told = typed(&stage, "Good morning.\n", &["--turns", "1"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(told.out.contains("\nYou: Good morning.\n"), "{}", told.out);
    assert!(told.err.contains("Your turn.") && !told.out.contains("Your turn."));
}

#[test]
fn a_closed_input_ends_the_session_as_the_trainee_would() {
    let stage = Stage::new();
    let told = typed(&stage, "", &["--json"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    let session: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(session["end"]["reason"], "manual");
}

#[test]
fn where_there_is_no_microphone_that_is_said_and_typing_goes_on() {
    let stage = Stage::new();
    let told = typed(&stage, "\nThen I will type it.\n\n", &[]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    // That there is none may be known before the first turn.
    let asked = told.err.matches("Press Enter to talk").count();
    assert!(asked <= 1, "{}", told.err);
    for sentence in [
        "No microphone was found.",
        "you can type your turns meanwhile",
        "Your turn. Type your words and press Enter.",
    ] {
        // Enter is pressed twice, and a typed turn in between changes nothing about it.
        assert!(
            told.err.matches(sentence).count() >= 2,
            "{sentence}: {}",
            told.err
        );
    }
    assert!(!told.err.contains("Recording"), "{}", told.err);
    assert!(told.out.contains("\nYou: Then I will type it.\n"), "{}", told.out);
    assert_eq!(
        stage.ask(&["recover"])["kept"],
        Value::Array(vec![]),
        "no take was begun"
    );
}

#[test]
fn typed_words_are_found_by_search() {
    let stage = Stage::new();
    session(&stage);
    assert_eq!(
        stage
            .ask(&["sessions", "--search", "quittenmarmelade"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        stage.ask(&["sessions", "--search", "Kirschen"]),
        Value::Array(vec![])
    );
    assert_eq!(stage.run(&["sessions", "--search", "Kirschen"]).code, Some(0));
}

#[test]
fn a_deleted_session_is_in_no_byte_of_the_data_folder() {
    let stage = Stage::new();
    let session = session(&stage);
    let id = session["session"].as_str().unwrap();
    let holding = || {
        let holds =
            |text: &str, bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        files(stage.data())
            .into_iter()
            .filter(|file| holds(MARKER, &std::fs::read(file).unwrap()))
            .collect::<Vec<_>>()
    };
    assert!(!holding().is_empty(), "it is there before");

    let told = stage.run(&["delete", id]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    assert_eq!(told.out, "Deleted for good. Your turns: 2.\n");
    assert_eq!(holding(), Vec::<std::path::PathBuf>::new());
    let sound = files(&stage.data().join("audio"));
    assert!(sound.is_empty(), "{sound:?}");
    assert_eq!(stage.ask(&["sessions"]), Value::Array(vec![]));
    assert_eq!(
        stage.run(&["session", id, "--json"]).error()["code"],
        "no_such_session"
    );
    assert_eq!(
        stage.run(&["delete", id, "--json"]).error()["code"],
        "no_such_session"
    );
    assert_eq!(stage.run(&["verify"]).code, Some(0));
}

#[test]
fn deleting_answers_what_went_as_data() {
    let stage = Stage::new();
    let session = session(&stage);
    let receipt = stage.ask(&["delete", session["session"].as_str().unwrap()]);
    assert_eq!(receipt["turns"], session["turns"].as_array().unwrap().len());
}
