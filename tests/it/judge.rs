//! A core with a judge beside it: what the stories of feedback are made of.

use std::path::Path;
use std::time::Duration;

use rehearse_core::settings::Settings;
use rehearse_core::view::{
    Action, FeedbackStatus, FeedbackView, KeyPlace, ModelForm, ModelPlace, ModelRole, PracticePhase,
};
use rehearse_domain::SessionId;
use rehearse_fakes::leancloud::Served;
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role};

use crate::app::{App, saved};

/// The same computer under a name that is not loopback's, so that it stands for another one.
pub(crate) const PLAIN: &str = "0.0.0.0";
/// Longest wait for something that should happen soon.
pub(crate) const SOON: Duration = Duration::from_secs(20);
/// The skills of "Ask for a raise", each looked at three times.
pub(crate) const SKILLS: usize = 5;
pub(crate) const LOOKS: usize = 3;

/// Enough to judge: two turns, sixty words and more.
pub(crate) const TURNS: [&str; 2] = [
    "Thanks for seeing me, Dana. I have run Tom's suppliers alone since March and complaints are settled in four days \
     now, not nine. I would like forty-six thousand from January.",
    "I hear that the pot is small this year. What would Martin need to see so that you can put my name forward? \
     Could we agree that you tell me by Friday whether it goes in, and what is missing if not?",
];

pub(crate) async fn served() -> (FakeModels, Served) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.unwrap();
    (fake, served)
}

pub(crate) fn form(role: ModelRole, address: &str, key: &str) -> ModelForm {
    let model = match role {
        ModelRole::Transcriber => "qwen3-asr-flash",
        _ => "qwen-plus",
    };
    ModelForm {
        role,
        place: ModelPlace::First,
        preset: "qwen-singapore".to_owned(),
        address: address.to_owned(),
        model: model.to_owned(),
        voice: None,
        key: Some(key.to_owned()),
        keys: KeyPlace::File,
    }
}

pub(crate) async fn choose(app: &App, fake: &FakeModels, served: &Served, roles: &[ModelRole]) {
    let address = format!("{}/compatible-mode/v1", served.url);
    for role in roles {
        let form = form(*role, &address, &fake.options().key);
        app.core.choose_model(form).await.unwrap();
    }
}

pub(crate) const JUDGE: [ModelRole; 1] = [ModelRole::Evaluator];
pub(crate) const BOTH: [ModelRole; 2] = [ModelRole::Transcriber, ModelRole::Evaluator];

/// A practice with the embedded partner in which these turns were typed.
pub(crate) async fn typed(app: &App, turns: &[&str]) -> SessionId {
    app.start(|options| options.partner_voice = false).await;
    for text in turns {
        let before = app.until_phase(PracticePhase::YourTurn).await.lines.len();
        app.act(Action::Type {
            text: (*text).to_owned(),
        })
        .await;
        app.until("the answer", |view| {
            view.phase == PracticePhase::YourTurn && saved(view) >= before + 2
        })
        .await;
    }
    app.end().await.session
}

pub(crate) async fn change(app: &App, change: impl FnOnce(&mut Settings)) {
    let mut settings = app.core.app().await.unwrap().settings;
    change(&mut settings);
    app.core.change_settings(settings).await.unwrap();
}

/// Waits until the feedback looks as wanted.
pub(crate) async fn until(
    app: &App,
    session: SessionId,
    what: &str,
    wanted: impl Fn(&FeedbackView) -> bool,
) -> FeedbackView {
    let mut changes = app.core.changes();
    let waiting = async {
        loop {
            let view = app.core.feedback(session).await.unwrap();
            if wanted(&view) {
                return view;
            }
            let _ = tokio::time::timeout(Duration::from_millis(500), changes.next()).await;
        }
    };
    match tokio::time::timeout(SOON, waiting).await {
        Ok(view) => view,
        Err(_) => panic!("waited for {what}: {:#?}", app.core.feedback(session).await),
    }
}

pub(crate) fn done(view: &FeedbackView) -> bool {
    view.status == FeedbackStatus::Done
}

pub(crate) fn waits_because(view: &FeedbackView, code: &str) -> bool {
    matches!(&view.status, FeedbackStatus::Waiting { why, .. } if why.code == code)
}

pub(crate) fn judged(fake: &FakeModels) -> usize {
    fake.requests_for(Role::Judge).len()
}

/// An app in a folder with these roles on a server of models, both for as long as they are held.
pub(crate) struct Judged {
    pub(crate) app: App,
    pub(crate) fake: FakeModels,
    pub(crate) served: Served,
}

impl Judged {
    /// The roles are chosen, and feedback is given as the settings have it.
    pub(crate) async fn open(folder: &Path, roles: &[ModelRole]) -> Self {
        let app = App::open(folder).await;
        let (fake, served) = served().await;
        choose(&app, &fake, &served, roles).await;
        app.core.give_feedback();
        Self { app, fake, served }
    }
}

/// A judge on a computer that passes for another one.
pub(crate) async fn choose_elsewhere(app: &App, url: &str, key: &str) {
    app.core.allow_model_http(PLAIN.to_owned()).await.unwrap();
    let address = format!("{url}/compatible-mode/v1").replace("127.0.0.1", PLAIN);
    let judge = form(ModelRole::Evaluator, &address, key);
    app.core.choose_model(judge).await.unwrap();
}
