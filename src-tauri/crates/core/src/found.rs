//! Where the words of a search stand in a session, to be shown beside its title. The store has found the session
//! already; this only says why. Pure.

use rehearse_domain::{Speaker, Turn};

use crate::view::{FoundIn, FoundView};

/// Most characters of a text that are shown.
const SHOWN: usize = 120;
/// Characters shown before the first word that was found.
const BEFORE: usize = 30;

/// The words of a search in lower case: runs of letters and digits, and runs of characters written without spaces.
pub(crate) fn words(search: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = None;
    for character in search.to_lowercase().chars() {
        let kind = character
            .is_alphanumeric()
            .then_some(is_written_without_spaces(character));
        match (kind, words.last_mut()) {
            (Some(_), Some(word)) if kind == before => word.push(character),
            (Some(_), _) => words.push(character.to_string()),
            (None, _) => {}
        }
        before = kind;
    }
    words
}

/// Whether a word from [`words`] stands in a text: at the beginning of a word, or anywhere in text without spaces.
pub(crate) fn stands_in(text: &str, word: &str) -> bool {
    place(&text.to_lowercase(), word).is_some()
}

/// The goal or the turn that has most of the words, the first one of equals; `None` when none has any.
pub(crate) fn found(goal: &str, turns: &[Turn], words: &[String]) -> Option<FoundView> {
    let spoken = turns.iter().filter_map(|turn| {
        let place = match turn.speaker {
            Speaker::Partner => FoundIn::Partner,
            Speaker::Trainee => FoundIn::Trainee,
        };
        Some((place, turn.transcript.as_deref()?))
    });
    let mut best: Option<(usize, FoundIn, &str)> = None;
    for (place, text) in std::iter::once((FoundIn::Goal, goal)).chain(spoken) {
        let many = words.iter().filter(|word| stands_in(text, word)).count();
        if many > best.map_or(0, |(most, ..)| most) {
            best = Some((many, place, text));
        }
    }
    best.map(|(_, place, text)| FoundView {
        place,
        text: shortened(text, words),
    })
}

/// The byte where a word begins in a lower-case text.
fn place(lower: &str, word: &str) -> Option<usize> {
    let anywhere = word.chars().next().is_some_and(is_written_without_spaces);
    lower.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = lower.get(..*at).and_then(|text| text.chars().next_back());
        anywhere || !before.is_some_and(|one| one.is_alphanumeric() && !is_written_without_spaces(one))
    })
}

/// A text, or the stretch of it around the first word that stands in it.
fn shortened(text: &str, words: &[String]) -> String {
    let lower = text.to_lowercase();
    let first = words.iter().filter_map(|word| place(&lower, word)).min();
    let at = first.map_or(0, |first| {
        lower.get(..first).map_or(0, |text| text.chars().count())
    });
    let (length, from) = (text.chars().count(), at.saturating_sub(BEFORE));
    if length <= SHOWN {
        return text.to_owned();
    }
    let from = from.min(length - SHOWN);
    let middle: String = text.chars().skip(from).take(SHOWN).collect();
    let (start, end) = (
        if from > 0 { "…" } else { "" },
        if from + SHOWN < length { "…" } else { "" },
    );
    format!("{start}{}{end}", middle.trim())
}

/// Chinese, Japanese and Korean.
fn is_written_without_spaces(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goal(text: &str, search: &str) -> Option<String> {
        found(text, &[], &words(search)).map(|found| found.text)
    }

    #[test]
    fn words_are_cut_at_marks_and_where_the_script_changes() {
        assert_eq!(words("A raise, 加薪2026"), ["a", "raise", "加薪", "2026"]);
        assert!(words(" — ").is_empty());
    }

    #[test]
    fn a_word_is_found_by_its_beginning_and_in_any_case() {
        assert!(stands_in("Ask for a Raise", "rai"));
        assert!(!stands_in("praise", "rai"));
        assert!(stands_in("我想加薪", "加薪"));
    }

    #[test]
    fn what_has_none_of_the_words_is_not_shown() {
        assert_eq!(goal("A raise.", "zebra"), None);
        assert_eq!(goal("A raise.", ""), None);
        assert_eq!(goal("A raise.", "zebra raise").as_deref(), Some("A raise."));
    }

    #[test]
    fn a_long_text_is_cut_around_the_word() {
        let text = format!("{} budget {}", "before ".repeat(30), "after ".repeat(30));
        let shown = goal(&text, "budget").unwrap();
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains("budget"));
        assert!(shown.chars().count() <= SHOWN + 2);
    }
}
