//! One person on two computers: two copies of the app, each with a data folder, a screen and a sound of its own, signed in
//! at one server. In the end both show the same.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rehearse_fakes::ParseServer;
use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Served};
use serde_json::Value;

use super::sitting::{end_and_review, play_turn, start_suggested, type_turn};
use super::syncing::{ARRIVING, open_sync, practise_once, see_mark, see_standing, switch_network, text_of};
use crate::accessibility::check;
use crate::command_line;
use crate::keys::Key;
use crate::limits::{APPEARING, OPENING};
use crate::speech::Sentences;
use crate::stage::{Look, Stage};
use crate::window::Window;

/// What was deleted elsewhere goes when it is missing in two looks a minute apart.
const GOING: Duration = Duration::from_secs(120);
/// Between two presses of the button that has it look.
const BETWEEN_LOOKS: Duration = Duration::from_secs(6);

/// Keeps what the page makes of the sounds that it fetches.
const KEEP_SOUNDS: &str = "
    window.sounds = [];
    const make = URL.createObjectURL;
    URL.createObjectURL = (sound) => {
        window.sounds.push(sound);
        return make.call(URL, sound);
    };";

/// Their hashes in hexadecimal.
const HASHES: &str = "
    const answer = arguments[arguments.length - 1];
    const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const hash = async (sound) => hex(await crypto.subtle.digest('SHA-256', await sound.arrayBuffer()));
    Promise.all(window.sounds.map(hash)).then(answer);";

/// The practices in History, as they are told apart, without how far each is on the server.
const ROWS: &str = "
    const rows = document.querySelectorAll(`[data-testid='history-row']`);
    const text = (row, part) => row.querySelector(part).textContent.trim();
    return [...rows].map((row) => `${text(row, '.title')} | ${text(row, '.facts span')}`);";

/// Where both sign in.
pub(super) struct Place {
    pub(super) kind: &'static str,
    pub(super) url: String,
    pub(super) app_id: String,
    pub(super) app_key: String,
}

