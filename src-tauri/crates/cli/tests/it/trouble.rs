//! Folders that cannot be used: a clear sentence, exit code 1, and nothing lost.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::speech::{Speech, two_turns};
use crate::stage::{RAISE, Stage};

/// Where SQLite keeps the version of the data in its file (file format, section 1.3).
const USER_VERSION: usize = 60;

/// A stage with one practice on it, of two files that the next may use.
struct Practised {
    speech: Speech,
    session: Value,
}

fn practised(stage: &Stage) -> Option<Practised> {
    let speech = two_turns()?;
    let session = stage.practise(&speech.files[..1], &[]);
    Some(Practised { speech, session })
}

fn database(stage: &Stage) -> PathBuf {
    stage.data().join("rehearse.db")
}

#[test]
fn a_damaged_database_is_said_and_the_recordings_are_not_touched() {
    let stage = Stage::new();
    let Some(Practised { speech, .. }) = practised(&stage) else {
        return;
    };
    for beside in ["-wal", "-shm"] {
        let _ = fs::remove_file(stage.data().join(format!("rehearse.db{beside}")));
    }
    let mut bytes = fs::read(database(&stage)).unwrap();
    bytes[..100].fill(0x5a);
    fs::write(database(&stage), &bytes).unwrap();
    let sound = crate::stage::files(&stage.data().join("audio"));
    for words in [
        ["sessions"].as_slice(),
        &["verify"],
        &["recover"],
        &["practise", RAISE, "--input", speech.files[0].to_str().unwrap()],
    ] {
        assert!(
            stage
                .run(words)
                .sentences()
                .contains("The database cannot be read."),
            "{words:?}"
        );
        assert_eq!(
            stage.run(&[words, &["--json"]].concat()).error()["code"],
            "store_damaged"
        );
    }
    assert_eq!(fs::read(database(&stage)).unwrap(), bytes);
    assert_eq!(crate::stage::files(&stage.data().join("audio")), sound);
}

