//! The folder: whether it may be filled, where things lie in it, and that one run fills it at a time.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::disk;
use super::state::{ClassState, State, VERSION};
use super::{EverythingError, Source};

const STATE: &str = ".rehearse-everything.json";
const LOCK: &str = ".rehearse-everything.lock";
/// A run that was given up may still be writing its last file.
const PATIENCE: Duration = Duration::from_secs(5);

/// A folder that is ours for as long as this lives. Clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: Arc<Path>,
    // Held by work on the disk too, which ends after a run that is dropped.
    _lock: Arc<File>,
}

impl Folder {
    /// Takes a folder for what this reader may see of this app, and says how far it is filled.
    pub(crate) async fn take(path: &Path, source: &Source) -> Result<(Self, State), EverythingError> {
        let path: Arc<Path> = Arc::from(path);
        // Before anything is made in it.
        look(&path, source)?;
        let folder = Self {
            _lock: Arc::new(lock(&path).await?),
            path,
        };
        // Another run may have made it ours, or somebody else's, while this one waited.
        if let Some(state) = look(&folder.path, source)? {
            return Ok((folder, state));
        }
        let state = State::new(source.clone());
        folder.keep(&state)?;
        Ok((folder, state))
    }

    /// Writes down how far the folder is filled.
    pub(crate) fn keep(&self, state: &State) -> Result<(), EverythingError> {
        let path = self.path.join(STATE);
        let text = serde_json::to_vec(state).map_err(|error| EverythingError::Local {
            path: path.clone(),
            source: error.into(),
        })?;
        disk::replace(&path, &text).map_err(EverythingError::local(&path))
    }

    /// Does something with the disk on a thread that may block. The folder stays taken until it is done.
    pub(crate) async fn on_disk<R: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<R, EverythingError> + Send + 'static,
    ) -> Result<R, EverythingError> {
        let folder = self.clone();
        match tokio::task::spawn_blocking(move || work(&folder)).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(EverythingError::Busy),
            },
        }
    }

    /// Makes the folders within.
    pub(crate) fn furnish(&self) -> Result<(), EverythingError> {
        for place in [self.path.join("classes"), self.path.join("files")] {
            disk::private_folder(&place).map_err(EverythingError::local(&place))?;
        }
        Ok(())
    }

    /// The rows of a class, once they are settled.
    pub(crate) fn rows(&self, class: &ClassState) -> PathBuf {
        self.path.join("classes").join(format!("{}.jsonl", class.stem))
    }

    /// The rows of a class as they come.
    pub(crate) fn journal(&self, class: &ClassState) -> PathBuf {
        self.path.join("classes").join(format!("{}.journal", class.stem))
    }

    /// Where a file lies that is called so in [`Folder::files`].
    pub(crate) fn below(&self, path: &str) -> PathBuf {
        self.path.join(path)
    }

    /// The list of files.
    pub(crate) fn files(&self) -> PathBuf {
        self.path.join("files.jsonl")
    }

    pub(crate) fn manifest(&self) -> PathBuf {
        self.path.join("manifest.json")
    }

    pub(crate) fn read_me(&self) -> PathBuf {
        self.path.join("README.txt")
    }
}

/// How far a folder is filled; `None` when nothing is in it. Changes nothing.
fn look(path: &Path, source: &Source) -> Result<Option<State>, EverythingError> {
    let place = path.join(STATE);
    if let Some(text) = disk::read(&place).map_err(EverythingError::local(&place))? {
        return read(path, &text, source).map(Some);
    }
    match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(EverythingError::local(path)(error)),
        Ok(entries) => {
            // What a run leaves that was killed before its first word.
            let draft = disk::draft_of(&place);
            for entry in entries {
                let entry = entry.map_err(EverythingError::local(path))?;
                if entry.path() != draft && entry.file_name() != LOCK {
                    let folder = path.to_owned();
                    return Err(EverythingError::NotOurs { folder });
                }
            }
            Ok(None)
        }
    }
}

fn read(path: &Path, text: &[u8], source: &Source) -> Result<State, EverythingError> {
    let not_ours = |_| EverythingError::NotOurs {
        folder: path.to_owned(),
    };
    let known: serde_json::Value = serde_json::from_slice(text).map_err(not_ours)?;
    let version = known.get("version").and_then(serde_json::Value::as_u64);
    let version = u32::try_from(version.unwrap_or(0)).unwrap_or(u32::MAX);
    if version > VERSION {
        return Err(EverythingError::Newer { version });
    }
    let state: State = serde_json::from_value(known).map_err(not_ours)?;
    if state.source != *source {
        return Err(EverythingError::OfAnother {
            theirs: Box::new(state.source),
            ours: Box::new(source.clone()),
        });
    }
    Ok(state)
}

async fn lock(path: &Path) -> Result<File, EverythingError> {
    disk::private_folder(path).map_err(EverythingError::local(path))?;
    let place = path.join(LOCK);
    let file = disk::private_file(&place).map_err(EverythingError::local(&place))?;
    let begun = tokio::time::Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(TryLockError::WouldBlock) => return Err(EverythingError::Busy),
            Err(TryLockError::Error(source)) => {
                return Err(EverythingError::Local { path: place, source });
            }
        }
    }
}
