//! Makes a whole clip out of the `.part` file that a crash or a full disk left behind.

use std::io::{self, BufReader, Read};
use std::path::Path;

use super::{ClipError, Disk, FinishedClip, Measure, PartFile, disk};
use crate::mp3::{self, FRAME_BYTES, FRAME_SAMPLES, START_DELAY, Totals};

/// Cuts a torn last frame, writes the final Info frame, measures, syncs and renames. The sound is what whole
/// frames hold: of a take of which `n` samples were written, at most 0.15 s less.
///
/// # Errors
/// [`ClipError::NothingToRecover`] when the file holds no sound or is not a `.part`; it is left as it is.
/// [`ClipError::Exists`] when the final name is taken, [`ClipError::Missing`] when there is no such file, or as
/// the disk tells.
pub fn recover(part: &Path) -> Result<FinishedClip, ClipError> {
    let mut file = PartFile::open(part)?.ok_or(ClipError::NothingToRecover)?;
    let found = Found::walk(file.reader()?)?;
    let samples = (found.frames * FRAME_SAMPLES).saturating_sub(START_DELAY);
    if samples == 0 {
        return Err(ClipError::NothingToRecover);
    }
    file.cut((found.frames + 1) * FRAME_BYTES as u64)?;
    if !found.finished {
        file.replace_start(&mp3::info_frame(Some(Totals {
            frames: found.frames,
            samples,
        })))?;
    }
    let measure = Measure::of_file(part)?;
    let (sha256, bytes) = disk::fingerprint(file.reader()?)?;
    file.sync()?;
    file.rename()?;
    file.sync_folder()?;
    Ok(measure.clip(file.path().to_owned(), sha256, bytes))
}

/// What a look at the frame headers finds.
struct Found {
    /// Whole frames after the Info frame.
    frames: u64,
    /// Whether the Info frame is final and agrees: the crash came between finishing and renaming.
    finished: bool,
}

impl Found {
    /// Stops at the first frame that is torn or, after a power cut, was never filled.
    fn walk(source: impl Read) -> io::Result<Self> {
        let mut source = BufReader::new(source);
        let mut frame = Vec::with_capacity(FRAME_BYTES);
        let mut next = |frame: &mut Vec<u8>| {
            frame.clear();
            source.by_ref().take(FRAME_BYTES as u64).read_to_end(frame)
        };
        // The head is not judged: it is rewritten, whatever a torn write made of it.
        next(&mut frame)?;
        let promised = mp3::finished_frames(&frame);
        let mut frames = 0;
        loop {
            next(&mut frame)?;
            if !mp3::is_frame(&frame) {
                break;
            }
            frames += 1;
        }
        Ok(Self {
            frames,
            finished: promised == Some(frames),
        })
    }
}
