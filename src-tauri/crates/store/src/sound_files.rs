//! What lies in the audio folder, read from the names of files and folders alone.

use std::fs;
use std::path::{Path, PathBuf};

use rehearse_domain::{ClipId, Speaker, Timestamp};

use crate::StoreError;
use crate::recovering::InterruptedKind;

/// What lies in a folder; nothing when it is not there.
pub(crate) fn children(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(StoreError::file(folder, source)),
    };
    let paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>();
    paths.map_err(|source| StoreError::file(folder, source))
}

/// The id that a file or folder is named after.
pub(crate) fn named<T: std::str::FromStr>(path: &Path) -> Option<T> {
    path.file_name()?.to_str()?.parse().ok()
}

/// What the name of a sound file says.
pub(crate) struct ClipName {
    pub(crate) clip: ClipId,
    pub(crate) speaker: Speaker,
    pub(crate) kind: InterruptedKind,
}

impl ClipName {
    /// `<clip>.mp3` or, for the partner, `<clip>.partner.mp3`, with `.part` behind it while it is written.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let (name, kind) = match name.strip_suffix(".part") {
            Some(name) => (name, InterruptedKind::Part),
            None => (name, InterruptedKind::Unclaimed),
        };
        let name = name.strip_suffix(".mp3")?;
        let (name, speaker) = match name.strip_suffix(".partner") {
            Some(name) => (name, Speaker::Partner),
            None => (name, Speaker::Trainee),
        };
        Some(Self {
            clip: name.parse().ok()?,
            speaker,
            kind,
        })
    }
}

pub(crate) fn modified(path: &Path) -> Timestamp {
    let since_epoch = fs::metadata(path)
        .and_then(|file| file.modified())
        .ok()
        .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok())
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
