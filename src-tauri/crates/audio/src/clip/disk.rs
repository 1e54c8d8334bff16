//! What a growing clip asks of the disk. A trait, so that tests can watch the order of the calls and fill the
//! disk up at any byte; the real one is [`PartFile`].

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

const PART: &str = "part";

/// One growing file and the folder it lies in.
pub trait Disk {
    /// Adds bytes at the end.
    ///
    /// # Errors
    /// As the system tells; some of the bytes may have been written.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Overwrites the first bytes.
    ///
    /// # Errors
    /// As the system tells.
    fn replace_start(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Returns when the content is safe from a power cut.
    ///
    /// # Errors
    /// As the system tells.
    fn sync(&mut self) -> io::Result<()>;

    /// Returns when the folder's entry for the file is safe from a power cut.
    ///
    /// # Errors
    /// As the system tells.
    fn sync_folder(&mut self) -> io::Result<()>;

    /// SHA-256 of the content in lower-case hex, and its size in bytes.
    ///
    /// # Errors
    /// As the system tells.
    fn fingerprint(&mut self) -> io::Result<(String, u64)>;

    /// Gives the file its final name.
    ///
    /// # Errors
    /// As the system tells; `AlreadyExists` when the name is taken.
    fn rename(&mut self) -> io::Result<()>;

    /// Removes the file under its temporary name.
    ///
    /// # Errors
    /// As the system tells.
    fn remove(&mut self) -> io::Result<()>;

    /// The name while it grows.
    fn part(&self) -> &Path;

    /// The name when it is whole.
    fn path(&self) -> &Path;
}

/// A `.part` file that becomes the file of the same name without `.part`.
#[derive(Debug)]
pub struct PartFile {
    file: File,
    part: PathBuf,
    path: PathBuf,
}

impl PartFile {
    /// A new file `<path>.part`, readable by the user alone.
    ///
    /// # Errors
    /// `AlreadyExists` when either name is taken; otherwise as the system tells.
    pub fn create(path: &Path) -> io::Result<Self> {
        refuse_existing(path)?;
        let mut part = path.as_os_str().to_owned();
        part.push(".");
        part.push(PART);
        let part = PathBuf::from(part);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&part)?;
        Ok(Self {
            file,
            part,
            path: path.to_owned(),
        })
    }

    /// An existing `.part` file; `None` when it is not called that.
    pub(super) fn open(part: &Path) -> io::Result<Option<Self>> {
        if part.extension().is_none_or(|extension| extension != PART) {
            return Ok(None);
        }
        let path = part.with_extension("");
        refuse_existing(&path)?;
        let file = OpenOptions::new().read(true).write(true).open(part)?;
        Ok(Some(Self {
            file,
            part: part.to_owned(),
            path,
        }))
    }

    /// Reads from the start.
    pub(super) fn reader(&mut self) -> io::Result<&mut File> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(&mut self.file)
    }

    /// Cuts the file off after `bytes`.
    pub(super) fn cut(&mut self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }
}

impl Disk for PartFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn replace_start(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(bytes)?;
        self.file.seek(SeekFrom::End(0))?;
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn sync_folder(&mut self) -> io::Result<()> {
        sync_folder_of(&self.path)
    }

    fn fingerprint(&mut self) -> io::Result<(String, u64)> {
        fingerprint(self.reader()?)
    }

    fn rename(&mut self) -> io::Result<()> {
        refuse_existing(&self.path)?;
        fs::rename(&self.part, &self.path)
    }

    fn remove(&mut self) -> io::Result<()> {
        fs::remove_file(&self.part)
    }

    fn part(&self) -> &Path {
        &self.part
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

/// SHA-256 in lower-case hex, and the size in bytes, of all that `source` still gives.
pub(super) fn fingerprint(source: &mut impl Read) -> io::Result<(String, u64)> {
    let mut hash = Sha256::new();
    let bytes = io::copy(source, &mut hash)?;
    let mut text = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok((text, bytes))
}

fn refuse_existing(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

/// Other systems have no such call; there the journal keeps the entry.
#[cfg(not(unix))]
fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}
