//! A whole sitting without a mouse.

use super::sitting::{await_turn, press, speak_turn, start_from_brief};
use crate::keys::Key;
use crate::limits::OPENING;
use crate::speech::Sentences;
use crate::stage::{Look, Stage};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_is_done_and_found_again_with_the_keyboard_alone() {
    let stage = Stage::set("keyboard", Look::ENGLISH_DARK);
    let window = stage.open().await;
    window.see_within(OPENING, "first-run").await;
    pass_first_run_by_keys(&window).await;

    window.tab_to("start-suggested").await;
    press(&window, &[Key::Enter]).await;
    window.see("brief").await;
    start_from_brief(&window, async |window, at| {
        window.see_focus(at).await;
        window.press(Key::Enter).await;
    })
    .await;
    let sentences = Sentences::some(1);
    speak_turn(&stage, &window, sentences.file(0)).await;
    await_turn(&window).await;

    window.press_with_control('.').await;
    window.see("end-card").await;
    window.tab_to("to-review").await;
    press(&window, &[Key::Enter]).await;
    window.see("review").await;
    window.tab_to("turn-1-play").await;
    press(&window, &[Key::Enter]).await;

    window.tab_to("nav-history").await;
    press(&window, &[Key::Enter]).await;
    window.see("history-row").await;
    window.close().await;
}

async fn pass_first_run_by_keys(window: &Window) {
    for _ in 0..6 {
        if window.glimpse("first-run-done").await.is_some() {
            window.tab_to("first-run-done").await;
            press(window, &[Key::Enter]).await;
            window.see("home").await;
            return;
        }
        window.tab_to("first-run-next").await;
        press(window, &[Key::Enter]).await;
    }
    panic!("the first run has more than six steps");
}
