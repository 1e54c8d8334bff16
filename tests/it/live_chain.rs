//! Two models for one role: when the first does not answer in the middle of a practice the second goes on, the person
//! is told once, and the record holds both.

use rehearse_core::view::{
    Action, KeyPlace, ModelForm, ModelPlace, ModelRole, Notice, PauseCause, PracticePhase,
};
use rehearse_domain::{Speaker, TranscriptStatus};
use rehearse_fakes::leancloud::Served;
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script};

use crate::app::{App, raise, saved};
use crate::live::{ALL, one_that_reads, settled};

/// What the substitutes are called at their host.
const OTHERS: [(ModelRole, &str); 3] = [
    (ModelRole::Partner, "qwen3-omni-flash"),
    (ModelRole::Transcriber, "qwen3-asr-flash"),
    (ModelRole::Evaluator, "qwen-plus"),
];

/// A fake of Qwen, chosen in this place for these roles.
async fn placed(app: &App, place: ModelPlace, roles: &[(ModelRole, &str)]) -> (FakeModels, Served) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.unwrap();
    for (role, model) in roles {
        let form = ModelForm {
            role: *role,
            place,
            preset: "qwen-singapore".to_owned(),
            address: format!("{}/compatible-mode/v1", served.url),
            model: (*model).to_owned(),
            voice: None,
            key: Some(fake.options().key),
            keys: KeyPlace::File,
        };
        app.core.choose_model(form).await.unwrap();
    }
    (fake, served)
}

fn host(served: &Served) -> String {
    served.url.trim_start_matches("http://").to_owned()
}

/// Speaks a turn and waits until its answer is on disk.
async fn a_turn(app: &App, turns: usize) {
    app.until("my turn", settled).await;
    app.speak(1.0).await;
    app.act(Action::Release).await;
    app.until("the answer", |view| settled(view) && saved(view) == turns)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_goes_on_with_the_substitutes_and_the_record_holds_both_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (first, first_at) = placed(&app, ModelPlace::First, &ALL).await;
    let (second, second_at) = placed(&app, ModelPlace::Substitute, &OTHERS).await;
    let models = app.core.models().await.unwrap();
    assert_eq!(
        models.roles[0].substitute.as_ref().unwrap().host,
        host(&second_at)
    );

    app.start(|_| ()).await;
    a_turn(&app, 3).await;
    assert!(second.requests().is_empty(), "the first ones answer");

    first.always(Role::Partner, Script::ErrArrearage);
    first.always(Role::Transcriber, Script::Err401);
    first.always(Role::Objective, Script::Err403);
    a_turn(&app, 5).await;
    let asked = first.requests_for(Role::Partner).len();
    assert_eq!(asked, 2);
    a_turn(&app, 7).await;
    assert_eq!(
        first.requests_for(Role::Partner).len(),
        asked,
        "it is not asked each turn"
    );
    let view = app
        .until("every word", |view| {
            let written =
                |line: &rehearse_core::view::LineView| line.transcript_status == TranscriptStatus::Completed;
            view.lines.iter().all(written)
        })
        .await;
    assert_eq!(view.partner_model.as_deref(), Some("qwen3-omni-flash"));
    let told = view.notice.unwrap().notice;
    assert!(matches!(told, Notice::StandIn { .. }), "{told:?}");
    assert_eq!(second.requests_for(Role::Partner).len(), 2);

    app.end().await;
    app.core.close_practice().await.unwrap();
    let review = app.core.review(view.session).await.unwrap();
    assert_eq!(review.turns.len(), 7, "no turn is lost");
    for (role, model, at, requests) in [
        ("partner", "qwen3.5-omni-flash", host(&first_at), 2),
        ("partner", "qwen3-omni-flash", host(&second_at), 2),
        ("transcriber", "qwen3-asr-flash", host(&first_at), 2),
        ("transcriber", "qwen3-asr-flash", host(&second_at), 2),
    ] {
        let exchange = review
            .exchanges
            .iter()
            .find(|one| (one.role.as_str(), one.model.as_str(), &one.host) == (role, model, &at));
        let exchange = exchange.unwrap_or_else(|| panic!("no {model} at {at} in {:#?}", review.exchanges));
        assert_eq!(exchange.requests, requests, "{exchange:?}");
        assert!(exchange.sent > 0.0 && exchange.tokens.is_some(), "{exchange:?}");
    }
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_models_at_one_host_each_is_recorded_with_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = placed(&app, ModelPlace::First, &ALL[..1]).await;
    let substitute = ModelForm {
        role: ModelRole::Partner,
        place: ModelPlace::Substitute,
        preset: "qwen-singapore".to_owned(),
        address: format!("{}/compatible-mode/v1", served.url),
        model: "qwen3-omni-flash".to_owned(),
        voice: None,
        key: None,
        keys: KeyPlace::File,
    };
    app.core.choose_model(substitute).await.unwrap();
    fake.script(Role::Partner, [Script::Happy, Script::Err404]);
    let view = app.start(|_| ()).await;
    a_turn(&app, 3).await;
    a_turn(&app, 5).await;
    let told = app.core.practice().await.unwrap().unwrap().notice.unwrap().notice;
    let Notice::StandIn { model, substitute } = told else {
        panic!("{told:?}")
    };
    assert_eq!(
        (model.as_str(), substitute.as_str()),
        ("qwen3.5-omni-flash", "qwen3-omni-flash")
    );
    app.end().await;
    app.core.close_practice().await.unwrap();
    let exchanges = app.core.review(view.session).await.unwrap().exchanges;
    let mut told: Vec<_> = exchanges
        .iter()
        .map(|one| (one.model.as_str(), one.requests))
        .collect();
    told.sort_unstable();
    assert_eq!(told, [("qwen3-omni-flash", 1), ("qwen3.5-omni-flash", 2)]);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_gone_is_stood_in_for_and_with_both_gone_the_practice_pauses() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (_, first_at) = placed(&app, ModelPlace::First, &ALL[..1]).await;
    let (second, second_at) = placed(&app, ModelPlace::Substitute, &OTHERS[..1]).await;
    app.start(|_| ()).await;
    a_turn(&app, 3).await;
    drop(first_at);
    a_turn(&app, 5).await;
    assert_eq!(second.requests_for(Role::Partner).len(), 1);

    drop(second_at);
    app.speak(1.0).await;
    app.act(Action::Release).await;
    let view = app.until_phase(PracticePhase::Paused).await;
    assert!(
        matches!(view.paused, Some(PauseCause::Partner { .. })),
        "{:?}",
        view.paused
    );
    assert_eq!(saved(&view), 6, "the turn stands");
    app.act(Action::SwitchPartner).await;
    app.until("the built-in partner", |view| settled(view) && saved(view) == 7)
        .await;
    app.core.shut_down().await;
}

