//! Whether a quote really stands in what somebody said. Models invent, shorten and mend quotes; what is shown to a
//! trainee as their own words has to be found here first.
//!
//! Compared are words, in their order and without a gap: letters and digits in one width and one case (NFKC), each
//! Chinese or Japanese character a word of its own, white space and marks left out.

use std::ops::Range;

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use rehearse_domain::is_han;

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
        Self(words(text).into_iter().map(|word| word.letters).collect())
    }

    /// Whether there is enough of it to prove something: three words, or four Chinese characters.
    pub fn is_telling(&self) -> bool {
        self.words() * PER_WORD + self.characters() * PER_CHARACTER >= ENOUGH
    }

    /// Whether these words stand here one after the other. No words stand nowhere.
    pub fn contains(&self, quote: &Self) -> bool {
        !quote.0.is_empty() && self.0.windows(quote.0.len()).any(|run| run == quote.0)
    }

    /// Whether so many of these words stand here one after the other, or all of them where they are fewer.
    pub(crate) fn repeats(&self, said: &Self, least: usize) -> bool {
        let run = least.min(said.0.len());
        run > 0
            && said
                .0
                .windows(run)
                .any(|run| self.0.windows(run.len()).any(|here| here == run))
    }

    /// Where these words stand in a text for the first time, in bytes: from the first letter of the first word to the
    /// last of the last one. The words of that part of the text are these.
    pub fn place_in(&self, said: &str) -> Option<Range<usize>> {
        let said = words(said);
        let run = said
            .windows(self.0.len().max(1))
            .find(|run| run.iter().map(|word| &word.letters).eq(&self.0))?;
        Some(run.first()?.from.start..run.last()?.from.end)
    }

    /// How many words it has that are written with spaces between them.
    pub(crate) fn words(&self) -> usize {
        self.0.len() - self.characters()
    }

    /// How many characters it has that are written without.
    pub(crate) fn characters(&self) -> usize {
        self.0
            .iter()
            .filter(|word| word.starts_with(stands_alone))
            .count()
    }

    /// The words, one after the other.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Whether `quote` is long enough to prove something and stands in `said` word for word, in one piece.
pub fn is_quoted_from(quote: &str, said: &str) -> bool {
    let quote = SpokenWords::of(quote);
    quote.is_telling() && SpokenWords::of(said).contains(&quote)
}

/// A word and the bytes of the text that it comes from.
#[derive(Debug, Default)]
pub(crate) struct Word {
    pub(crate) letters: String,
    pub(crate) from: Range<usize>,
}

/// The words of a text, in their order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let letters = letters(text);
    let mut words = Vec::new();
    let mut word = Word::default();
    for (place, (letter, from)) in letters.iter().enumerate() {
        let neighbour = |place: Option<usize>| Some(letters.get(place?)?.0);
        let around = (neighbour(place.checked_sub(1)), neighbour(place.checked_add(1)));
        if stands_alone(*letter) {
            close(&mut word, &mut words);
            words.push(Word {
                letters: letter.to_string(),
                from: from.clone(),
            });
        } else if letter.is_alphanumeric() {
            if word.letters.is_empty() {
                word.from = from.clone();
            }
            word.letters.push(*letter);
            word.from.end = from.end;
        } else if !is_inside_a_word(*letter, around) {
            close(&mut word, &mut words);
        }
    }
    close(&mut word, &mut words);
    words
}

fn close(word: &mut Word, words: &mut Vec<Word>) {
    if !word.letters.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// The letters of a text as they are compared, each with the bytes that it comes from.
fn letters(text: &str) -> Vec<(char, Range<usize>)> {
    let mut letters = Vec::with_capacity(text.len());
    for piece in pieces(text) {
        let written = text.get(piece.clone()).unwrap_or_default();
        // Most of what is said, and nothing to normalise in it.
        if let [letter] = written.as_bytes()
            && letter.is_ascii()
        {
            letters.push((char::from(letter.to_ascii_lowercase()), piece));
            continue;
        }
        let normal = normal(written);
        letters.extend(
            normal
                .chars()
                .flat_map(char::to_lowercase)
                .map(|letter| (letter, piece.clone())),
        );
    }
    letters
}

/// The text in pieces that can be normalised one by one, because nothing in one changes anything in the next.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::with_capacity(text.len());
    let mut start = 0;
    for (place, letter) in text.char_indices().skip(1) {
        if stands_apart(text.get(start..place).unwrap_or_default(), letter) {
            pieces.push(start..place);
            start = place;
        }
    }
    if start < text.len() {
        pieces.push(start..text.len());
    }
    pieces
}

/// Whether a letter is normalised in the same way whatever stands before it. Marks are not, and neither are letters
/// that grow together with the one before, such as those of a Korean syllable.
fn stands_apart(before: &str, letter: char) -> bool {
    if letter.is_ascii() || is_han(letter) {
        return true;
    }
    let alone = normal(letter.encode_utf8(&mut [0; 4])).into_owned();
    let marks = CanonicalCombiningClassMapBorrowed::new();
    if alone.starts_with(|first: char| marks.get_u8(first) != 0) {
        return false;
    }
    normal(&format!("{before}{letter}")) == format!("{}{alone}", normal(before))
}

fn normal(text: &str) -> std::borrow::Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text)
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
pub(crate) fn is_invisible(letter: char) -> bool {
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
#[path = "quote/tests.rs"]
mod tests;