impl Place {
    pub(super) fn of(fake: &FakeLeanCloud, served: &Served) -> Self {
        let options = fake.options();
        Self {
            kind: "lean_cloud",
            url: served.url.clone(),
            app_id: options.app_id,
            app_key: options.app_key,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_copies_show_the_same_by_way_of_leancloud() {
    let fake = FakeLeanCloud::new(FakeOptions::default());
    let served: Served = fake.serve().await.expect("a port of loopback");
    both_come_to_the_same("two-copies", &Place::of(&fake, &served)).await;
    assert_eq!(fake.rows("PracticeSession").len(), 2);
    assert_eq!(fake.rows("_User").len(), 1, "one person");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes two minutes; its difference to LeanCloud is told by faster tests"]
async fn two_copies_show_the_same_by_way_of_parse_server() {
    let server = match tokio::task::block_in_place(ParseServer::start) {
        Ok(server) => server,
        Err(reason) => {
            crate::stage::leave_out("two copies at a Parse Server", &reason);
            return;
        }
    };
    let keys = server.keys();
    let place = Place {
        kind: "parse",
        url: server.url().to_owned(),
        app_id: keys.app_id.clone(),
        app_key: keys.rest_key.clone(),
    };
    both_come_to_the_same("two-copies-parse", &place).await;
    tokio::task::block_in_place(|| drop(server));
}

async fn both_come_to_the_same(story: &'static str, place: &Place) {
    let first = Stage::set(story, Look::ENGLISH_LIGHT);
    let second = Stage::set(story, Look::ENGLISH_LIGHT);
    let sentences = Sentences::some(1);
    // It will be deleted.
    command_line::practise(&first, &[sentences.file(0)]).await;
    let (one, other) = tokio::join!(open_at_home(&first), open_at_home(&second));
    let code = sign_in_as_somebody_new(&one, place).await;
    one.click("nav-history").await;
    see_mark(&one, "sent").await;
    sign_in_with(&other, place, &code).await;
    see_rows(&other, 1).await;

    delete_newest(&one).await;
    practise_in_writing(&other).await;
    look_now(&other).await;

    switch_network(&one, "offline").await;
    practise_once(&first, &one).await;
    one.click("nav-home").await;
    see_standing(&one, "offline").await;
    one.click("nav-history").await;
    see_mark(&one, "waiting").await;
    check(&one, "a practice that waits").await;
    switch_network(&one, "idle").await;
    one.click("nav-history").await;
    see_mark(&one, "sent").await;

    hear_on_the_other(&first, &second, &other).await;
    see_the_same(&one, &other).await;
    one.close().await;
    other.close().await;
}

/// Opens a copy and goes past its first run.
pub(super) async fn open_at_home(stage: &Stage) -> Window {
    let window = stage.open().await;
    window.see_within(OPENING, "first-run").await;
    window.click("first-run-skip").await;
    window.see("home").await;
    window
}

/// Signs in without a name, and answers the code that brings the same person back.
pub(super) async fn sign_in_as_somebody_new(window: &Window, place: &Place) -> String {
    fill_in(window, place).await;
    window.click("sync-sign-in").await;
    window.see_within(ARRIVING, "recovery-code").await;
    let code = text_of(window, "recovery-code-text").await;
    window.click("recovery-code-written").await;
    window.click("recovery-code-done").await;
    window.see("sync-account").await;
    code
}

/// Signs in as the person whom this code brings back.
pub(super) async fn sign_in_with(window: &Window, place: &Place, code: &str) {
    fill_in(window, place).await;
    window.click("sync-who-recovery_code").await;
    window.type_into("sync-code", code).await;
    window.click("sync-sign-in").await;
    window.see_within(ARRIVING, "sync-account").await;
}

/// Says where the server is, and that keys are kept in a file: a stage has no keychain.
async fn fill_in(window: &Window, place: &Place) {
    open_sync(window).await;
    window.see("sync-form").await;
    if place.kind == "parse" {
        window.tab_to("sync-kind-lean_cloud").await;
        window.press(Key::Right).await;
        window.see_focus("sync-kind-parse").await;
    }
    window.type_into("sync-address", &place.url).await;
    window.type_into("sync-app-id", &place.app_id).await;
    window.type_into("sync-app-key", &place.app_key).await;
    window.tab_to("sync-more").await;
    window.press(Key::Enter).await;
    window.click("sync-keys-file").await;
}

/// Deletes what was practised last, by way of its review, and lets the time to undo it pass.
async fn delete_newest(window: &Window) {
    window.click("nav-history").await;
    window.click("history-row").await;
    window.click("delete-session").await;
    window.click("delete-confirm").await;
    window.click("nav-history").await;
    see_rows_here(window, 0).await;
}

/// A practice of one typed turn.
async fn practise_in_writing(window: &Window) {
    window.click("nav-home").await;
    start_suggested(window).await;
    type_turn(window, "I came about my hours.").await;
    end_and_review(window).await;
}

/// Presses the button that has it look at the server.
async fn look_now(window: &Window) {
    open_sync(window).await;
    window.click("sync-now").await;
}

/// The practice that the first copy recorded is in the other's History, and is heard there as it was recorded.
async fn hear_on_the_other(first: &Stage, second: &Stage, window: &Window) {
    let before = rows(window).await;
    look_now(window).await;
    window
        .until(ARRIVING, "a practice from elsewhere", async || {
            (rows(window).await.first() != before.first()).then_some(())
        })
        .await;
    window.click("history-row").await;
    window.see("review").await;
    window.run(KEEP_SOUNDS, Vec::new()).await;
    // Turns are drawn piece by piece.
    window.see("turn-1").await;
    let elsewhere = "Not on this computer yet";
    window
        .until(APPEARING, "where the sound is", async || {
            text_of(window, "turn-1").await.contains(elsewhere).then_some(())
        })
        .await;
    play_turn(second, window, 1).await;
    let hashes = window.run_and_wait(APPEARING, HASHES, Vec::new()).await;
    let heard = texts(&hashes);
    assert_eq!(heard.len(), 1, "one sound was fetched");
    assert!(
        recordings(first.folders().sessions()).contains(&heard[0]),
        "what is heard is what was recorded"
    );
    window
        .until(ARRIVING, "how it sounded", async || {
            (!text_of(window, "turn-1").await.contains(elsewhere)).then_some(())
        })
        .await;
    window.picture("two-copies-heard").await;
}

/// The hashes of all recordings in a data folder.
fn recordings(folder: PathBuf) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("audio")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of sounds") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension() == Some(Path::new("mp3").as_os_str()) {
                found.push(rehearse_audio::clip::sha256(&path).expect("a recording"));
            }
        }
    }
    found
}

/// Both look until their lists are equal: each has what the other recorded, and neither what was deleted.
async fn see_the_same(one: &Window, other: &Window) {
    let same = async {
        loop {
            look_now(one).await;
            look_now(other).await;
            tokio::time::sleep(BETWEEN_LOOKS).await;
            let (here, there) = (rows(one).await, rows(other).await);
            if here.len() == 2 && here == there {
                return;
            }
        }
    };
    if tokio::time::timeout(GOING, same).await.is_err() {
        panic!("{:?} and {:?}", rows(one).await, rows(other).await);
    }
}

/// The practices in History, newest first.
async fn rows(window: &Window) -> Vec<String> {
    window.click("nav-history").await;
    window.see("history").await;
    texts(&window.run(ROWS, Vec::new()).await)
}

fn texts(value: &Value) -> Vec<String> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(|one| Some(one.as_str()?.to_owned())).collect()
}

/// Waits until History has so many practices.
async fn see_rows(window: &Window, count: usize) {
    window.click("nav-history").await;
    see_rows_here(window, count).await;
}

async fn see_rows_here(window: &Window, count: usize) {
    window
        .until(ARRIVING, &format!("{count} practices"), async || {
            (window.count("[data-testid='history-row']").await == count).then_some(())
        })
        .await;
}
