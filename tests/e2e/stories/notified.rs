//! Feedback comes while somebody is at another window: the system tells them in words that give nothing away, once, and a
//! click leads to it. Nobody is told of what comes while they look, or where nobody could tell them.

use std::time::Duration;

use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script, Served};
use serde_json::Value;

use super::feedback::{CHINESE, ENGLISH, status};
use super::live::choose_models;
use super::sitting::{end_and_review, pass_first_run, start_suggested, type_turn};
use crate::limits::{APPEARING, PARTNER_LINE};
use crate::stage::{Look, Stage};
use crate::window::Window;

/// Results are gathered for two seconds before anybody is told.
const GATHERED: Duration = Duration::from_secs(4);
/// Asks for feedback as the window does.
const ASK_AGAIN: &str = "const answer = arguments[arguments.length - 1];
    window.__TAURI_INTERNALS__.invoke('ask_for_feedback', { session: arguments[0] })
        .then(() => answer('asked'), (error) => answer('failed: ' + JSON.stringify(error)));";

#[tokio::test(flavor = "multi_thread")]
async fn who_is_elsewhere_is_told_in_english_and_led_to_the_review() {
    let stage = Stage::set("notified-en", Look::ENGLISH_LIGHT);
    be_told(
        &stage,
        "en",
        &ENGLISH,
        ["Rehearse", "There is something new for you.", "Open"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_elsewhere_is_told_in_chinese_and_led_to_the_review() {
    let stage = Stage::set("notified-zh", Look::CHINESE_DARK);
    be_told(
        &stage,
        "zh-CN",
        &CHINESE,
        ["Rehearse", "有新内容等你来看。", "打开"],
    )
    .await;
}

async fn be_told(stage: &Stage, language: &str, turns: &[&str], [title, text, open]: [&str; 3]) {
    let service = stage.serve_notifications().await;
    let focus = stage.focus();
    let (window, fake, _served) = practise_and_be_refused(stage, language, turns).await;

    fake.always(Role::Judge, Script::EvalOk);
    focus.take_away();
    window.click("feedback-ask").await;
    window.click("nav-home").await;
    window.see("home").await;
    let shown = service.first(PARTNER_LINE).await;
    // The whole of it: no title, no rating, no word of what was said.
    assert_eq!((&*shown.title, &*shown.text), (title, text));
    assert_eq!(shown.actions, ["default", open]);
    assert!(!focus.is_somewhere(), "telling takes the focus from nobody");

    service.click(&shown).await;
    window.see("review").await;
    status(&window, "done").await;
    assert!(focus.is_somewhere(), "the window is in front");
    let is_gone = async || {
        service
            .shown()
            .first()
            .is_some_and(|one| !one.is_open)
            .then_some(())
    };
    window.until(APPEARING, "the notification going", is_gone).await;

    // Whoever looks on is told nothing.
    window.click("reveal").await;
    window.see("feedback-result").await;
    let sessions = crate::command_line::ask(stage, &["sessions"]).await;
    let asked = window
        .run_and_wait(APPEARING, ASK_AGAIN, vec![sessions[0]["session"].clone()])
        .await;
    assert_eq!(asked, Value::from("asked"));
    window.see_within(PARTNER_LINE, "earlier").await;
    tokio::time::sleep(GATHERED).await;
    assert_eq!(service.shown().len(), 1, "{:?}", service.shown());
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_shows_notifications_nothing_is_held_up() {
    let stage = Stage::set("notified-nowhere", Look::ENGLISH_DARK);
    let focus = stage.focus();
    let (window, fake, _served) = practise_and_be_refused(&stage, "en", &ENGLISH).await;
    fake.always(Role::Judge, Script::EvalOk);
    focus.take_away();
    window.click("feedback-ask").await;
    status(&window, "done").await;
    tokio::time::sleep(GATHERED).await;
    window.click("nav-home").await;
    window.see("home").await;
    window.close().await;
}

/// A practice whose feedback waits until somebody asks for it again.
async fn practise_and_be_refused(
    stage: &Stage,
    language: &str,
    turns: &[&str],
) -> (Window, FakeModels, Served) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.expect("a server of models");
    fake.always(Role::Judge, Script::Err401);
    let window = stage.open().await;
    pass_first_run(&window, language, async |_, _| ()).await;
    start_suggested(&window).await;
    for words in turns {
        type_turn(&window, words).await;
    }
    end_and_review(&window).await;
    choose_models(&window, &fake, &served.url).await;
    window.click("nav-history").await;
    window.click("history-row").await;
    status(&window, "waiting").await;
    (window, fake, served)
}
