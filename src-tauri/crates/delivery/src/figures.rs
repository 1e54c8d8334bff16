//! What is measured in one turn: plain values with units, to be stored and shown. No computing here.

use serde::{Deserialize, Serialize};

use crate::clipping::Clipping;

/// Why a recording does not carry a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// There is too little sound, or too little speech, for this figure.
    TooShort,
    /// Nothing but silence arrived: the microphone was off, muted or dead.
    Silent,
    /// There is sound, but no speech in it.
    NoSpeech,
    /// The speech stands out too little from what sounds behind it.
    TooNoisy,
    /// There is speech, but too little of it has a pitch (a whisper, for instance).
    NoVoice,
    /// Samples that are no numbers came in, too many to trust what is left.
    Damaged,
    /// Too few turns, or too few turns with this figure.
    TooFewTurns,
    /// There was no pause whose length could be told.
    TooFewPauses,
    /// There is no text to count in.
    NoWords,
    /// The partner said nothing aloud.
    NoPartner,
}

/// A figure, or why there is none. Never a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure<T> {
    /// The recording carries it.
    Known(T),
    /// The recording does not carry it.
    Missing(Reason),
}

impl<T> Figure<T> {
    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Missing(_) => None,
        }
    }

    /// The reason for which there is none.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::Known(_) => None,
            Self::Missing(reason) => Some(*reason),
        }
    }

    /// The same figure, not taken away.
    pub fn as_ref(&self) -> Figure<&T> {
        match self {
            Self::Known(value) => Figure::Known(value),
            Self::Missing(reason) => Figure::Missing(*reason),
        }
    }

    /// Another figure made from this one; a reason stays the reason.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Figure<U> {
        match self {
            Self::Known(value) => Figure::Known(change(value)),
            Self::Missing(reason) => Figure::Missing(reason),
        }
    }
}

/// A stretch of the turn, in milliseconds from its first sample; the end is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First millisecond.
    pub start_ms: u32,
    /// The millisecond after the last.
    pub end_ms: u32,
}

impl Span {
    /// How long it is, in milliseconds.
    pub fn length_ms(self) -> u32 {
        self.end_ms.saturating_sub(self.start_ms)
    }
}

/// Everything that is measured in one turn of the trainee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnFigures {
    /// The method that made these figures ([`crate::METHOD`]).
    pub method: u32,
    /// Length of the sound, in milliseconds.
    pub duration_ms: u32,
    /// How many samples were no numbers (NaN or infinite); they were taken as silence.
    pub damaged_samples: u64,
    /// How far speech stands out, in decibels: the median level of its frames less that of what lies more than 60 ms
    /// away from it. Missing with less than half a second of that. Under 3 dB nothing is told about speech, under 6 dB
    /// no pauses and syllables.
    pub signal_to_noise_db: Figure<f32>,
    /// When there was speech.
    pub speech: Figure<Speech>,
    /// The pauses inside the speech.
    pub pauses: Figure<Pauses>,
    /// Syllable nuclei and what follows from them.
    pub syllables: Figure<Syllables>,
    /// Height and movement of the voice.
    pub pitch: Figure<Pitch>,
    /// Loudness.
    pub loudness: Figure<Loudness>,
    /// Samples at the limit of the recording.
    pub clipping: Clipping,
}

/// When there was speech, as the one [`crate::SpeechDetector`] heard it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Speech {
    /// From the start of the turn to the first speech, in milliseconds. The response delay is this and the time
    /// between the end of the partner's sound and the start of the turn.
    pub first_ms: u32,
    /// The stretches of speech in order; gaps under 100 ms are closed, bursts under 50 ms are not speech.
    pub spans: Vec<Span>,
    /// Their length together, in milliseconds.
    pub speaking_ms: u32,
    /// Speaking time over the length of the turn, 0 to 1.
    pub share: f32,
}

/// Pauses of at least [`Pauses::SHORTEST_MS`] between two stretches of speech; what lies before the first and after
/// the last is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pauses {
    /// The pauses in order; may be empty. Their number is the count.
    pub spans: Vec<Span>,
    /// Their length together, in milliseconds.
    pub total_ms: u32,
    /// Their median length in milliseconds; none without a pause.
    pub median_ms: Option<u32>,
    /// The longest, in milliseconds; none without a pause.
    pub longest_ms: Option<u32>,
}

impl Pauses {
    /// A shorter gap is part of speaking (stop consonants, and breath between words). The limit of Goldman-Eisler (1968),
    /// which de Jong & Bosker (2013) found to fit best.
    pub const SHORTEST_MS: u32 = 250;

    /// How many there are.
    pub fn count(&self) -> usize {
        self.spans.len()
    }
}

/// Syllable nuclei: peaks of the energy where vowels have theirs, with voicing (after de Jong & Wempe 2009).
///
/// Without a transcript this counts what can be heard as a syllable; it is a measure for the change of one speaker,
/// and for Chinese it has not been checked against recordings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Syllables {
    /// The moments of the nuclei in order, in milliseconds. Their number is the count.
    pub nuclei_ms: Vec<u32>,
    /// Syllables per second from the first speech to the end of the last, pauses counted.
    pub speech_rate: f32,
    /// Syllables per second of that time without the pauses.
    pub articulation_rate: f32,
}

/// Fundamental frequency by autocorrelation (Boersma 1993), searched from 75 to 500 Hz.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pitch {
    /// Tenths of a hertz every [`Pitch::HOP_MS`], the first value at 0 ms; 0 where there is no voice.
    pub track: Vec<u16>,
    /// Voiced time, in milliseconds.
    pub voiced_ms: u32,
    /// Median, in hertz.
    pub median_hz: f32,
    /// 5 % of the voiced time lies below, in hertz.
    pub low_hz: f32,
    /// 5 % of the voiced time lies above, in hertz.
    pub high_hz: f32,
    /// Standard deviation around the mean on the scale of semitones.
    pub spread_semitones: f32,
}

impl Pitch {
    /// Time from one value of the track to the next, in milliseconds.
    pub const HOP_MS: u32 = 20;

    /// The track as moments in milliseconds and hertz; `None` where there is no voice.
    pub fn points(&self) -> impl Iterator<Item = (u32, Option<f32>)> {
        let point = |(index, tenths): (u32, &u16)| {
            let hertz = (*tenths > 0).then(|| f32::from(*tenths) / 10.0);
            (index * Self::HOP_MS, hertz)
        };
        (0..).zip(&self.track).map(point)
    }
}

/// Loudness after EBU R 128 (ITU-R BS.1770-4), mono taken as heard from two loudspeakers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loudness {
    /// Integrated loudness in LUFS: usually -40 to -10.
    pub integrated_lufs: f32,
    /// Loudness range in LU (EBU Tech 3342); missing under 10 s, where it means nothing.
    pub range_lu: Figure<f32>,
    /// For a picture: the level of each [`Loudness::HOP_MS`] in whole decibels of full scale (root mean square),
    /// -100 for nothing.
    pub contour_db: Vec<i8>,
}

impl Loudness {
    /// Time from one value of the contour to the next, in milliseconds.
    pub const HOP_MS: u32 = 100;
}
