//! WAV files by another writer, by a voice program, and broken ones.

use hound::{SampleFormat, WavSpec, WavWriter};
use proptest::prelude::*;
use rehearse_audio::wav::{self, WavError};
use tempfile::tempdir;

use crate::sound::{RATE, voice};

fn spec(channels: u16, bits_per_sample: u16, sample_format: SampleFormat) -> WavSpec {
    WavSpec {
        channels,
        sample_rate: 44_100,
        bits_per_sample,
        sample_format,
    }
}

/// The bytes of a WAV with these whole-number samples, interleaved.
fn whole_numbers(channels: u16, bits: u16, samples: impl Iterator<Item = i32>) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut bytes, spec(channels, bits, SampleFormat::Int)).unwrap();
    samples.for_each(|sample| writer.write_sample(sample).unwrap());
    writer.finalize().unwrap();
    bytes.into_inner()
}

#[test]
fn every_width_reads_the_same_sound() {
    let said = voice(RATE, 1);
    for bits in [8u16, 16, 24, 32] {
        let scale = f64::from(2u32.pow(u32::from(bits) - 1));
        let file = whole_numbers(
            1,
            bits,
            said.iter()
                .map(|sample| (f64::from(*sample) * scale).round() as i32),
        );
        let pcm = wav::parse(&file).unwrap();
        assert_eq!((pcm.rate, pcm.samples.len()), (44_100, said.len()), "{bits} bits");
        let wrong = pcm
            .samples
            .iter()
            .zip(&said)
            .map(|(heard, said)| (heard - said).abs())
            .fold(0.0, f32::max);
        assert!(
            f64::from(wrong) <= 0.51 / scale + 1e-7,
            "{bits} bits: off by {wrong}"
        );
    }
}

#[test]
fn floating_point_samples_are_read_as_they_are() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("float.wav");
    let said = voice(1_000, 2);
    let mut writer = WavWriter::create(&path, spec(1, 32, SampleFormat::Float)).unwrap();
    said.iter()
        .for_each(|sample| writer.write_sample(*sample).unwrap());
    writer.finalize().unwrap();
    assert_eq!(wav::read(&path).unwrap().samples, said);
}

#[test]
fn two_channels_become_their_mean_and_of_more_the_loudest_is_taken() {
    let stereo = whole_numbers(2, 16, [16_384, 0, -16_384, -16_384].into_iter());
    assert_eq!(wav::parse(&stereo).unwrap().samples, [0.25, -0.5]);
    let four = whole_numbers(4, 16, [1, 2, 8_192, 3, -1, -2, -16_384, 3].into_iter());
    assert_eq!(wav::parse(&four).unwrap().samples, [0.25, -0.5]);
}

#[test]
fn a_broken_wav_is_told_apart_from_no_wav_and_from_an_empty_one() {
    let file = whole_numbers(1, 16, 0..1_000);
    assert!(matches!(wav::parse(b""), Err(WavError::NotWav)));
    assert!(matches!(
        wav::parse(b"ID3 and so on, surely an MP3"),
        Err(WavError::NotWav)
    ));
    assert!(matches!(wav::parse(&file[..30]), Err(WavError::NotWav)));
    assert!(matches!(
        wav::parse(&file[..file.len() - 500]),
        Err(WavError::Truncated {
            announced: 2_000,
            found: 1_500
        })
    ));
    assert!(matches!(
        wav::parse(&whole_numbers(1, 16, 0..0)),
        Err(WavError::Empty)
    ));
    let mut compressed = file;
    compressed[20] = 0x55; // MP3 inside of a WAV
    assert!(matches!(
        wav::parse(&compressed),
        Err(WavError::Unsupported {
            format: 0x55,
            bits: 16
        })
    ));
    assert!(matches!(
        wav::read(std::path::Path::new("/nowhere.wav")),
        Err(WavError::Disk(_))
    ));
}

#[test]
fn a_length_that_was_never_filled_in_means_to_the_end() {
    let file = whole_numbers(1, 16, 0..1_000);
    let whole = wav::parse(&file).unwrap();
    let lengths = [
        (0x7FFF_F024u32, 0x7FFF_F000u32),
        (u32::MAX, u32::MAX),
        (36, 0),
        (0, 0),
    ];
    for (riff, data) in lengths {
        let mut piped = file.clone();
        piped[4..8].copy_from_slice(&riff.to_le_bytes());
        piped[40..44].copy_from_slice(&data.to_le_bytes());
        assert_eq!(wav::parse(&piped).unwrap(), whole, "{riff:#x} {data:#x}");
    }
}

#[test]
fn chunks_before_the_sound_are_skipped_with_their_padding() {
    let file = whole_numbers(1, 16, 0..100);
    let mut padded = file[..36].to_vec();
    padded.extend_from_slice(b"LIST\x05\0\0\0hello\0");
    padded.extend_from_slice(&file[36..]);
    assert_eq!(wav::parse(&padded).unwrap(), wav::parse(&file).unwrap());
}

proptest! {
    #[test]
    fn what_is_written_is_read_by_us_and_by_others(
        said in prop::collection::vec(-1.2f32..1.2, 1..2_000),
        rate in 8_000u32..192_000,
    ) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("export.wav");
        wav::write(&path, &said, rate).unwrap();
        let pcm = wav::read(&path).unwrap();
        prop_assert_eq!((pcm.rate, pcm.samples.len()), (rate, said.len()));
        for (heard, said) in pcm.samples.iter().zip(&said) {
            prop_assert!((heard - said.clamp(-1.0, 1.0)).abs() <= 1.0 / 32_768.0);
        }
        let mut theirs = hound::WavReader::open(&path).unwrap();
        prop_assert_eq!(theirs.spec().sample_rate, rate);
        let theirs: Vec<f32> = theirs.samples::<i16>().map(|sample| f32::from(sample.unwrap()) / 32_768.0).collect();
        prop_assert_eq!(theirs, pcm.samples);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        change in prop::collection::vec((0usize..100, any::<u8>()), 0..8),
        length in 0usize..250,
    ) {
        let mut bytes = whole_numbers(2, 16, 0..100);
        for (at, byte) in change {
            bytes[at] = byte;
        }
        bytes.truncate(length);
        // Any answer will do but a panic.
        let _ = wav::parse(&bytes);
    }
}
