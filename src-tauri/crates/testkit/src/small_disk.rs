//! A disk of some kilobytes, to be filled, emptied and made read-only: that holds for everyone, the administrator
//! included, whom permissions do not bind.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::Unavailable;

/// What takes the room.
const BALLAST: &str = "ballast";

/// A mounted `tmpfs`, unmounted when dropped.
#[derive(Debug)]
pub struct SmallDisk {
    at: PathBuf,
    /// Where it is mounted, when that is a folder of its own.
    #[allow(dead_code, reason = "held so that it goes after the disk")]
    own_folder: Option<TempDir>,
}

impl SmallDisk {
    /// Mounts an empty disk of so many kilobytes on a folder of its own.
    ///
    /// # Errors
    /// [`Unavailable`] where that is not allowed: it needs Linux and root.
    pub fn mounted(kilobytes: u32) -> Result<Self, Unavailable> {
        let folder = TempDir::new().map_err(Unavailable::because)?;
        let mut disk = Self::mounted_on(folder.path(), kilobytes)?;
        disk.own_folder = Some(folder);
        Ok(disk)
    }

    /// The same on this folder, which is made when it is not there.
    ///
    /// # Errors
    /// As [`Self::mounted`].
    pub fn mounted_on(at: &Path, kilobytes: u32) -> Result<Self, Unavailable> {
        fs::create_dir_all(at).map_err(Unavailable::because)?;
        let options = format!("size={kilobytes}k,mode=0700");
        mount(&["-t", "tmpfs", "-o", &options, "rehearse-test"], at)
            .map_err(|why| Unavailable::because(format!("no small disk can be mounted: {why}")))?;
        Ok(Self {
            at: at.to_owned(),
            own_folder: None,
        })
    }

    /// Its topmost folder.
    pub fn path(&self) -> &Path {
        &self.at
    }

    /// Nothing can be written from here on.
    ///
    /// # Errors
    /// What `mount` says.
    pub fn make_read_only(&self) -> io::Result<()> {
        mount(&["-o", "remount,ro"], &self.at)
    }

    /// Takes [`Self::make_read_only`] back.
    ///
    /// # Errors
    /// What `mount` says.
    pub fn make_writable(&self) -> io::Result<()> {
        mount(&["-o", "remount,rw"], &self.at)
    }

    /// Takes all the room but about so many bytes, to the byte when none is to be left.
    ///
    /// # Errors
    /// What the system says about the file that takes the room, other than that there is no more.
    pub fn fill_up_to(&self, left: u64) -> io::Result<()> {
        let mut ballast = File::create(self.ballast())?;
        for size in [65_536, 4_096, 512, 1] {
            let block = vec![0x2e; size];
            while ballast.write_all(&block).is_ok() {}
        }
        if left > 0 {
            let size = ballast.metadata()?.len();
            ballast.set_len(size.saturating_sub(left))?;
        }
        Ok(())
    }

    /// Gives the room back.
    ///
    /// # Errors
    /// What the system says, for instance that it was never taken.
    pub fn empty(&self) -> io::Result<()> {
        fs::remove_file(self.ballast())
    }

    fn ballast(&self) -> PathBuf {
        self.at.join(BALLAST)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, so that a process that is only just ending does not keep the disk for ever.
        let _ = Command::new("umount").arg("--lazy").arg(&self.at).status();
    }
}

fn mount(words: &[&str], at: &Path) -> io::Result<()> {
    let done = Command::new("mount").args(words).arg(at).output()?;
    if done.status.success() {
        return Ok(());
    }
    let why = String::from_utf8_lossy(&done.stderr);
    Err(io::Error::other(why.trim().to_owned()))
}
