//! The message catalogues: both languages have the same messages with the same parameters, so that no screen and no
//! error is left without words.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::complaint::Complaint;
use crate::error::TaskError;
use crate::repository::Repository;

const ENGLISH: &str = "ui/messages/en.json";
const CHINESE: &str = "ui/messages/zh-CN.json";

/// Endings of the forms of one message; a language has those that its grammar needs.
const PLURAL_FORMS: [&str; 6] = ["_zero", "_one", "_two", "_few", "_many", "_other"];

/// Each message with the parameters of all its forms.
type Parameters = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>, TaskError> {
    let (english, chinese) = (read(repository, ENGLISH)?, read(repository, CHINESE)?);
    // Without either there is no window to have words for.
    let (Some(english), Some(chinese)) = (english, chinese) else {
        return Ok(Vec::new());
    };
    Ok(match (parameters(&english), parameters(&chinese)) {
        (Ok(english), Ok(chinese)) => compare(&english, &chinese),
        (english, chinese) => [(ENGLISH, english.err()), (CHINESE, chinese.err())]
            .into_iter()
            .filter_map(|(file, error)| Some(Complaint::new(file, error?.to_string(), "mend the JSON")))
            .collect(),
    })
}

fn read(repository: &Repository, path: &str) -> Result<Option<String>, TaskError> {
    let path = repository.locate(path);
    if !path.exists() {
        return Ok(None);
    }
    fs::read_to_string(&path)
        .map(Some)
        .map_err(|source| TaskError::Read { path, source })
}

/// Reads a flat catalogue: a nested one is an error.
fn parameters(json: &str) -> Result<Parameters, serde_json::Error> {
    let messages: BTreeMap<String, String> = serde_json::from_str(json)?;
    let mut parameters = Parameters::new();
    for (key, text) in messages {
        let plural = PLURAL_FORMS.iter().find_map(|form| key.strip_suffix(form));
        // A form may leave the number out: "one turn", or a language that says the same for each number.
        let found = parameters_in(&text).filter(|name| plural.is_none() || name != "count");
        parameters
            .entry(plural.unwrap_or(&key).to_owned())
            .or_default()
            .extend(found);
    }
    Ok(parameters)
}

/// The names between `{{` and `}}`, without a format behind a comma.
fn parameters_in(text: &str) -> impl Iterator<Item = String> {
    text.split("{{").skip(1).filter_map(|rest| {
        let (inside, _) = rest.split_once("}}")?;
        inside.split(',').next().map(|name| name.trim().to_owned())
    })
}

fn compare(english: &Parameters, chinese: &Parameters) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (there, file, other) in [(english, CHINESE, chinese), (chinese, ENGLISH, english)] {
        for key in there.keys().filter(|key| !other.contains_key(*key)) {
            complaints.push(Complaint::new(file, format!("\"{key}\" is missing"), "add it"));
        }
    }
    for (key, wanted) in english {
        if let Some(found) = chinese.get(key)
            && found != wanted
        {
            let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
            let problem = format!(
                "\"{key}\" has the parameters [{}] and not [{}]",
                list(found),
                list(wanted)
            );
            complaints.push(Complaint::new(
                CHINESE,
                problem,
                format!("use those of {ENGLISH}"),
            ));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(english: &str, chinese: &str) -> Vec<String> {
        let (english, chinese) = (parameters(english).unwrap(), parameters(chinese).unwrap());
        compare(&english, &chinese)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn two_catalogues_with_the_same_messages_are_in_order() {
        let english = r#"{"a": "{{count}} of {{limit, time}}", "b_one": "A turn of {{n}}", "b_other": "{{count}} of {{n}}"}"#;
        let chinese = r#"{"a": "共 {{limit}}，第 {{ count }}", "b_other": "{{n}} 的几轮"}"#;
        assert_eq!(complaints(english, chinese), Vec::<String>::new());
    }

    #[test]
    fn a_missing_message_is_named_in_the_file_that_lacks_it() {
        assert_eq!(
            complaints(r#"{"a": "A", "b": "B"}"#, r#"{"a": "甲", "c": "丙"}"#),
            [
                "ui/messages/zh-CN.json: \"b\" is missing; add it",
                "ui/messages/en.json: \"c\" is missing; add it",
            ]
        );
    }

    #[test]
    fn other_parameters_are_found() {
        let found = complaints(r#"{"a": "{{name}}"}"#, r#"{"a": "{{title}}"}"#);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("[title] and not [name]"), "{found:?}");
    }

    #[test]
    fn a_catalogue_that_is_no_catalogue_is_a_complaint_and_none_at_all_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::at(folder.path());
        assert_eq!(check(&repository).unwrap(), []);
        fs::create_dir_all(folder.path().join("ui/messages")).unwrap();
        fs::write(folder.path().join(ENGLISH), r#"{"a": {"b": "nested"}}"#).unwrap();
        fs::write(folder.path().join(CHINESE), r#"{"a": "甲"}"#).unwrap();
        let complaints = check(&repository).unwrap();
        assert_eq!(complaints.len(), 1);
        assert_eq!(complaints[0].place, ENGLISH);
    }
}
