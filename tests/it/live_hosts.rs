//! Where a practice with models goes: what is promised before it, what is shown during it, and that both are the same.

use std::time::Duration;

use rehearse_core::view::{Action, KeyPlace, ModelForm, ModelPlace, ModelRole, PartnerChoice};
use rehearse_domain::PartnerKind;
use rehearse_fakes::models::{Role, Script};

use crate::app::{App, raise, saved};
use crate::live::{ALL, qwen, settled};

/// Speaks itself.
const OMNI: &str = "qwen3.5-omni-flash";
/// Answers in writing.
const WRITER: &str = "qwen3.7-plus";

/// Nobody is there: nothing of these stories is sent.
pub(crate) fn form(role: ModelRole, host: &str, model: &str) -> ModelForm {
    ModelForm {
        role,
        place: ModelPlace::First,
        preset: "qwen-singapore".to_owned(),
        address: format!("https://{host}/compatible-mode/v1"),
        model: model.to_owned(),
        voice: None,
        key: None,
        keys: KeyPlace::File,
    }
}

async fn promised(app: &App) -> PartnerChoice {
    let partners = app.core.brief(raise()).await.unwrap().partners;
    let model = partners.into_iter().find(|one| one.kind == PartnerKind::Model);
    model.unwrap()
}

/// The hosts of a practice, as it shows them itself.
async fn practised(app: &App, aloud: bool) -> Vec<String> {
    let view = app.start(|options| options.partner_voice = aloud).await;
    app.end().await;
    app.core.close_practice().await.unwrap();
    view.voice_goes_to
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_goes_where_its_brief_promised_also_with_a_borrowed_voice() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    for (role, host, model) in [
        (ModelRole::Transcriber, "ears.invalid", "qwen3-asr-flash"),
        (ModelRole::Evaluator, "judge.invalid", WRITER),
        (ModelRole::Speaker, "voice.invalid", "qwen3-tts-flash"),
        (ModelRole::Partner, "partner.invalid", OMNI),
    ] {
        app.core.choose_model(form(role, host, model)).await.unwrap();
    }
    let silent = ["partner.invalid", "ears.invalid", "judge.invalid"];

    let speaking = promised(&app).await;
    assert_eq!(speaking.voice_goes_to, silent);
    assert_eq!(
        speaking.read_aloud_by,
        ["voice.invalid"],
        "the author's opening has no voice"
    );
    assert_eq!(practised(&app, false).await, silent);
    let heard = practised(&app, true).await;
    assert!(heard.contains(&"voice.invalid".to_owned()), "{heard:?}");
    assert_eq!(app.core.models().await.unwrap().voice_goes_to, heard);

    let writer = form(ModelRole::Partner, "partner.invalid", WRITER);
    let models = app.core.choose_model(writer).await.unwrap();
    let writing = promised(&app).await;
    assert_eq!(writing.voice_goes_to, silent);
    assert_eq!(writing.read_aloud_by, ["voice.invalid"]);
    assert_eq!(practised(&app, false).await, silent);
    let mut heard = practised(&app, true).await;
    assert_eq!(models.voice_goes_to, heard);
    heard.sort();
    assert_eq!(
        heard,
        [
            "ears.invalid",
            "judge.invalid",
            "partner.invalid",
            "voice.invalid"
        ]
    );
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_plays_two_roles_is_named_once_and_this_computer_never() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let both = "both.invalid:8443";
    let partner = form(ModelRole::Partner, both, OMNI);
    app.core.choose_model(partner).await.unwrap();
    let evaluator = form(ModelRole::Evaluator, both, WRITER);
    app.core.choose_model(evaluator).await.unwrap();
    let ears = form(ModelRole::Transcriber, "ears.localhost:9", "qwen3-asr-flash");
    app.core.choose_model(ears).await.unwrap();
    assert_eq!(promised(&app).await.voice_goes_to, [both]);
    assert_eq!(practised(&app, true).await, [both]);

    app.core
        .forget_model(ModelRole::Partner, ModelPlace::First)
        .await
        .unwrap();
    let models = app.core.models().await.unwrap();
    assert!(models.voice_goes_to.is_empty(), "nobody would be asked");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_exchange_beside_a_practice_is_no_part_of_its_record() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL[..1]).await;
    let session = app.start(|_| ()).await.session;
    app.until("my turn", settled).await;
    app.core
        .check_model(ModelRole::Partner, ModelPlace::First)
        .await
        .unwrap();
    let checked = fake.requests().len();
    assert!(checked > 1, "the check asks the same host");
    app.act(Action::Type {
        text: "I would like a raise.".to_owned(),
    })
    .await;
    app.until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    assert_eq!(fake.requests().len(), checked + 1);
    app.end().await;
    app.core.close_practice().await.unwrap();
    let exchanges = app.core.review(session).await.unwrap().exchanges;
    let told: Vec<_> = exchanges
        .iter()
        .map(|one| (one.role.as_str(), one.requests))
        .collect();
    assert_eq!(told, [("partner", 1)]);
    app.core.shut_down().await;
}

/// The model of each role, in the order of the roles.
async fn chosen(app: &App) -> Vec<Option<String>> {
    let roles = app.core.models().await.unwrap().roles;
    roles.into_iter().map(|one| Some(one.chosen?.model)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_models_chosen_at_once_are_both_chosen_and_of_two_forgotten_none_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    for _ in 0..20 {
        let (partner, evaluator) = tokio::join!(
            app.core
                .choose_model(form(ModelRole::Partner, "partner.invalid", OMNI)),
            app.core
                .choose_model(form(ModelRole::Evaluator, "judge.invalid", WRITER)),
        );
        partner.unwrap();
        evaluator.unwrap();
        let both = [Some(OMNI.to_owned()), None, Some(WRITER.to_owned()), None];
        assert_eq!(chosen(&app).await, both);
        let (partner, evaluator) = tokio::join!(
            app.core.forget_model(ModelRole::Partner, ModelPlace::First),
            app.core.forget_model(ModelRole::Evaluator, ModelPlace::First),
        );
        partner.unwrap();
        evaluator.unwrap();
        assert_eq!(chosen(&app).await, [const { None }; 4]);
    }
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_chosen_while_another_is_still_checked_and_both_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL[1..2]).await;
    fake.always(Role::Transcriber, Script::AsrLate);
    let core = app.core.clone();
    let checking =
        tokio::spawn(async move { core.check_model(ModelRole::Transcriber, ModelPlace::First).await });
    while fake.requests_for(Role::Transcriber).is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let partner = form(ModelRole::Partner, "partner.invalid", OMNI);
    app.core.choose_model(partner).await.unwrap();
    assert!(!checking.is_finished(), "choosing waited for the check");
    checking.await.unwrap().unwrap();
    let roles = app.core.models().await.unwrap().roles;
    assert!(roles[0].chosen.is_some(), "what was found wrote over the choice");
    assert!(roles[1].chosen.as_ref().unwrap().check.is_some());
    app.core.shut_down().await;
}
