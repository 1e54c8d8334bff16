//! What a word is in each language: counting, comparing, and telling the scripts of the two languages apart.

use std::collections::BTreeSet;

use rehearse_domain::{Language, is_han};

/// Words that stand in every text and prove nothing.
const COMMON: [&str; 61] = [
    "about", "after", "all", "also", "and", "any", "are", "but", "can", "could", "does", "each", "for",
    "from", "get", "had", "has", "have", "her", "his", "how", "into", "its", "just", "least", "let", "may",
    "more", "not", "one", "only", "other", "our", "out", "own", "say", "says", "same", "she", "should",
    "some", "that", "the", "their", "them", "then", "there", "they", "this", "too", "two", "was", "what",
    "when", "which", "who", "will", "with", "would", "you", "your",
];

/// Characters that stand in every Chinese text and prove nothing.
const COMMON_HAN: &str = "的了是在你我他她它们和一个不就也都要把这那有说出";

/// A punctuation mark of Chinese type. Curly quotes belong to both languages.
pub(super) fn is_chinese_mark(letter: char) -> bool {
    matches!(letter, '\u{3001}'..='\u{3011}' | '\u{ff01}'..='\u{ff5e}')
}

/// How long a text is: words in English, characters without marks in Chinese.
pub(super) fn length(text: &str, language: Language) -> usize {
    match language {
        Language::English => text
            .split_whitespace()
            .filter(|word| word.contains(char::is_alphanumeric))
            .count(),
        Language::Chinese => text.chars().filter(|letter| is_han(*letter)).count(),
    }
}

/// The letters and digits of a text alone, for comparing.
pub(super) fn letters(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A text piece by piece, without its marks: words in English, single characters in Chinese.
pub(super) fn run_pieces(text: &str, language: Language) -> Vec<String> {
    let lower = text.to_lowercase().replace('’', "'");
    match language {
        Language::English => lower
            .split(|letter: char| !letter.is_alphanumeric() && letter != '\'')
            .map(|word| word.trim_matches('\'').to_owned())
            .filter(|word| !word.is_empty())
            .collect(),
        Language::Chinese => lower
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .map(String::from)
            .collect(),
    }
}

/// How many pieces in a row are a turn of phrase and no accident, and what stands between two of them.
pub(super) const fn turn_of_phrase(language: Language) -> (usize, &'static str) {
    match language {
        Language::English => (5, " "),
        Language::Chinese => (7, ""),
    }
}

/// Whether a longer text is spoken in this language: Chinese by its characters, English by the words that stand in every
/// English text, of which a German one has hardly any.
#[cfg(feature = "calibration")]
pub(super) fn speaks(text: &str, language: Language) -> bool {
    /// Two to three in ten are common in English speech.
    const ONE_IN: usize = 10;

    let han = length(text, Language::Chinese);
    let pieces = run_pieces(text, Language::English);
    let words: Vec<&String> = pieces.iter().filter(|word| !word.contains(is_han)).collect();
    match language {
        Language::English => {
            let common = words
                .iter()
                .filter(|word| COMMON.contains(&word.as_str()))
                .count();
            han < words.len() && common * ONE_IN >= words.len()
        }
        Language::Chinese => han > words.len(),
    }
}

/// A text without what stands in quotation marks.
pub(super) fn unquoted(text: &str) -> String {
    let mut inside = false;
    text.chars()
        .filter(|letter| {
            match letter {
                '"' => inside = !inside,
                '“' => inside = true,
                '”' => inside = false,
                _ => return !inside,
            }
            false
        })
        .collect()
}

/// What a text is about: stems of the longer words in English, pairs of neighbouring characters in Chinese.
pub(super) fn content(text: &str, language: Language) -> BTreeSet<String> {
    match language {
        Language::English => text
            .split(|letter: char| !letter.is_alphanumeric() && letter != '\'')
            .map(str::to_lowercase)
            .filter(|word| word.chars().count() >= 3 && !COMMON.contains(&word.as_str()))
            .map(|word| stem(&word).to_owned())
            .collect(),
        Language::Chinese => {
            let letters: Vec<char> = text.chars().collect();
            letters
                .windows(2)
                .filter(|pair| {
                    pair.iter()
                        .all(|letter| is_han(*letter) && !COMMON_HAN.contains(*letter))
                })
                .map(|pair| pair.iter().collect())
                .collect()
        }
    }
}

/// Rough on purpose: good enough to see that "decides", "decided" and "deciding" are one word.
fn stem(word: &str) -> &str {
    let bare = ["'s", "ing", "ed", "es", "s"]
        .iter()
        .find_map(|end| word.strip_suffix(end))
        .unwrap_or(word);
    bare.strip_suffix('e').unwrap_or(bare)
}

/// The sentences of a text.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    text.split(['.', '?', '!', '。', '？', '！', '\n', ';', '；'])
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
        .collect()
}
