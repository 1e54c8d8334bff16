//! Commands that only look, wrong words, and how answers are said.

use std::process::Stdio;

use serde_json::Value;

use crate::stage::{RAISE, Stage, Told};

const NOBODY: &str = "0192d6a0-7c1e-7000-8000-000000000001";

#[test]
fn scenarios_are_listed_in_columns_and_as_data() {
    let stage = Stage::new();
    let told = stage.run(&["scenarios"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    let line = told.out.lines().find(|line| line.starts_with(RAISE)).unwrap();
    assert_eq!(line, format!("{RAISE:<36} en     Ask for a raise"));

    let all = stage.ask(&["scenarios"]);
    let chinese = stage.ask(&["scenarios", "--language", "zh-CN"]);
    let languages = |list: &Value| {
        let cards = list.as_array().unwrap();
        cards
            .iter()
            .map(|card| card["language"].clone())
            .collect::<Vec<_>>()
    };
    assert!(languages(&all).contains(&"en".into()) && languages(&all).contains(&"zh-CN".into()));
    assert!(!chinese.as_array().unwrap().is_empty());
    assert!(languages(&chinese).iter().all(|language| language == "zh-CN"));
    assert!(!stage.data().exists(), "looking makes no folder");
}

#[test]
fn devices_are_listed_by_kind_also_where_there_are_none() {
    let stage = Stage::new();
    let told = stage.run(&["devices"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    assert!(told.out.starts_with("Microphones\n") && told.out.contains("\nLoudspeakers\n"));
    let sound = stage.ask(&["devices"]);
    assert!(sound["microphones"].is_array() && sound["speakers"].is_array());
}

#[test]
fn progress_of_nothing_says_that_there_is_nothing_to_compare_yet() {
    let stage = Stage::new();
    let progress = stage.ask(&["progress"]);
    assert_eq!(
        (&progress["runs"], &progress["still_measuring"]),
        (&0.into(), &0.into())
    );
    assert_eq!(progress["series"], Value::Array(vec![]));
    assert_eq!(progress["comparison"], "no_runs");
    let told = stage.run(&["progress"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    assert!(
        told.out
            .starts_with("Nothing to compare yet\nOnce you have spoken in two practices"),
        "{}",
        told.out
    );
    assert!(
        stage
            .run_in_chinese(&["progress"])
            .out
            .starts_with("还没有可以比较的\n用同一种语言说过两次之后")
    );
    assert!(!stage.data().exists(), "looking makes no folder");
}

#[test]
fn an_empty_folder_has_no_sessions_and_agrees_with_itself() {
    let stage = Stage::new();
    assert_eq!(stage.run(&["sessions"]).out, "Nothing has been practised yet.\n");
    assert_eq!(stage.ask(&["sessions"]), Value::Array(vec![]));
    let told = stage.run(&["verify"]);
    assert_eq!(
        (told.code, told.out.as_str()),
        (Some(0), "The database and the files agree.\n")
    );
    assert_eq!(stage.ask(&["verify"]), Value::Array(vec![]));
}

/// Practises so often, without a word.
fn practised(stage: &Stage, times: usize) {
    for _ in 0..times {
        assert_eq!(stage.run(&["practise", RAISE, "--json"]).code, Some(0));
    }
}

#[test]
fn sessions_that_are_not_listed_are_counted_and_can_be_seen() {
    let stage = Stage::new();
    practised(&stage, 3);
    let told = stage.run(&["sessions", "--limit", "2"]);
    // One line more has the titles.
    assert_eq!((told.code, told.out.lines().count()), (Some(0), 3));
    assert_eq!(
        told.err,
        "1 more. --all lists every one, --limit N the newest N.\n"
    );
    let told = stage.run(&["sessions", "--limit", "2", "--json"]);
    let listed: Value = serde_json::from_str(&told.out).unwrap();
    let more: Value = serde_json::from_str(&told.err).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!(
        (&more["notice"]["kind"], &more["notice"]["count"]),
        (&"more_sessions".into(), &1.into())
    );
    for words in [
        ["sessions"].as_slice(),
        &["sessions", "--all"],
        &["sessions", "--limit", "3"],
        &["sessions", "--limit", "1000"],
    ] {
        let told = stage.run(words);
        assert_eq!(
            (told.out.lines().count(), told.err.as_str()),
            (4, ""),
            "{words:?}"
        );
    }
}

#[test]
fn a_session_is_listed_in_the_time_of_the_place_with_the_turns_of_the_trainee() {
    let stage = Stage::new();
    practised(&stage, 1);
    let row = &stage.ask(&["sessions"])[0];
    let (id, at) = (
        row["session"].as_str().unwrap(),
        row["created_at"].as_str().unwrap(),
    );
    assert!(at.ends_with('Z'), "data stay in UTC: {at}");
    let (day, time) = at.split_once('T').unwrap();
    let told = |zone: &str| Told::of(stage.program(&["sessions"]).env("TZ", zone).output().unwrap()).out;
    let utc = told("UTC");
    let [titles, line] = utc.lines().collect::<Vec<_>>()[..] else {
        panic!("{utc}");
    };
    let titles: Vec<&str> = titles
        .split("  ")
        .map(str::trim)
        .filter(|title| !title.is_empty())
        .collect();
    assert_eq!(
        titles,
        [
            "Session",
            "When",
            "Length",
            "Your turns",
            "Scenario",
            "How it ended"
        ]
    );
    let cells: Vec<&str> = line
        .split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect();
    let when = format!("{day} {}", &time[..5]);
    let unspoken = "You said nothing";
    assert_eq!(
        cells,
        [
            id,
            when.as_str(),
            "0:00",
            unspoken,
            "Ask for a raise",
            "You stopped"
        ]
    );
    let hour = |told: &str| {
        let line = told.lines().last().unwrap();
        let time = line.split_whitespace().nth(2).unwrap();
        time[..2].parse::<u32>().unwrap()
    };
    assert_eq!((hour(&utc) + 8) % 24, hour(&told("Asia/Shanghai")));
}

#[test]
fn what_is_not_there_is_named_with_exit_code_one() {
    let stage = Stage::new();
    let error = stage.run(&["scenario", "no-such-thing", "--json"]).error();
    assert_eq!(
        (&error["code"], &error["params"]["slug"]),
        (&"no_such_scenario".into(), &"no-such-thing".into())
    );
    let told = stage.run(&["practise", "no-such-thing"]);
    assert!(told.sentences().contains("no-such-thing"));
    assert!(
        stage
            .run(&["delete", NOBODY])
            .sentences()
            .contains("no such practice")
    );
    for words in [
        ["session", NOBODY].as_slice(),
        &["export", NOBODY, "/nowhere"],
        &["delete", NOBODY],
        &["session", "not-an-id"],
    ] {
        let error = stage.run(&[words, &["--json"]].concat()).error();
        assert_eq!(error["code"], "no_such_session", "{words:?}");
    }
}

#[test]
fn words_that_make_no_sense_are_refused_with_exit_code_two() {
    let stage = Stage::new();
    for words in [
        ["rehearse"].as_slice(),
        &["scenario"],
        &["sessions", "--limit", "0"],
        &["sessions", "--limit", "many"],
        &["scenarios", "--language", "fr"],
        &["scenario", RAISE, "--language", "fr"],
        &["practise", RAISE, "--turns", "0"],
        &["practise", RAISE, "--realtime"],
        &["practise", RAISE, "--partner", "oracle"],
        &["practise", RAISE, "--device", "x", "--input", "y.wav"],
    ] {
        let told = stage.run(words);
        assert_eq!((told.code, told.out.as_str()), (Some(2), ""), "{words:?}");
        assert!(told.err.starts_with("error: "), "{}", told.err);
    }
    assert!(!stage.data().exists());
}

#[test]
fn help_and_version_are_answers() {
    let stage = Stage::new();
    let help = stage.run(&["--help"]);
    assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    for command in [
        "devices",
        "scenarios",
        "scenario",
        "practise",
        "sessions",
        "session",
        "export",
        "delete",
        "recover",
        "verify",
    ] {
        assert!(
            help.out.contains(&format!("\n  {command} ")),
            "{command}: {}",
            help.out
        );
    }
    assert_eq!(
        stage.run(&["--version"]).out,
        format!("rehearse-cli {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_data_folder_can_come_from_the_environment() {
    let stage = Stage::new();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rehearse-cli"));
    let told = command
        .arg("recover")
        .env("REHEARSE_DATA_DIR", stage.data())
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(0));
    assert!(stage.data().join("rehearse.db").exists());
}

#[test]
fn a_reader_that_has_heard_enough_is_no_error() {
    let stage = Stage::new();
    for words in [
        ["scenarios"].as_slice(),
        &["scenarios", "--json"],
        &["scenario", RAISE],
        &["sessions"],
    ] {
        let mut child = stage
            .program(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Closed long before the program has its answer.
        drop(child.stdout.take());
        let told = Told::of(child.wait_with_output().unwrap());
        assert_eq!((told.code, told.err.as_str()), (Some(0), ""), "{words:?}");
    }
}

#[test]
fn the_sentences_are_in_the_language_of_the_system() {
    let messages: Value =
        serde_json::from_str(include_str!("../../../../../ui/messages/zh-CN.json")).unwrap();
    let stage = Stage::new();
    let chinese =
        |words: &[&str]| Told::of(stage.program(words).env("LANG", "zh_CN.UTF-8").output().unwrap());
    assert_eq!(
        chinese(&["sessions"]).out.trim(),
        messages["cli.no_sessions"].as_str().unwrap()
    );
    let missing = chinese(&["session", NOBODY]);
    // Nothing was ever practised in this folder.
    let expected =
        ["what", "safe", "next"].map(|part| messages[format!("error.store_empty.{part}")].as_str().unwrap());
    assert_eq!(missing.sentences().trim(), expected.join("\n"));
}
