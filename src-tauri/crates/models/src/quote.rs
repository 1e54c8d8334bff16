//! Whether a quote really stands in what somebody said. Models invent, shorten and mend quotes; what is shown to a
//! trainee as their own words has to be found here first.
//!
//! Compared are words, in their order and without a gap: letters and digits in one width and one case (NFKC), each
//! Chinese or Japanese character a word of its own, white space and marks left out.

use icu_normalizer::ComposingNormalizerBorrowed;

/// The least that proves something, in twelfths: three words, or four characters of a script without spaces, or as
/// much of both together. Less stands in every dialogue.
const ENOUGH: usize = 12;
const PER_WORD: usize = 4;
const PER_CHARACTER: usize = 3;

/// A text as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenWords(Vec<String>);

impl SpokenWords {
    /// Takes a text apart.
    pub fn of(text: &str) -> Self {
        let letters: Vec<char> = ComposingNormalizerBorrowed::new_nfkc()
            .normalize(text)
            .chars()
            .flat_map(char::to_lowercase)
            .collect();
        let mut words = Vec::new();
        let mut word = String::new();
        for (place, letter) in letters.iter().copied().enumerate() {
            let neighbour = |place: Option<usize>| place.and_then(|place| letters.get(place)).copied();
            let around = (neighbour(place.checked_sub(1)), neighbour(place.checked_add(1)));
            if stands_alone(letter) {
                close(&mut word, &mut words);
                words.push(letter.to_string());
            } else if letter.is_alphanumeric() {
                word.push(letter);
            } else if !is_inside_a_word(letter, around) {
                close(&mut word, &mut words);
            }
        }
        close(&mut word, &mut words);
        Self(words)
    }

    /// Whether there is enough of it to prove something: three words, or four Chinese characters.
    pub fn is_telling(&self) -> bool {
        let weight = |word: &String| match word.chars().next() {
            Some(letter) if stands_alone(letter) => PER_CHARACTER,
            _ => PER_WORD,
        };
        self.0.iter().map(weight).sum::<usize>() >= ENOUGH
    }

    /// Whether these words stand here one after the other. No words stand nowhere.
    pub fn contains(&self, quote: &Self) -> bool {
        !quote.0.is_empty() && self.0.windows(quote.0.len()).any(|run| run == quote.0)
    }
}

/// Whether `quote` is long enough to prove something and stands in `said` word for word, in one piece.
pub fn is_quoted_from(quote: &str, said: &str) -> bool {
    let quote = SpokenWords::of(quote);
    quote.is_telling() && SpokenWords::of(said).contains(&quote)
}

fn close(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// Marks that transcripts and models set and leave out as they like: `don't`, `46,000`.
fn is_inside_a_word(letter: char, (before, after): (Option<char>, Option<char>)) -> bool {
    let between = |fits: fn(char) -> bool| before.is_some_and(fits) && after.is_some_and(fits);
    match letter {
        '\'' | '’' | '‘' | 'ʼ' => between(char::is_alphabetic),
        ',' => between(|letter| letter.is_ascii_digit()),
        _ => is_invisible(letter),
    }
}

/// Soft hyphen, zero-width characters, and the marks that turn a line around.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// Characters that are written without spaces.
pub(crate) fn stands_alone(letter: char) -> bool {
    matches!(letter,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_may_differ_and_words_may_not() {
        let said = "Well… I’d like £46,000 — that's what the job's worth, Dana.";
        for quote in [
            "I'd like £46,000",
            "i'd like 46000",
            "I’d  like\n46,000, that’s what",
            "“That's what the job's worth, Dana!”",
            "Ｉ'd ｌｉｋｅ £46,000",
            "what the\u{200b} job's worth",
        ] {
            assert!(is_quoted_from(quote, said), "{quote}");
        }
        for quote in [
            "I'd like £48,000",
            "I would like £46,000",
            "I'd like … that's what",
            "that's not what the job's worth",
            "like 46,000 that's what I",
            "what the job's wor",
            "he job's worth, Dana",
        ] {
            assert!(!is_quoted_from(quote, said), "{quote}");
        }
    }

    #[test]
    fn chinese_is_compared_character_by_character() {
        let said = "我想把月薪调到１６５００，从一月起。您看，行吗？";
        for quote in [
            "我想把月薪调到16500",
            "从一月起，您看",
            "从 一 月 起",
            "调到16,500，从一月起",
            "『从一月起。您看』",
        ] {
            assert!(is_quoted_from(quote, said), "{quote}");
        }
        for quote in [
            "我想把月薪提到16500",
            "从二月起您看",
            "从一月起行吗",
            "月薪调到1650",
        ] {
            assert!(!is_quoted_from(quote, said), "{quote}");
        }
    }

    #[test]
    fn three_words_or_four_characters_are_the_least() {
        for (quote, enough) in [
            ("", false),
            ("…!?", false),
            ("yes", false),
            ("yes, fine", false),
            ("yes, fine, Monday", true),
            ("好的", false),
            ("好，下周", false),
            ("好，下周一", true),
            ("下周 OK", false),
            ("下周一 OK", true),
        ] {
            assert_eq!(SpokenWords::of(quote).is_telling(), enough, "{quote}");
            assert_eq!(is_quoted_from(quote, quote), enough, "{quote}");
        }
    }

    #[test]
    fn a_decomposed_letter_is_the_composed_one() {
        assert!(is_quoted_from(
            "the cafe\u{301} on Monday",
            "At the café on Monday."
        ));
    }

    #[test]
    fn nothing_stands_in_silence() {
        assert!(!is_quoted_from("three whole words", ""));
        assert!(!SpokenWords::of("").contains(&SpokenWords::of("")));
    }
}
