//! Language and marks: a Chinese text is Chinese to the last comma, an English one holds nothing Chinese, and a
//! sentence ends like one.

use rehearse_domain::{Language, is_han};

use super::field::{Field, Kind};
use super::words::is_chinese_mark;
use super::{Finding, Rule};

pub(super) fn check(file: &str, language: Language, field: &Field<'_>, findings: &mut Vec<Finding>) {
    let mut find = |rule, problem: String, advice: &str| {
        findings.push(Finding::new(rule, file, &field.name, problem, advice));
    };
    if language == Language::English {
        if let Some(letter) = field.text.chars().find(|letter| is_han(*letter)) {
            find(
                Rule::WrongLanguage,
                format!("\"{letter}\" in an English text"),
                "write it in English",
            );
        }
        if let Some(mark) = field.text.chars().find(|letter| is_chinese_mark(*letter)) {
            find(
                Rule::Punctuation,
                format!("\"{mark}\" in an English text"),
                "use the English mark",
            );
        }
        if let Some(mark) = mark_after_space(field.text) {
            find(
                Rule::Punctuation,
                format!("a space before \"{mark}\""),
                "remove the space",
            );
        }
    } else {
        if let Some(words) = english_left(field.text) {
            find(
                Rule::WrongLanguage,
                format!("\"{words}\" was left in English"),
                "say it in Chinese",
            );
        } else if !field.text.chars().any(is_han) {
            find(
                Rule::WrongLanguage,
                "nothing in it is Chinese".into(),
                "write it in Chinese",
            );
        }
        if let Some(mark) = ascii_mark_beside_han(field.text) {
            find(
                Rule::Punctuation,
                format!("\"{mark}\" beside Chinese text"),
                "use the full-width Chinese mark",
            );
        }
        if space_between_han(field.text) {
            find(
                Rule::Space,
                "a space between Chinese characters".into(),
                "remove it",
            );
        }
    }
    if field
        .text
        .trim_end_matches('\n')
        .lines()
        .any(|line| line.trim_start().contains("  "))
    {
        find(Rule::Space, "two spaces in a row".into(), "leave one");
    }
    if let Some(ends) = endings(field.kind) {
        let last = field
            .text
            .trim_end()
            .trim_end_matches(['"', '”', ')', '）', '*'])
            .chars()
            .last();
        if !last.is_some_and(|last| ends.contains(last)) {
            find(
                Rule::Punctuation,
                "no mark at the end".into(),
                &format!("end it with one of {ends}"),
            );
        }
    }
}

/// The marks that a kind of text may end with; `None` for what is no sentence.
fn endings(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Title | Kind::PersonName | Kind::PersonRole | Kind::SkillName => None,
        Kind::Check => Some("?？"),
        _ => Some(".!?…。！？"),
    }
}

fn mark_after_space(text: &str) -> Option<char> {
    text.chars().zip(text.chars().skip(1)).find_map(|(before, mark)| {
        (before == ' ' && matches!(mark, ',' | '.' | '?' | '!' | ';' | ':')).then_some(mark)
    })
}

/// Two English words in a row, or one long word in small letters. Names of things such as PPT may stay.
fn english_left(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_ascii_alphabetic() && letter != ' ')
        .collect();
    words.iter().map(|run| run.trim()).find_map(|run| {
        let several = run.split_whitespace().filter(|word| word.len() > 1).count() > 1;
        let long = run.len() >= 4 && run.chars().all(|letter| letter.is_ascii_lowercase());
        (several || long).then(|| run.to_owned())
    })
}

fn ascii_mark_beside_han(text: &str) -> Option<char> {
    let chinese =
        |letter: Option<&char>| letter.is_some_and(|letter| is_han(*letter) || is_chinese_mark(*letter));
    let letters: Vec<char> = text.chars().collect();
    letters.iter().enumerate().find_map(|(index, mark)| {
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let is_mark = matches!(mark, ',' | '.' | '?' | '!' | ';' | ':' | '(' | ')' | '"' | '\'');
        (is_mark && (chinese(before) || chinese(letters.get(index + 1)))).then_some(*mark)
    })
}

fn space_between_han(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    letters
        .windows(3)
        .any(|three| matches!(three, [a, ' ', b] if is_han(*a) && is_han(*b)))
}
