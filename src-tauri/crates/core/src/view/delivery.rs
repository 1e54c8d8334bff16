//! How somebody sounded: figures of the turns and of the session, described and not judged. What is usual is the
//! speaker's own; there is no other norm here.

use serde::{Deserialize, Serialize};
use specta::Type;

use rehearse_domain::{Language, SessionId, Timestamp, TurnId};

use super::{SkillProgress, UnrevealedResults};

/// What is measured. The names are keys of the message catalogue: `delivery.figure.<name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FigureKind {
    /// Time with speech, in milliseconds.
    SpeakingTimeMs,
    /// The same over the length of the sound, 0 to 1.
    SpeakingShare,
    /// Pauses of at least 250 ms between two stretches of speech.
    PauseCount,
    /// The same for each minute of the sound, so that turns of any length can be compared.
    PausesPerMinute,
    /// Their median length, in milliseconds.
    PauseMedianMs,
    /// The longest, in milliseconds.
    PauseLongestMs,
    /// Syllables per second, pauses counted.
    SpeechRate,
    /// Syllables per second without the pauses.
    ArticulationRate,
    /// Median pitch, in hertz.
    PitchMedianHz,
    /// 5 % of the voiced time lies below, in hertz.
    PitchLowHz,
    /// 5 % of the voiced time lies above, in hertz.
    PitchHighHz,
    /// Standard deviation of the pitch, in semitones.
    PitchSpreadSemitones,
    /// Integrated loudness (EBU R 128), in LUFS.
    LoudnessLufs,
    /// Loudness range (EBU Tech 3342), in LU.
    LoudnessRangeLu,
    /// Samples at the limit of the recording.
    ClippedSamples,
    /// From the end of the partner's sound to the first speech, in milliseconds.
    ResponseDelayMs,
    /// Words per minute from the first speech to the end of the last; English.
    WordsPerMinute,
    /// Characters per minute of the same time; Chinese.
    CharactersPerMinute,
    /// Listed sounds and words that fill time.
    Fillers,
    /// Listed phrases that make a statement weaker.
    Hedges,
    /// The trainee's speaking time over that and the length of the partner's sound, 0 to 1.
    TalkRatio,
}

/// Why there is no figure. The names are keys of the message catalogue: `delivery.missing.<name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MissingReason {
    /// Too little sound, or too little speech.
    TooShort,
    /// Nothing but silence.
    Silent,
    /// Sound without speech.
    NoSpeech,
    /// The speech stands out too little from what sounds behind it.
    TooNoisy,
    /// Too little of the speech has a pitch.
    NoVoice,
    /// Too many samples are no numbers.
    Damaged,
    /// Too few turns have it.
    TooFewTurns,
    /// No pause whose length could be told.
    TooFewPauses,
    /// The words are not known.
    NoWords,
    /// The partner said nothing aloud.
    NoPartner,
    /// The moments were not kept: the take was recorded again, recovered or read from a file, or came after a pause.
    NotTimed,
    /// The turn was typed.
    NoClip,
    /// The recording is missing or cannot be played.
    Unreadable,
    /// The recording was made on another computer and has not come here.
    Elsewhere,
}

/// A stretch of a turn, in milliseconds from its first sample; the end is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SpanView {
    /// First millisecond.
    pub start_ms: u32,
    /// The millisecond after the last.
    pub end_ms: u32,
}

/// The middle of the speaker's own earlier values of a figure, of the same language and method.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct UsualView {
    /// Their median.
    pub median: f32,
    /// A quarter of them lies below.
    pub low: f32,
    /// A quarter of them lies above.
    pub high: f32,
    /// How many there were; at least 5.
    pub count: u32,
}

/// The change of a figure over the turns of a session (median of the slopes between all pairs of turns).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct TrendView {
    /// Change from one turn to the next, in the unit of the figure.
    pub per_turn: f32,
    /// What that comes to from the first turn that has the figure to the last: "rose by so much over your turns". Between
    /// them a turn without the figure keeps its place, one without any sound has none.
    // An export of an earlier version lacks it.
    #[serde(default)]
    pub change: f32,
    /// How many turns had the figure; at least 3.
    pub turns: u32,
}

