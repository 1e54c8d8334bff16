//! Leaving a server: what it will never be told is said first, and what lies only there can be had again by signing in.

use rehearse_core::view::{SignInAs, SignInRequest, SyncLook, SyncMark};
use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions};

use crate::app::App;
use crate::remote::{request, server, sign_in_as_somebody, sign_in_with, told, until, until_there};

#[tokio::test(flavor = "multi_thread")]
async fn another_server_does_not_take_the_place_of_one_that_was_not_told_of_every_deletion() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, served) = server().await;
    let (another, elsewhere) = server().await;
    another.configure(|options| options.app_id = "another-app".to_owned());
    let app = App::open(folder.path()).await;
    sign_in_as_somebody(&app.core, &fake, &served).await;
    let session = app.typed_practice("I came about my pay.").await;
    until(&app.core, "everything told", |view| {
        told(view) && view.last_success.is_some()
    })
    .await;
    assert_eq!(app.core.sync().await.unwrap().untold, None);
    assert_eq!(app.core.review(session).await.unwrap().sync, Some(SyncMark::Sent));
    drop(served);
    app.core.delete_sessions(vec![session]).await.unwrap();
    let untold = app.core.sync().await.unwrap().untold.unwrap();
    assert_eq!(
        (untold.deletions, untold.files, &*untold.host),
        (1, 0, "127.0.0.1")
    );

    let refused = app
        .core
        .sign_in(request(&another, &elsewhere))
        .await
        .err()
        .unwrap();
    assert_eq!(
        (&*refused.code, &*refused.params["deletions"]),
        ("untold_elsewhere", "1")
    );
    assert!(
        another.requests().is_empty(),
        "nothing is sent before that is answered"
    );
    // Somebody who may be the same one is asked once the server has said who they are.
    let same_app = FakeLeanCloud::new(FakeOptions {
        seed: 2,
        ..FakeOptions::default()
    });
    let there = same_app.serve().await.unwrap();
    let who = || SignInAs::SignUp {
        username: "dana".to_owned(),
        password: "pw".to_owned(),
    };
    let new = app
        .core
        .sign_in(SignInRequest {
            who: who(),
            ..request(&same_app, &there)
        })
        .await;
    assert_eq!(new.err().unwrap().code, "untold_elsewhere");
    let elsewhere_too = tempfile::tempdir().unwrap();
    let somebody_else = App::open(elsewhere_too.path()).await;
    let code = sign_in_as_somebody(&somebody_else.core, &same_app, &there).await;
    somebody_else.core.shut_down().await;
    let who = SignInAs::RecoveryCode { code };
    let other_user = app
        .core
        .sign_in(SignInRequest {
            who,
            ..request(&same_app, &there)
        })
        .await;
    assert_eq!(other_user.err().unwrap().code, "untold_elsewhere");
    let account = app.core.sync().await.unwrap().account.unwrap();
    assert_eq!(account.app_id, fake.options().app_id, "everything is as it was");

    let go_on = SignInRequest {
        forget_untold: true,
        ..request(&another, &elsewhere)
    };
    app.core.sign_in(go_on).await.unwrap();
    let view = until(&app.core, "the other server", told).await;
    assert_eq!(
        (view.untold, view.account.unwrap().app_id.as_str()),
        (None, "another-app")
    );
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_of_another_computer_asks_for_signing_in_where_nobody_fetches_it() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (fake, served) = server().await;
    let app = App::open(here.path()).await;
    let code = sign_in_as_somebody(&app.core, &fake, &served).await;
    app.start(|_| ()).await;
    app.speak_turn(1.5).await;
    let session = app.end().await.session;
    until(&app.core, "everything told", |view| {
        told(view) && view.last_success.is_some()
    })
    .await;

    let other = App::open(there.path()).await;
    sign_in_with(&other.core, &fake, &served, &code).await;
    until_there(&other.core, &[session]).await;
    until(&other.core, "a look", |view| view.look == SyncLook::Done).await;
    let turns = other.core.review(session).await.unwrap().turns;
    let clip = turns[0].line.clip.as_ref().unwrap().parse().unwrap();
    other.core.shut_down().await;
    drop(other);

    std::fs::rename(there.path().join("keys.json"), there.path().join("keys")).unwrap();
    let other = App::open(there.path()).await;
    until(&other.core, "the keys", |view| view.problem.is_some()).await;
    assert_eq!(
        other.core.clip_bytes(clip).await.err().unwrap().code,
        "clip_locked"
    );
    other.core.sign_out().await.unwrap();
    assert_eq!(
        other.core.clip_bytes(clip).await.err().unwrap().code,
        "clip_signed_out"
    );
    let folder = there.path().join("out").display().to_string();
    let export = other.core.export_sessions(vec![session], folder.clone()).await;
    assert_eq!(export.err().unwrap().code, "export_not_here");
    // What was lost on this computer was not made on another.
    other.start(|_| ()).await;
    other.speak_turn(1.5).await;
    let own = other.end().await.session;
    std::fs::remove_dir_all(there.path().join("audio").join(own.to_string())).unwrap();
    let lost = other.core.export_sessions(vec![own], folder.clone()).await;
    assert_eq!(lost.err().unwrap().code, "export_incomplete");
    let both = other
        .core
        .export_sessions(vec![own, session], folder.clone())
        .await;
    let both = both.err().unwrap();
    assert_eq!(both.code, "export_lost_and_not_here");
    assert!(
        both.params["lost"].contains(&own.to_string()) && !both.params["missing"].contains(&own.to_string())
    );
    other.core.shut_down().await;
    drop(other);

    // Signed in, an export brings what it needs.
    let other = App::open(there.path()).await;
    sign_in_with(&other.core, &fake, &served, &code).await;
    let files = other.core.export_sessions(vec![session], folder).await.unwrap();
    assert_eq!(
        files.iter().filter(|file| file.ends_with(".mp3")).count(),
        turns.len()
    );
    app.core.shut_down().await;
    other.core.shut_down().await;
}
