//! The core as its hosts hold it: one handle, cheap to clone, that answers commands with view models. Each
//! command is a method of the same name; the rooms behind them lie in their own files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use rehearse_domain::{Language, SessionId, Timestamp};
use rehearse_net::Net;
use rehearse_store::{Access, Store};

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::bus::{Bus, Listener};
use crate::delivery::Measurer;
use crate::error::{ErrorView, of_store, of_store_at};
use crate::feedback::telling::NewResult;
use crate::feedback::{Feedback, begin_anew};
use crate::latency::Latencies;
use crate::lines::count;
use crate::memory;
use crate::models::Writings;
use crate::parts::Parts;
use crate::practice::Practice;
use crate::remote::Remote;
use crate::settings::{FeedbackWhen, Settings};
use crate::sound::Desk;
use crate::system::SystemFolders;
use crate::view::{AppView, Changed, Heard, Platform, SetAside, Topic};

/// Key of the settings in the store.
const SETTINGS: &str = "settings";

/// The core.
#[derive(Clone)]
pub struct Core(pub(crate) Arc<House>);

/// What the rooms share.
pub(crate) struct House {
    pub(crate) parts: Parts,
    pub(crate) folder: PathBuf,
    access: Access,
    store: RwLock<Result<Arc<Store>, ErrorView>>,
    /// One opens at a time: a second would find the folder held by this very process.
    opening: tokio::sync::Mutex<()>,
    settings: RwLock<Settings>,
    pub(crate) bus: Arc<Bus>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) latencies: Arc<Latencies>,
    pub(crate) measurer: Arc<Measurer>,
    pub(crate) practice: tokio::sync::Mutex<Option<Practice>>,
    pub(crate) remote: Remote,
    /// The way to models: the same network under agreements of its own.
    pub(crate) to_models: Net,
    /// Held while it is changed who plays which role, from the reading to the writing. Nobody waits for a host with it.
    pub(crate) choosing: tokio::sync::Mutex<()>,
    closed_at_start: RwLock<Vec<SessionId>>,
    set_aside: RwLock<Option<SetAside>>,
    /// Wakes the task that purges what was deleted; one that sleeps for good until then.
    pub(crate) deleted: Notify,
    purger: Mutex<Option<JoinHandle<()>>>,
    /// Practices that were left while their last words were being written down.
    pub(crate) left: Mutex<Vec<Practice>>,
    /// Sessions that are being written down, or were.
    pub(crate) writings: Writings,
    /// Who gives feedback.
    pub(crate) feedback: Feedback,
}

impl Core {
    /// Opens the core with this computer's own parts, as the owner of the data folder.
    pub async fn open_on_this_system(folders: &SystemFolders) -> Self {
        Self::open(Parts::of_this_system(), folders, Access::Owner).await
    }

    /// Opens the core. A store that cannot be opened does not keep it from opening: every command that needs the
    /// store then answers why, and [`AppView::problem`] says it first.
    pub async fn open(parts: Parts, folders: &SystemFolders, access: Access) -> Self {
        memory::fix_mmap_threshold();
        let bus = Arc::new(Bus::new());
        let desk = Arc::new(Desk::open(&parts, Arc::clone(&bus)));
        let remote = Remote::new(env!("CARGO_PKG_VERSION"));
        let house = House {
            folder: folders.data.clone(),
            access,
            opening: tokio::sync::Mutex::default(),
            store: RwLock::new(Err(ErrorView::new("store_unavailable"))),
            settings: RwLock::default(),
            bus,
            desk,
            latencies: Arc::default(),
            measurer: Arc::default(),
            practice: tokio::sync::Mutex::default(),
            to_models: remote.net().agreed_apart(),
            remote,
            choosing: tokio::sync::Mutex::default(),
            closed_at_start: RwLock::default(),
            set_aside: RwLock::default(),
            deleted: Notify::new(),
            purger: Mutex::default(),
            left: Mutex::default(),
            writings: Writings::default(),
            feedback: Feedback::default(),
            parts,
        };
        let core = Self(Arc::new(house));
        core.open_store().await;
        *core.0.purger.lock() = Some(tokio::spawn(core.clone().purge_when_due()));
        core
    }

