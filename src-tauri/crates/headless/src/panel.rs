//! Who is asked about a session, where its clips come from, and how many evaluations a day may bring.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use parking_lot::Mutex;
use rehearse_domain::{ClipId, Session, SessionId, Timestamp};
use rehearse_leancloud::NetTransport;
use rehearse_net::Net;
use rehearse_store::Store;
use rehearse_sync::poller::{Hold, News, Panel, Recording, Seated, Standings, is_spent};
use rehearse_sync::{FetchError, Puller, Tools, blocking};
use tokio::sync::{Notify, mpsc};

use crate::player::Player;

/// Why nothing is begun once the day has brought enough.
pub(crate) const BUDGET: &str = "feedback_budget";
/// Why one waits that is older than the choice of those who would be asked.
const EARLIER: &str = "feedback_earlier";
/// Why a session waits whose recording did not come.
pub(crate) const RECORDING: &str = "feedback_recording";

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

    fn store_trouble(&self) -> Hold {
        Hold::everything("store").for_now(self.now())
    }
}

#[async_trait]
impl Panel for ServerPanel {
    async fn may_begin(&self) -> Result<(), Hold> {
        let Some(most) = self.per_day else {
            return Ok(());
        };
        let now = self.now();
        let (store, holder) = (Arc::clone(&self.store), self.holder.clone());
        let spent = blocking(move || is_spent(&store, &holder, most, now));
        let Ok(is_over) = spent.await else {
            return Err(self.store_trouble());
        };
        let was_told = self.budget_told.swap(is_over, Ordering::AcqRel);
        if !is_over {
            return Ok(());
        }
        if !was_told {
            tracing::info!(code = BUDGET, per_day = most, "held");
        }
        Err(Hold::everything(BUDGET).for_now(now))
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

    async fn clip(&self, clip: ClipId) -> Result<Recording, Hold> {
        let error = match self.puller.fetch_clip(clip).await {
            Ok(path) => return Ok(Recording::Here(path)),
            Err(error) => error,
        };
        tracing::info!(%clip, %error, "a recording did not come");
        match error {
            FetchError::Altered => Ok(Recording::Gone),
            FetchError::Missing | FetchError::NoClip(_) => Ok(Recording::NotCome),
            FetchError::Store(_) => Err(self.store_trouble()),
            _ => Err(Hold::this_session(RECORDING).for_now(self.now())),
        }
    }

    fn changed(&self, session: SessionId, what: News) {
        self.busy.look(session);
        // The report ends last.
        let _ = self.news.send((session, what));
    }
}
