//! A data folder that cannot be opened, and a recording that is gone: the window says what happened, what is safe and
//! what to do next, and nothing is lost on the way.

mod full_disk;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::sitting::play_turn;
use crate::accessibility::check;
use crate::command_line::{self, practise, start_practising};
use crate::limits::{APPEARING, OPENING, until_now};
use crate::process::{is_running, signal};
use crate::speech::Sentences;
use crate::stage::{Look, Stage};
use crate::window::Window;

/// Where SQLite keeps the version of the data in the header of its file.
const VERSION: std::ops::Range<usize> = 60..64;

#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_a_torn_header_is_set_aside_and_its_recordings_are_offered() {
    let stage = Stage::set("damaged", Look::ENGLISH_LIGHT);
    set_aside(&stage, |database| database[..100].fill(0x5a)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_torn_pages_is_set_aside_in_chinese_too() {
    let stage = Stage::set("damaged-zh-CN", Look::CHINESE_DARK);
    set_aside(&stage, |database| database[4096..].fill(0x5a)).await;
}

async fn set_aside(stage: &Stage, damage: impl Fn(&mut [u8])) {
    let sentences = Sentences::some(2);
    practise(stage, &[sentences.file(0), sentences.file(1)]).await;
    let folder = stage.folders().sessions();
    let recordings = files(&folder, "mp3");
    let mut database = fs::read(folder.join("rehearse.db")).unwrap();
    damage(&mut database);
    fs::write(folder.join("rehearse.db"), &database).unwrap();

    let window = see_problem(stage, "store_damaged").await;
    window.picture("problem-damaged").await;
    window.click("set-aside").await;
    window.see("first-run").await;
    window.click("first-run-skip").await;
    window.see("recovery").await;
    check(&window, "recovery after setting aside").await;
    window.picture("recovery-set-aside").await;

    let aside = files(&folder, "db");
    let aside = aside
        .iter()
        .find(|(path, _)| path.to_string_lossy().contains("damaged"));
    assert!(
        aside.expect("it is kept").1 == &database,
        "the damaged database is not touched"
    );
    assert!(
        files(&folder, "mp3") == recordings,
        "the recordings are not touched"
    );
    // What the partner said goes where the takes go; there is nothing in it to decide on.
    let spoken = |path: &&PathBuf| !path.to_string_lossy().ends_with(".partner.mp3");
    let offered = window.count("[data-testid='keep-take']").await;
    assert_eq!(offered, recordings.keys().filter(spoken).count());
    window.click("keep-all-takes").await;
    window
        .until(APPEARING, "the kept recordings leaving the list", async || {
            (window.count("[data-testid='keep-take']").await == 0).then_some(())
        })
        .await;
    window.picture("recovery-all-kept").await;
    assert_eq!(files(&folder, "mp3").len(), recordings.len());
    window.close().await;
    assert_eq!(command_line::ask(stage, &["verify"]).await, serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_named_and_not_touched() {
    let stage = Stage::set("newer", Look::ENGLISH_LIGHT);
    practise(&stage, &[Sentences::some(1).file(0)]).await;
    let folder = stage.folders().sessions();
    let mut database = fs::read(folder.join("rehearse.db")).unwrap();
    database[VERSION].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(folder.join("rehearse.db"), &database).unwrap();
    let before = files(&folder, "");

    let window = see_problem(&stage, "store_newer").await;
    window.picture("problem-newer").await;
    let words = words_of(&window).await;
    assert!(words.contains("99"), "{words}");
    assert!(window.glimpse("set-aside").await.is_none(), "nothing is damaged");
    window.click("problem-retry").await;
    window.see("problem-still").await;
    window.close().await;

    let after = files(&folder, "");
    let kept = after.get(&folder.join("rehearse.db"));
    assert!(kept == Some(&database), "the database changed");
    for (path, bytes) in before {
        assert!(after.get(&path) == Some(&bytes), "{} changed", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_held_by_another_program_names_it_and_opens_after_it_ended() {
    let stage = Stage::set("held", Look::ENGLISH_LIGHT);
    let sentences = Sentences::some(1);
    let other = start_practising(&stage, sentences.file(0));
    let holder = stage.folders().sessions().join("rehearse.holder");
    until_now(OPENING, "the folder being held", || holder.exists().then_some(()));

    let window = see_problem(&stage, "store_held").await;
    window.picture("problem-held").await;
    let words = words_of(&window).await;
    let pid = other.id().to_string();
    assert!(words.contains("rehearse-cli") && words.contains(&pid), "{words}");
    window.click("problem-retry").await;
    window.see("problem-still").await;
    window.picture("problem-held-still").await;
    assert!(is_running(other.id()), "the other program has not noticed");

    signal("TERM", other.id());
    until_now(Duration::from_secs(10), "the other program ending", || {
        (!is_running(other.id())).then_some(())
    });
    window.click("problem-retry").await;
    window.see("first-run").await;
    window.click("first-run-skip").await;
    window.see_any(APPEARING, &["home", "recovery"]).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_folder_is_named_and_opens_once_it_can_be_written_to() {
    let mut stage = Stage::set("read-only", Look::ENGLISH_LIGHT);
    if !stage.use_small_disk(16_384) {
        return;
    }
    practise(&stage, &[Sentences::some(1).file(0)]).await;
    let folder = stage.folders().sessions();
    let before = files(&folder, "");
    stage.folders().disk().make_read_only().unwrap();

    let window = see_problem(&stage, "store_read_only").await;
    window.picture("problem-read-only").await;
    let words = words_of(&window).await;
    assert!(words.contains(folder.to_str().unwrap()), "{words}");
    assert!(files(&folder, "") == before, "a read-only folder changed");

    stage.folders().disk().make_writable().unwrap();
    window.click("problem-retry").await;
    window.see("first-run").await;
    window.click("first-run-skip").await;
    window.see("home").await;
    window.click("nav-history").await;
    window.see("history-row").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_recording_is_said_at_its_turn_and_the_others_play() {
    let stage = Stage::set("missing-recording", Look::ENGLISH_LIGHT);
    let sentences = Sentences::some(3);
    practise(&stage, &[sentences.file(0), sentences.file(1), sentences.file(2)]).await;
    let sessions = command_line::ask(&stage, &["sessions"]).await;
    let session = sessions[0]["session"].as_str().unwrap().to_owned();
    let session = command_line::ask(&stage, &["session", &session]).await;
    remove_recording(&stage, &session, 1);

    let window = stage.open().await;
    window.see_within(OPENING, "first-run").await;
    window.click("first-run-skip").await;
    window.click("nav-history").await;
    window.click("history-row").await;
    window.see("review").await;
    window.see("audio-missing").await;
    assert_eq!(window.count("[data-testid='audio-missing']").await, 1);
    assert_eq!(
        window
            .count("[data-testid='turn-1'] [data-testid='audio-missing']")
            .await,
        1
    );
    assert!(window.glimpse("turn-1-play").await.is_none());
    check(&window, "review with a missing recording").await;
    window.picture("review-missing").await;

    // This one goes while it is looked at.
    remove_recording(&stage, &session, 3);
    window.click("turn-3-play").await;
    window
        .see_attribute(APPEARING, "error", "data-code", &["audio_missing"])
        .await;
    window.picture("review-missing-meanwhile").await;
    play_turn(&stage, &window, 5).await;
    window.close().await;
}

fn remove_recording(stage: &Stage, session: &Value, turn: usize) {
    let clip = session["turns"][turn]["line"]["clip"]
        .as_str()
        .expect("a spoken turn");
    let all = files(&stage.folders().sessions(), "mp3");
    let file = all.keys().find(|path| path.to_string_lossy().contains(clip));
    fs::remove_file(file.expect("the recording is there")).unwrap();
}

/// Opens the window and waits for its page about what is wrong.
async fn see_problem(stage: &Stage, code: &str) -> Window {
    let window = stage.open().await;
    window.see_within(OPENING, "problem").await;
    assert_eq!(
        window.attribute("problem", "data-code").await.as_deref(),
        Some(code)
    );
    check(&window, code).await;
    window
}

async fn words_of(window: &Window) -> String {
    let words = window.run("return document.body.innerText", Vec::new()).await;
    words.as_str().unwrap_or_default().to_owned()
}

/// Every file below a folder whose name ends like this, with what is in it.
fn files(folder: &Path, extension: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.to_string_lossy().ends_with(extension) {
            let bytes = fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}
