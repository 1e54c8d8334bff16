//! A server of one's own, from signing in to signing out: a fake LeanCloud app on loopback, spoken to over HTTP by the
//! app itself.

use std::time::Duration;

use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Fault, Reply};
use serde_json::Value;

use super::sitting::{end_and_review, pass_first_run, speak_turn, start_suggested, type_turn};
use crate::accessibility::check;
use crate::keys::Key;
use crate::limits::{APPEARING, OPENING};
use crate::speech::Sentences;
use crate::stage::{Look, Stage};
use crate::window::Window;

/// This computer under a name that is not loopback's, so that it stands for another one.
pub(super) const PLAIN: &str = "0.0.0.0";

/// From the moment a change may go out until the server has it, on a busy machine.
pub(super) const ARRIVING: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread")]
async fn what_was_practised_without_a_network_arrives_once_there_is_one() {
    let fake = FakeLeanCloud::new(FakeOptions::default());
    let server = fake.serve().await.expect("a port of loopback");
    let stage = Stage::set("syncing", Look::ENGLISH_LIGHT);
    let window = stage.open().await;
    pass_first_run(&window, "en", async |_, _| {}).await;
    sign_in_without_a_name(&window, &fake, &server.url).await;

    switch_network(&window, "offline").await;
    practise_once(&stage, &window).await;
    window.click("nav-history").await;
    see_mark(&window, "waiting").await;
    assert!(fake.rows("Turn").is_empty(), "nothing leaves without a network");

    switch_network(&window, "idle").await;
    check(&window, "signed in, everything there").await;
    window.picture("sync-idle").await;
    assert_eq!(fake.rows("PracticeSession").len(), 1);
    let turns = fake.rows("Turn");
    assert!(turns.iter().any(|turn| turn["audioUrl"].is_string()), "{turns:?}");
    window.click("nav-history").await;
    see_mark(&window, "sent").await;
    check(&window, "history with marks").await;
    window.picture("sync-history").await;
    window.click("history-row").await;
    window.see("review").await;
    see_mark(&window, "sent").await;
    window.picture("sync-review").await;

    every_promise_names_the_server(&window).await;
    a_refused_recording_waits_for_the_user(&stage, &window, &fake, &server.url).await;
    leaving_what_was_not_told_is_asked_about(&window, &fake).await;
    sign_out(&window).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in_in_chinese_and_in_the_dark() {
    let fake = FakeLeanCloud::new(FakeOptions::default());
    let server = fake.serve().await.expect("a port of loopback");
    let stage = Stage::set("syncing-zh-CN", Look::CHINESE_DARK);
    let window = stage.open().await;
    window.see_within(OPENING, "first-run").await;
    window.click("first-run-skip").await;
    window.see("home").await;
    look_at_the_whole_form(&window).await;
    sign_in_without_a_name(&window, &fake, &server.url).await;
    window.close().await;
}

/// What most people never open: a Parse Server, an account with a name, the master key.
async fn look_at_the_whole_form(window: &Window) {
    open_sync(window).await;
    window.tab_to("sync-kind-lean_cloud").await;
    window.press(Key::Right).await;
    window.see_focus("sync-kind-parse").await;
    window.click("sync-who-sign_up").await;
    window.see("sync-password").await;
    window.tab_to("sync-more").await;
    window.press(Key::Enter).await;
    window.click("sync-master-key-switch").await;
    window.see("sync-master-key").await;
    check(window, "the whole form").await;
    window.picture("sync-whole-form").await;
    window.click("nav-home").await;
    window.see("home").await;
}

/// Fills the form in, is told that there is no keychain, chooses the file, and writes the code down. Answers the code.
pub(super) async fn sign_in_without_a_name(window: &Window, fake: &FakeLeanCloud, url: &str) -> String {
    let options = fake.options();
    open_sync(window).await;
    window.see("sync-form").await;
    check(window, "signed out").await;
    window.picture("sync-signed-out").await;

    window.click("sync-sign-in").await;
    window
        .see_attribute(APPEARING, "error", "data-code", &["address_missing"])
        .await;
    window.type_into("sync-address", url).await;
    window.type_into("sync-app-id", &options.app_id).await;
    window.type_into("sync-app-key", &options.app_key).await;
    window.click("sync-sign-in").await;
    window
        .see_attribute(APPEARING, "error", "data-code", &["keychain_missing"])
        .await;
    check(window, "no keychain").await;
    window.picture("sync-no-keychain").await;
    assert_eq!(
        value_of(window, "sync-app-key").await,
        "",
        "a key stays in no field"
    );
    assert_eq!(value_of(window, "sync-address").await, url, "other text stays");
    assert!(
        fake.rows("_User").is_empty(),
        "nothing is sent before its keys can be kept"
    );

    window.click("sync-keys-in-file").await;
    window.see_focus("sync-app-key").await;
    window.type_into("sync-app-key", &options.app_key).await;
    window.picture("sync-keys-in-file").await;
    window.click("sync-sign-in").await;
    window.see_within(ARRIVING, "recovery-code").await;
    check(window, "recovery code").await;
    window.picture("sync-recovery-code").await;
    let code = leave_and_find_the_code_again(window).await;
    assert_eq!(fake.rows("_User").len(), 1);
    window.click("recovery-code-written").await;
    window.click("recovery-code-done").await;
    window.see("sync-account").await;
    window.see_gone("recovery-code").await;
    check(window, "signed in").await;
    window.picture("sync-signed-in").await;
    code
}

/// The code is shown until it is written down, wherever one goes meanwhile.
async fn leave_and_find_the_code_again(window: &Window) -> String {
    let code = text_of(window, "recovery-code-text").await;
    assert_eq!(code.split('-').count(), 5, "five groups");
    window.click("nav-home").await;
    window.see("code-waits").await;
    check(window, "home, a code waits").await;
    window.picture("sync-home-code").await;
    window.click("code-waits").await;
    window.see("recovery-code").await;
    assert_eq!(text_of(window, "recovery-code-text").await, code);
    code
}

/// Nothing says that everything stays on this computer while a copy of it does not.
async fn every_promise_names_the_server(window: &Window) {
    assert!(text_of(window, "promise").await.contains("127.0.0.1"));
    window.click("nav-settings").await;
    window.click("settings-privacy").await;
    window.see("privacy-text").await;
    assert!(text_of(window, "privacy-text").await.contains("127.0.0.1"));
    window.click("nav-home").await;
    window.click("start-suggested").await;
    window.see("brief").await;
    window.see("voice-line").await;
    assert!(text_of(window, "voice-line").await.contains("127.0.0.1"));
    window.picture("sync-brief").await;
}

/// Opens the page and switches the network, until the line says so.
pub(super) async fn switch_network(window: &Window, standing: &str) {
    open_sync(window).await;
    window.click("sync-offline").await;
    see_standing(window, standing).await;
}

/// One spoken turn and one that is typed.
pub(super) async fn practise_once(stage: &Stage, window: &Window) {
    window.click("nav-home").await;
    start_suggested(window).await;
    let sentences = Sentences::some(1);
    speak_turn(stage, window, sentences.file(0)).await;
    super::sitting::await_turn(window).await;
    type_turn(window, "I would like to talk about my salary.").await;
    end_and_review(window).await;
}

/// The server takes no files, and then only without encryption: the recordings are listed with their reason, and go out
/// when they are tried again and the host is agreed to.
async fn a_refused_recording_waits_for_the_user(
    stage: &Stage,
    window: &Window,
    fake: &FakeLeanCloud,
    url: &str,
) {
    let refusal = Reply::error(400, 1, "Files are not taken.");
    fake.faults()
        .always("POST", "/1.1/fileTokens", Fault::Before(refusal));
    practise_once(stage, window).await;
    open_sync(window).await;
    window.see_within(ARRIVING, "stuck-change").await;
    let reason = window.attribute("stuck-change", "data-reason").await;
    assert_eq!(reason.as_deref(), Some("refused"));
    check(window, "a change that needs the user").await;
    window.picture("sync-stuck").await;
    window.click("stuck-give-up").await;
    window.see("give-up-dialog").await;
    check(window, "giving up").await;
    window.picture("sync-give-up").await;
    window.click("give-up-cancel").await;
    window.click("nav-history").await;
    see_mark(window, "stuck").await;
    window.picture("sync-history-stuck").await;
    window.click("nav-home").await;
    window.see("sync-stuck").await;
    check(window, "home, a change needs the user").await;
    window.picture("sync-home-stuck").await;

    fake.faults().clear();
    fake.configure(|options| options.upload_host = Some(plain(url)));
    window.click("sync-stuck").await;
    window.see("stuck-change").await;
    agree_to_the_host(window).await;
    while window.glimpse("stuck-change").await.is_some() {
        let before = window.count("[data-testid='stuck-change']").await;
        window.click("stuck-retry").await;
        window
            .until(ARRIVING, "one change fewer", async || {
                (window.count("[data-testid='stuck-change']").await < before).then_some(())
            })
            .await;
    }
    see_standing(window, "idle").await;
    let focus = window.run("return document.activeElement?.id;", Vec::new()).await;
    assert_eq!(focus, "settings-section", "the row that had the focus is gone");
}

/// The oldest of them is tried again, is refused for its host, and goes out when that is agreed to.
async fn agree_to_the_host(window: &Window) {
    window.click("stuck-retry").await;
    window
        .see_attribute(ARRIVING, "stuck-change", "data-reason", &["plain_http"])
        .await;
    check(window, "a host without encryption").await;
    window.picture("sync-plain-host").await;
    window.click("stuck-agree").await;
    window.see("plain-hosts").await;
    assert!(text_of(window, "plain-hosts").await.contains(PLAIN));
    window
        .see_attribute(ARRIVING, "stuck-change", "data-reason", &["refused"])
        .await;
}

/// Another server does not take the place of one that does not know of every deletion without a word.
async fn leaving_what_was_not_told_is_asked_about(window: &Window, fake: &FakeLeanCloud) {
    switch_network(window, "offline").await;
    window.picture("sync-offline").await;
    window.click("plain-host-take-back").await;
    window.see_gone("plain-hosts").await;
    window.click("nav-history").await;
    window.click("history-row").await;
    window.see("review").await;
    window.click("delete-session").await;
    window.click("delete-confirm").await;
    window.see("history").await;
    open_sync(window).await;
    window.click("sync-change").await;
    window.click("sync-who-anonymous").await;
    window.type_into("sync-app-key", &fake.options().app_key).await;
    window.click("sync-sign-in").await;
    window
        .see_attribute(APPEARING, "error", "data-code", &["untold_elsewhere"])
        .await;
    window.see("sync-forget-untold").await;
    let key = fake.options().app_key;
    assert_eq!(
        value_of(window, "sync-app-key").await,
        key,
        "nothing was sent yet"
    );
    check(window, "leaving what was not told").await;
    window.picture("sync-untold").await;
    window.click("nav-home").await;
    window.see("home").await;
}

/// Out again: the form is back, and no practice bears a mark.
async fn sign_out(window: &Window) {
    open_sync(window).await;
    window.click("sync-sign-out").await;
    window.see("sign-out-dialog").await;
    check(window, "signing out").await;
    window.picture("sync-sign-out").await;
    window.click("sign-out-confirm").await;
    window.see("sync-form").await;
    window.click("nav-history").await;
    window.see("history-row").await;
    assert_eq!(window.count("[data-testid='sync-mark']").await, 0);
}

/// Where the server is under that name.
pub(super) fn plain(url: &str) -> String {
    url.replace("127.0.0.1", PLAIN)
}

pub(super) async fn open_sync(window: &Window) {
    window.click("nav-settings").await;
    window.see("settings").await;
    window.click("settings-sync").await;
}

pub(super) async fn see_standing(window: &Window, standing: &str) {
    window
        .see_attribute(ARRIVING, "sync-line", "data-standing", &[standing])
        .await;
}

/// The newest practice in History bears this mark.
pub(super) async fn see_mark(window: &Window, mark: &str) {
    window
        .see_attribute(ARRIVING, "sync-mark", "data-mark", &[mark])
        .await;
}

async fn value_of(window: &Window, testid: &str) -> String {
    let script = "return document.querySelector(`[data-testid='${arguments[0]}']`).value;";
    words(window.run(script, vec![testid.into()]).await)
}

pub(super) async fn text_of(window: &Window, testid: &str) -> String {
    let script = "return document.querySelector(`[data-testid='${arguments[0]}']`).textContent.trim();";
    words(window.run(script, vec![testid.into()]).await)
}

fn words(value: Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
