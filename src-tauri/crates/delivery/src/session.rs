//! Figures of a whole session from those of its turns, and what is usual for somebody. It sees no samples.

mod usual;

use serde::{Deserialize, Serialize};

use crate::figures::{Figure, Pauses, Pitch, Reason, Speech, Syllables, TurnFigures};
use crate::quantile::median;

pub use usual::{Usual, usual};

/// One trainee turn as the session knows it.
#[derive(Clone, Copy, Debug)]
pub struct SessionTurn<'a> {
    /// What was measured in it.
    pub figures: &'a TurnFigures,
    /// From the end of the partner's sound to the trainee's first speech, in milliseconds; `None` when nothing was
    /// heard before.
    pub response_delay_ms: Option<u32>,
}

/// The change over the turns of a session: the median of the slopes between all pairs of turns (Theil 1950,
/// Sen 1968), which a single odd turn does not bend.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// Change per turn, in the unit of the figure.
    pub per_turn: f32,
    /// The same from the first turn that has the figure to the last.
    pub change: f32,
    /// How many turns had the figure.
    pub turns: u32,
}

impl Trend {
    /// Fewer turns have no trend.
    pub const FEWEST_TURNS: usize = 3;
}

/// A figure over the turns of a session.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverTurns {
    /// Median of the turns that have it.
    pub median: f32,
    /// Its trend; missing with fewer than [`Trend::FEWEST_TURNS`].
    pub trend: Figure<Trend>,
}

/// The delivery of a whole session. A figure that no turn has is missing with the reason of the first turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionFigures {
    /// The method that made these figures.
    pub method: u32,
    /// How many turns were given.
    pub turns: u32,
    /// Length of all turns together, in milliseconds.
    pub duration_ms: u64,
    /// Speaking time of all turns together, in milliseconds.
    pub speaking_ms: Figure<u64>,
    /// Speaking time over the length of all turns in which it is known, 0 to 1.
    pub speaking_share: Figure<f32>,
    /// The trainee's speaking time over that and the length of the partner's sound, 0 to 1.
    pub talk_ratio: Figure<f32>,
    /// How many pauses there were.
    pub pauses: Figure<u32>,
    /// Median length of all pauses, in milliseconds; missing without a pause.
    pub pause_median_ms: Figure<u32>,
    /// The longest pause, in milliseconds; missing without a pause.
    pub pause_longest_ms: Figure<u32>,
    /// Pauses per minute of the turns.
    pub pauses_per_minute: Figure<OverTurns>,
    /// Syllables per second, pauses counted.
    pub speech_rate: Figure<OverTurns>,
    /// Syllables per second without the pauses.
    pub articulation_rate: Figure<OverTurns>,
    /// Median pitch, in hertz.
    pub pitch_hz: Figure<OverTurns>,
    /// Spread of the pitch, in semitones.
    pub pitch_spread_semitones: Figure<OverTurns>,
    /// Integrated loudness, in LUFS.
    pub loudness_lufs: Figure<OverTurns>,
    /// Response delay, in milliseconds.
    pub response_delay_ms: Figure<OverTurns>,
}

