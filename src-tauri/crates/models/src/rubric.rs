//! A session judged by its rubrics: what is to be asked about each skill, and what the answers come to as far as the
//! transcript bears them out. Pure: whoever owns the evaluator asks, stores each answer, and comes back with all of
//! them, so that a restart asks nothing twice.
//!
//! The method and where it comes from: one locked rubric, with checks that are answered yes or no and quotes that code
//! verifies (RULERS, arXiv 2601.08654); a form that is filled in with evidence and reasons before the level (G-Eval,
//! arXiv 2303.16634), on a scale from 0 to 5 (arXiv 2601.03444); one skill a question, so that no skill borrows from
//! another; several looks instead of one, because a judge that is asked twice says two things (Rating Roulette, arXiv
//! 2510.27106; The Coin Flip Judge, arXiv 2606.13685), taken together by their median (self-consistency, arXiv
//! 2203.11171); and no rating where there is nothing to rest it on (Trust or Escalate, arXiv 2407.18370).

mod advice;
mod agreement;
mod counts;
mod form;
mod prompt;
mod reading;
mod rechecking;
mod rules;
mod summary;
mod transcript;
pub mod version;

use std::sync::Arc;
use std::time::Duration;

use rehearse_domain::{
    Assessment, Judge, Language, Outcome, Rating, Sample, Session, Skill, Slug, Speaker, Turn,
};
use sha2::{Digest, Sha256};

use crate::{Answer, Question};
pub use rechecking::BorneOut;
use transcript::Transcript;

/// The version of prompts, form and aggregation. Raised when one of them changes, because results of two methods are
/// not compared.
const METHOD: u32 = 1;

/// How differently the looks at one skill may come out: enough that they are several, little enough that they are of
/// one judge. 0 would not make a judge agree with itself (arXiv 2606.13685).
const TEMPERATURE: f32 = 0.3;

/// The longest that one look may take. Nobody waits for it.
const BUDGET: Duration = Duration::from_secs(120);

/// So many looks are taken at one skill at most.
pub const MOST_LOOKS: u32 = agreement::MOST;

/// A turn as it goes before the judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenTurn {
    /// Its number in the session.
    pub number: u32,
    /// Who speaks.
    pub speaker: Speaker,
    /// What was said; `None` where nobody heard it.
    pub text: Option<String>,
}

/// A session as it goes before the judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The language of the practice.
    pub language: Language,
    /// Title of the scenario.
    pub title: String,
    /// What the trainee wanted to reach.
    pub objective: String,
    /// What the partner is called.
    pub partner: String,
    /// What the trainee is called.
    pub trainee: String,
    /// The rubrics, in the scenario's order.
    pub skills: Vec<Skill>,
    /// The turns, in their order.
    pub turns: Vec<SpokenTurn>,
}

/// What comes next.
#[derive(Clone, Debug)]
pub enum Next {
    /// These looks are missing; they may be asked for at the same time. Never empty.
    Ask(Vec<Look>),
    /// Nothing is.
    Done(Box<Assessment>),
}

/// One look at one skill, still to be taken.
#[derive(Clone, Debug)]
pub struct Look {
    /// The skill.
    pub skill: Slug,
    /// Which look at it, from 0.
    pub look: u32,
    /// What to ask. [`Question::shared`] is the same, byte by byte, for every look at a case.
    pub question: Question,
}

impl Look {
    /// The answer as it is stored and given to [`Case::next`].
    pub fn answered(&self, model: &str, answer: &Answer) -> Sample {
        Sample {
            skill: self.skill.clone(),
            look: self.look,
            model: model.to_owned(),
            answer: answer.value.to_string(),
        }
    }
}

impl Case {
    /// A session with its turns. A turn without words is one that nobody heard.
    pub fn of(session: &Session, turns: &[Turn]) -> Self {
        let scenario = &session.snapshot.scenario;
        let mut turns: Vec<SpokenTurn> = turns
            .iter()
            .map(|turn| SpokenTurn {
                number: turn.sequence,
                speaker: turn.speaker,
                text: turn.transcript.clone().filter(|text| !text.trim().is_empty()),
            })
            .collect();
        turns.sort_by_key(|turn| turn.number);
        Self {
            language: session.language,
            title: scenario.title.clone(),
            objective: scenario.objective.clone(),
            partner: scenario.partner.name.clone(),
            trainee: scenario.trainee.name.clone(),
            skills: session.snapshot.skills.clone(),
            turns,
        }
    }

