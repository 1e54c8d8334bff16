//! Signals that a sentence speaks to whoever rates the talk, and which of them together are enough. One alone is seldom:
//! people speak of judges, of marks and of systems to one another, and practise to.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::plain::Plain;
use super::{chinese, english};

/// One class of signals, in both languages: who mixes them is understood too.
struct Class(Option<RegexSet>);

impl Class {
    fn of(english: &[&str], chinese: &[&str]) -> Self {
        let patterns = english.iter().chain(chinese).map(|pattern| written_out(pattern));
        Self(RegexSet::new(patterns).ok())
    }

    fn is_in(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|patterns| patterns.is_match(text))
    }
}

/// A pattern with the ones that it names in their place.
fn written_out(pattern: &str) -> String {
    let mut written = pattern.to_owned();
    // A name may stand in what another one stands for.
    for _ in 0..3 {
        for (name, of) in english::shared().into_iter().chain(chinese::shared()) {
            written = written.replace(name, of);
        }
    }
    // A word ends where a Chinese character begins, and the engine stays fast where one occurs.
    written.replace(r"\b", r"(?-u:\b)")
}

macro_rules! class {
    ($name:ident) => {
        static $name: LazyLock<Class> = LazyLock::new(|| Class::of(english::$name, chinese::$name));
    };
}
class!(ADDRESS);
class!(HAIL);
class!(CLAIM);
class!(DUTY);
class!(MARK);
class!(EVERY);
class!(TASK);
class!(ORDER);
class!(REPORT);
class!(SKILL_MARK);
class!(SET_ASIDE);
class!(SELF_PRAISE);
static DRAWN_APART: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(english::DRAWN_APART).ok());
static ELSEWHERE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(english::ELSEWHERE).ok());

/// Whether a text is about ratings that people give one another at work, or levels of a thing.
pub(super) fn is_about_something_else(plain: &str) -> bool {
    ELSEWHERE
        .as_ref()
        .is_some_and(|elsewhere| elsewhere.is_match(plain))
}

/// What a sentence is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signals {
    /// By itself it speaks to the judge.
    pub(super) is_told: bool,
    /// Somebody is spoken to who may be the judge: what follows may be an order.
    pub(super) opens: bool,
    /// It is about rating, so that beside a sentence that opens it belongs to it.
    pub(super) is_about_rating: bool,
    /// It says how well the trainee did.
    pub(super) praises: bool,
}

impl Signals {
    pub(super) fn of(sentence: &Plain) -> Self {
        let text = sentence.text.as_str();
        let is_drawn_apart = DRAWN_APART
            .as_ref()
            .is_some_and(|words| words.is_match(&sentence.drawn_apart));
        let addresses = ADDRESS.is_in(text) || CLAIM.is_in(text);
        let hails = HAIL.is_in(text);
        let (mark, task, every) = (MARK.is_in(text), TASK.is_in(text), EVERY.is_in(text));
        let skill = SKILL_MARK.is_in(text);
        let about = mark || task || every || skill;
        let orders = ORDER.is_in(text) || DUTY.is_in(text);
        let unaddressed = (mark && task && orders)
            || (mark && every && orders && !is_about_something_else(text))
            || (DUTY.is_in(text) && about && !is_about_something_else(text));
        Self {
            is_told: is_drawn_apart
                || addresses
                || (hails && about)
                || skill
                || SET_ASIDE.is_in(text)
                || (REPORT.is_in(text) && (mark || every) && !is_about_something_else(text))
                || unaddressed,
            opens: addresses || hails,
            is_about_rating: about,
            praises: SELF_PRAISE.is_in(text),
        }
    }
}

#[cfg(test)]
pub(super) fn are_all_understood() -> bool {
    let classes: [&LazyLock<Class>; 12] = [
        &ADDRESS,
        &HAIL,
        &CLAIM,
        &DUTY,
        &MARK,
        &EVERY,
        &TASK,
        &ORDER,
        &REPORT,
        &SKILL_MARK,
        &SET_ASIDE,
        &SELF_PRAISE,
    ];
    classes.iter().all(|class| class.0.is_some()) && DRAWN_APART.is_some() && ELSEWHERE.is_some()
}
