//! The fake as a test holds it: made, told what to say and when to fail, and looked into.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::io;
use std::sync::Arc;

use axum::Router;
use bytes::Bytes;
use parking_lot::Mutex;

use super::http::router;
use super::options::FakeModelsOptions;
use super::role::Role;
use super::script::Script;
use super::seen::SeenModelRequest;
use crate::loopback::{Served, serve_at};

/// How an objective ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is met.
    Succeeded,
    /// It cannot be met any more.
    Failed,
}

/// A server of models in memory. Clones are the same server.
///
/// ```
/// use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script};
///
/// # async fn example() -> std::io::Result<()> {
/// let fake = FakeModels::new(FakeModelsOptions::default());
/// fake.script(Role::Partner, [Script::DropMid]);
/// let served = fake.serve().await?;
/// let base_url = format!("{}/compatible-mode/v1", served.url);
/// // ... a client practises with `base_url`, and its first turn is cut off ...
/// assert!(fake.requests().is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct FakeModels {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) options: Mutex<FakeModelsOptions>,
    pub(super) seen: Mutex<Seen>,
    told: Mutex<Told>,
}

/// The requests that are remembered, and how many there ever were.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) requests: VecDeque<SeenModelRequest>,
    pub(super) arrived: usize,
}

/// What tests have said, and what follows from the requests so far.
#[derive(Default)]
struct Told {
    queues: HashMap<Role, VecDeque<Script>>,
    usual: HashMap<Role, Script>,
    heard: VecDeque<String>,
    heard_in: HashMap<String, String>,
    /// The scripts that failed a request and will fail it again or let it pass, by role and request.
    unfinished: HashMap<(Role, String), Script>,
    failures: HashMap<(Script, String), u32>,
    times: HashMap<String, usize>,
    files: BTreeMap<usize, Bytes>,
}

impl FakeModels {
    /// A server that nobody has asked anything yet.
    pub fn new(options: FakeModelsOptions) -> Self {
        Self {
            shared: Arc::new(Shared {
                options: Mutex::new(options),
                seen: Mutex::default(),
                told: Mutex::default(),
            }),
        }
    }

    /// All routes, for calls without a socket. A connection that is reset is a body that fails.
    pub fn router(&self) -> Router {
        router(&self.shared)
    }

    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When the system gives no port.
    pub async fn serve(&self) -> io::Result<Served> {
        self.serve_at(0).await
    }

    /// Listens on this port of 127.0.0.1; 0 is a free one.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn serve_at(&self, port: u16) -> io::Result<Served> {
        serve_at(port, self.router()).await
    }

    /// The options as they are now.
    pub fn options(&self) -> FakeModelsOptions {
        self.shared.options.lock().clone()
    }

    /// Changes them.
    pub fn configure(&self, change: impl FnOnce(&mut FakeModelsOptions)) {
        change(&mut self.shared.options.lock());
    }

    /// The next requests for this role take these scripts, one each, unless a header or their model names another.
    /// A script that first fails and then does not, as [`Script::TooManyThenOk`], stays with the request that took it
    /// until that one was answered well.
    pub fn script(&self, role: Role, scripts: impl IntoIterator<Item = Script>) {
        self.shared
            .told
            .lock()
            .queues
            .entry(role)
            .or_default()
            .extend(scripts);
    }

    /// What answers this role from now on where nothing else was asked for.
    pub fn always(&self, role: Role, script: Script) {
        self.shared.told.lock().usual.insert(role, script);
    }

    /// The objective ends so at the check that sees so many turns of the trainee, in every practice.
    pub fn objective_after(&self, turns: u32, verdict: Verdict) {
        self.always(
            Role::Objective,
            match verdict {
                Verdict::Succeeded => Script::ObjSuccessAt(turns),
                Verdict::Failed => Script::ObjFailAt(turns),
            },
        );
    }

    /// What transcribers hear in the next clip that [`FakeModels::hears_in`] says nothing about. Queued.
    pub fn hears(&self, words: impl Into<String>) {
        self.shared.told.lock().heard.push_back(words.into());
    }

    /// What transcribers hear in the clip with this SHA-256, in hex, whenever it comes.
    pub fn hears_in(&self, sha256: impl Into<String>, words: impl Into<String>) {
        self.shared
            .told
            .lock()
            .heard_in
            .insert(sha256.into(), words.into());
    }

    /// The requests that are remembered, in order of arrival.
    pub fn requests(&self) -> Vec<SeenModelRequest> {
        self.shared.seen.lock().requests.iter().cloned().collect()
    }

    /// The same, of one role.
    pub fn requests_for(&self, role: Role) -> Vec<SeenModelRequest> {
        let seen = self.shared.seen.lock();
        let of_role = seen.requests.iter().filter(|request| request.role == Some(role));
        of_role.cloned().collect()
    }

    /// The sound of every answer that had any, in order of the requests.
    pub fn spoken(&self) -> Vec<Vec<i16>> {
        let all = self.requests().into_iter().map(|request| request.pcm());
        all.filter(|pcm| !pcm.is_empty()).collect()
    }

    /// Forgets them. Numbers go on.
    pub fn forget_requests(&self) {
        self.shared.seen.lock().requests.clear();
    }
}

