//! Other people's decoders and voices as referees. Each test is skipped, with its reason, where its program is
//! not installed.

use std::fs;
use std::path::Path;
use std::process::Command;

use rehearse_audio::clip::{self, ClipWriter};
use rehearse_audio::{mp3, wav};
use tempfile::tempdir;

use crate::sound::{RATE, assert_same_sound, skipped, voice};

/// What the program prints, or `None`, said aloud, when it is not installed.
fn output(program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{program}: {complaint}");
            Some(output.stdout)
        }
        Err(_) => {
            skipped(&format!("{program} is not installed"));
            None
        }
    }
}

fn ffmpeg_decodes(path: &Path) -> Option<Vec<f32>> {
    let path = path.to_str().unwrap();
    let bytes = output("ffmpeg", &["-v", "error", "-i", path, "-f", "f32le", "-"])?;
    Some(
        bytes
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
            .collect(),
    )
}

fn record(folder: &Path, said: &[f32]) -> ClipWriter {
    let mut writer = ClipWriter::create(&folder.join("take.mp3")).unwrap();
    said.chunks(480).for_each(|block| writer.write(block).unwrap());
    writer
}

#[test]
fn ffmpeg_hears_every_sample_at_its_place() {
    let folder = tempdir().unwrap();
    for samples in [RATE / 10, RATE, 3 * RATE + 1, 4 * RATE + 575] {
        let said = voice(samples, 1);
        let finished = record(folder.path(), &said).finish().unwrap();
        let Some(heard) = ffmpeg_decodes(&finished.path) else {
            return;
        };
        assert_eq!(heard.len(), samples);
        if samples >= RATE {
            assert_same_sound(&said, &heard);
        }
        fs::remove_file(finished.path).unwrap();
    }
}

#[test]
fn ffmpeg_plays_a_growing_and_a_recovered_take() {
    let folder = tempdir().unwrap();
    let said = voice(3 * RATE, 2);
    drop(record(folder.path(), &said));
    let part = folder.path().join("take.mp3.part");
    let ours = mp3::decode(&part).unwrap();
    let Some(growing) = ffmpeg_decodes(&part) else {
        return;
    };
    // Without a frame count ffmpeg plays the placeholder as silence, and conceals the torn last frame.
    let frame = mp3::FRAME_SAMPLES as usize;
    assert!(
        (ours.len()..=ours.len() + 2 * frame).contains(&growing.len()),
        "{}",
        growing.len()
    );
    let recovered = clip::recover(&part).unwrap();
    let heard = ffmpeg_decodes(&recovered.path).unwrap();
    assert_eq!(heard.len(), ours.len());
    assert_same_sound(&said[..heard.len()], &heard);
}

#[test]
fn mpg123_hears_every_sample_at_its_place() {
    let folder = tempdir().unwrap();
    let said = voice(3 * RATE + 1, 3);
    let finished = record(folder.path(), &said).finish().unwrap();
    let Some(bytes) = output("mpg123", &["-q", "-w", "-", finished.path.to_str().unwrap()]) else {
        return;
    };
    let heard = wav::parse(&bytes).unwrap();
    assert_eq!((heard.rate as usize, heard.samples.len()), (RATE, said.len()));
    assert_same_sound(&said, &heard.samples);
}

#[test]
fn lame_decodes_what_we_encode() {
    let folder = tempdir().unwrap();
    let said = voice(3 * RATE + 1, 4);
    let finished = record(folder.path(), &said).finish().unwrap();
    let Some(bytes) = output(
        "lame",
        &["--quiet", "--decode", finished.path.to_str().unwrap(), "-"],
    ) else {
        return;
    };
    let heard = wav::parse(&bytes).unwrap().samples;
    assert_eq!(heard.len(), said.len());
    assert_same_sound(&said, &heard);
}

#[test]
fn a_stereo_file_at_another_rate_is_brought_to_the_house_form() {
    let folder = tempdir().unwrap();
    let (source, foreign) = (
        folder.path().join("source.wav"),
        folder.path().join("foreign.mp3"),
    );
    let said = voice(3 * RATE, 5);
    wav::write(&source, &said, RATE as u32).unwrap();
    let (source, target) = (source.to_str().unwrap(), foreign.to_str().unwrap());
    let arguments = [
        "-v", "error", "-i", source, "-ar", "44100", "-ac", "2", "-b:a", "128k", target,
    ];
    if output("ffmpeg", &arguments).is_none() {
        return;
    }
    let heard = mp3::decode(&foreign).unwrap();
    assert_eq!(heard.len(), said.len());
    assert_eq!(crate::sound::likeness(&said, &heard).lag, 0);
}

#[test]
fn wav_codings_that_only_ffmpeg_writes_are_read() {
    let folder = tempdir().unwrap();
    let source = folder.path().join("source.wav");
    let said = voice(RATE, 6);
    wav::write(&source, &said, RATE as u32).unwrap();
    for (coding, tolerance) in [
        ("pcm_alaw", 0.02),
        ("pcm_mulaw", 0.02),
        ("pcm_f64le", 1e-4),
        ("pcm_u8", 0.01),
    ] {
        let arguments = [
            "-v",
            "error",
            "-i",
            source.to_str().unwrap(),
            "-c:a",
            coding,
            "-f",
            "wav",
            "-",
        ];
        let Some(bytes) = output("ffmpeg", &arguments) else {
            return;
        };
        let heard = wav::parse(&bytes).unwrap().samples;
        assert_eq!(heard.len(), said.len(), "{coding}");
        let wrong = heard
            .iter()
            .zip(&said)
            .map(|(heard, said)| (heard - said).abs())
            .fold(0.0, f32::max);
        assert!(wrong < tolerance, "{coding}: off by {wrong}");
    }
}

#[test]
fn the_voice_of_the_system_is_understood_from_its_pipe() {
    let Some(bytes) = output("espeak-ng", &["--stdout", "Could we talk about my salary?"]) else {
        return;
    };
    let pcm = wav::parse(&bytes).unwrap();
    assert_eq!(pcm.rate, 22_050);
    assert!(pcm.samples.len() > 22_050 && pcm.samples.iter().any(|sample| sample.abs() > 0.1));
}
