//! The judge that is built in: counts forms of speech that go with a skill and shows where they are. It rates nothing
//! and advises nothing, because a form can be used well and badly.

mod chinese;
mod english;
mod lexicon;
pub(super) mod questions;

use rehearse_domain::{NotObserved, Rule, RuleCount, SkillFinding, Slug, Standing};

use super::transcript::{Sentence, Transcript};
use questions::Question;

/// Places that are shown of one rule at most.
const MOST_QUOTES: usize = 3;

/// The rules that are about a built-in skill; none about one that somebody else wrote.
pub(super) fn about(skill: &Slug) -> &'static [Rule] {
    use Rule::*;
    match skill.as_str() {
        "active-listening" => &[TakingUp, OpenQuestions],
        "assertiveness" => &[OwnView, Hedges, Apologies, Generalisations],
        "autonomy-support" => &[OpenQuestions, ClosedQuestions],
        "bad-news" => &[NamedFeelings, Hedges, NextSteps],
        "clarity-and-concision" => &[Hedges],
        "clear-ask" => &[ConcreteRequests, Hedges, Apologies],
        "constructive-feedback" => &[OpenQuestions, Generalisations, OwnView, NextSteps],
        "de-escalation" => &[TakingUp, NamedFeelings, Apologies, Generalisations],
        "empathy" => &[NamedFeelings, TakingUp],
        "interests-over-positions" => &[OpenQuestions, TakingUp, ConcreteRequests],
        "need-based-expression" => &[OwnView, ConcreteRequests, Generalisations],
        "open-questions" => &[OpenQuestions, ClosedQuestions],
        "repair-after-a-rupture" => &[Apologies, NamedFeelings, OpenQuestions],
        "structure-and-closing" => &[NextSteps, TakingUp, Thanks],
        _ => &[],
    }
}

/// A skill, as far as rules can see it.
pub(super) fn finding(skill: &Slug, transcript: &Transcript<'_>) -> SkillFinding {
    SkillFinding {
        skill: skill.clone(),
        standing: Standing::NotObserved {
            why: NotObserved::NotRated,
        },
        note: String::new(),
        checks: Vec::new(),
        quotes: Vec::new(),
        worked: None,
        change: None,
        rules: counts(skill, transcript),
    }
}

/// What the rules about a skill counted.
pub(super) fn counts(skill: &Slug, transcript: &Transcript<'_>) -> Vec<RuleCount> {
    about(skill).iter().map(|rule| count(*rule, transcript)).collect()
}

fn count(rule: Rule, transcript: &Transcript<'_>) -> RuleCount {
    let mut counted = RuleCount {
        rule,
        count: 0,
        quotes: Vec::new(),
    };
    for turn in transcript.trainee() {
        for sentence in turn.sentences() {
            let times = times(rule, &sentence);
            counted.count = counted.count.saturating_add(times);
            if times > 0 && counted.quotes.len() < MOST_QUOTES {
                counted.quotes.extend(turn.sentence(&sentence));
            }
        }
    }
    counted
}

/// How often a rule sees something in a sentence.
fn times(rule: Rule, sentence: &Sentence<'_>) -> u32 {
    match rule {
        Rule::OpenQuestions => u32::from(questions::kind(sentence) == Some(Question::Open)),
        Rule::ClosedQuestions => u32::from(questions::kind(sentence) == Some(Question::Closed)),
        _ => lexicon::times(rule, sentence.language, sentence.text),
    }
}

#[cfg(test)]
#[path = "rules/tests.rs"]
mod tests;
