//! The fake as a test holds it: made, called, looked into, and made to fail.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use bytes::Bytes;
use http_body_util::BodyExt;
use parking_lot::Mutex;
use serde_json::Value;
use tower::ServiceExt;

use super::class::{BUILT_IN, Row};
use super::engine::Engine;
use super::faults::Faults;
use super::http::router;
use super::options::FakeOptions;
use super::seen::SeenRequest;
use super::state::{Ids, State, StoredFile};
use super::types::ColumnType;
use super::wire::Wire;
use crate::loopback::{ConnectionLost, Served, is_lost, serve_at};

/// One LeanCloud app in memory. Clones are the same app.
///
/// ```
/// use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let fake = FakeLeanCloud::new(FakeOptions::default());
/// let request = axum::http::Request::get("/1.1/date")
///     .header("x-lc-id", fake.options().app_id)
///     .header("x-lc-key", fake.options().app_key)
///     .body(bytes::Bytes::new())?;
/// assert_eq!(fake.call(request).await?.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct FakeLeanCloud {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    app: Mutex<App>,
    pub(super) faults: Faults,
    pub(super) seen: Mutex<Vec<SeenRequest>>,
    pub(super) withheld: Mutex<Vec<Wire>>,
    /// API requests under way, and the most there ever were.
    pub(super) in_flight: AtomicUsize,
    pub(super) peak: AtomicUsize,
}

struct App {
    options: FakeOptions,
    state: State,
}

impl Shared {
    /// Does something with the app at this moment, as a request to `origin` would.
    pub(super) fn with<T>(&self, origin: &str, work: impl FnOnce(&mut Engine<'_>) -> T) -> T {
        let mut app = self.app.lock();
        let App { options, state } = &mut *app;
        let now = (options.clock)();
        work(&mut Engine {
            options,
            state,
            now,
            origin,
        })
    }
}

impl FakeLeanCloud {
    /// An empty app.
    pub fn new(options: FakeOptions) -> Self {
        let state = State {
            ids: Ids::seeded(options.seed),
            ..State::default()
        };
        let shared = Shared {
            app: Mutex::new(App { options, state }),
            faults: Faults::default(),
            seen: Mutex::new(Vec::new()),
            withheld: Mutex::new(Vec::new()),
            in_flight: AtomicUsize::new(0),
            peak: AtomicUsize::new(0),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The API and the hosts of files as one router. A lost connection is a body that fails; [`FakeLeanCloud::call`]
    /// says so directly.
    pub fn router(&self) -> Router {
        router(&self.shared)
    }

    /// Answers a request without a socket.
    ///
    /// # Errors
    /// When a fault loses the connection, before or in the middle of the answer.
    pub async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionLost> {
        let Ok(answer) = self.router().oneshot(request.map(Body::from)).await;
        if is_lost(&answer) {
            return Err(ConnectionLost);
        }
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map_err(|_| ConnectionLost)?;
        Ok(Response::from_parts(head, body.to_bytes()))
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

    /// What goes wrong, and when.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// The options as they are now.
    pub fn options(&self) -> FakeOptions {
        self.shared.app.lock().options.clone()
    }

    /// Changes what is set in the console.
    pub fn configure(&self, change: impl FnOnce(&mut FakeOptions)) {
        change(&mut self.shared.app.lock().options);
    }

    /// Every request so far, in order of arrival.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.shared.seen.lock().clone()
    }

    /// Requests to the API so far, those to hosts of files left out.
    pub fn api_requests(&self) -> usize {
        self.shared
            .seen
            .lock()
            .iter()
            .filter(|request| request.is_api())
            .count()
    }

    /// The most API requests that were under way at one time.
    pub fn peak_in_flight(&self) -> usize {
        self.shared.peak.load(Ordering::SeqCst)
    }

    /// Operations that would have been billed: the items of a batch one by one.
    pub fn billed(&self) -> u64 {
        self.shared.app.lock().state.billed
    }

    /// The rows of a class as they are stored, oldest first, their ACLs with them.
    pub fn rows(&self, class: &str) -> Vec<Value> {
        let app = self.shared.app.lock();
        let rows = app.state.classes.get(class).map(|class| class.rows.values());
        rows.into_iter().flatten().cloned().map(Value::Object).collect()
    }

    /// The names of the classes that exist.
    pub fn classes(&self) -> Vec<String> {
        self.shared.app.lock().state.classes.keys().cloned().collect()
    }

    /// The type that a column locked to, as the API calls it.
    pub fn column_type(&self, class: &str, column: &str) -> Option<String> {
        let app = self.shared.app.lock();
        app.state
            .classes
            .get(class)?
            .columns
            .get(column)
            .map(|column| column.name().to_owned())
    }

    /// What the hosts of files hold. A row of `_File` without one of these has lost its bytes, and the other way round.
    pub fn files(&self) -> Vec<StoredFile> {
        self.shared.app.lock().state.contents.values().cloned().collect()
    }

    /// Rows as the console's import takes them: their ids and times are kept, and first values set the types.
    pub fn import(&self, class: &str, rows: impl IntoIterator<Item = Value>) {
        let mut app = self.shared.app.lock();
        for row in rows {
            app.state.import(class, row);
        }
    }

    /// Makes every session token nobody's, as a change of passwords would.
    pub fn revoke_sessions(&self) {
        self.shared.app.lock().state.sessions.clear();
    }

    /// Applies the requests that [`Fault::Withheld`](super::Fault::Withheld) held back, in order, and says how many.
    pub fn deliver_withheld(&self) -> usize {
        let withheld = std::mem::take(&mut *self.shared.withheld.lock());
        for wire in &withheld {
            self.shared.apply(wire);
            self.shared.untold(wire);
        }
        withheld.len()
    }
}

impl fmt::Debug for FakeLeanCloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let app = self.shared.app.lock();
        f.debug_struct("FakeLeanCloud")
            .field("options", &app.options)
            .finish_non_exhaustive()
    }
}

impl State {
    fn import(&mut self, class: &str, row: Value) {
        let Value::Object(mut row) = row else {
            return;
        };
        let text = |row: &Row, name: &str| row.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let made = text(&row, "createdAt").unwrap_or_else(|| super::dates::iso(0));
        let id = text(&row, "objectId").unwrap_or_else(|| self.ids.object_id(0));
        let everyone = serde_json::json!({"*": {"read": true, "write": true}});
        row.entry("objectId").or_insert_with(|| Value::String(id.clone()));
        row.entry("createdAt")
            .or_insert_with(|| Value::String(made.clone()));
        row.entry("updatedAt").or_insert_with(|| Value::String(made));
        row.entry("ACL").or_insert(everyone);
        let place = self.classes.entry(class.to_owned()).or_default();
        for (name, value) in &row {
            if let Ok(column) = ColumnType::of(value)
                && !BUILT_IN.contains(&name.as_str())
            {
                place.columns.entry(name.clone()).or_insert(column);
            }
        }
        place.rows.entry(id).or_insert(row);
    }
}
