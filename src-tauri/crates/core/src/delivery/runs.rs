//! Earlier sessions, with the values that are compared. Making those takes megabytes of figures, so they are remembered
//! for as long as nothing of their session changes: some kilobytes of each, about 1 MB of all [`REMEMBERED`].

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use rehearse_domain::{Language, SessionId};
use rehearse_store::{DeliveryStamp, SessionDeliveries, Store, StoreError};

use super::keeping::records;
use super::readings::Readings;
use crate::view::{FigureKind, FigureView};

/// Sessions that are remembered: more than are ever compared at once.
const REMEMBERED: usize = 256;

/// A session of before.
#[derive(Debug)]
pub(super) struct Earlier {
    pub(super) about: SessionDeliveries,
    pub(super) run: Arc<Run>,
}

/// The figures of a session that have a value.
#[derive(Debug, PartialEq)]
pub(super) struct Run {
    /// Of its turns, in order.
    pub(super) turns: Vec<(FigureKind, f32)>,
    /// Of the whole session; none when nothing was measured in it.
    pub(super) session: Vec<(FigureKind, f32)>,
}

impl Run {
    /// The value of the whole session.
    pub(super) fn value(&self, kind: FigureKind) -> Option<f32> {
        let found = self.session.iter().find(|(of, _)| *of == kind);
        found.map(|(_, value)| *value)
    }

    /// How many turns have a figure.
    pub(super) fn turns_with(&self, kind: FigureKind) -> usize {
        self.turns.iter().filter(|(of, _)| *of == kind).count()
    }

    fn read(store: &Store, session: SessionId, language: Language) -> Result<Self, StoreError> {
        let records = records(&store.deliveries(session)?);
        let turns = store.turns(session)?;
        let readings = Readings::new(&turns, &records, language);
        let of_turns = readings.turns.iter().flat_map(|reading| &reading.figures);
        let of_session = if readings.is_measured() {
            readings.session_figures()
        } else {
            Vec::new()
        };
        Ok(Self {
            turns: of_turns.filter_map(value).collect(),
            session: of_session.iter().filter_map(value).collect(),
        })
    }
}

fn value(figure: &FigureView) -> Option<(FigureKind, f32)> {
    Some((figure.kind, figure.value?))
}

/// What was read of earlier sessions.
#[derive(Default)]
pub(super) struct Runs(Mutex<HashMap<SessionId, (DeliveryStamp, Arc<Run>)>>);

impl Runs {
    /// Up to `limit` ended sessions in this language that have figures, the newest first. Blocking.
    pub(super) fn earlier(
        &self,
        store: &Store,
        language: Language,
        limit: u32,
        before: Option<SessionId>,
    ) -> Result<Vec<Earlier>, StoreError> {
        let sessions = store.recent_deliveries(language, limit, before)?;
        let earlier = |about: SessionDeliveries| {
            let run = self.run(store, &about, language)?;
            Ok(Earlier { about, run })
        };
        sessions.into_iter().map(earlier).collect()
    }

    /// What is compared of one of them. Blocking.
    pub(super) fn run(
        &self,
        store: &Store,
        about: &SessionDeliveries,
        language: Language,
    ) -> Result<Arc<Run>, StoreError> {
        let known = self.0.lock().get(&about.session).cloned();
        if let Some((stamp, run)) = known
            && stamp == about.stamp
        {
            return Ok(run);
        }
        // What changes from here on makes another stamp, and is read the next time.
        let run = Arc::new(Run::read(store, about.session, language)?);
        let mut all = self.0.lock();
        if all.len() >= REMEMBERED {
            all.clear();
        }
        all.insert(about.session, (about.stamp, Arc::clone(&run)));
        Ok(run)
    }

    /// What is remembered of a session.
    #[cfg(test)]
    pub(super) fn known(&self, session: SessionId) -> Option<Arc<Run>> {
        self.0.lock().get(&session).map(|(_, run)| Arc::clone(run))
    }
}

#[cfg(test)]
mod tests {
    use rehearse_domain::TranscriptStatus;

    use super::*;
    use crate::delivery::keeping::keep;
    use crate::delivery::made::{START, practised, record, store};
    use crate::system::SystemIds;

    #[test]
    fn an_earlier_session_is_read_once_until_something_in_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let (id, turns) = practised(&store, 1, &record(2, 150.0));
        let runs = Runs::default();
        let read = || {
            runs.earlier(&store, Language::English, 9, None)
                .unwrap()
                .remove(0)
        };
        let first = read();
        assert_eq!(first.about.session, id);
        let pitch = |earlier: &Earlier| earlier.run.value(FigureKind::PitchMedianHz).unwrap();
        assert!((149.0..151.0).contains(&pitch(&first)));
        assert!(Arc::ptr_eq(&first.run, &read().run), "it was not read again");

        keep(&store, turns[0], &record(3, 180.0), START);
        let second = read();
        assert!((179.0..181.0).contains(&pitch(&second)), "{second:?}");
        assert!(Arc::ptr_eq(&second.run, &read().run));
        let heard = (
            TranscriptStatus::Completed,
            Some("I would like to earn a little more."),
        );
        store.set_transcript(turns[0], heard.1, heard.0, START).unwrap();
        let third = read();
        assert_eq!(
            (
                second.run.turns_with(FigureKind::Fillers),
                third.run.turns_with(FigureKind::Fillers)
            ),
            (0, 1)
        );
    }

    #[test]
    fn what_is_remembered_does_not_grow_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let (id, _) = practised(&store, 1, &record(1, 150.0));
        let runs = Runs::default();
        let known = runs
            .earlier(&store, Language::English, 9, None)
            .unwrap()
            .remove(0);
        for _ in 0..REMEMBERED + 10 {
            let other = (known.about.stamp, Arc::clone(&known.run));
            runs.0.lock().insert(SessionId::new(&SystemIds), other);
        }
        runs.0.lock().remove(&id);
        runs.earlier(&store, Language::English, 9, None).unwrap();
        assert_eq!(runs.0.lock().len(), 1);
    }
}
