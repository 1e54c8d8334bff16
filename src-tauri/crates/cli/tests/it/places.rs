//! Small file systems of their own, for a full disk and a read-only folder: permissions do not bind root.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A mounted tmpfs; unmounted when dropped.
pub(crate) struct SmallDisk(TempDir);

impl SmallDisk {
    /// Mounts one of so many kB. `None`, with the reason printed, where that is not allowed.
    pub(crate) fn mounted(kilobytes: u32) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let options = format!("size={kilobytes}k,mode=700");
        if run("mount", &["-t", "tmpfs", "-o", &options, "tmpfs"], folder.path()) {
            Some(Self(folder))
        } else {
            eprintln!("left out: a tmpfs cannot be mounted here (needs Linux and root)");
            None
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn make_read_only(&self) {
        assert!(run("mount", &["-o", "remount,ro"], self.path()));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        run("umount", &["-l"], self.path());
    }
}

fn run(program: &str, arguments: &[&str], path: &Path) -> bool {
    Command::new(program)
        .args(arguments)
        .arg(path)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
