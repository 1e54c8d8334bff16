//! Clips that came from elsewhere. The machine that recorded one keeps its outline and its figures to itself, so both are
//! made here once the file has come. Nobody is told of them.

use rehearse_audio::clip::{self, FinishedClip};
use rehearse_domain::Clip;
use rehearse_store::{Access, Store};

use crate::bus::Paced;
use crate::error::ErrorView;
use crate::house::{Core, blocking};
use crate::view::Topic;

impl Core {
    /// Outlines the clips that came, one at a time and while nobody practises. Whoever listens hears of them.
    pub(super) async fn outline_arrived(&self) -> Result<(), ErrorView> {
        if self.0.store()?.access() == Access::Reader {
            return Ok(());
        }
        let clips = self.0.on_store(Store::clips_without_outline).await?;
        let mut told = Paced::new(&self.0.bus, Topic::Sessions);
        for clip in clips {
            if self.0.measurer.is_hopeless(clip.id) {
                continue;
            }
            self.until_nobody_practises().await;
            if self.outline(&clip).await? {
                told.changed();
            } else {
                self.0.measurer.give_up(clip.id);
            }
        }
        Ok(())
    }

    /// Whether a clip has an outline now. One without sound, or whose file is not what was recorded, never gets one.
    async fn outline(&self, clip: &Clip) -> Result<bool, ErrorView> {
        let store = self.0.store()?;
        let path = store.audio_folder().join(&clip.file);
        // A decoder that panics leaves this one clip without an outline.
        let sound = blocking(move || Ok(clip::inspect(&path))).await;
        let sound: FinishedClip = match sound {
            Ok(Ok(sound)) if sound.sha256 == clip.sha256 && !sound.peaks.is_empty() => sound,
            Ok(Ok(_)) => return Ok(false),
            Ok(Err(error)) => {
                tracing::warn!(%error, clip = %clip.id, "a clip that came cannot be outlined");
                return Ok(false);
            }
            Err(_) => return Ok(false),
        };
        let id = clip.id;
        let keep = move || store.outline_clip(id, &sound.loudness, &sound.peaks);
        let Some(kept) = self.0.measurer.unbroken(keep) else {
            return Ok(false);
        };
        match kept.await {
            Ok(Err(error)) => Err(crate::error::of_store(&error)),
            // One that was deleted meanwhile is none of those that are looked for next.
            Ok(Ok(_)) => Ok(true),
            Err(_) => Ok(false),
        }
    }
}
