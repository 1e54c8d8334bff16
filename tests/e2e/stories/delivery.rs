//! How somebody sounded: a human voice in the microphone fills the panel of Review, a pause is heard again, and the
//! practices stand side by side in Progress.

use std::time::Duration;

use serde_json::json;

use super::sitting::{
    assert_heard, await_turn, end_and_review, pass_first_run, press, speak_turn, start_from_brief,
    start_suggested,
};
use crate::accessibility::check;
use crate::command_line;
use crate::keys::Key;
use crate::limits::APPEARING;
use crate::speech::Sentences;
use crate::stage::{Look, Stage};
use crate::window::Window;

/// The figures are there the moment the practice is over; a debug build takes a little longer.
const FIGURES: Duration = Duration::from_secs(5);
/// The turn whose moments are pressed.
const TURN: usize = 1;

/// The text of every figure of the whole practice, in order.
const TILES: &str = "return [...document.querySelectorAll('[data-testid=\"delivery-figures\"] label')]
    .map((tile) => tile.innerText.trim().replaceAll('\\n', ' '));";
/// What is drawn in a turn: the length of the path of the pitch, stretches of speech, pauses.
const DRAWN: &str = "const turn = document.querySelector(`[data-testid='turn-${arguments[0]}']`);
    const moments = turn.querySelector(`[data-testid='turn-${arguments[0]}-moments']`);
    return {
        pitch: Math.max(0, ...[...turn.querySelectorAll('[role=slider] path')].map((path) => path.getTotalLength())),
        speech: turn.querySelectorAll('rect:not(.pause)').length,
        pauses: turn.querySelectorAll('rect.pause').length,
        moments: moments?.querySelectorAll('button').length ?? 0,
        stops: moments?.querySelectorAll('button[tabindex=\"0\"]').length ?? 0,
    };";

#[tokio::test(flavor = "multi_thread")]
async fn five_earlier_practices_in_english_are_what_is_usual() {
    let stage = Stage::set("delivery-en", Look::ENGLISH_LIGHT);
    let sentences = Sentences::long(4);
    for first in 0..5 {
        let said = [first % 4, (first + 1) % 4].map(|number| sentences.file(number));
        command_line::practise(&stage, &said).await;
    }
    let window = stage.open().await;
    pass_first_run(&window, "en", async |_, _| ()).await;
    practise_and_look(&stage, &window, &sentences).await;

    assert!(window.count("[data-testid='figure-usual']").await >= 4);
    assert_eq!(window.count("[data-testid='figure-unchecked']").await, 0);
    window.click("nav-progress").await;
    see_progress(&window, 6).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_practices_in_chinese_stand_side_by_side() {
    let stage = Stage::set("delivery-zh-CN", Look::CHINESE_DARK);
    let sentences = Sentences::long(4);
    let window = stage.open().await;
    pass_first_run(&window, "zh-CN", async |_, _| ()).await;
    window.click("nav-progress").await;
    window.see("progress-open").await;
    window.click("nav-home").await;
    practise_and_look(&stage, &window, &sentences).await;

    assert_eq!(window.count("[data-testid='figure-usual']").await, 0);
    assert_eq!(window.count("[data-testid='figure-unchecked']").await, 1);
    window.click("review-again").await;
    window.see("brief").await;
    start_from_brief(&window, async |window, at| window.click(at).await).await;
    speak_turn(&stage, &window, sentences.file(3)).await;
    await_turn(&window).await;
    end_and_review(&window).await;
    window.click("nav-progress").await;
    see_progress(&window, 2).await;
    window.close().await;
}

/// Three spoken turns, and everything that Review has to say about them.
async fn practise_and_look(stage: &Stage, window: &Window, sentences: &Sentences) {
    start_suggested(window).await;
    for turn in 0..3 {
        await_turn(window).await;
        speak_turn(stage, window, sentences.file(turn)).await;
    }
    await_turn(window).await;
    end_and_review(window).await;
    window
        .see_attribute(FIGURES, "delivery", "data-ready", &["true"])
        .await;

    let tiles = tiles(window).await;
    assert_eq!(tiles.len(), 6, "{tiles:?}");
    for tile in &tiles {
        assert!(tile.chars().any(|one| one.is_ascii_digit()), "no value: {tile}");
    }
    check(window, "review with figures").await;
    window.picture("delivery").await;
    for figure in ["pause_count", "pitch_spread_semitones"] {
        window.click(&format!("figure-{figure}")).await;
        check(window, figure).await;
        window.picture(&format!("delivery-{figure}")).await;
    }
    hear_a_moment(stage, window).await;
    window.click("delivery-table").await;
    check(window, "the figures as a table").await;
    window.picture("delivery-table").await;
    window.click("delivery-table").await;
}

/// The picture of a turn is drawn, and its moments are heard with the keyboard alone.
async fn hear_a_moment(stage: &Stage, window: &Window) {
    let drawn = window.run(DRAWN, vec![json!(TURN)]).await;
    assert!(drawn["pitch"].as_f64() > Some(100.0), "{drawn}");
    assert!(drawn["speech"].as_u64() >= Some(1), "{drawn}");
    assert!(drawn["pauses"].as_u64() >= Some(1), "{drawn}");
    assert!(drawn["moments"].as_u64() >= Some(3), "{drawn}");
    assert_eq!(drawn["stops"], 1, "one stop for Tab: {drawn}");

    let loudspeaker = stage
        .sound()
        .record_speaker()
        .expect("the loudspeaker is recorded");
    window.tab_to(&format!("turn-{TURN}-moments")).await;
    window.picture("delivery-turn").await;
    press(window, &[Key::Right, Key::Enter]).await;
    let play = format!("turn-{TURN}-play");
    window
        .see_attribute(APPEARING, &play, "data-playing", &["true"])
        .await;
    window.picture("delivery-turn-heard").await;
    window
        .see_attribute(Duration::from_secs(20), &play, "data-playing", &["false"])
        .await;
    assert_heard(loudspeaker, "the moment");
}

/// Every practice has its column, and the first one opens with a press.
async fn see_progress(window: &Window, runs: usize) {
    window.see("series-speech_rate").await;
    let points = "[data-testid='series-speech_rate'] [role='toolbar'] button";
    assert_eq!(window.count(points).await, runs);
    check(window, "progress").await;
    window.picture("progress").await;
    window.click("progress-table").await;
    check(window, "progress as a table").await;
    window.picture("progress-table").await;
    let script = "document.querySelector(arguments[0]).click()";
    window.run(script, vec![json!(points)]).await;
    window.see("review").await;
}

async fn tiles(window: &Window) -> Vec<String> {
    serde_json::from_value(window.run(TILES, Vec::new()).await).expect("a list of texts")
}
