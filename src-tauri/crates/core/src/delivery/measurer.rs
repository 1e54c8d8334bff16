//! Figures that are not there: computed from the clips, on a thread that may block, one session at a time, and kept.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use rehearse_delivery::METHOD;
use rehearse_domain::{Clip, ClipId, Session, SessionId, Speaker, Timestamp, Turn, TurnId};
use rehearse_store::{Access, Store, StoreError};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinSet;

use super::clip_figures::{Unmeasured, measure};
use super::keeping::{keep_computed, records};
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
    /// Turns of the trainee without figures whose clip lies on another computer.
    pub(crate) elsewhere: HashSet<TurnId>,
    /// The clips that are to be measured.
    unmeasured: VecDeque<Waiting>,
}

/// A clip that is to be measured.
struct Waiting {
    turn: TurnId,
    clip: Clip,
    /// How its file looked just before; `None` when that could not be seen.
    file: Option<FileState>,
}

/// Measures clips. The house owns it and what it does unasked.
pub(crate) struct Measurer {
    /// Whoever holds it measures; others wait, and find what was kept meanwhile.
    one_at_a_time: tokio::sync::Mutex<()>,
    /// `None` once the house has shut down: then nothing more begins.
    unasked: Mutex<Option<Unasked>>,
    /// What was to be measured after the start has been looked at.
    caught_up: AtomicBool,
    /// Clips came from elsewhere.
    arrived: Notify,
    /// Clips from elsewhere that cannot be outlined, as long as this process lives.
    hopeless: Mutex<HashSet<ClipId>>,
    /// What was read of earlier sessions.
    pub(super) runs: Runs,
}

/// What goes on while nobody waits for it.
#[derive(Default)]
struct Unasked {
    /// May be left off at any time.
    work: JoinSet<()>,
    /// Is done to its end: it holds the store, and with it the data folder.
    unbroken: JoinSet<()>,
}

impl Default for Measurer {
    fn default() -> Self {
        Self {
            one_at_a_time: tokio::sync::Mutex::default(),
            unasked: Mutex::new(Some(Unasked::default())),
            caught_up: AtomicBool::default(),
            arrived: Notify::default(),
            hopeless: Mutex::default(),
            runs: Runs::default(),
        }
    }
}

impl Measurer {
    /// Keeps others from measuring while figures are about to be kept; `None` when somebody measures already.
    pub(crate) fn wait_for_me(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        self.one_at_a_time.try_lock().ok()
    }

    /// Does something that nobody waits for, until it is done or the house shuts down.
    pub(crate) fn beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(unasked) = &mut *self.unasked.lock() {
            while unasked.work.try_join_next().is_some() {}
            unasked.work.spawn(work);
        }
    }

    /// Takes over what is being written. The house waits for it when it shuts down.
    pub(crate) fn finish(&self, mut writes: JoinSet<()>) {
        match &mut *self.unasked.lock() {
            Some(unasked) => {
                let written = async move { while writes.join_next().await.is_some() {} };
                unasked.unbroken.spawn(written);
            }
            // Nobody is left who could wait.
            None => writes.detach_all(),
        }
    }

    /// Begins what may block and holds the store. It is done to its end also when nobody waits for the answer any more,
    /// so it must be short. `None` once the house has shut down.
    pub(super) fn unbroken<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Option<oneshot::Receiver<T>> {
        let mut unasked = self.unasked.lock();
        let jobs = &mut unasked.as_mut()?.unbroken;
        while jobs.try_join_next().is_some() {}
        let (answer, done) = oneshot::channel();
        jobs.spawn_blocking(move || drop(answer.send(job())));
        Some(done)
    }

    /// Lets go of what nobody waits for, and lets nothing more begin. What is being written is on disk, and nothing else
    /// that may not be broken off holds the store, when this returns.
    pub(crate) async fn shut_down(&self) {
        let unasked = self.unasked.lock().take();
        if let Some(mut unasked) = unasked {
            unasked.work.shutdown().await;
            while unasked.unbroken.join_next().await.is_some() {}
        }
    }

    /// What was to be measured after the start has been looked at, and nothing more is measured unasked.
    pub(super) fn caught_up(&self) {
        self.caught_up.store(true, Ordering::Relaxed);
    }

    /// Clips came from elsewhere: there is something to outline and to measure again.
    pub(crate) fn clips_came(&self) {
        self.caught_up.store(false, Ordering::Relaxed);
        self.arrived.notify_one();
    }

    /// Until clips come from elsewhere.
    pub(super) async fn until_clips_come(&self) {
        self.arrived.notified().await;
    }

    /// Whether a clip from elsewhere could not be outlined before.
    pub(super) fn is_hopeless(&self, clip: ClipId) -> bool {
        self.hopeless.lock().contains(&clip)
    }

    /// A clip from elsewhere cannot be outlined.
    pub(super) fn give_up(&self, clip: ClipId) {
        self.hopeless.lock().insert(clip);
    }

    /// Sessions that are still to be measured unasked, by this process or, where it only reads, by the one that owns
    /// the data folder. Blocking.
    pub(super) fn still_to_measure(&self, store: &Store) -> Result<u32, StoreError> {
        if self.caught_up.load(Ordering::Relaxed) {
            return Ok(0);
        }
        store.count_unmeasured_sessions(METHOD)
    }

    /// A session with figures of the method in force for every turn whose clip can be measured. What had to be computed
    /// is kept, where this process may write.
    pub(crate) async fn measured_session(
        &self,
        store: &Arc<Store>,
        session: SessionId,
        now: Timestamp,
    ) -> Result<MeasuredSession, ErrorView> {
        self.measured_while(store, session, now, || true).await
    }

    /// The same for as long as it may go on, which is asked before each clip: see [`MeasuredSession::is_whole`].
    pub(super) async fn measured_while(
        &self,
        store: &Arc<Store>,
        session: SessionId,
        now: Timestamp,
        goes_on: impl Fn() -> bool,
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
        let _alone = self.one_at_a_time.lock().await;
        let mut found = read().await?;
        while goes_on()
            && let Some(Waiting { turn, clip, file }) = found.unmeasured.pop_front()
        {
            let path = store.audio_folder().join(&clip.file);
            // A decoder that panics leaves this one turn without figures.
            let measured = blocking(move || Ok(measure(&path, &clip))).await;
            let record = found.records.entry(turn).or_default();
            match (measured.unwrap_or(Err(Unmeasured::Unreadable)), file) {
                (Ok(figures), _) => (record.figures, record.unreadable) = (Some(figures), None),
                (Err(Unmeasured::Unreadable), Some(file)) => record.unreadable = Some(file),
                (Err(_), _) => continue,
            }
            if store.access() == Access::Owner {
                let (store, computed) = (Arc::clone(store), record.clone());
                let kept = self.unbroken(move || keep_computed(&store, turn, computed, now));
                if let Some(kept) = kept
                    && let Ok(in_force) = kept.await
                {
                    *record = in_force;
                }
            }
        }
        Ok(found)
    }
}

