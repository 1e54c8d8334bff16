//! A practice with a model that hears: through the real microphone and loudspeaker, with an outage in the middle, to the
//! end that the checker finds. The model is a server on this computer.

use std::time::Duration;

use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script, Served, Verdict};
use serde_json::{Value, json};

use super::sitting::{assert_heard, await_turn, pass_first_run, speak_turn, start_suggested};
use crate::accessibility::check;
use crate::command_line;
use crate::limits::{APPEARING, PARTNER_LINE};
use crate::speech::Sentences;
use crate::stage::{Look, Stage};
use crate::window::Window;

/// Chooses a model as the settings do, and answers what the window is told of it.
const CHOOSE: &str = "const answer = arguments[arguments.length - 1];
    window.__TAURI_INTERNALS__.invoke('choose_model', { form: arguments[0] })
        .then((view) => answer(JSON.stringify(view)), (error) => answer('failed: ' + JSON.stringify(error)));";
/// Has feedback given only where somebody asks, as the settings do.
const ON_REQUEST: &str = "const answer = arguments[arguments.length - 1];
    const invoke = window.__TAURI_INTERNALS__.invoke;
    invoke('app').then(({ settings }) => invoke('change_settings', { settings: { ...settings, feedback: 'on_request' } }))
        .then(() => answer('done'), (error) => answer('failed: ' + JSON.stringify(error)));";
