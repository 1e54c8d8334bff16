//! Every screen before axe-core, in both themes and both languages.

use super::sitting::{pass_first_run, start_from_brief, start_suggested, type_turn};
use crate::accessibility::check;
use crate::limits::APPEARING;
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
        ("nav-progress", "progress-empty"),
        ("nav-settings", "settings"),
    ] {
        window.click(area).await;
        window.see(picture.trim_end_matches("-empty")).await;
        check(&window, picture).await;
        window.picture(picture).await;
    }
    for section in [
        "sound",
        "talking",
        "timers",
        "sync",
        "privacy",
        "shortcuts",
        "about",
    ] {
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
    check(&window, "end card, nothing said").await;
    window.picture("end-card-nothing-said").await;
    assert_eq!(window.count("[data-testid='to-review']").await, 0);
    window.click("again").await;
    window.see("brief").await;
    start_from_brief(&window, async |window, at| window.click(at).await).await;
    type_turn(&window, "I would like to talk about my salary.").await;
    window.click("end-session").await;
    window.see("end-card").await;
    check(&window, "end card").await;
    window.picture("end-card").await;
    window.click("to-review").await;
    window.see("review").await;
    check(&window, "review").await;
    window.click("turn-1-take-two").await;
    window.see("take-two-note").await;
    check(&window, "take two").await;
    window.picture("take-two").await;
    window.click("nav-history").await;
    window.see("history-row").await;
    assert_eq!(window.count("[data-testid='history-row']").await, 1);
    window.click("history-unspoken").await;
    window
        .until(APPEARING, "the practice in which nothing was said", async || {
            (window.count("[data-testid='history-row']").await == 2).then_some(())
        })
        .await;
    check(&window, "history").await;
    window.picture("history-unspoken").await;
    window.close().await;
}
