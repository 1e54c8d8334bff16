//! A model that fails in the middle of a practice and its substitute, which goes on: it is told once, and the review says
//! who heard what, and what that cost.

use rehearse_domain::{SessionId, Timestamp};
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script};
use rehearse_store::{Access, Exchange, Store, Tokens};
use serde_json::json;

use super::live::{choose_model, choose_models};
use super::sitting::{await_turn, end_and_review, pass_first_run, speak_turn, start_suggested};
use crate::accessibility::check;
use crate::command_line;
use crate::limits::{APPEARING, PARTNER_LINE, until_now};
use crate::speech::Sentences;
use crate::stage::{Look, Stage};

/// Below the first screenful of a review.
const TO_THE_EXCHANGES: &str = "document.querySelector(`[data-testid='exchanges']`).scrollIntoView();";
const TOTAL: &str = "return document.querySelector(`[data-testid='exchanges-total']`).textContent;";

#[tokio::test(flavor = "multi_thread")]
async fn a_substitute_goes_on_in_english() {
    let stage = Stage::set("standing-in-en", Look::ENGLISH_LIGHT);
    go_on(&stage, "en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_substitute_goes_on_in_chinese() {
    let stage = Stage::set("standing-in-zh-CN", Look::CHINESE_DARK);
    go_on(&stage, "zh-CN").await;
}

async fn go_on(stage: &Stage, language: &str) {
    let [first, second] = [0; 2].map(|_| FakeModels::new(FakeModelsOptions::default()));
    let served = first.serve().await.expect("a server of models");
    let behind = second.serve().await.expect("another");
    first.always(Role::Objective, Script::ObjContinue);
    first.script(Role::Partner, [Script::Err401]);

    let window = stage.open().await;
    pass_first_run(&window, language, async |_, _| ()).await;
    choose_models(&window, &first, &served.url).await;
    let substitute = json!({
        "role": "partner", "place": "substitute", "model": "qwen3-omni-flash",
        "address": format!("{}/compatible-mode/v1", behind.url),
    });
    choose_model(&window, substitute, &second.options().key).await;
    window.click("nav-settings").await;
    window.click("settings-partner").await;
    window.see("substitute-partner").await;
    check(&window, "a substitute").await;
    window.picture("substitute-settings").await;
    window.click("nav-home").await;
    start_suggested(&window).await;

    let sentences = Sentences::some(1);
    speak_turn(stage, &window, sentences.file(0)).await;
    window
        .see_attribute(PARTNER_LINE, "notice", "data-notice", &["stand_in"])
        .await;
    check(&window, "who has taken over").await;
    window.picture("substitute-told").await;
    await_turn(&window).await;
    assert_eq!(second.requests_for(Role::Partner).len(), 1, "one turn");
    end_and_review(&window).await;
    window.see("exchanges").await;
    window.run(TO_THE_EXCHANGES, Vec::new()).await;
    check(&window, "two hosts").await;
    window.picture("substitute-review").await;
    window.close().await;

    let sessions = command_line::ask(stage, &["sessions"]).await;
    let id = sessions[0]["session"].as_str().expect("one session").to_owned();
    bill(stage, &id);
    let window = stage.open().await;
    window.click("nav-history").await;
    window.click("history-row").await;
    window.see("exchanges-total").await;
    let total = window.run(TOTAL, Vec::new()).await;
    let total = total.as_str().expect("a sentence");
    assert!(total.contains("0.08"), "7.7 cents by the prices: {total}");
    window.run(TO_THE_EXCHANGES, Vec::new()).await;
    check(&window, "what a practice has cost").await;
    window.picture("substitute-cost").await;
    window.close().await;
}

/// Notes in the session's record what a host beyond this computer would have counted: the fakes have no prices.
fn bill(stage: &Stage, session: &str) {
    let folder = stage.folders().sessions();
    // The app lets go of it a moment after its window has closed.
    let store = until_now(APPEARING, "the data folder let go of", || {
        Store::open(&folder, Access::Owner, Timestamp::from_millis(0)).ok()
    });
    let exchange = |purpose: &str, model: &str, tokens| Exchange {
        purpose: purpose.to_owned(),
        host: "dashscope-intl.aliyuncs.com".to_owned(),
        model: model.to_owned(),
        requests: 2,
        sent: 61_000,
        received: 240_000,
        tokens,
    };
    let partner = Tokens {
        text_in: 19_000,
        audio_in: 900,
        text_out: 600,
        audio_out: 4_200,
        cached: 0,
    };
    let judge = Tokens {
        text_in: 8_000,
        text_out: 900,
        ..Tokens::default()
    };
    let exchanges = [
        exchange("partner", "qwen3-omni-flash", partner),
        exchange("evaluator", "qwen3.5-flash", judge),
    ];
    let session: SessionId = session.parse().expect("an id");
    store.add_exchanges(session, &exchanges).expect("they are noted");
}
