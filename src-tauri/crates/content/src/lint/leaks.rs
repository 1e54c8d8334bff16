//! The goal must not stand where the partner reads it: a partner who knows how it is won plays along or plays
//! against it, and neither is practice.

use std::collections::BTreeSet;

use rehearse_domain::Language;

use super::field::{self, Field, Kind};
use super::words::{content, letters, sentences};
use super::{Finding, Named, Rule, ScenarioFile};

/// This share of the goal's own words in two neighbouring sentences, in per cent, is no accident any more.
const TOO_CLOSE: usize = 60;
/// A goal with fewer words of its own is compared letter by letter only.
const FEWEST_WORDS: usize = 6;

pub(super) fn check(file: &Named<'_, ScenarioFile>, findings: &mut Vec<Finding>) {
    let record = &file.record;
    let fields = field::of_scenario(record);
    let (goals, open): (Vec<_>, Vec<_>) = fields
        .iter()
        .filter(|field| {
            matches!(
                field.kind,
                Kind::Goal | Kind::Criterion | Kind::Brief | Kind::Spoken
            )
        })
        .partition(|field| matches!(field.kind, Kind::Goal | Kind::Criterion));
    let names = content(
        &format!("{} {}", record.partner.name, record.trainee.name),
        record.language,
    );
    let goals: Vec<_> = goals
        .into_iter()
        .map(|goal| Goal::new(goal, &names, record.language))
        .collect();
    for place in open {
        let said = Said::new(place, record.language);
        for problem in goals.iter().filter_map(|goal| goal.stands_in(&said)) {
            let advice = "the partner must not know the goal: say what moves or hardens them instead";
            findings.push(Finding::new(Rule::Leak, file.name, &place.name, problem, advice));
        }
    }
}

/// A text that the partner must not read.
struct Goal<'field> {
    name: &'field str,
    letters: String,
    /// Its own words, without the names of the two.
    words: BTreeSet<String>,
}

/// A text that the partner reads or says.
struct Said {
    letters: String,
    /// The words of each two neighbouring sentences.
    words: Vec<BTreeSet<String>>,
}

impl Said {
    fn new(field: &Field<'_>, language: Language) -> Self {
        let parts = sentences(field.text);
        let words = if parts.len() < 2 {
            vec![content(field.text, language)]
        } else {
            parts
                .windows(2)
                .map(|two| content(&two.join(" \n"), language))
                .collect()
        };
        Self {
            letters: letters(field.text),
            words,
        }
    }
}

impl<'field> Goal<'field> {
    fn new(field: &'field Field<'_>, names: &BTreeSet<String>, language: Language) -> Self {
        let mut words = content(field.text, language);
        words.retain(|word| !names.contains(word));
        Self {
            name: &field.name,
            letters: letters(field.text),
            words,
        }
    }

    fn stands_in(&self, said: &Said) -> Option<String> {
        if !self.letters.is_empty() && said.letters.contains(&self.letters) {
            return Some(format!("it holds {} word for word", self.name));
        }
        let wanted = self.words.len();
        if wanted < FEWEST_WORDS {
            return None;
        }
        said.words.iter().find_map(|words| {
            let shared = self.words.intersection(words).count();
            (shared * 100 >= wanted * TOO_CLOSE)
                .then(|| format!("{shared} of the {wanted} words of {} stand together", self.name))
        })
    }
}
