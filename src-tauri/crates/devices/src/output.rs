//! The seam to loudspeakers, the mirror of the one to microphones.

use crate::{DeviceChoice, DeviceError, OutputDevice, SamplePull};

/// A sound system, or a pretended one, that offers loudspeakers.
pub trait OutputBackend: Send + Sync {
    /// The loudspeakers that a person would recognise.
    fn devices(&self) -> Result<Vec<OutputDevice>, DeviceError>;

    /// Opens a loudspeaker that from now on draws from `pull` on a thread of its own. When the device goes away
    /// the backend raises the pull's fault or drops the pull.
    fn open(&self, choice: &DeviceChoice, pull: SamplePull) -> Result<Box<dyn OutputStream>, DeviceError>;
}

/// An open loudspeaker. Owned and dropped by the thread that opened it.
pub trait OutputStream {
    /// Which one it is.
    fn device(&self) -> &OutputDevice;

    /// Samples per second that it draws.
    fn rate(&self) -> u32;
}
