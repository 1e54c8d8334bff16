//! The sender and the puller while somebody is signed in: started, watched and stopped here. The store wakes the sender
//! when there is something new, the window both when it comes forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use rehearse_leancloud::NetTransport;
use rehearse_net::{Net, NetOptions};
use rehearse_store::Access;
use rehearse_sync::poller;
use rehearse_sync::{
    Phase, Puller, PullerStatus, PullerTask, Sender, SenderTask, Status, Tools, Uploading, Uploads,
};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::Remotely;
use super::account::{ACCOUNT, Account};
use super::faults::of_vault;
use super::keys::Keys;
use crate::error::ErrorView;
use crate::house::{Core, House, blocking};
use crate::vault::{KeyFile, Vault};
use crate::view::{KeyPlace, Topic};

/// Longest wait for somebody who is signing in when the program ends.
const PATIENCE: Duration = Duration::from_secs(3);
/// Changes of how far everything is are told no faster.
const SHOWN_EVERY: Duration = Duration::from_millis(500);

/// The server, as the house holds it.
pub(crate) struct Remote {
    pub(super) net: Net,
    /// Held while somebody signs in or out, and while the house shuts down.
    pub(super) changing: tokio::sync::Mutex<()>,
    pub(super) standing: RwLock<Standing>,
    running: Mutex<Option<Running>>,
    /// The house shuts down: nothing begins to run any more.
    closing: AtomicBool,
}

/// Who is signed in, and whether their keys could be read.
#[derive(Clone, Default)]
pub(super) struct Standing {
    pub(super) account: Option<Account>,
    pub(super) problem: Option<ErrorView>,
}

/// What runs.
struct Running {
    sender: SenderTask,
    puller: PullerTask,
    /// Fetches what is asked for between two rounds.
    fetching: Puller<NetTransport>,
    client: Remotely,
    uploads: Uploads,
    /// Tell the window.
    tellers: JoinSet<()>,
}

impl Remote {
    /// Nobody is signed in yet. Nothing is sent.
    pub(crate) fn new(version: &str) -> Self {
        let options = NetOptions {
            user_agent: format!("Rehearse/{version}"),
            ..NetOptions::default()
        };
        Self {
            net: Net::new(options),
            changing: tokio::sync::Mutex::default(),
            standing: RwLock::default(),
            running: Mutex::default(),
            closing: AtomicBool::default(),
        }
    }

    /// The app's one way to the network.
    pub(crate) fn net(&self) -> &Net {
        &self.net
    }

    /// Switches the network off or on. What waited for it goes on.
    pub(crate) fn set_offline(&self, offline: bool) {
        let was = self.net.is_offline();
        self.net.set_offline(offline);
        if was && !offline {
            self.hurry();
        }
    }

    /// Tries everything now.
    pub(crate) fn hurry(&self) {
        if let Some(running) = &*self.running.lock() {
            running.sender.nudge().hurry();
            running.puller.nudge().hurry();
        }
    }

    /// The same, and what waits for somebody to sign in again too: the user says so.
    pub(super) fn try_all(&self) {
        if let Some(running) = &*self.running.lock() {
            running.sender.nudge().signed_in();
            running.puller.nudge().hurry();
        }
    }

    /// Looks whether there is something new, on both sides.
    pub(super) fn look(&self) {
        if let Some(running) = &*self.running.lock() {
            running.sender.nudge().hurry();
            running.puller.nudge().changed();
        }
    }

    /// Whether both go round; one that fell over does not.
    pub(super) fn runs(&self) -> bool {
        let running = self.running.lock();
        running
            .as_ref()
            .is_some_and(|running| !running.sender.has_ended() && !running.puller.has_ended())
    }

    /// How far the puller is, if one runs.
    pub(super) fn puller_status(&self) -> Option<PullerStatus> {
        Some(*self.running.lock().as_ref()?.puller.status().borrow())
    }

    pub(super) fn fetching(&self) -> Option<Puller<NetTransport>> {
        Some(self.running.lock().as_ref()?.fetching.clone())
    }

    /// How far the sender is, if one runs.
    pub(super) fn status(&self) -> Option<Status> {
        Some(*self.running.lock().as_ref()?.sender.status().borrow())
    }

    /// How far the recordings under way are, if there are any.
    pub(super) fn uploading(&self) -> Option<Uploading> {
        self.running.lock().as_ref()?.uploads.so_far()
    }

    /// The client that somebody is signed in with.
    pub(super) fn client(&self) -> Option<Remotely> {
        Some(self.running.lock().as_ref()?.client.clone())
    }

    /// Stops what runs, and lets nothing begin to run. Whoever is signing in at this moment is not waited for longer than
    /// a person would.
    pub(crate) async fn shut_down(&self) {
        self.closing.store(true, Ordering::Release);
        let _alone = timeout(PATIENCE, self.changing.lock()).await;
        self.stop().await;
        *self.standing.write() = Standing::default();
    }

    /// Stops what runs. What is under way is found out about at the next start.
    pub(crate) async fn stop(&self) {
        let running = self.running.lock().take();
        if let Some(mut running) = running {
            running.tellers.shutdown().await;
            running.puller.stop().await;
            running.sender.stop().await;
        }
    }
}

impl Core {
    /// Who was signed in when the program ended is signed in again, as far as that needs no keys.
    pub(crate) async fn remember_account(&self) {
        let account = self
            .0
            .on_store(|store| store.get_setting::<Option<Account>>(ACCOUNT))
            .await;
        match account {
            Ok(account) => self.0.remote.standing.write().account = account.flatten(),
            Err(error) => tracing::error!(code = error.code, "who is signed in could not be read"),
        }
    }