impl fmt::Debug for FakeModels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeModels").finish_non_exhaustive()
    }
}

impl Shared {
    /// The script of a request: named by it, or begun with it, or queued for its role, or usual.
    pub(super) fn choose(&self, named: Option<Script>, role: Option<Role>, digest: &str) -> Script {
        let usual = self.options.lock().script;
        let Some(role) = role else {
            return named.unwrap_or(usual);
        };
        let mut told = self.told.lock();
        let begun = (role, digest.to_owned());
        let script = named
            .or_else(|| told.unfinished.get(&begun).copied())
            .or_else(|| told.queues.get_mut(&role)?.pop_front())
            .or_else(|| told.usual.get(&role).copied())
            .unwrap_or(usual);
        let script = if script.is_for(role) {
            script
        } else {
            Script::Happy
        };
        let failed = told.failures.get(&(script, digest.to_owned())).copied();
        if failed.unwrap_or_default() < script.failures() {
            told.unfinished.insert(begun, script);
        } else {
            told.unfinished.remove(&begun);
        }
        script
    }

    /// Counts a request under a script that fails some: whether this one is to fail. When none is left to fail, the
    /// count begins anew, so that the same request later is failed again.
    pub(super) fn fails_again(&self, script: Script, digest: &str) -> bool {
        let mut told = self.told.lock();
        let counted = told.failures.entry((script, digest.to_owned())).or_default();
        *counted += 1;
        let fails = *counted <= script.failures();
        if !fails {
            told.failures.remove(&(script, digest.to_owned()));
        }
        fails
    }

    /// How often this was asked before.
    pub(super) fn times(&self, what: &str) -> usize {
        let mut told = self.told.lock();
        let times = told.times.entry(what.to_owned()).or_default();
        *times += 1;
        *times - 1
    }

    /// What a test said is heard in a clip.
    pub(super) fn heard(&self, sha256: &str) -> Option<String> {
        let mut told = self.told.lock();
        let known = told.heard_in.get(sha256).cloned();
        known.or_else(|| told.heard.pop_front())
    }

    /// Keeps a file and answers its address.
    pub(super) fn keep_file(&self, host: &str, number: usize, file: Bytes) -> String {
        const KEPT: usize = 100;
        let mut told = self.told.lock();
        told.files.insert(number, file);
        while told.files.len() > KEPT {
            told.files.pop_first();
        }
        format!("http://{host}/files/{number}.wav")
    }

    pub(super) fn file(&self, number: usize) -> Option<Bytes> {
        self.told.lock().files.get(&number).cloned()
    }

    pub(super) fn note(&self, number: usize, change: impl FnOnce(&mut SeenModelRequest)) {
        let mut seen = self.seen.lock();
        // Near the end, as what is under way is what came last.
        let found = seen
            .requests
            .iter_mut()
            .rev()
            .find(|request| request.number == number);
        if let Some(request) = found {
            change(request);
        }
    }

    /// Remembers a request and gives it its number.
    pub(super) fn arrived(&self, mut request: SeenModelRequest) -> usize {
        let most = self.options.lock().remembered;
        let mut seen = self.seen.lock();
        request.number = seen.arrived;
        seen.arrived += 1;
        let number = request.number;
        seen.requests.push_back(request);
        while seen.requests.len() > most {
            seen.requests.pop_front();
        }
        number
    }
}
