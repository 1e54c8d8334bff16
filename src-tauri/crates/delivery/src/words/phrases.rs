//! Finds listed phrases in a text, the longest first.

use super::Mention;

/// The phrases of one list, each as its words.
pub(super) struct Phrases<'a> {
    listed: Vec<Phrase<'a>>,
}

/// Before a phrase that is passed over.
const PASSED_OVER: char = '!';

/// One line of a list.
struct Phrase<'a> {
    /// Without the mark that it is passed over.
    text: &'a str,
    words: Vec<&'a str>,
    passed_over: bool,
}

impl<'a> Phrase<'a> {
    fn of_line(line: &'a str) -> Self {
        let marked = line.strip_prefix(PASSED_OVER);
        let text = marked.unwrap_or(line).trim_start();
        Self {
            text,
            words: text.split_whitespace().collect(),
            passed_over: marked.is_some(),
        }
    }

    /// That it was found at this place; `None` when it is passed over.
    fn mention(&self, start: usize, end: usize) -> Option<Mention> {
        (!self.passed_over).then(|| Mention {
            phrase: self.text.to_owned(),
            start,
            end,
        })
    }
}

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
            .map(Phrase::of_line)
            .collect();
        listed.sort_by_key(|phrase| std::cmp::Reverse((phrase.words.len(), phrase.text.len())));
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
            let phrase = self.listed.iter().find(|phrase| fits(&phrase.words));
            let taken = phrase.map_or(1, |phrase| phrase.words.len());
            let (these, later) = rest.split_at(taken);
            if let (Some(phrase), Some(first), Some(last)) = (phrase, these.first(), these.last()) {
                found.extend(phrase.mention(first.start, last.end));
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
            let fitting = self.listed.iter().filter(|phrase| rest.starts_with(phrase.text));
            let phrase = fitting.max_by_key(|phrase| phrase.text.len());
            let end = start + phrase.map_or(letter.len_utf8(), |phrase| phrase.text.len());
            found.extend(phrase.and_then(|phrase| phrase.mention(start, end)));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_over_is_found_first_and_not_counted_in_words_as_in_characters() {
        let phrases = |found: Vec<Mention>| -> Vec<String> {
            found.into_iter().map(|mention| mention.phrase).collect()
        };
        let english = Phrases::listed("# a remark\nkind of\nlike\n!what kind of\n!like to");
        let text = "What kind of job? I'd like to know, it is kind of like that.";
        assert_eq!(phrases(english.among_words(text)), ["kind of", "like"]);
        let chinese = Phrases::listed("可能\n!不可能");
        assert_eq!(phrases(chinese.among_characters("不可能，可能吧")), ["可能"]);
    }
}
