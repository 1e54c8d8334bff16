//! What concerns several files: both languages of everything, halves that match, skills that exist, names used once.

use std::collections::BTreeMap;

use rehearse_domain::{Language, Slug};

use super::{Finding, Named, Rule, ScenarioFile, SkillFile};

pub(super) fn check(
    scenarios: &[Named<'_, ScenarioFile>],
    skills: &[Named<'_, SkillFile>],
    findings: &mut Vec<Finding>,
) {
    unknown_skills(scenarios, skills, findings);
    for pair in halves(
        "scenarios",
        scenarios,
        |file| (&file.family, file.language),
        findings,
    ) {
        scenarios_agree(pair, findings);
    }
    for pair in halves("skills", skills, |file| (&file.slug, file.language), findings) {
        skills_agree(pair, findings);
    }
}

fn unknown_skills(
    scenarios: &[Named<'_, ScenarioFile>],
    skills: &[Named<'_, SkillFile>],
    findings: &mut Vec<Finding>,
) {
    for scenario in scenarios {
        let language = scenario.record.language;
        for slug in &scenario.record.skills {
            if !skills
                .iter()
                .any(|skill| skill.record.slug == *slug && skill.record.language == language)
            {
                let problem = format!("no file describes \"{slug}\" in {language}");
                let advice = format!("write skills/{slug}.{language}.toml or name another skill");
                findings.push(Finding::new(
                    Rule::UnknownSkill,
                    scenario.name,
                    "skills",
                    problem,
                    advice,
                ));
            }
        }
    }
}

type Pair<'all, 'name, T> = (&'all Named<'name, T>, &'all Named<'name, T>);

/// The records that have both languages, English first; the others are reported, and so is a third of a pair.
fn halves<'all, 'name, T>(
    folder: &str,
    files: &'all [Named<'name, T>],
    key: impl Fn(&T) -> (&Slug, Language),
    findings: &mut Vec<Finding>,
) -> Vec<Pair<'all, 'name, T>> {
    let mut named: BTreeMap<(&Slug, Language), &Named<'name, T>> = BTreeMap::new();
    for file in files {
        if let Some(first) = named.insert(key(&file.record), file) {
            let problem = format!("{} has the same name and language", first.name);
            findings.push(Finding::new(
                Rule::Name,
                file.name,
                "slug",
                problem,
                "give each record its own",
            ));
        }
    }
    let mut pairs = Vec::new();
    for ((slug, language), file) in &named {
        let other = if *language == Language::English {
            Language::Chinese
        } else {
            Language::English
        };
        match named.get(&(slug, other)) {
            Some(half) if *language == Language::English => pairs.push((*file, *half)),
            Some(_) => {}
            None => {
                let advice = format!("write {folder}/{slug}.{other}.toml");
                let problem = format!("there is no half in {other}");
                findings.push(Finding::new(
                    Rule::MissingHalf,
                    file.name,
                    "language",
                    problem,
                    advice,
                ));
            }
        }
    }
    pairs
}

/// Not the category: bad news is a dismissal in one language and an illness in the other.
fn scenarios_agree((english, chinese): Pair<'_, '_, ScenarioFile>, findings: &mut Vec<Finding>) {
    let (one, two) = (&english.record, &chinese.record);
    for (field, same) in [
        ("skills", one.skills == two.skills),
        ("opener", one.opener == two.opener),
        ("idle_seconds", one.idle_seconds == two.idle_seconds),
        ("duration_seconds", one.duration_seconds == two.duration_seconds),
        ("heavy", one.heavy.is_some() == two.heavy.is_some()),
        ("end_criteria", one.end_criteria.len() == two.end_criteria.len()),
    ] {
        if !same {
            findings.push(disagreement(english.name, chinese.name, field));
        }
    }
}

fn skills_agree((english, chinese): Pair<'_, '_, SkillFile>, findings: &mut Vec<Finding>) {
    let (one, two) = (&english.record, &chinese.record);
    for (field, same) in [
        ("category", one.category == two.category),
        ("checks", one.checks.len() == two.checks.len()),
    ] {
        if !same {
            findings.push(disagreement(english.name, chinese.name, field));
        }
    }
}

fn disagreement(english: &str, chinese: &str, field: &str) -> Finding {
    let problem = format!("not the same as in {english}");
    Finding::new(
        Rule::HalvesDisagree,
        chinese,
        field,
        problem,
        "make the two languages match",
    )
}
