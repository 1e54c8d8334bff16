//! Recordings of other computers, brought here one by one as somebody wants to hear them.

use rehearse_domain::{ClipId, SessionId};
use rehearse_leancloud::{Error, Invalid, Next, Reason};
use rehearse_sync::FetchError;

use super::account::host;
use super::faults::of_remote;
use crate::error::ErrorView;
use crate::house::Core;

impl Core {
    /// Brings the file of a clip that was recorded elsewhere.
    ///
    /// # Errors
    /// `clip_…`: why it cannot be brought; what the server says (`remote_…`).
    pub(crate) async fn bring_clip(&self, clip: ClipId) -> Result<(), ErrorView> {
        let Some(puller) = self.0.remote.fetching() else {
            return Err(self.why_none_comes());
        };
        match puller.fetch_clip(clip).await {
            Ok(_) => {
                self.0.measurer.clips_came();
                Ok(())
            }
            // Whoever looks next says that it is missing.
            Err(FetchError::NoClip(_) | FetchError::Missing) => Ok(()),
            Err(FetchError::Altered) => Err(ErrorView::new("clip_altered")),
            Err(FetchError::Server(error)) => {
                let account = self.signed_in()?;
                let host = host(account.server, &account.address).unwrap_or_default();
                Err(of_server(&host, &error))
            }
            Err(error) => Err(ErrorView::internal(error)),
        }
    }

    /// Whether a recording was made elsewhere and has not come.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn is_absent(&self, clip: ClipId) -> Result<bool, ErrorView> {
        let absent = self.0.on_store(move |store| store.absent_clip(clip));
        Ok(absent.await?.is_some())
    }

    /// Whether recordings of a session were made elsewhere and have not come, and somebody is signed in: who owns the data
    /// folder can bring them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn could_bring_clips(&self, session: SessionId) -> Result<bool, ErrorView> {
        Ok(self.marks_sessions() && !self.absent_clips(session).await?.is_empty())
    }

    /// Brings the recordings of a session that were made elsewhere, as far as they come.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn bring_clips(&self, session: SessionId) -> Result<(), ErrorView> {
        let absent = self.absent_clips(session).await?;
        if !absent.is_empty() && self.0.remote.fetching().is_none() {
            // The program may have begun a moment ago, and not got so far.
            self.clone().go_online().await;
        }
        if self.0.remote.fetching().is_none() {
            return Ok(());
        }
        for clip in absent {
            if let Err(error) = self.bring_clip(clip).await {
                tracing::warn!(%clip, code = error.code, "a recording could not be brought");
            }
        }
        Ok(())
    }

    /// The recordings of a session that were made elsewhere and have not come.
    async fn absent_clips(&self, session: SessionId) -> Result<Vec<ClipId>, ErrorView> {
        self.0
            .on_store(move |store| {
                let mut absent = Vec::new();
                for clip in store.turns(session)?.into_iter().filter_map(|turn| turn.clip) {
                    absent.extend(store.absent_clip(clip.id)?.map(|absent| absent.clip));
                }
                Ok(absent)
            })
            .await
    }

    /// Why nobody fetches: nobody is signed in, their keys cannot be read, or another program does it.
    fn why_none_comes(&self) -> ErrorView {
        let standing = self.0.remote.standing.read();
        ErrorView::new(match (&standing.account, &standing.problem) {
            (None, _) => "clip_signed_out",
            (Some(_), Some(_)) => "clip_locked",
            (Some(_), None) => "clip_elsewhere",
        })
    }
}

fn of_server(host: &str, error: &Error) -> ErrorView {
    match (error, error.next()) {
        // Without a hash nobody could tell what comes over an open line.
        (Error::Invalid(Invalid::Unchecked), _) => ErrorView::new("clip_unchecked"),
        (
            _,
            Next::Stuck {
                reason: Reason::PlainHttp(host),
            },
        ) => ErrorView::new("clip_plain_http").with("host", host),
        _ => of_remote(host, error),
    }
}
