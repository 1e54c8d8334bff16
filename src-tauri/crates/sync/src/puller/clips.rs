//! Clips of mirrors: brought when somebody wants to hear them, or all of them.

use std::path::PathBuf;
use std::sync::Arc;

use rehearse_domain::ClipId;
use rehearse_leancloud::{Dialect, Error, Expected, FileId, Received, Transport};
use rehearse_store::{AbsentClip, Arriving, StoreError};

use super::{Pulled, Puller};
use crate::blocking::on;
use crate::failed::Failed;
use crate::outcome::{Outcome, outcome};

/// Clips that are looked for in one round.
const CLIPS_AT_ONCE: u32 = 200;

/// Why a clip did not come. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// There is no such clip, or nobody knows where its file lies.
    #[error("there is no clip {0}")]
    NoClip(ClipId),
    /// The server does not have its file any more.
    #[error("the file of the clip is not on the server any more")]
    Missing,
    /// What came is not what was recorded.
    #[error("the file of the clip is not the one that was recorded")]
    Altered,
    /// Anything else that the server said.
    #[error("the clip could not be brought")]
    Server(#[source] Error),
    /// What the store said.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Error> for FetchError {
    fn from(error: Error) -> Self {
        match (&error, outcome(&error)) {
            (Error::Altered { .. }, _) => Self::Altered,
            (_, Outcome::Missing) => Self::Missing,
            _ => Self::Server(error),
        }
    }
}

impl<T: Transport> Puller<T> {
    /// The file of a clip, brought here first when it is not here. It is whole, and has the hash that its turn names.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn fetch_clip(&self, clip: ClipId) -> Result<PathBuf, FetchError> {
        let found = on(&self.store, move |store| {
            Ok(match store.absent_clip(clip)? {
                Some(absent) => Err(absent),
                None => Ok(store.clip(clip)?.map(|clip| store.audio_folder().join(clip.file))),
            })
        });
        match found.await? {
            Ok(Some(path)) => Ok(path),
            Ok(None) => Err(FetchError::NoClip(clip)),
            Err(absent) => self.fetch(absent).await,
        }
    }

    /// Brings clips that are not here. One that cannot be brought holds no other up.
    pub(super) async fn fetch_absent(&self, pulled: &mut Pulled) -> Result<(), Failed> {
        let absent = on(&self.store, |store| store.absent_clips(CLIPS_AT_ONCE)).await?;
        for one in absent {
            let clip = one.clip;
            if self.memory.lock().refused.contains(&clip) {
                continue;
            }
            match self.fetch(one).await {
                Ok(_) => pulled.clips += 1,
                Err(FetchError::Store(error)) => return Err(error.into()),
                Err(FetchError::Server(error)) if is_about_everything(&error) => return Err(error.into()),
                Err(error) => {
                    tracing::warn!(%clip, %error, "a clip did not come");
                    self.memory.lock().refused.insert(clip);
                }
            }
        }
        Ok(())
    }

    async fn fetch(&self, absent: AbsentClip) -> Result<PathBuf, FetchError> {
        let clip = absent.clip;
        let Arriving { path, file } = on(&self.store, move |store| store.begin_arriving(clip)).await?;
        let mut file = tokio::fs::File::from_std(file);
        let received = match self.download(&absent, &mut file).await {
            Ok(received) => received,
            Err(error) => {
                drop(file);
                on(&self.store, move |store| store.forget_arriving(&path)).await?;
                return Err(error);
            }
        };
        drop(file);
        let Received { size, sha256 } = received;
        let placed = on(&self.store, move |store| {
            store.clip_arrived(&absent, &path, &sha256, size)
        });
        placed.await?.ok_or(FetchError::NoClip(clip))
    }

    /// From where the file was, or from where it is now: hosts of files change, and a row of a file says where it lies.
    async fn download(
        &self,
        absent: &AbsentClip,
        file: &mut tokio::fs::File,
    ) -> Result<Received, FetchError> {
        let expected = Expected {
            size: absent.bytes,
            sha256: absent.sha256.clone(),
        };
        let files = self.client.files();
        let is_leancloud = self.client.dialect() == Dialect::LeanCloud;
        if !absent.file.url.is_empty() {
            let came = files.download(&absent.file.url, file, &expected, None).await;
            match came.map_err(FetchError::from) {
                Err(FetchError::Missing) if is_leancloud => {}
                came => return came,
            }
        }
        if !is_leancloud {
            return Err(FetchError::Missing);
        }
        let row = files.get(&FileId::new(&*absent.file.id)).await?;
        let url = row.map(|row| row.url).filter(|url| *url != absent.file.url);
        let url = Arc::<str>::from(url.ok_or(FetchError::Missing)?);
        let received = files.download(&url, file, &expected, None).await?;
        let clip = absent.clip;
        on(&self.store, move |store| store.set_file_address(clip, &url)).await?;
        Ok(received)
    }
}

/// Whether another clip would fare no better.
fn is_about_everything(error: &Error) -> bool {
    matches!(
        outcome(error),
        Outcome::SignIn | Outcome::Later { pause: Some(_), .. }
    )
}
