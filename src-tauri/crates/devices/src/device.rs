//! What a device is called, and which one is wanted. Says nothing about streams.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A device's stable name, `host:id`, as it may be kept in the settings: `pulseaudio:alsa_input.usb-…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(pub String);

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which device to open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceChoice {
    /// Whatever the operating system calls the default, also when that changes.
    #[default]
    SystemDefault,
    /// This one; another only when it is gone.
    Id(DeviceId),
}

/// A microphone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputDevice {
    /// Stable name, for the settings.
    pub id: DeviceId,
    /// The name people know it by.
    pub name: String,
    /// Whether the operating system would choose it.
    pub is_default: bool,
}

/// A loudspeaker or pair of headphones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputDevice {
    /// Stable name, for the settings.
    pub id: DeviceId,
    /// The name people know it by.
    pub name: String,
    /// Whether the operating system would choose it.
    pub is_default: bool,
}
