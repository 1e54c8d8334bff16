//! An app with rows and files of several people, a road to it that can be cut at any request, and a look into a folder.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use parking_lot::Mutex;
use rehearse_fakes::leancloud::{ConnectionLost, FakeLeanCloud, FakeOptions};
use rehearse_leancloud::{
    Acl, AnonymousId, Body, Client, Content, Credentials, Errand, New, ObjectId, Operation, Secret, Server,
    Settings, Transport, TransportError, Upload,
};
use rehearse_sync::everything::{Everything, EverythingError, Report};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use tokio::time::Instant;

/// 2026-11-28T09:00:00Z.
const START: i64 = 1_795_856_400_000;

type Happening = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A road to a fake that ends after so many requests, or at one of which something happens first.
pub(crate) struct Road {
    fake: FakeLeanCloud,
    left: AtomicUsize,
    pub(crate) cut: Notify,
    gone: AtomicUsize,
    happenings: Mutex<BTreeMap<usize, Happening>>,
}

impl Road {
    pub(crate) fn new(fake: &FakeLeanCloud) -> Arc<Self> {
        Arc::new(Self {
            fake: fake.clone(),
            left: AtomicUsize::new(usize::MAX),
            cut: Notify::new(),
            gone: AtomicUsize::new(0),
            happenings: Mutex::default(),
        })
    }

    /// Lets so many requests through.
    pub(crate) fn cut_after(&self, requests: usize) {
        self.left.store(requests, Ordering::SeqCst);
    }

    /// How many requests went so far.
    pub(crate) fn gone(&self) -> usize {
        self.gone.load(Ordering::SeqCst)
    }

    /// Lets something happen just before a request, counted from now on.
    pub(crate) fn before(&self, request: usize, what: impl Future<Output = ()> + Send + 'static) {
        let number = self.gone() + request;
        self.happenings.lock().insert(number, Box::pin(what));
    }
}

#[async_trait]
impl Transport for Road {
    async fn send(&self, request: Request<Body>, _: Errand) -> Result<Response<Body>, TransportError> {
        let happening = self.happenings.lock().remove(&self.gone());
        if let Some(happening) = happening {
            happening.await;
        }
        self.gone.fetch_add(1, Ordering::SeqCst);
        let left = self.left.load(Ordering::SeqCst);
        if left == 0 {
            self.cut.notify_one();
            return std::future::pending().await;
        }
        self.left.store(left - 1, Ordering::SeqCst);
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let answer = self.fake.call(Request::from_parts(head, body)).await;
        let answer = answer.map_err(|lost: ConnectionLost| TransportError::Interrupted(Arc::new(lost)))?;
        Ok(answer.map(|bytes: Bytes| Full::new(bytes).map_err(|never| match never {}).boxed()))
    }
}

pub(crate) type AppClient = Client<Arc<Road>>;

/// An app.
pub(crate) struct App {
    pub(crate) fake: FakeLeanCloud,
    pub(crate) options: FakeOptions,
}

impl App {
    pub(crate) fn new(options: FakeOptions) -> Self {
        let begun = Instant::now();
        let now = move || START + i64::try_from(begun.elapsed().as_millis()).unwrap();
        let options = FakeOptions {
            clock: Arc::new(now),
            acl_in_results: true,
            ..options
        };
        Self {
            fake: FakeLeanCloud::new(options.clone()),
            options,
        }
    }

    fn client_with(&self, road: Arc<Road>, credentials: Credentials) -> AppClient {
        let server = Server::leancloud("http://fake.localhost").unwrap();
        self.client_of(road, credentials, server)
    }

    /// A client with everything of one's own choice.
    pub(crate) fn client_of(&self, road: Arc<Road>, credentials: Credentials, server: Server) -> AppClient {
        let clock = Arc::clone(&self.options.clock);
        let settings = Settings {
            now: Arc::new(move || rehearse_leancloud::Timestamp::from_millis(clock())),
            ..Settings::default()
        };
        Client::with_settings(road, server, credentials, settings)
    }

    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::new(&*self.options.app_id).app_key(Secret::new(&*self.options.app_key))
    }

    /// A client of the owner of the app.
    pub(crate) fn owner(&self) -> (AppClient, Arc<Road>) {
        let road = Road::new(&self.fake);
        let master = Secret::new(&*self.options.master_key);
        let credentials = self.credentials().master_key(master);
        (self.client_with(Arc::clone(&road), credentials), road)
    }

    /// A client of a user.
    pub(crate) async fn somebody(&self, number: u8) -> (AppClient, Arc<Road>, ObjectId) {
        let road = Road::new(&self.fake);
        let client = self.client_with(Arc::clone(&road), self.credentials());
        let id = AnonymousId::from_random([number; 16]);
        let user = client.users().anonymous(&id).await.unwrap();
        (client, road, user.id)
    }

    /// Rows and files of two people, one of whom has many.
    pub(crate) async fn fill(&self) {
        for (number, turns, entries) in [(1, 3, 1_005), (2, 2, 7)] {
            let (client, _, user) = self.somebody(number).await;
            fill(&client, &user, turns, entries).await;
        }
        // Longer than dates overlap.
        tokio::time::sleep(std::time::Duration::from_secs(600)).await;
    }
}