impl MeasuredSession {
    /// Whether every clip was measured that can be for now.
    pub(super) fn is_whole(&self) -> bool {
        self.unmeasured.is_empty()
    }

    fn read(store: &Store, session: SessionId) -> Result<Self, ErrorView> {
        let found = store.session(session).map_err(|error| of_store(&error))?;
        let found = found.ok_or_else(|| ErrorView::no_such_session(session))?;
        let kept = store.deliveries(session).map_err(|error| of_store(&error))?;
        let turns = store.turns(session).map_err(|error| of_store(&error))?;
        let records = records(&kept);
        let elsewhere = elsewhere(store, &turns, &records).map_err(|error| of_store(&error))?;
        let unmeasured = unmeasured(&turns, &records, &elsewhere, &store.audio_folder());
        Ok(Self {
            session: found,
            unmeasured,
            elsewhere,
            turns,
            records,
        })
    }
}

/// The trainee's turns with sound and without figures of the method in force.
fn without_figures<'a>(
    turns: &'a [Turn],
    records: &'a HashMap<TurnId, Record>,
) -> impl Iterator<Item = (&'a Turn, &'a Clip, Option<&'a Record>)> {
    let own = turns.iter().filter(|turn| turn.speaker == Speaker::Trainee);
    let own = own.filter_map(|turn| Some((turn, turn.clip.as_ref()?, records.get(&turn.id))));
    own.filter(|(_, _, record)| record.is_none_or(|record| record.figures.is_none()))
}

/// Those of them whose clip has not come here.
fn elsewhere(
    store: &Store,
    turns: &[Turn],
    records: &HashMap<TurnId, Record>,
) -> Result<HashSet<TurnId>, StoreError> {
    let mut found = HashSet::new();
    for (turn, clip, _) in without_figures(turns, records) {
        if !store.clip_is_here(clip.id)? {
            found.insert(turn.id);
        }
    }
    Ok(found)
}

/// Those of them whose clip is here, but for those whose file this method has found unreadable as it is.
fn unmeasured(
    turns: &[Turn],
    records: &HashMap<TurnId, Record>,
    elsewhere: &HashSet<TurnId>,
    audio: &Path,
) -> VecDeque<Waiting> {
    let here = without_figures(turns, records).filter(|(turn, ..)| !elsewhere.contains(&turn.id));
    here.filter_map(|(turn, clip, record)| {
        let file = FileState::of(&audio.join(&clip.file)).ok();
        let in_vain = record.and_then(|record| record.unreadable);
        (in_vain.is_none() || in_vain != file).then(|| Waiting {
            turn: turn.id,
            clip: clip.clone(),
            file,
        })
    })
    .collect()
}

#[cfg(test)]
#[path = "measurer_tests.rs"]
mod tests;
