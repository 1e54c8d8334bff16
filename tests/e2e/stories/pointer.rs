//! A mouse in one hand, the other on the space bar.

use super::sitting::{SPACE, pass_first_run, start_suggested};
use crate::limits::APPEARING;
use crate::stage::{Look, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn after_a_click_on_another_button_space_still_talks() {
    let stage = Stage::set("pointer", Look::ENGLISH_LIGHT);
    let window = stage.open().await;
    pass_first_run(&window, "en", async |_, _| ()).await;
    start_suggested(&window).await;

    window.click("hint").await;
    window.see("hint-panel").await;
    window.picture("practice-hint").await;
    window.hold(SPACE).await;
    window
        .see_attribute(APPEARING, "phase", "data-phase", &["recording"])
        .await;
    window.release(SPACE).await;

    window.see("hint-panel").await;
    window.close().await;
}
