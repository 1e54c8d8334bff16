//! Hosts that are only reached without encryption: nothing goes there before the user agreed to each, once.

use rehearse_core::Core;
use rehearse_core::view::{AccountView, ReviewTurn, SignInAs, SignInRequest};
use rehearse_domain::SessionId;
use rehearse_fakes::leancloud::Served;

use crate::app::App;
use crate::remote::{request, server, sound, told, until, until_there};

/// The same computer under a name that is not loopback's, so that it stands for another one.
const PLAIN: &str = "0.0.0.0";

/// Where the server is under that name.
fn plain(served: &Served) -> String {
    served.url.replace("127.0.0.1", PLAIN)
}

async fn account(core: &Core) -> AccountView {
    core.sync().await.unwrap().account.unwrap()
}

/// The hosts that were agreed to.
async fn agreed(core: &Core) -> Vec<String> {
    let hosts = account(core).await.plain_hosts;
    hosts.into_iter().map(|host| host.host).collect()
}

async fn refusal(core: &Core, turn: &ReviewTurn) -> (String, Option<String>) {
    let clip = turn.line.clip.as_ref().unwrap().parse().unwrap();
    let error = core.clip_bytes(clip).await.err().unwrap();
    (error.code, error.params.get("host").cloned())
}

async fn spoken(app: &App) -> SessionId {
    app.start(|_| ()).await;
    app.speak_turn(1.5).await;
    let session = app.end().await.session;
    app.core.close_practice().await.unwrap();
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_on_such_a_host_comes_once_the_user_agrees_and_until_that_is_taken_back() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (fake, served) = server().await;
    fake.configure(|options| options.file_host = Some(plain(&served)));
    let app = App::open(here.path()).await;
    let signed_in = app.core.sign_in(request(&fake, &served)).await.unwrap();
    let session = spoken(&app).await;
    until(&app.core, "everything told", |view| {
        told(view) && view.last_success.is_some()
    })
    .await;

    let other = App::open(there.path()).await;
    let who = SignInAs::RecoveryCode {
        code: signed_in.recovery_code.unwrap(),
    };
    let anew = || request(&fake, &served);
    other.core.sign_in(SignInRequest { who, ..anew() }).await.unwrap();
    until_there(&other.core, &[session]).await;
    let (own, mirror) = (
        app.core.review(session).await.unwrap(),
        other.core.review(session).await.unwrap(),
    );
    let told = ("clip_plain_http".to_owned(), Some(PLAIN.to_owned()));
    assert_eq!(refusal(&other.core, &mirror.turns[0]).await, told);
    assert_eq!(agreed(&other.core).await, Vec::<String>::new());

    // As it is copied from an address.
    let view = other.core.allow_plain_http(plain(&served)).await.unwrap();
    let hosts = view.account.unwrap().plain_hosts;
    assert_eq!((&*hosts[0].host, hosts[0].is_server), (PLAIN, false));
    assert_eq!(
        sound(&app.core, &own.turns[0]).await,
        sound(&other.core, &mirror.turns[0]).await
    );
    other.core.shut_down().await;
    drop(other);

    let other = App::open(there.path()).await;
    assert_eq!(agreed(&other.core).await, [PLAIN]);
    until_there(&other.core, &[session]).await;
    assert!(!sound(&other.core, &mirror.turns[1]).await.is_empty());
    other.core.forbid_plain_http(PLAIN.to_owned()).await.unwrap();
    assert_eq!(refusal(&other.core, &mirror.turns[2]).await, told);
    app.core.shut_down().await;
    other.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_to_such_a_host_is_stuck_with_its_name_and_goes_out_when_the_user_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, served) = server().await;
    fake.configure(|options| options.upload_host = Some(plain(&served)));
    let app = App::open(folder.path()).await;
    app.core.sign_in(request(&fake, &served)).await.unwrap();
    spoken(&app).await;
    until(&app.core, "recordings that are stuck", |view| view.stuck == 3).await;
    let stuck = app.core.sync_troubles().await.unwrap().stuck;
    assert_eq!(
        (&*stuck[0].reason, stuck[0].host.as_deref()),
        ("plain_http", Some(PLAIN))
    );
    app.core.allow_plain_http(PLAIN.to_owned()).await.unwrap();
    until(&app.core, "everything told", |view| told(view) && view.stuck == 0).await;
    assert_eq!(fake.files().len(), 3);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_itself_is_agreed_to_when_somebody_signs_in_and_until_they_sign_out() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, served) = server().await;
    let app = App::open(folder.path()).await;
    let at_plain = |hosts: &[&str], who| SignInRequest {
        address: plain(&served),
        plain_hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        who,
        ..request(&fake, &served)
    };
    let refused = app.core.sign_in(at_plain(&[], SignInAs::Anonymous)).await;
    assert_eq!(refused.err().unwrap().code, "remote_plain_http");
    let refused = app.core.sign_in(at_plain(&["a b"], SignInAs::Anonymous)).await;
    assert_eq!(refused.err().unwrap().code, "host_bad");
    let hosts = [PLAIN, "FILES.example.org", "localhost"];
    let signed_in = app
        .core
        .sign_in(at_plain(&hosts, SignInAs::Anonymous))
        .await
        .unwrap();
    let code = signed_in.recovery_code.unwrap();
    assert_eq!(agreed(&app.core).await, [PLAIN, "files.example.org"]);
    assert!(account(&app.core).await.plain_hosts[0].is_server);
    let kept = app.core.forbid_plain_http(PLAIN.to_owned()).await.err().unwrap();
    assert_eq!(kept.code, "plain_host_is_server");

    // Who signs in again at the same server agreed to it before.
    let again = || SignInAs::RecoveryCode { code: code.clone() };
    app.core.sign_in(at_plain(&[], again())).await.unwrap();
    assert_eq!(agreed(&app.core).await, [PLAIN, "files.example.org"]);
    app.core.sign_out().await.unwrap();
    let refused = app.core.sign_in(at_plain(&[], again())).await;
    assert_eq!(refused.err().unwrap().code, "remote_plain_http");
    let nobody = app.core.allow_plain_http(PLAIN.to_owned()).await.err().unwrap();
    assert_eq!(nobody.code, "not_signed_in");
    app.core.shut_down().await;
}
