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

/// What a person hears with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// Something on or in the ears: the microphone does not hear it.
    Headphones,
    /// Anything else, and whatever is not known to be headphones.
    #[default]
    Loudspeaker,
}

impl OutputKind {
    /// What the name of a device tells, for systems that tell no more.
    pub fn by_name(name: &str) -> Self {
        const WORDS: [&str; 13] = [
            "headphone",
            "headset",
            "earphone",
            "earbud",
            "airpod",
            "buds",
            "hands-free",
            "in-ear",
            "écouteur",
            "kopfhörer",
            "耳机",
            "耳麦",
            "头戴",
        ];
        let name = name.to_lowercase();
        if WORDS.iter().any(|word| name.contains(word)) {
            Self::Headphones
        } else {
            Self::Loudspeaker
        }
    }
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
    /// Whether it is worn.
    pub kind: OutputKind,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_worn_is_known_by_its_name() {
        for name in [
            "AirPods Pro",
            "USB Headset",
            "WH-1000XM4 Headphones",
            "蓝牙耳机",
            "Galaxy Buds2",
        ] {
            assert_eq!(OutputKind::by_name(name), OutputKind::Headphones, "{name}");
        }
        for name in ["Built-in Audio", "HDMI", "MacBook Pro Speakers", "", "扬声器"] {
            assert_eq!(OutputKind::by_name(name), OutputKind::Loudspeaker, "{name}");
        }
    }
}
