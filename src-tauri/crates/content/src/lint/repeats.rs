//! The same text twice: in one list, in one script, or in the scripts of two scenarios.

use std::collections::BTreeMap;

use super::field::{self, Field};
use super::words::letters;
use super::{Finding, Named, Rule, ScenarioFile};

/// Says it when two of `fields` differ in nothing but marks and capitals.
pub(super) fn check(file: &str, fields: &[Field<'_>], findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for field in fields {
        let text = letters(field.text);
        if let Some(first) = seen.get(&text) {
            let problem = format!("the same as {first}");
            findings.push(Finding::new(
                Rule::Repeated,
                file,
                &field.name,
                problem,
                "write another one",
            ));
        } else if !text.is_empty() {
            seen.insert(text, &field.name);
        }
    }
}

/// Says it when two scenarios share a line.
pub(super) fn check_across(scenarios: &[Named<'_, ScenarioFile>], findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for scenario in scenarios {
        for field in field::spoken(&scenario.record) {
            match seen.get(&letters(field.text)) {
                Some(first) if *first != scenario.name => findings.push(Finding::new(
                    Rule::Repeated,
                    scenario.name,
                    &field.name,
                    format!("{first} has the same line"),
                    "write it for this person",
                )),
                Some(_) => {}
                None => {
                    seen.insert(letters(field.text), scenario.name);
                }
            }
        }
    }
}
