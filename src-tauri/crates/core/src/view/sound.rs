//! Devices, the microphone's state and the sound check.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::ErrorView;
use rehearse_domain::SoundNote;

/// An input or output device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DeviceView {
    /// Stable id.
    pub id: String,
    /// Its name on this system.
    pub name: String,
    /// It is the system's default.
    pub is_default: bool,
}

/// How the microphone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MicrophoneState {
    /// Not asked for yet.
    Closed,
    /// Being opened.
    Opening,
    /// Open and delivering.
    Open,
    /// Open, but only zeros arrive.
    Muted,
    /// Could not be opened; see the error.
    Failed,
}

/// The steps of the 3 s echo test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EchoPhase {
    /// Not running.
    #[default]
    Idle,
    /// Recording.
    Recording,
    /// Playing it back.
    Playing,
    /// Done.
    Done,
}

/// The echo test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EchoView {
    /// The step.
    pub phase: EchoPhase,
    /// What to say about what was recorded; `None` when it sounds fine or was not tried.
    pub note: Option<SoundNote>,
}

/// Sound as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SoundView {
    /// Microphones.
    pub microphones: Vec<DeviceView>,
    /// Loudspeakers.
    pub speakers: Vec<DeviceView>,
    /// How the microphone is.
    pub state: MicrophoneState,
    /// The microphone that is open.
    pub open: Option<DeviceView>,
    /// Why it could not be opened.
    pub error: Option<ErrorView>,
    /// The loudspeaker that is used is worn, so that speaking over the partner can cut in.
    pub headphones: bool,
    /// The echo test.
    pub echo: EchoView,
    /// The chosen microphone worked within the last day; the sound check can be skipped.
    pub checked_recently: bool,
}
