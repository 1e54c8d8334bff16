//! Figures that are not there: computed from the clips, on a thread that may block, one session at a time, and kept.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use rehearse_audio::SAMPLE_RATE;
use rehearse_audio::clip::{self, ClipError};
use rehearse_audio::mp3::{self, Mp3Error};
use rehearse_delivery::{Clipping, METHOD, Meter, TurnFigures};
use rehearse_domain::{Clip, Session, SessionId, Speaker, Timestamp, Turn, TurnId};
use rehearse_store::{Access, Store, StoreError};
use tokio::task::JoinSet;

use super::record::{FileState, Record};
use super::runs::Runs;
use crate::error::{ErrorView, of_store};
use crate::house::blocking;

/// A session with what is known of its sound.
pub(crate) struct MeasuredSession {
    pub(crate) session: Session,
    pub(crate) turns: Vec<Turn>,
    /// What is known of the turns; after measuring, those without figures have a clip that cannot be read.
    pub(crate) records: HashMap<TurnId, Record>,
    /// The clips that are to be measured.
    unmeasured: Vec<(TurnId, Clip)>,
}

/// Why a clip has no figures.
enum Unmeasured {
    /// Its file is missing, was changed, or does not decode.
    Unreadable,
    /// The system refused to read it, which may pass.
    NotNow,
}

/// Measures clips. The house owns it and what it does unasked.
#[derive(Default)]
pub(crate) struct Measurer {
    /// Whoever holds it measures; others wait, and find what was kept meanwhile.
    turn: tokio::sync::Mutex<()>,
    unasked: Mutex<JoinSet<()>>,
    /// What was to be measured after the start has been looked at.
    caught_up: AtomicBool,
    /// What was read of earlier sessions.
    pub(super) runs: Runs,
}

impl Measurer {
    /// Keeps others from measuring while figures are about to be kept; `None` when somebody measures already.
    pub(crate) fn wait_for_me(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        self.turn.try_lock().ok()
    }

    /// Does something that nobody waits for, until it is done or the house shuts down.
    pub(crate) fn beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.unasked.lock().spawn(work);
    }

    /// Lets go of what nobody waits for. What is being written is written.
    pub(crate) async fn shut_down(&self) {
        let mut unasked = std::mem::take(&mut *self.unasked.lock());
        unasked.shutdown().await;
    }

    /// What was to be measured after the start has been looked at, and nothing more is measured unasked.
    pub(super) fn caught_up(&self) {
        self.caught_up.store(true, Ordering::Relaxed);
    }

    /// Sessions that are still to be measured unasked, by this process or, where it only reads, by the one that owns
    /// the data folder. Blocking.
    pub(super) fn still_to_measure(&self, store: &Store) -> Result<usize, StoreError> {
        if self.caught_up.load(Ordering::Relaxed) {
            return Ok(0);
        }
        Ok(store.unmeasured_sessions(METHOD)?.len())
    }

    /// A session with figures of the method in force for every turn whose clip can be measured. What had to be computed
    /// is kept, where this process may write.
    pub(crate) async fn measured_session(
        &self,
        store: &Arc<Store>,
        session: SessionId,
        now: Timestamp,
    ) -> Result<MeasuredSession, ErrorView> {
        let read = || {
            let store = Arc::clone(store);
            blocking(move || MeasuredSession::read(&store, session))
        };
        if let found = read().await?
            && found.unmeasured.is_empty()
        {
            return Ok(found);
        }
        let _alone = self.turn.lock().await;
        let mut found = read().await?;
        for (turn, clip) in std::mem::take(&mut found.unmeasured) {
            let path = store.audio_folder().join(&clip.file);
            let state = FileState::of(&path);
            // A decoder that panics leaves this one turn without figures.
            let measured = blocking(move || Ok(measure(&path, &clip))).await;
            let record = found.records.entry(turn).or_default();
            match measured.unwrap_or(Err(Unmeasured::Unreadable)) {
                Ok(figures) => (record.figures, record.unreadable) = (Some(figures), None),
                Err(Unmeasured::Unreadable) => record.unreadable = Some(state),
                Err(Unmeasured::NotNow) => continue,
            }
            if store.access() == Access::Owner {
                let (store, record) = (Arc::clone(store), record.clone());
                blocking(move || {
                    keep(&store, turn, &record, now);
                    Ok(())
                })
                .await?;
            }
        }
        Ok(found)
    }
}

impl MeasuredSession {
    fn read(store: &Store, session: SessionId) -> Result<Self, ErrorView> {
        let found = store.session(session).map_err(|error| of_store(&error))?;
        let found = found.ok_or_else(|| ErrorView::no_such_session(session))?;
        let kept = store.deliveries(session).map_err(|error| of_store(&error))?;
        let turns = store.turns(session).map_err(|error| of_store(&error))?;
        let records = records(&kept);
        Ok(Self {
            session: found,
            unmeasured: unmeasured(&turns, &records, &store.audio_folder()),
            turns,
            records,
        })
    }
}

