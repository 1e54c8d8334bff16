//! The rows of one class on the disk: a journal in which they are written as they come, and the file in which they stand
//! in order, each once. A row's last version counts. All of it blocks.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use rehearse_leancloud::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::disk;
use super::state::Settled;

/// Which of the two files a row stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Settled,
    Journal,
}

/// Where the last version of a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    created: Timestamp,
    updated: Timestamp,
    side: Side,
    offset: u64,
    length: u64,
}

/// What of a row says which it is and how old.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    object_id: String,
    #[serde(default)]
    created_at: Timestamp,
    #[serde(default)]
    updated_at: Timestamp,
}

/// All rows of a class that are here, by id. About 150 bytes of memory a row.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    places: BTreeMap<String, Place>,
    /// Whether the file has to be written anew.
    changed: bool,
}

impl Rows {
    /// What is here: of the settled file if it counts, and of a journal up to a length.
    pub(crate) fn load(settled: Option<&Path>, journal: &Path) -> io::Result<Self> {
        let mut rows = Self::default();
        if let Some(settled) = settled {
            rows.read(settled, Side::Settled)?;
        }
        rows.read(journal, Side::Journal)?;
        Ok(rows)
    }

    pub(crate) fn count(&self) -> u64 {
        self.places.len() as u64
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Whether this version of a row is here.
    pub(crate) fn has(&self, id: &str, updated: Timestamp) -> bool {
        self.places.get(id).is_some_and(|place| place.updated == updated)
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.changed |= self.places.remove(id).is_some();
    }

    fn read(&mut self, path: &Path, side: Side) -> io::Result<()> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            file => file?,
        };
        let (mut reader, mut line, mut offset) = (BufReader::new(file), Vec::new(), 0);
        loop {
            line.clear();
            let length = reader.read_until(b'\n', &mut line)? as u64;
            if length == 0 {
                return Ok(());
            }
            self.place(&line, side, offset)?;
            offset += length;
        }
    }

    /// Takes in a line with its end.
    fn place(&mut self, line: &[u8], side: Side, offset: u64) -> io::Result<()> {
        let head: Head = serde_json::from_slice(line)?;
        let place = Place {
            created: head.created_at,
            updated: head.updated_at,
            side,
            offset,
            length: line.len() as u64,
        };
        let older = |known: &Place| known.updated <= place.updated;
        if self.places.get(&head.object_id).is_none_or(older) {
            self.places.insert(head.object_id, place);
            self.changed |= side == Side::Journal;
        }
        Ok(())
    }

    /// Writes down rows at the end of the journal, for good, and returns its length in bytes.
    pub(crate) fn append(&mut self, journal: &Path, rows: &[Vec<u8>]) -> io::Result<u64> {
        let mut file = disk::private_file(journal)?;
        let mut offset = file.seek(SeekFrom::End(0))?;
        file.write_all(&rows.concat())?;
        file.sync_all()?;
        for row in rows {
            self.place(row, Side::Journal, offset)?;
            offset += row.len() as u64;
        }
        Ok(offset)
    }

    /// Puts all rows in their file, oldest first.
    pub(crate) fn settle(&mut self, settled: &Path, journal: &Path) -> io::Result<Settled> {
        let draft = disk::draft_of(settled);
        let file = disk::empty_file(&draft)?;
        let mut into = BufWriter::new(file);
        let mut sources = [open(settled)?, open(journal)?];
        let (mut hasher, mut bytes, mut line) = (Sha256::new(), 0, Vec::new());
        for place in in_order(&self.places) {
            let [of_settled, of_journal] = &mut sources;
            let source = match place.side {
                Side::Settled => of_settled,
                Side::Journal => of_journal,
            };
            let source = source.as_mut().ok_or(io::ErrorKind::NotFound)?;
            source.seek(SeekFrom::Start(place.offset))?;
            line.clear();
            let read = source.take(place.length).read_to_end(&mut line)?;
            if read as u64 != place.length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            hasher.update(&line);
            into.write_all(&line)?;
            bytes += place.length;
        }
        let file = into.into_inner().map_err(io::IntoInnerError::into_error)?;
        disk::land(&file, &draft, settled)?;
        Ok(Settled {
            rows: self.count(),
            bytes,
            sha256: disk::hex(&hasher.finalize()),
        })
    }

    /// Whether the settled file is as it should be.
    pub(crate) const fn is_settled(&self) -> bool {
        !self.changed
    }
}

/// Oldest first, and by id where they are of the same millisecond.
fn in_order(places: &BTreeMap<String, Place>) -> Vec<&Place> {
    let mut ordered: Vec<&Place> = places.values().collect();
    // Stable: they stand in the order of their ids.
    ordered.sort_by_key(|place| place.created);
    ordered
}

fn open(path: &Path) -> io::Result<Option<BufReader<File>>> {
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        file => file.map(BufReader::new).map(Some),
    }
}

/// Cuts a journal to what was written down of it. What stands behind came after the last step, or is a torn line.
pub(crate) fn cut(journal: &Path, length: u64) -> io::Result<()> {
    if length == 0 {
        return disk::remove(journal);
    }
    let file = disk::private_file(journal)?;
    if file.metadata()?.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    file.set_len(length)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, created: u32, updated: u32, text: &str) -> Vec<u8> {
        let moment = |second: u32| format!("2026-01-01T00:00:{second:02}.000Z");
        let row = serde_json::json!({
            "objectId": id, "createdAt": moment(created), "updatedAt": moment(updated), "text": text
        });
        format!("{row}\n").into_bytes()
    }

    #[test]
    fn rows_stand_once_in_order_in_their_last_version_wherever_the_writing_was_cut() {
        let folder = tempfile::tempdir().unwrap();
        let (settled, journal) = (folder.path().join("C.jsonl"), folder.path().join("C.journal"));
        let mut rows = Rows::default();
        let first = [line("b", 2, 2, "old"), line("a", 2, 2, "x"), line("c", 1, 1, "x")];
        rows.append(&journal, &first).unwrap();
        let known = rows.append(&journal, &[line("b", 2, 5, "new")]).unwrap();
        let whole = std::fs::read(&journal).unwrap();
        let expected = [line("c", 1, 1, "x"), line("a", 2, 2, "x"), line("b", 2, 5, "new")].concat();
        let more = line("d", 9, 9, "torn");
        for torn in 0..=more.len() {
            std::fs::write(&journal, [&whole, &more[..torn]].concat()).unwrap();
            cut(&journal, known).unwrap();
            let mut rows = Rows::load(None, &journal).unwrap();
            let settled_as = rows.settle(&settled, &journal).unwrap();
            assert_eq!(std::fs::read(&settled).unwrap(), expected);
            assert_eq!(settled_as.sha256, disk::sha256(&expected));
            assert_eq!((settled_as.rows, settled_as.bytes), (3, expected.len() as u64));
        }
        // A row that was taken out of the file while the journal still has it comes back, and is counted.
        assert_eq!(Rows::load(Some(&settled), &journal).unwrap().count(), 3);
        assert!(
            Rows::load(Some(&settled), &folder.path().join("none"))
                .unwrap()
                .is_settled()
        );
    }
}
