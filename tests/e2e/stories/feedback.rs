//! Somebody practises without a model and sees what rules can count; chooses a judge, rates themselves first, looks at
//! the feedback, hears what it rests on, puts words right and asks again.

use std::time::Duration;

use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script};
use serde_json::Value;

use super::live::choose_models;
use super::sitting::{
    assert_heard, await_turn, end_and_review, pass_first_run, speak_turn, start_suggested, type_turn,
};
use crate::accessibility::check;
use crate::command_line;
use crate::keys::Key;
use crate::limits::PARTNER_LINE;
use crate::speech::Sentences;
use crate::stage::{Look, Stage};
use crate::window::Window;

/// So long a moment is listened to.
const HEARD: Duration = Duration::from_secs(2);
/// What is said, in each language: enough to be judged.
pub(super) const ENGLISH: [&str; 2] = [
    "Thanks for seeing me, Dana. I have run Tom's suppliers alone since March, and complaints are settled in four days \
     now, not nine. I would like forty-six thousand from January.",
    "I hear that the pot is small this year. What would Martin need to see so that you can put my name forward? Could we \
     agree that you tell me by Friday whether it goes in?",
];
pub(super) const CHINESE: [&str; 2] = [
    "谢谢您抽时间。从三月份开始，小唐那一半供应商一直是我一个人在跟，投诉处理的时间从九天缩到了四天，两批新人也是我带出来的。\
     我想从一月起把月薪调到一万六千五。",
    "我听明白了，今年的额度确实紧，您手上要顾九个人，不好办。那您觉得，上面要看到什么样的材料，才会把我的名字放进去？\
     我们能不能先说定，周五之前您告诉我报没报上去，没报上去差在哪里？",
];

#[tokio::test(flavor = "multi_thread")]
async fn feedback_is_given_and_looked_at_in_english_and_light() {
    see_feedback(
        &Stage::set("feedback-en-light", Look::ENGLISH_LIGHT),
        "en",
        &ENGLISH,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feedback_is_given_and_looked_at_in_chinese_and_dark() {
    see_feedback(
        &Stage::set("feedback-zh-dark", Look::CHINESE_DARK),
        "zh-CN",
        &CHINESE,
    )
    .await;
}

async fn see_feedback(stage: &Stage, language: &str, turns: &[&str]) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.expect("a server of models");
    fake.hears(turns[0]);
    let window = stage.open().await;
    pass_first_run(&window, language, async |_, _| ()).await;
    start_suggested(&window).await;
    for words in turns {
        type_turn(&window, words).await;
    }
    speak_turn(stage, &window, Sentences::some(1).file(0)).await;
    await_turn(&window).await;
    end_and_review(&window).await;
    status(&window, "waiting").await;
    window.see("rules").await;
    window.see("feedback-to-settings").await;
    check(&window, "what rules count").await;
    picture(&window, "feedback", "feedback-rules").await;

    // A judge is chosen, and cannot be reached at first.
    fake.always(Role::Judge, Script::Err401);
    choose_models(&window, &fake, &served.url).await;
    window.click("nav-history").await;
    window.click("history-row").await;
    status(&window, "waiting").await;
    window.see("feedback-to-settings").await;
    check(&window, "a judge that refuses").await;
    picture(&window, "feedback", "feedback-refused").await;
    fake.always(Role::Judge, Script::EvalOk);
    window.click("feedback-ask").await;
    status(&window, "done").await;

    // One's own rating comes first.
    window.see("self-rating").await;
    assert!(
        window.glimpse("feedback-result").await.is_none(),
        "nothing is shown before"
    );
    check(&window, "rating oneself").await;
    picture(&window, "self-rating", "feedback-own").await;
    let skill = first_skill(&window).await;
    window.click(&format!("own-{skill}-4")).await;
    window.click("reveal").await;
    window.see("feedback-result").await;
    picture(&window, "feedback", "feedback-result").await;
    picture(&window, "small-print", "feedback-result-end").await;
    check(&window, "the feedback").await;
    window
        .run(
            "document.querySelector(`[data-testid^='skill-'] summary`).click();",
            Vec::new(),
        )
        .await;
    window.settle().await;
    check(&window, "a skill with its levels").await;
    picture(&window, &format!("skill-{skill}"), "feedback-skill").await;

    // What was spoken can be heard, from where the quote begins; and where it stands is marked.
    let loudspeaker = stage
        .sound()
        .record_speaker()
        .expect("the loudspeaker is recorded");
    window.click("quote-hear").await;
    tokio::time::sleep(HEARD).await;
    assert_heard(loudspeaker, "a quote");
    window.click("quote-show").await;
    window.see("quoted").await;
    picture(&window, "turn-5", "feedback-quoted").await;

    // Words are put right, and it is asked once more: both results stay.
    window.click("words-correct-5").await;
    window.type_into("words-5", " .").await;
    window.press(Key::Enter).await;
    window.see("words-changed").await;
    picture(&window, "words-changed", "feedback-words-changed").await;
    window.click("feedback-again").await;
    window.see_within(PARTNER_LINE, "earlier").await;
    status(&window, "done").await;
    check(&window, "two results").await;
    picture(&window, "earlier", "feedback-two").await;

    let sessions = command_line::ask(stage, &["sessions"]).await;
    let id = sessions[0]["session"].as_str().expect("one session").to_owned();
    let told = command_line::ask(stage, &["feedback", &id]).await;
    assert_eq!(told["status"]["kind"], "done", "{told}");
    assert_eq!(told["earlier"].as_array().map(Vec::len), Some(1), "{told}");
    window.close().await;
}

pub(super) async fn status(window: &Window, kind: &str) {
    window
        .see_attribute(PARTNER_LINE, "feedback", "data-kind", &[kind])
        .await;
}

/// The skill that is rated first.
async fn first_skill(window: &Window) -> String {
    let first = "return document.querySelector(`[data-testid^='own-'][data-testid$='-4']`).dataset.testid;";
    let name = window.run(first, Vec::new()).await;
    let name = name.as_str().expect("a skill to rate");
    name.trim_start_matches("own-").trim_end_matches("-4").to_owned()
}

/// A picture in whose middle this is.
pub(super) async fn picture(window: &Window, at: &str, screen: &str) {
    let scroll =
        "document.querySelector(`[data-testid='${arguments[0]}']`).scrollIntoView({ block: 'start' });";
    window.run(scroll, vec![Value::from(at)]).await;
    window.picture(screen).await;
}
