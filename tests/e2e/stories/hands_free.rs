//! A practice without a key: a voice begins the turn, its pause ends it, and speaking over the partner interrupts.

use super::sitting::{await_turn, end_and_review, pass_first_run, start_from_brief};
use crate::accessibility::check;
use crate::command_line;
use crate::limits::PARTNER_LINE;
use crate::speech::{Sentences, speak};
use crate::stage::{Look, Stage};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_just_speaks_in_english() {
    let stage = Stage::set("hands-free-en", Look::ENGLISH_LIGHT);
    just_speak(&stage, "en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_just_speaks_in_chinese() {
    let stage = Stage::set("hands-free-zh-CN", Look::CHINESE_DARK);
    just_speak(&stage, "zh-CN").await;
}

async fn just_speak(stage: &Stage, language: &str) {
    let window = stage.open().await;
    pass_first_run(&window, language, async |_, _| ()).await;
    window.click("nav-settings").await;
    window.click("settings-talking").await;
    window.click("settings-talk-hands_free").await;
    window.click("settings-cut-in-on").await;
    window.see("settings-cut-in-note").await;
    check(&window, "talking without keys").await;
    window.picture("hands-free-settings").await;

    window.click("nav-home").await;
    window.click("start-suggested").await;
    window.see("brief").await;
    window.click("brief-talk-push_to_talk").await;
    window.click("brief-talk-hands_free").await;
    window.picture("hands-free-brief").await;
    start_from_brief(&window, async |window, at| window.click(at).await).await;
    window.picture("hands-free-your-turn").await;
    check(&window, "a turn that a voice begins").await;

    let sentences = Sentences::some(2);
    speak(stage, sentences.file(0)).await;
    in_phase(&window, "recording").await;
    window.picture("hands-free-pause").await;
    in_phase(&window, "partner_speaking").await;
    window.picture("hands-free-partner").await;

    // Over the partner's line, which is longer than what is said.
    speak(stage, sentences.file(1)).await;
    in_phase(&window, "recording").await;
    window
        .see_attribute(PARTNER_LINE, "phase", "data-phase", &["partner_speaking"])
        .await;
    await_turn(&window).await;
    end_and_review(&window).await;
    window.picture("hands-free-review").await;

    let sessions = command_line::ask(stage, &["sessions"]).await;
    let id = sessions[0]["session"].as_str().expect("one session").to_owned();
    let session = command_line::ask(stage, &["session", &id]).await;
    let lines = session["turns"].as_array().expect("its turns");
    let speakers: Vec<_> = lines
        .iter()
        .filter_map(|turn| turn["line"]["speaker"].as_str())
        .collect();
    assert_eq!(speakers, ["ai", "trainee", "ai", "trainee", "ai"]);
    let cut = lines[2]["line"]["text"].as_str().unwrap_or_default();
    assert!(
        cut.ends_with('—') || cut == "…",
        "what was not heard is not kept: {cut}"
    );
    window.close().await;
}

async fn in_phase(window: &Window, phase: &str) {
    window
        .see_attribute(PARTNER_LINE, "phase", "data-phase", &[phase])
        .await;
}