    /// SHA-256 of the rubrics, the language of the questions and the version of the method, in lower-case hex. Two
    /// results may be compared where it is the same.
    pub fn rubric(&self) -> String {
        version::of_rubrics(self.language, &self.skills)
    }

    /// What is still to be asked, given the answers that are there, or what they come to. Answers to questions that
    /// were never asked are passed over. Where the trainee said too little, nothing is asked.
    pub fn next(&self, samples: &[Sample]) -> Next {
        let transcript = Transcript::of(&self.turns);
        if !transcript.is_enough() {
            return Next::Done(Box::new(self.too_little(&transcript)));
        }
        let mut missing = Vec::new();
        let mut findings = Vec::new();
        for skill in &self.skills {
            let looks = reading::looks(skill, samples, &transcript);
            let still: Vec<u32> = agreement::missing(&looks);
            if still.is_empty() {
                findings.push(agreement::finding(skill, &looks, &transcript));
            }
            missing.extend(still.into_iter().map(|look| (skill, look)));
        }
        if !missing.is_empty() {
            let shared = prompt::shared(self, &transcript);
            let looks = missing.into_iter().map(|(skill, look)| Look {
                skill: skill.slug.clone(),
                look,
                question: self.question(skill, look, shared.clone()),
            });
            return Next::Ask(looks.collect());
        }
        let advice = advice::advice(&findings);
        Next::Done(Box::new(Assessment {
            outcome: Outcome::Scored,
            judge: judge(samples),
            rubric: self.rubric(),
            coverage: transcript.coverage(),
            counts: counts::counts(&transcript),
            summary: summary::summary(self.language, &self.skills, &findings),
            skills: findings,
            advice,
            words: Some(version::of_words(self.language, &self.turns)),
        }))
    }

    /// The level of each look at a skill, in their order; `None` where a look has none that rests on the trainee's words.
    pub fn levels(&self, skill: &Slug, samples: &[Sample]) -> Vec<Option<Rating>> {
        let transcript = Transcript::of(&self.turns);
        let skill = self.skills.iter().find(|one| one.slug == *skill);
        let looks = skill.map(|skill| reading::looks(skill, samples, &transcript));
        let looks = looks.into_iter().flatten();
        looks.map(|(_, look)| look?.proven()).collect()
    }

    /// What rules can see in the transcript, skill by skill: counts and where, no ratings and no advice.
    pub fn by_rules(&self) -> Assessment {
        let transcript = Transcript::of(&self.turns);
        let mut assessment = self.too_little(&transcript);
        if transcript.is_enough() {
            assessment.outcome = Outcome::Scored;
            assessment.skills = self
                .skills
                .iter()
                .map(|skill| rules::finding(&skill.slug, &transcript))
                .collect();
        }
        assessment
    }

    /// What there is to say without a look at any skill.
    fn too_little(&self, transcript: &Transcript<'_>) -> Assessment {
        Assessment {
            outcome: Outcome::InsufficientEvidence,
            judge: Judge::Rules,
            rubric: self.rubric(),
            coverage: transcript.coverage(),
            counts: counts::counts(transcript),
            skills: Vec::new(),
            advice: Vec::new(),
            summary: String::new(),
            words: Some(version::of_words(self.language, &self.turns)),
        }
    }

    fn question(&self, skill: &Skill, look: u32, shared: String) -> Question {
        Question {
            system: prompt::system(self),
            shared,
            task: prompt::task(self.language, skill),
            form: Arc::new(form::form(skill)),
            temperature: TEMPERATURE,
            seed: Some(seed(&skill.slug, look)),
            budget: BUDGET,
        }
    }
}

/// Who answered, in the order of the answers; a judge that was replaced on the way is named with the one after it.
fn judge(samples: &[Sample]) -> Judge {
    let mut names: Vec<&str> = Vec::new();
    for sample in samples {
        if !names.contains(&sample.model.as_str()) {
            names.push(&sample.model);
        }
    }
    match names.as_slice() {
        [] => Judge::Rules,
        names => Judge::Model {
            name: names.join(", "),
        },
    }
}

/// A number of its own for every look, the same in every session and on every machine; from 0 to 2^31 - 1, which
/// every host takes.
fn seed(skill: &Slug, look: u32) -> u32 {
    let digest = Sha256::digest(format!("rehearse rubric {METHOD}\n{}\n{look}", skill.as_str()));
    let bytes = digest.first_chunk::<4>().copied().unwrap_or_default();
    u32::from_le_bytes(bytes) >> 1
}

#[cfg(test)]
mod tests;
