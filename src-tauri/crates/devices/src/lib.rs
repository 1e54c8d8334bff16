//! Microphones, loudspeakers and the operating system's voice. Sound enters and leaves this crate as mono `f32`
//! at 24 kHz; everything a device does differently stops here.
//!
//! Must not see the store or the network: what is recorded becomes a finished clip at the path it was given,
//! and what happened is told to one listener.

mod counters;
mod cpal_host;
mod cpal_input;
mod cpal_output;
mod device;
mod error;
mod feed;
mod file_error;
mod file_input;
mod input;
mod line_control;
mod output;
mod player;
mod pull;
#[cfg(target_os = "linux")]
mod pulse;
mod recorder;
mod stall_ring;
mod system;
mod voice;
mod worker;

pub use counters::{Counters, Fault};
pub use cpal_input::CpalInput;
pub use cpal_output::CpalOutput;
pub use device::{DeviceChoice, DeviceId, InputDevice, OutputDevice, OutputKind};
pub use error::{DeviceError, Hint, Platform};
pub use feed::{SampleFeed, SampleSink, sample_ring};
pub use file_error::{FileError, FileFault};
pub use file_input::{FileInput, Pace};
pub use input::{Health, InputBackend, InputStream};
pub use line_control::{LineControl, line_ring};
pub use output::{OutputBackend, OutputStream};
pub use player::{PlayEvent, PlayId, PlayListener, Player, PlayerOptions};
pub use pull::SamplePull;
#[cfg(target_os = "linux")]
pub use pulse::PulseInput;
pub use recorder::{CaptureEvent, CaptureListener, ListenId, Recorder, RecorderOptions, TakeEnd, TakeId};
pub use system::{system_input, system_output};
pub use voice::{SystemVoice, Voice, VoiceAvailability, VoiceChoice, VoiceError, VoiceRequest};
