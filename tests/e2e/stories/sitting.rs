//! The steps that several stories take: through the first run, into a practice, one turn, to the review.

use std::path::Path;

use crate::keys::Key;
use crate::limits::{APPEARING, OPENING, PARTNER_LINE};
use crate::speech::speak;
use crate::stage::Stage;
use crate::window::Window;

/// The key that is held to talk.
pub(crate) const SPACE: char = ' ';

/// Goes through the first run in one of the two languages, looking at every step on the way.
pub(crate) async fn pass_first_run(
    window: &Window,
    language: &str,
    mut at_step: impl AsyncFnMut(&Window, usize),
) {
    window.see_within(OPENING, "first-run").await;
    window.click(&format!("language-{language}")).await;
    for step in 1..=6 {
        at_step(window, step).await;
        if window.glimpse("first-run-done").await.is_some() {
            window.click("first-run-done").await;
            window.see("home").await;
            return;
        }
        window.click("first-run-next").await;
    }
    panic!("the first run has more than six steps");
}

/// From Home into the suggested practice, up to the trainee's first turn.
pub(crate) async fn start_suggested(window: &Window) {
    window.click("start-suggested").await;
    window.see("brief").await;
    window.click("brief-start").await;
    window.see("practice").await;
    await_turn(window).await;
}

/// Waits until the partner has spoken.
pub(crate) async fn await_turn(window: &Window) {
    window
        .see_attribute(PARTNER_LINE, "phase", "data-phase", &["your_turn"])
        .await;
}

/// Holds Space, speaks a sentence into the microphone, lets go, and waits until the take is on its way.
pub(crate) async fn speak_turn(stage: &Stage, window: &Window, sentence: &Path) {
    window.hold(SPACE).await;
    window
        .see_attribute(APPEARING, "phase", "data-phase", &["recording"])
        .await;
    speak(stage, sentence).await;
    window.release(SPACE).await;
    window
        .see_attribute(
            APPEARING,
            "phase",
            "data-phase",
            &["working", "partner_speaking", "your_turn"],
        )
        .await;
}

/// Ends the session by hand and opens its review.
pub(crate) async fn end_and_review(window: &Window) {
    window.click("end-session").await;
    window.see("end-card").await;
    window.click("to-review").await;
    window.see("review").await;
}

/// Plays one turn in the review until it is heard to move on.
pub(crate) async fn play_turn(window: &Window, turn: usize) {
    window.click(&format!("turn-{turn}-play")).await;
    window
        .see_attribute(APPEARING, &format!("turn-{turn}"), "data-playing", &["true"])
        .await;
}

/// Presses a key that has a name.
pub(crate) async fn press(window: &Window, keys: &[Key]) {
    for &key in keys {
        window.press(key).await;
    }
}
