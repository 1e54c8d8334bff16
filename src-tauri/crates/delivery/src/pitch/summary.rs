//! The figures of a pitch track, or why it has none.

use super::{FRAME_MS, Voicing};
use crate::figures::{Figure, Pitch, Reason};
use crate::quantile::quantile;

/// With less voiced time than this nothing is told, in milliseconds: one vowel is no voice to describe (a choice).
const SHORTEST_VOICED_MS: u32 = 200;

/// Median, range and spread of the voiced frames.
pub(crate) fn summary(track: &[Voicing]) -> Figure<Pitch> {
    let mut voiced: Vec<f32> = track
        .iter()
        .map(|frame| frame.hertz())
        .filter(|hertz| *hertz > 0.0)
        .collect();
    let voiced_ms = voiced.len() as u32 * FRAME_MS;
    if voiced_ms < SHORTEST_VOICED_MS {
        return Figure::Missing(Reason::NoVoice);
    }
    voiced.sort_by(f32::total_cmp);
    let at = |part| quantile(&voiced, part).unwrap_or_default();
    let step = (Pitch::HOP_MS / FRAME_MS) as usize;
    let tenths = |frame: &Voicing| (frame.hertz() * 10.0).round() as u16;
    Figure::Known(Pitch {
        track: track.iter().step_by(step).map(tenths).collect(),
        voiced_ms,
        median_hz: at(0.5),
        low_hz: at(0.05),
        high_hz: at(0.95),
        spread_semitones: spread(&voiced),
    })
}

fn spread(voiced: &[f32]) -> f32 {
    let semitones: Vec<f64> = voiced
        .iter()
        .map(|hertz| 12.0 * f64::from(*hertz).log2())
        .collect();
    let count = semitones.len().max(1) as f64;
    let mean = semitones.iter().sum::<f64>() / count;
    let squares: f64 = semitones.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / count).sqrt() as f32
}
