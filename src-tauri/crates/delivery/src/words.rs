//! What can be counted once there is a transcript: pace in words or characters, fillers and hedges.

use serde::{Deserialize, Serialize};

use crate::figures::Figure;
use crate::figures::Reason;

/// The language of a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Counted in words.
    English,
    /// Counted in characters.
    Chinese,
}

/// A listed phrase in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// The phrase as it stands in the list.
    pub phrase: String,
    /// Its first byte in the text.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// What was counted in one transcript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordFigures {
    /// Words (English; numerals are words) or Han characters and Latin words (Chinese).
    pub count: u32,
    /// The count over the given time, per minute; usually 100 to 200 words or 150 to 300 characters.
    pub per_minute: Figure<f32>,
    /// Sounds and words that fill time ("um", "you know").
    pub fillers: Vec<Mention>,
    /// Phrases that make a statement weaker ("maybe", "sort of").
    pub hedges: Vec<Mention>,
}

/// Counts in a transcript; `spoken_ms` is the time from the first speech to the end of the last, in milliseconds.
pub fn count(_transcript: &str, _language: Language, _spoken_ms: u32) -> WordFigures {
    WordFigures {
        count: 0,
        per_minute: Figure::Missing(Reason::NoWords),
        fillers: Vec::new(),
        hedges: Vec::new(),
    }
}
