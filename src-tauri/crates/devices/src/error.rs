//! Why sound failed, as a code, and what can be done about it on this system, as another. The sentences stand in
//! the interface's catalogue, not here.

use std::sync::Arc;

use rehearse_audio::clip::ClipError;
use serde::{Deserialize, Serialize};

/// Why a device, a recording or a playback failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DeviceError {
    /// The operating system keeps this program away from the device.
    #[error("the operating system does not allow the use of the sound device")]
    PermissionDenied,
    /// No device at all, or not the one that was asked for.
    #[error("no such sound device is connected")]
    NoDevice,
    /// Somebody else holds the device and does not share it.
    #[error("another program holds the sound device")]
    Busy,
    /// The device has no format that can be used.
    #[error("the sound device has no usable format: {offered}")]
    WrongFormat {
        /// What it offers.
        offered: String,
    },
    /// It worked and then went away or fell silent, and no other could take over.
    #[error("the sound device went away")]
    Lost,
    /// The sound system failed in a way of its own.
    #[error("the sound system failed: {message}")]
    Backend {
        /// Its own words, for diagnostics.
        message: String,
    },
    /// The clip could not be written.
    #[error("the recording could not be written")]
    Storage(#[source] Arc<ClipError>),
    /// The code that handles sound failed; what was recorded until then is left as a `.part` for recovery.
    #[error("the sound code failed unexpectedly")]
    Panicked,
}

/// What may help. One code for one sentence of advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// System Settings, Privacy & Security, Microphone.
    MacosMicrophonePrivacy,
    /// Settings, Privacy & security, Microphone, "let desktop apps access your microphone".
    WindowsMicrophonePrivacy,
    /// The sound server refused (a sandbox, a portal), or the user is not in the group `audio`.
    LinuxSoundAccess,
    /// PipeWire or PulseAudio does not run, or ALSA has no device called `default`.
    LinuxSoundServer,
    /// Plug a device in, or choose another.
    ConnectDevice,
    /// Close the other program that records or plays.
    CloseOtherProgram,
    /// Choose another device in Settings.
    ChooseAnotherDevice,
    /// Make room on the disk, or choose another data folder.
    CheckDisk,
    /// Nothing known; trying again is all there is.
    TryAgain,
}

/// The systems that advice differs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// macOS.
    Macos,
    /// Windows.
    Windows,
    /// Linux and everything like it.
    Linux,
}

impl Platform {
    /// The one this program was built for.
    pub const fn current() -> Self {
        if cfg!(target_os = "macos") {
            Self::Macos
        } else if cfg!(target_os = "windows") {
            Self::Windows
        } else {
            Self::Linux
        }
    }
}

impl DeviceError {
    /// The name of the kind, stable over versions: a key of the catalogue.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PermissionDenied => "permission_denied",
            Self::NoDevice => "no_device",
            Self::Busy => "device_busy",
            Self::WrongFormat { .. } => "wrong_format",
            Self::Lost => "device_lost",
            Self::Backend { .. } => "sound_system_failed",
            Self::Storage(_) => "recording_not_written",
            Self::Panicked => "sound_code_failed",
        }
    }

    /// What may help on this system.
    pub const fn hint(&self) -> Hint {
        self.hint_on(Platform::current())
    }

    /// What may help on `platform`.
    pub const fn hint_on(&self, platform: Platform) -> Hint {
        match (self, platform) {
            (Self::PermissionDenied, Platform::Macos) => Hint::MacosMicrophonePrivacy,
            (Self::PermissionDenied, Platform::Windows) => Hint::WindowsMicrophonePrivacy,
            (Self::PermissionDenied, Platform::Linux) => Hint::LinuxSoundAccess,
            (Self::Backend { .. }, Platform::Linux) => Hint::LinuxSoundServer,
            (Self::NoDevice | Self::Lost, _) => Hint::ConnectDevice,
            (Self::Busy, _) => Hint::CloseOtherProgram,
            (Self::WrongFormat { .. }, _) => Hint::ChooseAnotherDevice,
            (Self::Storage(_), _) => Hint::CheckDisk,
            (Self::Backend { .. } | Self::Panicked, _) => Hint::TryAgain,
        }
    }

    pub(crate) fn backend(error: impl std::fmt::Display) -> Self {
        Self::Backend {
            message: error.to_string(),
        }
    }
}

impl From<ClipError> for DeviceError {
    fn from(error: ClipError) -> Self {
        Self::Storage(Arc::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_microphone_names_the_settings_page_of_each_system() {
        for (platform, hint) in [
            (Platform::Macos, Hint::MacosMicrophonePrivacy),
            (Platform::Windows, Hint::WindowsMicrophonePrivacy),
            (Platform::Linux, Hint::LinuxSoundAccess),
        ] {
            assert_eq!(DeviceError::PermissionDenied.hint_on(platform), hint);
        }
    }

    #[test]
    fn only_linux_is_sent_to_its_sound_server() {
        let error = DeviceError::backend("connection refused");
        assert_eq!(error.hint_on(Platform::Linux), Hint::LinuxSoundServer);
        assert_eq!(error.hint_on(Platform::Macos), Hint::TryAgain);
    }
}
