//! The rules for one skill.

use std::ops::RangeInclusive;

use rehearse_domain::Language;

use super::field::{self, Kind};
use super::words::unquoted;
use super::{Finding, Named, Rule, SkillFile, lengths, repeats, wording};

const ANCHORS: usize = 5;
const CHECKS: RangeInclusive<usize> = 3..=8;

/// Words that judge: two people read two things into each of them. What a skill quotes may hold them.
const ENGLISH_JUDGEMENTS: [&str; 34] = [
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
    "calm",
    "calmly",
    "kind",
    "kindly",
    "genuine",
    "genuinely",
    "respectful",
    "respectfully",
    "honest",
    "honestly",
    "natural",
    "naturally",
    "sincere",
    "sincerely",
];
/// The same words where they judge nothing.
const ENGLISH_HARMLESS: [&str; 3] = ["calm down", "kind of", "as well"];
const CHINESE_JUDGEMENTS: [&str; 21] = [
    "良好", "优秀", "有效", "恰当", "适当", "清晰", "较好", "较差", "很好", "出色", "熟练", "得体", "充分",
    "到位", "真诚", "耐心", "自然", "清楚", "合适", "温和", "诚恳",
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
        if matches!(field.kind, Kind::Anchor | Kind::Check)
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
    reason(file, findings);
}

/// A counter-example is only of use to somebody who is told what is wrong with it.
fn reason(file: &Named<'_, SkillFile>, findings: &mut Vec<Finding>) {
    let text = file.record.examples.counter.trim_end();
    let (open, close) = match file.record.language {
        Language::English => ('(', ')'),
        Language::Chinese => ('（', '）'),
    };
    let reasoned = text
        .strip_suffix(close)
        .and_then(|text| text.rsplit_once(open))
        .is_some_and(|(example, reason)| !example.trim().is_empty() && !reason.trim().is_empty());
    if !reasoned {
        let advice = format!("end it with the reason in {open}{close}");
        findings.push(Finding::new(
            Rule::NoReason,
            file.name,
            "examples.counter",
            "it does not say why it is no example",
            advice,
        ));
    }
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
    let text = unquoted(text);
    match language {
        Language::English => {
            let lower = ENGLISH_HARMLESS
                .iter()
                .fold(text.to_lowercase(), |text, harmless| text.replace(harmless, ""));
            let mut words = lower.split(|letter: char| !letter.is_alphabetic());
            words.find_map(|word| ENGLISH_JUDGEMENTS.into_iter().find(|judging| *judging == word))
        }
        Language::Chinese => CHINESE_JUDGEMENTS
            .into_iter()
            .find(|judging| text.contains(judging)),
    }
}
