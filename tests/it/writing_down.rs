//! The words of a practice that is over, asked for while somebody looks at it: who would hear it is named before, what
//! came stays whatever ends it, and what was sent is in the session's record.

use std::time::Duration;

use rehearse_core::view::{KeyPlace, ModelForm, ModelPlace, ModelRole, ReviewView, WordsHost, WordsView};
use rehearse_domain::{SessionId, Speaker};
use rehearse_fakes::leancloud::Served;
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script};

use crate::app::App;

/// The same computer under a name that is not loopback's, so that it stands for another one.
const PLAIN: &str = "0.0.0.0";
/// Longest wait for something that should happen soon.
const SOON: Duration = Duration::from_secs(15);

/// Somebody who writes down, at this address.
fn transcriber(address: String, key: Option<String>) -> ModelForm {
    ModelForm {
        role: ModelRole::Transcriber,
        place: ModelPlace::First,
        preset: "qwen-singapore".to_owned(),
        address,
        model: "qwen3-asr-flash".to_owned(),
        voice: None,
        key,
        keys: KeyPlace::File,
    }
}

async fn served() -> (FakeModels, Served) {
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.unwrap();
    (fake, served)
}

async fn choose(app: &App, fake: &FakeModels, served: &Served) {
    let address = format!("{}/compatible-mode/v1", served.url);
    let form = transcriber(address, Some(fake.options().key));
    app.core.choose_model(form).await.unwrap();
}

/// A practice with the embedded partner in which this many turns were spoken, ended and left.
async fn spoken(app: &App, turns: usize) -> SessionId {
    app.start(|options| options.partner_voice = false).await;
    for _ in 0..turns {
        app.speak_turn(1.0).await;
    }
    let session = app.end().await.session;
    app.core.close_practice().await.unwrap();
    session
}

/// Waits until the review looks as wanted.
async fn until(
    app: &App,
    session: SessionId,
    what: &str,
    wanted: impl Fn(&ReviewView) -> bool,
) -> ReviewView {
    let mut changes = app.core.changes();
    let waiting = async {
        loop {
            let view = app.core.review(session).await.unwrap();
            if wanted(&view) {
                return view;
            }
            changes.next().await;
        }
    };
    match tokio::time::timeout(SOON, waiting).await {
        Ok(view) => view,
        Err(_) => panic!("waited for {what}: {:#?}", app.core.review(session).await),
    }
}

/// It was begun and does not go on any more.
fn over(view: &ReviewView) -> bool {
    view.words.as_ref().is_none_or(|words| words.now.is_none())
}

fn written(view: &ReviewView) -> usize {
    let mine = view
        .turns
        .iter()
        .filter(|turn| turn.line.speaker == Speaker::Trainee);
    mine.filter(|turn| turn.line.text.is_some()).count()
}

/// Recordings that went to whoever writes down, as the session's record tells.
fn asked(view: &ReviewView) -> u32 {
    let heard = view.exchanges.iter().filter(|one| one.role == "transcriber");
    heard.map(|one| one.requests).sum()
}

