//! What a practice with a model takes: the record holds what the models counted, no more and no less.

use rehearse_core::view::{Action, ExchangeView, TokensView};
use rehearse_domain::TranscriptStatus;
use rehearse_fakes::models::{FakeModels, Role, Script};

use crate::app::{App, saved};
use crate::live::{ALL, qwen, settled};

/// What the server has told of the tokens of this role.
fn told(fake: &FakeModels, role: Role) -> TokensView {
    let asked = fake.requests_for(role);
    let sum = |place: &str| {
        let counted = asked.iter().map(|one| {
            let usage = one.usage.as_ref();
            usage.and_then(|usage| u32::try_from(usage.pointer(place)?.as_u64()?).ok())
        });
        counted.map(Option::unwrap_or_default).sum()
    };
    TokensView {
        text_in: sum("/prompt_tokens_details/text_tokens"),
        audio_in: sum("/prompt_tokens_details/audio_tokens"),
        text_out: sum("/completion_tokens_details/text_tokens"),
        audio_out: sum("/completion_tokens_details/audio_tokens"),
        cached: 0,
    }
}

fn of<'exchanges>(exchanges: &'exchanges [ExchangeView], role: &str) -> &'exchanges ExchangeView {
    exchanges
        .iter()
        .find(|one| one.role == role)
        .unwrap_or_else(|| panic!("no {role} in {exchanges:#?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_holds_exactly_the_tokens_that_the_models_counted() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL).await;
    fake.always(Role::Objective, Script::ObjContinue);
    // The last words come when the session is over.
    fake.script(Role::Transcriber, [Script::AsrOk, Script::AsrLate]);
    app.start(|_| ()).await;
    for turns in [3, 5] {
        app.until("my turn", settled).await;
        app.speak(1.0).await;
        app.act(Action::Release).await;
        app.until("the answer", |view| settled(view) && saved(view) == turns)
            .await;
    }
    let view = app.end().await;
    app.until("the last words", |view| {
        view.lines[3].transcript_status == TranscriptStatus::Completed
    })
    .await;
    app.core.shut_down().await;
    drop(app);

    let app = App::open(folder.path()).await;
    let review = app.core.review(view.session).await.unwrap();
    for (name, role, requests) in [
        ("partner", Role::Partner, 2),
        ("transcriber", Role::Transcriber, 2),
    ] {
        let kept = of(&review.exchanges, name);
        let told = told(&fake, role);
        assert!(told.text_in > 0 && told.audio_in > 0, "{name}: {told:?}");
        assert_eq!(kept.tokens.as_ref(), Some(&told), "{name}");
        assert_eq!(kept.requests, requests, "{name}");
    }
    let told = told(&fake, Role::Objective);
    assert!(told.text_in > 0 && told.audio_in == 0, "{told:?}");
    assert_eq!(of(&review.exchanges, "evaluator").tokens.as_ref(), Some(&told));
    assert_eq!(review.cost, None, "what runs on this computer costs nothing");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_counts_nothing_is_not_said_to_have_used_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL[..1]).await;
    fake.always(Role::Partner, Script::NoUsage);
    let session = app.typed_practice("I would like a raise.").await;
    let review = app.core.review(session).await.unwrap();
    let partner = of(&review.exchanges, "partner");
    assert_eq!((partner.requests, &partner.tokens), (1, &None));
    app.core.shut_down().await;
}
