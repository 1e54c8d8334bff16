//! How long it takes from a turn that is on disk to the request, from the first sound on the wire to the first sample
//! at the device, and from cutting in to silence.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use rehearse_core::view::{Action, Percentiles, PracticePhase};
use rehearse_devices::PlayerOptions;
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script, SeenModelRequest};
use serde::Serialize;

use crate::app::{App, Models};
use crate::bare::Bare;
use crate::commits::Commits;
use crate::loudspeaker::BLOCK;
use crate::percentiles::percentiles;

/// What the server takes before it says the first word, and between two chunks: near what the quicker of the cloud's
/// models do.
const BEFORE_FIRST_BYTE: Duration = Duration::from_millis(300);
const BETWEEN_CHUNKS: Duration = Duration::from_millis(40);
/// Turns in one practice; its time is limited.
const TURNS_EACH: u32 = 10;
/// How much of an answer is listened to.
const LISTENED: Duration = Duration::from_millis(300);
/// By then everything is silent that is going to be.
const SILENT: Duration = Duration::from_millis(400);
/// Longest wait for a first sound.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is printed.
#[derive(Default, Serialize)]
struct Figures {
    commit_to_request: Percentiles,
    first_sound_to_sample: Percentiles,
    /// From the commit to the first sample.
    total: Percentiles,
    /// Of the bare client: from the request to the jitter buffer's worth of sound.
    bare: Percentiles,
    cut_in_to_silence: Percentiles,
    jitter_buffer_ms: u64,
    device_buffer_ms: u64,
}

#[derive(Default)]
struct Measured {
    commit_to_request: Vec<Duration>,
    first_sound_to_sample: Vec<Duration>,
    total: Vec<Duration>,
    bare: Vec<Duration>,
    cut_in_to_silence: Vec<Duration>,
}

/// Practises so many turns and prints what was measured.
pub(crate) fn run(turns: u32) {
    let (fake, url) = serve();
    let commits = Commits::watch();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut measured = Measured::default();
    runtime.block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let key = fake.options().key;
        let models = Models {
            url: &url,
            key: &key,
            evaluator: "qwen3.7-plus",
        };
        let app = App::open(folder.path(), &models).await;
        let mut bare = Bare::connect(&url, &key);
        for turn in 0..turns {
            if turn % TURNS_EACH == 0 {
                app.begin().await;
            }
            measured.turn(&app, &fake, &commits, &mut bare).await;
            if turn % TURNS_EACH == TURNS_EACH - 1 || turn == turns - 1 {
                app.act(Action::End).await;
                app.until(|view| view.phase == PracticePhase::Ended).await;
                app.core.close_practice().await.expect("the end card is left");
            }
        }
        app.core.shut_down().await;
    });
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let figures = Figures {
        commit_to_request: percentiles(measured.commit_to_request),
        first_sound_to_sample: percentiles(measured.first_sound_to_sample),
        total: percentiles(measured.total),
        bare: percentiles(measured.bare),
        cut_in_to_silence: percentiles(measured.cut_in_to_silence),
        jitter_buffer_ms: millis(PlayerOptions::default().buffer),
        device_buffer_ms: millis(BLOCK),
    };
    println!("{}", serde_json::to_string_pretty(&figures).expect("JSON"));
}

impl Measured {
    async fn turn(&mut self, app: &App, fake: &FakeModels, commits: &Commits, bare: &mut Bare) {
        app.until(|view| view.phase == PracticePhase::YourTurn).await;
        fake.forget_requests();
        silence(app).await;
        app.speak().await;
        let sample = first_sample(app).await;
        // The next commit is that of the answer, once it was heard.
        let committed = commits.latest().expect("the turn is saved");
        let request = asked(fake);
        let sent = request.first_sound_at.expect("it spoke").into_std();
        self.commit_to_request
            .push(request.at.into_std().saturating_duration_since(committed));
        self.first_sound_to_sample
            .push(sample.saturating_duration_since(sent));
        self.total.push(sample.saturating_duration_since(committed));

        tokio::time::sleep(LISTENED).await;
        let cut = Instant::now();
        app.act(Action::Interrupt).await;
        tokio::time::sleep(SILENT).await;
        let last = app.loudspeaker.last().expect("something was heard");
        self.cut_in_to_silence
            .push((last + BLOCK).saturating_duration_since(cut));
        app.until(|view| view.phase == PracticePhase::YourTurn).await;
        let waited = tokio::task::block_in_place(|| {
            bare.ask(&request.path, &request.body, PlayerOptions::default().buffer)
        });
        self.bare.push(waited);
    }
}

fn asked(fake: &FakeModels) -> SeenModelRequest {
    let mut asked = fake.requests_for(Role::Partner);
    assert_eq!(asked.len(), 1, "one turn, one request");
    asked.remove(0)
}

/// Waits until the last of an older line has left the loudspeaker, so that it is not taken for the answer.
async fn silence(app: &App) {
    loop {
        app.loudspeaker.forget();
        tokio::time::sleep(SILENT).await;
        if app.loudspeaker.first().is_none() {
            return;
        }
    }
}

async fn first_sample(app: &App) -> Instant {
    let begun = Instant::now();
    loop {
        if let Some(first) = app.loudspeaker.first() {
            return first;
        }
        assert!(begun.elapsed() < PATIENCE, "the answer is not heard");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A server with a runtime of its own, until this process ends.
fn serve() -> (FakeModels, String) {
    let fake = FakeModels::new(FakeModelsOptions {
        before_first_byte: BEFORE_FIRST_BYTE,
        between_chunks: BETWEEN_CHUNKS,
        ..FakeModelsOptions::default()
    });
    fake.always(Role::Objective, Script::ObjContinue);
    let (tell, told) = mpsc::channel();
    let served = fake.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let served = served.serve().await.expect("a port");
            tell.send(served.url.clone()).expect("somebody listens");
            std::future::pending::<()>().await;
        });
    });
    (fake, told.recv().expect("the server stands"))
}
