//! The seam to microphones: what a sound system must be able to do so that the recorder can use it.

use crate::{DeviceChoice, DeviceError, InputDevice, SampleSink};

/// A sound system, or a pretended one, that offers microphones.
pub trait InputBackend: Send + Sync {
    /// The microphones that a person would recognise; loopbacks of loudspeakers are left out.
    fn devices(&self) -> Result<Vec<InputDevice>, DeviceError>;

    /// Opens a microphone that from now on fills `sink` from a thread of its own. When the device goes away the
    /// backend raises the sink's fault or drops the sink; both are seen by the reader.
    fn open(&self, choice: &DeviceChoice, sink: SampleSink) -> Result<Box<dyn InputStream>, DeviceError>;

    /// Whether sound arrives as fast as it is spoken. Where it does not, moments between takes mean nothing.
    fn keeps_time(&self) -> bool {
        true
    }
}

/// An open microphone. Owned and dropped by the thread that opened it, because some systems demand that.
pub trait InputStream {
    /// Which one it is; `is_default` says whether it was opened as the system's default.
    fn device(&self) -> &InputDevice;

    /// Samples per second of what it delivers.
    fn rate(&self) -> u32;

    /// How it is doing; asked every 20 ms or so and never blocks.
    fn health(&mut self) -> Health {
        Health::Running
    }

    /// A take begins (`true`) or has ended (`false`). Only a source that is not live cares.
    fn take(&mut self, _running: bool) {}
}

/// How an open microphone is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Nothing to say.
    Running,
    /// The sound system itself does not answer at the moment, so that silence says nothing about the device: what was
    /// said is waiting in its queue, and would be lost by opening the device again.
    Unanswered,
    /// The operating system's default is another device now.
    DefaultChanged,
    /// The device is not there any more.
    Gone,
    /// A source with an end has reached it: the take is complete.
    EndOfInput,
}
