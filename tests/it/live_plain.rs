//! Models on another computer without encryption: nothing goes there before the user agreed to that host by name, and
//! nothing any more once that is taken back.

use rehearse_core::error::ErrorView;
use rehearse_core::view::{Action, KeyPlace, ModelForm, ModelPlace, ModelRole, PauseCause, PracticePhase};
use rehearse_fakes::leancloud::Served;
use rehearse_fakes::models::{FakeModels, FakeModelsOptions};

use crate::app::{App, raise, saved};
use crate::live::settled;

/// The same computer under a name that is not loopback's, so that it stands for another one.
const PLAIN: &str = "0.0.0.0";

/// A model as the partner, at that name.
fn partner(served: &Served, key: Option<String>) -> ModelForm {
    ModelForm {
        role: ModelRole::Partner,
        place: ModelPlace::First,
        preset: "ollama".to_owned(),
        address: format!("{}/v1", served.url.replace("127.0.0.1", PLAIN)),
        model: "fake-chat".to_owned(),
        voice: None,
        key,
        keys: KeyPlace::File,
    }
}

fn refused<T>(answer: Result<T, ErrorView>) -> (String, Option<String>) {
    let error = answer.err().unwrap();
    (error.code, error.params.get("host").cloned())
}

fn told_of_it() -> (String, Option<String>) {
    ("model_plain_http".to_owned(), Some(PLAIN.to_owned()))
}

async fn say_something(app: &App) {
    app.until("my turn", settled).await;
    let text = "I would like a raise.".to_owned();
    app.act(Action::Type { text }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_on_such_a_host_is_chosen_and_asked_once_the_user_agrees_and_until_that_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.unwrap();
    let with_key = partner(&served, Some(fake.options().key));
    assert_eq!(refused(app.core.choose_model(with_key).await), told_of_it());
    assert!(app.core.models().await.unwrap().roles[0].chosen.is_none());
    assert!(!folder.path().join("keys.json").exists(), "the key was not kept");

    // As it is copied from an address.
    let address = partner(&served, None).address;
    let agreed = app.core.allow_model_http(address).await.unwrap();
    assert_eq!(agreed.plain_hosts, [PLAIN]);
    let models = app.core.choose_model(partner(&served, None)).await.unwrap();
    assert!(models.roles[0].chosen.as_ref().unwrap().unencrypted);
    app.core.shut_down().await;
    drop(app);

    let app = App::open(folder.path()).await;
    let brief = app.core.brief(raise()).await.unwrap();
    let model = brief.partners.iter().find(|one| one.model.is_some()).unwrap();
    assert_eq!(model.unencrypted, model.voice_goes_to);
    assert_eq!(model.unencrypted.len(), 1);
    app.start(|_| ()).await;
    say_something(&app).await;
    app.until("an answer", |view| settled(view) && saved(view) == 3)
        .await;
    let asked = fake.requests().len();
    assert_eq!(asked, 1);

    // In the middle of a practice: what is on its way may end, and nothing follows it.
    app.core.forbid_model_http(PLAIN.to_owned()).await.unwrap();
    say_something(&app).await;
    let view = app.until_phase(PracticePhase::Paused).await;
    assert!(
        matches!(&view.paused, Some(PauseCause::Partner { error }) if error.code == "partner_unavailable"),
        "{:?}",
        view.paused
    );
    app.end().await;
    app.core.close_practice().await.unwrap();
    let options = app.core.brief(raise()).await.unwrap().options;
    let start = app.core.start_practice(raise(), options).await;
    assert_eq!(refused(start), told_of_it());
    assert_eq!(
        refused(app.core.check_model(ModelRole::Partner, ModelPlace::First).await),
        told_of_it()
    );
    assert_eq!(fake.requests().len(), asked);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_ends_with_the_last_model_that_needs_it() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let served = FakeModels::new(FakeModelsOptions::default())
        .serve()
        .await
        .unwrap();
    app.core.allow_model_http(PLAIN.to_owned()).await.unwrap();
    for role in [ModelRole::Partner, ModelRole::Evaluator] {
        let form = ModelForm {
            role,
            ..partner(&served, None)
        };
        app.core.choose_model(form).await.unwrap();
    }
    let models = app
        .core
        .forget_model(ModelRole::Partner, ModelPlace::First)
        .await
        .unwrap();
    assert_eq!(models.plain_hosts, [PLAIN], "the evaluator is there");
    let here = ModelForm {
        role: ModelRole::Evaluator,
        address: format!("{}/v1", served.url),
        ..partner(&served, None)
    };
    let models = app.core.choose_model(here).await.unwrap();
    assert!(models.plain_hosts.is_empty());
    let again = app.core.choose_model(partner(&served, None)).await;
    assert_eq!(refused(again), told_of_it());
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_no_agreement_or_is_no_host_is_said_and_passwords_are_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    for (typed, code, host) in [
        ("localhost:11434", "host_is_this_computer", "localhost:11434"),
        (
            "http://127.0.0.1/v1",
            "host_is_this_computer",
            "http://127.0.0.1/v1",
        ),
        ("a b", "host_bad", "a b"),
        ("", "host_bad", ""),
        ("dana:horse@nas.local", "host_bad", "…"),
    ] {
        let told = refused(app.core.allow_model_http(typed.to_owned()).await);
        assert_eq!(told, (code.to_owned(), Some(host.to_owned())));
    }
    let nothing = app.core.forbid_model_http("nas.local".to_owned()).await;
    assert_eq!(refused(nothing).0, "host_not_agreed");
    app.core.shut_down().await;
}
