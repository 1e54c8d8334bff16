//! Which figures are told with a caveat: the method was held against known answers for one language only.

use rehearse_domain::Language;

use crate::view::FigureKind;

/// The figures that nobody has yet held against a known answer for speech in this language.
pub fn unchecked(language: Language) -> &'static [FigureKind] {
    match language {
        Language::English => &[],
        Language::Chinese => &[
            FigureKind::PauseCount,
            FigureKind::PausesPerMinute,
            FigureKind::PauseMedianMs,
            FigureKind::PauseLongestMs,
            FigureKind::SpeechRate,
            FigureKind::ArticulationRate,
            FigureKind::CharactersPerMinute,
            FigureKind::Fillers,
            FigureKind::Hedges,
        ],
    }
}
