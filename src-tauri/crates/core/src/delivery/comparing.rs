//! What is usual for this speaker: the middle of earlier sessions in the same language, measured by the same method.

use std::collections::HashMap;

use rehearse_delivery::session::usual;
use rehearse_domain::{Language, SessionId, Turn, TurnId};
use rehearse_store::{SessionDeliveries, Store, StoreError};

use super::measurer::records;
use super::readings::Readings;
use super::record::Record;
use crate::view::{FigureKind, FigureView, UsualView};

/// What can be compared between turns, or runs, of different lengths, in the order in which it is shown. Sums and
/// counts are not among it.
pub(super) const COMPARABLE: [FigureKind; 16] = [
    FigureKind::SpeakingShare,
    FigureKind::TalkRatio,
    FigureKind::ResponseDelayMs,
    FigureKind::SpeechRate,
    FigureKind::ArticulationRate,
    FigureKind::WordsPerMinute,
    FigureKind::CharactersPerMinute,
    FigureKind::PausesPerMinute,
    FigureKind::PauseMedianMs,
    FigureKind::PauseLongestMs,
    FigureKind::PitchMedianHz,
    FigureKind::PitchLowHz,
    FigureKind::PitchHighHz,
    FigureKind::PitchSpreadSemitones,
    FigureKind::LoudnessLufs,
    FigureKind::LoudnessRangeLu,
];

/// A session of before, as the store has it.
pub(super) struct Earlier {
    pub(super) about: SessionDeliveries,
    turns: Vec<Turn>,
    records: HashMap<TurnId, Record>,
    language: Language,
}

impl Earlier {
    /// Up to `limit` ended sessions in this language that have figures, the newest first. Blocking.
    pub(super) fn read(
        store: &Store,
        language: Language,
        limit: u32,
        before: Option<SessionId>,
    ) -> Result<Vec<Self>, StoreError> {
        let sessions = store.recent_deliveries(language, limit, before)?;
        let read = |about: SessionDeliveries| {
            Ok(Self {
                turns: store.turns(about.session)?,
                records: records(&about.turns),
                language,
                about,
            })
        };
        sessions.into_iter().map(read).collect()
    }

    pub(super) fn readings(&self) -> Readings<'_> {
        Readings::new(&self.turns, &self.records, self.language)
    }
}

/// What is usual, for a turn and for a session.
pub(super) struct Usuals {
    turn: HashMap<FigureKind, UsualView>,
    session: HashMap<FigureKind, UsualView>,
}

impl Usuals {
    pub(super) fn of(earlier: &[Earlier]) -> Self {
        let (mut turn, mut session) = (Values::default(), Values::default());
        for readings in earlier.iter().map(Earlier::readings) {
            let each = readings.turns.iter().flat_map(|reading| &reading.figures);
            each.for_each(|figure| turn.add(figure));
            if readings.is_measured() {
                readings
                    .session_figures()
                    .iter()
                    .for_each(|figure| session.add(figure));
            }
        }
        Self {
            turn: turn.usual(),
            session: session.usual(),
        }
    }

    /// A turn's figures with what is usual.
    pub(super) fn beside_turn(&self, figures: Vec<FigureView>) -> Vec<FigureView> {
        beside(figures, &self.turn)
    }

    /// A session's figures with what is usual.
    pub(super) fn beside_session(&self, figures: Vec<FigureView>) -> Vec<FigureView> {
        beside(figures, &self.session)
    }
}

fn beside(mut figures: Vec<FigureView>, usual: &HashMap<FigureKind, UsualView>) -> Vec<FigureView> {
    for figure in &mut figures {
        figure.usual = usual.get(&figure.kind).copied();
    }
    figures
}

#[derive(Default)]
struct Values(HashMap<FigureKind, Vec<f32>>);

impl Values {
    fn add(&mut self, figure: &FigureView) {
        if let Some(value) = figure.value
            && COMPARABLE.contains(&figure.kind)
        {
            self.0.entry(figure.kind).or_default().push(value);
        }
    }

    fn usual(self) -> HashMap<FigureKind, UsualView> {
        let all = self.0.into_iter();
        all.filter_map(|(kind, values)| Some((kind, usual_of(&values)?)))
            .collect()
    }
}

/// What is usual among values; `None` while there are too few.
pub(super) fn usual_of(values: &[f32]) -> Option<UsualView> {
    let found = usual(values)?;
    Some(UsualView {
        median: found.median,
        low: found.low,
        high: found.high,
        count: found.count,
    })
}
