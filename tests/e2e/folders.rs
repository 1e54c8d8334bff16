//! The folders of one stage: nothing that a story does touches the person's own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rehearse_testkit::{SmallDisk, Unavailable};
use tempfile::TempDir;

/// A home that is removed with its stage.
#[derive(Debug)]
pub(crate) struct Folders {
    /// Mounted below `root`, so it goes first.
    disk: Option<SmallDisk>,
    root: TempDir,
}

impl Folders {
    pub(crate) fn new() -> Self {
        let root = tempfile::Builder::new()
            .prefix("rehearse-stage-")
            .tempdir()
            .expect("a temporary folder");
        let folders = Self { disk: None, root };
        for name in ["home", "config", "data", "cache", "state", "runtime"] {
            fs::create_dir(folders.at(name)).expect("an empty temporary folder");
        }
        fs::set_permissions(folders.at("runtime"), fs::Permissions::from_mode(0o700))
            .expect("a folder of our own");
        folders
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Where the app of this stage keeps its sessions.
    pub(crate) fn sessions(&self) -> PathBuf {
        self.at("sessions")
    }

    /// Puts the sessions on a small disk of their own. Where that is not allowed, says why.
    pub(crate) fn use_small_disk(&mut self, kilobytes: u32) -> Result<(), Unavailable> {
        self.disk = Some(SmallDisk::mounted_on(&self.sessions(), kilobytes)?);
        Ok(())
    }

    /// The small disk that the sessions lie on.
    pub(crate) fn disk(&self) -> &SmallDisk {
        self.disk.as_ref().expect("the story asked for a small disk")
    }

    /// For files of the story itself.
    pub(crate) fn scratch(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn give_to(&self, command: &mut Command) {
        command
            .env("HOME", self.at("home"))
            .env("XDG_CONFIG_HOME", self.at("config"))
            .env("XDG_DATA_HOME", self.at("data"))
            .env("XDG_CACHE_HOME", self.at("cache"))
            .env("XDG_STATE_HOME", self.at("state"))
            .env("XDG_RUNTIME_DIR", self.at("runtime"))
            .env("REHEARSE_DATA_DIR", self.sessions());
    }
}
