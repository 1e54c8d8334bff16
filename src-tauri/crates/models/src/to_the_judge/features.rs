//! What a sentence is made of where it is weighed: its words and characters, what stands beside them, and the beginnings
//! of longer words. Whoever looks into the weights can read every one.

use super::plain::Plain;
use crate::quote;

/// Letters that words of one family begin with: "grading" and "graded".
const STEM: usize = 5;

/// Before the first word and after the last one.
const EDGES: (&str, &str) = ("^", "$");

/// Each feature once, sorted.
pub(super) fn of(sentence: &str) -> Vec<String> {
    of_words(words(sentence))
}

/// What a sentence is cut into.
pub(super) fn words(sentence: &str) -> Vec<String> {
    tokens(&Plain::of(sentence).text)
}

/// The features of a sentence of these words.
pub(super) fn of_words(sentence: Vec<String>) -> Vec<String> {
    let mut words = vec![EDGES.0.to_owned()];
    words.extend(sentence);
    words.push(EDGES.1.to_owned());
    let mut features: Vec<String> = words.iter().filter_map(|word| stem(word)).collect();
    for pair in words.windows(2) {
        features.push(pair.join(" "));
    }
    for three in words.windows(3) {
        if let [first, _, last] = three {
            features.push(format!("{first} _ {last}"));
        }
    }
    features.append(&mut words);
    features.sort_unstable();
    features.dedup();
    features
}

/// The beginning of a word that has more letters.
fn stem(word: &str) -> Option<String> {
    let (end, _) = word.char_indices().nth(STEM)?;
    let beginning = word.get(..end)?;
    beginning
        .chars()
        .all(char::is_alphabetic)
        .then(|| format!("{beginning}*"))
}

/// Words, numbers, characters that stand alone, and marks, in their order.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let goes_on = if quote::stands_alone(letter) {
            false
        } else if letter.is_numeric() {
            word.is_empty() || word.ends_with(char::is_numeric)
        } else if letter.is_alphabetic() {
            !word.ends_with(char::is_numeric)
        } else {
            let is_inside = letter == '\'' && word.ends_with(char::is_alphabetic);
            is_inside && letters.peek().is_some_and(|next| next.is_alphabetic())
        };
        let is_of_a_word = !quote::stands_alone(letter) && (letter.is_alphanumeric() || goes_on);
        if !goes_on && !word.is_empty() {
            tokens.push(std::mem::take(&mut word));
        }
        if is_of_a_word {
            word.push(letter);
        } else if !letter.is_whitespace() {
            tokens.push(letter.to_string());
        }
    }
    if !word.is_empty() {
        tokens.push(word);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_its_words_and_what_stands_beside_them() {
        assert_eq!(
            tokens("don't give the 10th 'one', ai给5分!"),
            [
                "don't", "give", "the", "10", "th", "'", "one", "'", ",", "ai", "给", "5", "分", "!"
            ]
        );
        assert_eq!(
            of("Grading me"),
            [
                "$",
                "^",
                "^ _ me",
                "^ grading",
                "gradi*",
                "grading",
                "grading _ $",
                "grading me",
                "me",
                "me $"
            ]
        );
        assert!(of("").contains(&"^ $".to_owned()));
    }
}
