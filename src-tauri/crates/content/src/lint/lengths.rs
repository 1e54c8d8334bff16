//! How long each kind of text may be. Spoken lines are bounded by what somebody listens to without drifting off,
//! the rest by what a card or a page can hold.

use std::ops::RangeInclusive;

use rehearse_domain::Language;

use super::field::{Field, Kind};
use super::words::length;
use super::{Finding, Rule};

/// The range of a kind of text: words in English, characters in Chinese.
fn range(kind: Kind, language: Language) -> RangeInclusive<usize> {
    let (english, chinese) = match kind {
        Kind::Title => (2..=10, 4..=20),
        Kind::Summary => (6..=25, 12..=45),
        Kind::Story => (80..=260, 150..=480),
        Kind::Note => (8..=50, 15..=90),
        Kind::Goal => (8..=45, 15..=80),
        Kind::Criterion => (5..=30, 8..=50),
        Kind::PersonName => (1..=4, 2..=6),
        Kind::PersonRole => (1..=10, 2..=16),
        Kind::Background => (12..=70, 20..=120),
        Kind::Brief => (150..=450, 240..=750),
        Kind::Spoken => (4..=45, 8..=80),
        Kind::SkillName => (1..=5, 2..=10),
        Kind::Definition => (8..=35, 12..=60),
        Kind::Anchor => (6..=50, 12..=90),
        Kind::Check => (5..=30, 8..=50),
        Kind::Example => (5..=60, 8..=110),
    };
    if language == Language::English {
        english
    } else {
        chinese
    }
}

pub(super) fn check(file: &str, language: Language, field: &Field<'_>, findings: &mut Vec<Finding>) {
    let (range, found) = (range(field.kind, language), length(field.text, language));
    let unit = if language == Language::English {
        "words"
    } else {
        "Chinese characters"
    };
    let advice = if found < *range.start() {
        format!("write at least {} {unit}", range.start())
    } else if found > *range.end() {
        format!("cut it to at most {} {unit}", range.end())
    } else {
        return;
    };
    findings.push(Finding::new(
        Rule::Length,
        file,
        &field.name,
        format!("{found} {unit}"),
        advice,
    ));
}