    /// Opens the store, closes what a crash left open, and reads the settings. One that is open stays as it is.
    async fn open_store(&self) {
        let _alone = self.0.opening.lock().await;
        if self.0.store().is_ok() {
            return;
        }
        let house = Arc::clone(&self.0);
        let now = house.now();
        let opened = blocking(move || {
            let store = Store::open(&house.folder, house.access, now)
                .map_err(|error| of_store_at(&house.folder, &error))?;
            let closed = match house.access {
                Access::Owner => store
                    .close_interrupted_sessions(now)
                    .map_err(|error| of_store(&error))?,
                Access::Reader => Vec::new(),
            };
            // Named before its tasks begin, which are not to wait for a disk; whoever only reads has none.
            let _named = house.poller_options(&store);
            let settings = store.get_setting(SETTINGS).map_err(|error| of_store(&error))?;
            let settings = settings.map(Settings::from_kept).unwrap_or_default();
            Ok((Arc::new(store), closed, settings))
        })
        .await;
        match opened {
            Ok((store, closed, settings)) => {
                self.0.desk.choose(&settings);
                self.0.remote.set_offline(settings.offline);
                *self.0.closed_at_start.write() = closed;
                *self.0.settings.write() = settings;
                *self.0.store.write() = Ok(store);
                self.0.measurer.beside(self.clone().measure_later());
                self.remember_account().await;
                self.remember_model_agreements().await;
                self.start_feedback();
                // The keychain may ask its user something, and nothing else has to wait for that.
                self.0.measurer.beside(self.clone().go_online());
            }
            Err(problem) => {
                tracing::error!(code = problem.code, "the store could not be opened");
                *self.0.store.write() = Err(problem);
            }
        }
    }

    /// The data folder.
    pub fn data_folder(&self) -> &Path {
        &self.0.folder
    }

    /// What changes, from now on.
    pub fn changes(&self) -> Listener<Changed> {
        self.0.bus.changes()
    }

    /// How loud the microphone is, from now on.
    pub fn heard(&self) -> Listener<Heard> {
        self.0.bus.levels()
    }

    /// Feedback that is made on this computer from now on, where somebody wants to be told of it.
    pub fn results(&self) -> Listener<NewResult> {
        self.0.bus.results()
    }

    /// The interface language in force.
    pub fn language(&self) -> Language {
        self.0.language()
    }

