//! Names and ids as the servers allow them, checked before anything is sent.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Invalid;

/// Names that belong to the server.
const RESERVED: [&str; 5] = ["objectId", "createdAt", "updatedAt", "ACL", "className"];
/// What an object with `__type` may be.
const TYPES: [&str; 7] = [
    "Date", "Pointer", "File", "Bytes", "GeoPoint", "Relation", "Object",
];

/// The name of a class of rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassName(String);

impl ClassName {
    /// A class of this name.
    ///
    /// # Errors
    ///
    /// [`Invalid::ClassName`] when the server would not take it.
    pub fn new(name: impl Into<String>) -> Result<Self, Invalid> {
        let name = name.into();
        match is_word(name.strip_prefix('_').unwrap_or(&name)) {
            true => Ok(Self(name)),
            false => Err(Invalid::ClassName(name)),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id that the server gave a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectId(String);

impl ObjectId {
    /// An id that was kept.
    ///
    /// # Errors
    ///
    /// [`Invalid::ObjectId`] when it holds anything but letters, digits, `-` and `_`.
    pub fn new(id: impl Into<String>) -> Result<Self, Invalid> {
        let id = id.into();
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        match !id.is_empty() && id.chars().all(plain) {
            true => Ok(Self(id)),
            false => Err(Invalid::ObjectId(id)),
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ObjectId {
    type Error = Invalid;

    fn try_from(id: String) -> Result<Self, Invalid> {
        Self::new(id)
    }
}

impl From<ObjectId> for String {
    fn from(id: ObjectId) -> Self {
        id.0
    }
}

fn is_word(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Whether a field may be written under this name. Parse Server refuses `length` besides what both refuse.
pub(crate) fn check_field(name: &str) -> Result<(), Invalid> {
    match is_word(name) && !RESERVED.contains(&name) && name != "length" {
        true => Ok(()),
        false => Err(Invalid::Field(name.to_owned())),
    }
}

/// Whether a value may be written: no key inside it holds `$` or `.`, and `__type` is one of the servers'.
pub(crate) fn check_value(value: &Value) -> Result<(), Invalid> {
    match value {
        Value::Array(items) => items.iter().try_for_each(check_value),
        Value::Object(fields) => match fields.get("__type") {
            Some(kind) if kind.as_str().is_some_and(|kind| TYPES.contains(&kind)) => Ok(()),
            Some(_) => Err(Invalid::Key("__type".to_owned())),
            None => fields
                .iter()
                .try_for_each(|(key, value)| match key.contains(['$', '.']) {
                    true => Err(Invalid::Key(key.clone())),
                    false => check_value(value),
                }),
        },
        _ => Ok(()),
    }
}

/// Whether these can be the fields of a new row.
pub(crate) fn check_fields(fields: &Map<String, Value>) -> Result<(), Invalid> {
    fields.iter().try_for_each(|(name, value)| {
        check_field(name)?;
        check_value(value)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn classes_and_fields_are_words() {
        for fine in ["Turn", "_User", "a1_b"] {
            assert!(ClassName::new(fine).is_ok(), "{fine}");
        }
        for wrong in ["", "_", "1a", "__x", "a-b", "Überschrift", "a/b"] {
            assert!(ClassName::new(wrong).is_err(), "{wrong}");
        }
        assert!(check_field("audioSha256").is_ok());
        for wrong in [
            "",
            "_x",
            "__op",
            "objectId",
            "createdAt",
            "ACL",
            "length",
            "a.b",
            "a b",
        ] {
            assert_eq!(check_field(wrong), Err(Invalid::Field(wrong.to_owned())));
        }
    }

    #[test]
    fn an_id_is_one_piece_of_a_path() {
        assert!(ObjectId::new("5d8308019c9235000886c4ce").is_ok());
        for wrong in ["", "a/b", "a,b", "..", "a b"] {
            assert!(ObjectId::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn keys_inside_values_are_plain() {
        let fine = json!([{"a": {"b_1": null}}, {"__type": "Date", "iso": "x"}, "$", 1.5]);
        assert!(check_value(&fine).is_ok());
        for wrong in [
            json!({"$a": 1}),
            json!({"x": [{"a.b": 1}]}),
            json!({"__type": "Mine"}),
        ] {
            assert!(matches!(check_value(&wrong), Err(Invalid::Key(_))), "{wrong}");
        }
    }
}
