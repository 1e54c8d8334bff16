//! The disk fills up in the middle of a practice: what was said is kept, the window says so, and it goes on as soon as
//! there is room.

use std::time::Duration;

use super::super::sitting::{SPACE, await_turn, end_and_review, pass_first_run, play_turn, start_suggested};
use crate::accessibility::check;
use crate::command_line;
use crate::limits::APPEARING;
use crate::speech::{Sentences, speak};
use crate::stage::{Look, Stage};
use crate::window::Window;

/// Room for the app and a few turns.
const KILOBYTES: u32 = 16_384;

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_while_speaking_keeps_what_was_said_and_goes_on() {
    let mut stage = Stage::set("full-while-speaking", Look::ENGLISH_LIGHT);
    if !stage.use_small_disk(KILOBYTES) {
        return;
    }
    let window = practise(&stage).await;
    let sentences = Sentences::some(1);
    // About three seconds of sound, less than the sentence.
    stage.folders().disk().fill_up_to(20 * 1024).unwrap();
    window.hold(SPACE).await;
    window
        .see_attribute(APPEARING, "phase", "data-phase", &["recording"])
        .await;
    speak(&stage, sentences.file(0)).await;
    see_pause(&window, "media", "recording_disk_full").await;
    window.release(SPACE).await;
    window.picture("practice-disk-full-speaking").await;

    stage.folders().disk().empty().unwrap();
    window.click("pause-retry").await;
    window.see("take-review").await;
    window.picture("practice-disk-full-kept").await;
    window.click("take-send").await;
    await_turn(&window).await;
    end_and_review(&window).await;
    play_turn(&stage, &window, 1).await;
    nothing_is_lost(&stage, 3).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_when_a_turn_is_saved_keeps_its_words_and_goes_on() {
    let mut stage = Stage::set("full-while-saving", Look::ENGLISH_LIGHT);
    if !stage.use_small_disk(KILOBYTES) {
        return;
    }
    let window = practise(&stage).await;
    stage.folders().disk().fill_up_to(0).unwrap();
    window.click("type-toggle").await;
    window
        .type_into("type-input", "I would like to talk about my pay.")
        .await;
    window.click("type-send").await;
    see_pause(&window, "storage", "save_disk_full").await;
    check(&window, "pause because of a full disk").await;
    window.picture("practice-disk-full-saving").await;
    window.click("pause-retry").await;
    see_pause(&window, "storage", "save_disk_full").await;

    stage.folders().disk().empty().unwrap();
    window.click("pause-retry").await;
    await_turn(&window).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    // The end finds no room either.
    stage.folders().disk().fill_up_to(0).unwrap();
    window.click("end-session").await;
    window.see_any(APPEARING, &["pause-panel", "end-card"]).await;
    window.picture("practice-disk-full-ending").await;
    stage.folders().disk().empty().unwrap();
    if window.glimpse("end-card").await.is_none() {
        window.click("pause-retry").await;
        window.see("end-card").await;
    }
    nothing_is_lost(&stage, 3).await;
    window.close().await;
}

/// The window at the trainee's first turn.
async fn practise(stage: &Stage) -> Window {
    let window = stage.open().await;
    pass_first_run(&window, "en", async |_, _| ()).await;
    start_suggested(&window).await;
    // What the other person said is on disk a moment after it was heard.
    tokio::time::sleep(Duration::from_secs(1)).await;
    window
}

async fn see_pause(window: &Window, cause: &str, code: &str) {
    window
        .see_attribute(APPEARING, "pause-panel", "data-cause", &[cause])
        .await;
    window
        .see_attribute(APPEARING, "error", "data-code", &[code])
        .await;
    window.see("pause-retry").await;
}

/// That many turns are in the database, and every row has its sound.
async fn nothing_is_lost(stage: &Stage, turns: usize) {
    let sessions = command_line::ask(stage, &["sessions"]).await;
    let id = sessions[0]["session"].as_str().expect("one session").to_owned();
    let session = command_line::ask(stage, &["session", &id]).await;
    assert_eq!(
        session["turns"].as_array().map(Vec::len),
        Some(turns),
        "{session}"
    );
    let disagreements = command_line::ask(stage, &["verify"]).await;
    assert_eq!(disagreements, serde_json::json!([]));
}
