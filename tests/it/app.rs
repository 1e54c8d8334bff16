//! The whole core on fake devices and a real folder: what every story starts from.

use std::sync::Arc;
use std::time::Duration;

use rehearse_content::Library;
use rehearse_core::view::{Action, PracticePhase, PracticeView, RunOptions};
use rehearse_core::{Access, Core, Parts, SystemClock, SystemFolders, SystemIds, SystemPower, Vault, VaultFault};
use rehearse_devices::InputBackend;
use rehearse_domain::{Clock, Language, SessionId, Slug};
use rehearse_models::ScriptedPartner;
use rehearse_testkit::{FakeInput, FakeOutput, FakeVoice};

/// Name of the microphone that is the system's default.
pub(crate) const BUILT_IN: &str = "built-in";
/// Name of the other one.
pub(crate) const HEADSET: &str = "headset";
/// Samples per second of both.
pub(crate) const RATE: u32 = 48_000;
/// Longest wait for something that should happen at once.
const SOON: Duration = Duration::from_secs(15);

/// A computer without a keychain: keys lie in a file, if the story asks for that.
struct NoKeychain;

impl Vault for NoKeychain {
    fn read(&self, _name: &str) -> Result<Option<String>, VaultFault> {
        Err(VaultFault::Missing("a story has none".to_owned()))
    }

    fn write(&self, name: &str, _secret: &str) -> Result<(), VaultFault> {
        self.read(name).map(|_| ())
    }

    fn remove(&self, name: &str) -> Result<(), VaultFault> {
        self.read(name).map(|_| ())
    }
}

/// What a core is built from, with these devices.
fn parts(heard: Arc<dyn InputBackend>, output: &FakeOutput) -> Parts {
    Parts {
        clock: Arc::new(SystemClock::default()),
        ids: Arc::new(SystemIds),
        input: heard,
        output: Arc::new(output.clone()),
        voice: Arc::new(FakeVoice::new()),
        partner: Arc::new(ScriptedPartner),
        keychain: Arc::new(NoKeychain),
            power: Arc::new(SystemPower),
        library: Library::built_in().unwrap().into(),
        system_language: Some(Language::English),
    }
}

/// The core and the fakes around it.
pub(crate) struct App {
    pub(crate) core: Core,
    pub(crate) input: FakeInput,
    pub(crate) output: FakeOutput,
}

impl App {
    /// Opens the core in `folder` as its owner.
    pub(crate) async fn open(folder: &std::path::Path) -> Self {
        Self::open_with(folder, Arc::new(SystemClock::default()), Access::Owner).await
    }

    pub(crate) async fn open_with(folder: &std::path::Path, clock: Arc<dyn Clock>, access: Access) -> Self {
        let input = FakeInput::live(&[(BUILT_IN, RATE), (HEADSET, RATE)]);
        let heard = Arc::new(input.clone());
        Self::open_on(folder, clock, access, input, heard).await
    }

    /// Opens it with another source of sound in place of the microphones.
    pub(crate) async fn open_from(folder: &std::path::Path, heard: Arc<dyn InputBackend>) -> Self {
        let unheard = FakeInput::live(&[]);
        let clock = Arc::new(SystemClock::default());
        Self::open_on(folder, clock, Access::Owner, unheard, heard).await
    }

    async fn open_on(
        folder: &std::path::Path,
        clock: Arc<dyn Clock>,
        access: Access,
        input: FakeInput,
        heard: Arc<dyn InputBackend>,
    ) -> Self {
        Self::open_through(folder, clock, access, input, heard, FakeOutput::live(RATE)).await
    }

    /// Opens it where keys lie in this keychain.
    pub(crate) async fn open_with_keychain(folder: &std::path::Path, keychain: Arc<dyn Vault>) -> Self {
        let input = FakeInput::live(&[(BUILT_IN, RATE)]);
        let output = FakeOutput::live(RATE);
        let parts = Parts {
            keychain,
            ..parts(Arc::new(input.clone()), &output)
        };
        let core = Core::open(parts, &SystemFolders::at(folder.to_owned()), Access::Owner).await;
        Self { core, input, output }
    }

    /// Opens it with a loudspeaker of this rate.
    pub(crate) async fn open_at_rate(folder: &std::path::Path, rate: u32) -> Self {
        let input = FakeInput::live(&[(BUILT_IN, RATE)]);
        let (clock, heard) = (Arc::new(SystemClock::default()), Arc::new(input.clone()));
        let output = FakeOutput::live(rate);
        Self::open_through(folder, clock, Access::Owner, input, heard, output).await
    }

