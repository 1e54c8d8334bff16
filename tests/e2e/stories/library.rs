//! Somebody looks for their own situation: all of the catalogue, its search and its filters, and the briefs.

use serde_json::json;

use super::sitting::pass_first_run;
use crate::accessibility::check;
use crate::limits::APPEARING;
use crate::stage::{Look, Stage};
use crate::window::Window;

const CARDS: &str = "[data-testid^='scenario-']";

/// What one language's person looks for.
struct Looking {
    /// Two words of one story, in no order.
    words: &'static str,
    found: &'static str,
    briefs: [&'static str; 3],
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_finds_their_situation_in_english() {
    let looking = Looking {
        words: "plug receipt",
        found: "complain-in-a-shop",
        briefs: [
            "complain-in-a-shop",
            "comfort-a-grieving-friend",
            "talk-to-a-teenager",
        ],
    };
    look_around("library-en", Look::ENGLISH_LIGHT, looking).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_finds_their_situation_in_chinese() {
    let looking = Looking {
        words: "电池 门店",
        found: "complain-in-a-shop-zh",
        briefs: [
            "complain-in-a-shop-zh",
            "comfort-a-grieving-friend-zh",
            "talk-to-a-teenager-zh",
        ],
    };
    look_around("library-zh-CN", Look::CHINESE_DARK, looking).await;
}

async fn look_around(story: &'static str, look: Look, looking: Looking) {
    let stage = Stage::set(story, look);
    let window = stage.open().await;
    pass_first_run(&window, look.language, async |_, _| ()).await;
    window.picture("home").await;
    window.click("nav-catalogue").await;
    see_cards(&window, 16).await;
    check(&window, "the whole catalogue").await;
    window.picture("catalogue-all").await;

    window.type_into("catalogue-search", looking.words).await;
    see_cards(&window, 1).await;
    window.see(&format!("scenario-{}", looking.found)).await;
    window.picture("catalogue-search").await;
    put(&window, "catalogue-search", "", "input").await;
    see_cards(&window, 16).await;

    choose(&window, "catalogue-category", "family").await;
    see_fewer(&window).await;
    choose(&window, "catalogue-category", "").await;
    see_cards(&window, 16).await;
    choose(&window, "catalogue-skill", "bad-news").await;
    see_fewer(&window).await;
    window.picture("catalogue-skill").await;
    choose(&window, "catalogue-skill", "").await;
    see_cards(&window, 16).await;

    for slug in looking.briefs {
        window.click(&format!("scenario-{slug}")).await;
        window.see("brief").await;
        check(&window, slug).await;
        window.picture(&format!("brief-{slug}")).await;
        window.click("nav-catalogue").await;
        see_cards(&window, 16).await;
    }
    window.close().await;
}

async fn see_cards(window: &Window, count: usize) {
    window
        .until(APPEARING, &format!("{count} scenarios"), async || {
            (window.count(CARDS).await == count).then_some(())
        })
        .await;
}

async fn see_fewer(window: &Window) {
    window
        .until(APPEARING, "some of the scenarios", async || {
            (1..16).contains(&window.count(CARDS).await).then_some(())
        })
        .await;
}

/// Chooses from a list as a click on an entry does.
pub(super) async fn choose(window: &Window, list: &str, value: &str) {
    window.see(list).await;
    put(window, list, value, "change").await;
}

/// Gives a field its value, the way the page is told of it.
async fn put(window: &Window, field: &str, value: &str, event: &str) {
    let script = "const field = document.querySelector(`[data-testid='${arguments[0]}']`);
        field.value = arguments[1];
        field.dispatchEvent(new Event(arguments[2], { bubbles: true }));
        return field.value;";
    let put = window
        .run(script, vec![json!(field), json!(value), json!(event)])
        .await;
    assert_eq!(put, json!(value), "{field} takes this");
}
