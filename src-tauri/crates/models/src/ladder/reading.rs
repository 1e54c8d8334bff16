//! What a model said as the answer it was meant to be.

use serde_json::Value;

use crate::client::Completion;
use crate::{ModelError, form};

/// As much of an unfit answer is shown to the model again, in characters.
const MOST_SHOWN: usize = 4_000;

/// So many braces may open without an object before the answer counts as prose.
const MOST_BRACES: usize = 100;

/// An answer without its form.
#[derive(Debug)]
pub(super) struct Misfit {
    /// What the model said, cut.
    pub(super) said: String,
    /// What is wrong with it, without a word of it.
    pub(super) complaints: Vec<String>,
}

/// What is told of a [`Misfit`]: not what was said.
#[derive(Debug, thiserror::Error)]
#[error("the answer does not have its form: {}", .0.join("; "))]
struct Unfit(Vec<String>);

impl From<Misfit> for ModelError {
    fn from(misfit: Misfit) -> Self {
        Self::Malformed(Some(Box::new(Unfit(misfit.complaints))))
    }
}

/// The answer, wherever the model put it: hosts that were asked for a function call may answer in words.
pub(super) fn read(schema: &Value, completion: &Completion) -> Result<Value, Misfit> {
    let said = completion
        .tool_arguments
        .as_deref()
        .filter(|arguments| !arguments.trim().is_empty())
        .unwrap_or(&completion.content);
    let misfit = |complaints| Misfit {
        said: said.chars().take(MOST_SHOWN).collect(),
        complaints,
    };
    let value = first_object(said).ok_or_else(|| misfit(vec!["no whole JSON object in it".to_owned()]))?;
    match form::complaints(schema, &value) {
        none if none.is_empty() => Ok(value),
        complaints => Err(misfit(complaints)),
    }
}

/// The first JSON object in a text, whatever stands around it: words, a fence. What a model thought aloud does not count.
fn first_object(text: &str) -> Option<Value> {
    let text = text.rsplit_once("</think>").map_or(text, |(_, after)| after);
    let mut from = text.find('{')?;
    for _ in 0..MOST_BRACES {
        let rest = text.get(from..)?;
        let balanced = balanced(rest);
        let object = balanced.and_then(|object| serde_json::from_str(object).ok());
        if object.is_some() {
            return object;
        }
        // A brace of the prose around it, perhaps; what it encloses is skipped only as far as the next brace.
        from += 1 + rest.get(1..)?.find('{')?;
    }
    None
}

/// A text that begins with `{`, up to the brace that closes it. Braces in strings open and close nothing.
fn balanced(text: &str) -> Option<&str> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => {
                depth -= 1;
                if depth == 0 {
                    return text.get(..=place);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_is_found_in_whatever_stands_around_it() {
        for text in [
            r#"{"a": 1}"#,
            "Here you are:\n```json\n{\"a\": 1}\n```\nAnything else?",
            r#"{"a": 1} {"a": 2}"#,
            "<think>perhaps {\"a\": 5}?</think>\n{\"a\": 1}",
            r#"In a set {x} it is {"a": 1}."#,
            r#"An open { and then {"a": 1}"#,
        ] {
            assert_eq!(first_object(text), Some(json!({"a": 1})), "{text}");
        }
    }

    #[test]
    fn braces_and_quotes_inside_strings_are_letters() {
        let text = r#"ok {"a": "}{ \" } \\", "b": {"c": "我说“}”"}} }"#;
        assert_eq!(
            first_object(text),
            Some(json!({"a": "}{ \" } \\", "b": {"c": "我说“}”"}}))
        );
    }

    #[test]
    fn what_is_cut_off_or_no_object_is_none() {
        for text in ["", "no", "[1, 2]", r#"{"a": 1"#, r#"{"a": "}"#, "{a: 1}", "}{"] {
            assert_eq!(first_object(text), None, "{text}");
        }
    }
}
