//! A disk of a few megabytes for the data folder of one stage: it can be filled, emptied and made read-only, which
//! holds for everyone, the administrator included.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A mounted `tmpfs`, gone with its owner.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    /// Mounts an empty disk on a folder, which is made. Where that is not allowed, says why.
    pub(crate) fn mount(at: &Path, megabytes: u32) -> Result<Self, String> {
        fs::create_dir_all(at).expect("a folder to mount on");
        let options = format!("size={megabytes}m,mode=0700");
        let done = mount(&["-t", "tmpfs", "-o", &options, "rehearse-story"], at);
        if done.status.success() {
            return Ok(Self { at: at.to_owned() });
        }
        Err(format!(
            "no small disk can be mounted here: {}",
            String::from_utf8_lossy(&done.stderr).trim()
        ))
    }

    pub(crate) fn make_read_only(&self) {
        self.remount("remount,ro");
    }

    pub(crate) fn make_writable(&self) {
        self.remount("remount,rw");
    }

    /// Takes all the room but this much.
    pub(crate) fn fill_up_to(&self, left: usize) {
        let mut ballast = File::create(self.ballast()).expect("there is some room yet");
        let block = [0_u8; 1024];
        while ballast.write_all(&block).is_ok() {}
        let size = ballast.metadata().expect("a file of this story").len();
        let kept = size.saturating_sub(u64::try_from(left).expect("a few bytes"));
        ballast.set_len(kept).expect("a file gets shorter");
    }

    /// Gives the room back.
    pub(crate) fn empty(&self) {
        fs::remove_file(self.ballast()).expect("the ballast is there");
    }

    fn ballast(&self) -> PathBuf {
        self.at.join("ballast")
    }

    fn remount(&self, options: &str) {
        let done = mount(&["-o", options], &self.at);
        assert!(
            done.status.success(),
            "{options}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, so that a process that is only just ending does not keep the disk for ever.
        let _ = Command::new("umount").arg("--lazy").arg(&self.at).status();
    }
}

fn mount(words: &[&str], at: &Path) -> Output {
    let mut command = Command::new("mount");
    command.args(words).arg(at);
    command.output().expect("mount is a program of every Linux")
}
