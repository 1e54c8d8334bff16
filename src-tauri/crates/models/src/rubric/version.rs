//! By which rubric and which method something was rated. Two ratings may be compared where this is the same; nothing else
//! here says so.

use std::fmt::Write;

use rehearse_domain::{Language, Skill, Speaker};
use sha2::{Digest, Sha256};

use super::{METHOD, SpokenTurn};

/// The version of all rubrics of a case: SHA-256 in lower-case hex of the method, the language of the questions, and every
/// word that is asked by, in the order of the skills.
pub fn of_rubrics(language: Language, skills: &[Skill]) -> String {
    let mut words = Words::new(&format!("rehearse rubric {METHOD}"), language);
    skills.iter().for_each(|skill| words.skill(skill));
    words.digest()
}

/// The version of one skill's rubric, in the same form. One skill is asked about at a time, so that a rating does not
/// depend on which others a scenario has.
pub fn of_skill(language: Language, skill: &Skill) -> String {
    let mut words = Words::new(&format!("rehearse skill {METHOD}"), language);
    words.skill(skill);
    words.digest()
}

/// The version of the trainee's words, in the same form: what quotes are looked up in, turn by turn. It does not depend on
/// how these words are asked about.
pub(super) fn of_words(language: Language, turns: &[SpokenTurn]) -> String {
    let mut words = Words::new("rehearse words 1", language);
    for turn in turns.iter().filter(|turn| turn.speaker == Speaker::Trainee) {
        words.add(&turn.number.to_string());
        words.add(turn.text.as_deref().unwrap_or_default().trim());
    }
    words.digest()
}

struct Words(Sha256);

impl Words {
    fn new(method: &str, language: Language) -> Self {
        let mut words = Self(Sha256::new());
        words.add(method);
        words.add(language.tag());
        words
    }

    /// A text with its length before it, so that no two lists of texts are the same bytes.
    fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    fn skill(&mut self, skill: &Skill) {
        let examples = [
            &skill.examples.good,
            &skill.examples.poor,
            &skill.examples.counter,
        ];
        self.add(skill.slug.as_str());
        self.add(skill.language.tag());
        self.add(&skill.name);
        self.add(&skill.description);
        skill.anchors.iter().for_each(|anchor| self.add(anchor));
        self.add(&skill.checks.len().to_string());
        skill.checks.iter().for_each(|check| self.add(&check.0));
        examples.into_iter().for_each(|example| self.add(example));
    }

    fn digest(self) -> String {
        let mut text = String::with_capacity(64);
        for byte in self.0.finalize() {
            // Writing into a `String` cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}
