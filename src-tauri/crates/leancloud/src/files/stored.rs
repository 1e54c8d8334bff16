//! A file that lies on the server.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{Dialect, Error, Object, Secret};

/// What a file is called to fetch or delete it: the id of its row on LeanCloud, its name on Parse Server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(String);

impl FileId {
    /// An id that was kept.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file that lies on the server.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFile {
    /// What it is called there.
    pub id: FileId,
    /// What it was called by who uploaded it.
    pub name: String,
    /// Where it can be read, by anybody. LeanCloud makes it up anew from the file domain of the day; keep `id` and `key`.
    pub url: String,
    /// Its place below the file domain. LeanCloud only.
    pub key: Option<String>,
    /// Its type, as the server sees it.
    pub mime_type: Option<String>,
    /// What was said about it when it was uploaded: `size`, `owner`, `sha256` and more. LeanCloud only.
    pub meta: Map<String, Value>,
    /// The permission of an upload whose end the server could not be told. The file lies there and can be read; hand
    /// this to [`crate::Files::confirm`] later. `None` when everything is well.
    pub unconfirmed: Option<Secret>,
}

impl StoredFile {
    /// Reads a row of LeanCloud's class `_File`.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when it has no name.
    pub fn of_row(row: &Object) -> Result<Self, Error> {
        Ok(Self {
            id: FileId::new(row.id.as_str()),
            name: row.get("name")?.ok_or(Error::malformed("a file has no name"))?,
            // A scan leaves it out.
            url: row.get("url")?.unwrap_or_default(),
            key: row.get("key")?,
            mime_type: row.get("mime_type")?,
            meta: row.get("metaData")?.unwrap_or_default(),
            unconfirmed: None,
        })
    }

    /// Its size in bytes, where it was said.
    pub fn size(&self) -> Option<u64> {
        self.meta.get("size")?.as_u64()
    }

    /// The hash of its content in lower-case hexadecimal, where it was said.
    pub fn sha256(&self) -> Option<&str> {
        self.meta.get("sha256")?.as_str()
    }

    /// What is written into a field to refer to it.
    pub fn reference(&self, dialect: Dialect) -> Value {
        match dialect {
            Dialect::LeanCloud => json!({"__type": "File", "id": self.id}),
            Dialect::Parse => json!({"__type": "File", "name": self.id, "url": self.url}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_file_and_a_field_refers_to_it_in_the_words_of_its_server() {
        let row = Object::read(json!({
            "objectId": "f1", "createdAt": "2019-09-19T04:45:53.884Z", "name": "turn-1.mp3", "key": "k.mp3",
            "url": "https://files.example/k.mp3", "mime_type": "audio/mpeg", "bucket": "b", "provider": "s3",
            "metaData": {"size": 15, "owner": "u", "sha256": "ab"}
        }))
        .unwrap();
        let file = StoredFile::of_row(&row).unwrap();
        assert_eq!(
            (file.id.as_str(), file.size(), file.sha256()),
            ("f1", Some(15), Some("ab"))
        );
        assert_eq!(
            file.reference(Dialect::LeanCloud),
            json!({"__type": "File", "id": "f1"})
        );
        assert_eq!(
            file.reference(Dialect::Parse),
            json!({"__type": "File", "name": "f1", "url": "https://files.example/k.mp3"})
        );
        let nameless = Object::read(json!({"objectId": "f1"})).unwrap();
        assert!(StoredFile::of_row(&nameless).is_err());
    }
}
