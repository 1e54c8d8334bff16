//! `rehearse-cli` beside the window, on the same folder.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::driver::built_program;
use crate::process::OwnProcess;
use crate::stage::Stage;

/// A scenario that is practised beside the window.
const SCENARIO: &str = "ask-for-a-raise";

fn command(stage: &Stage, words: &[&str]) -> Command {
    let mut command = Command::new(built_program("rehearse-cli"));
    stage.folders().give_to(&mut command);
    command.envs(stage.sound().env());
    command
        .args(words)
        .arg("--data-dir")
        .arg(stage.folders().sessions());
    command
}

/// Runs one command to its end.
fn run(stage: &Stage, words: &[&str]) -> Output {
    command(stage, words)
        .stdin(Stdio::null())
        .output()
        .expect("rehearse-cli starts")
}

/// Practises to the end with these sentences, one a turn, as fast as it goes. Answers the session.
pub(crate) async fn practise(stage: &Stage, sentences: &[&Path]) -> Value {
    let mut words = vec!["practise", SCENARIO];
    for sentence in sentences {
        words.extend(["--input", sentence.to_str().expect("a plain path")]);
    }
    ask(stage, &words).await
}

/// Begins to practise at the speed of speech, and goes on beside the story.
pub(crate) fn start_practising(stage: &Stage, sentence: &Path) -> OwnProcess {
    let sentence = sentence.to_str().expect("a plain path");
    let words = ["practise", SCENARIO, "--realtime", "--input", sentence];
    OwnProcess::start(command(stage, &words).stdout(Stdio::null()).stderr(Stdio::null()))
}

/// What a command answers with `--json`; it must succeed.
pub(crate) async fn ask(stage: &Stage, words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    let done = tokio::task::block_in_place(|| run(stage, &words));
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success(),
        "rehearse-cli {}: {}: {errors}",
        words.join(" "),
        done.status
    );
    serde_json::from_slice(&done.stdout).unwrap_or_else(|error| {
        panic!(
            "rehearse-cli {}: {error}: {}",
            words.join(" "),
            String::from_utf8_lossy(&done.stdout)
        )
    })
}
