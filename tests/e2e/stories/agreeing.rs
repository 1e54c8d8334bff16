//! A model on another computer that is reached without encryption: it is asked about, and what is agreed to is used.
//! Beside it what a practice is likely to cost, where prices are known. Nothing is sent to either.

use serde_json::json;

use super::library::choose;
use super::live::choose_model;
use super::sitting::pass_first_run;
use crate::accessibility::check;
use crate::command_line;
use crate::stage::{Look, Stage};

/// A name that no server of names answers to (RFC 8375).
const UNENCRYPTED: &str = "http://models.home.arpa:8080/v1";
const SINGAPORE: &str = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1";

#[tokio::test(flavor = "multi_thread")]
async fn a_host_without_encryption_is_asked_about_in_english() {
    let stage = Stage::set("agreeing-en", Look::ENGLISH_LIGHT);
    agree(&stage, "en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_without_encryption_is_asked_about_in_chinese() {
    let stage = Stage::set("agreeing-zh-CN", Look::CHINESE_DARK);
    agree(&stage, "zh-CN").await;
}

async fn agree(stage: &Stage, language: &str) {
    let window = stage.open().await;
    pass_first_run(&window, language, async |_, _| ()).await;
    window.click("nav-settings").await;
    window.click("settings-partner").await;
    window.click("model-choose-partner").await;
    choose(&window, "model-preset", "other").await;
    window.type_into("model-address", UNENCRYPTED).await;
    window.type_into("model-name", "llama-3.1-8b").await;
    window.click("model-save").await;
    window.see("model-plain-http").await;
    check(&window, "a host without encryption").await;
    window.picture("model-plain-http").await;
    window.click("model-plain-http-refuse").await;
    window.see_focus("model-address").await;
    assert_eq!(partner(stage).await, json!(null), "nobody was chosen");

    window.click("model-save").await;
    window.click("model-plain-http-agree").await;
    window.see("model-check-partner").await;
    check(&window, "a model without encryption").await;
    window.picture("model-unencrypted").await;
    assert_eq!(partner(stage).await, json!("llama-3.1-8b"));
    window.click("nav-home").await;
    window.click("start-suggested").await;
    window.see("brief-partner-model").await;
    window.see("brief-unencrypted").await;
    check(&window, "a brief with a model without encryption").await;
    window.picture("brief-unencrypted").await;
    window.click("nav-home").await;
    window.see("home").await;

    let substitute = json!({
        "role": "partner", "place": "substitute", "preset": "other", "model": "llama-3.1-8b",
        "address": UNENCRYPTED,
    });
    choose_model(&window, substitute, "sk-of-nobody").await;
    for (role, model) in [
        ("partner", "qwen3-omni-flash"),
        ("transcriber", "qwen3-asr-flash"),
        ("evaluator", "qwen3.5-flash"),
    ] {
        let form = json!({ "role": role, "model": model, "address": SINGAPORE });
        choose_model(&window, form, "sk-of-nobody").await;
    }
    window.click("start-suggested").await;
    window.see("brief-if-others-fail").await;
    window.see("brief-cost").await;
    check(&window, "what a practice costs").await;
    window.picture("brief-cost").await;
    // With the built-in partner nothing is sent, but what was said afterwards, for feedback.
    window.click("brief-partner-scripted").await;
    let told = window.see("voice-line").await.text().await.expect("a text");
    assert!(told.contains("dashscope-intl.aliyuncs.com"), "{told}");
    check(&window, "who gets it for feedback").await;
    window.picture("brief-later").await;

    window.click("nav-settings").await;
    window.click("settings-partner").await;
    window.see("settings-feedback-earlier").await;
    let to_it = "document.querySelector(`[data-testid='settings-feedback-part']`).scrollIntoView();";
    window.run(to_it, Vec::new()).await;
    check(&window, "when feedback is given").await;
    window.picture("settings-feedback").await;

    window.click("nav-settings").await;
    window.click("settings-sync").await;
    window.click("sync-offline").await;
    window.click("settings-privacy").await;
    window.see("privacy-text").await;
    check(&window, "what is promised offline").await;
    window.picture("offline-privacy").await;
    window.click("nav-home").await;
    window.click("start-suggested").await;
    window.see("brief-offline").await;
    assert!(
        window.glimpse("brief-unencrypted").await.is_none(),
        "nothing goes there"
    );
    check(&window, "a brief offline").await;
    window.picture("brief-offline").await;
    window.close().await;
}

/// Who plays the partner, by the name of the model.
async fn partner(stage: &Stage) -> serde_json::Value {
    let models = command_line::ask(stage, &["models"]).await;
    let roles = models["roles"].as_array().expect("the roles");
    let partner = roles.iter().find(|one| one["role"] == "partner");
    partner.expect("a partner")["chosen"]["model"].clone()
}
