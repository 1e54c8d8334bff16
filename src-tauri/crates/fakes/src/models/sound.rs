//! The voice: PCM made of the words alone, so that the same words always sound the same.
//!
//! A tone with five harmonics under one swell a syllable, and silence at punctuation. No speech, but voiced, as long as
//! the words are, and with no two replies alike.

use std::f32::consts::TAU;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::script::Script;
use super::words::is_chinese;

/// Samples a second of everything that is spoken.
pub const SAMPLE_RATE: u32 = 24_000;

const RATE: usize = SAMPLE_RATE as usize;
const SYLLABLE: usize = RATE * 18 / 100;
const CHARACTER: usize = RATE * 22 / 100;
const PAUSE: usize = RATE * 15 / 100;
/// Steps of one period in the table that the oscillator reads.
const TABLE: usize = 1024;
/// What is asked for by length and not by words.
const LONG: Duration = Duration::from_secs(30);
const LOUDNESS: f32 = 9_000.0;

/// A stretch of sound: one swell, or a pause.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stretch {
    Voiced(usize),
    Silent(usize),
}

/// These words as sound.
fn spoken(words: &str) -> Vec<i16> {
    voice(words, stretches(words).into_iter())
}

/// These words over and over, for exactly so long.
fn spoken_for(words: &str, length: Duration) -> Vec<i16> {
    let wanted = usize::try_from(length.as_millis()).unwrap_or_default() * RATE / 1000;
    let once = stretches(words);
    let mut total = 0;
    let enough = once.into_iter().cycle().take_while(move |stretch| {
        let goes_on = total < wanted;
        let (Stretch::Voiced(samples) | Stretch::Silent(samples)) = stretch;
        total += samples;
        goes_on
    });
    let mut pcm = voice(words, enough);
    pcm.resize(wanted, 0);
    pcm
}

/// How a script wants these words spoken, as bytes.
pub(super) fn voiced(words: &str, script: Script) -> Vec<u8> {
    let mut pcm = match script {
        Script::HugeLine | Script::FastAudio => spoken_for(words, LONG),
        _ => spoken(words),
    };
    match script {
        Script::OneByteWrites => pcm.truncate(RATE / 2),
        Script::Length => pcm.truncate(pcm.len() / 2),
        _ => {}
    }
    bytes_of(&pcm)
}

fn stretches(words: &str) -> Vec<Stretch> {
    let mut stretches = vec![Stretch::Silent(RATE / 50)];
    let mut in_vowel = false;
    for character in words.chars() {
        let is_vowel = "aeiouyAEIOUY".contains(character);
        if is_chinese(character) {
            stretches.push(Stretch::Voiced(CHARACTER));
        } else if is_vowel && !in_vowel {
            stretches.push(Stretch::Voiced(SYLLABLE));
        } else if ",.;:!?，。；：！？、".contains(character) {
            stretches.push(Stretch::Silent(PAUSE));
        }
        in_vowel = is_vowel;
    }
    if !stretches
        .iter()
        .any(|stretch| matches!(stretch, Stretch::Voiced(_)))
    {
        stretches.push(Stretch::Voiced(SYLLABLE));
    }
    stretches
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss
)]
fn voice(words: &str, stretches: impl Iterator<Item = Stretch>) -> Vec<i16> {
    let seed = Sha256::digest(words.as_bytes());
    let mut seeds = seed.iter().copied().cycle().map(f32::from);
    let mut next = move || seeds.next().unwrap_or_default() / 255.0;
    let table = table(&mut next);
    let pitch = 110.0 + 90.0 * next();
    let mut phase = 0.0_f32;
    let mut pcm = Vec::new();
    for stretch in stretches {
        match stretch {
            Stretch::Silent(samples) => pcm.resize(pcm.len() + samples, 0),
            Stretch::Voiced(samples) => {
                let step = pitch * (0.85 + 0.3 * next()) * TABLE as f32 / SAMPLE_RATE as f32;
                for at in 0..samples {
                    let swell = 0.5 - 0.5 * (TAU * at as f32 / samples as f32).cos();
                    let tone = table.get(phase as usize % TABLE).copied().unwrap_or_default();
                    pcm.push((LOUDNESS * swell * tone) as i16);
                    phase = (phase + step) % TABLE as f32;
                }
            }
        }
    }
    pcm
}