/// Everything that the page shows and keeps.
const PAGE: &str = "return document.documentElement.outerHTML + JSON.stringify({ ...localStorage })
    + JSON.stringify({ ...sessionStorage });";

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_is_reached_with_a_model_in_english() {
    let stage = Stage::set("live-en", Look::ENGLISH_DARK);
    practise_to_the_end(&stage, "en", Verdict::Succeeded, "objective_met").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_is_missed_with_a_model_in_chinese() {
    let stage = Stage::set("live-zh-CN", Look::CHINESE_LIGHT);
    practise_to_the_end(&stage, "zh-CN", Verdict::Failed, "objective_failed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_is_missed_with_a_model_in_english() {
    let stage = Stage::set("live-missed-en", Look::ENGLISH_LIGHT);
    practise_to_the_end(&stage, "en", Verdict::Failed, "objective_failed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_is_reached_with_a_model_in_chinese() {
    let stage = Stage::set("live-reached-zh-CN", Look::CHINESE_DARK);
    practise_to_the_end(&stage, "zh-CN", Verdict::Succeeded, "objective_met").await;
}

async fn practise_to_the_end(stage: &Stage, language: &str, verdict: Verdict, reason: &str) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.expect("a server of models");
    fake.objective_after(3, verdict);
    // The second answer does not come until somebody asks again.
    fake.script(Role::Partner, [Script::Happy, Script::Err401]);

    let window = stage.open().await;
    pass_first_run(&window, language, async |_, _| ()).await;
    choose_models(&window, &fake, &served.url).await;
    see_settings(&window, &fake).await;
    start_suggested(&window).await;
    window.picture("live-your-turn").await;

    let sentences = Sentences::some(3);
    speak_turn(stage, &window, sentences.file(0)).await;
    await_turn(&window).await;
    window.picture("live-answered").await;
    check(&window, "a practice with a model").await;

    speak_turn(stage, &window, sentences.file(1)).await;
    window.see_within(PARTNER_LINE, "pause-panel").await;
    window.picture("live-outage").await;
    check(&window, "an outage").await;
    let loudspeaker = stage
        .sound()
        .record_speaker()
        .expect("the loudspeaker is recorded");
    window.click("pause-retry").await;
    await_turn(&window).await;
    assert_heard(loudspeaker, "the answer after the outage");

    speak_turn(stage, &window, sentences.file(2)).await;
    window.see_within(PARTNER_LINE, "end-card").await;
    window.picture("live-end").await;
    check(&window, "the end of a practice with a model").await;
    window.click("to-review").await;
    window.see("review").await;
    window.see("review-reason").await;
    window.picture("live-review").await;
    check(&window, "review of a practice with a model").await;

    let asked = fake.requests_for(Role::Partner);
    assert_eq!(asked.len(), 4, "three turns, one of them twice");
    assert_eq!(
        asked[1].clips, asked[2].clips,
        "the same recording is heard again"
    );
    let key = fake.options().key;
    let page = window.run(PAGE, Vec::new()).await;
    assert!(
        !page.as_str().unwrap_or_default().contains(&key),
        "the key is in the page"
    );

    let sessions = command_line::ask(stage, &["sessions"]).await;
    assert_eq!(sessions[0]["end_reason"], reason, "{sessions}");
    let id = sessions[0]["session"].as_str().expect("one session").to_owned();
    let session = command_line::ask(stage, &["session", &id]).await;
    let lines = session["turns"].as_array().expect("its turns");
    assert_eq!(lines.len(), 7, "{session}");
    let written = lines
        .iter()
        .filter(|turn| turn["line"]["transcript_status"] == "completed");
    assert_eq!(written.count(), 7, "{session}");
    assert_eq!(command_line::ask(stage, &["verify"]).await, json!([]));
    window.close().await;
}

/// Who plays which role, as it was just chosen, and a form to choose another; back at Home.
pub(super) async fn see_settings(window: &Window, fake: &FakeModels) {
    window.click("nav-settings").await;
    window.click("settings-partner").await;
    window.see("role-partner").await;
    check(window, "partner and judge").await;
    window.picture("live-settings").await;
    window.click("model-check-transcriber").await;
    window.see_within(PARTNER_LINE, "model-checked").await;
    assert!(!fake.requests_for(Role::Transcriber).is_empty(), "the check asks");
    check(window, "a checked model").await;
    window.picture("live-settings-checked").await;
    window.click("model-change-partner").await;
    window.see("model-form").await;
    check(window, "the form of a model").await;
    window.picture("live-settings-form").await;
    fake.forget_requests();
    window.click("nav-home").await;
    window.see("home").await;
}

/// From now on nothing is written down or judged by itself.
pub(super) async fn give_feedback_on_request(window: &Window) {
    let changed = window.run_and_wait(APPEARING, ON_REQUEST, Vec::new()).await;
    assert_eq!(changed, "done");
}

/// The window at its Home, with models of a server of its own for every task but reading aloud.
pub(super) async fn open_with_models(stage: &Stage, language: &str) -> (Window, FakeModels, Served) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.expect("a server of models");
    let window = stage.open().await;
    pass_first_run(&window, language, async |_, _| ()).await;
    choose_models(&window, &fake, &served.url).await;
    window.click("nav-home").await;
    (window, fake, served)
}

/// Models of the server for every task but reading aloud.
pub(super) async fn choose_models(window: &Window, fake: &FakeModels, url: &str) {
    for (role, model) in [
        ("partner", "qwen3.5-omni-flash"),
        ("transcriber", "qwen3-asr-flash"),
        ("evaluator", "qwen3.7-plus"),
    ] {
        let form = json!({ "role": role, "model": model, "address": format!("{url}/compatible-mode/v1") });
        choose_model(window, form, &fake.options().key).await;
    }
}

/// Chooses a model; of Qwen in Singapore, or of what stands in for it at the form's address, unless the form says
/// otherwise.
pub(super) async fn choose_model(window: &Window, mut form: Value, key: &str) {
    for (field, value) in [("key", key), ("keys", "file")] {
        form[field] = value.into();
    }
    if form["preset"].is_null() {
        form["preset"] = "qwen-singapore".into();
    }
    let model = form["model"].as_str().expect("a model").to_owned();
    let told = window
        .run_and_wait(APPEARING.max(Duration::from_secs(10)), CHOOSE, vec![form])
        .await;
    let told = told.as_str().unwrap_or_default();
    assert!(told.contains(&model) && !told.contains(key), "{told}");
}
