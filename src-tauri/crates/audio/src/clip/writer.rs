//! Writes a clip while it is spoken, so that a crash costs at most the last moment.

use std::io;
use std::path::Path;
use std::time::Duration;

use rehearse_domain::Loudness;

use super::{ClipError, Disk, FinishedClip, Measure, PartFile, recover};
use crate::SAMPLE_RATE;
use crate::mp3::{self, Encoder};
use crate::sample::duration;

/// Sound is encoded and written in pieces of 0.1 s at most.
const PIECE: usize = (SAMPLE_RATE / 10) as usize;

/// Written sound is synced before one more piece could make it more than 1 s.
const SYNC_AFTER: u64 = SAMPLE_RATE as u64 - PIECE as u64;

/// A clip that is being recorded. Dropping it leaves the `.part` file as a crash would.
pub struct ClipWriter<D: Disk = PartFile> {
    disk: D,
    encoder: Encoder,
    measure: Measure,
    encoded: Vec<u8>,
    unsynced: u64,
    entry_synced: bool,
    failure: Option<io::ErrorKind>,
}

impl ClipWriter {
    /// Starts `<final_path>.part`. After that the file plays at any moment, whatever happens.
    ///
    /// # Errors
    /// [`ClipError::Exists`] when either name is taken, [`ClipError::DiskFull`], [`ClipError::NotWritable`],
    /// [`ClipError::Missing`] when the folder is.
    pub fn create(final_path: &Path) -> Result<Self, ClipError> {
        Self::on(PartFile::create(final_path)?)
    }
}

impl<D: Disk> ClipWriter<D> {
    /// Starts a clip on a disk of the caller's.
    ///
    /// # Errors
    /// As [`ClipWriter::create`].
    pub fn on(mut disk: D) -> Result<Self, ClipError> {
        let encoder = Encoder::new()?;
        if let Err(error) = disk.append(&mp3::info_frame(None)) {
            // Nothing was said yet, so nothing is lost with the file.
            let _ = disk.remove();
            return Err(error.into());
        }
        Ok(Self {
            disk,
            encoder,
            measure: Measure::default(),
            encoded: Vec::new(),
            unsynced: 0,
            entry_synced: false,
            failure: None,
        })
    }

    /// Takes a block of any length at [`SAMPLE_RATE`]. When it returns, all but the last 0.1 s is in the file,
    /// and all but the last second is safe from a power cut.
    ///
    /// # Errors
    /// [`ClipError::DiskFull`] and its kin. The file plays as far as it goes; further blocks are refused with
    /// the same error, because a gap would shift everything behind it.
    pub fn write(&mut self, samples: &[f32]) -> Result<(), ClipError> {
        if let Some(kind) = self.failure {
            return Err(io::Error::from(kind).into());
        }
        for piece in samples.chunks(PIECE) {
            self.encoded.clear();
            self.encoder.encode(piece, &mut self.encoded)?;
            self.store_encoded()?;
            self.measure.push(piece);
            self.unsynced += piece.len() as u64;
            if self.unsynced >= SYNC_AFTER {
                self.sync()?;
            }
        }
        Ok(())
    }

    /// How much sound was taken so far.
    pub fn written(&self) -> Duration {
        duration(self.measure.samples)
    }

    /// How loud it was so far.
    pub fn loudness(&self) -> Loudness {
        self.measure.loudness.loudness()
    }

    /// Makes the clip whole: flush, final Info frame, sync the file, rename, sync the folder. After a failed
    /// [`write`](Self::write) the clip is what reached the disk before.
    ///
    /// # Errors
    /// As the disk tells; unless the rename was reached, the `.part` is left for [`recover`].
    pub fn finish(mut self) -> Result<FinishedClip, ClipError> {
        if self.failure.is_some() {
            let part = self.disk.part().to_owned();
            drop(self);
            return recover(&part);
        }
        self.encoded.clear();
        let totals = self.encoder.finish(&mut self.encoded)?;
        self.disk.append(&self.encoded)?;
        self.disk.replace_start(&mp3::info_frame(Some(totals)))?;
        let (sha256, bytes) = self.disk.fingerprint()?;
        self.disk.sync()?;
        self.disk.rename()?;
        self.disk.sync_folder()?;
        Ok(self.measure.clip(self.disk.path().to_owned(), sha256, bytes))
    }

    /// Throws the take away.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn abandon(mut self) -> Result<(), ClipError> {
        Ok(self.disk.remove()?)
    }

    fn store_encoded(&mut self) -> Result<(), ClipError> {
        let stored = self.disk.append(&self.encoded);
        self.noting(stored)
    }

    fn sync(&mut self) -> Result<(), ClipError> {
        let mut synced = self.disk.sync();
        if synced.is_ok() && !self.entry_synced {
            // Without its entry in the folder the synced content could not be found again.
            synced = self.disk.sync_folder();
            self.entry_synced = synced.is_ok();
        }
        self.unsynced = 0;
        self.noting(synced)
    }

    fn noting(&mut self, result: io::Result<()>) -> Result<(), ClipError> {
        result.map_err(|error| {
            self.failure = Some(error.kind());
            error.into()
        })
    }
}
