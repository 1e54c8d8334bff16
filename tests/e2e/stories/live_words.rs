//! A practice with a model seen in the other two looks: who answers is chosen on the Brief, and the trainee's own words,
//! which could not be written down, are written by hand.

use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script};
use serde_json::Value;

use super::live::{choose_models, see_settings};
use super::sitting::{await_turn, end_and_review, pass_first_run, speak_turn, start_from_brief};
use crate::accessibility::check;
use crate::command_line;
use crate::limits::PARTNER_LINE;
use crate::speech::Sentences;
use crate::stage::{Look, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_not_made_out_are_written_in_english() {
    let stage = Stage::set("live-words-en", Look::ENGLISH_LIGHT);
    write_words(&stage, "en", "I took over two projects.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_were_not_made_out_are_written_in_chinese() {
    let stage = Stage::set("live-words-zh-CN", Look::CHINESE_DARK);
    write_words(&stage, "zh-CN", "我接手了两个项目。").await;
}

async fn write_words(stage: &Stage, language: &str, words: &str) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.expect("a server of models");
    fake.always(Role::Objective, Script::ObjContinue);
    let window = stage.open().await;
    pass_first_run(&window, language, async |_, _| ()).await;
    choose_models(&window, &fake, &served.url).await;
    see_settings(&window, &fake).await;

    window.click("start-suggested").await;
    window.see("brief").await;
    window.click("brief-partner-scripted").await;
    window.click("brief-partner-model").await;
    check(&window, "who answers").await;
    window.picture("live-brief").await;
    start_from_brief(&window, async |window, at| window.click(at).await).await;

    fake.script(Role::Transcriber, [Script::Err401]);
    let sentences = Sentences::some(2);
    speak_turn(stage, &window, sentences.file(0)).await;
    await_turn(&window).await;
    window.see_within(PARTNER_LINE, "words-failed-1").await;
    check(&window, "words that were not made out").await;
    window.picture("live-words-failed").await;
    window.click("words-write-1").await;
    window.type_into("words-1", words).await;
    window.picture("live-words-written").await;
    window.click("words-save-1").await;
    window.see("words-correct-1").await;
    // The field has gone: the practice goes on from here.
    window.see_focus("talk").await;

    speak_turn(stage, &window, sentences.file(1)).await;
    await_turn(&window).await;
    window.see_within(PARTNER_LINE, "words-correct-3").await;
    window.picture("live-words").await;
    end_and_review(&window).await;
    window.picture("live-words-review").await;

    let sessions = command_line::ask(stage, &["sessions"]).await;
    let id = sessions[0]["session"].as_str().expect("one session").to_owned();
    let session = command_line::ask(stage, &["session", &id]).await;
    let line = &session["turns"][1]["line"];
    assert_eq!(line["text"], Value::from(words), "{session}");
    let asked = fake.requests_for(Role::Partner);
    let last = asked.last().expect("two turns were answered");
    assert!(
        last.body.to_string().contains(words),
        "the partner reads what was written"
    );
    window.close().await;
}
