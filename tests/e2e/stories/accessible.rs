//! Every screen before axe-core, in both themes and both languages.

use super::sitting::{pass_first_run, start_suggested};
use crate::accessibility::check;
use crate::stage::{Look, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn no_screen_has_a_violation_in_english_and_light() {
    every_screen("axe-en-light", Look::ENGLISH_LIGHT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_screen_has_a_violation_in_english_and_dark() {
    every_screen("axe-en-dark", Look::ENGLISH_DARK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_screen_has_a_violation_in_chinese_and_light() {
    every_screen("axe-zh-CN-light", Look::CHINESE_LIGHT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_screen_has_a_violation_in_chinese_and_dark() {
    every_screen("axe-zh-CN-dark", Look::CHINESE_DARK).await;
}

async fn every_screen(story: &'static str, look: Look) {
    let stage = Stage::set(story, look);
    let window = stage.open().await;
    let dark = window
        .run(
            "return matchMedia('(prefers-color-scheme: dark)').matches",
            Vec::new(),
        )
        .await;
    assert_eq!(dark, look.theme == "dark", "the page sees the desktop's theme");
    pass_first_run(&window, look.language, async |window, step| {
        check(window, &format!("first run {step}")).await;
    })
    .await;
    check(&window, "home, empty").await;
    for (area, picture) in [
        ("nav-catalogue", "catalogue"),
        ("nav-history", "history-empty"),
        ("nav-settings", "settings"),
    ] {
        window.click(area).await;
        window.see(picture.trim_end_matches("-empty")).await;
        check(&window, picture).await;
        window.picture(picture).await;
    }
    for section in ["sound", "talking", "timers", "privacy", "shortcuts", "about"] {
        window.click(&format!("settings-{section}")).await;
        check(&window, section).await;
        window.picture(&format!("settings-{section}")).await;
    }
    window.click("nav-home").await;
    window.click("start-suggested").await;
    window.see("brief").await;
    check(&window, "brief").await;
    window.picture("brief").await;
    window.click("nav-home").await;
    start_suggested(&window).await;
    check(&window, "practice").await;
    window.picture("practice").await;
    window.click("end-session").await;
    window.see("end-card").await;
    check(&window, "end card").await;
    window.picture("end-card").await;
    window.click("to-review").await;
    window.see("review").await;
    check(&window, "review").await;
    window.close().await;
}