/// A practice with its sounds, and many small rows.
pub(crate) async fn fill<T: Transport>(client: &Client<T>, user: &ObjectId, turns: u32, entries: u32) {
    let acl = || Acl::owner(user);
    let session = New::of(json!({"status": "ended", "ownerId": user})).unwrap();
    let sessions = client.class("PracticeSession").unwrap();
    let session = sessions.create(&session.acl(acl())).await.unwrap();
    for sequence in 0..turns {
        turn(client, user, session.id.as_str(), sequence).await;
    }
    let entry = |number: u32| {
        let new = New::of(json!({"action": "create", "n": number})).unwrap();
        Operation::try_from(("AuditLog", new.acl(acl()))).unwrap()
    };
    let done = client.batch((0..entries).map(entry).collect()).await;
    assert!(done.iter().all(Result::is_ok));
}

/// A turn with its sound.
pub(crate) async fn turn<T: Transport>(client: &Client<T>, user: &ObjectId, session: &str, sequence: u32) {
    let sound = format!("sound {sequence} of {session}").repeat(20);
    let mut upload = Upload::new(
        format!("turn-{sequence}.mp3"),
        "audio/mpeg",
        Content::Bytes(sound.clone().into()),
    );
    (upload.owner, upload.acl) = (Some(user.clone()), Some(Acl::owner(user)));
    let file = client.files().upload(&upload, None).await.unwrap();
    let row = json!({
        "sessionId": session, "sequence": sequence, "transcript": "Good morning. 早上好。",
        "audioFileId": file.id, "audioUrl": file.url, "audioBytes": sound.len(), "audioSha256": hash(sound.as_bytes()),
    });
    let row = New::of(row).unwrap().acl(Acl::owner(user));
    client.class("Turn").unwrap().create(&row).await.unwrap();
}

pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Fills a folder.
pub(crate) async fn pull<T: Transport>(client: &Client<T>, folder: &Path) -> Result<Report, EverythingError> {
    Everything::new(client.clone(), folder).run(|_| {}).await
}

/// Everything that a folder holds but what says when it was filled.
pub(crate) fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for below in ["", "classes", "files"] {
        for entry in std::fs::read_dir(folder.join(below)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let dated = name.starts_with('.') || name == "manifest.json" || name == "README.txt";
            if entry.file_type().unwrap().is_file() && !dated {
                all.insert(format!("{below}/{name}"), std::fs::read(entry.path()).unwrap());
            }
        }
    }
    all
}

/// The rows of a class in a folder.
pub(crate) fn lines(folder: &Path, class: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("classes").join(format!("{class}.jsonl"))).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Holds a folder to what the server has: rows of all classes but users, and the content of each file.
pub(crate) fn assert_equal(app: &App, folder: &Path) {
    for class in app.fake.classes() {
        let mut there = app.fake.rows(&class);
        let mut here = lines(folder, &class);
        assert_eq!(here.len(), there.len(), "{class}");
        if class.starts_with('_') {
            continue;
        }
        let id = |row: &Value| row["objectId"].as_str().unwrap().to_owned();
        there.sort_by_key(id);
        here.sort_by_key(id);
        assert!(here == there, "{class}");
    }
    assert_same_files(app, folder);
}

pub(crate) fn assert_same_files(app: &App, folder: &Path) {
    let mut there: Vec<String> = app.fake.files().into_iter().map(|file| file.sha256).collect();
    let files = contents(folder).into_iter();
    let files = files.filter(|(name, _)| name.starts_with("files/"));
    let mut here: Vec<String> = files.map(|(_, bytes)| hash(&bytes)).collect();
    there.sort();
    here.sort();
    assert_eq!(here, there);
}
