//! A practice in the smallest window there is: what was said last is seen whole while it comes and after it, the sound of
//! a take stands in the middle, and what somebody may leave out is within reach.

use serde_json::{Value, json};

use super::feedback::{CHINESE, ENGLISH};
use super::live::open_with_models;
use super::sitting::{SPACE, await_turn, start_suggested};
use crate::accessibility::check;
use crate::keys::Key;
use crate::limits::{APPEARING, PARTNER_LINE};
use crate::stage::{Look, Stage};
use crate::window::Window;

/// By how many pixels the newest line goes beyond what is in sight of the dialogue.
const BEYOND: &str = "const dialogue = document.querySelector(`[data-testid='dialogue']`);
    const line = [...dialogue.querySelectorAll(`[data-testid^='line-']`)].at(-1);
    const [seen, said] = [dialogue, line].map((one) => one.getBoundingClientRect());
    const fade = parseFloat(getComputedStyle(dialogue).scrollPaddingTop);
    return Math.max(0, seen.top + fade - said.top, said.bottom - seen.bottom);";
/// How far the middle of the sound of a take is from that of the window, in pixels.
const ASIDE: &str =
    "const wave = document.querySelector(`[data-testid='live-wave']`).getBoundingClientRect();
    return Math.abs((wave.left + wave.right) / 2 - innerWidth / 2);";
/// Whether something can be clicked where it is, without scrolling.
const IN_REACH: &str = "const one = document.querySelector(`[data-testid='${arguments[0]}']`);
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));";

#[tokio::test(flavor = "multi_thread")]
async fn the_smallest_window_shows_what_was_said_last_in_english_and_light() {
    let stage = Stage::set("smallest-en-light", Look::ENGLISH_LIGHT);
    practise_in_little_room(&stage, "en", &ENGLISH).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_smallest_window_shows_what_was_said_last_in_chinese_and_dark() {
    let stage = Stage::set("smallest-zh-dark", Look::CHINESE_DARK);
    practise_in_little_room(&stage, "zh-CN", &CHINESE).await;
}

async fn practise_in_little_room(stage: &Stage, language: &str, turns: &[&str]) {
    let (window, _fake, _served) = open_with_models(stage, language).await;
    stage.make_smallest(&window).await;
    start_suggested(&window).await;
    see_last_line(&window).await;
    window.picture("smallest-your-turn").await;

    window.hold(SPACE).await;
    window
        .see_attribute(APPEARING, "phase", "data-phase", &["recording"])
        .await;
    assert!(number(&window, ASIDE).await < 2.0, "the sound of a take is aside");
    window.picture("smallest-recording").await;
    window.press(Key::Escape).await;
    window.release(SPACE).await;
    await_turn(&window).await;

    for words in turns {
        window.click("type-toggle").await;
        window.type_into("type-input", words).await;
        see_last_line(&window).await;
        window.picture("smallest-typing").await;
        window.click("type-send").await;
        window.see_gone("type-input").await;
        watch_answer(&window).await;
    }
    window.picture("smallest-answered").await;
    check(&window, "a practice in the smallest window").await;

    window.click("end-session").await;
    window.see("end-card").await;
    window.picture("smallest-end").await;
    window.click("to-review").await;
    window
        .see_attribute(PARTNER_LINE, "feedback", "data-kind", &["done"])
        .await;
    window.see("self-rating").await;
    window.picture("smallest-own").await;
    let reached = window.run(IN_REACH, vec![json!("reveal-skip")]).await;
    assert_eq!(
        reached,
        json!(true),
        "one's own rating cannot be left out at once"
    );
    window.close().await;
}

/// Until it is the trainee's turn again, the newest line is in sight.
async fn watch_answer(window: &Window) {
    window
        .until(PARTNER_LINE, "the answer", async || {
            see_last_line(window).await;
            let phase = window.attribute("phase", "data-phase").await?;
            (phase == "your_turn").then_some(())
        })
        .await;
    see_last_line(window).await;
}

async fn see_last_line(window: &Window) {
    let beyond = number(window, BEYOND).await;
    assert!(beyond < 1.5, "{beyond} px of the newest line are out of sight");
}

async fn number(window: &Window, script: &str) -> f64 {
    let told = window.run(script, Vec::<Value>::new()).await;
    told.as_f64().expect("a number")
}
