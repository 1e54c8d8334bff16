//! What goes into the encoder comes out of the decoder: every sample, at its place.

use std::path::Path;

use proptest::prelude::*;
use rehearse_audio::mp3::{self, Encoder, FRAME_BYTES, FRAME_SAMPLES, Mp3Error, Totals};

use crate::sound::{RATE, assert_same_sound, voice};

/// A whole MP3 file in memory, encoded in blocks of `block` samples.
fn encode(sound: &[f32], block: usize) -> (Vec<u8>, Totals) {
    let (mut encoder, mut file) = (Encoder::new().unwrap(), mp3::info_frame(None).to_vec());
    for block in sound.chunks(block) {
        encoder.encode(block, &mut file).unwrap();
    }
    let totals = encoder.finish(&mut file).unwrap();
    file[..FRAME_BYTES].copy_from_slice(&mp3::info_frame(Some(totals)));
    (file, totals)
}

fn decode(file: &[u8]) -> Result<Vec<f32>, Mp3Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp3");
    std::fs::write(&path, file).unwrap();
    mp3::decode(&path)
}

#[test]
fn every_sample_comes_back_at_its_place() {
    for samples in [RATE, 3 * RATE + 1, 7 * RATE + 287] {
        let said = voice(samples, 1);
        let (file, totals) = encode(&said, 480);
        assert_eq!(totals.samples, samples as u64);
        assert_eq!(file.len() as u64, (totals.frames + 1) * FRAME_BYTES as u64);
        let heard = decode(&file).unwrap();
        assert_eq!(heard.len(), samples);
        assert_same_sound(&said, &heard);
    }
}

#[test]
fn the_last_word_is_not_cut() {
    let mut said = vec![0.0; 2 * RATE];
    let last = said.len() - 240;
    said[last..].copy_from_slice(
        &voice(2 * RATE, 3)[last..]
            .iter()
            .map(|s| s * 3.0)
            .collect::<Vec<_>>(),
    );
    let heard = decode(&encode(&said, 480).0).unwrap();
    let energy = |sound: &[f32]| sound.iter().map(|sample| sample * sample).sum::<f32>();
    assert!(energy(&heard[last..]) > 0.5 * energy(&said[last..]));
}

#[test]
fn a_growing_file_plays_from_the_first_sample_on() {
    let said = voice(3 * RATE, 2);
    let (mut encoder, mut file) = (Encoder::new().unwrap(), mp3::info_frame(None).to_vec());
    encoder.encode(&said, &mut file).unwrap();
    let heard = decode(&file).unwrap();
    let frames = (file.len() / FRAME_BYTES - 1) as u64;
    assert_eq!(heard.len() as u64, frames * FRAME_SAMPLES - 1105);
    assert!(
        said.len() - heard.len() <= RATE * 15 / 100,
        "{} samples held back",
        said.len() - heard.len()
    );
    assert_same_sound(&said, &heard);
}

#[test]
fn an_encoder_that_heard_nothing_makes_a_file_without_sound() {
    assert_eq!(decode(&encode(&[], 480).0).unwrap(), Vec::<f32>::new());
}

#[test]
fn samples_that_no_converter_makes_do_not_stop_the_encoder() {
    let mut said = voice(RATE, 4);
    for (n, broken) in [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        1e30,
        f32::MIN_POSITIVE,
    ]
    .iter()
    .enumerate()
    {
        said[1000 * (n + 1)] = *broken;
    }
    let heard = decode(&encode(&said, 333).0).unwrap();
    assert_eq!(heard.len(), RATE);
    assert!(heard.iter().all(|sample| sample.is_finite()));
}

#[test]
fn files_of_another_kind_are_refused_by_name() {
    assert!(matches!(decode(b""), Err(Mp3Error::NotMp3)));
    assert!(matches!(
        decode(&b"Dear diary, ".repeat(5_000)),
        Err(Mp3Error::NotMp3)
    ));
    assert!(matches!(
        mp3::decode(Path::new("/nowhere/at/all.mp3")),
        Err(Mp3Error::Read(_))
    ));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("not.mp3");
    rehearse_audio::wav::write(&path, &voice(RATE, 5), RATE as u32).unwrap();
    assert!(matches!(mp3::decode(&path), Err(Mp3Error::NotMp3)));
}

#[test]
fn a_hole_in_the_middle_does_not_move_what_follows() {
    let said = voice(6 * RATE, 6);
    let (mut file, _) = encode(&said, 480);
    // The body of three frames is noise; their headers stand.
    for frame in 20..23 {
        for byte in &mut file[frame * FRAME_BYTES + 4..(frame + 1) * FRAME_BYTES] {
            *byte = byte.wrapping_mul(31).wrapping_add(17);
        }
    }
    let heard = decode(&file).unwrap();
    assert_eq!(heard.len(), said.len());
    assert_same_sound(&said, &heard);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_sample_count_is_exact_for_any_length_and_any_blocks(
        samples in 0usize..40_000,
        block in 1usize..5_000,
    ) {
        let (file, totals) = encode(&voice(samples, 7), block);
        prop_assert_eq!(totals.samples, samples as u64);
        prop_assert_eq!(decode(&file).unwrap().len(), samples);
    }

    #[test]
    fn block_borders_do_not_change_the_file(samples in 0usize..30_000, block in 1usize..5_000) {
        let said = voice(samples, 8);
        prop_assert!(encode(&said, block) == encode(&said, 480));
    }
}
