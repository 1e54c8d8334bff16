//! The list of the files that are here: one line a file, added when the file is whole. All of it blocks.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::disk;
use super::references::Wanted;

/// A name has so many bytes at most; disks take 255, and the id stands before it.
const LONGEST_NAME: usize = 120;

/// What a file could be checked against, the surest thing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Checked {
    Sha256,
    Md5,
    Size,
    Nothing,
}

impl Checked {
    pub(crate) const fn of(wanted: &Wanted) -> Self {
        if wanted.sha256.is_some() {
            Self::Sha256
        } else if wanted.md5.is_some() {
            Self::Md5
        } else if wanted.size.is_some() {
            Self::Size
        } else {
            Self::Nothing
        }
    }
}

/// A file that is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    pub(crate) id: String,
    /// Below the folder, with `/`.
    pub(crate) path: String,
    /// Where it came from.
    pub(crate) url: String,
    pub(crate) size: u64,
    pub(crate) sha256: String,
    pub(crate) checked: Checked,
    /// Whether a row still refers to it.
    pub(crate) referred: bool,
}

/// The files that are here, by id.
#[derive(Debug, Default)]
pub(crate) struct Records(pub(crate) BTreeMap<String, Record>);

impl Records {
    /// Reads the list. A line that was torn is no line, and is cut off.
    pub(crate) fn load(list: &Path) -> io::Result<Self> {
        let text = disk::read(list)?.unwrap_or_default();
        let mut records = Self::default();
        for line in text.split(|byte| *byte == b'\n') {
            if let Ok(record) = serde_json::from_slice::<Record>(line) {
                records.0.insert(record.id.clone(), record);
            }
        }
        if !text.ends_with(b"\n") && !text.is_empty() {
            records.write(list)?;
        }
        Ok(records)
    }

    /// Adds a file to the list.
    pub(crate) fn add(&mut self, list: &Path, record: Record) -> io::Result<()> {
        disk::private_file(list)?;
        let mut file = OpenOptions::new().append(true).open(list)?;
        file.write_all(&line(&record)?)?;
        file.sync_data()?;
        self.0.insert(record.id.clone(), record);
        Ok(())
    }

    /// Writes the list anew, each file once.
    pub(crate) fn write(&self, list: &Path) -> io::Result<()> {
        let lines: Vec<Vec<u8>> = self.0.values().map(line).collect::<Result<_, _>>()?;
        disk::replace(list, &lines.concat())
    }

    /// Where a file goes: where it is, or else a place that no other has, on disks that do not tell case too.
    pub(crate) fn place(&self, wanted: &Wanted) -> String {
        if let Some(known) = self.0.get(&wanted.id) {
            return known.path.clone();
        }
        let id = clean(&wanted.id);
        let path = match wanted.name.is_empty() || wanted.id.ends_with(&wanted.name) {
            true => format!("files/{id}"),
            false => format!("files/{id}-{}", clean(&wanted.name)),
        };
        // Ids of servers are their own names; what somebody wrote into a column may be anything.
        match id == wanted.id && id.len() <= LONGEST_NAME {
            true => path,
            false => format!(
                "{path}-{}",
                disk::sha256(wanted.id.as_bytes()).get(..12).unwrap_or_default()
            ),
        }
    }
}

fn line(record: &Record) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(record)?;
    line.push(b'\n');
    Ok(line)
}

/// A part of a file's name that every disk takes, whatever the server says.
fn clean(name: &str) -> String {
    let fits = |letter: char| !letter.is_control() && !r#"/\:*?"<>|"#.contains(letter);
    let mut cleaned = String::new();
    for letter in name.chars() {
        let letter = if fits(letter) { letter } else { '_' };
        if cleaned.len() + letter.len_utf8() > LONGEST_NAME {
            break;
        }
        cleaned.push(letter);
    }
    let cleaned = cleaned.trim_end_matches(['.', ' ']).trim_start_matches('.');
    match cleaned.is_empty() {
        true => "_".to_owned(),
        false => cleaned.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_the_folder() {
        let place = |id: &str, name: &str| {
            Records::default().place(&Wanted {
                id: id.to_owned(),
                name: name.to_owned(),
                ..Wanted::default()
            })
        };
        assert_eq!(place("f1", "turn-1.mp3"), "files/f1-turn-1.mp3");
        assert_eq!(place("f1", "谈话?.mp3"), "files/f1-谈话_.mp3");
        assert_eq!(place("h_a.mp3", "a.mp3"), "files/h_a.mp3");
        assert!(place("../../x", "y").starts_with("files/_.._x-y-"));
        assert!(place("..", "").starts_with("files/_-"));
        assert_ne!(place("a:b", ""), place("a?b", ""));
        assert!(place("f1", &"长".repeat(300)).len() < 200);
        assert!(place(&"x".repeat(300), "y").len() < 255);
    }

    #[test]
    fn a_list_is_read_wherever_its_writing_was_cut() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("files.jsonl");
        let record = |id: &str| Record {
            id: id.to_owned(),
            path: format!("files/{id}"),
            url: "https://x".to_owned(),
            size: 1,
            sha256: "ab".to_owned(),
            checked: Checked::Nothing,
            referred: true,
        };
        let whole = [line(&record("a")).unwrap(), line(&record("b")).unwrap()].concat();
        let first = line(&record("a")).unwrap().len();
        for cut in 0..=whole.len() {
            std::fs::write(&list, &whole[..cut]).unwrap();
            let mut records = Records::load(&list).unwrap();
            // A line without its end may be whole all the same.
            let expected = usize::from(cut + 1 >= first) + usize::from(cut + 1 >= whole.len());
            assert_eq!(records.0.len(), expected, "{cut}");
            records.add(&list, record("c")).unwrap();
            assert_eq!(Records::load(&list).unwrap().0.len(), expected + 1);
        }
    }
}
