//! Which files there are: those that `_File` lists, and those that any row refers to. All of it blocks.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde_json::{Map, Value};

use super::{FILES_CLASS, disk};

/// What stands in the column of a file's id while there is none.
const NO_FILE: [&str; 3] = ["", "pending", "missing"];

/// A file that should be here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) url: Option<String>,
    pub(crate) size: Option<u64>,
    pub(crate) sha256: Option<String>,
    pub(crate) md5: Option<String>,
}

impl Wanted {
    /// Takes over what was not known yet.
    fn learn(&mut self, other: Self) {
        if self.name.is_empty() {
            self.name = other.name;
        }
        self.url = self.url.take().or(other.url);
        self.size = self.size.or(other.size);
        self.sha256 = self.sha256.take().or(other.sha256);
        self.md5 = self.md5.take().or(other.md5);
    }
}

/// All files that are known of, by id.
#[derive(Debug, Default)]
pub(crate) struct References {
    by_id: BTreeMap<String, Wanted>,
    by_url: BTreeMap<String, String>,
}

impl References {
    /// Looks through the rows of a class. What is seen first of a file counts, so `_File` comes first.
    pub(crate) fn read(&mut self, class: &str, rows: &Path) -> io::Result<()> {
        let mut reader = match File::open(rows) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            file => BufReader::new(file?),
        };
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            let row: Value = serde_json::from_slice(&line)?;
            self.row(class, &row);
            line.clear();
        }
        Ok(())
    }

    fn row(&mut self, class: &str, row: &Value) {
        if let (FILES_CLASS, Some(file)) = (class, row.as_object()) {
            return self.add(of_file(file));
        }
        self.value(row);
        if let Some(wanted) = of_sound(row) {
            self.add(wanted);
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.value(item)),
            Value::Object(fields) if text(fields, "__type") == Some("File") => self.add(of_file(fields)),
            Value::Object(fields) => fields.values().for_each(|field| self.value(field)),
            _ => {}
        }
    }

    fn add(&mut self, mut wanted: Wanted) {
        if wanted.id.is_empty() {
            let Some(url) = &wanted.url else {
                return;
            };
            // An address without an id may be that of a file that is known.
            wanted.id = match self.by_url.get(url) {
                Some(known) => known.clone(),
                None => disk::sha256(url.as_bytes()).chars().take(24).collect(),
            };
        }
        if let Some(url) = &wanted.url {
            self.by_url
                .entry(url.clone())
                .or_insert_with(|| wanted.id.clone());
        }
        match self.by_id.get_mut(&wanted.id) {
            Some(known) => known.learn(wanted),
            None => drop(self.by_id.insert(wanted.id.clone(), wanted)),
        }
    }

    pub(crate) fn into_wanted(self) -> impl Iterator<Item = Wanted> {
        self.by_id.into_values()
    }
}

fn text<'v>(fields: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    fields.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// A row of `_File`, or a value that refers to a file: LeanCloud's has an id, Parse Server's only a name.
fn of_file(fields: &Map<String, Value>) -> Wanted {
    let nothing = Map::new();
    let meta = fields
        .get("metaData")
        .and_then(Value::as_object)
        .unwrap_or(&nothing);
    // Of a file elsewhere the SDKs say that it has no bytes.
    let external = text(meta, "__source") == Some("external");
    let size = meta.get("size").and_then(Value::as_u64).filter(|_| !external);
    let id = text(fields, "objectId").or_else(|| text(fields, "id"));
    Wanted {
        id: id.or_else(|| text(fields, "name")).unwrap_or_default().to_owned(),
        name: text(fields, "name").unwrap_or_default().to_owned(),
        url: text(fields, "url").map(str::to_owned),
        size,
        sha256: text(meta, "sha256").map(str::to_lowercase),
        md5: text(meta, "_checksum")
            .filter(|sum| is_md5(sum))
            .map(str::to_lowercase),
    }
}

/// The columns of a turn that name its sound by id and address.
fn of_sound(row: &Value) -> Option<Wanted> {
    let row = row.as_object()?;
    let id = text(row, "audioFileId").filter(|id| !NO_FILE.contains(id));
    let url = text(row, "audioUrl");
    if id.is_none() && url.is_none() {
        return None;
    }
    Some(Wanted {
        id: id.unwrap_or_default().to_owned(),
        name: String::new(),
        url: url.map(str::to_owned),
        size: row.get("audioBytes").and_then(Value::as_u64),
        sha256: text(row, "audioSha256").map(str::to_lowercase),
        md5: None,
    })
}

fn is_md5(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_is_known_once_by_all_that_is_said_of_it() {
        let mut references = References::default();
        references.row(
            "_File",
            &json!({
                "objectId": "f1", "name": "turn.mp3", "url": "https://new/k", "key": "k",
                "metaData": {"size": 3, "_checksum": "900150983CD24FB0D6963F7D28E17F72"}
            }),
        );
        let turn =
            json!({"audioFileId": "f1", "audioUrl": "https://old/k", "audioSha256": "AB", "audioBytes": 3});
        references.row("Turn", &turn);
        references.row(
            "Turn",
            &json!({"audioFileId": "pending", "audioUrl": "https://new/k"}),
        );
        references.row("Turn", &json!({"audioFileId": "missing"}));
        references.row("Turn", &json!({"audioUrl": "https://x/y.mp3"}));
        references.row(
            "C",
            &json!({"deep": [{"x": {"__type": "File", "name": "h_p.mp3", "url": "https://parse/h_p.mp3"}}]}),
        );
        references.row(
            "C",
            &json!({"f": {"__type": "File", "objectId": "f2", "name": "e", "url": "https://e/",
                "metaData": {"size": 0, "__source": "external"}}}),
        );
        let all: Vec<Wanted> = references.into_wanted().collect();
        assert_eq!(all.len(), 4);
        let by = |id: &str| all.iter().find(|wanted| wanted.id == id).unwrap();
        assert_eq!(
            *by("f1"),
            Wanted {
                id: "f1".to_owned(),
                name: "turn.mp3".to_owned(),
                url: Some("https://new/k".to_owned()),
                size: Some(3),
                sha256: Some("ab".to_owned()),
                md5: Some("900150983cd24fb0d6963f7d28e17f72".to_owned()),
            }
        );
        assert_eq!(by("f2").size, None);
        assert_eq!(by("h_p.mp3").url.as_deref(), Some("https://parse/h_p.mp3"));
    }
}
