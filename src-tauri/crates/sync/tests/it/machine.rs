//! Computers with a store, a sender and a puller, and the server that they share, on simulated time.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use parking_lot::Mutex;
use rehearse_domain::Timestamp;
use rehearse_fakes::leancloud::{ConnectionLost, FakeLeanCloud, FakeOptions, Permission, Who};
use rehearse_leancloud::{
    AnonymousId, Body, Client, Credentials, Errand, Secret, Server, Settings, Transport, TransportError,
};
use rehearse_store::{Access, Lanes, Store};
use rehearse_sync::{Audio, AudioMirror, Look, Pause, Pulled, Puller, Reach, Round, Sender, Terms, Tools};
use tempfile::TempDir;
use tokio::time::Instant;

use crate::order::{Recorded, check};

/// 2026-11-28T09:00:00Z.
const START: i64 = 1_795_856_400_000;

/// Requests before one after which something does not hold, which are told.
const TOLD: usize = 60;

/// Calls a fake without a socket, and looks at the server after each call.
struct Watched {
    fake: FakeLeanCloud,
    recorded: Arc<Mutex<Recorded>>,
    off: Arc<AtomicBool>,
    hangs: Arc<AtomicBool>,
    files_down: Arc<AtomicBool>,
}

impl Watched {
    /// Whether everything holds. When it does not, what led there is told.
    fn look(&self) {
        let recorded = self.recorded.lock().clone();
        if recorded.others_write {
            return;
        }
        let look = AssertUnwindSafe(|| check(&self.fake, &recorded));
        if let Err(panic) = std::panic::catch_unwind(look) {
            let requests = self.fake.requests();
            for one in requests.iter().skip(requests.len().saturating_sub(TOLD)) {
                let (after, applied) = (one.at - START, one.reached);
                println!(
                    "{after} ms {} {} {} {:?} {applied}",
                    one.method, one.path, one.query, one.status
                );
            }
            std::panic::resume_unwind(panic);
        }
    }
}

#[async_trait]
impl Transport for Watched {
    async fn send(&self, request: Request<Body>, errand: Errand) -> Result<Response<Body>, TransportError> {
        if self.off.load(Ordering::Relaxed) {
            return Err(TransportError::Offline);
        }
        if self.hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        if errand != Errand::Api && self.files_down.load(Ordering::Relaxed) {
            let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            return Err(TransportError::NotSent(Arc::new(refused)));
        }
        let (head, body) = request.into_parts();
        let body = body
            .collect()
            .await
            .map_err(|error| TransportError::Interrupted(Arc::new(error)))?;
        let answer = self.fake.call(Request::from_parts(head, body.to_bytes())).await;
        self.look();
        let answer = answer.map_err(|lost: ConnectionLost| TransportError::Interrupted(Arc::new(lost)))?;
        Ok(answer.map(|bytes: Bytes| Full::new(bytes).map_err(|never| match never {}).boxed()))
    }
}

pub(crate) type SimulatedClient = Client<Arc<dyn Transport>>;

/// A computer and its server.
pub(crate) struct Machine {
    pub(crate) fake: FakeLeanCloud,
    pub(crate) store: Arc<Store>,
    pub(crate) sender: Sender<Arc<dyn Transport>>,
    pub(crate) puller: Puller<Arc<dyn Transport>>,
    pub(crate) client: SimulatedClient,
    /// What the story recorded, which the server is held to.
    pub(crate) recorded: Arc<Mutex<Recorded>>,
    /// Whether the network is switched off.
    pub(crate) off: Arc<AtomicBool>,
    /// Whether the server takes requests and answers none.
    pub(crate) hangs: Arc<AtomicBool>,
    /// Whether the host of files cannot be reached.
    pub(crate) files_down: Arc<AtomicBool>,
    /// By how many milliseconds the clock of the computer is wrong.
    pub(crate) clock_error: Arc<AtomicI64>,
    pub(crate) terms: Terms,
    pub(crate) tools: Tools,
    pub(crate) mirror: AudioMirror,
    _folder: TempDir,
}

/// The options of an app in which users may delete files.
pub(crate) fn generous() -> FakeOptions {
    let mut options = FakeOptions::default();
    options
        .permissions
        .insert(("_File".to_owned(), Permission::Delete), Who::Everyone);
    options
}

