//! A core on a loudspeaker that is watched and a microphone that is spoken into, practising with models.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use rehearse_core::view::{Action, KeyPlace, ModelForm, ModelPlace, ModelRole, PracticePhase, PracticeView};
use rehearse_core::{Access, Core, Parts, SystemFolders};
use rehearse_domain::Slug;
use rehearse_testkit::{FakeInput, FakeVoice};

use crate::looking::until;
use crate::loudspeaker::Loudspeaker;

/// Name and samples per second of the microphone.
const MICROPHONE: (&str, u32) = ("built-in", 48_000);
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long each take is.
const SPOKEN: f32 = 1.2;

/// The core with what is around it.
pub(crate) struct App {
    pub(crate) core: Core,
    pub(crate) loudspeaker: Loudspeaker,
    microphone: FakeInput,
}

/// A server of models and who plays there.
pub(crate) struct Models<'a> {
    pub(crate) url: &'a str,
    pub(crate) key: &'a str,
    /// The evaluator, whose name may be that of a script.
    pub(crate) evaluator: &'a str,
}

impl App {
    /// Opens it in a folder and chooses the models.
    pub(crate) async fn open(folder: &Path, models: &Models<'_>) -> Self {
        let (loudspeaker, microphone) = (Loudspeaker::default(), FakeInput::live(&[MICROPHONE]));
        let parts = Parts {
            input: Arc::new(microphone.clone()),
            output: Arc::new(loudspeaker.clone()),
            voice: Arc::new(FakeVoice::new()),
            ..Parts::of_this_system()
        };
        let core = Core::open(parts, &SystemFolders::at(folder.to_owned()), Access::Owner).await;
        for (role, model) in [
            (ModelRole::Partner, "qwen3.5-omni-flash"),
            (ModelRole::Transcriber, "qwen3-asr-flash"),
            (ModelRole::Evaluator, models.evaluator),
        ] {
            let form = ModelForm {
                role,
                place: ModelPlace::First,
                preset: "qwen-singapore".to_owned(),
                address: format!("{}/compatible-mode/v1", models.url),
                model: model.to_owned(),
                voice: None,
                key: Some(models.key.to_owned()),
                keys: KeyPlace::File,
            };
            core.choose_model(form).await.expect("the model is chosen");
        }
        Self {
            core,
            loudspeaker,
            microphone,
        }
    }

    /// Begins a practice and cuts the opening short.
    pub(crate) async fn begin(&self) {
        let slug: Slug = "ask-for-a-raise".parse().expect("a name");
        let options = self.core.brief(slug.clone()).await.expect("the brief").options;
        self.core.start_practice(slug, options).await.expect("a practice");
        self.until(|view| view.phase == PracticePhase::PartnerSpeaking)
            .await;
        self.act(Action::Interrupt).await;
    }

    /// Speaks a turn and lets it go.
    pub(crate) async fn speak(&self) {
        self.until(|view| view.phase == PracticePhase::YourTurn).await;
        self.act(Action::Press).await;
        self.until(|view| view.phase == PracticePhase::Recording).await;
        // As it is spoken: what is still to be said is no memory of the practice.
        for bite in HUM.chunks(MICROPHONE.1 as usize / 10) {
            self.microphone.speak(MICROPHONE.0, bite);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.act(Action::Release).await;
    }

    pub(crate) async fn act(&self, action: Action) {
        self.core.act(action).await.expect("a practice is open");
    }

    pub(crate) async fn until(&self, wanted: impl Fn(&PracticeView) -> bool) -> PracticeView {
        match until(&self.core, PATIENCE, wanted).await {
            Some(view) => view,
            None => panic!("the practice stands still: {:?}", self.core.practice().await),
        }
    }
}

/// What is spoken, once for all who speak.
static HUM: LazyLock<Vec<f32>> = LazyLock::new(|| tone(SPOKEN));

/// A hum that passes for speech.
fn tone(seconds: f32) -> Vec<f32> {
    let rate = MICROPHONE.1 as f32;
    let hum = |at: usize| {
        let turns = at as f32 / rate * std::f32::consts::TAU;
        0.3 * (turns * 180.0).sin() * (0.6 + 0.4 * (turns * 4.0).sin())
    };
    (0..(seconds * rate) as usize).map(hum).collect()
}
