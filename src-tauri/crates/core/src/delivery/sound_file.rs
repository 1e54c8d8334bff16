//! Figures of a sound file that is no clip of ours: WAV or MP3, whatever its name says.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use rehearse_audio::mp3::Mp3Error;
use rehearse_audio::wav::WavError;
use rehearse_audio::{SAMPLE_RATE, mp3, wav};
use rehearse_delivery::{Meter, TurnFigures, measure};
use serde::Serialize;

use super::Drawn;
use super::figures::of_sound;
use crate::error::ErrorView;
use crate::house::blocking;
use crate::view::{FigureView, LoudnessView, PitchView, SpanView};

/// How somebody sounds in a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SoundFile {
    /// The file, as it was named.
    pub file: String,
    /// The method that measured.
    pub method: u32,
    /// Length of its sound, in milliseconds.
    pub duration_ms: u32,
    /// Stretches of speech in order.
    pub speech: Vec<SpanView>,
    /// Pauses in order.
    pub pauses: Vec<SpanView>,
    /// The pitch; none when the recording does not carry it.
    pub pitch: Option<PitchView>,
    /// The level; none when the recording does not carry it.
    pub loudness: Option<LoudnessView>,
    /// Moments of the syllables in order, in milliseconds.
    pub syllables_ms: Vec<u32>,
    /// The figures.
    pub figures: Vec<FigureView>,
}

/// Measures a file on a thread that may block. Several channels become one.
///
/// # Errors
/// `sound_file_missing`, `sound_file_unreadable`, `sound_file_unknown` for what is neither WAV nor MP3,
/// `sound_file_unsupported`, `sound_file_damaged` or `sound_file_empty`, each with the `file`.
pub async fn measure_file(path: &Path) -> Result<SoundFile, ErrorView> {
    let file = path.display().to_string();
    let path = path.to_owned();
    let figures = blocking(move || Ok(of_file(&path))).await?;
    let figures = figures.map_err(|error| error.view().with("file", &file))?;
    let drawn = Drawn::of(&figures);
    Ok(SoundFile {
        file,
        method: figures.method,
        duration_ms: drawn.duration_ms,
        speech: drawn.speech,
        pauses: drawn.pauses,
        pitch: drawn.pitch,
        loudness: drawn.loudness,
        syllables_ms: drawn.syllables_ms,
        figures: of_sound(&figures),
    })
}

#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error(transparent)]
    Disk(#[from] io::Error),
    #[error(transparent)]
    Wav(#[from] WavError),
    #[error(transparent)]
    Mp3(#[from] Mp3Error),
    #[error(transparent)]
    Rate(#[from] rehearse_delivery::RateError),
    #[error("there is no sound in the file")]
    Empty,
}

impl FileError {
    fn view(&self) -> ErrorView {
        let code = match self {
            Self::Disk(error) | Self::Wav(WavError::Disk(error)) | Self::Mp3(Mp3Error::Read(error)) => {
                match error.kind() {
                    io::ErrorKind::NotFound => "sound_file_missing",
                    _ => "sound_file_unreadable",
                }
            }
            Self::Wav(WavError::NotWav) | Self::Mp3(Mp3Error::NotMp3) => "sound_file_unknown",
            Self::Wav(WavError::Unsupported { .. }) | Self::Rate(_) | Self::Mp3(Mp3Error::Rate(_)) => {
                "sound_file_unsupported"
            }
            Self::Empty | Self::Wav(WavError::Empty) => "sound_file_empty",
            Self::Wav(_) | Self::Mp3(_) => "sound_file_damaged",
        };
        ErrorView::new(code)
    }
}

fn of_file(path: &Path) -> Result<TurnFigures, FileError> {
    let mut head = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(FileError::Empty);
    }
    let figures = if head == b"RIFF" {
        let sound = wav::read(path)?;
        measure(sound.rate, &sound.samples)?
    } else {
        let mut meter = Meter::new(SAMPLE_RATE)?;
        mp3::decode_blocks(path, |block| meter.push(block))?;
        meter.finish()
    };
    match figures.duration_ms {
        0 => Err(FileError::Empty),
        _ => Ok(figures),
    }
}
