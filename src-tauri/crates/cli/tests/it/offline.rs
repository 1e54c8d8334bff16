//! "Work offline", seen from outside the process: the system is asked which connections the program makes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rehearse_core::settings::Settings;
use rehearse_core::{Access, Core, Parts, SystemFolders};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::server::fed;
use crate::speech::{Speech, two_turns};
use crate::stage::{RAISE, Stage, Told, files};

/// Nobody's: an address for examples (RFC 5737), so that a packet that gets out bothers nobody.
const ELSEWHERE: &str = "192.0.2.1";
/// Everything by which a program reaches another computer, name servers included.
const CALLS: &str = "trace=connect,sendto,sendmsg,sendmmsg";
const PATIENCE: Duration = Duration::from_secs(30);

/// The program, watched by the kernel; what it calls is in the file. `None`, with the reason printed, where it cannot be
/// watched.
fn watched(program: &Command, calls: &Path) -> Option<Command> {
    let watch = || {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-e", CALLS, "-o"]).arg(calls);
        strace
    };
    let works = watch().arg("true").status().is_ok_and(|status| status.success());
    if !works {
        eprintln!("left out: strace is not installed, or may not watch here");
        return None;
    }
    let mut strace = watch();
    strace.arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    strace.stdin(Stdio::null());
    Some(strace)
}

/// The calls that name a computer other than this one.
fn beyond_this_computer(calls: &Path) -> Vec<String> {
    let log = std::fs::read_to_string(calls).unwrap_or_default();
    let named = |call: &str, before: &str| {
        let rest = call.split_once(before)?.1;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let leaves = |call: &&str| {
        let old = named(call, "inet_addr(\"").is_some_and(|to| !to.starts_with("127."));
        let new = named(call, "inet_pton(AF_INET6, \"").is_some_and(|to| to != "::1");
        old || new
    };
    log.lines().filter(leaves).map(str::to_owned).collect()
}

/// Sets the switch.
fn work_offline(stage: &Stage) {
    Runtime::new().unwrap().block_on(async {
        let folders = SystemFolders::at(stage.data().to_owned());
        let core = Core::open(Parts::of_this_system(), &folders, Access::Owner).await;
        let settings = core.app().await.unwrap().settings;
        let settings = Settings {
            offline: true,
            ..settings
        };
        core.change_settings(settings).await.unwrap();
        core.shut_down().await;
    });
}

/// All four roles are played on another computer.
fn with_models_elsewhere() -> Stage {
    let stage = Stage::new();
    let address = format!("https://{ELSEWHERE}/compatible-mode/v1");
    let setting = [
        "models",
        "set",
        "all",
        "--preset",
        "qwen-singapore",
        "--address",
        &address,
    ];
    let keys = ["--keys", "file", "--key", "--json"];
    let told = fed(stage.program(&[&setting[..], &keys].concat()), "sk-elsewhere");
    assert_eq!(told.code, Some(0), "{}", told.err);
    stage
}

fn practice<'words>(speech: &'words Speech, partner: &'words str) -> Vec<&'words str> {
    let mut words = vec!["practise", RAISE, "--partner", partner, "--json"];
    for file in &speech.files {
        words.extend(["--input", file.to_str().unwrap()]);
    }
    words
}

fn calls_of(stage: &Stage) -> PathBuf {
    stage.beside("calls")
}

#[test]
fn online_a_model_elsewhere_is_seen_to_be_called() {
    let (stage, Some(speech)) = (with_models_elsewhere(), two_turns()) else {
        return;
    };
    let (words, calls) = (practice(&speech, "qwen"), calls_of(&stage));
    let Some(mut program) = watched(&stage.program(&words), &calls) else {
        return;
    };
    let quiet = program.stdout(Stdio::null()).stderr(Stdio::null());
    let mut running = quiet.spawn().unwrap();
    let begun = Instant::now();
    let mut seen = Vec::new();
    while seen.is_empty() && begun.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(50));
        seen = beyond_this_computer(&calls);
    }
    // Nobody answers there, and the program would wait. Its number begins the first line.
    let log = std::fs::read_to_string(&calls).unwrap();
    let watched = log.split_whitespace().next().unwrap();
    let _ = Command::new("kill")
        .args(["-KILL", watched])
        .stderr(Stdio::null())
        .status();
    let _ = running.kill();
    running.wait().unwrap();
    assert!(seen.iter().any(|call| call.contains(ELSEWHERE)), "{seen:?}");
}

#[test]
fn offline_a_whole_practice_connects_to_nobody() {
    let (stage, Some(speech)) = (with_models_elsewhere(), two_turns()) else {
        return;
    };
    work_offline(&stage);
    let (words, calls) = (practice(&speech, "scripted"), calls_of(&stage));
    let Some(mut program) = watched(&stage.program(&words), &calls) else {
        return;
    };
    let told = Told::of(program.output().unwrap());
    assert_eq!(told.code, Some(0), "{}", told.err);
    let session: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(session["turns"].as_array().unwrap().len(), 5, "{}", told.out);
    assert_eq!(beyond_this_computer(&calls), Vec::<String>::new());
}

#[test]
fn offline_a_model_elsewhere_is_not_called_and_nothing_is_lost() {
    let (stage, Some(speech)) = (with_models_elsewhere(), two_turns()) else {
        return;
    };
    work_offline(&stage);
    let (words, calls) = (practice(&speech, "qwen"), calls_of(&stage));
    let Some(mut program) = watched(&stage.program(&words), &calls) else {
        return;
    };
    let told = Told::of(program.output().unwrap());
    assert_eq!(told.error()["code"], json!("partner_offline"), "{}", told.err);
    let taken = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".mp3") && !name.contains(".partner.")
    };
    assert_eq!(
        files(stage.data()).iter().filter(|file| taken(file)).count(),
        1,
        "the turn is kept"
    );
    assert_eq!(beyond_this_computer(&calls), Vec::<String>::new());
}