    /// Goes on telling the server of the one who is signed in, unless somebody has begun that meanwhile.
    pub(crate) async fn go_online(self) {
        let _alone = self.0.remote.changing.lock().await;
        let account = self.0.remote.standing.read().account.clone();
        if let Some(account) = account
            && !self.0.remote.runs()
        {
            self.resume(account).await;
        }
    }

    /// Starts sending for this account, if its keys can be read and the data folder is ours.
    pub(super) async fn resume(&self, account: Account) {
        let problem = self.start(&account).await.err();
        if let Some(problem) = &problem {
            tracing::warn!(code = problem.code, "nothing is sent");
        }
        *self.0.remote.standing.write() = Standing {
            account: Some(account),
            problem,
        };
        self.0.bus.changed(Topic::Sync);
        // Sessions bear a mark from now on.
        self.0.bus.changed(Topic::Sessions);
    }

    async fn start(&self, account: &Account) -> Result<(), ErrorView> {
        let remote = &self.0.remote;
        self.0.leave_server().await;
        if remote.closing.load(Ordering::Acquire) {
            return Err(ErrorView::internal("the program ends"));
        }
        let store = self.0.store()?;
        if store.access() == Access::Reader {
            return Ok(());
        }
        remote.net.set_plain_http_hosts(account.plain_hosts.clone());
        let keys = self.0.read_keys(account).await?;
        let client = account.client(&remote.net, &keys).map_err(ErrorView::internal)?;
        let terms = account.terms().map_err(ErrorView::internal)?;
        let (sending, kept, tools) = (client.clone(), Arc::clone(&store), self.0.tools());
        let built_in = self.0.built_in();
        let fetching = Puller::new(
            client.clone(),
            Arc::clone(&store),
            terms.clone(),
            tools.clone(),
            account.mirror,
        );
        let house = Arc::clone(&self.0);
        let options = self.0.on_store(move |store| house.poller_options(store)).await?;
        let judging =
            poller::Remote::new(client.clone(), terms.clone(), &options).map_err(ErrorView::internal)?;
        let sender = self
            .0
            .on_store(move |_| Sender::new(sending, kept, terms, tools)?.with_built_in(built_in))
            .await?;
        let uploads = sender.uploads();
        let sender = SenderTask::start(sender);
        let nudge = sender.nudge();
        store.when_there_is_news(move || nudge.changed());
        let puller = PullerTask::start(fetching.clone());
        let mut tellers = JoinSet::new();
        tellers.spawn(tell(Arc::downgrade(&self.0), sender.status()));
        tellers.spawn(tell_of_news(Arc::downgrade(&self.0), puller.status()));
        *remote.running.lock() = Some(Running {
            sender,
            puller,
            fetching,
            client,
            uploads,
            tellers,
        });
        self.0.feedback.set_remote(Some(judging));
        Ok(())
    }
}

impl House {
    /// Stops what runs between this computer and the server.
    pub(super) async fn leave_server(&self) {
        self.feedback.set_remote(None);
        self.remote.stop().await;
    }

    /// Where keys are kept.
    pub(crate) fn vault(&self, place: KeyPlace) -> Arc<dyn Vault> {
        match place {
            KeyPlace::Keychain => Arc::clone(&self.parts.keychain),
            KeyPlace::File => Arc::new(KeyFile::in_folder(&self.folder)),
        }
    }

    pub(super) async fn read_keys(&self, account: &Account) -> Result<Keys, ErrorView> {
        let (vault, name) = (self.vault(account.keys), account.keys_name());
        blocking(move || {
            let kept = vault.read(&name).map_err(|fault| of_vault(&fault))?;
            let kept = kept.ok_or_else(|| ErrorView::new("keys_missing"))?;
            serde_json::from_str(&kept).map_err(|_| ErrorView::new("keys_missing"))
        })
        .await
    }

    pub(crate) fn tools(&self) -> Tools {
        let clock = Arc::clone(&self.parts.clock);
        Tools {
            now: Arc::new(move || clock.now().utc),
            random: rehearse_leancloud::Settings::default().random,
        }
    }
}

/// Says that something changed: at once when the sender begins, waits or stops, and now and then while it sends.
async fn tell(house: std::sync::Weak<House>, mut status: watch::Receiver<Status>) {
    let mut known = None;
    loop {
        let now = *status.borrow_and_update();
        let sending = now.phase == Phase::Sending;
        let Some(house) = house.upgrade() else {
            return;
        };
        house.bus.changed(Topic::Sync);
        // Sessions show whether they are on the server.
        if !sending && known != now.last_success {
            known = now.last_success;
            house.bus.changed(Topic::Sessions);
        }
        drop(house);
        tokio::time::sleep(SHOWN_EVERY).await;
        if !sending && status.changed().await.is_err() {
            return;
        }
    }
}

/// Says that sessions came, look otherwise or went.
async fn tell_of_news(house: std::sync::Weak<House>, mut status: watch::Receiver<PullerStatus>) {
    let mut known = 0;
    while status.changed().await.is_ok() {
        let news = status.borrow_and_update().news;
        let Some(house) = house.upgrade() else {
            return;
        };
        house.bus.changed(Topic::Sync);
        if news != known {
            known = news;
            house.measurer.clips_came();
            house.bus.changed(Topic::Sessions);
        }
        drop(house);
        tokio::time::sleep(SHOWN_EVERY).await;
    }
}
