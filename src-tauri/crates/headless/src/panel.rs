//! Who is asked about a session, where its clips come from, and how many evaluations a day may bring.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use rehearse_domain::{ClipId, Session, SessionId, Timestamp};
use rehearse_leancloud::NetTransport;
use rehearse_net::Net;
use rehearse_store::Store;
use rehearse_sync::poller::{Breadth, Hold, News, Panel, Seated, Standings};
use rehearse_sync::{FetchError, Puller, Tools};
use tokio::sync::{Notify, mpsc};

use crate::blocking::blocking;
use crate::player::Player;

/// What depends on the day or on the host of files is looked at again so soon.
const LATER: Duration = Duration::from_secs(5 * 60);
/// What "a day" of the budget is.
const DAY_MS: i64 = 24 * 3_600_000;
/// Why nothing is begun once the day has brought enough.
pub(crate) const BUDGET: &str = "feedback_budget";
/// Why one waits that is older than the choice of those who would be asked.
const EARLIER: &str = "feedback_earlier";
/// Why a session waits whose recording did not come.
pub(crate) const RECORDING: &str = "feedback_recording";
/// Why one waits whose recording the server does not have.
const NO_RECORDING: &str = "feedback_recording_missing";

/// The host of a poller that nobody sits at.
pub(crate) struct ServerPanel {
    pub(crate) store: Arc<Store>,
    pub(crate) puller: Puller<NetTransport>,
    pub(crate) tools: Tools,
    /// The way to the models.
    pub(crate) net: Net,
    pub(crate) transcriber: Option<Player>,
    pub(crate) evaluator: Player,
    pub(crate) per_day: Option<u32>,
    /// What the poller is called in its leases.
    pub(crate) holder: String,
    /// Sessions from before that are sent nowhere.
    pub(crate) sent_from: Option<Timestamp>,
    pub(crate) busy: Busy,
    /// Tells the report what changed.
    pub(crate) news: mpsc::UnboundedSender<(SessionId, News)>,
    /// It was said that the budget of the day is used up.
    pub(crate) budget_told: AtomicBool,
}

/// Sessions that somebody may be asked about at this moment, and how far they are.
#[derive(Clone, Default)]
pub(crate) struct Busy {
    seated: Arc<Mutex<HashSet<SessionId>>>,
    standings: Arc<OnceLock<Standings>>,
    changed: Arc<Notify>,
}

impl Busy {
    /// What the poller knows of its sessions; it is known once it was started.
    pub(crate) fn watch(&self, standings: Standings) {
        let _ = self.standings.set(standings);
    }

    pub(crate) fn standings(&self) -> Option<&Standings> {
        self.standings.get()
    }

    /// Whether nobody is asked about any session.
    pub(crate) fn is_empty(&self) -> bool {
        self.seated.lock().is_empty()
    }

    /// Ends when something has changed since it was last asked.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    fn seat(&self, session: SessionId) {
        self.seated.lock().insert(session);
    }

    /// Something about a session changed; it is over where it is not under way any more.
    fn look(&self, session: SessionId) {
        let under_way = self
            .standings()
            .is_some_and(|standings| standings.progress(session).is_some());
        if !under_way {
            self.seated.lock().remove(&session);
        }
        self.changed.notify_one();
    }
}

impl ServerPanel {
    fn now(&self) -> Timestamp {
        (self.tools.now)()
    }

    fn later(&self, hold: Hold) -> Hold {
        Hold {
            until: Some(self.now().after(LATER)),
            ..hold
        }
    }

    fn store_trouble(&self) -> Hold {
        self.later(Hold::everything("store"))
    }
}

#[async_trait]
impl Panel for ServerPanel {
    async fn may_begin(&self) -> Result<(), Hold> {
        let Some(most) = self.per_day else {
            return Ok(());
        };
        let (now, holder) = (self.now(), self.holder.clone());
        let since = Timestamp::from_millis(now.as_millis().saturating_sub(DAY_MS));
        let store = Arc::clone(&self.store);
        let done = blocking(move || store.evaluations_spent_since(&holder, since, now)).await;
        let Ok(done) = done else {
            return Err(self.store_trouble());
        };
        let is_over = done >= most;
        if is_over && !self.budget_told.swap(true, Ordering::AcqRel) {
            tracing::info!(code = BUDGET, done, per_day = most, "held");
        }
        if !is_over {
            self.budget_told.store(false, Ordering::Release);
            return Ok(());
        }
        Err(self.later(Hold::everything(BUDGET)))
    }

    async fn seat(&self, session: &Session, _asked_at: Option<Timestamp>) -> Result<Seated, Hold> {
        // That somebody asked for it elsewhere does not count: other hosts were named there.
        if let Some(from) = self.sent_from {
            // A computer whose clock runs ahead tells of it before it was practised.
            let (store, id) = (Arc::clone(&self.store), session.id);
            let practised = blocking(move || store.practised_by(id)).await;
            if practised.map_err(|_| self.store_trouble())? < from {
                return Err(Hold::this_session(EARLIER));
            }
        }
        self.busy.seat(session.id);
        Ok(Seated {
            transcriber: self.transcriber.as_ref().map(|one| one.transcriber(&self.net)),
            evaluator: Some(self.evaluator.evaluator(&self.net)),
            // What goes where is told to people on their own computers; nobody looks at a session here.
            exchanged: Box::new(Vec::new),
        })
    }

    async fn clip(&self, clip: ClipId) -> Result<Option<PathBuf>, Hold> {
        let error = match self.puller.fetch_clip(clip).await {
            Ok(path) => return Ok(Some(path)),
            Err(error) => error,
        };
        tracing::info!(%clip, %error, "a recording did not come");
        let code = match error {
            FetchError::Altered => return Ok(None),
            FetchError::Store(_) => return Err(self.store_trouble()),
            FetchError::Missing | FetchError::NoClip(_) => NO_RECORDING,
            _ => RECORDING,
        };
        Err(self.later(Hold {
            breadth: Breadth::ThisSession,
            ..Hold::everything(code)
        }))
    }

    fn changed(&self, session: SessionId, what: News) {
        self.busy.look(session);
        // The report ends last.
        let _ = self.news.send((session, what));
    }
}