/// A folder in memory where there is one: a disk has nothing to add to a story.
fn folder() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() {
        return TempDir::new_in(memory).unwrap();
    }
    TempDir::new().unwrap()
}

impl Machine {
    pub(crate) async fn new(options: FakeOptions) -> Self {
        Self::with(options, Audio::Sent, 1).await
    }

    /// With dice of this seed.
    pub(crate) async fn with(options: FakeOptions, audio: Audio, seed: u64) -> Self {
        let begun = Instant::now();
        let now = move || START + i64::try_from(begun.elapsed().as_millis()).unwrap();
        let options = FakeOptions {
            clock: Arc::new(now),
            seed,
            ..options
        };
        let fake = FakeLeanCloud::new(options);
        Self::joining(fake, Arc::default(), audio, seed).await
    }

    /// Another computer of the same user.
    pub(crate) async fn beside(&self, seed: u64) -> Self {
        let recorded = Arc::clone(&self.recorded);
        Self::joining(self.fake.clone(), recorded, self.terms.audio, seed).await
    }

    async fn joining(fake: FakeLeanCloud, recorded: Arc<Mutex<Recorded>>, audio: Audio, seed: u64) -> Self {
        let options = fake.options();
        let now = {
            let clock = Arc::clone(&options.clock);
            move || clock()
        };
        let off = Arc::new(AtomicBool::new(false));
        let hangs = Arc::new(AtomicBool::new(false));
        let files_down = Arc::new(AtomicBool::new(false));
        let clock_error = Arc::new(AtomicI64::new(0));
        let transport: Arc<dyn Transport> = Arc::new(Watched {
            fake: fake.clone(),
            recorded: Arc::clone(&recorded),
            off: Arc::clone(&off),
            hangs: Arc::clone(&hangs),
            files_down: Arc::clone(&files_down),
        });
        let dice = Arc::new(Mutex::new(Dice(seed)));
        let random: Arc<dyn Fn() -> f64 + Send + Sync> = Arc::new(move || dice.lock().share());
        let clock = now.clone();
        let settings = Settings {
            now: Arc::new(move || rehearse_leancloud::Timestamp::from_millis(clock())),
            random: Arc::clone(&random),
            ..Settings::default()
        };
        let client = Client::with_settings(
            transport,
            Server::leancloud("http://fake.localhost").unwrap(),
            Credentials::new(&*options.app_id).app_key(Secret::new(&*options.app_key)),
            settings,
        );
        let user = client
            .users()
            .anonymous(&AnonymousId::from_random([7; 16]))
            .await
            .unwrap();
        let terms = Terms {
            owner: user.id,
            reach: Reach::Own,
            stub_user: Some("stub-1".to_owned()),
            audio,
        };
        let wrong = Arc::clone(&clock_error);
        let tools = Tools {
            now: Arc::new(move || Timestamp::from_millis(now() + wrong.load(Ordering::Relaxed))),
            random,
        };
        let folder = folder();
        let store = Store::open(folder.path(), Access::Owner, Timestamp::from_millis(START)).unwrap();
        let store = Arc::new(store);
        let sender = Sender::new(client.clone(), Arc::clone(&store), terms.clone(), tools.clone()).unwrap();
        let mirror = AudioMirror::OnDemand;
        let (shared, own) = (Arc::clone(&store), client.clone());
        let puller = Puller::new(own, shared, terms.clone(), tools.clone(), mirror);
        Self {
            fake,
            store,
            sender,
            puller,
            client,
            recorded,
            off,
            hangs,
            files_down,
            clock_error,
            terms,
            tools,
            mirror,
            _folder: folder,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.tools.now)()
    }

    /// Notes a whole practice of so many turns, and makes it.
    pub(crate) fn practise(&self, number: u64, turns: u32) {
        self.expect(number, turns);
        crate::records::practise(
            &self.store,
            number,
            &crate::records::snapshot(),
            turns,
            self.now(),
        );
    }

    /// Holds the server to a session with so many turns.
    pub(crate) fn expect(&self, number: u64, turns: u32) {
        let id = crate::records::session_id(number).to_string();
        self.recorded.lock().turns.insert(id, turns as usize);
    }

