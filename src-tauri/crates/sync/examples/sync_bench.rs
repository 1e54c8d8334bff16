//! Two servers side by side for `npm run bench`: each a fake that answers after 50 ms. One is told 200 practices by the
//! sender, the other waits for whoever is to do the same with the official SDK. One line of JSON for each.
//!
//! `sync_bench SESSIONS TURNS BYTES`; the second server ends when standard input does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "an example that ends with the first thing that goes wrong"
)]

use std::io::Read as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rehearse_domain::Timestamp;
use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Fault, Served};
use rehearse_leancloud::{AnonymousId, Client, Credentials, NetTransport, Secret, Server};
use rehearse_net::{Net, NetOptions};
use rehearse_store::{Access, Store};
use rehearse_sync::{Audio, Phase, Reach, Sender, SenderTask, Status, Terms, Tools};
use serde_json::json;

#[allow(dead_code, reason = "each user takes its part")]
#[path = "../tests/it/records.rs"]
mod records;

const ROUND_TRIP: Duration = Duration::from_millis(50);
const NOW: Timestamp = Timestamp::from_millis(1_795_856_400_000);

async fn server() -> (FakeLeanCloud, Served, FakeOptions) {
    let options = FakeOptions::default();
    let fake = FakeLeanCloud::new(options.clone());
    fake.faults().always("*", "*", Fault::Slow(ROUND_TRIP));
    let served = fake.serve().await.unwrap();
    (fake, served, options)
}

#[tokio::main]
async fn main() {
    let numbers: Vec<u64> = std::env::args()
        .skip(1)
        .map(|word| word.parse().unwrap())
        .collect();
    let (sessions, turns, bytes) = (numbers[0], u32::try_from(numbers[1]).unwrap(), numbers[2]);
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path(), Access::Owner, NOW).unwrap());
    let snapshot = records::snapshot();
    for session in 1..=sessions {
        records::begin(&store, session, &snapshot, NOW);
        for sequence in 0..turns {
            records::say(&store, session, sequence, usize::try_from(bytes).unwrap(), NOW);
        }
        records::end(&store, session, NOW);
    }
    println!("{}", ours(&store).await);

    let (fake, served, options) = server().await;
    println!(
        "{}",
        json!({
            "url": served.url, "appId": options.app_id, "appKey": options.app_key, "audio": store.audio_folder(),
            "snapshot": serde_json::to_string(&snapshot).unwrap(),
        })
    );
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()))
        .await
        .unwrap()
        .unwrap();
    println!("{}", told(&fake));
}

/// What a server was told, and in how many requests.
fn told(fake: &FakeLeanCloud) -> serde_json::Value {
    let rows = |class: &str| fake.rows(class).len();
    json!({
        "requests": fake.api_requests(), "sessions": rows("PracticeSession"), "turns": rows("Turn"),
        "evaluations": rows("Evaluation"), "files": fake.files().len(),
    })
}

async fn ours(store: &Arc<Store>) -> serde_json::Value {
    let (fake, served, options) = server().await;
    let client = Client::new(
        NetTransport::new(Net::new(NetOptions::default())),
        Server::leancloud(&served.url).unwrap(),
        Credentials::new(&*options.app_id).app_key(Secret::new(&*options.app_key)),
    );
    let user = client
        .users()
        .anonymous(&AnonymousId::from_random([3; 16]))
        .await
        .unwrap();
    let terms = Terms {
        owner: user.id,
        reach: Reach::Own,
        stub_user: None,
        audio: Audio::Sent,
    };
    let begun = Instant::now();
    let tools = Tools {
        now: Arc::new(move || NOW.after(begun.elapsed())),
        random: Arc::new(|| 0.5),
    };
    let sender = Sender::new(client, Arc::clone(store), terms, tools).unwrap();
    let before = fake.api_requests();
    let task = SenderTask::start(sender.clone());
    let mut status = task.status();
    let idle = |status: &Status| status.phase == Phase::Idle && status.last_success.is_some();
    status.wait_for(idle).await.unwrap();
    assert_eq!(sender.next_due().await.unwrap(), None);
    assert_eq!(store.outbox_pending().unwrap(), 0);
    let mut told = told(&fake);
    told["seconds"] = json!(begun.elapsed().as_secs_f64());
    told["requests"] = json!(fake.api_requests() - before);
    told["inFlight"] = json!(fake.peak_in_flight());
    told
}