#[test]
fn a_damaged_database_is_set_aside_when_asked_and_every_recording_kept() {
    let stage = Stage::new();
    let Some(Practised { session, .. }) = practised(&stage) else {
        return;
    };
    let mut bytes = fs::read(database(&stage)).unwrap();
    bytes[..100].fill(0x5a);
    fs::write(database(&stage), &bytes).unwrap();
    assert!(
        stage
            .run(&["recover"])
            .sentences()
            .contains("rehearse-cli recover --set-aside")
    );
    assert!(
        stage
            .run_in_chinese(&["recover"])
            .sentences()
            .contains("rehearse-cli recover --set-aside")
    );

    let listed = stage.run(&["recover", "--set-aside", "--list", "--json"]);
    let said: Value = serde_json::from_str(&listed.err).unwrap();
    let listed: Value = serde_json::from_str(&listed.out).unwrap();
    let takes = listed["takes"].as_array().unwrap();
    assert_eq!(
        (takes.len(), &takes[0]["speaker"]),
        (1, &"trainee".into()),
        "{listed:#}"
    );
    let aside = said["notice"]["file"].as_str().unwrap();
    assert_eq!(fs::read(aside).unwrap(), bytes, "it is kept as it was");

    let clips = |end: &str| {
        let files = crate::stage::files(stage.data()).into_iter();
        files.filter(|file| file.to_str().unwrap().ends_with(end)).count()
    };
    let sounds = clips(".mp3");
    assert!(clips(".partner.mp3") > 0 || session["turns"][0]["line"]["clip"].is_null());
    let told = stage.run(&["recover"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    let kept = told
        .out
        .lines()
        .find_map(|line| line.strip_prefix("Kept as "))
        .unwrap();
    assert!(PathBuf::from(kept).is_file(), "{kept}");
    assert_eq!(clips(".mp3"), sounds);
    assert_eq!(
        stage.run(&["recover", "--list"]).out,
        "No recordings are waiting.\n"
    );
    assert_eq!(
        stage.run(&["verify"]).code,
        Some(0),
        "the partner's lines went along"
    );
}

#[test]
fn setting_aside_says_where_it_lies_and_that_the_settings_are_lost() {
    let stage = Stage::new();
    fs::create_dir_all(stage.data()).unwrap();
    fs::write(database(&stage), [0x5a; 8_192]).unwrap();
    let told = stage.run(&["recover", "--set-aside"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    assert!(
        told.out.contains("rehearse.damaged-") && told.out.contains("The settings in it could not be read"),
        "{}",
        told.out
    );
    let again = stage.ask(&["recover", "--set-aside"]);
    assert_eq!(
        again["set_aside"],
        Value::Null,
        "one that is whole stays where it is"
    );
}

#[test]
fn a_newer_database_is_refused_with_both_versions() {
    let stage = Stage::new();
    if practised(&stage).is_none() {
        return;
    }
    let mut bytes = fs::read(database(&stage)).unwrap();
    bytes[USER_VERSION..USER_VERSION + 4].copy_from_slice(&999_u32.to_be_bytes());
    fs::write(database(&stage), &bytes).unwrap();
    for words in [["sessions"].as_slice(), &["recover"], &["verify"]] {
        assert!(stage.run(words).sentences().contains("999"), "{words:?}");
        assert_eq!(
            stage.run(&[words, &["--json"]].concat()).error()["code"],
            "store_newer"
        );
    }
}

#[test]
fn a_changed_and_a_missing_recording_are_findings_with_exit_code_one() {
    let stage = Stage::new();
    let Some(Practised { session, .. }) = practised(&stage) else {
        return;
    };
    let sound = crate::stage::files(&stage.data().join("audio"));
    let mut bytes = fs::read(&sound[0]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&sound[0], bytes).unwrap();
    fs::remove_file(&sound[1]).unwrap();
    let told = stage.run(&["verify"]);
    assert_eq!((told.code, told.err.as_str()), (Some(1), ""));
    assert!(
        told.out.contains("A recording was changed: ") && told.out.contains("A recording is missing: "),
        "{}",
        told.out
    );
    let told = stage.run(&["verify", "--json"]);
    let findings: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((told.code, findings.as_array().unwrap().len()), (Some(1), 2));

    let id = session["session"].as_str().unwrap();
    assert_eq!(
        stage.run(&["session", id]).code,
        Some(0),
        "the words are still told"
    );
    let told = stage.run(&["export", id, stage.beside("out").to_str().unwrap(), "--json"]);
    assert_eq!(told.error()["code"], "export_incomplete");
}

mod disks {
    use rehearse_testkit::SmallDisk;

    use super::*;

    /// `None`, with the reason printed, where there can be none.
    fn small_disk(kilobytes: u32) -> Option<SmallDisk> {
        SmallDisk::mounted(kilobytes)
            .inspect_err(|why| eprintln!("left out: {why}"))
            .ok()
    }

    #[test]
    fn a_folder_on_a_read_only_disk_is_read_and_not_written() {
        let Some(disk) = small_disk(8_000) else {
            return;
        };
        let stage = Stage::with_data_at(disk.path().join("data"));
        let Some(Practised { speech, session }) = practised(&stage) else {
            return;
        };
        disk.make_read_only().unwrap();
        let id = session["session"].as_str().unwrap();
        assert_eq!(stage.ask(&["session", id]), session);
        assert_eq!(stage.run(&["verify"]).code, Some(0));
        for words in [
            ["delete", id].as_slice(),
            &["recover"],
            &["practise", RAISE, "--input", speech.files[0].to_str().unwrap()],
        ] {
            let told = stage.run(words);
            let sentences = told.sentences();
            assert!(
                sentences.contains("cannot be written") && sentences.contains(stage.data().to_str().unwrap()),
                "{words:?}: {sentences}"
            );
            assert_eq!(
                stage.run(&[words, &["--json"]].concat()).error()["code"],
                "store_read_only"
            );
        }
    }

    #[test]
    fn a_full_disk_stops_the_practice_and_keeps_what_was_there() {
        let Some(disk) = small_disk(3_000) else {
            return;
        };
        let stage = Stage::with_data_at(disk.path().join("data"));
        let Some(Practised { speech, session }) = practised(&stage) else {
            return;
        };
        disk.fill_up_to(0).unwrap();
        let told = stage.run(&["practise", RAISE, "--input", speech.files[1].to_str().unwrap()]);
        assert_eq!(told.code, Some(1), "{}", told.out);
        assert!(told.err.contains("The disk is full"), "{}", told.err);
        disk.empty().unwrap();
        let id = session["session"].as_str().unwrap();
        assert_eq!(stage.ask(&["session", id]), session);
        assert_eq!(stage.run(&["recover"]).code, Some(0));
        assert_eq!(stage.run(&["verify"]).code, Some(0));
    }

    #[test]
    fn a_disk_that_fills_up_while_somebody_speaks_keeps_what_was_said_until_then() {
        let Some(disk) = small_disk(3_000) else {
            return;
        };
        let stage = Stage::with_data_at(disk.path().join("data"));
        let Some(Practised { speech, .. }) = practised(&stage) else {
            return;
        };
        let running = stage.start_practice(&speech.files[1]);
        stage.wait_for_take(12_000);
        disk.fill_up_to(0).unwrap();
        let told = running.told();
        assert_eq!(told.code, Some(1));
        assert!(told.err.contains("The disk is full"), "{}", told.err);
        disk.empty().unwrap();
        let recovered = stage.run(&["recover"]);
        assert_eq!(recovered.code, Some(0), "{}", recovered.err);
        let verified = stage.run(&["verify"]);
        assert_eq!(verified.code, Some(0), "{}", verified.out);
        let newest = stage.ask(&["sessions"])[0]["session"]
            .as_str()
            .unwrap()
            .to_owned();
        let session = stage.ask(&["session", &newest]);
        let last = &session["turns"].as_array().unwrap().last().unwrap()["line"];
        assert_eq!(last["speaker"], "trainee", "{session:#}");
        assert!(last["duration_ms"].as_u64().unwrap() >= 1_000);
    }

    #[test]
    fn a_disk_that_fills_up_while_the_partner_is_kept_leaves_no_half_line_behind() {
        for free in [100, 110, 120, 130, 140] {
            let Some(disk) = small_disk(1_500) else {
                return;
            };
            let stage = Stage::with_data_at(disk.path().join("data"));
            let Some(speech) = two_turns() else { return };
            assert_eq!(stage.run(&["recover"]).code, Some(0));
            let spare = disk.path().join("spare");
            fs::write(&spare, vec![0x2e; free * 1_024]).unwrap();
            disk.fill_up_to(0).unwrap();
            fs::remove_file(&spare).unwrap();
            let told = stage.run(&["practise", RAISE, "--input", speech.files[0].to_str().unwrap()]);
            assert!(told.err.contains("The disk is full"), "{free} kB: {}", told.err);
            disk.empty().unwrap();
            assert_eq!(stage.run(&["recover"]).code, Some(0));
            let verified = stage.run(&["verify"]);
            assert_eq!(verified.code, Some(0), "{free} kB: {}", verified.out);
        }
    }
}
