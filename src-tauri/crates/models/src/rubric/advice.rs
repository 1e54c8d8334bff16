//! What to work on, out of what was found for each skill.

use rehearse_domain::{Advice, MOST_ADVICE, NotObserved, SkillFinding, Standing};

use super::agreement::overlap;

/// Nothing is better than this level.
const BEST: u8 = 5;

/// At most [`MOST_ADVICE`] sentences to try, for the lowest rated skills first and never two for the same words.
pub(super) fn advice(findings: &[SkillFinding]) -> Vec<Advice> {
    let mut by_need: Vec<(u8, &SkillFinding)> = findings
        .iter()
        .filter_map(|finding| Some((level(finding.standing)?, finding)))
        .filter(|(level, _)| *level < BEST)
        .collect();
    // Keeps the order of the scenario among equals.
    by_need.sort_by_key(|(level, _)| *level);
    let mut advice: Vec<Advice> = Vec::new();
    for (_, finding) in by_need {
        let Some(remark) = &finding.change else {
            continue;
        };
        let is_taken = advice
            .iter()
            .any(|other| overlap(&other.remark.quote, &remark.quote));
        if remark.say_instead.is_some() && !is_taken && advice.len() < MOST_ADVICE {
            advice.push(Advice {
                skill: finding.skill.clone(),
                remark: remark.clone(),
            });
        }
    }
    advice
}

/// 0 where there was an occasion and no sign; `None` where nothing can be said.
fn level(standing: Standing) -> Option<u8> {
    match standing {
        Standing::Rated { rating, .. } => Some(rating.level()),
        Standing::NotObserved {
            why: NotObserved::NoSign,
        } => Some(0),
        Standing::NotObserved { .. } => None,
    }
}
