//! Without a microphone: somebody who then chooses to type is not asked about sound; somebody who talks all the same is, and
//! goes on by typing with its key.

use super::sitting::{SPACE, end_and_review, pass_first_run};
use crate::accessibility::check;
use crate::limits::{APPEARING, PARTNER_LINE};
use crate::stage::{Look, Stage};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_is_typed_without_a_microphone_in_english() {
    let stage = Stage::set("typed-en", Look::ENGLISH_DARK);
    type_all(&stage, "en", "I would like to talk about my pay.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_is_typed_without_a_microphone_in_chinese() {
    let stage = Stage::set("typed-zh-CN", Look::CHINESE_LIGHT);
    type_all(&stage, "zh-CN", "我想跟您谈谈工资。").await;
}

async fn type_all(stage: &Stage, language: &str, words: &str) {
    stage.sound().unplug().expect("the microphone is taken away");
    let window = stage.open().await;
    pass_first_run(&window, language, async |_, _| ()).await;
    window.click("start-suggested").await;
    window.click("brief-start").await;
    window.see("sound-check").await;
    window
        .see_attribute(APPEARING, "error", "data-code", &["microphone_none"])
        .await;
    window.picture("typed-sound-check").await;
    window.click("sound-check-continue").await;
    window.see("practice").await;
    come_in(&window).await;
    window.picture("typed-your-turn").await;

    window.type_into("type-input", words).await;
    window.click("type-send").await;
    window.see_within(PARTNER_LINE, "line-2").await;
    come_in(&window).await;

    // They talk all the same.
    window.click("type-toggle").await;
    window.hold(SPACE).await;
    window.see("pause-panel").await;
    window.release(SPACE).await;
    check(&window, "a pause without a microphone").await;
    window.picture("typed-pause").await;
    window.hold('k').await;
    window.release('k').await;
    window.see_gone("pause-panel").await;
    come_in(&window).await;
    window.type_into("type-input", words).await;
    window.click("type-send").await;
    window.see_within(PARTNER_LINE, "line-4").await;
    come_in(&window).await;
    end_and_review(&window).await;
    window.close().await;
}

/// Until it is the trainee's turn, nobody is asked about sound.
async fn come_in(window: &Window) {
    window
        .until(PARTNER_LINE, "the trainee's turn", async || {
            let asked = window.glimpse("pause-panel").await;
            assert!(asked.is_none(), "the practice stops for a microphone");
            let phase = window.attribute("phase", "data-phase").await?;
            (phase == "your_turn").then_some(())
        })
        .await;
    window.see("type-input").await;
}
