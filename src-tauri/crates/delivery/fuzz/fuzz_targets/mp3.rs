//! Any file whatever where a clip is expected, and a clip of the house with bytes changed and its end cut off: reading it
//! must end without a panic, and hand over numbers only.

#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rehearse_audio::SAMPLE_RATE;
use rehearse_audio::mp3::{self, Encoder};

/// One second of a humming voice as the recorder writes it.
static CLIP: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let sample = |index: u32| {
        let period = SAMPLE_RATE / 150;
        let along = (index % period) as f32 / period as f32;
        0.4 * (1.0 - along) * (std::f32::consts::TAU * 3.0 * along).sin()
    };
    let sound: Vec<f32> = (0..SAMPLE_RATE).map(sample).collect();
    let mut encoder = Encoder::new().expect("LAME starts");
    let mut frames = Vec::new();
    encoder.encode(&sound, &mut frames).expect("sound can be encoded");
    let totals = encoder
        .finish(&mut frames)
        .expect("the last frame can be encoded");
    [&mp3::info_frame(Some(totals))[..], &frames].concat()
});

static FOLDER: LazyLock<tempfile::TempDir> =
    LazyLock::new(|| tempfile::tempdir().expect("a folder for the file that is read"));

/// Three bytes each: where, from the start of the file, and which byte stands there now.
fn damaged_clip(changes: &[u8]) -> Vec<u8> {
    let mut clip = CLIP.clone();
    let (kept, changes) = changes.split_at(changes.len().min(2));
    if let [low, high] = kept {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        clip.truncate(if length == 0 { clip.len() } else { length });
    }
    for change in changes.chunks_exact(3) {
        let place = usize::from(u16::from_le_bytes([change[0], change[1]]));
        if let Some(byte) = clip.get_mut(place) {
            *byte = change[2];
        }
    }
    clip
}

fuzz_target!(|input: &[u8]| {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    let file = if kind.is_multiple_of(2) {
        rest.to_vec()
    } else {
        damaged_clip(rest)
    };
    let path: PathBuf = FOLDER.path().join("clip.mp3");
    fs::write(&path, file).expect("the file can be written");
    // An error is an answer; only what was handed over is looked at.
    let _ = mp3::decode_blocks(&path, |block| {
        assert!(block.iter().all(|sample| sample.is_finite()));
    });
});
