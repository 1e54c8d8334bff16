//! Servers that differ from the documents: what they say is shown without the key, and what they can do is found out.

use std::path::Path;

use rehearse_core::view::{Action, KeyPlace, ModelForm, ModelPlace, ModelRole, PauseCause, PracticePhase};
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role, Script};

use crate::app::{App, saved};
use crate::live::{ALL, qwen, settled};

/// Everything in the folder but the file in which keys lie.
fn bytes_on_disk(folder: &Path, found: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes_on_disk(&path, found);
        } else if !path.ends_with("keys.json") {
            found.extend(std::fs::read(path).unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_server_quotes_is_neither_shown_nor_kept() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL).await;
    let key = fake.options().key;
    for role in [Role::Partner, Role::Transcriber, Role::Objective] {
        fake.script(role, [Script::Err401Quoted, Script::ErrStreamQuoted]);
    }
    let mut shown = Vec::new();
    for role in [ModelRole::Partner, ModelRole::Transcriber, ModelRole::Evaluator] {
        shown.push(format!(
            "{:?}",
            app.core.check_model(role, ModelPlace::First).await.unwrap()
        ));
    }
    assert!(shown[0].contains("provided: …"), "{}", shown[0]);
    fake.script(Role::Transcriber, [Script::Err401Quoted]);
    app.start(|options| options.partner_voice = false).await;
    app.until("my turn", settled).await;
    app.speak(1.0).await;
    app.act(Action::Release).await;
    let view = app
        .until("a pause", |view| {
            view.phase == PracticePhase::Paused && saved(view) == 2
        })
        .await;
    assert!(
        matches!(&view.paused, Some(PauseCause::Partner { error }) if error.params["detail"].contains('…')),
        "{:?}",
        view.paused
    );
    shown.push(format!("{view:?}"));
    app.end().await;
    app.core.close_practice().await.unwrap();
    let Err(refused) = app.core.transcribe_session(view.session, |_| ()).await else {
        panic!("the transcriber lets us in");
    };
    assert!(refused.params["detail"].contains('…'), "{refused:?}");
    shown.push(format!("{refused:?}"));
    shown.push(format!("{:?}", app.core.review(view.session).await.unwrap()));
    app.core.shut_down().await;
    drop(app);

    let mut disk = Vec::new();
    bytes_on_disk(folder.path(), &mut disk);
    let disk = String::from_utf8_lossy(&disk);
    assert!(disk.contains("qwen3.5-omni-flash"), "the database is looked at");
    assert!(!disk.contains(&key), "on disk");
    for shown in shown {
        assert!(!shown.contains(&key), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_begins_to_hear_is_found_to_hear_by_the_next_check() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.unwrap();
    let form = || ModelForm {
        role: ModelRole::Partner,
        place: ModelPlace::First,
        preset: "llama-cpp".to_owned(),
        address: format!("{}/v1", served.url),
        model: "fake-omni".to_owned(),
        voice: None,
        key: None,
        keys: KeyPlace::File,
    };
    app.core.choose_model(form()).await.unwrap();
    let hears = async || {
        let roles = app
            .core
            .check_model(ModelRole::Partner, ModelPlace::First)
            .await
            .unwrap()
            .roles;
        roles[0].chosen.as_ref().unwrap().hears
    };
    // Where nothing is counted, what is known of such a model has to do.
    for script in [Script::NoUsage, Script::SoundUncounted] {
        fake.always(Role::Partner, Script::Deaf);
        assert!(!hears().await, "it was started without ears");
        // Chosen again, what was found stays.
        app.core.choose_model(form()).await.unwrap();
        fake.always(Role::Partner, script);
        assert!(hears().await, "{script:?}");
        fake.always(Role::Partner, Script::Err403);
        assert!(hears().await, "trouble teaches nothing");
    }
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_is_too_short_to_be_written_down_does_not_stop_the_next_ones() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL[..2]).await;
    fake.always(Role::Transcriber, Script::Err403);
    app.start(|options| options.partner_voice = false).await;
    for turns in [3, 5] {
        app.until("my turn", settled).await;
        app.speak(1.0).await;
        app.act(Action::Release).await;
        app.until("the answer", |view| settled(view) && saved(view) == turns)
            .await;
    }
    let session = app.end().await.session;
    app.core.close_practice().await.unwrap();

    fake.always(Role::Transcriber, Script::AsrOk);
    fake.script(Role::Transcriber, [Script::AsrTooShort]);
    let mut told = Vec::new();
    let written = app
        .core
        .transcribe_session(session, |turn| told.push(turn.clone()))
        .await
        .unwrap();
    assert_eq!((written.left, &written.turns), (1, &told));
    let [short, next] = told.as_slice() else {
        panic!("not two turns: {told:?}")
    };
    let trouble = short.trouble.as_ref().unwrap();
    assert_eq!(
        (&short.text, trouble.code.as_str()),
        (&None, "transcribe_nothing_heard")
    );
    assert!(
        next.text.as_ref().is_some_and(|text| !text.is_empty()),
        "{next:?}"
    );
    // It waits on, and may be heard yet.
    let again = app.core.transcribe_session(session, |_| ()).await.unwrap();
    assert_eq!((again.left, again.turns.len()), (0, 1));
    app.core.shut_down().await;
}
