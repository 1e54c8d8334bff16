//! Where things lie in the data folder, and that nobody but the user may look into it.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use std::{fs, io};

use rehearse_domain::{ClipId, SessionId, Speaker, Timestamp};

use crate::StoreError;
pub(crate) use crate::private::{private_file, private_folder, sync_folder};

/// Suffixes of the files that SQLite keeps beside the database.
pub(crate) const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// How the name of a copy from before a migration begins; the version and `.db` follow.
pub(crate) const BACKUP: &str = "rehearse-v";

/// The data folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder, made (with those above it) when it is not there yet.
    pub(crate) fn made(path: &Path) -> Result<Self, StoreError> {
        private_folder(path).map_err(|source| match StoreError::file(path, source) {
            StoreError::File { path, source } => StoreError::FolderUnavailable { path, source },
            known => known,
        })?;
        Ok(Self(path.to_owned()))
    }

    /// The folder as it is.
    pub(crate) fn existing(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// What the file system knows the folder by wherever it is moved to, and what no copy brings along: when it was made,
    /// and its number where there is one. Empty where the file system knows neither.
    pub(crate) fn identity(&self) -> io::Result<String> {
        let known = fs::metadata(&self.0)?;
        let made = known
            .created()
            .ok()
            .and_then(|made| made.duration_since(UNIX_EPOCH).ok());
        let mut identity = made.map_or_else(String::new, |made| made.as_nanos().to_string());
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            // Not the device: its number is given out anew with each start.
            identity = format!("{identity}.{}", known.ino());
        }
        Ok(identity)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("rehearse.db")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.0.join("rehearse.lock")
    }

    pub(crate) fn holder(&self) -> PathBuf {
        self.0.join("rehearse.holder")
    }

    pub(crate) fn audio(&self) -> PathBuf {
        self.0.join("audio")
    }

    pub(crate) fn audio_of(&self, session: SessionId) -> PathBuf {
        self.audio().join(session.to_string())
    }

    /// Where a clip lies. The partner's are marked, so that recovery never takes one for the trainee's.
    pub(crate) fn clip(&self, session: SessionId, clip: ClipId, speaker: Speaker) -> PathBuf {
        self.audio_of(session).join(clip_name(clip, speaker))
    }

    /// Where clips lie while they come from the remote. Apart from the others, so that none is taken for a recording
    /// that was broken off.
    pub(crate) fn arriving(&self) -> PathBuf {
        self.0.join("arriving")
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.0.join("backup")
    }

    pub(crate) fn backup(&self, version: u32) -> PathBuf {
        self.backups().join(format!("{BACKUP}{version}.db"))
    }

    /// Where a damaged database goes. Colons are no part of a file name on Windows.
    pub(crate) fn damaged(&self, now: Timestamp) -> PathBuf {
        self.0.join(format!(
            "rehearse.damaged-{}.db",
            now.to_string().replace(':', "-")
        ))
    }
}

/// What the file of a clip is called.
pub(crate) fn clip_name(clip: ClipId, speaker: Speaker) -> String {
    match speaker {
        Speaker::Trainee => format!("{clip}.mp3"),
        Speaker::Partner => format!("{clip}.partner.mp3"),
    }
}

/// `path` with `suffix` appended to its last part.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
