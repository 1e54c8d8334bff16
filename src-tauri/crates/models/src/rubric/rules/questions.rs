//! Questions, and which of them cannot be answered with yes or no. A heuristic over forms: it counts "why would you do
//! that" as open, as its form is.

use std::sync::LazyLock;

use regex::Regex;
use rehearse_domain::Language;

use super::lexicon::pattern;
use crate::rubric::transcript::Sentence;

/// A kind of question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rubric) enum Question {
    /// It cannot be answered with yes or no.
    Open,
    /// It can.
    Closed,
}

/// What kind of question a sentence is; `None` when it is none.
pub(in crate::rubric) fn kind(sentence: &Sentence<'_>) -> Option<Question> {
    let open = match sentence.language {
        Language::English => english(sentence.text),
        Language::Chinese => chinese(sentence.text),
    }?;
    Some(if open { Question::Open } else { Question::Closed })
}

/// Words that ask for more than yes or no.
const WH: &str = r"(?:what|how|why|who|whom|whose|which|where|when)";
/// Words that turn a sentence into a question.
const TURNED: &[&str] = &[
    "do",
    "does",
    "did",
    "is",
    "are",
    "was",
    "were",
    "would",
    "will",
    "could",
    "can",
    "should",
    "have",
    "has",
    "had",
    "might",
    "am",
    "shall",
    "don't",
    "doesn't",
    "didn't",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "won't",
    "wouldn't",
    "couldn't",
    "can't",
    "shouldn't",
    "haven't",
    "hasn't",
];
const SOMEBODY: &[&str] = &[
    "i", "you", "he", "she", "it", "we", "they", "that", "this", "there",
];

/// Words before a question that do not belong to it.
static BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"^(?:\W*(?:so|and|but|or|well|okay|ok|right|then|now|oh|yes|yeah|no|please|sorry|just|because|actually|look|listen|tell me)\b)*\W*(?:(?:at|in|on|by|for|to|from|with|about|of|since|until|under) )?",
    )
});
static ASKS: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(&format!(r"^{WH}(?:'s|'re|'d|'ll|'ve)?\b")));
/// Proposals in the form of a question.
static PROPOSES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"^(?:(?:what|how) about|what if|why not|why (?:don't|doesn't) (?:you|we|i|he|she))\b")
});
/// Requests that ask for a story.
static INVITES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"^(?:\W*(?:so|and|but|well|okay|ok|then|now|please|first)\b)*\W*(?:(?:can|could|would|will) you (?:please )?)?(?:tell me (?:more|about|what|how|why|where|when|who|which)|talk me through|walk me through|say more|describe|help me understand|explain to me (?:what|how|why))\b",
    )
});
static CLAUSES: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"[,;:—–]|\s-\s"));

fn is(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

fn without(pattern: &LazyLock<Option<Regex>>, text: &str, instead: &str) -> String {
    match pattern.as_ref() {
        Some(pattern) => pattern.replace_all(text, instead).into_owned(),
        None => text.to_owned(),
    }
}

/// Closing marks left out, whether a sentence ends in a question mark.
fn ends_asking(text: &str) -> bool {
    text.trim_end_matches(|letter: char| letter.is_whitespace() || "\"'”’）)」』!！.。…".contains(letter))
        .ends_with(['?', '？'])
}

fn english(text: &str) -> Option<bool> {
    let text = text.replace(['’', 'ʼ'], "'").to_lowercase();
    if is(&INVITES, &text) {
        return Some(true);
    }
    if !ends_asking(&text) {
        return None;
    }
    let marked = without(&CLAUSES, &text, "|");
    let clauses: Vec<String> = marked
        .split('|')
        .map(|clause| {
            without(&BEFORE, clause, "")
                .trim_matches(|mark: char| !mark.is_alphanumeric())
                .to_owned()
        })
        .filter(|clause| !clause.is_empty())
        .collect();
    let asks = |clause: &str| is(&ASKS, clause) && !is(&PROPOSES, clause);
    let turned_early = |clause: &str| {
        let rest = without(&ASKS, clause, "");
        let is_short = clause
            .split_whitespace()
            .next()
            .is_some_and(|first| first.contains('\''));
        let before: Vec<&str> = rest
            .split_whitespace()
            .take(3)
            .take_while(|word| !SOMEBODY.contains(word))
            .collect();
        is_short || before.iter().any(|word| TURNED.contains(word))
    };
    // The last clause asks, unless it is only a name or a tag after the one that does.
    let is_tag = |clause: &&String| {
        clause.split_whitespace().count() <= 2
            && !asks(clause)
            && !clause
                .split_whitespace()
                .next()
                .is_some_and(|first| TURNED.contains(&first))
    };
    let asking = clauses.iter().rev().find(|clause| !is_tag(clause));
    let earlier = clauses.iter().any(|clause| asks(clause) && turned_early(clause));
    Some(earlier || asking.is_some_and(|clause| asks(clause)))
}

/// What looks like a question word and asks nothing.
static NO_QUESTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "没什么|什么都|谁都|哪儿?都|怎么都|哪怕|几乎|好几|没怎么|无论.{0,6}(?:什么|怎么|谁|哪)|不管.{0,6}(?:什么|怎么|谁|哪)",
    )
});
static CHINESE_WH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "什么|怎么|怎样|为何|哪|谁|几[点个天号时次位年月家句成块分岁回种件]|多少|多久|多长|多大|多远|如何|咋|啥|何时|何处",
    )
});
/// Reproaches and proposals in the form of a question.
static RHETORICAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern("难道|怎么(?:能|可以|好意思|敢)|凭什么|什么叫|[，,](?:[您你][看说])?(?:怎么样|怎样|如何)[？?]$")
});
static EITHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "是不是|有没有|能不能|可不可以|会不会|要不要|行不行|好不好|愿不愿|对不对|想不想|该不该|成不成|信不信|可否|能否",
    )
});
static CHINESE_INVITES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "说说看|[跟给]我(?:说说|讲讲)|讲给我听|说给我听|说来听听|[你您](?:先|再)?(?:说说|讲讲)|多说一点|多讲一点|展开[说讲]",
    )
});

fn chinese(text: &str) -> Option<bool> {
    if is(&CHINESE_INVITES, text) {
        return Some(true);
    }
    let core = without(&NO_QUESTION, text, "|");
    let bare = core.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    let has_wh = is(&CHINESE_WH, &core);
    let particle = bare.chars().next_back();
    let asks = ends_asking(text) || particle == Some('吗') || (particle == Some('呢') && has_wh);
    if !asks {
        return None;
    }
    let closed = particle == Some('吗') || is(&RHETORICAL, text.trim()) || is(&EITHER, &core);
    Some(!closed && (has_wh || particle == Some('呢')))
}
