//! A program that is killed while somebody speaks: what was said is still there.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::speech::{assert_heard, samples, two_turns};
use crate::stage::{Stage, files};

#[test]
fn a_killed_practice_is_closed_and_its_take_kept_as_a_turn() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let mut running = stage.start_practice(&speech.files[0]);
    stage.wait_for_take(1_000);
    let begun = Instant::now();
    std::thread::sleep(Duration::from_millis(2_500));
    let spoken = begun.elapsed();
    running.kill();

    let rows = stage.ask(&["sessions"]);
    assert_eq!(rows[0]["end_reason"], Value::Null, "looking closes nothing");
    let done = stage.ask(&["recover"]);
    assert_eq!(done["sessions_closed"], 1);
    assert_eq!(done["kept"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&done["unplayable"], &done["files"]),
        (&Value::Array(vec![]), &Value::Array(vec![]))
    );

    let id = rows[0]["session"].as_str().unwrap();
    let session = stage.ask(&["session", id]);
    assert_eq!(
        (&session["status"], &session["end"]["reason"]),
        (&"ended".into(), &"client_closed".into())
    );
    let turns = session["turns"].as_array().unwrap();
    let kept = &turns.last().unwrap()["line"];
    assert_eq!(kept["speaker"], "trainee");
    let length = Duration::from_millis(kept["duration_ms"].as_u64().unwrap());
    assert!(
        length + Duration::from_secs(1) >= spoken,
        "{length:?} of {spoken:?} are left"
    );
    let clip = files(stage.data()).into_iter().find(|file| {
        file.file_stem()
            .is_some_and(|name| name.to_str() == kept["clip"].as_str())
    });
    let whole_seconds = length.as_secs() as usize;
    let said = samples(&speech.files[0]);
    assert_heard(
        &said[..whole_seconds * rehearse_audio::SAMPLE_RATE as usize],
        &clip.unwrap(),
    );

    assert_eq!(stage.run(&["verify"]).code, Some(0));
    let again = stage.run(&["recover"]);
    assert_eq!(
        again.out,
        "Practices closed: 0. Takes kept: 0. Takes that cannot be played: 0.\n"
    );
}

#[test]
fn an_interrupted_take_can_be_discarded_instead() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let mut running = stage.start_practice(&speech.files[0]);
    let part = stage.wait_for_take(8_000);
    running.kill();
    let name = part.file_name().unwrap().to_str().unwrap();
    let clip = name.strip_suffix(".mp3.part").unwrap();
    let listed = stage.run(&["recover", "--list"]);
    assert!(
        listed.out.starts_with(clip) && listed.out.ends_with("  Ask for a raise\n"),
        "{}",
        listed.out
    );
    let nobody = "0192d6a0-7c1e-7000-8000-000000000001";
    let wrong = stage.run(&["recover", "--discard", clip, "--discard", nobody, "--json"]);
    assert_eq!(wrong.error()["params"]["clip"], nobody);
    let still = stage.ask(&["recover", "--list"]);
    assert_eq!(
        still["takes"][0]["clip"], clip,
        "nothing is decided by a wrong word"
    );
    let done = stage.ask(&["recover", "--discard", clip]);
    assert_eq!(
        (&done["kept"], &done["discarded"][0]),
        (&Value::Array(vec![]), &clip.into())
    );
    assert!(
        !files(stage.data())
            .iter()
            .any(|file| file.to_str().unwrap().contains(clip))
    );
    assert_eq!(stage.run(&["verify"]).code, Some(0));
}

#[test]
fn a_session_that_a_crash_left_open_is_closed_by_the_next_practice_too() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let mut running = stage.start_practice(&speech.files[0]);
    stage.wait_for_take(1_000);
    running.kill();
    let id = stage.ask(&["sessions"])[0]["session"]
        .as_str()
        .unwrap()
        .to_owned();
    stage.practise(&speech.files[1..], &[]);
    assert_eq!(stage.ask(&["session", &id])["end"]["reason"], "client_closed");
    assert_eq!(
        stage.ask(&["recover"])["kept"].as_array().unwrap().len(),
        1,
        "its take still waits"
    );
}