#[allow(clippy::cast_precision_loss)]
fn table(next: &mut impl FnMut() -> f32) -> Vec<f32> {
    let harmonics: Vec<f32> = (1..=5_u8).map(|k| (0.5 + next()) / f32::from(k)).collect();
    let most: f32 = harmonics.iter().sum();
    (0..TABLE)
        .map(|at| {
            let angle = TAU * at as f32 / TABLE as f32;
            let sum: f32 = harmonics
                .iter()
                .zip(1_u8..)
                .map(|(amplitude, k)| amplitude * (angle * f32::from(k)).sin())
                .sum();
            sum / most
        })
        .collect()
}

/// Samples as they are sent.
fn bytes_of(pcm: &[i16]) -> Vec<u8> {
    pcm.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

/// Seconds of so many bytes of sound, rounded up: less than one counts as one.
pub(super) fn seconds(pcm_bytes: usize) -> usize {
    pcm_bytes.div_ceil(2 * RATE).max(1)
}

/// The 44 bytes before PCM of this length; `None` is a stream whose length nobody knows yet, with the placeholders
/// that DashScope writes.
pub(super) fn wav_header(pcm_bytes: Option<usize>) -> Vec<u8> {
    let length = pcm_bytes.and_then(|bytes| u32::try_from(bytes).ok());
    let (riff, data) = length.map_or((0x7FFF_FFFF, 0x7FFF_FFFF - 36), |bytes| (bytes + 36, bytes));
    let mut header = Vec::with_capacity(44);
    header.extend_from_slice(b"RIFF");
    header.extend_from_slice(&riff.to_le_bytes());
    header.extend_from_slice(b"WAVEfmt ");
    header.extend_from_slice(&16_u32.to_le_bytes());
    header.extend_from_slice(&1_u16.to_le_bytes());
    header.extend_from_slice(&1_u16.to_le_bytes());
    header.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    header.extend_from_slice(&(SAMPLE_RATE * 2).to_le_bytes());
    header.extend_from_slice(&2_u16.to_le_bytes());
    header.extend_from_slice(&16_u16.to_le_bytes());
    header.extend_from_slice(b"data");
    header.extend_from_slice(&data.to_le_bytes());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_sound_the_same_and_others_do_not() {
        let yes = spoken("Yes, I can see that.");
        assert_eq!(yes, spoken("Yes, I can see that."));
        let no = spoken("No, I can hear that.");
        assert_ne!(yes[..4_000], no[..4_000]);
        assert!(yes.iter().map(|sample| sample.unsigned_abs()).max() > Some(3_000));
    }

    #[test]
    fn more_words_take_longer() {
        assert_eq!(spoken("好").len() + CHARACTER, spoken("好的").len());
        assert!(spoken("One, two, three.").len() > spoken("One.").len());
    }

    #[test]
    fn a_length_is_kept_to_the_sample() {
        assert_eq!(spoken_for("你好。", Duration::from_secs(30)).len(), 30 * RATE);
    }

    #[test]
    fn a_header_is_44_bytes_and_tells_the_length() {
        let header = wav_header(Some(1_000));
        assert_eq!(header.len(), 44);
        assert_eq!(header[4..8], 1_036_u32.to_le_bytes());
        assert_eq!(header[40..], 1_000_u32.to_le_bytes());
        assert_eq!(wav_header(None)[4..8], 0x7FFF_FFFF_u32.to_le_bytes());
    }
}
