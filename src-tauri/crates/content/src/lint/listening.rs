//! The embedded partner hears nothing, so its lines must not claim that it did: such a line fits one trainee and
//! makes fools of all the others.

use rehearse_domain::Language;

use super::{Finding, Named, Rule, ScenarioFile, field};

const ENGLISH: [&str; 9] = [
    "as you said",
    "like you said",
    "you just said",
    "what you said",
    "i hear you",
    "i understand",
    "good point",
    "you're right",
    "that makes sense",
];
const CHINESE: [&str; 9] = [
    "你刚才说",
    "您刚才说",
    "你刚说",
    "您刚说",
    "我理解",
    "你说得对",
    "您说得对",
    "有道理",
    "我明白你",
];

pub(super) fn check(file: &Named<'_, ScenarioFile>, findings: &mut Vec<Finding>) {
    let claims = if file.record.language == Language::English {
        &ENGLISH
    } else {
        &CHINESE
    };
    for line in field::spoken(&file.record) {
        let said = line.text.to_lowercase();
        if let Some(claim) = claims.iter().find(|claim| said.contains(**claim)) {
            let problem = format!("\"{claim}\" claims to have listened");
            let advice = "write what they would say whatever they heard";
            findings.push(Finding::new(
                Rule::PretendsToListen,
                file.name,
                &line.name,
                problem,
                advice,
            ));
        }
    }
}
