//! Recordings of a person with what she says, from the Debian packages `asterisk-core-sounds-en` and `-en-g722`.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::Unavailable;

const SOUNDS: &str = "/usr/share/asterisk/sounds/en_US_f_Allison";
const TRANSCRIPTS: &str = "/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz";

/// The recordings hold 16,000 samples a second in one byte for two.
const BYTES_PER_SECOND: f64 = 8000.0;

/// One thing that was said.
#[derive(Clone, Debug)]
pub struct Utterance {
    /// A WAV, 48 kHz mono, 16 bits.
    pub path: PathBuf,
    /// The words.
    pub text: String,
    /// How long it is.
    pub seconds: f64,
}

/// Some recordings; the files go when this is dropped.
#[derive(Debug)]
pub struct HumanSpeech {
    /// In alphabetical order of the prompts, the same on every machine.
    pub utterances: Vec<Utterance>,
    _folder: TempDir,
}

/// Up to `count` recordings that are `seconds` long.
///
/// # Errors
/// [`Unavailable`] when the packages or `ffmpeg` are not installed.
pub fn human_speech(count: usize, seconds: Range<f64>) -> Result<HumanSpeech, Unavailable> {
    let transcripts = transcripts()?;
    let mut prompts: Vec<(PathBuf, String, f64)> = std::fs::read_dir(SOUNDS)
        .map_err(|error| missing("asterisk-core-sounds-en-g722", &error))?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let length = path.metadata().ok()?.len() as f64 / BYTES_PER_SECOND;
            let name = path.file_name()?.to_str()?.strip_suffix(".g722")?;
            let text = transcripts.get(name)?.clone();
            seconds.contains(&length).then_some((path, text, length))
        })
        .collect();
    prompts.sort_by(|one, other| one.0.cmp(&other.0));
    let folder = TempDir::new().map_err(Unavailable::because)?;
    let utterances = prompts
        .into_iter()
        .take(count)
        .map(|(prompt, text, seconds)| {
            let path = folder
                .path()
                .join(prompt.file_stem().unwrap_or_default())
                .with_extension("wav");
            convert(&prompt, &path)?;
            Ok(Utterance { path, text, seconds })
        })
        .collect::<Result<_, Unavailable>>()?;
    Ok(HumanSpeech {
        utterances,
        _folder: folder,
    })
}

fn transcripts() -> Result<HashMap<String, String>, Unavailable> {
    let listing = Command::new("gzip")
        .args(["-dc", TRANSCRIPTS])
        .output()
        .ok()
        .filter(|output| output.status.success())
        .ok_or_else(|| missing("asterisk-core-sounds-en", &"no transcripts"))?;
    let listing = String::from_utf8_lossy(&listing.stdout).into_owned();
    let entry = |line: &str| {
        let (name, text) = line.split_once(": ")?;
        // In brackets stand tones and other things that nobody says.
        (!text.trim_start().starts_with('[')).then(|| (name.to_owned(), text.trim().to_owned()))
    };
    Ok(listing
        .lines()
        .filter(|line| !line.starts_with(';'))
        .filter_map(entry)
        .collect())
}

fn convert(prompt: &Path, wav: &Path) -> Result<(), Unavailable> {
    let status = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-f", "g722", "-i"])
        .arg(prompt)
        .args(["-ar", "48000", "-ac", "1"])
        .arg(wav)
        .stdout(Stdio::null())
        .status()
        .map_err(|error| missing("ffmpeg", &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Unavailable::because(format!(
            "ffmpeg could not read {}",
            prompt.display()
        )))
    }
}

fn missing(package: &str, error: &dyn std::fmt::Display) -> Unavailable {
    Unavailable::because(format!("install the package {package} ({error})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_recording_has_its_words_and_its_length() {
        let speech = match human_speech(2, 4.0..8.0) {
            Ok(speech) => speech,
            Err(reason) => return eprintln!("left out: {reason}"),
        };
        assert_eq!(speech.utterances.len(), 2);
        for utterance in &speech.utterances {
            let pcm = rehearse_audio::wav::read(&utterance.path).unwrap();
            assert!((pcm.samples.len() as f64 / 48_000.0 - utterance.seconds).abs() < 0.1);
            assert!(utterance.text.split_whitespace().count() >= 5, "{utterance:?}");
        }
    }
}