/// The trainee's turns with sound and without figures of the method in force, but for those whose file this method
/// has found unreadable as it is.
fn unmeasured(turns: &[Turn], records: &HashMap<TurnId, Record>, audio: &Path) -> Vec<(TurnId, Clip)> {
    let own = turns.iter().filter(|turn| turn.speaker == Speaker::Trainee);
    own.filter_map(|turn| {
        let clip = turn.clip.as_ref()?;
        let done = records.get(&turn.id).is_some_and(|record| {
            let in_vain = |state| state == FileState::of(&audio.join(&clip.file));
            record.figures.is_some() || record.unreadable.is_some_and(in_vain)
        });
        (!done).then(|| (turn.id, clip.clone()))
    })
    .collect()
}

/// What the store kept, read.
pub(super) fn records(kept: &[(TurnId, rehearse_store::Delivery)]) -> HashMap<TurnId, Record> {
    kept.iter()
        .map(|(turn, kept)| (*turn, Record::read(kept)))
        .collect()
}

/// Keeps what is known of a turn's sound. What cannot be kept is computed again when it is asked for. Blocking.
pub(crate) fn keep(store: &Store, turn: TurnId, record: &Record, now: Timestamp) {
    let kept = record
        .kept(now)
        .and_then(|kept| store.save_delivery(turn, &kept).map_err(|error| of_store(&error)));
    if let Err(error) = kept {
        tracing::warn!(code = error.code, %turn, "figures could not be kept");
    }
}

/// The figures of a clip that is as it was recorded. Figures of damaged sound would describe the damage.
fn measure(path: &Path, clip: &Clip) -> Result<TurnFigures, Unmeasured> {
    let sha256 = clip::sha256(path).map_err(|error| {
        let passing = matches!(error, ClipError::Disk(_) | ClipError::NotWritable);
        unmeasured_because(clip, &error, passing)
    })?;
    if sha256 != clip.sha256 {
        tracing::warn!(clip = %clip.id, "a clip is not what was recorded");
        return Err(Unmeasured::Unreadable);
    }
    let mut meter = Meter::new(SAMPLE_RATE).map_err(|error| unmeasured_because(clip, &error, true))?;
    let mut samples = 0;
    // As loud as it came from the microphone, or the same take would be measured in two ways.
    mp3::decode_as_recorded(path, |block| {
        samples += block.len() as u64;
        meter.push(block);
    })
    .map_err(|error| unmeasured_because(clip, &error, matches!(error, Mp3Error::Read(_))))?;
    let mut figures = meter.finish();
    // What stood at full scale was counted while it was recorded; the MP3 does not tell.
    figures.clipping = Clipping::of_share(clip.loudness.clipped, samples);
    Ok(figures)
}

fn unmeasured_because(clip: &Clip, error: &dyn std::error::Error, passing: bool) -> Unmeasured {
    tracing::warn!(%error, clip = %clip.id, passing, "a clip cannot be measured");
    if passing {
        Unmeasured::NotNow
    } else {
        Unmeasured::Unreadable
    }
}

#[cfg(test)]
mod clipping_tests {
    use rehearse_audio::clip::ClipWriter;
    use rehearse_domain::ClipId;

    use super::*;
    use crate::system::SystemIds;

    /// What a clip of this sound says about clipping, and what its take said.
    fn clipping(sound: &[f32]) -> (Clipping, Clipping) {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = ClipWriter::create(&folder.path().join("take.mp3")).unwrap();
        writer.write(sound).unwrap();
        let finished = writer.finish().unwrap();
        let clip = Clip {
            id: ClipId::new(&SystemIds),
            file: "take.mp3".to_owned(),
            sha256: finished.sha256,
            bytes: finished.bytes,
            duration: finished.duration,
            loudness: finished.loudness,
            peaks: finished.peaks,
        };
        let Ok(figures) = measure(&finished.path, &clip) else {
            panic!("the clip was not measured");
        };
        let live = rehearse_delivery::measure(SAMPLE_RATE, sound).unwrap();
        (figures.clipping, live.clipping)
    }

    #[test]
    fn a_clip_is_overdriven_where_its_take_was_and_not_where_the_encoding_rings() {
        // A buzz, whose edges ring.
        let sound = |loudest: f32| -> Vec<f32> {
            let sample = |n: u32| 2.0 * (n % 160) as f32 / 160.0 - 1.0;
            let clip = |n| (loudest * sample(n)).clamp(-1.0, 1.0);
            (0..3 * SAMPLE_RATE).map(clip).collect()
        };
        assert_eq!(clipping(&sound(0.97)), (Clipping::default(), Clipping::default()));
        let (again, live) = clipping(&sound(1.5));
        assert!(live.samples > 1000, "{live:?}");
        assert_eq!((again.samples, again.places.len()), (live.samples, 0));
    }
}
