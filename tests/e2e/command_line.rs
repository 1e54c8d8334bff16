//! `rehearse-cli` beside the window, on the same folder.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::driver::built_program;
use crate::stage::Stage;

/// Runs one command to its end.
fn run(stage: &Stage, words: &[&str]) -> Output {
    let mut command = Command::new(built_program("rehearse-cli"));
    stage.folders().give_to(&mut command);
    command
        .args(words)
        .arg("--data-dir")
        .arg(stage.folders().sessions())
        .stdin(Stdio::null());
    command.output().expect("rehearse-cli starts")
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
