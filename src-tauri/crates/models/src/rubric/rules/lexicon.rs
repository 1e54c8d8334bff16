//! Patterns for each rule: what counts, and what only looks like it.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use rehearse_domain::{Language, Rule};

use super::{chinese, english};

/// What a rule looks for in one language. In a pattern a space is any white space, ` ?` any or none, and `'` any
/// apostrophe.
pub(super) struct Forms {
    pub(super) rule: Rule,
    /// What is taken out first, because it only looks like it.
    pub(super) not: &'static str,
    /// What counts.
    pub(super) counts: Counts,
}

/// How it counts.
pub(super) enum Counts {
    /// Each place.
    Places(&'static str),
    /// The sentence, once.
    Sentence(&'static str),
    /// The sentence, once, if all of these are in it.
    Together(&'static [&'static str]),
}

struct Compiled {
    not: Option<Regex>,
    /// All have to be there.
    all: Vec<Regex>,
    is_each_place: bool,
}

static LEXICON: LazyLock<HashMap<(Language, Rule), Compiled>> = LazyLock::new(|| {
    let mut lexicon = HashMap::new();
    for (language, forms) in [
        (Language::English, english::FORMS.as_slice()),
        (Language::Chinese, chinese::FORMS.as_slice()),
    ] {
        for form in forms {
            lexicon.insert((language, form.rule), compiled(form));
        }
    }
    lexicon
});

fn compiled(form: &Forms) -> Compiled {
    let (patterns, is_each_place): (&[&str], bool) = match &form.counts {
        Counts::Places(pattern) => (std::slice::from_ref(pattern), true),
        Counts::Sentence(pattern) => (std::slice::from_ref(pattern), false),
        Counts::Together(patterns) => (patterns, false),
    };
    Compiled {
        not: (!form.not.is_empty()).then(|| pattern(form.not)).flatten(),
        all: patterns.iter().filter_map(|one| pattern(one)).collect(),
        is_each_place,
    }
}

/// `None` is no pattern, which a test looks for.
pub(super) fn pattern(written: &str) -> Option<Regex> {
    let written = written
        .replace(" ?", r"\s*")
        .replace(' ', r"\s+")
        .replace('\'', "['’ʼ]");
    RegexBuilder::new(&written).case_insensitive(true).build().ok()
}

/// How often a rule of words sees something in a sentence.
pub(super) fn times(rule: Rule, language: Language, sentence: &str) -> u32 {
    let Some(forms) = LEXICON.get(&(language, rule)) else {
        return 0;
    };
    let sentence = match &forms.not {
        // What is taken out leaves a mark, so that what stood on either side of it does not come together.
        Some(not) => not.replace_all(sentence, "|"),
        None => sentence.into(),
    };
    if forms.all.is_empty() || !forms.all.iter().all(|form| form.is_match(&sentence)) {
        return 0;
    }
    match forms.all.first() {
        Some(form) if forms.is_each_place => {
            u32::try_from(form.find_iter(&sentence).count()).unwrap_or(u32::MAX)
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_a_pattern() {
        for form in english::FORMS.iter().chain(&chinese::FORMS) {
            let compiled = compiled(form);
            let wanted = match &form.counts {
                Counts::Together(patterns) => patterns.len(),
                _ => 1,
            };
            assert_eq!(compiled.all.len(), wanted, "{:?}", form.rule);
            assert_eq!(compiled.not.is_some(), !form.not.is_empty(), "{:?}", form.rule);
        }
        assert_eq!(LEXICON.len(), 18, "nine rules of words in two languages");
    }
}
