//! What two versions of a record say differently, part by part. What people wrote is told as it stands; what the program
//! has a word for is told as the key of that word, so that whoever shows it says it in their language.

use rehearse_content::Library;
use rehearse_domain::Language;
use rehearse_store::AuthoredRecord;
use serde_json::{Map, Value};

use crate::view::{DifferenceView, SaidLine};

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

/// The rooms of the message catalogue that hold the words of a part.
const WORDS: [(&str, &str); 4] = [
    ("language", "language"),
    ("category", "category"),
    ("opener", "authored.opener"),
    ("publication", "authored.publication"),
];

/// The parts that differ, in the order of the form. Skills are called as the library calls them.
pub(super) fn differences(
    ours: &AuthoredRecord,
    theirs: &AuthoredRecord,
    library: &Library,
) -> Vec<DifferenceView> {
    let say = |name: &str, record: &AuthoredRecord, parts: &Map<String, Value>| {
        let part = parts.get(name);
        part.map(|part| lines(name, part, record.language(), library))
            .unwrap_or_default()
    };
    let (our_parts, their_parts) = (parts(ours), parts(theirs));
    let differing = FORM
        .into_iter()
        .filter(|name| our_parts.get(*name) != their_parts.get(*name));
    differing
        .map(|name| DifferenceView {
            field: name.to_owned(),
            yours: say(name, ours, &our_parts),
            theirs: say(name, theirs, &their_parts),
        })
        .collect()
}

fn parts(record: &AuthoredRecord) -> Map<String, Value> {
    let value = match record.without_hints() {
        AuthoredRecord::Scenario(scenario) => serde_json::to_value(scenario),
        AuthoredRecord::Skill(skill) => serde_json::to_value(skill),
    };
    match value {
        Ok(Value::Object(parts)) => parts,
        _ => Map::new(),
    }
}

/// A part as lines; none where there is nothing.
fn lines(name: &str, part: &Value, language: Language, library: &Library) -> Vec<SaidLine> {
    if let Some((_, room)) = WORDS.iter().find(|(part, _)| *part == name)
        && let Some(word) = part.as_str()
    {
        return vec![SaidLine::Word {
            key: format!("{room}.{word}"),
            text: word.to_owned(),
        }];
    }
    if let Some(seconds) = seconds(part) {
        return vec![SaidLine::Seconds { seconds }];
    }
    let mut texts = Vec::new();
    gather(part, &mut texts);
    let called = |text: String| match name {
        "skills" => skill_name(&text, language, library).unwrap_or(text),
        _ => text,
    };
    let written = texts
        .into_iter()
        .map(|text| SaidLine::Written { text: called(text) });
    written.collect()
}

/// A length of time as the domain writes it.
fn seconds(part: &Value) -> Option<u32> {
    let (seconds, _) = part.get("secs").zip(part.get("nanos"))?;
    u32::try_from(seconds.as_u64()?).ok()
}

/// Everything that is written somewhere in a part, in its order.
fn gather(part: &Value, texts: &mut Vec<String>) {
    match part {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => texts.push(text.clone()),
        Value::Bool(_) | Value::Number(_) => texts.push(part.to_string()),
        Value::Array(parts) => parts.iter().for_each(|part| gather(part, texts)),
        Value::Object(parts) => parts.values().for_each(|part| gather(part, texts)),
    }
}

/// What people call a skill; what somebody wrote goes before what is built in.
fn skill_name(slug: &str, language: Language, library: &Library) -> Option<String> {
    let mut known = library.skills().iter().rev();
    let skill = known.find(|skill| skill.slug.as_str() == slug && skill.language == language)?;
    Some(skill.name.clone())
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
        let written = |text: &str| SaidLine::Written {
            text: text.to_owned(),
        };
        let word = |room: &str, word: &str| SaidLine::Word {
            key: format!("{room}.{word}"),
            text: word.to_owned(),
        };
        let library = Library::built_in().unwrap();
        let ours = library.scenarios()[0].clone();
        let skill = library
            .skills()
            .iter()
            .find(|skill| skill.language == ours.language);
        let skill = skill.unwrap();
        let mut theirs = ours.clone();
        theirs.revision += 1;
        theirs.title = "Another title".to_owned();
        // A hint is nobody's words, and is compared nowhere.
        theirs.partner.voice = None;
        assert_ne!(theirs.partner, ours.partner);
        theirs.end_criteria = vec!["one".to_owned(), "two".to_owned()];
        theirs.skills = vec![skill.slug.clone(), "nobody-knows-it".parse().unwrap()];
        theirs.opener = rehearse_domain::Opener::Trainee;
        theirs.idle_limit = std::time::Duration::from_secs(20);
        theirs.script = None;
        theirs.publication = rehearse_domain::Publication::Draft;
        let record = |scenario| AuthoredRecord::Scenario(Box::new(scenario));
        let found = differences(&record(ours.clone()), &record(theirs), &library);
        let told: Vec<(&str, &[SaidLine])> = found
            .iter()
            .map(|one| (one.field.as_str(), &*one.theirs))
            .collect();
        let expected: [(&str, &[SaidLine]); 7] = [
            ("title", &[written("Another title")]),
            ("end_criteria", &[written("one"), written("two")]),
            ("skills", &[written(&skill.name), written("nobody-knows-it")]),
            ("opener", &[word("authored.opener", "trainee")]),
            ("idle_limit", &[SaidLine::Seconds { seconds: 20 }]),
            ("script", &[]),
            ("publication", &[word("authored.publication", "draft")]),
        ];
        assert_eq!(told, expected);
        assert_eq!(found[0].yours, [written(&ours.title)]);
        let closing = written(&ours.script.unwrap().closing.0[0]);
        assert!(found[5].yours.contains(&closing));
    }
}