    /// Deletes a session for good.
    pub(crate) fn delete(&self, number: u64) {
        let id = crate::records::session_id(number);
        self.recorded.lock().deleted.insert(id.to_string());
        self.store.doom_sessions(&[id], self.now()).unwrap();
        self.store.purge_doomed(self.now(), self.now()).unwrap();
    }

    /// The user decides otherwise whether clips leave the computer.
    pub(crate) fn choose(&mut self, audio: Audio) {
        self.terms.audio = audio;
        self.restart();
    }

    /// The sender of an app that was started anew.
    pub(crate) fn restart(&mut self) {
        let (client, store) = (self.client.clone(), Arc::clone(&self.store));
        self.sender = Sender::new(client, store, self.terms.clone(), self.tools.clone()).unwrap();
        let (client, store) = (self.client.clone(), Arc::clone(&self.store));
        self.puller = Puller::new(client, store, self.terms.clone(), self.tools.clone(), self.mirror);
    }

    /// A round of the puller that comes to its end.
    pub(crate) async fn pull(&self, look: Look) -> Pulled {
        let pulled = self.puller.round(look).await.unwrap();
        assert_eq!(pulled.failed, None);
        pulled
    }

    /// A round of the puller after which the app is killed: it is let go on so many times.
    pub(crate) async fn pull_killed_after(&mut self, look: Look, steps: usize) -> Option<Pulled> {
        let puller = self.puller.clone();
        let round = Box::pin(async move { puller.round(look).await.unwrap() });
        let ended = KillAfter { round, steps }.await;
        self.restart();
        ended
    }

    /// A round after which the app is killed: it is let go on so many times.
    pub(crate) async fn killed_after(&mut self, steps: usize) -> Option<Round> {
        let sender = self.sender.clone();
        let round = Box::pin(async move { sender.round().await.unwrap() });
        let ended = KillAfter { round, steps }.await;
        self.restart();
        ended
    }

    /// Goes round until there is nothing to do for an hour, waiting as the task would.
    pub(crate) async fn until_quiet(&self) {
        for _ in 0..5_000 {
            let Some(due) = self.sender.next_due().await.unwrap() else {
                return;
            };
            if due > self.now() {
                tokio::time::sleep(due.since(self.now())).await;
            }
            let round = self.sender.round().await.unwrap();
            match round.pause {
                Some((Pause::SignIn, _)) => panic!("the server wants somebody to sign in"),
                Some(_) => tokio::time::sleep(Duration::from_secs(20)).await,
                None if round.done + round.settled == 0 => tokio::time::sleep(Duration::from_secs(1)).await,
                None => {}
            }
        }
        let far = self.now().after(Duration::from_secs(400 * 24 * 3600));
        let strays = self.store.stray_files_due(far, 9).unwrap();
        let watches = self.store.twin_watches_due(far, 9).unwrap();
        panic!("it never came to rest: {:?} {strays:?} {watches:?}", self.rest());
    }

    /// Has the user try again what needs them; whether there was anything.
    pub(crate) fn retry_all(&self) -> bool {
        let stuck = self.store.stuck_changes().unwrap();
        for row in &stuck {
            assert!(self.store.retry_stuck(row.id, self.now()).unwrap());
        }
        !stuck.is_empty()
    }

    /// What the outbox still holds.
    pub(crate) fn rest(&self) -> Vec<rehearse_store::OutboxRow> {
        let far = self.now().after(Duration::from_secs(400 * 24 * 3600));
        let lanes =
            [Lanes::Authored, Lanes::Sessions].map(|of| self.store.lanes_due(of, far, 0, 1_000).unwrap());
        lanes.into_iter().flatten().flat_map(|lane| lane.rows).collect()
    }
}

/// Numbers that look random and are the same each time: SplitMix64, after Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", 2014.
#[derive(Clone, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below a limit.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.number() % limit
    }

    /// Between 0 and 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Lets a future go on so many times and drops it then.
struct KillAfter<R> {
    round: Pin<Box<dyn Future<Output = R>>>,
    steps: usize,
}

impl<R> Future for KillAfter<R> {
    type Output = Option<R>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<R>> {
        if self.steps == 0 {
            return Poll::Ready(None);
        }
        self.steps -= 1;
        self.round.as_mut().poll(context).map(Some)
    }
}
