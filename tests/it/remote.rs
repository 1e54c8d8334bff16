//! A server of one's own for stories: a fake LeanCloud app on loopback, and what is waited for there.

use std::time::Duration;

use rehearse_core::Core;
use rehearse_core::settings::Settings;
use rehearse_core::view::{
    AudioChoice, HistoryQuery, KeyPlace, ReviewTurn, ServerKind, SignInAs, SignInRequest, SyncPhase, SyncView,
};
use rehearse_domain::SessionId;
use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Served};

/// Longest wait for something that happens within some seconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn server() -> (FakeLeanCloud, Served) {
    let fake = FakeLeanCloud::new(FakeOptions::default());
    let served = fake.serve().await.unwrap();
    (fake, served)
}

pub(crate) fn request(fake: &FakeLeanCloud, served: &Served) -> SignInRequest {
    let options = fake.options();
    SignInRequest {
        server: ServerKind::LeanCloud,
        address: served.url.clone(),
        app_id: options.app_id,
        app_key: Some(options.app_key),
        master_key: None,
        who: SignInAs::Anonymous,
        stub_user: None,
        audio: AudioChoice::Sent,
        keys: KeyPlace::File,
        plain_hosts: Vec::new(),
        forget_untold: false,
    }
}

pub(crate) async fn until(core: &Core, what: &str, wanted: impl Fn(&SyncView) -> bool) -> SyncView {
    let mut changes = core.changes();
    let waiting = async {
        loop {
            let view = core.sync().await.unwrap();
            if wanted(&view) {
                return view;
            }
            // Changes of the store are told by the next look.
            let _ = tokio::time::timeout(Duration::from_millis(200), changes.next()).await;
        }
    };
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(view) => view,
        Err(_) => panic!("waited for {what}: {:#?}", core.sync().await),
    }
}

pub(crate) fn told(view: &SyncView) -> bool {
    view.phase == SyncPhase::Idle && view.waiting == 0
}

pub(crate) async fn set_offline(core: &Core, offline: bool) {
    let settings = core.app().await.unwrap().settings;
    core.change_settings(Settings { offline, ..settings })
        .await
        .unwrap();
}

/// The ids of the sessions in the history.
pub(crate) async fn sessions(core: &Core) -> Vec<SessionId> {
    let page = core.history(HistoryQuery::default()).await.unwrap();
    page.rows.into_iter().map(|row| row.session).collect()
}

/// The bytes of a turn's clip, whatever a computer calls it.
pub(crate) async fn sound(core: &Core, turn: &ReviewTurn) -> Vec<u8> {
    let clip = turn.line.clip.as_ref().unwrap().parse().unwrap();
    core.clip_bytes(clip).await.unwrap()
}

/// Waits until something is so; it looks at the server each time it asks.
pub(crate) async fn eventually<F: Future<Output = bool>>(core: &Core, is_so: impl Fn() -> F) {
    let waiting = async {
        loop {
            core.sync_now().await.unwrap();
            if is_so().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    };
    if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
        panic!("it never came about: {:#?}", core.sync().await);
    }
}

/// Waits until the history of `core` is this.
pub(crate) async fn until_there(core: &Core, wanted: &[SessionId]) {
    eventually(core, || async { sessions(core).await == wanted }).await;
}

/// Signs in as somebody new; answers the code by which the same person signs in elsewhere.
pub(crate) async fn sign_in_as_somebody(core: &Core, fake: &FakeLeanCloud, served: &Served) -> String {
    let signed_in = core.sign_in(request(fake, served)).await.unwrap();
    signed_in.recovery_code.unwrap()
}

/// Signs in as the one whose code this is.
pub(crate) async fn sign_in_with(core: &Core, fake: &FakeLeanCloud, served: &Served, code: &str) {
    let who = SignInAs::RecoveryCode {
        code: code.to_owned(),
    };
    let request = SignInRequest {
        who,
        ..request(fake, served)
    };
    core.sign_in(request).await.unwrap();
}
