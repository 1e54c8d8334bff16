//! Sound cut anywhere, with and without a header, and back to its bytes.

use proptest::prelude::*;

use super::*;

/// A header with sizes that nobody knows yet, as a stream has it, and a chunk that nobody asked for.
fn header(rate: u32, channels: u16, extra: &[u8]) -> Vec<u8> {
    let mut bytes = b"RIFF\xFE\xFF\xFF\x7FWAVEfmt \x10\0\0\0\x01\0".to_vec();
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * 2).to_le_bytes());
    bytes.extend(*b"\x02\0\x10\0");
    if !extra.is_empty() {
        bytes.extend(*b"LIST");
        bytes.extend(u32::try_from(extra.len()).unwrap().to_le_bytes());
        bytes.extend(extra);
        bytes.resize(bytes.len().next_multiple_of(2), 0);
    }
    bytes.extend(*b"data\xFF\xFF\xFF\x7F");
    bytes
}

fn read(pieces: &[&[u8]]) -> Vec<f32> {
    let mut pcm = Pcm::default();
    let mut samples: Vec<f32> = pieces.iter().flat_map(|piece| pcm.push(piece).unwrap()).collect();
    samples.extend(pcm.finish());
    samples
}

fn bytes_of(samples: &[f32]) -> Vec<u8> {
    samples
        .iter()
        .flat_map(|sample| ((sample * 32768.0) as i16).to_le_bytes())
        .collect()
}

#[test]
fn every_sample_there_is_comes_back_bit_for_bit() {
    let bytes: Vec<u8> = (i16::MIN..=i16::MAX).flat_map(i16::to_le_bytes).collect();
    assert_eq!(bytes_of(&read(&[&bytes])), bytes);
}

#[test]
fn sound_of_another_rate_is_brought_to_the_right_one() {
    let samples = vec![0_u8; 2 * 16_000];
    let read = read(&[&header(16_000, 1, b""), &samples]);
    assert_eq!(read.len(), 24_000);
}

#[test]
fn sound_that_cannot_be_played_is_said_to_be_so() {
    let error = Pcm::default().push(&header(24_000, 2, b"")).unwrap_err();
    assert!(error.to_string().contains("2 channels"), "{error}");
    let mut endless = header(24_000, 1, &[7; 80_000]);
    endless.truncate(70_000);
    assert!(Pcm::default().push(&endless).is_err());
}

#[test]
fn sound_shorter_than_a_header_is_sound_and_half_a_sample_is_none() {
    assert_eq!(read(&[b"RI"]).len(), 1);
    assert_eq!(read(&[b"\x01"]).len(), 0);
}

#[test]
fn base64_is_taken_with_and_without_padding() {
    for text in ["/v8A", "/v8AAA==", "/v8AAA"] {
        assert_eq!(sound_of(text).unwrap()[..3], [0xFE, 0xFF, 0]);
    }
    assert!(sound_of("?").is_err());
}

proptest! {
    #[test]
    fn it_does_not_matter_how_the_bytes_are_cut(
        samples in prop::collection::vec(any::<i16>(), 0..40),
        with_header in any::<bool>(),
        extra in prop::collection::vec(any::<u8>(), 0..5),
        cuts in prop::collection::vec(0_usize..140, 0..20),
    ) {
        let sound: Vec<u8> = samples.iter().copied().flat_map(i16::to_le_bytes).collect();
        prop_assume!(with_header || !sound.starts_with(b"RIFF"));
        let head = if with_header { header(24_000, 1, &extra) } else { Vec::new() };
        let bytes = [head, sound.clone()].concat();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(bytes_of(&read(&pieces)), sound);
    }

    #[test]
    fn any_bytes_are_borne(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Pcm::default().push(&bytes);
        let _ = Pcm::default().push(&[b"RIFF1234WAVE".as_slice(), &bytes].concat());
    }
}
