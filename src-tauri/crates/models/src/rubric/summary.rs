//! What it comes to in a sentence or two, made here of what was checked: no model's words are in it.

use rehearse_domain::{Language, Skill, SkillFinding, Standing};

use crate::one_line::one_line;

/// Longest name of a skill in characters.
const LONGEST_NAME: usize = 60;

/// The best and the weakest of the rated skills, and how many could not be rated. Empty without a skill.
pub(super) fn summary(language: Language, skills: &[Skill], findings: &[SkillFinding]) -> String {
    let mut rated: Vec<(u8, String)> = findings
        .iter()
        .filter_map(|finding| match finding.standing {
            Standing::Rated { rating, .. } => Some((rating.level(), name(skills, finding))),
            Standing::NotObserved { .. } => None,
        })
        .collect();
    if findings.is_empty() {
        return String::new();
    }
    // The first of equals stays the first: the scenario names the most important skill first.
    rated.sort_by_key(|(level, _)| *level);
    let weakest = rated.first().cloned();
    let best = rated
        .iter()
        .rev()
        .take_while(|(level, _)| Some(*level) == rated.last().map(|(level, _)| *level))
        .last()
        .cloned();
    let unrated = findings.len() - rated.len();
    let rest = match (language, unrated, rated.len()) {
        (_, 0, _) | (_, _, 0) => String::new(),
        (Language::English, 1, _) => " One other skill had nothing to go by.".to_owned(),
        (Language::English, more, _) => format!(" {more} other skills had nothing to go by."),
        (Language::Chinese, more, _) => format!("另有 {more} 项缺少依据，没有评级。"),
    };
    let (Some((low, weakest)), Some((high, best))) = (weakest, best) else {
        return match language {
            Language::English => "What was said gives no ground for a rating.".to_owned(),
            Language::Chinese => "从说过的话里，还找不到评级的依据。".to_owned(),
        };
    };
    let first = match (language, rated.len()) {
        (Language::English, 1) => format!("One skill could be rated: {best}."),
        (Language::Chinese, 1) => format!("这次能评级的是“{best}”。"),
        (Language::English, _) if low < high => {
            format!("What came across best: {best}. What has the most room: {weakest}.")
        }
        (Language::Chinese, _) if low < high => format!("表现最好的是“{best}”，最值得再练的是“{weakest}”。"),
        (Language::English, all) => format!("The {all} rated skills are on one level."),
        (Language::Chinese, all) => format!("有评级的 {all} 项水平相同。"),
    };
    first + &rest
}

fn name(skills: &[Skill], finding: &SkillFinding) -> String {
    let skill = skills.iter().find(|skill| skill.slug == finding.skill);
    one_line(
        skill.map(|skill| skill.name.as_str()).unwrap_or_default(),
        LONGEST_NAME,
    )
}
