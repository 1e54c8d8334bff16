//! What is usual for this speaker: the middle of earlier sessions in the same language, measured by the same method.

use std::collections::HashMap;

use rehearse_delivery::session::usual;

use super::runs::Earlier;
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

/// What is usual, for a turn and for a session.
pub(super) struct Usuals {
    turn: HashMap<FigureKind, UsualView>,
    session: HashMap<FigureKind, UsualView>,
}

impl Usuals {
    pub(super) fn of(earlier: &[Earlier]) -> Self {
        let (mut turn, mut session) = (Values::default(), Values::default());
        for run in earlier.iter().map(|earlier| &earlier.run) {
            run.turns.iter().for_each(|value| turn.add(value));
            run.session.iter().for_each(|value| session.add(value));
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
    fn add(&mut self, (kind, value): &(FigureKind, f32)) {
        if COMPARABLE.contains(kind) {
            self.0.entry(*kind).or_default().push(*value);
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
