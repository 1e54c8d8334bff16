//! Two computers and one server: what one recorded is heard on the other, once its user has agreed to where it lies.

use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions};

use super::sitting::play_turn;
use super::syncing::{
    ARRIVING, PLAIN, open_sync, plain, see_mark, see_standing, sign_in_without_a_name, text_of,
};
use super::two_copies::{Place, open_at_home, sign_in_with};
use crate::accessibility::check;
use crate::command_line::practise;
use crate::limits::APPEARING;
use crate::speech::Sentences;
use crate::stage::{Look, Stage};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn what_one_computer_recorded_is_heard_on_another() {
    let fake = FakeLeanCloud::new(FakeOptions::default());
    let server = fake.serve().await.expect("a port of loopback");
    fake.configure(|options| options.file_host = Some(plain(&server.url)));
    let code = record(&fake, &server.url).await;

    let stage = Stage::set("mirroring-there", Look::CHINESE_DARK);
    let window = open_at_home(&stage).await;
    sign_in_with(&window, &Place::of(&fake, &server), &code).await;
    window.click("nav-history").await;
    window.see_within(ARRIVING, "history-row").await;
    see_mark(&window, "sent").await;
    window.picture("mirroring-history").await;
    window.click("history-row").await;
    window.see("review").await;
    // One reason for every figure is said once.
    window.see("delivery-elsewhere").await;
    agree_and_listen(&stage, &window).await;
    window.see_within(ARRIVING, "delivery-figures").await;
    window.see_gone("delivery-elsewhere").await;
    is_told_to_sign_in(&window).await;
    window.close().await;
}

/// On the first computer. Answers the code that leads to the same user.
async fn record(fake: &FakeLeanCloud, url: &str) -> String {
    let stage = Stage::set("mirroring-here", Look::ENGLISH_DARK);
    practise(&stage, &[Sentences::some(1).file(0)]).await;
    let window = open_at_home(&stage).await;
    let code = sign_in_without_a_name(&window, fake, url).await;
    see_standing(&window, "idle").await;
    window.picture("mirroring-idle").await;
    window.click("nav-home").await;
    window.see("sync-line").await;
    window.picture("mirroring-home").await;
    window.close().await;
    code
}

/// The first turn does not come before its host is agreed to.
async fn agree_and_listen(stage: &Stage, window: &Window) {
    window.click("turn-0-play").await;
    window
        .see_attribute(APPEARING, "error", "data-code", &["clip_plain_http"])
        .await;
    assert!(text_of(window, "error").await.contains(PLAIN));
    see_above_the_bar(window).await;
    check(window, "a recording on a host without encryption").await;
    window.picture("mirroring-plain-host").await;
    window.click("clip-agree").await;
    window
        .see_attribute(APPEARING, "turn-0-play", "data-playing", &["true"])
        .await;
    play_turn(stage, window, 1).await;
}

/// What went wrong does not lie behind the player bar.
async fn see_above_the_bar(window: &Window) {
    let script = "const [error, bar] = [`[data-testid='error']`, '.foot'].map((one) =>
            document.querySelector(one).getBoundingClientRect());
        return error.bottom <= bar.top;";
    assert_eq!(window.run(script, Vec::new()).await, true);
}

/// Signed out, a turn that has not come says what would help, and leads there.
async fn is_told_to_sign_in(window: &Window) {
    open_sync(window).await;
    window.click("sync-sign-out").await;
    window.click("sign-out-confirm").await;
    window.see("sync-form").await;
    window.click("nav-history").await;
    window.click("history-row").await;
    window.see("review").await;
    window.click("turn-2-play").await;
    window
        .see_attribute(APPEARING, "error", "data-code", &["clip_signed_out"])
        .await;
    see_above_the_bar(window).await;
    check(window, "a recording that has not come").await;
    window.picture("mirroring-signed-out").await;
    window.click("clip-sign-in").await;
    window.see("sync-form").await;
}
