//! The steps that several stories take: through the first run, into a practice, one turn, to the review.

use std::path::Path;

use rehearse_testkit::ControlRecording;

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
    start_from_brief(window, async |window, at| window.click(at).await).await;
}

/// From the brief past the sound check, which is there when this microphone is new, up to the first turn.
pub(crate) async fn start_from_brief(window: &Window, mut go: impl AsyncFnMut(&Window, &str)) {
    go(window, "brief-start").await;
    if window.see_any(APPEARING, &["practice", "sound-check"]).await == "sound-check" {
        go(window, "sound-check-continue").await;
        window.see("practice").await;
    }
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
            &["working", "partner_speaking", "your_turn", "paused"],
        )
        .await;
}

/// Types a turn and waits for the answer to it.
pub(crate) async fn type_turn(window: &Window, words: &str) {
    window.click("type-toggle").await;
    window.type_into("type-input", words).await;
    window.click("type-send").await;
    window.see_gone("type-input").await;
    await_turn(window).await;
}

/// Ends the session by hand and opens its review.
pub(crate) async fn end_and_review(window: &Window) {
    window.click("end-session").await;
    window.see("end-card").await;
    window.click("to-review").await;
    window.see("review").await;
}

/// Plays one turn in the review until it is heard from the loudspeaker and seen to move on.
pub(crate) async fn play_turn(stage: &Stage, window: &Window, turn: usize) {
    let loudspeaker = stage
        .sound()
        .record_speaker()
        .expect("the loudspeaker is recorded");
    let button = format!("turn-{turn}-play");
    window.click(&button).await;
    window
        .see_attribute(APPEARING, &button, "data-playing", &["true"])
        .await;
    let position = format!("[data-testid='turn-{turn}'] [role='slider']");
    window
        .until(APPEARING, "the position in the turn moving on", async || {
            let seconds = window.attribute_of(&position, "aria-valuenow").await?;
            (seconds.parse::<f64>().ok()? >= 1.0).then_some(())
        })
        .await;
    assert_heard(loudspeaker, &format!("turn {turn}"));
}

/// Something was heard while the loudspeaker was recorded.
pub(crate) fn assert_heard(loudspeaker: ControlRecording, what: &str) {
    let heard = loudspeaker.stop();
    let loudest = heard
        .iter()
        .fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
    assert!(
        loudest > 0.05,
        "{what} is not heard: the loudest sample is {loudest}"
    );
}

/// Presses a key that has a name.
pub(crate) async fn press(window: &Window, keys: &[Key]) {
    for &key in keys {
        window.press(key).await;
    }
}