    /// What the window asks first.
    pub async fn app(&self) -> Result<AppView, ErrorView> {
        let house = &self.0;
        let settings = house.settings();
        let interrupted = match house.store() {
            Ok(store) => blocking(move || store.interrupted().map_err(|e| of_store(&e)))
                .await
                .map_or(0, |all| all.len()),
            Err(_) => 0,
        };
        let closed = house.closed_at_start.read().len();
        Ok(AppView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: platform(),
            language: house.language(),
            settings,
            data_folder: house.folder.display().to_string(),
            problem: house.store().err(),
            set_aside: house.set_aside.read().clone(),
            interrupted_takes: count(interrupted),
            closed_at_start: count(closed),
        })
    }

    /// Replaces the settings; they are on disk when this returns.
    pub async fn change_settings(&self, settings: Settings) -> Result<AppView, ErrorView> {
        let (kept, before) = (settings.clone(), self.0.settings().feedback);
        if before == FeedbackWhen::OnRequest && settings.feedback == FeedbackWhen::ByItself {
            // No Brief has named anybody until now.
            begin_anew(&self.0).await?;
        }
        self.0
            .on_store(move |store| store.put_setting(SETTINGS, &kept))
            .await?;
        self.0.desk.choose(&settings);
        self.0.remote.set_offline(settings.offline);
        let before = std::mem::replace(&mut *self.0.settings.write(), settings);
        self.0.bus.changed(Topic::App);
        if before.feedback != self.0.settings().feedback {
            // Who gets something by itself is told with the models.
            self.0.bus.changed(Topic::Models);
        }
        self.app().await
    }

    /// Uses a microphone until the settings change or the program ends; what is kept in the settings stays.
    pub fn use_microphone(&self, id: String) {
        let settings = Settings {
            microphone: Some(id),
            ..self.0.settings()
        };
        self.0.desk.choose(&settings);
        *self.0.settings.write() = settings;
    }

    /// Moves a damaged database aside and starts afresh, with the settings that can still be read out of it. The
    /// sound files stay and are offered as interrupted takes.
    pub async fn set_aside_damaged(&self) -> Result<AppView, ErrorView> {
        let (folder, now) = (self.0.folder.clone(), self.0.now());
        let (aside, settings) = blocking(move || {
            let aside =
                Store::set_aside_damaged(&folder, now).map_err(|error| of_store_at(&folder, &error))?;
            let settings = Store::salvage_setting(&aside, SETTINGS);
            Ok((aside, settings))
        })
        .await?;
        *self.0.set_aside.write() = Some(SetAside {
            file: aside.display().to_string(),
            settings_lost: settings.is_err(),
        });
        let opened = self.open_again().await?;
        match settings {
            Ok(Some(settings)) if opened.problem.is_none() => {
                let kept = self.change_settings(Settings::from_kept(settings)).await;
                if kept.is_err()
                    && let Some(aside) = &mut *self.0.set_aside.write()
                {
                    aside.settings_lost = true;
                }
                kept
            }
            _ => Ok(opened),
        }
    }

    /// Tries again to open a data folder that could not be opened.
    pub async fn open_again(&self) -> Result<AppView, ErrorView> {
        self.open_store().await;
        self.0.bus.changed(Topic::App);
        self.app().await
    }

    /// Shuts down in order: the take is closed, the session ended, the microphone let go, measuring left off, doomed
    /// sessions purged.
    pub async fn shut_down(&self) {
        self.0.writings.close();
        if let Some(practice) = self.0.practice.lock().await.take() {
            practice.close().await;
        }
        self.0.desk.cool();
        let left = std::mem::take(&mut *self.0.left.lock());
        futures_util::future::join_all(left.into_iter().map(Practice::close)).await;
        self.0.writings.shut_down().await;
        self.0.feedback.shut_down().await;
        self.0.remote.shut_down().await;
        self.0.measurer.shut_down().await;
        let purger = self.0.purger.lock().take();
        if let Some(purger) = purger {
            purger.abort();
            // It holds the house, and with it the data folder, until it is gone.
            let _ = purger.await;
        }
        self.purge(self.0.now()).await;
    }
}

impl House {
    pub(crate) fn now(&self) -> Timestamp {
        self.parts.clock.now().utc
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings.read().clone()
    }

    /// The interface language in force.
    pub(crate) fn language(&self) -> Language {
        self.settings
            .read()
            .language
            .or(self.parts.system_language)
            .unwrap_or(Language::English)
    }

    pub(crate) fn store(&self) -> Result<Arc<Store>, ErrorView> {
        self.store.read().clone()
    }

    /// Does something on the store on a thread that may block.
    pub(crate) async fn on_store<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Store) -> Result<T, rehearse_store::StoreError> + Send + 'static,
    ) -> Result<T, ErrorView> {
        let store = self.store()?;
        let folder = self.folder.clone();
        blocking(move || job(&store).map_err(|error| of_store_at(&folder, &error))).await
    }
}

/// Runs a job on a thread that may block. A job that panics is an internal error, not the end of the app.
pub(crate) async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, ErrorView> + Send + 'static,
) -> Result<T, ErrorView> {
    match tokio::task::spawn_blocking(job).await {
        Ok(done) => done,
        Err(error) => Err(ErrorView::internal(error)),
    }
}

fn platform() -> Platform {
    if cfg!(target_os = "macos") {
        Platform::Mac
    } else if cfg!(target_os = "windows") {
        Platform::Windows
    } else {
        Platform::Linux
    }
}
