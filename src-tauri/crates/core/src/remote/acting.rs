//! What the user does about the server while signed in.

use rehearse_sync::AudioMirror;

use super::account::{ACCOUNT, Account};
use crate::error::ErrorView;
use crate::house::Core;
use crate::view::{SyncOptions, SyncTroubles, SyncView, Topic};

impl Core {
    /// Tries everything now, files that could not be deleted too.
    pub async fn sync_now(&self) -> Result<SyncView, ErrorView> {
        {
            let _alone = self.0.remote.changing.lock().await;
            let account = self.signed_in()?;
            // Keys that could not be read may be readable now, and what fell over gets up.
            if !self.0.remote.runs() {
                self.resume(account).await;
            }
        }
        let now = self.0.now();
        self.0
            .on_store(move |store| store.reconsider_stray_files(now))
            .await?;
        self.0.remote.try_all();
        self.sync().await
    }

    /// The window came forward, or the computer woke up: what waits may be worth a try.
    pub fn came_forward(&self) {
        self.0.remote.look();
    }

    /// Changes what needs no new signing in.
    pub async fn change_sync_options(&self, options: SyncOptions) -> Result<SyncView, ErrorView> {
        let _alone = self.0.remote.changing.lock().await;
        let account = Account {
            audio: options.audio,
            mirror: if options.all_audio {
                AudioMirror::Complete
            } else {
                AudioMirror::OnDemand
            },
            stub_user: options.stub_user.filter(|user| !user.trim().is_empty()),
            ..self.signed_in()?
        };
        let kept = Some(account.clone());
        self.0
            .on_store(move |store| store.put_setting(ACCOUNT, &kept))
            .await?;
        self.resume(account).await;
        self.sync().await
    }

    /// Lets a change that needs the user be tried again.
    pub async fn retry_change(&self, change: u32) -> Result<SyncTroubles, ErrorView> {
        let now = self.0.now();
        self.0
            .on_store(move |store| store.retry_stuck(i64::from(change), now))
            .await?;
        self.0.remote.hurry();
        self.0.bus.changed(Topic::Sync);
        self.0.bus.changed(Topic::Sessions);
        self.sync_troubles().await
    }

    /// Gives up telling the server of a change. Here nothing is lost.
    pub async fn discard_change(&self, change: u32) -> Result<SyncTroubles, ErrorView> {
        let now = self.0.now();
        self.0
            .on_store(move |store| store.discard_stuck(i64::from(change), now))
            .await?;
        self.0.remote.hurry();
        self.0.bus.changed(Topic::Sync);
        self.0.bus.changed(Topic::Sessions);
        self.sync_troubles().await
    }

    /// Who is signed in.
    pub(super) fn signed_in(&self) -> Result<Account, ErrorView> {
        let account = self.0.remote.standing.read().account.clone();
        account.ok_or_else(|| ErrorView::new("not_signed_in"))
    }
}
