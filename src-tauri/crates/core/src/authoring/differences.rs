//! What two versions of a record say differently, part by part and in words.

use rehearse_store::AuthoredRecord;
use serde_json::{Map, Value};

use crate::view::DifferenceView;

/// What is compared, in the order in which it is shown. The rest is told beside the differences, or is nobody's words.
const FORM: [&str; 21] = [
    "language",
    "category",
    "title",
    "name",
    "summary",
    "description",
    "heavy",
    "objective",
    "end_criteria",
    "skills",
    "partner",
    "trainee",
    "prompt",
    "opener",
    "idle_limit",
    "duration_limit",
    "script",
    "publication",
    "anchors",
    "checks",
    "examples",
];

/// The parts that differ, in the order of the form.
pub(super) fn differences(ours: &AuthoredRecord, theirs: &AuthoredRecord) -> Vec<DifferenceView> {
    let (ours, theirs) = (parts(ours), parts(theirs));
    let differing = FORM
        .into_iter()
        .filter(|name| ours.get(*name) != theirs.get(*name));
    differing
        .map(|name| DifferenceView {
            field: name.to_owned(),
            yours: ours.get(name).map(words).unwrap_or_default(),
            theirs: theirs.get(name).map(words).unwrap_or_default(),
        })
        .collect()
}

fn parts(record: &AuthoredRecord) -> Map<String, Value> {
    let value = match record {
        AuthoredRecord::Scenario(scenario) => serde_json::to_value(scenario),
        AuthoredRecord::Skill(skill) => serde_json::to_value(skill),
    };
    match value {
        Ok(Value::Object(parts)) => parts,
        _ => Map::new(),
    }
}

/// A part as lines; empty where there is none. Lengths of time are in seconds.
fn words(part: &Value) -> String {
    match part {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => part.to_string(),
        Value::Array(parts) => lines(parts.iter()),
        Value::Object(parts) => match (parts.get("secs"), parts.get("nanos")) {
            (Some(seconds), Some(_)) => format!("{seconds} s"),
            _ => lines(parts.values()),
        },
    }
}

fn lines<'a>(parts: impl Iterator<Item = &'a Value>) -> String {
    let lines = parts.map(words).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use rehearse_content::Library;

    use super::*;

    #[test]
    fn every_part_of_a_record_is_compared_or_told_elsewhere() {
        let library = Library::built_in().unwrap();
        let scenario = AuthoredRecord::Scenario(Box::new(library.scenarios()[0].clone()));
        let skill = AuthoredRecord::Skill(Box::new(library.skills()[0].clone()));
        for name in [scenario, skill]
            .iter()
            .flat_map(|record| parts(record).into_iter())
        {
            let elsewhere = ["id", "slug", "family", "revision", "record_status"];
            assert!(
                FORM.contains(&name.0.as_str()) || elsewhere.contains(&name.0.as_str()),
                "{}",
                name.0
            );
        }
    }

    #[test]
    fn only_what_was_changed_is_told_and_in_words() {
        let library = Library::built_in().unwrap();
        let ours = library.scenarios()[0].clone();
        let mut theirs = ours.clone();
        theirs.revision += 1;
        theirs.title = "Another title".to_owned();
        theirs.end_criteria = vec!["one".to_owned(), "two".to_owned()];
        theirs.idle_limit = std::time::Duration::from_secs(20);
        theirs.script = None;
        let record = |scenario| AuthoredRecord::Scenario(Box::new(scenario));
        let found = differences(&record(ours.clone()), &record(theirs));
        let told: Vec<(&str, &str)> = found
            .iter()
            .map(|one| (one.field.as_str(), one.theirs.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("title", "Another title"),
                ("end_criteria", "one\ntwo"),
                ("idle_limit", "20 s"),
                ("script", ""),
            ]
        );
        assert_eq!(found[0].yours, ours.title);
        assert!(found[3].yours.contains(&ours.script.unwrap().closing.0[0]));
    }
}