/// A figure, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct FigureView {
    /// What is measured, with its unit.
    pub kind: FigureKind,
    /// The value.
    pub value: Option<f32>,
    /// Why there is none; set exactly when `value` is not.
    pub missing: Option<MissingReason>,
    /// The moment to hear, in milliseconds from the first sample of `turn`. Listening begins a little before it.
    pub at_ms: Option<u32>,
    /// The turn that the moment lies in.
    pub turn: Option<TurnId>,
    /// What is usual for this speaker; none with fewer than 5 earlier values, and none for what grows with the length
    /// of the sound.
    pub usual: Option<UsualView>,
    /// Of a session: how it changed from turn to turn; none with fewer than 3 turns.
    pub trend: Option<TrendView>,
}

/// The pitch for drawing, the first value at 0 ms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PitchView {
    /// From one value to the next, in milliseconds.
    pub hop_ms: u32,
    /// Hertz; none where there is no voice.
    pub hertz: Vec<Option<f32>>,
}

/// The level for drawing, the first value at 0 ms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LoudnessView {
    /// From one value to the next, in milliseconds.
    pub hop_ms: u32,
    /// Whole decibels of full scale, -100 for nothing.
    pub decibels: Vec<i8>,
}

/// The delivery of one turn of the trainee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct TurnDelivery {
    /// The turn.
    pub turn: TurnId,
    /// Its place in the session.
    pub sequence: u32,
    /// Length of its sound, in milliseconds; 0 when there is none.
    pub duration_ms: u32,
    /// Stretches of speech in order.
    pub speech: Vec<SpanView>,
    /// Pauses in order.
    pub pauses: Vec<SpanView>,
    /// The pitch; none when the recording does not carry it.
    pub pitch: Option<PitchView>,
    /// The level; none when the recording does not carry it.
    pub loudness: Option<LoudnessView>,
    /// Moments of the syllables in order, in milliseconds.
    pub syllables_ms: Vec<u32>,
    /// The figures; empty when `unavailable` is set.
    pub figures: Vec<FigureView>,
    /// Why nothing could be measured at all.
    pub unavailable: Option<MissingReason>,
}

/// The delivery of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct DeliveryView {
    /// The trainee's turns in order, also those without sound.
    pub turns: Vec<TurnDelivery>,
    /// Figures of the whole session.
    pub figures: Vec<FigureView>,
    /// The method that made them.
    pub method: u32,
}

/// A figure of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ProgressPoint {
    /// The session.
    pub session: SessionId,
    /// When it started.
    pub started_at: Timestamp,
    /// Title of the scenario as it was.
    pub title: String,
    /// The value of the whole session.
    pub value: f32,
    /// How many turns it was made from.
    pub count: u32,
}

/// One figure over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ProgressSeries {
    /// What is measured, with its unit.
    pub kind: FigureKind,
    /// The runs that have it, oldest first.
    pub points: Vec<ProgressPoint>,
    /// What is usual among these runs; none while there are too few.
    pub usual: Option<UsualView>,
}

/// Whether runs can be compared, or why not. The names are keys of the message catalogue: `progress.empty_<name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// At least one figure is there of at least two runs.
    Ready,
    /// Not yet: earlier sessions are still to be measured.
    Measuring,
    /// Nothing was ever spoken in this language.
    NoRuns,
    /// There is one run; it takes two.
    OneRun,
    /// There are two runs or more, and no figure that two of them have.
    NothingInCommon,
}

/// Figures over time, of runs that can be compared: in one language, measured by one method; and ratings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ProgressView {
    /// The language of these runs.
    pub language: Language,
    /// Every language in which there are runs with figures, or ratings.
    pub languages: Vec<Language>,
    /// The figures that at least two runs have.
    pub series: Vec<ProgressSeries>,
    /// How many runs there are.
    pub runs: u32,
    /// Whether they can be compared.
    pub comparison: Comparison,
    /// Each skill that a model rated, that of the latest practice first. What trainees have not looked at is not in it.
    pub skills: Vec<SkillProgress>,
    /// Practices in this language whose result the trainee has not looked at; none where there are none.
    pub unrevealed: Option<UnrevealedResults>,
    /// Ended sessions, of any language, whose figures are still to be made while nobody practises.
    pub still_measuring: u32,
}
