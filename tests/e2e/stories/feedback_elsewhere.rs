//! Somebody practises offline on a computer without a judge; put online, the practice comes to their other computer, is
//! written down and judged there, and both show what came of it.

use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Served};
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role};

use super::feedback::{ENGLISH, picture, status};
use super::live::choose_models;
use super::sitting::{await_turn, end_and_review, pass_first_run, speak_turn, start_suggested, type_turn};
use super::syncing::{ARRIVING, open_sync, see_mark, switch_network, text_of};
use super::two_copies::{Place, open_at_home, sign_in_as_somebody_new, sign_in_with};
use crate::accessibility::check;
use crate::speech::Sentences;
use crate::stage::{Look, Stage};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_practised_offline_comes_to_the_other_copy_with_its_feedback() {
    let server = FakeLeanCloud::new(FakeOptions::default());
    let served: Served = server.serve().await.expect("a port of loopback");
    let place = Place::of(&server, &served);
    let models = FakeModels::new(FakeModelsOptions::default());
    let models_served = models.serve().await.expect("a server of models");
    models.hears("And could we agree that you tell me by Friday what is missing, if it does not go in?");
    let first = Stage::set("feedback-elsewhere", Look::ENGLISH_DARK);
    let second = Stage::set("feedback-elsewhere", Look::CHINESE_LIGHT);
    let one = open_at_home(&first).await;
    let other = second.open().await;
    pass_first_run(&other, "zh-CN", async |_, _| ()).await;
    choose_models(&other, &models, &models_served.url).await;

    let code = sign_in_as_somebody_new(&one, &place).await;
    switch_network(&one, "offline").await;
    one.click("nav-home").await;
    start_suggested(&one).await;
    for words in ENGLISH {
        type_turn(&one, words).await;
    }
    speak_turn(&first, &one, Sentences::some(1).file(0)).await;
    await_turn(&one).await;
    end_and_review(&one).await;
    status(&one, "waiting").await;
    assert!(server.rows("PracticeSession").is_empty(), "nothing is online");

    switch_network(&one, "idle").await;
    one.click("nav-history").await;
    see_mark(&one, "sent").await;
    sign_in_with(&other, &place, &code).await;
    open_the_practice(&other).await;
    other
        .see_attribute(ARRIVING, "feedback", "data-kind", &["done"])
        .await;
    assert_eq!(
        models.requests_for(Role::Transcriber).len(),
        1,
        "one turn was spoken"
    );
    other.click("reveal-skip").await;
    other.see("feedback-result").await;
    check(&other, "feedback on a practice of another computer").await;
    picture(&other, "feedback", "feedback-elsewhere-given").await;

    open_sync(&one).await;
    one.click("sync-now").await;
    open_the_practice(&one).await;
    one.see_attribute(ARRIVING, "feedback", "data-kind", &["done"])
        .await;
    one.click("reveal-skip").await;
    one.see("feedback-result").await;
    picture(&one, "feedback", "feedback-elsewhere-came").await;
    let heard = text_of(&one, "turn-5").await;
    assert!(heard.contains("tell me by Friday what is missing"), "{heard}");
    assert_eq!(quotes(&one).await, quotes(&other).await);
    assert!(!quotes(&one).await.is_empty());
    let rows = server.rows("Evaluation");
    assert_eq!((rows.len(), &rows[0]["status"]), (1, &"completed".into()));
    one.close().await;
    other.close().await;
}

/// Waits until it is in History, and opens it.
async fn open_the_practice(window: &Window) {
    window.click("nav-history").await;
    window
        .until(ARRIVING, "the practice", async || {
            (window.count("[data-testid='history-row']").await == 1).then_some(())
        })
        .await;
    window.click("history-row").await;
    window.see("review").await;
}

/// The words that the feedback rests on.
async fn quotes(window: &Window) -> Vec<String> {
    const QUOTES: &str = "return [...document.querySelectorAll(`[data-testid='feedback-result'] q`)].map((one) => one.textContent.trim());";
    let found = window.run(QUOTES, Vec::new()).await;
    let all = found.as_array().into_iter().flatten();
    all.filter_map(|one| Some(one.as_str()?.to_owned())).collect()
}
