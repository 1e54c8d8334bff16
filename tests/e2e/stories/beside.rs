//! What happens beside the window while it records, and after it was torn away.

use super::sitting::{SPACE, await_turn, pass_first_run, speak_turn, start_suggested};
use crate::accessibility::check;
use crate::command_line;
use crate::limits::{APPEARING, OPENING};
use crate::speech::{Sentences, speak};
use crate::stage::{Look, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_lists_sessions_while_the_window_records() {
    let stage = Stage::set("beside", Look::ENGLISH_LIGHT);
    let window = stage.open().await;
    pass_first_run(&window, "en", async |_, _| ()).await;
    start_suggested(&window).await;
    window.hold(SPACE).await;
    window
        .see_attribute(APPEARING, "phase", "data-phase", &["recording"])
        .await;
    let sentences = Sentences::some(1);

    let sessions = command_line::ask(&stage, &["sessions"]).await;
    speak(&stage, sentences.file(0)).await;

    assert_eq!(sessions[0]["status"], "active", "{sessions}");
    window.release(SPACE).await;
    await_turn(&window).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_killed_while_recording_comes_back_with_what_was_said() {
    let mut stage = Stage::set("torn-away", Look::ENGLISH_LIGHT);
    let sentences = Sentences::some(1);
    let window = stage.open().await;
    pass_first_run(&window, "en", async |_, _| ()).await;
    start_suggested(&window).await;
    speak_turn(&stage, &window, sentences.file(0)).await;
    await_turn(&window).await;
    window.hold(SPACE).await;
    window
        .see_attribute(APPEARING, "phase", "data-phase", &["recording"])
        .await;
    speak(&stage, sentences.file(0)).await;

    stage.kill_app();
    stage.replace_driver();
    let window = stage.open().await;

    window.see_within(OPENING, "recovery").await;
    check(&window, "recovery").await;
    window.picture("recovery").await;
    let sessions = command_line::ask(&stage, &["sessions"]).await;
    assert_eq!(sessions[0]["end_reason"], "client_closed", "{sessions}");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_the_system_ends_while_the_practice_is_paused_ends_it_too() {
    let stage = Stage::set("ended-by-the-system", Look::ENGLISH_LIGHT);
    let window = stage.open().await;
    pass_first_run(&window, "en", async |_, _| ()).await;
    start_suggested(&window).await;
    window.click("pause").await;
    window
        .see_attribute(APPEARING, "phase", "data-phase", &["paused"])
        .await;

    stage.end_app("TERM");

    // Only the process that owns the folder could have written that.
    let sessions = command_line::ask(&stage, &["sessions"]).await;
    assert_eq!(sessions[0]["status"], "ended", "{sessions}");
    assert_eq!(sessions[0]["end_reason"], "client_closed", "{sessions}");
}
