//! A sentence as the signals are looked for in it: one width, one case, one script for the characters that matter, and
//! letters that somebody drew apart put together again.

use std::sync::LazyLock;

use icu_normalizer::ComposingNormalizerBorrowed;
use regex::Regex;

use crate::quote;

/// Single letters with something between them, at least eight. Nobody spells a word out as long as that by chance,
/// only names; whether it is a name is not decided here.
static APART: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:[a-z0-9][\s.,_*·\-]+){7,}[a-z0-9]\b").ok());

/// Traditional characters of the words that the signals are made of, each before its simplified form.
const SIMPLIFIED: &str = "評评滿满給给統统標标準准記记錄录級级項项輸输請请學学員员審审這这對对話话訓训練练規规則则無无視视導导師师數数\
                          終终結结論论語语遵遵裡里後后開开發发維维獲获與与應应該该總总號号達达當当為为過过從从許许";

/// The sentence, and its letters that were drawn apart, as one word.
pub(super) struct Plain {
    pub(super) text: String,
    pub(super) drawn_apart: String,
}

impl Plain {
    pub(super) fn of(sentence: &str) -> Self {
        let normal: String = ComposingNormalizerBorrowed::new_nfkc()
            .normalize(sentence)
            .chars()
            .filter(|letter| !quote::is_invisible(*letter))
            .flat_map(char::to_lowercase)
            .map(folded)
            .collect();
        let drawn_apart =
            APART
                .iter()
                .flat_map(|apart| apart.find_iter(&normal))
                .fold(String::new(), |mut all, run| {
                    all.extend(run.as_str().chars().filter(|letter| letter.is_alphanumeric()));
                    all
                });
        Self {
            text: together(&normal),
            drawn_apart,
        }
    }
}

fn folded(letter: char) -> char {
    match letter {
        '’' | '‘' | 'ʼ' => '\'',
        '、' | '，' | '﹐' | '–' | '—' => ',',
        '。' => '.',
        _ => {
            let mut pairs = SIMPLIFIED.chars();
            while let (Some(traditional), Some(simplified)) = (pairs.next(), pairs.next()) {
                if traditional == letter {
                    return simplified;
                }
            }
            letter
        }
    }
}

/// White space as one space, and nothing that is no mark of a sentence between two Chinese characters.
fn together(text: &str) -> String {
    let mut together = String::with_capacity(text.len());
    let mut gap = String::new();
    for letter in text.chars() {
        if letter.is_whitespace() || "·_*-~|/".contains(letter) {
            gap.push(if letter.is_whitespace() { ' ' } else { letter });
            continue;
        }
        let is_mark = |letter: char| ",.:;!?".contains(letter);
        let is_inside = is_mark(letter)
            || (together.ends_with(|last| quote::stands_alone(last) || is_mark(last))
                && quote::stands_alone(letter));
        if !is_inside {
            if gap.trim().is_empty() {
                together.extend((!gap.is_empty()).then_some(' '));
            } else {
                together.push_str(&gap);
            }
        }
        gap.clear();
        together.push(letter);
    }
    together
}
