//! Finds listed phrases in a text, the longest first.

use super::Mention;

/// The phrases of one list, each as its words.
pub(super) struct Phrases<'a> {
    listed: Vec<(&'a str, Vec<&'a str>)>,
}

/// Before a phrase that is passed over.
const PASSED_OVER: char = '!';

/// A word of the text: what is compared, and where it stands.
struct Word {
    plain: String,
    start: usize,
    end: usize,
}

impl<'a> Phrases<'a> {
    /// One phrase a line; lines that begin with `#` are remarks. What stands behind a `!` is found and not counted, so
    /// that nothing inside it is.
    pub(super) fn listed(list: &'a str) -> Self {
        let lines = list.lines().map(str::trim);
        let mut listed: Vec<_> = lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| (line, line.split_whitespace().collect::<Vec<_>>()))
            .collect();
        listed.sort_by_key(|(line, words)| std::cmp::Reverse((words.len(), line.len())));
        Self { listed }
    }

    /// Whole words in a row, in any case, with any space or mark between them.
    pub(super) fn among_words(&self, text: &str) -> Vec<Mention> {
        let words: Vec<Word> = words(text)
            .map(|(start, word)| Word {
                plain: word.to_lowercase().replace('’', "'"),
                start,
                end: start + word.len(),
            })
            .collect();
        let mut found = Vec::new();
        let mut rest = words.as_slice();
        while !rest.is_empty() {
            let fits = |own: &[&str]| {
                own.len() <= rest.len() && own.iter().zip(rest).all(|(own, word)| *own == word.plain)
            };
            let phrase = self.listed.iter().find(|(_, own)| fits(own));
            let taken = phrase.map_or(1, |(_, own)| own.len());
            let (these, later) = rest.split_at(taken);
            if let (Some((line, _)), Some(first), Some(last)) = (phrase, these.first(), these.last()) {
                found.push(Mention {
                    phrase: (*line).to_owned(),
                    start: first.start,
                    end: last.end,
                });
            }
            rest = later;
        }
        found
    }

    /// Characters in a row: Chinese does not write where a word ends, so what is part of other words has to be listed
    /// with them.
    pub(super) fn among_characters(&self, text: &str) -> Vec<Mention> {
        let mut found = Vec::new();
        let mut start = 0;
        while let Some(letter) = text.get(start..).and_then(|rest| rest.chars().next()) {
            let rest = text.get(start..).unwrap_or_default();
            let plain = |line: &'a str| line.trim_start_matches(PASSED_OVER);
            let lines = self.listed.iter().map(|(line, _)| *line);
            let phrase = lines
                .filter(|line| rest.starts_with(plain(line)))
                .max_by_key(|line| plain(line).len());
            let end = start + phrase.map_or(letter.len_utf8(), |line| plain(line).len());
            if let Some(line) = phrase.filter(|line| !line.starts_with(PASSED_OVER)) {
                found.push(Mention {
                    phrase: line.to_owned(),
                    start,
                    end,
                });
            }
            start = end;
        }
        found
    }
}

/// The words that are not in Han characters, with the place of their first byte; an apostrophe inside belongs to them.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let inside =
        |letter: char| (letter.is_alphanumeric() && !is_han(letter)) || letter == '\'' || letter == '’';
    let place = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.split(move |letter| !inside(letter))
        .map(|word| word.trim_matches(['\'', '’']))
        .filter(|word| !word.is_empty())
        .map(move |word| (place(word), word))
}

/// Whether a character is Chinese: the unified ideographs and their extensions.
pub(super) fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}
