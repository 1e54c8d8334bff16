//! How much memory it takes to tell a server of many recordings, for `npm run bench`. The server is a process of its own,
//! and so is whoever makes the recordings.
//!
//! `sync_memory fill FOLDER URL APP_ID APP_KEY MEGABYTES` signs in, switches the network off and records practices;
//! `sync_memory push FOLDER` looks at the idle core, switches the network on, and prints what it came to as JSON.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "an example that ends with the first thing that goes wrong"
)]

#[path = "../practice_bench/memory.rs"]
mod memory;
#[allow(dead_code, reason = "each user takes its part")]
#[path = "../../../sync/tests/it/records.rs"]
mod records;

use std::path::Path;
use std::time::{Duration, Instant};

use rehearse_core::settings::Settings;
use rehearse_core::view::{AudioChoice, KeyPlace, ServerKind, SignInAs, SignInRequest, SyncPhase};
use rehearse_core::{Access, Core, Parts, SystemFolders};
use rehearse_domain::Timestamp;
use rehearse_store::Store;

/// Sizes of clips, in bytes, one after the other: turns of 15 s to a minute, and one of the longest, of five minutes.
const SIZES: [usize; 12] = [
    90_000, 240_000, 120_000, 360_000, 90_000, 300_000, 180_000, 1_800_000, 120_000, 360_000, 150_000,
    240_000,
];
const NOW: Timestamp = Timestamp::from_millis(1_795_856_400_000);
/// Until a core that has nothing to do has come to rest.
const REST: Duration = Duration::from_secs(5);
/// Looks at how far it is are as frequent as the window's.
const LOOKS: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["fill", folder, url, app_id, app_key, megabytes] => {
            sign_in(Path::new(folder), url, app_id, app_key).await;
            fill(Path::new(folder), megabytes.parse().unwrap());
        }
        ["push", folder] => push(Path::new(folder)).await,
        _ => panic!("fill FOLDER URL APP_ID APP_KEY MEGABYTES, or push FOLDER"),
    }
}

async fn open(folder: &Path) -> Core {
    let folders = SystemFolders::at(folder.to_owned());
    Core::open(Parts::of_this_system(), &folders, Access::Owner).await
}

async fn set_offline(core: &Core, offline: bool) {
    let settings = core.app().await.unwrap().settings;
    let settings = Settings { offline, ..settings };
    core.change_settings(settings).await.unwrap();
}

async fn sign_in(folder: &Path, url: &str, app_id: &str, app_key: &str) {
    let core = open(folder).await;
    let request = SignInRequest {
        server: ServerKind::LeanCloud,
        address: url.to_owned(),
        app_id: app_id.to_owned(),
        app_key: Some(app_key.to_owned()),
        master_key: None,
        who: SignInAs::Anonymous,
        stub_user: None,
        audio: AudioChoice::Sent,
        keys: KeyPlace::File,
        plain_hosts: Vec::new(),
        forget_untold: false,
    };
    assert!(core.sign_in(request).await.is_ok());
    set_offline(&core, true).await;
    core.shut_down().await;
}

/// Records practices of twelve turns until there is so much sound.
fn fill(folder: &Path, megabytes: usize) {
    let store = Store::open(folder, Access::Owner, NOW).unwrap();
    let snapshot = records::snapshot();
    let mut left = megabytes * 1_000_000;
    let mut session = 0;
    while left > 0 {
        session += 1;
        records::begin(&store, session, &snapshot, NOW);
        for (sequence, size) in (0..).zip(SIZES) {
            records::say(&store, session, sequence, size, NOW);
            left = left.saturating_sub(size);
        }
        records::end(&store, session, NOW);
    }
}

async fn push(folder: &Path) {
    let core = open(folder).await;
    let waiting = core.sync().await.unwrap();
    assert!(waiting.offline && waiting.waiting > 0);
    tokio::time::sleep(REST).await;
    let idle = memory::resident().unwrap();
    memory::forget_peak().unwrap();
    let begun = Instant::now();
    set_offline(&core, false).await;
    let mut longest = 0.0_f64;
    let last = loop {
        tokio::time::sleep(LOOKS).await;
        let view = core.sync().await.unwrap();
        longest = longest.max(view.uploading.map_or(0.0, |uploading| uploading.bytes));
        assert_eq!(view.stuck, 0);
        if view.phase == SyncPhase::Idle && view.waiting == 0 {
            break view;
        }
    };
    let told = serde_json::json!({
        "idleKib": idle, "peakKib": memory::peak(), "bytes": waiting.waiting_bytes, "changes": waiting.waiting,
        "seconds": begun.elapsed().as_secs_f64(), "uploadingBytes": longest, "stillThere": last.still_there,
    });
    core.shut_down().await;
    println!("{told}");
}
