//! The rules for one skill.

use std::ops::RangeInclusive;

use rehearse_domain::Language;

use super::field::{self, Kind};
use super::{Finding, Named, Rule, SkillFile, lengths, repeats, wording};

const ANCHORS: usize = 5;
const CHECKS: RangeInclusive<usize> = 3..=8;

/// Words that judge: two people read two things into each of them.
const ENGLISH_JUDGEMENTS: [&str; 20] = [
    "good",
    "bad",
    "poor",
    "poorly",
    "excellent",
    "great",
    "well",
    "effective",
    "effectively",
    "appropriate",
    "appropriately",
    "clear",
    "clearly",
    "proper",
    "properly",
    "skilful",
    "skilfully",
    "strong",
    "weak",
    "adequate",
];
const CHINESE_JUDGEMENTS: [&str; 14] = [
    "良好", "优秀", "有效", "恰当", "适当", "清晰", "较好", "较差", "很好", "出色", "熟练", "得体", "充分",
    "到位",
];

pub(super) fn check(file: &Named<'_, SkillFile>, findings: &mut Vec<Finding>) {
    let record = &file.record;
    let expected = format!("skills/{}.{}.toml", record.slug, record.language);
    if file.name != expected {
        let problem = "not named after its slug and language";
        findings.push(Finding::new(
            Rule::Name,
            file.name,
            "file",
            problem,
            format!("call it {expected}"),
        ));
    }
    counts(file, findings);
    let fields = field::of_skill(record);
    for field in &fields {
        lengths::check(file.name, record.language, field, findings);
        wording::check(file.name, record.language, field, findings);
        if field.kind == Kind::Anchor
            && let Some(word) = judgement(field.text, record.language)
        {
            let problem = format!("\"{word}\" judges");
            let advice = "describe what somebody can be heard doing";
            findings.push(Finding::new(
                Rule::Judgement,
                file.name,
                &field.name,
                problem,
                advice,
            ));
        }
    }
    repeats::check(file.name, &fields, findings);
}

fn counts(file: &Named<'_, SkillFile>, findings: &mut Vec<Finding>) {
    let there = file
        .record
        .anchors
        .iter()
        .filter(|anchor| !anchor.trim().is_empty())
        .count();
    if there != ANCHORS || file.record.anchors.len() != ANCHORS {
        let problem = format!("{there} of {ANCHORS} are there");
        findings.push(Finding::new(
            Rule::Count,
            file.name,
            "anchors",
            problem,
            "write one for each rating, 1 to 5",
        ));
    }
    let checks = file.record.checks.len();
    if !CHECKS.contains(&checks) {
        let advice = format!("write {} to {}", CHECKS.start(), CHECKS.end());
        findings.push(Finding::new(
            Rule::Count,
            file.name,
            "checks",
            format!("{checks} of them"),
            advice,
        ));
    }
}

fn judgement(text: &str, language: Language) -> Option<&'static str> {
    match language {
        Language::English => {
            let lower = text.to_lowercase();
            let mut words = lower.split(|letter: char| !letter.is_alphabetic());
            words.find_map(|word| ENGLISH_JUDGEMENTS.into_iter().find(|judging| *judging == word))
        }
        Language::Chinese => CHINESE_JUDGEMENTS
            .into_iter()
            .find(|judging| text.contains(judging)),
    }
}