/// A substitute of the partner that reads what was said.
fn writer(fake: &FakeModels, served: &Served) -> ModelForm {
    ModelForm {
        role: ModelRole::Partner,
        place: ModelPlace::Substitute,
        preset: "ollama".to_owned(),
        address: format!("{}/v1", served.url),
        model: "fake-chat".to_owned(),
        voice: None,
        key: Some(fake.options().key),
        keys: KeyPlace::File,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_substitute_that_does_not_hear_goes_on_with_words_that_the_trainee_writes() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = placed(&app, ModelPlace::First, &ALL[..1]).await;
    app.core.choose_model(writer(&fake, &served)).await.unwrap();
    let brief = app.core.brief(raise()).await.unwrap();
    let model = brief.partners.iter().find(|one| one.model.is_some()).unwrap();
    assert!(model.substitute_needs_words && !model.needs_typing);
    fake.script(Role::Partner, [Script::Err401]);
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    app.speak(1.0).await;
    app.act(Action::Release).await;
    app.until_phase(PracticePhase::Paused).await;
    assert_eq!(
        fake.requests_for(Role::Partner).len(),
        1,
        "nobody else could know what was said"
    );
    app.core
        .correct_words(1, "I would like a raise.".to_owned())
        .await
        .unwrap();
    app.until("the words", |view| view.lines[1].text.is_some()).await;
    app.act(Action::Retry).await;
    app.until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    let view = app.core.practice().await.unwrap().unwrap();
    assert_eq!(view.partner_model.as_deref(), Some("fake-chat"));
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_substitute_that_does_not_hear_waits_for_the_words_of_the_same_turn() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = placed(&app, ModelPlace::First, &ALL[..2]).await;
    app.core.choose_model(writer(&fake, &served)).await.unwrap();
    fake.always(Role::Transcriber, Script::AsrLate);
    fake.script(Role::Partner, [Script::Err401]);
    app.start(|_| ()).await;
    a_turn(&app, 3).await;
    let view = app.core.practice().await.unwrap().unwrap();
    assert_eq!(view.partner_model.as_deref(), Some("fake-chat"));
    assert_eq!(view.lines[1].transcript_status, TranscriptStatus::Completed);
    assert_eq!(fake.requests_for(Role::Partner).len(), 2);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_hosts_are_promised_and_the_substitute_moves_up_when_the_first_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let form = |place, host: &str| ModelForm {
        place,
        ..crate::live_hosts::form(ModelRole::Partner, host, "qwen3.5-omni-flash")
    };
    // A substitute for nobody is the first.
    for (place, host) in [
        (ModelPlace::Substitute, "first.invalid"),
        (ModelPlace::Substitute, "second.invalid"),
    ] {
        app.core.choose_model(form(place, host)).await.unwrap();
    }
    let partners = app.core.brief(raise()).await.unwrap().partners;
    let model = partners.iter().find(|one| one.model.is_some()).unwrap();
    assert_eq!(model.voice_goes_to, ["first.invalid", "second.invalid"]);
    assert_eq!(model.only_if_others_fail, ["second.invalid"]);

    let plain = ModelForm {
        address: "http://nas.local/v1".to_owned(),
        ..form(ModelPlace::Substitute, "unused.invalid")
    };
    assert_eq!(
        app.core.choose_model(plain).await.unwrap_err().code,
        "model_plain_http"
    );

    let models = app
        .core
        .forget_model(ModelRole::Partner, ModelPlace::First)
        .await
        .unwrap();
    assert_eq!(models.roles[0].chosen.as_ref().unwrap().host, "second.invalid");
    assert!(models.roles[0].substitute.is_none());
    assert_eq!(models.voice_goes_to, ["second.invalid"]);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_fails_before_its_first_sound_is_stood_in_for_and_the_rest_is_heard_in_one_voice() {
    const READER: [(ModelRole, &str); 1] = [(ModelRole::Speaker, "qwen3-tts-flash")];
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (writer, _written_at) = one_that_reads(&app).await;
    let (first, first_at) = placed(&app, ModelPlace::First, &READER).await;
    let (second, second_at) = placed(&app, ModelPlace::Substitute, &READER).await;
    let read = |fake: &FakeModels| fake.requests_for(Role::Speaker).len();

    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    assert!(read(&first) > 0 && second.requests().is_empty(), "the opening");

    first.always(Role::Speaker, Script::Err403);
    let before = read(&first);
    a_turn(&app, 3).await;
    assert_eq!(read(&first), before + 1, "it is not asked for each sentence");
    let stood_in = read(&second);
    assert!(stood_in > 0, "the answer is read");
    let view = app.core.practice().await.unwrap().unwrap();
    let told = view.notice.unwrap();
    assert_eq!(
        told.notice,
        // One model at two hosts is told apart by these.
        Notice::StandIn {
            model: host(&first_at),
            substitute: host(&second_at),
        }
    );

    a_turn(&app, 5).await;
    assert!(read(&second) > stood_in);
    assert_eq!(read(&first), before + 1, "nor for each turn");
    let view = app.core.practice().await.unwrap().unwrap();
    assert_eq!(view.notice.map(|notice| notice.number), Some(told.number), "once");
    for line in view.lines.iter().filter(|line| line.speaker == Speaker::Partner) {
        assert!(line.clip.is_some() && line.duration_ms > Some(0), "{line:?}");
    }
    assert_eq!(
        writer.requests_for(Role::Partner).len(),
        2,
        "nothing is asked twice"
    );

    app.end().await;
    app.core.close_practice().await.unwrap();
    let exchanges = app.core.review(view.session).await.unwrap().exchanges;
    for at in [&first_at, &second_at] {
        let heard = exchanges
            .iter()
            .find(|one| one.role == "speaker" && one.host == host(at));
        assert!(heard.is_some_and(|one| one.sent > 0.0), "{exchanges:#?}");
    }
    app.core.shut_down().await;
}
