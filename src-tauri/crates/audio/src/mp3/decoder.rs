//! From any MP3 file to mono sound at the house rate. Reads block by block, so a long file needs little memory.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use symphonia::core::codecs::audio::well_known::CODEC_ID_MP3;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use super::Mp3Error;
use super::encoder::ENCODER_GAIN;
use crate::SAMPLE_RATE;
use crate::resample::Resampler;

/// The whole file as mono sound at [`SAMPLE_RATE`]. A stereo file becomes the mean of its channels; silence that
/// an encoder added at the ends is cut where the file tells.
///
/// # Errors
/// [`Mp3Error::NotMp3`], [`Mp3Error::Damaged`], or when the file cannot be read.
pub fn decode(path: &Path) -> Result<Vec<f32>, Mp3Error> {
    let mut sound = Vec::new();
    decode_blocks(path, |block| sound.extend_from_slice(block))?;
    Ok(sound)
}

/// Like [`decode`], but hands the sound over in blocks of a few dozen milliseconds. A frame in the middle that
/// cannot be decoded becomes silence of its length.
///
/// # Errors
/// As [`decode`]; `each` may have been called before the error was found.
pub fn decode_blocks(path: &Path, mut each: impl FnMut(&[f32])) -> Result<(), Mp3Error> {
    let mut source = Source::open(path)?;
    let mut resampler = Resampler::new(source.rate)?;
    let mut block = Vec::new();
    while let Some(mono) = source.next()? {
        block.clear();
        resampler.push(mono, &mut block);
        each(&block);
    }
    block.clear();
    resampler.finish(&mut block);
    each(&block);
    source.verdict()
}

/// Like [`decode_blocks`], for a file that [`Encoder`](super::Encoder) wrote: as loud as what it was given, so that a
/// clip is measured like the take that it is of. Full scale cannot be told from it: the codec rings, beyond full scale
/// where the sound was only close to it, and below where it was cut off.
///
/// # Errors
/// As [`decode_blocks`].
pub fn decode_as_recorded(path: &Path, mut each: impl FnMut(&[f32])) -> Result<(), Mp3Error> {
    let mut recorded = Vec::new();
    decode_blocks(path, |block| {
        recorded.clear();
        recorded.extend(block.iter().map(|sample| sample / ENCODER_GAIN));
        each(&recorded);
    })
}

struct Source {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    rate: u32,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
    decoded_any: bool,
    failure: Option<Error>,
}

impl Source {
    fn open(path: &Path) -> Result<Self, Mp3Error> {
        let stream = MediaSourceStream::new(Box::new(File::open(path)?), Default::default());
        let mut hint = Hint::new();
        hint.with_extension("mp3");
        let format = symphonia::default::get_probe()
            .probe(
                &hint,
                stream,
                FormatOptions::default(),
                MetadataOptions::default(),
            )
            .map_err(probe_error)?;
        let track = format.default_track(TrackType::Audio).ok_or(Mp3Error::NotMp3)?;
        let parameters = track
            .codec_params
            .as_ref()
            .and_then(|parameters| parameters.audio())
            .ok_or(Mp3Error::NotMp3)?;
        if parameters.codec != CODEC_ID_MP3 {
            return Err(Mp3Error::NotMp3);
        }
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(Mp3Error::Damaged)?;
        let (track, rate) = (track.id, parameters.sample_rate.unwrap_or(SAMPLE_RATE));
        let (interleaved, mono) = (Vec::new(), Vec::new());
        Ok(Self {
            format,
            decoder,
            track,
            rate,
            interleaved,
            mono,
            decoded_any: false,
            failure: None,
        })
    }

    /// The next block of mono sound at the file's own rate; `None` at the end.
    fn next(&mut self) -> Result<Option<&[f32]>, Mp3Error> {
        let packet = loop {
            match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => break packet,
                Ok(Some(_)) => {}
                Ok(None) => return Ok(None),
                Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
                Err(Error::IoError(error)) => return Err(Mp3Error::Read(error)),
                Err(error) => return Err(Mp3Error::Damaged(error)),
            }
        };
        self.mono.clear();
        match self.decoder.decode(&packet) {
            Ok(buffer) => {
                self.decoded_any = true;
                let channels = buffer.num_planes().max(1);
                self.interleaved.resize(buffer.samples_interleaved(), 0.0);
                buffer.copy_to_slice_interleaved(&mut self.interleaved);
                let frames = self.interleaved.chunks_exact(channels);
                self.mono
                    .extend(frames.map(|frame| frame.iter().sum::<f32>() / channels as f32));
            }
            Err(error) => {
                self.mono.resize(packet.dur.get() as usize, 0.0);
                self.failure = Some(error);
            }
        }
        Ok(Some(&self.mono))
    }

    /// A file of which nothing at all could be decoded is no sound, however long it is.
    fn verdict(self) -> Result<(), Mp3Error> {
        match self.failure {
            Some(error) if !self.decoded_any => Err(Mp3Error::Damaged(error)),
            _ => Ok(()),
        }
    }
}

fn probe_error(error: Error) -> Mp3Error {
    match error {
        Error::IoError(error) if error.kind() != ErrorKind::UnexpectedEof => Mp3Error::Read(error),
        _ => Mp3Error::NotMp3,
    }
}
