//! Where one sentence ends and the next begins, in a text that is still being written. A voice speaks better in
//! sentences than in pieces, and sooner in sentences than in whole replies.

use std::ops::Range;

/// Nobody speaks longer than this without taking breath, in characters.
const LONGEST: usize = 280;

/// Words before a full stop that ends nothing, in lower case. "No." is not among them: people say it.
const ABBREVIATIONS: [&str; 17] = [
    "dr", "mr", "mrs", "ms", "prof", "st", "sr", "jr", "vs", "etc", "e.g", "i.e", "a.m", "p.m", "approx",
    "mt", "u.s",
];

/// Where the sentences of a whole text stand in it, in bytes, each with the white space after it.
pub(crate) fn places(text: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut start = 0;
    while let Some(length) = text.get(start..).and_then(end) {
        places.push(start..start + length);
        start += length;
    }
    if start < text.len() {
        places.push(start..text.len());
    }
    places
}

/// A text that grows, cut into sentences.
#[derive(Debug, Default)]
pub(crate) struct Sentences {
    rest: String,
}

impl Sentences {
    /// The sentences that these words complete. An end is only known to be one by what follows it.
    pub(crate) fn push(&mut self, words: &str) -> Vec<String> {
        self.rest.push_str(words);
        let mut sentences = Vec::new();
        while let Some(end) = end(&self.rest).or_else(|| breath(&self.rest)) {
            let rest = self.rest.split_off(end);
            sentences.extend(spoken(&std::mem::replace(&mut self.rest, rest)));
        }
        sentences
    }

    /// The last sentence: nothing follows.
    pub(crate) fn finish(&mut self) -> Option<String> {
        spoken(&std::mem::take(&mut self.rest))
    }
}

/// The sentence without white space around it; `None` when there is nothing in it to be said.
fn spoken(sentence: &str) -> Option<String> {
    let sentence = sentence.trim();
    sentence
        .contains(char::is_alphanumeric)
        .then(|| sentence.to_owned())
}

/// Where the first sentence ends, its closing marks included; `None` while that cannot be told.
fn end(text: &str) -> Option<usize> {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == '\n' {
            return Some(at + 1);
        }
        if !ends(letter) {
            continue;
        }
        let mut firm = is_firm(letter);
        let mut marks = 1;
        while let Some((_, mark)) = letters.next_if(|(_, mark)| ends(*mark) || closes(*mark)) {
            firm |= is_firm(mark);
            marks += usize::from(ends(mark));
        }
        let (after, next) = *letters.peek()?;
        let before = text.get(..at).unwrap_or_default();
        let stop = letter == '.' && marks == 1;
        let apart = next.is_whitespace()
            || (is_chinese(next) && !before.ends_with(|last: char| last.is_ascii_digit()));
        if firm || (apart && !(stop && is_short(before))) {
            return Some(after);
        }
    }
    None
}

/// Where breath is taken in a sentence that does not end.
fn breath(text: &str) -> Option<usize> {
    let (longest, _) = text.char_indices().nth(LONGEST)?;
    let pause = |(_, letter): &(usize, char)| ",;:，；：、".contains(*letter) || letter.is_whitespace();
    let within = || text.char_indices().take(LONGEST);
    let last = within().filter(pause).last();
    Some(last.map_or(longest, |(at, letter)| at + letter.len_utf8()))
}

/// Marks that can end a sentence.
fn ends(letter: char) -> bool {
    matches!(letter, '.' | '!' | '?') || is_firm(letter)
}

/// Marks that end a sentence whatever follows.
fn is_firm(letter: char) -> bool {
    matches!(letter, '。' | '！' | '？' | '…')
}

/// Marks that belong to the sentence that they follow.
fn closes(letter: char) -> bool {
    "\"')]}”’」』）】》".contains(letter)
}

fn is_chinese(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9FFF}' | '\u{3000}'..='\u{303F}')
}

/// Whether a text ends with something that is only shortened by the full stop after it.
fn is_short(text: &str) -> bool {
    let word = text
        .rsplit(|letter: char| letter.is_whitespace() || "(\"“".contains(letter))
        .next();
    let word = word.unwrap_or_default();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase) && word != "I";
    initial || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_places_of_sentences_are_the_whole_text() {
        let text = "Dr. Li paid. So?  好吧。那";
        let cut: Vec<&str> = places(text).into_iter().map(|place| &text[place]).collect();
        assert_eq!(cut, ["Dr. Li paid.", " So?", "  好吧。", "那"]);
        assert!(places("").is_empty());
    }

    fn cut(text: &str, piece: usize) -> Vec<String> {
        let mut sentences = Sentences::default();
        let letters: Vec<char> = text.chars().collect();
        let mut all: Vec<String> = letters
            .chunks(piece)
            .flat_map(|piece| sentences.push(&piece.iter().collect::<String>()))
            .collect();
        all.extend(sentences.finish());
        all
    }

    #[test]
    fn english_is_cut_at_its_sentences_and_only_there() {
        for (text, sentences) in [
            ("Sit down. Why now?", vec!["Sit down.", "Why now?"]),
            (
                "Dr. Li paid 3.5 million! So?",
                vec!["Dr. Li paid 3.5 million!", "So?"],
            ),
            (
                "He said \"No.\" Then he left.",
                vec!["He said \"No.\"", "Then he left."],
            ),
            ("J. Smith, e.g. him. OK", vec!["J. Smith, e.g. him.", "OK"]),
            (
                "Well... I see. So do I. Good.",
                vec!["Well...", "I see.", "So do I.", "Good."],
            ),
            ("What?! No\nYes", vec!["What?!", "No", "Yes"]),
            ("Go to example.org now", vec!["Go to example.org now"]),
            ("  ", vec![]),
        ] {
            for piece in [1, 3, 100] {
                assert_eq!(cut(text, piece), sentences, "{text}");
            }
        }
    }

    #[test]
    fn chinese_is_cut_at_its_sentences_and_only_there() {
        for (text, sentences) in [
            ("坐吧。什么事？说！", vec!["坐吧。", "什么事？", "说！"]),
            ("他说：“不行。”我就走了。", vec!["他说：“不行。”", "我就走了。"]),
            ("一万六千五……我想想", vec!["一万六千五……", "我想想"]),
            ("涨了3.5个点?真的吗!好", vec!["涨了3.5个点?", "真的吗!", "好"]),
            ("什么？！你再说一遍", vec!["什么？！", "你再说一遍"]),
            ("……", vec![]),
        ] {
            for piece in [1, 2, 100] {
                assert_eq!(cut(text, piece), sentences, "{text}");
            }
        }
    }

    #[test]
    fn a_sentence_without_an_end_is_cut_where_breath_is_taken() {
        let words = "word, ".repeat(100);
        let sentences = cut(&words, 7);
        assert!(sentences.len() > 1);
        assert!(
            sentences
                .iter()
                .all(|part| part.ends_with(',') && part.chars().count() <= LONGEST)
        );
        assert_eq!(cut(&"字".repeat(600), 9).len(), 3);
    }

    proptest! {
        #[test]
        fn nothing_that_can_be_said_is_lost_however_it_comes(text in "[a-zA-Z0-9.!?…。？” \n好]{0,60}", piece in 1_usize..9) {
            let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
            prop_assert_eq!(letters(&cut(&text, piece).concat()), letters(&text));
            prop_assert_eq!(cut(&text, piece), cut(&text, 1000));
        }
    }
}
