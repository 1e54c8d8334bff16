//! Earlier sessions, with the values that are compared. Making those takes megabytes of figures, so they are remembered
//! for as long as nothing of their session changes; there are some kilobytes of them.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use rehearse_domain::{Language, SessionId};
use rehearse_store::{DeliveryStamp, SessionDeliveries, Store, StoreError};

use super::measurer::records;
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

    fn run(
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
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use rehearse_content::Library;
    use rehearse_domain::{
        Clip, ClipId, EndReason, Limits, Loudness, Objective, PartnerKind, Session, SessionStatus, Speaker,
        Timestamp, TranscriptStatus, Turn, TurnId,
    };
    use rehearse_store::Access;

    use super::*;
    use crate::delivery::Record;
    use crate::delivery::measurer::keep;
    use crate::system::SystemIds;

    const START: Timestamp = Timestamp::from_millis(1_000_000);

    fn store(folder: &Path) -> Store {
        Store::open(folder, Access::Owner, START).unwrap()
    }

    /// Adds an ended session in which the trainee has so many turns, and keeps these figures for each.
    fn practised(store: &Store, turns: u32, record: &Record) -> (SessionId, Vec<TurnId>) {
        let library = Library::built_in().unwrap();
        let snapshot = library.snapshot(&"ask-for-a-raise".parse().unwrap()).unwrap();
        let session = Session {
            id: SessionId::new(&SystemIds),
            language: snapshot.scenario.language,
            snapshot,
            partner: PartnerKind::Scripted,
            limits: Limits {
                idle: None,
                duration: None,
            },
            status: SessionStatus::Ended,
            created_at: START,
            started_at: Some(START),
            ended_at: Some(START),
            active: Duration::ZERO,
            objective: Objective::default(),
            end_reason: Some(EndReason::Manual),
            parent: None,
        };
        let turns: Vec<Turn> = (0..turns).map(|sequence| turn(session.id, sequence)).collect();
        let (id, ids): (_, Vec<TurnId>) = (session.id, turns.iter().map(|turn| turn.id).collect());
        store.import_sessions(&[(session, turns)]).unwrap();
        for turn in &ids {
            keep(store, *turn, record, START);
        }
        (id, ids)
    }

    fn turn(session: SessionId, sequence: u32) -> Turn {
        let clip = ClipId::new(&SystemIds);
        Turn {
            id: TurnId::new(&SystemIds),
            session,
            sequence,
            speaker: Speaker::Trainee,
            clip: Some(Clip {
                id: clip,
                file: format!("{session}/{clip}.mp3"),
                sha256: String::new(),
                bytes: 0,
                duration: Duration::from_secs(2),
                loudness: Loudness {
                    peak_dbfs: -3.0,
                    loudest_dbfs: -18.0,
                    clipped: 0.0,
                },
                peaks: Vec::new(),
            }),
            transcript: None,
            transcript_status: TranscriptStatus::Pending,
            started_at: START,
            ended_at: START,
            latency: None,
        }
    }

    /// Figures of so many seconds of a tone that is so high, and as loud by turns as syllables are.
    fn record(seconds: usize, hertz: f32) -> Record {
        let wave = |n: usize, hertz: f32| (n as f32 / 24_000.0 * hertz * std::f32::consts::TAU).sin();
        let sample = |n| 0.3 * wave(n, hertz) * (0.6 + 0.4 * wave(n, 4.0));
        let tone: Vec<f32> = (0..24_000 * seconds).map(sample).collect();
        Record {
            figures: Some(rehearse_delivery::measure(24_000, &tone).unwrap()),
            ..Record::default()
        }
    }

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
