//! What can be counted once there is a transcript: pace in words or characters, fillers and hedges. It knows the text
//! and a duration, no sound.
//!
//! The lists stand in `words/*.txt`. What they find is a mention, not a fault: "actually" can be meant. Neither list nor
//! the Chinese counts have been checked against annotated recordings.

mod phrases;

use serde::{Deserialize, Serialize};

use crate::figures::{Figure, Reason};
use phrases::{Phrases, is_han, words};

/// Less time has no pace, in milliseconds: of two or three words one more would be a third.
const SHORTEST_MS: u32 = 1_000;

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
    /// Words (English; a numeral is a word), or Han characters and words of other scripts (Chinese, unverified).
    pub count: u32,
    /// The count over the given time, per minute; usually 100 to 200 words or 150 to 300 characters.
    pub per_minute: Figure<f32>,
    /// Sounds and words that fill time ("um", "you know").
    pub fillers: Vec<Mention>,
    /// Phrases that make a statement weaker ("maybe", "sort of").
    pub hedges: Vec<Mention>,
}

/// Counts in a transcript; `spoken_ms` is the time from the first speech to the end of the last, in milliseconds. At
/// each place the longest phrase of a list counts, and phrases of one list do not overlap.
pub fn count(transcript: &str, language: Language, spoken_ms: u32) -> WordFigures {
    let count = match language {
        Language::English => words(transcript).count(),
        Language::Chinese => {
            let han = transcript.chars().filter(|letter| is_han(*letter)).count();
            han + words(transcript).count()
        }
    } as u32;
    let (fillers, hedges) = match language {
        Language::English => (
            include_str!("words/fillers.en.txt"),
            include_str!("words/hedges.en.txt"),
        ),
        Language::Chinese => (
            include_str!("words/fillers.zh.txt"),
            include_str!("words/hedges.zh.txt"),
        ),
    };
    let found = |list: &str| {
        let phrases = Phrases::listed(list);
        match language {
            Language::English => phrases.among_words(transcript),
            Language::Chinese => phrases.among_characters(transcript),
        }
    };
    WordFigures {
        count,
        per_minute: match (count, spoken_ms) {
            (0, _) => Figure::Missing(Reason::NoWords),
            (_, ..SHORTEST_MS) => Figure::Missing(Reason::TooShort),
            _ => Figure::Known(count as f32 * 60_000.0 / spoken_ms as f32),
        },
        fillers: found(fillers),
        hedges: found(hedges),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases<'a>(text: &'a str, mentions: &[Mention]) -> Vec<&'a str> {
        mentions
            .iter()
            .map(|mention| &text[mention.start..mention.end])
            .collect()
    }

    #[test]
    fn english_is_counted_in_words() {
        let text = "Well, I don’t know — um, it’s SORT  of 25 dollars. You know?";
        let figures = count(text, Language::English, 6_000);
        assert_eq!(figures.count, 12);
        assert_eq!(figures.per_minute, Figure::Known(120.0));
        assert_eq!(phrases(text, &figures.fillers), ["um", "You know"]);
        assert_eq!(phrases(text, &figures.hedges), ["I don’t know", "SORT  of"]);
        assert_eq!(figures.hedges[0].phrase, "i don't know");
    }

    #[test]
    fn a_phrase_ends_where_a_word_ends() {
        assert_eq!(
            count("The umbrella is there, justly.", Language::English, 2_000).fillers,
            []
        );
        assert_eq!(
            count("The umbrella is there, justly.", Language::English, 2_000).hedges,
            []
        );
    }

    #[test]
    fn chinese_is_counted_in_characters_and_the_longest_phrase_is_taken() {
        let text = "嗯，我觉得大概是有点儿贵，OK 吗？";
        let figures = count(text, Language::Chinese, 4_000);
        assert_eq!(figures.count, 13);
        assert_eq!(phrases(text, &figures.fillers), ["嗯"]);
        assert_eq!(phrases(text, &figures.hedges), ["我觉得", "大概是", "有点儿"]);
    }

    #[test]
    fn chinese_inside_other_words_is_not_counted() {
        let text = "这不可能，尽可能把金额说清楚，我想要加薪，可能性不大。也许可能吧。";
        let figures = count(text, Language::Chinese, 8_000);
        assert_eq!(figures.fillers, []);
        assert_eq!(phrases(text, &figures.hedges), ["也许", "可能"]);
    }

    #[test]
    fn no_words_and_no_time_have_no_pace() {
        assert_eq!(
            count(" … ", Language::English, 5_000).per_minute,
            Figure::Missing(Reason::NoWords)
        );
        assert_eq!(
            count("Yes.", Language::English, 10).per_minute,
            Figure::Missing(Reason::TooShort)
        );
    }

    #[test]
    fn the_lists_hold_each_phrase_once_and_in_lower_case() {
        for list in [
            include_str!("words/fillers.en.txt"),
            include_str!("words/hedges.en.txt"),
            include_str!("words/fillers.zh.txt"),
            include_str!("words/hedges.zh.txt"),
        ] {
            let mut phrases: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
            assert!(
                phrases
                    .iter()
                    .all(|phrase| phrase.trim().to_lowercase() == **phrase && !phrase.is_empty())
            );
            let count = phrases.len();
            phrases.sort_unstable();
            phrases.dedup();
            assert_eq!(phrases.len(), count);
        }
    }
}