/// The figures of a session from its turns in order and the length of all the partner's sound, in milliseconds.
pub fn summarize(turns: &[SessionTurn<'_>], partner_ms: u64) -> SessionFigures {
    let each = || turns.iter().map(|turn| turn.figures);
    let speech: Vec<(u32, &Speech)> = each().filter_map(spoken).collect();
    let speaking: u64 = speech
        .iter()
        .map(|(_, speech)| u64::from(speech.speaking_ms))
        .sum();
    let of_turns: u64 = speech
        .iter()
        .map(|(duration_ms, _)| u64::from(*duration_ms))
        .sum();
    let speaking_ms = match speech.as_slice() {
        [] => Figure::Missing(first_reason(each().map(|figures| figures.speech.reason()))),
        _ => Figure::Known(speaking),
    };
    let known: Vec<&Pauses> = each()
        .filter_map(|figures| figures.pauses.as_ref().value())
        .collect();
    let lengths: Vec<f32> = known
        .iter()
        .flat_map(|pauses| &pauses.spans)
        .map(|pause| pause.length_ms() as f32)
        .collect();
    let no_pauses = first_reason(each().map(|figures| figures.pauses.reason()));
    let told = |length: Option<f32>| {
        length.map_or(Figure::Missing(Reason::TooFewPauses), |length| {
            Figure::Known(length.round() as u32)
        })
    };
    let rate =
        |take: fn(&Syllables) -> f32| over(turns, move |turn| turn.figures.syllables.as_ref().map(take));
    let pitch = |take: fn(&Pitch) -> f32| over(turns, move |turn| turn.figures.pitch.as_ref().map(take));
    SessionFigures {
        method: crate::METHOD,
        turns: turns.len() as u32,
        duration_ms: each().map(|figures| u64::from(figures.duration_ms)).sum(),
        speaking_share: speaking_ms.map(|speaking| speaking as f32 / of_turns.max(1) as f32),
        talk_ratio: match partner_ms {
            0 => Figure::Missing(Reason::NoPartner),
            _ => speaking_ms.map(|speaking| speaking as f32 / (speaking + partner_ms) as f32),
        },
        speaking_ms,
        pauses: match known.as_slice() {
            [] => Figure::Missing(no_pauses),
            _ => Figure::Known(lengths.len() as u32),
        },
        pause_median_ms: told(median(lengths.iter().copied())),
        pause_longest_ms: told(lengths.iter().copied().reduce(f32::max)),
        pauses_per_minute: over(turns, |turn| {
            let minutes = turn.figures.duration_ms.max(1) as f32 / 60_000.0;
            turn.figures
                .pauses
                .as_ref()
                .map(|pauses| pauses.count() as f32 / minutes)
        }),
        speech_rate: rate(|syllables| syllables.speech_rate),
        articulation_rate: rate(|syllables| syllables.articulation_rate),
        pitch_hz: pitch(|pitch| pitch.median_hz),
        pitch_spread_semitones: pitch(|pitch| pitch.spread_semitones),
        loudness_lufs: over(turns, |turn| {
            turn.figures
                .loudness
                .as_ref()
                .map(|loudness| loudness.integrated_lufs)
        }),
        response_delay_ms: over(turns, |turn| {
            let delay = turn.response_delay_ms.map(|delay| delay as f32);
            delay.map_or(Figure::Missing(Reason::NoPartner), Figure::Known)
        }),
    }
}

fn spoken(figures: &TurnFigures) -> Option<(u32, &Speech)> {
    Some((figures.duration_ms, figures.speech.as_ref().value()?))
}

fn first_reason(reasons: impl Iterator<Item = Option<Reason>>) -> Reason {
    reasons.flatten().next().unwrap_or(Reason::TooFewTurns)
}

fn over(turns: &[SessionTurn<'_>], figure: impl Fn(&SessionTurn<'_>) -> Figure<f32>) -> Figure<OverTurns> {
    let points: Vec<(f32, f32)> = (0_u16..)
        .zip(turns)
        .filter_map(|(index, turn)| Some((f32::from(index), figure(turn).value()?)))
        .collect();
    match median(points.iter().map(|(_, value)| *value)) {
        Some(median) => Figure::Known(OverTurns {
            median,
            trend: trend(&points),
        }),
        None => Figure::Missing(first_reason(turns.iter().map(|turn| figure(turn).reason()))),
    }
}

fn trend(points: &[(f32, f32)]) -> Figure<Trend> {
    if points.len() < Trend::FEWEST_TURNS {
        return Figure::Missing(Reason::TooFewTurns);
    }
    let slopes = points.iter().enumerate().flat_map(|(index, (turn, value))| {
        let later = points.iter().skip(index + 1);
        later.map(move |(other, there)| (there - value) / (other - turn))
    });
    let apart = |(first, last): (&(f32, f32), &(f32, f32))| last.0 - first.0;
    let steps = points.first().zip(points.last()).map_or(0.0, apart);
    median(slopes).map_or(Figure::Missing(Reason::TooFewTurns), |per_turn| {
        Figure::Known(Trend {
            per_turn,
            change: per_turn * steps,
            turns: points.len() as u32,
        })
    })
}

#[cfg(test)]
mod tests;
