//! Speech for the turns: of a person where the recordings are installed, else of the system's voice.

use std::path::{Path, PathBuf};
use std::process::Command;

use rehearse_audio::{SAMPLE_RATE, mp3, wav};
use rehearse_testkit::{HumanSpeech, align, human_speech, likeness_per_second, to_rate};
use tempfile::TempDir;

/// WAV files with speech, 4 to 9 seconds each; they go when this is dropped.
pub(crate) struct Speech {
    pub(crate) files: Vec<PathBuf>,
    _keep: Keep,
}

#[allow(dead_code, reason = "held so that the files stay")]
enum Keep {
    Human(HumanSpeech),
    Rendered(TempDir),
}

/// Two turns of speech. `None`, with the reason printed, where neither a recording nor a voice is installed.
pub(crate) fn two_turns() -> Option<Speech> {
    let reason = match human_speech(2, 4.0..9.0) {
        Ok(speech) if speech.utterances.len() == 2 => {
            return Some(Speech {
                files: speech.utterances.iter().map(|one| one.path.clone()).collect(),
                _keep: Keep::Human(speech),
            });
        }
        Ok(_) => "too few recordings".to_owned(),
        Err(reason) => reason.to_string(),
    };
    let rendered = rendered();
    if rendered.is_none() {
        eprintln!("left out: {reason}, and espeak-ng is not installed either");
    }
    rendered
}

fn rendered() -> Option<Speech> {
    let folder = TempDir::new().ok()?;
    let lines = [
        "Last year I took over two projects and brought both of them home before their time.",
        "I would like to talk about a figure that fits what I do now, and I have written one down.",
    ];
    let mut files = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let file = folder.path().join(format!("{number}.wav"));
        let status = Command::new("espeak-ng").arg("-w").arg(&file).arg(line).status();
        if !status.is_ok_and(|status| status.success()) {
            return None;
        }
        files.push(file);
    }
    Some(Speech {
        files,
        _keep: Keep::Rendered(folder),
    })
}

/// A WAV at the house rate.
pub(crate) fn samples(file: &Path) -> Vec<f32> {
    let pcm = wav::read(file).unwrap();
    to_rate(&pcm.samples, pcm.rate, SAMPLE_RATE)
}

/// Whether an MP3 is what was said, second by second, with its first word.
pub(crate) fn assert_heard(said: &[f32], clip: &Path) {
    let heard = mp3::decode(clip).unwrap();
    let found = align(said, &heard, SAMPLE_RATE as usize);
    assert!(found.offset >= 0, "the first word is cut: {found:?}");
    let likeness = likeness_per_second(said, &heard, found.offset, SAMPLE_RATE);
    assert!(
        likeness.len() >= 2 && likeness.iter().all(|second| *second > 0.95),
        "{found:?} {likeness:.3?}"
    );
}
