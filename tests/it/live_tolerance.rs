//! Servers that differ from the documents: what they say is shown without the key, and what they can do is found out.

use std::path::Path;

use rehearse_core::view::{Action, ModelRole, PauseCause, PracticePhase};
use rehearse_fakes::models::{Role, Script};

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
        shown.push(format!("{:?}", app.core.check_model(role).await.unwrap()));
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
