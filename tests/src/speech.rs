//! Recordings of a human voice with their words, from the sound prompts that Debian ships
//! (`asterisk-core-sounds-en`, CC-BY-SA-3.0). Reads installed files; keeps nothing in the repository.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

const FOLDER: &str = "/usr/share/asterisk/sounds/en_US_f_Allison";

/// One recorded sentence.
#[derive(Clone, Copy, Debug)]
pub struct Recording {
    /// Its file below the prompt folder, without the ending.
    pub name: &'static str,
    /// What is said.
    pub words: &'static str,
}

/// Four sentences of 4 to 8 seconds, one for each turn of a story.
pub const SENTENCES: [Recording; 4] = [
    Recording {
        name: "queue-periodic-announce",
        words: "All of our representatives are currently busy. Please stay on the line and your call will be \
                answered by the next available representative.",
    },
    Recording {
        name: "vm-newuser",
        words: "Welcome to Comedian Mail. First, I will guide you through a short setup process.",
    },
    Recording {
        name: "conf-onlyone",
        words: "There is currently one other participant in the conference.",
    },
    Recording {
        name: "queue-youarenext",
        words: "Your call is now first in line and will be answered by the next available representative.",
    },
];

/// Whether the recordings and the converter are installed here.
#[must_use]
pub fn is_installed() -> bool {
    SENTENCES.iter().all(|sentence| sentence.source().is_file())
}

impl Recording {
    fn source(&self) -> PathBuf {
        Path::new(FOLDER).join(self.name).with_extension("g722")
    }

    /// Writes the sentence as a 48 kHz, 16 bit, mono WAV file into a folder and answers where it is.
    ///
    /// # Errors
    /// When `ffmpeg` cannot be started or refuses the file.
    pub fn write_wav(&self, folder: &Path) -> io::Result<PathBuf> {
        let wav = folder.join(self.name).with_extension("wav");
        let done = Command::new("ffmpeg")
            .args(["-nostdin", "-loglevel", "error", "-y", "-f", "g722", "-i"])
            .arg(self.source())
            .args(["-ar", "48000", "-ac", "1", "-c:a", "pcm_s16le"])
            .arg(&wav)
            .output()?;
        if done.status.success() {
            Ok(wav)
        } else {
            Err(io::Error::other(
                String::from_utf8_lossy(&done.stderr).into_owned(),
            ))
        }
    }
}
