//! Somebody looks at a practice whose words nobody wrote down, sets up who does that, and has it done: the host is named
//! before, a failure says what is left, and the words appear where the turns are. Last the model goes again.

use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script};
use serde_json::Value;

use super::live::{choose_models, give_feedback_on_request};
use super::sitting::{await_turn, end_and_review, pass_first_run, speak_turn, start_suggested};
use crate::accessibility::check;
use crate::command_line;
use crate::keys::Key;
use crate::limits::PARTNER_LINE;
use crate::speech::Sentences;
use crate::stage::{Look, Stage};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_is_written_down_afterwards_in_english() {
    let stage = Stage::set("write-down-en", Look::ENGLISH_LIGHT);
    write_down(&stage, "en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_is_written_down_afterwards_in_chinese() {
    let stage = Stage::set("write-down-zh-CN", Look::CHINESE_DARK);
    write_down(&stage, "zh-CN").await;
}

async fn write_down(stage: &Stage, language: &str) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.expect("a server of models");
    let window = stage.open().await;
    pass_first_run(&window, language, async |_, _| ()).await;
    start_suggested(&window).await;
    let sentences = Sentences::some(2);
    for sentence in 0..2 {
        speak_turn(stage, &window, sentences.file(sentence)).await;
        await_turn(&window).await;
    }
    end_and_review(&window).await;
    window.see("write-down-choose").await;
    check(&window, "a practice without words").await;
    picture(&window, "write-down-nobody").await;
    window.click("write-down-choose").await;
    window.see("role-transcriber").await;

    // By itself it would be done at once.
    give_feedback_on_request(&window).await;
    choose_models(&window, &fake, &served.url).await;
    see_review_again(&window).await;
    let offered = window.see("write-down-hosts").await.text().await.expect("a text");
    let host = served.url.trim_start_matches("http://");
    assert!(offered.contains(host), "{offered}");
    check(&window, "the offer to write down").await;
    picture(&window, "write-down-offer").await;

    // The second turn does not come until somebody asks again; by keyboard, with the focus left where it goes on.
    fake.script(Role::Transcriber, [Script::AsrOk, Script::Err401]);
    window.tab_to("write-down-begin").await;
    window.press(Key::Enter).await;
    window.see_within(PARTNER_LINE, "error").await;
    window.see_focus("write-down-begin").await;
    check(&window, "words that did not come").await;
    picture(&window, "write-down-failed").await;

    fake.script(Role::Transcriber, [Script::AsrLate]);
    window.press(Key::Enter).await;
    window.see_focus("write-down-stop").await;
    check(&window, "words on their way").await;
    picture(&window, "write-down-going").await;
    window.see_within(PARTNER_LINE, "write-down-over").await;
    window.see_focus("write-down-over").await;
    check(&window, "every word").await;
    picture(&window, "write-down-done").await;
    window.see("exchange-transcriber").await;

    let sessions = command_line::ask(stage, &["sessions"]).await;
    let id = sessions[0]["session"].as_str().expect("one session").to_owned();
    let session = command_line::ask(stage, &["session", &id]).await;
    for turn in [1, 3] {
        assert_ne!(session["turns"][turn]["line"]["text"], Value::Null, "{session}");
    }
    assert_eq!(fake.requests_for(Role::Transcriber).len(), 3);

    window.click("nav-settings").await;
    window.click("settings-partner").await;
    window.click("model-remove-transcriber").await;
    window.click("model-remove-confirm").await;
    window.see_focus("model-choose-transcriber").await;
    window.close().await;
}

async fn see_review_again(window: &Window) {
    window.click("nav-history").await;
    window.click("history-row").await;
    window.see("review").await;
}

/// A picture in whose middle the words are that are missing.
async fn picture(window: &Window, screen: &str) {
    let to_the_middle =
        "document.querySelector(`[data-testid='write-down']`).scrollIntoView({ block: 'center' });";
    window.run(to_the_middle, Vec::new()).await;
    window.picture(screen).await;
}
