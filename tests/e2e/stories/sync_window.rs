//! Whether the window stays smooth while a server is told of many practices. Measured in the page, which draws as it does
//! for people, for `npm run bench`: by turns with the network on and off, because machines change their pace.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use rehearse_domain::Timestamp;
use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Fault};
use rehearse_store::{Access, Store};
use serde_json::{Value, json};

use super::syncing::{ARRIVING, open_sync, see_standing, switch_network};
use super::two_copies::{Place, open_at_home, sign_in_as_somebody_new};
use crate::limits::{APPEARING, OPENING, until_now};
use crate::stage::{Look, Stage};
use crate::window::Window;

#[allow(dead_code, reason = "each user takes its part")]
#[path = "../../../src-tauri/crates/sync/tests/it/records.rs"]
mod records;

const NOW: Timestamp = Timestamp::from_millis(1_795_856_400_000);
const SESSIONS: u64 = 250;
const TURNS: u32 = 12;
const ROUND_TRIP: Duration = Duration::from_millis(50);
/// Rounds, each with the network off and on.
const ROUNDS: usize = 5;
/// How long is looked at the page in one go.
const LOOK_SECONDS: u32 = 8;

/// Notes when the core says that something changed, as the page itself hears it.
const LISTEN: &str = "
    window.told = [];
    const answer = arguments[arguments.length - 1];
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    const handler = transformCallback(() => window.told.push(performance.now()));
    invoke('plugin:event|listen', { event: 'changed-event', target: { kind: 'Any' }, handler }).then(answer);";

/// Brings the line with the figures into sight: what cannot be seen costs nothing to draw.
const SEE_LINE: &str =
    "document.querySelector(`[data-testid='sync-line']`).scrollIntoView({ block: 'center' });";

/// The gaps between frames, and the moments at which something changed, in milliseconds.
const LOOK: &str = "
    const answer = arguments[arguments.length - 1];
    const [begun, gaps] = [performance.now(), []];
    window.told.length = 0;
    let last = begun;
    const frame = () => {
        const now = performance.now();
        gaps.push(now - last);
        last = now;
        if (now - begun < arguments[0] * 1000) requestAnimationFrame(frame);
        else answer({ gaps: gaps.slice(1), told: window.told.map((at) => at - begun) });
    };
    requestAnimationFrame(frame);";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes three minutes; `npm run bench` asks for it"]
async fn frames_come_as_before_while_a_server_is_told() {
    let fake = FakeLeanCloud::new(FakeOptions {
        keeps_contents: false,
        ..FakeOptions::default()
    });
    let served = fake.serve().await.expect("a port of loopback");
    let place = Place::of(&fake, &served);
    let mut stage = Stage::set_as_shipped("sync-window", Look::ENGLISH_LIGHT);
    let window = open_at_home(&stage).await;
    sign_in_as_somebody_new(&window, &place).await;
    switch_network(&window, "offline").await;
    window.close().await;
    tokio::task::block_in_place(|| record(&stage.folders().sessions()));

    fake.faults().always("*", "*", Fault::Slow(ROUND_TRIP));
    stage.replace_driver();
    let window = stage.open().await;
    window.see_within(OPENING, "home").await;
    window.run_and_wait(ARRIVING, LISTEN, Vec::new()).await;
    open_sync(&window).await;
    see_standing(&window, "offline").await;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        without.push(look(&window).await);
        window.click("sync-offline").await;
        see_standing(&window, "sending").await;
        with.push(look(&window).await);
        see_standing(&window, "sending").await;
        window.click("sync-offline").await;
        see_standing(&window, "offline").await;
    }
    let rows = fake.rows("Turn").len();
    assert!(rows > 0, "something was told");
    let told = json!({ "without": without, "with": with, "turns": rows });
    writeln!(std::io::stdout(), "\nmeasured {told}").expect("a terminal");
    window.close().await;
}

async fn look(window: &Window) -> Value {
    window.run(SEE_LINE, Vec::new()).await;
    let limit = Duration::from_secs(u64::from(LOOK_SECONDS) + 15);
    window.run_and_wait(limit, LOOK, vec![LOOK_SECONDS.into()]).await
}

/// Fills a data folder with practices that the server does not know, as soon as nobody has it open.
fn record(folder: &Path) {
    let store = until_now(APPEARING, "the data folder being let go", || {
        Store::open(folder, Access::Owner, NOW).ok()
    });
    let snapshot = records::snapshot();
    for session in 1..=SESSIONS {
        records::practise(&store, session, &snapshot, TURNS, NOW);
    }
}
