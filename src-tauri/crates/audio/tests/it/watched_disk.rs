//! A real part file whose calls are written down, and which can run full at any byte.

use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::rc::Rc;

use rehearse_audio::clip::{Disk, PartFile};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Append,
    ReplaceStart,
    Sync,
    SyncFolder,
    Fingerprint,
    Rename,
    Remove,
}

#[derive(Default)]
pub(crate) struct Record {
    pub(crate) calls: Vec<Call>,
    /// Bytes at the end of the file now, and at the last sync.
    pub(crate) bytes: u64,
    pub(crate) synced_bytes: u64,
    /// Whether the folder's entry was ever synced.
    pub(crate) entry_synced: bool,
}

pub(crate) struct WatchedDisk {
    file: PartFile,
    room: u64,
    record: Rc<RefCell<Record>>,
}

impl WatchedDisk {
    /// A disk with room for so many bytes of this clip.
    pub(crate) fn with_room(path: &Path, room: u64) -> (Self, Rc<RefCell<Record>>) {
        let record = Rc::new(RefCell::new(Record::default()));
        (
            Self {
                file: PartFile::create(path).unwrap(),
                room,
                record: record.clone(),
            },
            record,
        )
    }

    fn note(&self, call: Call) {
        self.record.borrow_mut().calls.push(call);
    }
}

impl Disk for WatchedDisk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.note(Call::Append);
        let fitting = bytes.len().min(self.room as usize);
        self.file.append(&bytes[..fitting])?;
        self.room -= fitting as u64;
        self.record.borrow_mut().bytes += fitting as u64;
        if fitting < bytes.len() {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }

    fn replace_start(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.note(Call::ReplaceStart);
        self.file.replace_start(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.note(Call::Sync);
        self.file.sync()?;
        let mut record = self.record.borrow_mut();
        record.synced_bytes = record.bytes;
        Ok(())
    }

    fn sync_folder(&mut self) -> io::Result<()> {
        self.note(Call::SyncFolder);
        self.file.sync_folder()?;
        self.record.borrow_mut().entry_synced = true;
        Ok(())
    }

    fn fingerprint(&mut self) -> io::Result<(String, u64)> {
        self.note(Call::Fingerprint);
        self.file.fingerprint()
    }

    fn rename(&mut self) -> io::Result<()> {
        self.note(Call::Rename);
        self.file.rename()
    }

    fn remove(&mut self) -> io::Result<()> {
        self.note(Call::Remove);
        self.file.remove()
    }

    fn part(&self) -> &Path {
        self.file.part()
    }

    fn path(&self) -> &Path {
        self.file.path()
    }
}
