//! How clips from elsewhere look and how loud they are. The machine that recorded one does not tell; it is measured here
//! once the file has come, and nobody is told of it.

use rehearse_domain::{Clip, ClipId, Loudness};

use crate::table::clip;
use crate::{Store, StoreError};

impl Store {
    /// Clips of mirrors that lie here and have no outline yet, those of the newest sessions first.
    ///
    /// # Errors
    /// What the database says.
    pub fn clips_without_outline(&self) -> Result<Vec<Clip>, StoreError> {
        self.read(clip::without_outline)
    }

    /// Notes how loud a clip of a mirror is and how it looks; whether there is such a clip, without an outline.
    ///
    /// # Errors
    /// [`StoreError::ReaderAccess`], or what the database says.
    pub fn outline_clip(&self, id: ClipId, loudness: &Loudness, peaks: &[u8]) -> Result<bool, StoreError> {
        self.write(|connection| clip::set_outline(connection, id, loudness, peaks))
    }
}
