//! From the first run to hearing oneself again, with a human voice in the microphone, in both languages.

use super::sitting::{await_turn, end_and_review, pass_first_run, play_turn, speak_turn, start_suggested};
use crate::accessibility::check;
use crate::command_line;
use crate::keys::Key;
use crate::speech::Sentences;
use crate::stage::{Look, Stage};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn four_spoken_turns_in_english_are_kept_and_heard_again() {
    let stage = Stage::set("journey-en", Look::ENGLISH_LIGHT);
    let window = walk_through(&stage, "en", 4).await;

    window.click("nav-history").await;
    window.see("history-row").await;
    window.picture("history").await;
    assert_eq!(window.count("[data-testid='history-row']").await, 1);
    window.click("history-row").await;
    window.see("review").await;
    play_turn(&stage, &window, 1).await;

    everything_is_on_disk(&stage, 4).await;
    find_delete_and_take_back(&window).await;
    everything_is_on_disk(&stage, 4).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoken_turn_in_chinese_is_kept_and_heard_again() {
    let stage = Stage::set("journey-zh-CN", Look::CHINESE_DARK);
    let window = walk_through(&stage, "zh-CN", 1).await;
    everything_is_on_disk(&stage, 1).await;
    window.close().await;
}

/// In History: found by its words and by no others, deleted, taken back.
async fn find_delete_and_take_back(window: &Window) {
    window.click("nav-history").await;
    window.type_into("history-search", "zebra").await;
    window.see_gone("history-row").await;
    for _ in "zebra".chars() {
        window.press(Key::Backspace).await;
    }
    window.type_into("history-search", "raise").await;
    window.click("history-row").await;
    window.click("delete-session").await;
    window.see("delete-dialog").await;
    check(window, "delete dialog").await;
    window.picture("delete-dialog").await;
    window.click("delete-confirm").await;
    window.see("undo-delete").await;
    window.click("nav-history").await;
    window.see_gone("history-row").await;
    window.click("undo-delete").await;
    window.see("history-row").await;
}

/// First run, brief, that many turns, end, review; with a picture of every screen.
async fn walk_through(stage: &Stage, language: &str, turns: usize) -> Window {
    let window = stage.open().await;
    pass_first_run(&window, language, async |window, step| {
        window.picture(&format!("first-run-{step}")).await;
    })
    .await;
    window.picture("home").await;
    window.click("nav-catalogue").await;
    window.picture("catalogue").await;
    window.click("nav-home").await;
    start_suggested(&window).await;

    let sentences = Sentences::some(turns);
    for turn in 0..turns {
        await_turn(&window).await;
        window.picture(&format!("practice-your-turn-{turn}")).await;
        speak_turn(stage, &window, sentences.file(turn)).await;
    }
    await_turn(&window).await;

    end_and_review(&window).await;
    window.picture("review").await;
    play_turn(stage, &window, 1).await;
    window
}

/// The other host agrees with what the window showed: every turn has its row, and every row its sound.
async fn everything_is_on_disk(stage: &Stage, trainee_turns: usize) {
    let sessions = command_line::ask(stage, &["sessions"]).await;
    assert_eq!(sessions[0]["end_reason"], "manual", "{sessions}");
    let id = sessions[0]["session"].as_str().expect("one session").to_owned();
    let session = command_line::ask(stage, &["session", &id]).await;
    let turns = session["turns"].as_array().expect("its turns");
    let lines = turns.iter().map(|turn| &turn["line"]);
    let spoken = lines.filter(|line| line["speaker"] == "trainee" && line["clip"].is_string());
    assert_eq!(spoken.count(), trainee_turns, "{session}");
    let disagreements = command_line::ask(stage, &["verify"]).await;
    assert_eq!(disagreements, serde_json::json!([]));
}