    async fn open_through(
        folder: &std::path::Path,
        clock: Arc<dyn Clock>,
        access: Access,
        input: FakeInput,
        heard: Arc<dyn InputBackend>,
        output: FakeOutput,
    ) -> Self {
        let folder = SystemFolders::at(folder.to_owned());
        let parts = Parts {
            clock,
            ..parts(heard, &output)
        };
        let core = Core::open(parts, &folder, access).await;
        Self { core, input, output }
    }

    /// Starts "Ask for a raise" with the options of its brief, changed by `change`.
    pub(crate) async fn start(&self, change: impl FnOnce(&mut RunOptions)) -> PracticeView {
        let mut options = self.core.brief(raise()).await.unwrap().options;
        change(&mut options);
        self.core.start_practice(raise(), options).await.unwrap()
    }

    /// Waits until the open practice looks as wanted.
    pub(crate) async fn until(&self, what: &str, wanted: impl Fn(&PracticeView) -> bool) -> PracticeView {
        self.until_within(SOON, what, wanted).await
    }

    /// The same, no longer than this.
    pub(crate) async fn until_within(
        &self,
        patience: Duration,
        what: &str,
        wanted: impl Fn(&PracticeView) -> bool,
    ) -> PracticeView {
        let mut changes = self.core.changes();
        let waiting = async {
            loop {
                let view = self.core.practice().await.unwrap().expect("a practice is open");
                if wanted(&view) {
                    return view;
                }
                changes.next().await;
            }
        };
        match tokio::time::timeout(patience, waiting).await {
            Ok(view) => view,
            Err(_) => panic!("waited for {what}: {:#?}", self.core.practice().await),
        }
    }

    pub(crate) async fn until_phase(&self, phase: PracticePhase) -> PracticeView {
        self.until(&format!("{phase:?}"), move |view| view.phase == phase)
            .await
    }

    pub(crate) async fn act(&self, action: Action) {
        self.core.act(action).await.unwrap();
    }

    /// Begins a take, and speaks into it for about `seconds`; the take runs on.
    pub(crate) async fn speak(&self, seconds: f32) {
        self.begin_take().await;
        self.input.speak(BUILT_IN, &tone(seconds));
        tokio::time::sleep(Duration::from_secs_f32(seconds)).await;
    }

    /// Waits for the trainee's turn and begins a take; samples arrive when this returns.
    pub(crate) async fn begin_take(&self) {
        self.until_phase(PracticePhase::YourTurn).await;
        self.act(Action::Press).await;
        self.until_phase(PracticePhase::Recording).await;
    }

    /// One spoken turn of about `seconds`, until the partner has answered and it is the trainee's turn again.
    pub(crate) async fn speak_turn(&self, seconds: f32) -> PracticeView {
        let before = self.until_phase(PracticePhase::YourTurn).await.lines.len();
        self.speak(seconds).await;
        self.act(Action::Release).await;
        self.until("the answer and my turn", move |view| {
            saved(view) >= before + 2 && view.phase == PracticePhase::YourTurn
        })
        .await
    }

    /// Ends the open practice and waits for the end card.
    pub(crate) async fn end(&self) -> PracticeView {
        self.act(Action::End).await;
        self.until_phase(PracticePhase::Ended).await
    }
}

impl App {
    /// A practice in which these words were typed, ended.
    pub(crate) async fn typed_practice(&self, words: &str) -> SessionId {
        self.start(|options| options.partner_voice = false).await;
        let before = self.until_phase(PracticePhase::YourTurn).await.lines.len();
        let text = words.to_owned();
        self.act(Action::Type { text }).await;
        self.until("the answer", move |view| saved(view) == before + 2)
            .await;
        let session = self.end().await.session;
        self.core.close_practice().await.unwrap();
        session
    }
}

/// Lines that are on disk; one that the partner is still saying is not.
pub(crate) fn saved(view: &PracticeView) -> usize {
    view.lines.iter().filter(|line| !line.coming).count()
}

/// The scenario of most stories.
pub(crate) fn raise() -> Slug {
    "ask-for-a-raise".parse().unwrap()
}

/// A voice-like tone, loud enough to pass for speech.
pub(crate) fn tone(seconds: f32) -> Vec<f32> {
    let samples = (seconds * RATE as f32) as usize;
    (0..samples)
        .map(|at| {
            let time = at as f32 / RATE as f32;
            0.3 * (time * 180.0 * std::f32::consts::TAU).sin()
                * (0.6 + 0.4 * (time * 4.0 * std::f32::consts::TAU).sin())
        })
        .collect()
}
