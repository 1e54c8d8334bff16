//! The ratings of a skill from one practice to the next: none before the trainee was asked for their own, too few to say
//! anything, then what is usual and what was last; as a drawing that opens a practice by mouse and keyboard, and as a table.

use rehearse_fakes::models::{FakeModels, Role, Script};
use serde_json::{Value, json};

use super::live::open_with_models;
use super::sitting::{end_and_review, press, start_from_brief, start_suggested, type_turn};
use crate::accessibility::check;
use crate::command_line;
use crate::keys::Key;
use crate::limits::PARTNER_LINE;
use crate::stage::{Look, Stage};
use crate::window::Window;

/// What is said, in each language: enough to be judged.
const ENGLISH: [&str; 2] = [
    "Thanks for seeing me, Dana. I have run Tom's suppliers alone since March, and complaints are settled in four days \
     now, not nine. I would like forty-six thousand from January.",
    "I hear that the pot is small this year. What would Martin need to see so that you can put my name forward? Could we \
     agree that you tell me by Friday whether it goes in?",
];
const CHINESE: [&str; 2] = [
    "谢谢您抽时间。从三月份开始，小唐那一半供应商一直是我一个人在跟，投诉处理的时间从九天缩到了四天，两批新人也是我带出来的。\
     我想从一月起把月薪调到一万六千五。",
    "我听明白了，今年的额度确实紧，您手上要顾九个人，不好办。那您觉得，上面要看到什么样的材料，才会把我的名字放进去？\
     我们能不能先说定，周五之前您告诉我报没报上去，没报上去差在哪里？",
];

/// The button of each practice in the drawing.
const POINTS: &str = "[data-testid='progress-skill-chart'] button";
/// What is said about the skill.
const SAID: &str = "return [...document.querySelectorAll('[data-testid=\"progress-skill-said\"]')]
    .map((text) => text.innerText.trim());";

/// Chooses the second skill of the list, as its own keys would: they open a menu of the system.
const CHOOSE_SECOND: &str = "const list = document.querySelector('[data-testid=\"progress-skill\"]');
    list.selectedIndex = 1;
    list.dispatchEvent(new Event('change', { bubbles: true }));";

#[tokio::test(flavor = "multi_thread")]
async fn ratings_are_followed_in_english_and_light() {
    follow(
        &Stage::set("progress-en-light", Look::ENGLISH_LIGHT),
        "en",
        &ENGLISH,
        ["too few", "Usually 3, last time 3."],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ratings_are_followed_in_chinese_and_dark() {
    follow(
        &Stage::set("progress-zh-dark", Look::CHINESE_DARK),
        "zh-CN",
        &CHINESE,
        ["太少", "平时 3，最近一次 3。"],
    )
    .await;
}

async fn follow(stage: &Stage, language: &str, turns: &[&str], sentences: [&str; 2]) {
    let (window, fake, _served) = open_with_models(stage, language).await;
    start_suggested(&window).await;
    rated(&window, &fake, Script::EvalOk, turns).await;
    see_nothing_given_away(&window).await;
    look(&window).await;
    again(&window).await;
    rated(&window, &fake, Script::EvalFakeQuote, turns).await;
    look(&window).await;
    let [few, usual] = sentences;
    see_skill(&window, 2, few, "progress-few").await;
    for script in [Script::EvalOk, Script::EvalFlaky] {
        again(&window).await;
        rated(&window, &fake, script, turns).await;
        look(&window).await;
    }
    see_skill(&window, 4, usual, "progress-skills").await;

    // Another skill, and the second practice of it by keyboard alone.
    window.run(CHOOSE_SECOND, Vec::new()).await;
    window.tab_to("progress-skill-chart").await;
    press(&window, &[Key::Right]).await;
    window.settle().await;
    window.picture("progress-skills-focus").await;
    press(&window, &[Key::Enter]).await;
    window.see("review").await;
    // The one in which nobody could be quoted.
    window.see("not-observed").await;

    window.click("nav-progress").await;
    window.see("progress-skills").await;
    window.click("progress-skill-levels").await;
    window.click("progress-skill-table").await;
    check(&window, "ratings as a table").await;
    window.picture("progress-skills-table").await;
    let told = command_line::ask(stage, &["progress"]).await;
    assert_eq!(
        told["skills"][0]["points"].as_array().map(Vec::len),
        Some(4),
        "{told}"
    );
    let script = "document.querySelector(arguments[0]).click()";
    window.run(script, vec![json!(POINTS)]).await;
    window.see("review").await;
    window.close().await;
}

/// Begins with the same situation once more.
async fn again(window: &Window) {
    window.click("nav-history").await;
    window.click("history-row").await;
    window.click("review-again").await;
    window.see("brief").await;
    start_from_brief(window, async |window, at| window.click(at).await).await;
}

/// Goes through a practice by typing, up to its feedback.
async fn rated(window: &Window, fake: &FakeModels, script: Script, turns: &[&str]) {
    fake.always(Role::Judge, script);
    for words in turns {
        type_turn(window, words).await;
    }
    end_and_review(window).await;
    window
        .see_attribute(PARTNER_LINE, "feedback", "data-kind", &["done"])
        .await;
}

/// Has the feedback shown without a rating of one's own.
async fn look(window: &Window) {
    window.click("reveal-skip").await;
    window.see("feedback-result").await;
}

/// Before that it counts nowhere, and Progress leads to it.
async fn see_nothing_given_away(window: &Window) {
    window.click("nav-progress").await;
    window.see("progress-unrevealed").await;
    assert_eq!(window.count("[data-testid='progress-skills']").await, 0);
    check(window, "what waits for one's own rating").await;
    window.picture("progress-unrevealed").await;
    window.click("progress-unrevealed-open").await;
    window.see("self-rating").await;
}

/// Every practice has its place, and what can be said is said.
async fn see_skill(window: &Window, practices: usize, sentence: &str, picture: &str) {
    window.click("nav-progress").await;
    window.see("progress-skills").await;
    assert_eq!(window.count(POINTS).await, practices);
    let said: Vec<String> =
        serde_json::from_value(window.run(SAID, Vec::<Value>::new()).await).expect("a list of texts");
    assert!(said.iter().any(|text| text.contains(sentence)), "{said:?}");
    check(window, picture).await;
    window.picture(picture).await;
}