fn words(view: ReviewView) -> WordsView {
    view.words.expect("words are missing")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_turn_gets_its_words_from_the_host_that_was_named_and_the_record_tells_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    let session = spoken(&app, 2).await;
    let nobody = words(app.core.review(session).await.unwrap());
    assert_eq!(nobody.hindrance.unwrap().code, "no_transcriber");

    choose(&app, &fake, &served).await;
    let view = app.core.review(session).await.unwrap();
    assert!(view.exchanges.is_empty(), "nothing has gone anywhere");
    let offer = words(view);
    let here = WordsHost {
        host: served.url.trim_start_matches("http://").to_owned(),
        on_this_computer: true,
    };
    assert_eq!((offer.waiting, offer.hosts), (2, vec![here]));
    assert!(offer.hindrance.is_none() && offer.now.is_none());
    assert!(fake.requests().is_empty(), "an offer sends nothing");

    app.core.write_down_session(session).await.unwrap();
    let view = until(&app, session, "every word", |view| view.words.is_none()).await;
    assert_eq!((written(&view), asked(&view)), (2, 2));
    assert_eq!(fake.requests_for(Role::Transcriber).len(), 2);
    assert!(view.exchanges[0].sent > 1000.0, "{:?}", view.exchanges);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_somebody_stops_it_stays_and_what_was_sent_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    let session = spoken(&app, 3).await;
    choose(&app, &fake, &served).await;
    fake.script(Role::Transcriber, [Script::AsrOk, Script::AsrLate]);
    app.core.write_down_session(session).await.unwrap();
    // Of a session it is done once at a time.
    app.core.write_down_session(session).await.unwrap();
    let second = |view: &ReviewView| {
        let now = view.words.as_ref().and_then(|words| words.now);
        now.is_some_and(|now| (now.sequence, now.done, now.of) == (Some(3), 1, 3))
    };
    until(&app, session, "the second turn", second).await;
    while fake.requests_for(Role::Transcriber).len() < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    app.core.stop_writing_down(session).await.unwrap();
    let view = until(&app, session, "its end", over).await;
    assert_eq!((written(&view), asked(&view)), (1, 2));
    let left = words(view);
    assert!(left.stopped.is_none() && left.left.is_empty(), "nothing failed");
    assert_eq!(left.waiting, 2);
    assert_eq!(fake.requests_for(Role::Transcriber).len(), 2, "nothing follows");

    app.core.write_down_session(session).await.unwrap();
    let view = until(&app, session, "every word", |view| view.words.is_none()).await;
    assert_eq!((written(&view), asked(&view)), (3, 4));
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_cannot_go_on_is_said_with_what_is_left_and_a_turn_without_words_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    let session = spoken(&app, 2).await;
    choose(&app, &fake, &served).await;
    fake.script(Role::Transcriber, [Script::AsrOk, Script::Err401]);
    app.core.write_down_session(session).await.unwrap();
    let view = until(&app, session, "its end", over).await;
    assert_eq!((written(&view), asked(&view)), (1, 2));
    let left = words(view);
    assert_eq!(left.stopped.unwrap().code, "transcriber_key");
    assert_eq!(left.waiting, 1);

    fake.script(Role::Transcriber, [Script::AsrTooShort]);
    app.core.write_down_session(session).await.unwrap();
    let view = until(&app, session, "its end", |view| over(view) && asked(view) == 3).await;
    let left = words(view);
    let trouble = left.left[0].trouble.as_ref().unwrap();
    assert!(left.stopped.is_none());
    assert_eq!(
        (left.left[0].sequence, trouble.code.as_str()),
        (3, "transcribe_nothing_heard")
    );
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_offered_offline_and_nothing_goes_unencrypted_before_somebody_agreed() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    let session = spoken(&app, 1).await;
    let address = format!("{}/v1", served.url.replace("127.0.0.1", PLAIN));
    app.core.allow_model_http(PLAIN.to_owned()).await.unwrap();
    let form = transcriber(address, Some(fake.options().key));
    app.core.choose_model(form).await.unwrap();

    let mut settings = app.core.app().await.unwrap().settings;
    settings.offline = true;
    app.core.change_settings(settings.clone()).await.unwrap();
    let offline = words(app.core.review(session).await.unwrap());
    assert_eq!(offline.hindrance.unwrap().code, "transcriber_offline");
    assert!(offline.hosts[0].host.starts_with(PLAIN) && !offline.hosts[0].on_this_computer);
    app.core.write_down_session(session).await.unwrap();
    let view = until(&app, session, "its end", over).await;
    assert_eq!(words(view).stopped.unwrap().code, "transcriber_offline");

    settings.offline = false;
    app.core.change_settings(settings).await.unwrap();
    app.core.forbid_model_http(PLAIN.to_owned()).await.unwrap();
    let asking = words(app.core.review(session).await.unwrap());
    let hindrance = asking.hindrance.unwrap();
    assert_eq!(
        (hindrance.code.as_str(), hindrance.params["host"].as_str()),
        ("model_plain_http", PLAIN)
    );
    app.core.write_down_session(session).await.unwrap();
    let view = until(&app, session, "its end", |view| {
        let stopped = view.words.as_ref().and_then(|words| words.stopped.as_ref());
        over(view) && stopped.is_some_and(|why| why.code == "model_plain_http")
    })
    .await;
    assert_eq!(written(&view), 0);
    assert!(fake.requests().is_empty(), "nothing was sent");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_and_closing_end_it_and_a_practice_that_still_writes_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    let session = spoken(&app, 2).await;
    choose(&app, &fake, &served).await;
    fake.always(Role::Transcriber, Script::AsrLate);
    app.core.write_down_session(session).await.unwrap();
    while fake.requests_for(Role::Transcriber).is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    app.core.delete_sessions(vec![session]).await.unwrap();
    app.core.undo_delete(vec![session]).await.unwrap();
    let view = until(&app, session, "its end", over).await;
    assert_eq!((written(&view), asked(&view)), (0, 1), "one was on its way");

    app.start(|_| ()).await;
    app.speak_turn(1.0).await;
    let open = app.end().await.session;
    let refused = app.core.transcribe_session(open, |_| ()).await.err().unwrap();
    assert_eq!(refused.code, "transcribe_open", "its end card is looked at");
    app.core.close_practice().await.unwrap();

    app.core.write_down_session(session).await.unwrap();
    while fake.requests_for(Role::Transcriber).len() < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::timeout(Duration::from_secs(4), app.core.shut_down())
        .await
        .expect("it does not wait for the host");
    drop(app);
    let app = App::open(folder.path()).await;
    assert_eq!(asked(&app.core.review(session).await.unwrap()), 2);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_while_it_goes_on_is_sent_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, served) = served().await;
    let session = spoken(&app, 2).await;
    choose(&app, &fake, &served).await;
    fake.script(Role::Transcriber, [Script::AsrLate]);
    app.core.write_down_session(session).await.unwrap();
    while fake.requests_for(Role::Transcriber).is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    app.core
        .forget_model(ModelRole::Transcriber, ModelPlace::First)
        .await
        .unwrap();
    let view = until(&app, session, "its end", over).await;
    assert_eq!((written(&view), asked(&view)), (0, 1), "the first was on its way");
    assert_eq!(words(view).hindrance.unwrap().code, "no_transcriber");
    assert_eq!(fake.requests_for(Role::Transcriber).len(), 1);
    app.core.shut_down().await;
}
